//! Alarm plans and rules of notification, as data.

use crate::PartyId;

/// Whom to alarm for which incidents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Its name, unique.
    pub name: String,
    /// Incident types it is for, any level, compared without case. Empty: never chosen by itself.
    pub types: Vec<String>,
    /// Municipalities it is for. Empty: all.
    pub municipalities: Vec<String>,
    /// Whom it alarms.
    pub parties: Vec<PlanParty>,
    /// Whom it adds when a required party does not acknowledge in time.
    pub escalation: Vec<PartyId>,
}

/// One party of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanParty {
    /// Who.
    pub party: PartyId,
    /// The gate waits for it.
    pub required: bool,
    /// Seconds to acknowledge in; none: the organisation's own figure.
    pub due_seconds: Option<u32>,
    /// Only for these municipalities. Empty: all.
    pub municipalities: Vec<String>,
}

/// Notified by rule: organisations of one kind, when one of another is alarmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotifyRule {
    /// Kind whose alarm calls for it.
    pub when_alarmed: String,
    /// Kind that is notified.
    pub notify: String,
    /// The rule, as it stands in the record: law and paragraph.
    pub because: String,
}

impl Plan {
    /// Whether it is meant for an incident of these types in this municipality.
    pub fn fits(&self, types: &[String], municipality: Option<&str>) -> bool {
        let type_fits = self.types.iter().any(|wanted| types.iter().any(|given| same(wanted, given)));
        type_fits && among(&self.municipalities, municipality)
    }
}

impl PlanParty {
    /// Whether it is alarmed in this municipality.
    pub fn fits(&self, municipality: Option<&str>) -> bool {
        among(&self.municipalities, municipality)
    }
}

/// An unknown municipality fits everything: rather one alarm too many than one too few.
fn among(wanted: &[String], municipality: Option<&str>) -> bool {
    wanted.is_empty() || municipality.is_none_or(|given| wanted.iter().any(|one| same(one, given)))
}

fn same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}
