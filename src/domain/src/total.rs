//! Total information: the versioned common briefing.

use std::collections::BTreeMap;

use crate::{EventId, OrganisationId, PartyId};

/// The version in force and who has confirmed what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TotalInformation {
    /// 1, 2, 3, ...: common to all.
    pub number: u32,
    /// What it refers to.
    pub references: Vec<EventId>,
    /// Every version's event, newest last, and whose it is.
    pub versions: Vec<(EventId, OrganisationId)>,
    /// The newest version that asked for an "Uppfattat".
    pub material: u32,
    /// The highest version each party has confirmed.
    pub confirmed: BTreeMap<PartyId, u32>,
}

impl TotalInformation {
    /// Earlier versions that a version of this owner refers to, because their shared text stays in force and is not this owner's to repeat:
    /// a text redacts by the decisions of who wrote it.
    pub fn carried_by(&self, owner: &OrganisationId) -> Vec<EventId> {
        let referred = |event: &EventId| self.references.contains(event);
        let newest = self.versions.len().saturating_sub(1);
        let carried = |(at, (event, of)): (usize, &(EventId, OrganisationId))| {
            (of != owner && (at == newest || referred(event))).then_some(*event)
        };
        self.versions.iter().enumerate().filter_map(carried).collect()
    }

    /// Parties of these that have not confirmed the newest material version. None of them, before there is one.
    pub fn unconfirmed<'a>(&'a self, parties: impl Iterator<Item = &'a PartyId>) -> Vec<&'a PartyId> {
        parties.filter(|party| self.confirmed.get(party).copied().unwrap_or(0) < self.material).collect()
    }
}
