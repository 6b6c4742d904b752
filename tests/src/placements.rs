//! What the fan-out tells of units, kept until a live map without a thread takes it.

use std::sync::{Arc, Mutex};

use samband_domain::{IncidentId, Involvement, OrganisationId, UnitId};
use samband_hub::{
    fanout::Placements,
    live::{Live, UnitView},
};

/// What the fan-out tells of units, until the live map takes it.
#[derive(Clone, Default)]
pub(crate) struct Told(Arc<Mutex<Vec<Placement>>>);

enum Placement {
    Unit(UnitId, UnitView),
    Standing(IncidentId, OrganisationId, Involvement),
}

impl Told {
    fn push(&self, placement: Placement) {
        if let Ok(mut told) = self.0.lock() {
            told.push(placement);
        }
    }

    pub(crate) fn hand_over(&self, live: &mut Live) {
        let told = self.0.lock().map(|mut told| std::mem::take(&mut *told)).unwrap_or_default();
        for placement in told {
            match placement {
                Placement::Unit(unit, view) => live.unit(&unit, view),
                Placement::Standing(incident, organisation, to) => live.standing(incident, organisation, to),
            }
        }
    }
}

impl Placements for Told {
    fn unit(&self, unit: UnitId, view: UnitView) {
        self.push(Placement::Unit(unit, view));
    }

    fn standing(&self, incident: IncidentId, organisation: OrganisationId, involvement: Involvement) {
        self.push(Placement::Standing(incident, organisation, involvement));
    }
}
