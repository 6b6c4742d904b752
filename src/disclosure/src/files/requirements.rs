//! krav.toml: what no decision may break, checked by going through the whole domain.

use std::collections::BTreeMap;

use samband_domain::{Involvement, Level, Role};
use samband_proto::v1::Marking;

use super::{
    decision::{Because, OwnerFile},
    finding::{Findings, Place},
    markings::Table,
    reader::{At, Section},
    words::{EVERYBODY, Receivers, Who, level, markings, situation},
};
use crate::policy::Receiver;

/// Name of the file.
pub(crate) const FILE: &str = "krav.toml";
const KEYS: &str = "text, slag, fran, hogst, minst, aven_efter_utlamning";

/// What all have agreed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// In words.
    pub text: String,
    /// Of these.
    pub markings: Vec<Marking>,
    /// From which situation the least applies; the most applies always.
    pub from: Involvement,
    /// Who may get at most what.
    pub most: Vec<(Who, Level)>,
    /// Who has to get at least what.
    pub least: Vec<(Who, Level)>,
    /// A release cannot go beyond it either.
    pub even_released: bool,
    /// Where it stands.
    pub place: Place,
}

/// Reads krav.toml.
pub(crate) fn read(
    mut file: Section,
    table: &Table,
    receivers: &Receivers<'_>,
    findings: &mut Findings,
) -> Vec<Requirement> {
    let sections = file.tables("krav", findings);
    file.nothing_else("[[krav]]", findings);
    sections.into_iter().map(|section| requirement(section, table, receivers, findings)).collect()
}

fn requirement(mut section: Section, table: &Table, receivers: &Receivers<'_>, findings: &mut Findings) -> Requirement {
    let text = section.required_text("text", findings).map(|text| text.value).unwrap_or_default();
    let names = section.required_list("slag", findings);
    let markings = markings(&names, &table.keys, findings).into_iter().map(|marking| marking.value).collect();
    let from = section.text("fran", findings);
    let most = bounds(&mut section, "hogst", receivers, findings);
    let least = bounds(&mut section, "minst", receivers, findings);
    let even_released = section.yes_no("aven_efter_utlamning", false, findings);
    let place = section.place.clone();
    section.nothing_else(KEYS, findings);
    if most.is_empty() && least.is_empty() {
        findings.stop(&place, format!("kravet «{text}» kräver inget: skriv hogst eller minst"));
    }
    if let Some(from) = from.as_ref().filter(|_| least.is_empty()) {
        findings.stop(&from.place, format!("kravet «{text}»: fran hör till minst, hogst gäller alltid"));
    }
    if even_released && most.is_empty() {
        findings.stop(&place, format!("kravet «{text}»: aven_efter_utlamning hör till hogst"));
    }
    let from = from.and_then(|from| situation(&from.value, &from.place, findings)).unwrap_or_default();
    Requirement { text, markings, from, most, least, even_released, place }
}

/// `{ receiver = "level" }`, a type or one receiver; the line of the table where it is written on one.
fn bounds(section: &mut Section, key: &str, receivers: &Receivers<'_>, findings: &mut Findings) -> Vec<(Who, Level)> {
    let Some(mut table) = section.table(key, findings) else { return Vec::new() };
    let mut bounds = Vec::new();
    for (name, text) in table.all_texts(findings) {
        let At { place, .. } = &text;
        if name.contains('/') || name == EVERYBODY {
            findings.stop(place, format!("«{key}» nämner en typ eller en mottagare, inte «{name}»"));
            continue;
        }
        let who = receivers.addressee(&name, place, findings).map(|to| to.who);
        let nobody = match &who {
            Some(Who::Kind(kind)) => receivers.kind_of_organisations(kind) == Some(false),
            Some(Who::Organisation(id)) => receivers.named(id.as_str()).is_some_and(|receiver| receiver.nobody),
            _ => false,
        };
        if nobody && key == "minst" {
            findings.stop(place, format!("«{name}» är ingen organisation: minst gäller bara dem"));
        }
        let level = level(&text, findings);
        bounds.extend(who.zip(level));
    }
    bounds
}

/// Everything that the check goes through.
pub(crate) struct Domain<'a> {
    pub(crate) requirements: &'a [Requirement],
    pub(crate) receivers: &'a Receivers<'a>,
    pub(crate) table: &'a Table,
}

/// How often one line breaks one requirement, and the first case.
type Broken = BTreeMap<(usize, Place, Marking), (String, usize)>;

impl Domain<'_> {
    /// Goes through every receiver, role, situation and marking of an owner.
    pub(crate) fn check(&self, file: &OwnerFile, findings: &mut Findings) {
        let mut broken = Broken::new();
        for (number, requirement) in self.requirements.iter().enumerate() {
            for receiver in self.receivers.all.iter().filter(|receiver| receiver.id != file.owner) {
                self.receiver(number, requirement, file, receiver, &mut broken);
            }
            if requirement.even_released {
                self.releases(requirement, file, findings);
            }
            self.push_only(requirement, file, findings);
        }
        for ((number, place, _), (first, cases)) in broken {
            let more = if cases > 1 { format!(" (och {} fall till)", cases - 1) } else { String::new() };
            findings.stop(&place, format!("kravet «{}» bryts: {first}{more}", self.requirements[number].text));
        }
        self.left_out(file, findings);
    }

    fn receiver(
        &self,
        number: usize,
        requirement: &Requirement,
        file: &OwnerFile,
        receiver: &Receiver,
        broken: &mut Broken,
    ) {
        let most = bound(&requirement.most, receiver);
        let least = bound(&requirement.least, receiver).filter(|_| file.recipients.contains(&receiver.id));
        for marking in &requirement.markings {
            for (role, involvement) in situations() {
                let (level, because) = file.decide(receiver, role, involvement, *marking);
                let too_much = most.is_some_and(|most| level > most);
                let too_little = involvement >= requirement.from && least.is_some_and(|least| level < least);
                if !too_much && !too_little {
                    continue;
                }
                let place = match because {
                    Because::Row(row) => &row.place,
                    Because::Owner | Because::NoRow => file.place_of(*marking),
                };
                let key = (number, place.clone(), *marking);
                let first = || (self.case(file, receiver, role, involvement, *marking, level), 0);
                broken.entry(key).or_insert_with(first).1 += 1;
            }
        }
    }

    fn case(
        &self,
        file: &OwnerFile,
        receiver: &Receiver,
        role: Role,
        involvement: Involvement,
        marking: Marking,
        level: Level,
    ) -> String {
        format!(
            "{} ägt av {} syns som {} för {}/{} i situation {}",
            self.table.key(marking),
            file.owner,
            level.swedish(),
            receiver.id,
            role.swedish(),
            involvement.swedish()
        )
    }

    fn releases(&self, requirement: &Requirement, file: &OwnerFile, findings: &mut Findings) {
        for decision in &file.decisions {
            let concerned = decision.markings.iter().filter(|marking| requirement.markings.contains(marking));
            for (marking, release) in
                concerned.flat_map(|marking| decision.releases.iter().map(move |row| (marking, row)))
            {
                let too_open =
                    self.receivers.all.iter().filter(|receiver| receiver.id != file.owner).find(|receiver| {
                        let named = release.to.iter().any(|to| super::decision::inside(&to.who, receiver));
                        named && bound(&requirement.most, receiver).is_some_and(|most| release.highest > most)
                    });
                if let Some(receiver) = too_open {
                    let (key, highest) = (self.table.key(*marking), release.highest.swedish());
                    let what = format!("{key} ägt av {} kan lämnas ut som {highest} till {}", file.owner, receiver.id);
                    findings.stop(&release.place, format!("kravet «{}» bryts: {what}", requirement.text));
                }
            }
        }
    }

    /// What a requirement guarantees cannot depend on the author's sharing it.
    fn push_only(&self, requirement: &Requirement, file: &OwnerFile, findings: &mut Findings) {
        if requirement.least.is_empty() {
            return;
        }
        for (marking, place) in file.push_only.iter().filter(|(marking, _)| requirement.markings.contains(marking)) {
            let key = self.table.key(*marking);
            findings
                .stop(place, format!("{key} kan inte stå i bara_push: kravet «{}» ger det minst", requirement.text));
        }
    }

    /// Organisations that requirements would give something, but that the owner has not listed.
    fn left_out(&self, file: &OwnerFile, findings: &mut Findings) {
        for receiver in self.receivers.organisations() {
            let other = receiver.id != file.owner && !file.recipients.contains(&receiver.id);
            let given = self.requirements.iter().any(|requirement| bound(&requirement.least, receiver).is_some());
            if other && given {
                let text = format!("«{}» står inte bland mottagare och får inget av det som kraven ger", receiver.id);
                findings.warn(&file.place, text);
            }
        }
    }
}

/// A receiver's own bound, or else its type's.
fn bound(bounds: &[(Who, Level)], receiver: &Receiver) -> Option<Level> {
    let own = bounds.iter().find(|(who, _)| *who == Who::Organisation(receiver.id.clone()));
    let kind = || bounds.iter().find(|(who, _)| *who == Who::Kind(receiver.kind.clone()));
    own.or_else(kind).map(|(_, level)| *level)
}

/// Every role in every situation.
pub(crate) fn situations() -> impl Iterator<Item = (Role, Involvement)> {
    Role::ALL.into_iter().flat_map(|role| Involvement::ALL.map(|involvement| (role, involvement)))
}
