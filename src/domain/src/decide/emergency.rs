//! A unit in distress. Raised at any time; ended by the unit, its organisation or the lead, and by nothing else.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    EmergencyId, IncidentId, Involvement, OrganisationId, Refusal, Role, UnitId,
    command::{Context, Shown},
    emergency::{Emergency, EmergencyCommand, EmergencyEvent},
    event::{Cause, Decided, Event},
    incident::{Incident, apply},
};

use super::{hub, own, raise_involvement, report::reporting_unit};

/// What an incident of its own is called: a real one, also when raised during an exercise.
const OWN_INCIDENT: &str = "Nödlarm";

/// On an incident that the sender sees, or, where there is none that takes it, in one of its own.
pub fn raise(
    incident: Option<&Incident>,
    unit: Option<&UnitId>,
    ctx: &mut Context<'_>,
) -> Result<Vec<Decided>, Refusal> {
    super::permitted(&crate::command::Command::Emergency(EmergencyCommand::Raise { unit: unit.cloned() }), ctx)?;
    let unit = reporting_unit(unit, ctx)?.ok_or(Refusal::UnknownUnit)?;
    if let Some((_, emergency)) = ctx.world.emergencies.get(&unit) {
        return Err(Refusal::EmergencyStands { emergency: *emergency });
    }
    // Nobody in distress is told that the incident is over.
    let takes = incident.filter(|incident| !incident.closed && incident.notice.is_none());
    let mut alone;
    let mut events = Vec::new();
    let incident = match takes {
        Some(incident) => incident,
        None => {
            alone = Incident::new(IncidentId((ctx.ids)()));
            events = super::desk::report(alone.id, &[OWN_INCIDENT.into()], false, &[], &[], ctx);
            events.iter().for_each(|event| apply(&mut alone, event, ctx.now));
            &alone
        }
    };
    let emergency = EmergencyId((ctx.ids)());
    let told = told(incident, &unit, ctx);
    for organisation in told.keys() {
        events.extend(raise_involvement(incident, ctx, organisation, Involvement::Near, Cause::Emergency, None));
    }
    let relayed = ctx.principal.unit.as_ref() != Some(&unit);
    events.push(own(incident, ctx, Event::Emergency(EmergencyEvent::Raised { emergency, unit, relayed })));
    for (organisation, units) in told.into_iter().filter(|(_, units)| !units.is_empty()) {
        let event = Event::Emergency(EmergencyEvent::Told { emergency, units });
        events.push(hub(incident, ctx, &organisation, event));
    }
    Ok(events)
}

/// Organisations that are told, each with its units that are nearest. Of a covert unit only those who see it.
fn told(incident: &Incident, unit: &UnitId, ctx: &Context<'_>) -> BTreeMap<OrganisationId, Vec<UnitId>> {
    let own = &ctx.principal.organisation;
    let rule = &ctx.directory.emergency;
    let covert = ctx.world.is_covert(unit);
    let sees = |organisation: &OrganisationId, what| ctx.sight.would_see(organisation, own, what);
    let may_know = |organisation: &OrganisationId| {
        sees(organisation, Shown::Emergency) && (!covert || sees(organisation, Shown::CovertUnit))
    };
    let here = |near: &&UnitId| *near != unit && !ctx.world.is_covert(near);
    let mut told: BTreeMap<OrganisationId, Vec<UnitId>> = BTreeMap::new();
    for near in ctx.nearest.iter().filter(here).take(rule.nearest) {
        if let Some(entry) = ctx.directory.units.get(near).filter(|entry| may_know(&entry.organisation)) {
            told.entry(entry.organisation.clone()).or_default().push(near.clone());
        }
    }
    for organisation in rule.always.iter().filter(|organisation| may_know(organisation)) {
        told.entry(organisation.clone()).or_default();
    }
    let involved: BTreeSet<_> = incident.involvement.keys().collect();
    told.retain(|organisation, units| !units.is_empty() || !involved.contains(organisation));
    told
}

pub(super) fn decide(
    incident: &Incident,
    command: &EmergencyCommand,
    ctx: &mut Context<'_>,
) -> Result<Vec<Decided>, Refusal> {
    match command {
        EmergencyCommand::Raise { unit } => raise(Some(incident), unit.as_ref(), ctx),
        EmergencyCommand::Acknowledge { emergency } => {
            let (id, emergency) = (*emergency, standing(incident, *emergency, ctx)?);
            let party = ctx.principal.party();
            if emergency.acknowledged.contains(&party) {
                return Err(Refusal::AlreadyAcknowledged { party });
            }
            let event = EmergencyEvent::Acknowledged { emergency: id, party };
            Ok(vec![own(incident, ctx, Event::Emergency(event))])
        }
        EmergencyCommand::Cancel { emergency, reason_given, by_mistake } => {
            let (id, emergency) = (*emergency, standing(incident, *emergency, ctx)?);
            may_cancel(incident, emergency, ctx)?;
            if !reason_given && !by_mistake {
                return Err(Refusal::ReasonMissing);
            }
            let owner = emergency.owner.clone();
            let event = Event::Emergency(EmergencyEvent::Cancelled { emergency: id });
            // Also when the lead cancels, it is about the owner's unit: whoever saw it raised sees it end.
            Ok(vec![Decided { owner, ..own(incident, ctx, event) }])
        }
    }
}

/// The emergency, if the sender sees it and it stands.
fn standing<'a>(incident: &'a Incident, id: EmergencyId, ctx: &Context<'_>) -> Result<&'a Emergency, Refusal> {
    let emergency = incident.emergencies.get(&id).ok_or(Refusal::NotFound)?;
    super::seen(emergency.event, ctx)?;
    if emergency.cancelled { Err(Refusal::EmergencyEnded { emergency: id }) } else { Ok(emergency) }
}

/// The unit itself, its organisation's desk, or the desk of the lead (3GPP TS 24.379 clause 12: an authorised user).
fn may_cancel(incident: &Incident, emergency: &Emergency, ctx: &Context<'_>) -> Result<(), Refusal> {
    let sender = ctx.principal;
    let desk = matches!(sender.role, Role::Operator | Role::Command);
    let itself = sender.unit.as_ref() == Some(&emergency.unit);
    let authorised = desk && (sender.organisation == emergency.owner || incident.lead() == Some(&sender.organisation));
    if itself || authorised {
        return Ok(());
    }
    Err(Refusal::NotPermitted { needed: "the unit itself, its organisation's desk or the lead's" })
}

/// An emergency that stands in an incident, and that the sender sees: of a covert unit's, a refusal would tell.
pub(super) fn any_standing(incident: &Incident, ctx: &Context<'_>) -> Option<EmergencyId> {
    let stands = |emergency: &Emergency| !emergency.cancelled && super::seen(emergency.event, ctx).is_ok();
    incident.emergencies.iter().find(|(_, emergency)| stands(emergency)).map(|(id, _)| *id)
}
