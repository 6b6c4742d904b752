//! Which units are on an incident: alarmed to it or at work in it, and neither recalled, released nor signed off.

use crate::{
    UnitId,
    alarm::Standing,
    event::{Decided, Event, Party},
    status::UnitState,
    unit::UnitEvent,
};

use super::Incident;

/// Before the rest of the event is applied.
pub(super) fn apply(incident: &mut Incident, happened: &Decided) {
    match &happened.event {
        Event::AlarmRaised { parties, .. } => on(incident, parties),
        Event::PartiesAdded { parties, replaces, .. } => {
            on(incident, parties);
            off(incident, replaces.iter().filter_map(|party| party.unit.as_ref()));
        }
        Event::AlarmRecalled { parties, .. } => off(incident, parties.iter().filter_map(|party| party.unit.as_ref())),
        Event::Declined { party, .. } => off(incident, party.unit.iter()),
        Event::UnitStatusReported { unit, state, .. } => match state {
            UnitState::Available | UnitState::Unavailable => off(incident, [unit]),
            _ => _ = incident.units.insert(unit.clone(), happened.owner.clone()),
        },
        Event::StoodDown { organisation } => incident.units.retain(|_, owner| owner != organisation),
        Event::IncidentClosed { .. } => incident.units.clear(),
        Event::Unit(UnitEvent::SignedOff { unit, covert }) => sign_off(incident, unit, *covert),
        _ => {}
    }
}

fn on(incident: &mut Incident, parties: &[Party]) {
    let named = parties.iter().filter_map(|party| Some((party.id.unit.clone()?, party.id.organisation.clone())));
    incident.units.extend(named);
}

fn off<'a>(incident: &mut Incident, units: impl IntoIterator<Item = &'a UnitId>) {
    for unit in units {
        incident.units.remove(unit);
    }
}

/// It leaves every alarm, as one whose organisation stood down. A covert one works on, for its own.
fn sign_off(incident: &mut Incident, unit: &UnitId, covert: bool) {
    for alarm in incident.alarms.values_mut() {
        for (party, state) in &mut alarm.parties {
            if party.unit.as_ref() == Some(unit) && !matches!(state.standing, Standing::Recalled { .. }) {
                state.standing = Standing::StoodDown;
            }
        }
    }
    if !covert {
        off(incident, [unit]);
        incident.statuses.remove(unit);
    }
}
