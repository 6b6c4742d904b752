//! What an event does beside what it says: who alone may see it, what it opens, which units it moves.

use std::collections::{BTreeMap, BTreeSet};

use samband_domain::{
    OrganisationId, UnitId,
    directory::Directory,
    emergency::EmergencyEvent,
    event::{Decided, Event},
    incident::Incident,
    release::ReleaseEvent,
    status::UnitState,
    talkgroup::TalkgroupEvent,
    unit::UnitEvent,
};
use samband_proto::{
    internal::{RaisedSubject, ReleaseStep, UnitStep},
    v1 as pb,
};

use super::record::Effects;
use crate::wire::to_proto::{around::level, event::unit_state};

/// What must be known of an incident as it was before an event.
pub(super) struct Before {
    units: BTreeMap<UnitId, OrganisationId>,
    /// With whom what is answered or ended here was begun.
    other: Option<OrganisationId>,
}

impl Before {
    /// Before this event.
    pub(super) fn of(incident: &Incident, event: &Event) -> Self {
        let asker = |request| incident.release_requests.get(request).map(|asked| asked.asker.organisation.clone());
        let receiver = |release| incident.releases.get(release).map(|granted| granted.to.organisation.clone());
        let other = match event {
            Event::Release(ReleaseEvent::Refused { request }) => asker(request),
            Event::Release(ReleaseEvent::Ended { release, .. }) => receiver(release),
            _ => None,
        };
        Self { units: incident.units.clone(), other }
    }
}

/// Of an event of an incident, as that was `before` and is `after`; `person`: whom alone a release is for.
pub(super) fn in_incident(decided: &Decided, before: Before, after: &Incident, person: Option<&str>) -> Effects {
    let mut effects = Effects { units: moved(&before, after), ..Effects::default() };
    match &decided.event {
        Event::UnitStatusReported { unit, code, state, .. } => {
            let on = Some(after.units.contains_key(unit));
            effects.units.retain(|step| step.unit_id.as_deref() != Some(unit.as_str()));
            effects.units.push(UnitStep { on, ..with_state(unit, Some(code), Some(*state)) });
        }
        Event::Emergency(event) => effects.units.extend(distress(event, after)),
        Event::Release(event) => release(decided, event, before, person, &mut effects),
        _ => {}
    }
    effects
}

/// Of an event outside incidents.
pub(super) fn elsewhere(decided: &Decided, directory: &Directory) -> Effects {
    let mut effects = Effects::default();
    match &decided.event {
        Event::Talkgroup(event) => effects.addressed = pool_members(decided, event, directory),
        Event::Unit(event) => {
            let unit = event.unit();
            let raised =
                |marking: pb::Marking| RaisedSubject { unit_id: Some(unit.to_string()), marking: Some(marking as i32) };
            match event {
                UnitEvent::StateReported { state, .. } => {
                    effects.units.push(with_state(unit, state.code.as_ref(), state.state));
                }
                UnitEvent::SignedOff { covert, .. } => {
                    effects.units.push(UnitStep { signed_off: Some(!covert), ..step(unit) });
                    effects.raises.extend(covert.then(|| raised(pb::Marking::CovertUnit)));
                }
                UnitEvent::SignedOn { was_covert, .. } => {
                    effects.units.push(UnitStep { signed_off: Some(false), ..step(unit) });
                    effects.raises.extend(was_covert.then(|| raised(pb::Marking::Unspecified)));
                }
                UnitEvent::LocationRecorded { .. } => {}
            }
        }
        _ => {}
    }
    effects
}

/// Who may lease, or listen to, the group that an event of the pool is about.
fn pool_members(decided: &Decided, event: &TalkgroupEvent, directory: &Directory) -> BTreeSet<OrganisationId> {
    let groups = directory.talkgroups.as_ref().map(|register| &register.groups);
    let mut members: BTreeSet<OrganisationId> = match event {
        TalkgroupEvent::PoolLeaseChanged { talkgroup, .. } => {
            let group = groups.and_then(|groups| groups.get(talkgroup));
            group.iter().flat_map(|group| group.listen.union(&group.lease)).cloned().collect()
        }
        TalkgroupEvent::PoolNearlyExhausted { .. } => {
            groups.iter().flat_map(|groups| groups.values()).flat_map(|group| &group.lease).cloned().collect()
        }
        _ => return BTreeSet::new(),
    };
    members.insert(decided.owner.clone());
    members
}

fn step(unit: &UnitId) -> UnitStep {
    UnitStep { unit_id: Some(unit.to_string()), ..UnitStep::default() }
}

fn with_state(unit: &UnitId, code: Option<&String>, state: Option<UnitState>) -> UnitStep {
    UnitStep { code: code.cloned(), state: state.map(|state| unit_state(state) as i32), ..step(unit) }
}

/// Units that have come to the incident, or left it.
fn moved(before: &Before, after: &Incident) -> Vec<UnitStep> {
    let came = after.units.keys().filter(|unit| !before.units.contains_key(*unit));
    let left = before.units.keys().filter(|unit| !after.units.contains_key(*unit));
    let came = came.map(|unit| UnitStep { on: Some(true), ..step(unit) });
    came.chain(left.map(|unit| UnitStep { on: Some(false), ..step(unit) })).collect()
}

fn distress(event: &EmergencyEvent, after: &Incident) -> Option<UnitStep> {
    let (emergency, stands) = match event {
        EmergencyEvent::Raised { emergency, .. } => (emergency, true),
        EmergencyEvent::Cancelled { emergency } => (emergency, false),
        EmergencyEvent::Told { .. } | EmergencyEvent::Acknowledged { .. } => return None,
    };
    let unit = &after.emergencies.get(emergency)?.unit;
    Some(UnitStep { emergency: Some(stands), ..step(unit) })
}

/// What goes between an owner and a viewer is for the two of them.
fn release(decided: &Decided, event: &ReleaseEvent, before: Before, person: Option<&str>, effects: &mut Effects) {
    let other = match event {
        ReleaseEvent::Requested { owner, .. } => Some(owner.clone()),
        ReleaseEvent::Refused { .. } => before.other,
        ReleaseEvent::Granted { release, marking, level: highest, to, from_start, until, .. } => {
            effects.releases.push(ReleaseStep {
                release_id: Some(release.to_string()),
                owner: Some(decided.owner.to_string()),
                marking: Some(i32::from(marking.0)),
                level: Some(level(*highest) as i32),
                organisation: Some(to.organisation.to_string()),
                role: Some(to.role.as_str().into()),
                person: person.filter(|_| to.one_person).map(str::to_owned),
                from_start: Some(*from_start),
                until_ms: Some(until.0),
                ended: None,
            });
            Some(to.organisation.clone())
        }
        ReleaseEvent::Ended { release, .. } => {
            let ended = ReleaseStep { release_id: Some(release.to_string()), ended: Some(true), ..Default::default() };
            effects.releases.push(ended);
            before.other
        }
    };
    effects.addressed.insert(decided.owner.clone());
    effects.addressed.extend(other);
}
