//! Total information: the versioned common briefing.

use std::collections::BTreeMap;

use crate::{EventId, PartyId};

/// The version in force and who has confirmed what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TotalInformation {
    /// 1, 2, 3, ...: common to all.
    pub number: u32,
    /// What it refers to.
    pub references: Vec<EventId>,
    /// The newest version that asked for an "Uppfattat".
    pub material: u32,
    /// The highest version each party has confirmed.
    pub confirmed: BTreeMap<PartyId, u32>,
}

impl TotalInformation {
    /// Parties of these that have not confirmed the newest material version. None of them, before there is one.
    pub fn unconfirmed<'a>(&'a self, parties: impl Iterator<Item = &'a PartyId>) -> Vec<&'a PartyId> {
        parties.filter(|party| self.confirmed.get(party).copied().unwrap_or(0) < self.material).collect()
    }
}
