//! A unit in distress. It stands until it is cancelled; nothing else ends it.

use std::collections::BTreeSet;

use crate::{EmergencyId, EventId, OrganisationId, PartyId, Timestamp, UnitId};

/// An emergency as an incident holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emergency {
    /// The event that raised it.
    pub event: EventId,
    /// The unit in distress.
    pub unit: UnitId,
    /// Whose unit.
    pub owner: OrganisationId,
    /// When.
    pub raised_at: Timestamp,
    /// It is over.
    pub cancelled: bool,
    /// Who has taken note.
    pub acknowledged: BTreeSet<PartyId>,
}

/// Who is told of an emergency, beside everybody involved: data of the deployment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EmergencyRule {
    /// So many of the nearest units, and through them their organisations.
    pub nearest: usize,
    /// Organisations that are told of every emergency.
    pub always: BTreeSet<OrganisationId>,
}

/// What can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named and documented in samband/v1/command.proto")]
pub enum EmergencyCommand {
    Raise { unit: Option<UnitId> },
    Acknowledge { emergency: EmergencyId },
    Cancel { emergency: EmergencyId, reason_given: bool, by_mistake: bool },
}

/// What can have happened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named and documented in samband/v1/event.proto")]
pub enum EmergencyEvent {
    Raised { emergency: EmergencyId, unit: UnitId, relayed: bool },
    Told { emergency: EmergencyId, units: Vec<UnitId> },
    Acknowledged { emergency: EmergencyId, party: PartyId },
    Cancelled { emergency: EmergencyId },
}
