//! From texts to masks: reads every file, judges them together, and writes the tables if nothing is wrong.

use std::collections::BTreeMap;

use samband_domain::{Involvement, Level, OrganisationId, Role};
use samband_proto::v1::Marking;
use sha2::{Digest, Sha256};

use super::{
    Loaded,
    decision::{Because, OwnerFile, inside},
    finding::{Finding, Findings, Place},
    grounds::{self, Ground},
    markings::{self, Table},
    owner::{self, Against},
    reader::{Section, Source},
    requirements::{self, Domain, Requirement, situations},
    words::Receivers,
};
use crate::{
    class::Viewer,
    mask::{Mask, all_markings, bit},
    policy::{OwnerTerms, Parts, Policy, Receiver},
};

/// What was decided: the files as read.
#[derive(Debug, Clone)]
pub struct Decisions {
    /// Each owner's file.
    pub owners: BTreeMap<OrganisationId, OwnerFile>,
    /// The grounds for releases, by name.
    pub grounds: BTreeMap<String, Ground>,
    /// What no decision may break.
    pub requirements: Vec<Requirement>,
    /// Derived markings, and what each is derived from.
    pub derived: BTreeMap<Marking, Marking>,
}

/// The files that are no owner's.
const COMMON: [&str; 3] = [markings::FILE, grounds::FILE, requirements::FILE];

pub(crate) fn load(files: &BTreeMap<String, String>, all: &[Receiver]) -> Result<Loaded, Vec<Finding>> {
    let mut findings = Findings::default();
    let receivers = Receivers::new(all, &mut findings);
    let common = COMMON.map(|name| open(files, name, &mut findings));
    let [Some(marking_file), Some(ground_file), Some(requirement_file)] = common else {
        // Without them every line of every owner would be an error of its own.
        return Err(findings.outcome().err().unwrap_or_default());
    };
    let table = markings::read(marking_file, &mut findings);
    let grounds = grounds::read(ground_file, &table, &receivers, &mut findings);
    let requirements = requirements::read(requirement_file, &table, &receivers, &mut findings);
    let against = Against { receivers: &receivers, table: &table, grounds: &grounds };
    let owners = owners(files, &against, &mut findings);
    check(&owners, &requirements, &against, &mut findings);
    let warnings = findings.outcome()?;
    let parts = Parts {
        releases: owners.iter().map(|(owner, file)| (owner.clone(), file.release_rules(all))).collect(),
        grounds: grounds.iter().map(|(name, ground)| (name.clone(), ground.rule())).collect(),
        ..parts(files, all, &owners, &table)
    };
    let decisions = Decisions { owners, grounds, requirements, derived: table.derived };
    Ok(Loaded { policy: Policy::new(parts), decisions, warnings })
}

fn open(files: &BTreeMap<String, String>, name: &str, findings: &mut Findings) -> Option<Section> {
    let Some(text) = files.get(name) else {
        findings.stop(&Place { file: name.into(), line: 1 }, "filen saknas");
        return None;
    };
    Source::new(name, text).parse(findings)
}

fn owners(
    files: &BTreeMap<String, String>,
    against: &Against<'_>,
    findings: &mut Findings,
) -> BTreeMap<OrganisationId, OwnerFile> {
    let mut owners = BTreeMap::new();
    for (name, text) in files.iter().filter(|(name, _)| !COMMON.contains(&name.as_str())) {
        let source = Source::new(name, text);
        let id = name.strip_suffix(".toml").unwrap_or(name);
        let Some(owner) = against.receivers.named(id).filter(|receiver| !receiver.nobody) else {
            findings.stop(&source.top(), "filen är ingen organisations: den ska heta <organisation>.toml");
            continue;
        };
        let Some(section) = source.parse(findings) else { continue };
        if let Some(file) = owner::read(owner, &source, section, against, findings) {
            owners.insert(owner.id.clone(), file);
        }
    }
    for receiver in against.receivers.organisations() {
        let name = format!("{}.toml", receiver.id);
        if !files.contains_key(&name) {
            let text = "filen saknas: varje organisation beslutar om sina uppgifter";
            findings.stop(&Place { file: name.as_str().into(), line: 1 }, text);
        }
    }
    owners
}

/// What can be judged only when everything is read.
fn check(
    owners: &BTreeMap<OrganisationId, OwnerFile>,
    requirements: &[Requirement],
    against: &Against<'_>,
    findings: &mut Findings,
) {
    let domain = Domain { requirements, receivers: against.receivers, table: against.table };
    for file in owners.values() {
        for marking in against.table.entries.keys().filter(|marking| file.decision(**marking).is_none()) {
            let key = against.table.key(*marking);
            findings.warn(&file.place, format!("{key} nämns inte: det är dolt för alla andra"));
        }
        ceilings(file, against, findings);
        gateways(file, against, findings);
        // A line that could not be read would be told a second time, as the requirement that it was to meet.
        if !findings.stopped(&file.place.file) {
            domain.check(file, findings);
        }
    }
}

/// A line cannot give anything outside the ceiling over it.
fn ceilings(file: &OwnerFile, against: &Against<'_>, findings: &mut Findings) {
    for decision in &file.decisions {
        let Some(ceiling) = &decision.ceiling else { continue };
        let outside = |receiver: &&Receiver| receiver.id != file.owner && !inside(ceiling, receiver);
        for receiver in against.receivers.all.iter().filter(outside) {
            for (role, involvement) in situations() {
                for marking in &decision.markings {
                    let (level, because) = file.decide(receiver, role, involvement, *marking);
                    let Because::Row(row) = because else { continue };
                    if level > Level::Hidden {
                        let text = format!("taket «{ceiling}» i [{}] bryts: {} ger mer än dold", decision.name, row.to);
                        findings.stop(&row.place, text);
                    }
                }
            }
        }
    }
}

/// A line that gives a gateway more than its organisation's units get gives it nothing.
fn gateways(file: &OwnerFile, against: &Against<'_>, findings: &mut Findings) {
    for row in file.decisions.iter().flat_map(|decision| &decision.rows) {
        if row.to.role != Some(Role::Gateway) {
            continue;
        }
        let more = |receiver: &Receiver, involvement: Involvement, marking: Marking| {
            let (level, because) = file.stated(receiver, Role::Gateway, involvement, marking);
            matches!(because, Because::Row(chosen) if chosen.place == row.place)
                && level > file.stated(receiver, Role::Unit, involvement, marking).0
        };
        let given = against.receivers.all.iter().any(|receiver| {
            situations().any(|(_, involvement)| all_markings().any(|marking| more(receiver, involvement, marking)))
        });
        if given {
            let text = format!("{} ger mer än enheterna får: en port får aldrig mer än de", row.to);
            findings.warn(&row.place, text);
        }
    }
}

fn parts(
    files: &BTreeMap<String, String>,
    all: &[Receiver],
    owners: &BTreeMap<OrganisationId, OwnerFile>,
    table: &Table,
) -> Parts {
    let terms = |file: &OwnerFile| OwnerTerms {
        push_only: file.push_only.keys().fold(0, |set, marking| set | bit(*marking)),
        how_to_ask: file.how_to_ask.clone(),
        version: format!("{}, {}", file.version, file.decided_by),
    };
    let mut masks = BTreeMap::new();
    for (owner, file) in owners {
        for receiver in all {
            for (role, involvement) in situations() {
                let viewer = Viewer { organisation: receiver.id.clone(), role };
                let level = |marking: Marking| file.decide(receiver, role, involvement, marking).0;
                let mask = all_markings().fold(Mask::HIDDEN, |mask, marking| mask.with(marking, level(marking)));
                masks.insert((owner.clone(), viewer, involvement), mask);
            }
        }
    }
    Parts {
        markings: table.entries.clone(),
        receivers: all.to_vec(),
        owners: owners.iter().map(|(owner, file)| (owner.clone(), terms(file))).collect(),
        masks,
        hash: digest(files),
        ..Parts::default()
    }
}

/// Of the files, by name, and of the schema they are about: the same files mean something else under another schema.
fn digest(files: &BTreeMap<String, String>) -> [u8; 32] {
    let mut sha = Sha256::new();
    let mut part = |bytes: &[u8]| {
        // The length first: two files cannot be taken for one.
        sha.update((bytes.len() as u64).to_le_bytes());
        sha.update(bytes);
    };
    for (name, text) in files {
        part(name.as_bytes());
        part(text.as_bytes());
    }
    part(samband_proto::PUBLIC_DESCRIPTORS);
    sha.finalize().into()
}
