//! A unit's own state, apart from any incident: duty, crew, capabilities; signed off, or covert.

use crate::{UnitId, status::UnitState};

/// A unit as it has told of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnState {
    /// On duty; none: it has not said.
    pub on_duty: Option<bool>,
    /// Its newest own code.
    pub code: Option<String>,
    /// What that means.
    pub state: Option<UnitState>,
    /// The organisation's words for it.
    pub text: String,
    /// How many are in it.
    pub crew_size: Option<u32>,
    /// What it can do, in the organisation's words.
    pub capabilities: Vec<String>,
    /// It has signed off. A covert unit has so to everybody but its own.
    pub signed_off: bool,
    /// What names it is for its own only, from when that was decided.
    pub covert: bool,
}

/// What can be asked of a unit's own state.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named and documented in samband/v1/command.proto")]
pub enum UnitCommand {
    ReportState {
        unit: Option<UnitId>,
        on_duty: Option<bool>,
        code: Option<String>,
        crew_size: Option<u32>,
        capabilities: Vec<String>,
    },
    SignOff {
        unit: Option<UnitId>,
    },
    SetCovert {
        unit: UnitId,
        covert: bool,
    },
}

/// What can have happened to a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named and documented in samband/v1/event.proto")]
pub enum UnitEvent {
    StateReported { unit: UnitId, state: OwnState, relayed: bool },
    SignedOff { unit: UnitId, covert: bool },
    SignedOn { unit: UnitId, was_covert: bool },
    LocationRecorded { unit: UnitId },
}

impl UnitEvent {
    /// Which unit.
    pub fn unit(&self) -> &UnitId {
        match self {
            Self::StateReported { unit, .. }
            | Self::SignedOff { unit, .. }
            | Self::SignedOn { unit, .. }
            | Self::LocationRecorded { unit } => unit,
        }
    }
}
