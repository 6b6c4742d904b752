//! organisationer.toml: the organisations, and the receivers that are nobody.

use std::collections::{BTreeMap, BTreeSet};

use samband_disclosure::policy::Receiver;
use samband_domain::{OrganisationId, directory::Organisation, report::Template, status::StatusTable};

use super::{
    finding::{Findings, Place},
    reader::{At, Section},
};
use crate::{
    limits::{DUE_SECONDS_MAX, DUE_SECONDS_MIN},
    live::Ground,
};

const KEYS: &str = "namn, omrade, reserv, organisation, mottagare";
const GROUND_KEYS: &str = "syd, vast, nord, ost";
const ORGANISATION_KEYS: &str = "id, namn, kort, typ, larmratt, kvittens_s, telefon, rapport";
const RECEIVER_KEYS: &str = "id, namn, typ";
/// What fits a column of a console, letters.
const SHORT_MAX: usize = 12;
/// Lines that somebody reads when nothing works.
const RESERVE_MAX: usize = 12;

/// The words of the file.
const TEMPLATES: [(&str, Template); 4] =
    [("osh", Template::Osh), ("polis", Template::Police), ("vindruta", Template::Ps), ("methane", Template::Methane)];

/// What a deployment knows of an organisation beside what the rules need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganisationExtra {
    /// What fits a column.
    pub short_name: String,
    /// Its leading desk, for when the hub is gone.
    pub phone: Option<String>,
    /// The form of its arrival reports.
    pub report: Template,
}

/// What the file says.
#[derive(Default)]
pub(super) struct Organisations {
    /// Name of the deployment.
    pub(super) name: String,
    /// Where its units can be.
    pub(super) ground: Option<Ground>,
    /// By identity, without status codes and relayers.
    pub(super) by_id: BTreeMap<OrganisationId, Organisation>,
    /// What the rules do not need.
    pub(super) extras: BTreeMap<OrganisationId, OrganisationExtra>,
    /// What to do when the hub is gone, a line each.
    pub(super) reserve: Vec<String>,
    /// Names for people, of organisations and nobodies.
    pub(super) names: BTreeMap<OrganisationId, String>,
    /// Everybody who can receive, in the file's order.
    pub(super) receivers: Vec<Receiver>,
}

/// Reads the file.
pub(super) fn read(mut file: Section, findings: &mut Findings) -> Organisations {
    let name = file.required("namn", findings).map(|name: At<String>| name.value).unwrap_or_default();
    let ground = file.table("omrade", findings).and_then(|section| ground(section, findings));
    let reserve = reserve(&mut file, findings);
    let mut read = Organisations { name, ground, reserve, ..Organisations::default() };
    let mut places = BTreeMap::new();
    file.demand("organisation", findings);
    for section in file.tables("organisation", findings) {
        organisation(section, &mut read, &mut places, findings);
    }
    for section in file.tables("mottagare", findings) {
        nobody(section, &mut read, &mut places, findings);
    }
    file.nothing_else(KEYS, findings);
    read
}

/// What to do when the hub is gone.
fn reserve(file: &mut Section, findings: &mut Findings) -> Vec<String> {
    let lines = file.texts("reserv", findings);
    if let Some(line) = lines.get(RESERVE_MAX) {
        findings.stop(line.place, format!("«reserv» har {} rader; väntade högst {RESERVE_MAX}", lines.len()));
    }
    lines.into_iter().map(|line| line.value).collect()
}

/// The rectangle that locations have to be in.
fn ground(mut section: Section, findings: &mut Findings) -> Option<Ground> {
    let place = section.place;
    let mut degrees = |key: &str| section.required(key, findings).map(|degrees: At<f64>| degrees.value);
    let (south, west, north, east) = (degrees("syd"), degrees("vast"), degrees("nord"), degrees("ost"));
    section.nothing_else(GROUND_KEYS, findings);
    let ground = Ground::new(south?, west?, north?, east?);
    if ground.is_none() {
        let expected = "väntade syd högst nord, -90 till 90 grader, och vast högst ost, -180 till 180";
        findings.stop(place, format!("[omrade] är ingen rektangel på jorden; {expected}"));
    }
    ground
}

fn organisation(
    mut section: Section,
    read: &mut Organisations,
    places: &mut BTreeMap<OrganisationId, Place>,
    findings: &mut Findings,
) {
    let receiver = receiver(&mut section, false, read, places, findings);
    let alarm_right = section.required("larmratt", findings).is_some_and(|right: At<bool>| right.value);
    section.demand("kvittens_s", findings);
    let due_seconds = due_seconds(&mut section, findings).unwrap_or(DUE_SECONDS_MAX);
    let short: Option<At<String>> = section.optional("kort", findings);
    if let Some(At { value, place }) = short.as_ref().filter(|short| short.value.chars().count() > SHORT_MAX) {
        findings.stop(*place, format!("«kort» är «{value}»; väntade högst {SHORT_MAX} tecken"));
    }
    let phone: Option<At<String>> = section.optional("telefon", findings);
    let report = section.optional("rapport", findings).and_then(|word| template(&word, findings));
    section.nothing_else(ORGANISATION_KEYS, findings);
    if let Some(Receiver { id, kind, .. }) = receiver {
        let (relayers, statuses) = (BTreeSet::new(), StatusTable::default());
        let extra = OrganisationExtra {
            short_name: short.map_or_else(|| id.to_string(), |short| short.value),
            phone: phone.map(|phone| phone.value),
            report: report.unwrap_or(Template::Methane),
        };
        read.extras.insert(id.clone(), extra);
        let entry = Organisation { id: id.clone(), kind, alarm_right, due_seconds, relayers, statuses };
        read.by_id.insert(id, entry);
    }
}

fn template(word: &At<String>, findings: &mut Findings) -> Option<Template> {
    let found = TEMPLATES.iter().find(|(known, _)| *known == word.value).map(|(_, template)| *template);
    if found.is_none() {
        let known = list(TEMPLATES.iter().map(|(known, _)| *known));
        findings.stop(word.place, format!("okänd rapport «{}»; väntade en av {known}", word.value));
    }
    found
}

fn nobody(
    mut section: Section,
    read: &mut Organisations,
    places: &mut BTreeMap<OrganisationId, Place>,
    findings: &mut Findings,
) {
    receiver(&mut section, true, read, places, findings);
    section.nothing_else(RECEIVER_KEYS, findings);
}

/// The keys that organisations and nobodies have in common.
fn receiver(
    section: &mut Section,
    nobody: bool,
    read: &mut Organisations,
    places: &mut BTreeMap<OrganisationId, Place>,
    findings: &mut Findings,
) -> Option<Receiver> {
    let id: Option<At<String>> = section.required("id", findings);
    let name: Option<At<String>> = section.required("namn", findings);
    let kind: Option<At<String>> = section.required("typ", findings);
    let id = id?;
    let known = identity(&id, OrganisationId::new, findings)?;
    if let Some(earlier) = places.get(&known) {
        findings.stop(id.place, format!("«{known}» står två gånger, först på rad {}", earlier.line));
        return None;
    }
    places.insert(known.clone(), id.place);
    read.names.insert(known.clone(), name.map_or_else(|| known.to_string(), |name| name.value));
    let receiver = Receiver { id: known, kind: kind.map(|kind| kind.value).unwrap_or_default(), nobody };
    read.receivers.push(receiver.clone());
    Some(receiver)
}

/// Seconds to acknowledge in.
pub(super) fn due_seconds(section: &mut Section, findings: &mut Findings) -> Option<u32> {
    let At { value, place } = section.optional::<u32>("kvittens_s", findings)?;
    if (DUE_SECONDS_MIN..=DUE_SECONDS_MAX).contains(&value) {
        return Some(value);
    }
    let limits = format!("väntade {DUE_SECONDS_MIN} till {DUE_SECONDS_MAX} sekunder");
    findings.stop(place, format!("«kvittens_s» är {value}; {limits}"));
    None
}

/// An identifier of the right form.
pub(super) fn identity<T, E>(
    text: &At<String>,
    new: impl Fn(&str) -> Result<T, E>,
    findings: &mut Findings,
) -> Option<T> {
    let id = new(&text.value).ok();
    if id.is_none() {
        let form = "väntade 1 till 64 av a–z, 0–9, «-», «_» och «.»";
        findings.stop(text.place, format!("«{}» kan inte vara ett id; {form}", text.value));
    }
    id
}

impl Organisations {
    /// The organisation named, which has to be one.
    pub(super) fn named(&self, text: &At<String>, findings: &mut Findings) -> Option<OrganisationId> {
        let named = self.receivers.iter().find(|receiver| receiver.id.as_str() == text.value);
        match named {
            Some(receiver) if !receiver.nobody => return Some(receiver.id.clone()),
            Some(_) => {
                let why = "är en mottagare men ingen organisation, och kan varken larmas eller äga något";
                findings.stop(text.place, format!("«{}» {why}", text.value));
            }
            None => {
                let known = list(self.by_id.keys().map(OrganisationId::as_str));
                findings.stop(text.place, format!("okänd organisation «{}»; organisationerna är {known}", text.value));
            }
        }
        None
    }

    /// The type named, which an organisation has to be of.
    pub(super) fn kind(&self, text: At<String>, findings: &mut Findings) -> Option<String> {
        let kinds: BTreeSet<&str> = self.by_id.values().map(|one| one.kind.as_str()).collect();
        if kinds.contains(text.value.as_str()) {
            return Some(text.value);
        }
        findings.stop(text.place, format!("okänd typ «{}»; organisationernas typer är {}", text.value, list(kinds)));
        None
    }
}

/// Words with commas between.
pub(super) fn list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().collect::<Vec<_>>().join(", ")
}
