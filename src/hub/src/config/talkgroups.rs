//! talgrupper.toml: the talkgroup pool. A deployment without the file has none; alarms then go out without a group.

use std::collections::{BTreeMap, BTreeSet};

use samband_domain::{
    OrganisationId, PoolId, TalkgroupId,
    talkgroup::{Register, Talkgroup, TalkgroupKind},
};

use super::{
    finding::{Findings, Place},
    organisations::{Organisations, identity, list},
    reader::{At, Section},
};

const KEYS: &str = "region, namn, paminn_min, varna_vid, ratt, grupp";
const RIGHT_KEYS: &str = "lyssna, skriva, tilldela";
const GROUP_KEYS: &str = "id, namn, gssi, sort, följer, ovning, lyssna, skriva, tilldela";
/// TETRA gives a group short subscriber identity 24 bits (EN 300 392-1 clause 7).
const GSSI_MAX: u32 = 0xFF_FFFF;
/// A reminder sooner than this would disturb, later than a day be of no use.
const IDLE_MINUTES: std::ops::RangeInclusive<u32> = 1..=1_440;
/// Word for every organisation.
const EVERYBODY: &str = "alla";

/// The words of the file.
const KINDS: [(&str, TalkgroupKind); 5] = [
    ("raps", TalkgroupKind::Raps),
    ("följe", TalkgroupKind::Companion),
    ("ledning", TalkgroupKind::Command),
    ("egen", TalkgroupKind::Own),
    ("reserv", TalkgroupKind::Reserve),
];

/// What the file calls a kind.
pub fn kind_word(kind: TalkgroupKind) -> &'static str {
    KINDS.iter().find(|(_, known)| *known == kind).map_or("", |(word, _)| word)
}

#[derive(Clone, Default)]
struct Rights {
    listen: BTreeSet<OrganisationId>,
    send: BTreeSet<OrganisationId>,
    lease: BTreeSet<OrganisationId>,
}

/// Reads the file.
pub(super) fn read(mut file: Section, organisations: &Organisations, findings: &mut Findings) -> Option<Register> {
    let region: Option<At<String>> = file.required("region", findings);
    let _: Option<At<String>> = file.required("namn", findings);
    let idle_minutes = idle_minutes(&mut file, findings);
    let warn_free: Option<At<u32>> = file.required("varna_vid", findings);
    let rights = rights_by_kind(&mut file, organisations, findings);
    let mut read = Groups::default();
    file.demand("grupp", findings);
    for section in file.tables("grupp", findings) {
        read.group(section, &rights, organisations, findings);
    }
    read.check_companions(findings);
    file.nothing_else(KEYS, findings);
    let pool = region.and_then(|region| identity(&region, PoolId::new, findings))?;
    Some(Register {
        pool,
        groups: read.by_id,
        order: read.order,
        idle_minutes: idle_minutes?,
        warn_free: usize::try_from(warn_free?.value).unwrap_or(usize::MAX),
    })
}

fn idle_minutes(file: &mut Section, findings: &mut Findings) -> Option<u32> {
    let At { value, place } = file.required::<u32>("paminn_min", findings)?;
    if IDLE_MINUTES.contains(&value) {
        return Some(value);
    }
    findings.stop(place, format!("«paminn_min» är {value}; väntade 1 till 1440 minuter"));
    None
}

fn rights_by_kind(
    file: &mut Section,
    organisations: &Organisations,
    findings: &mut Findings,
) -> BTreeMap<TalkgroupKind, Rights> {
    let mut by_kind = BTreeMap::new();
    let tables = file.table("ratt", findings).map(|mut table| table.all_tables(findings)).unwrap_or_default();
    for mut section in tables {
        let word = At { value: section.name.clone(), place: section.place };
        let kind = kind_of(&word, findings);
        let rights = Rights {
            listen: named(&mut section, "lyssna", organisations, findings).unwrap_or_default(),
            send: named(&mut section, "skriva", organisations, findings).unwrap_or_default(),
            lease: named(&mut section, "tilldela", organisations, findings).unwrap_or_default(),
        };
        section.nothing_else(RIGHT_KEYS, findings);
        by_kind.extend(kind.map(|kind| (kind, rights)));
    }
    by_kind
}

fn kind_of(word: &At<String>, findings: &mut Findings) -> Option<TalkgroupKind> {
    let found = KINDS.iter().find(|(known, _)| *known == word.value).map(|(_, kind)| *kind);
    if found.is_none() {
        let known = list(KINDS.iter().map(|(known, _)| *known));
        findings.stop(word.place, format!("okänd sort «{}»; väntade en av {known}", word.value));
    }
    found
}

/// Organisations, types of organisation, or all. None: the key is not there.
fn named(
    section: &mut Section,
    key: &str,
    organisations: &Organisations,
    findings: &mut Findings,
) -> Option<BTreeSet<OrganisationId>> {
    if !section.has(key) {
        return None;
    }
    let mut members = BTreeSet::new();
    for word in section.texts(key, findings) {
        if word.value == EVERYBODY {
            members.extend(organisations.by_id.keys().cloned());
            continue;
        }
        let of_kind: Vec<_> = organisations.by_id.values().filter(|one| one.kind == word.value).collect();
        if of_kind.is_empty() {
            members.extend(organisations.named(&word, findings));
        } else {
            members.extend(of_kind.into_iter().map(|one| one.id.clone()));
        }
    }
    Some(members)
}

#[derive(Default)]
struct Groups {
    by_id: BTreeMap<TalkgroupId, Talkgroup>,
    order: Vec<TalkgroupId>,
    gssis: BTreeMap<u32, Place>,
    names: BTreeMap<String, Place>,
    companions: Vec<(At<String>, bool)>,
}

impl Groups {
    fn group(
        &mut self,
        mut section: Section,
        rights: &BTreeMap<TalkgroupKind, Rights>,
        organisations: &Organisations,
        findings: &mut Findings,
    ) {
        let id: Option<At<String>> = section.required("id", findings);
        let name: Option<At<String>> = section.required("namn", findings);
        let gssi = section.required("gssi", findings).and_then(|gssi: At<u32>| self.gssi(gssi, findings));
        let kind = section.required("sort", findings).and_then(|word: At<String>| kind_of(&word, findings));
        let exercise = section.optional("ovning", findings).is_some_and(|yes: At<bool>| yes.value);
        let follows = section.texts("följer", findings);
        let mut own = kind.and_then(|kind| rights.get(&kind)).cloned().unwrap_or_default();
        let parts = [("lyssna", &mut own.listen), ("skriva", &mut own.send), ("tilldela", &mut own.lease)];
        for (key, members) in parts {
            if let Some(named) = named(&mut section, key, organisations, findings) {
                *members = named;
            }
        }
        let place = section.place;
        section.nothing_else(GROUP_KEYS, findings);
        self.companions.extend(follows.iter().map(|follower| (follower.clone(), exercise)));
        let (Some(id), Some(name), Some(gssi), Some(kind)) = (id, name, gssi, kind) else { return };
        let Some(id) = identity(&id, TalkgroupId::new, findings) else { return };
        if let Some(earlier) = self.names.insert(name.value.to_lowercase(), name.place) {
            findings
                .stop(name.place, format!("namnet «{}» står två gånger, först på rad {}", name.value, earlier.line));
        }
        let companions = follows.iter().filter_map(|follower| TalkgroupId::new(&follower.value).ok()).collect();
        let Rights { listen, send, lease } = own;
        let group =
            Talkgroup { id: id.clone(), name: name.value, gssi, kind, exercise, companions, listen, send, lease };
        if self.by_id.insert(id.clone(), group).is_some() {
            findings.stop(place, format!("talgruppen «{id}» står två gånger"));
        }
        self.order.push(id);
    }

    fn gssi(&mut self, At { value, place }: At<u32>, findings: &mut Findings) -> Option<u32> {
        if !(1..=GSSI_MAX).contains(&value) {
            findings.stop(place, format!("«gssi» är {value}; väntade 1 till {GSSI_MAX}"));
            return None;
        }
        if let Some(earlier) = self.gssis.insert(value, place) {
            findings.stop(place, format!("gssi {value} står två gånger, först på rad {}", earlier.line));
        }
        Some(value)
    }

    /// What follows a group is there, is no RAPS group itself, and is for exercises where that is.
    fn check_companions(&self, findings: &mut Findings) {
        for (name, exercise) in &self.companions {
            let known = TalkgroupId::new(&name.value).ok().and_then(|id| self.by_id.get(&id));
            let wrong = match known {
                None => "finns inte",
                Some(group) if !matches!(group.kind, TalkgroupKind::Companion | TalkgroupKind::Command) => {
                    "är varken följe eller ledning"
                }
                Some(group) if group.exercise != *exercise => "är för övning och gruppen inte, eller tvärtom",
                Some(_) => continue,
            };
            findings.stop(name.place, format!("«{}» i följer {wrong}", name.value));
        }
    }
}
