//! The words of the files: receivers, roles, situations, levels, markings.

use std::collections::{BTreeMap, BTreeSet};

use samband_domain::{Involvement, Level, OrganisationId, Role};
use samband_proto::v1::Marking;

use super::{
    finding::{Findings, Place},
    reader::At,
};
use crate::policy::Receiver;

/// The word for every organisation among the owner's recipients.
pub(crate) const EVERYBODY: &str = "alla";

/// Whom a line of a decision is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    /// Every organisation among the owner's recipients.
    Everybody,
    /// Those of them that are of a type.
    Kind(String),
    /// One, by name.
    Organisation(OrganisationId),
}

impl std::fmt::Display for Who {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Everybody => f.write_str(EVERYBODY),
            Self::Kind(kind) => f.write_str(kind),
            Self::Organisation(id) => id.fmt(f),
        }
    }
}

/// Whom, and as what.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Addressee {
    /// Whom.
    pub who: Who,
    /// In this role only; none: in all of them.
    pub role: Option<Role>,
}

impl Addressee {
    /// The more it is about one receiver, the higher.
    pub(crate) fn rank(&self) -> (u8, bool) {
        let who = match self.who {
            Who::Everybody => 0,
            Who::Kind(_) => 1,
            Who::Organisation(_) => 2,
        };
        (who, self.role.is_some())
    }
}

impl std::fmt::Display for Addressee {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.role {
            Some(role) => write!(f, "{}/{}", self.who, role.swedish()),
            None => self.who.fmt(f),
        }
    }
}

/// Everybody who can receive, by name and by type.
pub(crate) struct Receivers<'a> {
    pub(crate) all: &'a [Receiver],
    by_id: BTreeMap<&'a str, &'a Receiver>,
    kinds: BTreeSet<&'a str>,
}

impl<'a> Receivers<'a> {
    /// Names that could be taken for one another are refused: a line must mean one thing.
    pub(crate) fn new(all: &'a [Receiver], findings: &mut Findings) -> Self {
        let place = Place { file: "mottagare".into(), line: 1 };
        let kinds: BTreeSet<&str> = all.iter().map(|receiver| receiver.kind.as_str()).collect();
        let mut by_id = BTreeMap::new();
        for receiver in all {
            let id = receiver.id.as_str();
            if by_id.insert(id, receiver).is_some() {
                findings.stop(&place, format!("«{id}» finns två gånger bland mottagarna"));
            }
            if kinds.contains(id) || id == EVERYBODY {
                findings.stop(&place, format!("«{id}» är namn på både en mottagare och en typ"));
            }
        }
        for kind in kinds.iter().filter(|kind| **kind == EVERYBODY || kind.contains(['/', '@'])) {
            findings.stop(&place, format!("«{kind}» kan inte vara en typ"));
        }
        Self { all, by_id, kinds }
    }

    /// A receiver by its name.
    pub(crate) fn named(&self, id: &str) -> Option<&'a Receiver> {
        self.by_id.get(id).copied()
    }

    /// Those that are organisations.
    pub(crate) fn organisations(&self) -> impl Iterator<Item = &'a Receiver> {
        self.all.iter().filter(|receiver| !receiver.nobody)
    }

    /// Those that are nobody.
    pub(crate) fn nobodies(&self) -> impl Iterator<Item = &'a Receiver> {
        self.all.iter().filter(|receiver| receiver.nobody)
    }

    /// Whether a type has organisations; none: there is no such type.
    pub(crate) fn kind_of_organisations(&self, kind: &str) -> Option<bool> {
        self.kinds.contains(kind).then(|| self.organisations().any(|receiver| receiver.kind == kind))
    }

    /// The organisation of this name.
    pub(crate) fn organisation(&self, name: &At<String>, findings: &mut Findings) -> Option<OrganisationId> {
        match self.named(&name.value) {
            Some(receiver) if receiver.nobody => {
                let text = format!("«{}» är ingen organisation och nämns bara på egna rader", name.value);
                findings.stop(&name.place, text);
                None
            }
            Some(receiver) => Some(receiver.id.clone()),
            None => {
                let known = list(self.organisations().map(|receiver| receiver.id.as_str()));
                findings.stop(&name.place, format!("okänd organisation «{}»; organisationerna är {known}", name.value));
                None
            }
        }
    }

    /// The type of this name.
    pub(crate) fn kind(&self, name: &At<String>, findings: &mut Findings) -> Option<String> {
        if self.kinds.contains(name.value.as_str()) {
            return Some(name.value.clone());
        }
        let known = list(self.kinds.iter().copied());
        findings.stop(&name.place, format!("okänd mottagartyp «{}»; typerna är {known}", name.value));
        None
    }

    /// `receiver` or `receiver/role`.
    pub(crate) fn addressee(&self, text: &str, place: &Place, findings: &mut Findings) -> Option<Addressee> {
        let (name, role) = match text.split_once('/') {
            Some((name, role)) => (name.trim(), Some(role.trim())),
            None => (text.trim(), None),
        };
        let who = self.who(name, place, findings);
        let role = match role.map(|role| word(role, "roll", Role::ALL, Role::swedish, place, findings)) {
            Some(None) => return None,
            Some(role) => role,
            None => None,
        };
        Some(Addressee { who: who?, role })
    }

    fn who(&self, name: &str, place: &Place, findings: &mut Findings) -> Option<Who> {
        if name == EVERYBODY {
            return Some(Who::Everybody);
        }
        if let Some(receiver) = self.named(name) {
            return Some(Who::Organisation(receiver.id.clone()));
        }
        if self.kinds.contains(name) {
            return Some(Who::Kind(name.to_owned()));
        }
        let known = list([EVERYBODY].into_iter().chain(self.kinds.iter().copied()).chain(self.by_id.keys().copied()));
        findings.stop(place, format!("okänd mottagare «{name}»; mottagarna är {known}"));
        None
    }
}

/// A level by its word.
pub(crate) fn level(text: &At<String>, findings: &mut Findings) -> Option<Level> {
    word(&text.value, "nivå", Level::ALL, Level::swedish, &text.place, findings)
}

/// A situation by its word.
pub(crate) fn situation(text: &str, place: &Place, findings: &mut Findings) -> Option<Involvement> {
    word(text, "situation", Involvement::ALL, Involvement::swedish, place, findings)
}

/// One of a closed list of words.
fn word<T: Copy, const N: usize>(
    text: &str,
    what: &str,
    all: [T; N],
    swedish: fn(T) -> &'static str,
    place: &Place,
    findings: &mut Findings,
) -> Option<T> {
    let found = all.into_iter().find(|value| swedish(*value) == text);
    if found.is_none() {
        let known = list(all.into_iter().map(swedish));
        findings.stop(place, format!("okänd {what} «{text}»; väntade en av {known}"));
    }
    found
}

/// The markings' keys in the files; none: its own entry is faulty, which is told there and need not be told at every use.
pub(crate) type Keys = BTreeMap<String, Option<Marking>>;

/// The markings of these keys.
pub(crate) fn markings(names: &[At<String>], keys: &Keys, findings: &mut Findings) -> Vec<At<Marking>> {
    let known = |name: &At<String>| match keys.get(&name.value) {
        Some(marking) => marking.map(|value| At { value, place: name.place.clone() }),
        None => {
            findings.stop(&name.place, format!("okänt slag «{}»; slagen står i slag.toml", name.value));
            None
        }
    };
    names.iter().filter_map(known).collect()
}

/// Words with commas between.
pub(crate) fn list<T: AsRef<str>>(words: impl IntoIterator<Item = T>) -> String {
    words.into_iter().map(|word| word.as_ref().to_owned()).collect::<Vec<_>>().join(", ")
}
