//! grunder.toml: which ground can open which marking to which type of receiver. What the table does not have, no release can name.

use std::collections::{BTreeMap, BTreeSet};

use samband_proto::v1::Marking;

use super::{
    finding::{Findings, Place},
    markings::Table,
    reader::{At, Section},
    words::{EVERYBODY, Receivers, markings},
};

/// Name of the file.
pub(crate) const FILE: &str = "grunder.toml";
const KEYS: &str = "namn, sv, slag, utom, till";

/// Health secrecy does not yield to the general clause (OSL 10 kap. 27 §, second paragraph), whatever a table says.
const NEVER_BY_GENERAL_CLAUSE: [Marking; 2] = [Marking::PatientIdentity, Marking::Health];

/// A legal ground.
#[derive(Debug, Clone)]
pub struct Ground {
    /// What it says, in one sentence.
    pub swedish: String,
    markings: BTreeSet<Marking>,
    /// None: any.
    kinds: Option<BTreeSet<String>>,
}

impl Ground {
    /// What it opens, and to whom, without the text.
    pub(crate) fn rule(&self) -> crate::release::GroundRule {
        let markings = self.markings.iter().fold(0, |set, marking| set | crate::mask::bit(*marking));
        crate::release::GroundRule { markings, kinds: self.kinds.clone() }
    }
}

/// The grounds by name.
pub(crate) type Grounds = BTreeMap<String, Ground>;

/// Reads grunder.toml.
pub(crate) fn read(mut file: Section, table: &Table, receivers: &Receivers<'_>, findings: &mut Findings) -> Grounds {
    let mut grounds = Grounds::new();
    for mut section in file.tables("grund", findings) {
        let name = section.required_text("namn", findings);
        let swedish = section.required_text("sv", findings);
        let covered = covered(&mut section, table, findings);
        let kinds = kinds(&mut section, receivers, findings);
        section.nothing_else(KEYS, findings);
        let (Some(name), Some(swedish)) = (name, swedish) else { continue };
        check_name(&name, &covered, table, findings);
        let ground = Ground { swedish: swedish.value, markings: covered, kinds };
        if grounds.insert(name.value.clone(), ground).is_some() {
            findings.stop(&name.place, format!("grunden «{}» står två gånger", name.value));
        }
    }
    file.nothing_else("[[grund]]", findings);
    grounds
}

fn covered(section: &mut Section, table: &Table, findings: &mut Findings) -> BTreeSet<Marking> {
    let names = section.required_list("slag", findings);
    let except = section.list("utom", findings).unwrap_or_default();
    let except: BTreeSet<Marking> =
        markings(&except, &table.keys, findings).into_iter().map(|marking| marking.value).collect();
    let all = names.iter().any(|name| name.value == EVERYBODY);
    let named: BTreeSet<Marking> = if all {
        table.entries.keys().copied().collect()
    } else {
        markings(&names, &table.keys, findings).into_iter().map(|marking| marking.value).collect()
    };
    named.difference(&except).copied().collect()
}

fn kinds(section: &mut Section, receivers: &Receivers<'_>, findings: &mut Findings) -> Option<BTreeSet<String>> {
    let names = section.required_list("till", findings);
    if names.iter().any(|name| name.value == EVERYBODY) {
        return None;
    }
    Some(names.iter().filter_map(|name| receivers.kind(name, findings)).collect())
}

fn check_name(name: &At<String>, covered: &BTreeSet<Marking>, table: &Table, findings: &mut Findings) {
    let signs: Vec<char> = name.value.chars().collect();
    let range = signs
        .windows(3)
        .any(|three| three[0].is_ascii_digit() && matches!(three[1], '-' | '–') && three[2].is_ascii_digit());
    if range {
        findings.stop(&name.place, format!("«{}» är ett intervall: en grund är ett enda lagrum", name.value));
    }
    if name.value.contains("10:27") {
        for marking in NEVER_BY_GENERAL_CLAUSE.into_iter().filter(|marking| covered.contains(marking)) {
            findings.stop(&name.place, not_for(&name.value, marking, table));
        }
    }
}

fn not_for(ground: &str, marking: Marking, table: &Table) -> String {
    format!("{ground} får inte vara grund för {} ({})", table.key(marking), table.law(marking))
}

/// Whether a release of these markings to these types may name the ground.
pub(crate) fn check(
    grounds: &Grounds,
    named: &At<String>,
    markings: &[Marking],
    kinds: &BTreeSet<String>,
    table: &Table,
    findings: &mut Findings,
) {
    let place: &Place = &named.place;
    let Some(ground) = grounds.get(&named.value) else {
        findings.stop(place, format!("okänd grund «{}»; grunderna står i grunder.toml", named.value));
        return;
    };
    for marking in markings.iter().filter(|marking| !ground.markings.contains(marking)) {
        findings.stop(place, not_for(&named.value, *marking, table));
    }
    let allowed = |kind: &&String| ground.kinds.as_ref().is_none_or(|allowed| allowed.contains(*kind));
    for kind in kinds.iter().filter(|kind| !allowed(kind)) {
        findings.stop(place, format!("{} får inte vara grund för utlämning till {kind}", named.value));
    }
}
