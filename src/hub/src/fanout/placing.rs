//! How units stand, as the control parts of events tell: what the live map needs of the journal.

use std::collections::BTreeMap;

use samband_domain::{IncidentId, Involvement, OrganisationId, Scope, UnitId};
use samband_proto::{
    internal::Control,
    v1::{self as pb, Marking},
};

use crate::{
    live::{LiveHandle, UnitView},
    wire::from_proto::event::{involvement, state},
};

/// Takes what units and organisations stand like.
pub trait Placements: Send {
    /// A unit stands so.
    fn unit(&self, unit: UnitId, view: UnitView);
    /// An organisation stands so to an incident.
    fn standing(&self, incident: IncidentId, organisation: OrganisationId, involvement: Involvement);
}

impl Placements for LiveHandle {
    fn unit(&self, unit: UnitId, view: UnitView) {
        self.unit(unit, view);
    }

    fn standing(&self, incident: IncidentId, organisation: OrganisationId, involvement: Involvement) {
        self.standing(incident, organisation, involvement);
    }
}

/// All units that events have told of.
#[derive(Default)]
pub(super) struct Placing {
    units: BTreeMap<UnitId, UnitView>,
    told: Option<Box<dyn Placements>>,
}

impl Placing {
    /// From here on somebody is told; first of everything as it stands.
    pub(super) fn tell(&mut self, placements: Box<dyn Placements>) {
        for (unit, view) in &self.units {
            placements.unit(unit.clone(), view.clone());
        }
        self.told = Some(placements);
    }

    /// The marking under which a unit listens. One that has signed off listens as a covert one does: the two are not to be told apart.
    pub(super) fn listens_as(&self, unit: &UnitId) -> Option<Marking> {
        self.units.get(unit).and_then(|view| view.raised.or(view.signed_off.then_some(Marking::CovertUnit)))
    }

    /// Takes in what an event does to units. Returns those whose marking, as one who listens, may have changed.
    pub(super) fn take_in(&mut self, scope: &Scope, control: &Control) -> Vec<UnitId> {
        let mut raised = Vec::new();
        for subject in &control.raises {
            let Ok(unit) = UnitId::new(subject.unit_id()) else { continue };
            let marking = Marking::try_from(subject.marking.unwrap_or(0)).unwrap_or(Marking::CovertUnit);
            let view = self.units.entry(unit.clone()).or_default();
            view.raised = (marking != Marking::Unspecified).then_some(marking);
            self.say(&unit);
            raised.push(unit);
        }
        for step in &control.units {
            let Ok(unit) = UnitId::new(step.unit_id()) else { continue };
            let view = self.units.entry(unit.clone()).or_default();
            match (step.on, scope) {
                (Some(true), Scope::Incident(incident)) => _ = view.incidents.insert(*incident),
                (Some(false), Scope::Incident(incident)) => _ = view.incidents.remove(incident),
                _ => {}
            }
            if let Some(code) = &step.code {
                view.code = Some(code.clone());
            }
            if let Some(wire) = step.state {
                view.state = state(pb::UnitState::try_from(wire).unwrap_or_default());
            }
            let signed_off = step.signed_off.unwrap_or(view.signed_off);
            if signed_off != view.signed_off {
                raised.push(unit.clone());
            }
            view.signed_off = signed_off;
            view.emergency = step.emergency.unwrap_or(view.emergency);
            self.say(&unit);
        }
        if let Scope::Incident(incident) = scope {
            for step in &control.involvement {
                let Ok(organisation) = OrganisationId::new(step.organisation()) else { continue };
                let to = involvement(pb::Involvement::try_from(step.involvement.unwrap_or(0)).unwrap_or_default());
                if let Some(told) = &self.told {
                    told.standing(*incident, organisation, to);
                }
            }
        }
        raised
    }

    fn say(&self, unit: &UnitId) {
        if let (Some(told), Some(view)) = (&self.told, self.units.get(unit)) {
            told.unit(unit.clone(), view.clone());
        }
    }
}
