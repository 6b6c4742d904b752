//! How organisations stand to an incident, as the control parts of its events tell. The command side and the fan-out read the same.

use std::collections::BTreeMap;

use samband_disclosure::Standing;
use samband_domain::{Involvement, OrganisationId};
use samband_proto::{internal, v1 as pb};

use crate::wire::from_proto::event::involvement;

/// Standing by organisation. Absent: not involved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standings(BTreeMap<OrganisationId, Standing>);

impl Standings {
    /// How one organisation stands.
    pub fn of(&self, organisation: &OrganisationId) -> Standing {
        self.0.get(organisation).copied().unwrap_or_default()
    }

    /// Takes in what an event at this position changed. Returns who stands otherwise than before.
    pub fn take_in(&mut self, control: &internal::Control, position: u64) -> Vec<OrganisationId> {
        let mut changed = Vec::new();
        for step in &control.involvement {
            let Ok(organisation) = OrganisationId::new(step.organisation()) else { continue };
            let to = involvement(pb::Involvement::try_from(step.involvement.unwrap_or(0)).unwrap_or_default());
            let standing = self.0.entry(organisation.clone()).or_default();
            let before = *standing;
            if before.involvement < Involvement::Alarmed && to >= Involvement::Alarmed {
                standing.before_alarm = before.involvement;
                standing.alarmed_at = Some(position);
            }
            standing.involvement = to;
            if *standing != before {
                changed.push(organisation);
            }
        }
        changed
    }
}
