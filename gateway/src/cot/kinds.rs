//! Type codes (CoTtypes.xml): what a unit, an incident or a hazard is drawn as.

use std::collections::BTreeMap;

use samband_proto::v1 as pb;

/// By the deployment's word for the kind.
const UNITS: &[(&str, &str)] = &[
    ("släckbil", "a-f-G-U-i-f-efp"),
    ("tankbil", "a-f-G-U-i-f-wt"),
    ("höjdfordon", "a-f-G-U-i-f-fta"),
    ("förstainsatsbil", "a-f-G-U-i-f-efp"),
    ("kemenhet", "a-f-G-U-i-f-het"),
    ("ledningsenhet", "a-f-G-U-i-f-imt"),
    ("insatsledare", "a-f-G-U-i-f-imt"),
    ("brandbåt", "a-f-G-U-i-f-fb"),
    ("brandhelikopter", "a-f-G-U-i-f-hf"),
    ("bandvagn", "a-f-G-U-i-s"),
    ("ytlivräddning", "a-f-G-U-i-s-sfd"),
    ("fjällräddning", "a-f-G-U-i-s-mnt"),
    ("räddningshund", "a-f-G-U-i-s-cwi"),
    ("ambulans", "a-f-G-U-i-m-ag"),
    ("sjuktransport", "a-f-G-U-i-m-ag"),
    ("ambulanshelikopter", "a-f-G-U-i-m-aar"),
    ("helikopter", "a-f-G-U-i-m-aar"),
    ("ambulansflyg", "a-f-G-U-i-m-aaf"),
    ("sjukvårdsledare", "a-f-G-U-i-m"),
    ("radiobil", "a-f-G-U-i-l"),
    ("yttre befäl", "a-f-G-U-i-l"),
    ("insatsstyrka", "a-f-G-U-i-l-tt"),
    ("bombskydd", "a-f-G-U-i-l-bs"),
    ("tjänsteman i beredskap", "a-f-G-U-i-e"),
];

/// By the organisation's kind, for units whose own kind says nothing.
const ORGANISATIONS: &[(&str, &str)] = &[
    ("räddning", "a-f-G-U-i-f"),
    ("ambulans", "a-f-G-U-i-m"),
    ("polis", "a-f-G-U-i-l"),
    ("fjällräddning", "a-f-G-U-i-s"),
    ("länsstyrelse", "a-f-G-U-i-e"),
    ("kommun", "a-f-G-U-i-p"),
];

/// A unit of an emergency service, of which nothing more is known.
const UNIT: &str = "a-f-G-U-i";

/// By the beginning of a word in the incident's type, the first that is found.
const INCIDENTS: &[(&str, &str)] = &[
    ("trafik", "a-u-X-i-t"),
    ("ecall", "a-u-X-i-t"),
    ("järnväg", "a-u-X-i-t"),
    ("brand", "a-u-X-i-f"),
    ("automatlarm", "a-u-X-i-f"),
    ("rök", "a-u-X-i-f"),
    ("explosion", "a-u-X-i-f"),
    ("farligt", "a-u-X-i-c"),
    ("utsläpp", "a-u-X-i-c"),
    ("kem", "a-u-X-i-c"),
    ("hjärt", "a-u-X-i-h"),
    ("sjuk", "a-u-X-i-h"),
    ("medvetslös", "a-u-X-i-h"),
    ("skad", "a-u-X-i-h"),
    ("drunkning", "a-u-X-i-r"),
    ("räddning", "a-u-X-i-r"),
    ("försvunn", "a-u-X-i-r"),
    ("lavin", "a-u-X-i-r"),
    ("ras", "a-u-X-i-g"),
    ("skred", "a-u-X-i-g"),
    ("storm", "a-u-X-i-m"),
    ("översvämning", "a-u-X-i-m"),
    ("våld", "a-u-X-i-l"),
    ("hot", "a-u-X-i-l"),
    ("elavbrott", "a-u-X-i-i"),
];

const INCIDENT: &str = "a-u-X-i-o";

/// A unit's code.
pub(super) fn unit<'a>(own: &'a BTreeMap<String, String>, kind: &str, organisation: Option<&str>) -> &'a str {
    let built_in =
        |table: &'static [(&str, &str)], key: &str| table.iter().find(|(word, _)| *word == key).map(|(_, code)| *code);
    own.get(kind)
        .map(String::as_str)
        .or_else(|| built_in(UNITS, kind))
        .or_else(|| organisation.and_then(|organisation| built_in(ORGANISATIONS, organisation)))
        .unwrap_or(UNIT)
}

/// An incident's code: of its finest type that says something.
pub(super) fn incident<'a>(own: &'a BTreeMap<String, String>, types: &[String]) -> &'a str {
    let built_in = |kind: &String| {
        let lower = kind.to_lowercase();
        let begins = |word: &str| {
            lower.match_indices(word).any(|(at, _)| !lower[..at].ends_with(|before: char| before.is_alphanumeric()))
        };
        INCIDENTS.iter().find(|(word, _)| begins(word)).map(|(_, code)| *code)
    };
    let finest = || types.iter().rev();
    finest()
        .find_map(|kind| own.get(kind).map(String::as_str))
        .or_else(|| finest().find_map(built_in))
        .unwrap_or(INCIDENT)
}

/// A hazard's code: a substance, or anything that is unsafe.
pub(super) fn hazard(hazard: &pb::Hazard) -> &'static str {
    if hazard.substance.is_some() || hazard.un_number.is_some() { "a-u-X-i-c" } else { "a-u-X-i-s" }
}
