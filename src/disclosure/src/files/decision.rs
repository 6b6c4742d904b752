//! One owner's decisions, and what they say of a receiver. Notation: most specific receiver first, then the closest situation.

use std::collections::{BTreeMap, BTreeSet};

use samband_domain::{Involvement, Level, OrganisationId, Role};
use samband_proto::v1::Marking;

use super::{
    finding::Place,
    words::{Addressee, Who},
};
use crate::{class::Viewer, policy::Receiver, release::ReleaseRule};

/// One line: whom it is about, from which situation, and the level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Whom.
    pub to: Addressee,
    /// From this situation up, until a line with a closer one.
    pub from: Involvement,
    /// What they get.
    pub level: Level,
    /// Where it stands.
    pub place: Place,
    /// As written.
    pub text: String,
}

/// What the owner lets be released case by case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// To whom.
    pub to: Vec<Addressee>,
    /// At most this.
    pub highest: Level,
    /// By whom, of the owner's own.
    pub by: Vec<Addressee>,
    /// On one of these grounds.
    pub grounds: Vec<String>,
    /// For at most so many minutes.
    pub max_minutes: u32,
    /// Where it stands.
    pub place: Place,
}

/// Decisions about some markings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The section's name.
    pub name: String,
    /// Where it begins.
    pub place: Place,
    /// The markings it is about.
    pub markings: Vec<Marking>,
    /// Its lines.
    pub rows: Vec<Row>,
    /// Outside this nothing may ever be seen, not even by a release.
    pub ceiling: Option<Who>,
    /// What may be released.
    pub releases: Vec<Release>,
}

/// An owner's file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerFile {
    /// Whose decisions.
    pub owner: OrganisationId,
    /// Its type.
    pub kind: String,
    /// Version, as the owner counts.
    pub version: String,
    /// Who decided.
    pub decided_by: String,
    /// How to ask for what is withheld.
    pub how_to_ask: String,
    /// Whom `alla` and type names mean.
    pub recipients: BTreeSet<OrganisationId>,
    /// Markings that reach others only in a message shared with them, and where that is said.
    pub push_only: BTreeMap<Marking, Place>,
    /// Organisations whose relayed acknowledgement for this one counts.
    pub relayers: BTreeSet<OrganisationId>,
    /// Organisations whose gateway speaks for units of this one, by ISSI.
    pub delegations: Vec<Delegation>,
    /// The sections, in file order.
    pub decisions: Vec<Decision>,
    /// Where the file's heading stands.
    pub place: Place,
}

/// Units for which another organisation's gateway speaks: what they send over its network is theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegation {
    /// Whose gateway.
    pub to: OrganisationId,
    /// Individual subscriber identities.
    pub issis: std::ops::RangeInclusive<u32>,
    /// Where it stands.
    pub place: Place,
}

/// Why a receiver gets what it gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because<'a> {
    /// It owns it.
    Owner,
    /// The line says so.
    Row(&'a Row),
    /// No line is about it: hidden.
    NoRow,
}

impl OwnerFile {
    /// The section about a marking.
    pub fn decision(&self, marking: Marking) -> Option<&Decision> {
        self.decisions.iter().find(|decision| decision.markings.contains(&marking))
    }

    /// What a receiver gets of a marking, and why. What goes out over a network goes to crews, so a gateway gets no more than the units of its
    /// organisation do.
    pub fn decide(
        &self,
        receiver: &Receiver,
        role: Role,
        involvement: Involvement,
        marking: Marking,
    ) -> (Level, Because<'_>) {
        let stated = self.stated(receiver, role, involvement, marking);
        if role == Role::Gateway {
            let of_units = self.stated(receiver, Role::Unit, involvement, marking);
            if of_units.0 < stated.0 {
                return of_units;
            }
        }
        stated
    }

    /// What the lines about a role say.
    pub(super) fn stated(
        &self,
        receiver: &Receiver,
        role: Role,
        involvement: Involvement,
        marking: Marking,
    ) -> (Level, Because<'_>) {
        let own = receiver.id == self.owner;
        let rows = self.decision(marking).map_or(&[][..], |decision| &decision.rows);
        let applying = rows.iter().filter(|row| row.from <= involvement && self.means(&row.to, receiver, role));
        let chosen = applying.max_by_key(|row| (row.to.rank(), row.from));
        match chosen {
            Some(row) => (row.level, Because::Row(row)),
            None if own => (Level::Full, Because::Owner),
            None => (Level::Hidden, Because::NoRow),
        }
    }

    /// What a line about releases lets, with every receiver it means.
    pub(crate) fn release_rules(&self, all: &[Receiver]) -> Vec<ReleaseRule> {
        let roles = |addressee: &Addressee| match addressee.role {
            Some(role) => vec![role],
            None => Role::ALL.to_vec(),
        };
        let rule = |decision: &Decision, release: &Release| {
            let viewers = all.iter().flat_map(|receiver| Role::ALL.map(|role| (receiver, role)));
            // What is handed out in a single case goes to people, and through no network to whoever listens.
            let meant = |(receiver, role): &(&Receiver, Role)| {
                *role != Role::Gateway
                    && !receiver.nobody
                    && release.to.iter().any(|to| self.means(to, receiver, *role))
            };
            let viewer = |(receiver, role): (&Receiver, Role)| Viewer { organisation: receiver.id.clone(), role };
            ReleaseRule {
                markings: decision.markings.iter().fold(0, |set, marking| set | crate::mask::bit(*marking)),
                to: viewers.filter(meant).map(viewer).collect(),
                by: release.by.iter().flat_map(roles).collect(),
                highest: release.highest,
                grounds: release.grounds.iter().cloned().collect(),
                max_minutes: release.max_minutes,
            }
        };
        let of = |decision: &'_ Decision| decision.releases.iter().map(|one| rule(decision, one)).collect::<Vec<_>>();
        self.decisions.iter().flat_map(of).collect()
    }

    fn means(&self, to: &Addressee, receiver: &Receiver, role: Role) -> bool {
        if to.role.is_some_and(|wanted| wanted != role) {
            return false;
        }
        let listed = receiver.id != self.owner && self.recipients.contains(&receiver.id);
        match &to.who {
            Who::Everybody => listed,
            Who::Kind(kind) => listed && *kind == receiver.kind,
            Who::Organisation(id) => *id == receiver.id,
        }
    }

    /// Where a marking's level comes from when no line gives it.
    pub(crate) fn place_of(&self, marking: Marking) -> &Place {
        self.decision(marking).map_or(&self.place, |decision| &decision.place)
    }
}

/// Whether a receiver is inside a ceiling.
pub(crate) fn inside(ceiling: &Who, receiver: &Receiver) -> bool {
    match ceiling {
        Who::Everybody => true,
        Who::Kind(kind) => *kind == receiver.kind,
        Who::Organisation(id) => *id == receiver.id,
    }
}
