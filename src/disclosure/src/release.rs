//! Releases: what an owner's decisions let be opened case by case, and what is open.

use std::collections::BTreeSet;

use samband_domain::{Level, OrganisationId, Role};
use samband_proto::v1::Marking;

use crate::{
    class::Viewer,
    mask::{MarkingSet, Mask, bit},
};

/// One line of an owner's file that lets its information be released, with every receiver it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseRule {
    /// Which markings.
    pub markings: MarkingSet,
    /// To whom.
    pub to: BTreeSet<Viewer>,
    /// By the owner's own in these roles.
    pub by: BTreeSet<Role>,
    /// At most this.
    pub highest: Level,
    /// On one of these grounds.
    pub grounds: BTreeSet<String>,
    /// For at most so many minutes.
    pub max_minutes: u32,
}

impl ReleaseRule {
    /// Whether it lets somebody in this role release the marking to the receiver.
    pub fn lets(&self, by: Role, marking: Marking, to: &Viewer) -> bool {
        self.markings & bit(marking) != 0 && self.by.contains(&by) && self.to.contains(to)
    }
}

/// What a legal ground can open, and to which types of receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroundRule {
    /// Which markings.
    pub markings: MarkingSet,
    /// To these types; none: any.
    pub kinds: Option<BTreeSet<String>>,
}

/// A release in force, as a class has it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReleaseView {
    /// Whose information.
    pub owner: OrganisationId,
    /// Which marking, by number.
    pub marking: i32,
    /// Up to this.
    pub level: Level,
    /// Of events from this journal position on; 0: from the start.
    pub from: u64,
}

impl ReleaseView {
    /// The owner's levels for an event at this position, with the release. It never takes anything away.
    pub(crate) fn open(&self, mask: Mask, position: u64) -> Mask {
        match Marking::try_from(self.marking) {
            Ok(marking) if position >= self.from => mask.with(marking, mask.get(marking).max(self.level)),
            _ => mask,
        }
    }
}
