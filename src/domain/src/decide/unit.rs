//! A unit's own state: reported, signed off, made covert.

use crate::{
    Refusal, Scope, UnitId,
    command::Context,
    event::{Decided, Event},
    incident::Incident,
    unit::{OwnState, UnitCommand, UnitEvent},
};

use super::{in_scope, plain, report::reporting_unit};

/// `on`: the incidents that the unit is on.
pub(super) fn decide(command: &UnitCommand, on: &[&Incident], ctx: &mut Context<'_>) -> Result<Vec<Decided>, Refusal> {
    match command {
        UnitCommand::ReportState { unit, on_duty, code, crew_size, capabilities } => {
            let unit = own_unit(unit.as_ref(), ctx)?;
            let before = ctx.world.units.get(&unit).cloned().unwrap_or_default();
            let mut state = OwnState {
                on_duty: on_duty.or(before.on_duty),
                crew_size: crew_size.or(before.crew_size),
                capabilities: if capabilities.is_empty() { before.capabilities.clone() } else { capabilities.clone() },
                ..before
            };
            if let Some(code) = code {
                with_code(&mut state, code, ctx)?;
            }
            let relayed = ctx.principal.unit.as_ref() != Some(&unit);
            let mut events: Vec<_> = signs_on(&unit, ctx).into_iter().collect();
            let reported = in_unit(&unit, ctx, UnitEvent::StateReported { unit: unit.clone(), state, relayed });
            events.push(Decided { content: Some(0), ..reported });
            Ok(events)
        }
        UnitCommand::SignOff { unit } => {
            let unit = own_unit(unit.as_ref(), ctx)?;
            if ctx.world.units.get(&unit).is_some_and(|state| state.signed_off || state.covert) {
                return Err(Refusal::NothingToDo);
            }
            Ok(sign_off(&unit, false, on, ctx))
        }
        UnitCommand::SetCovert { unit, covert } => {
            // Only its own organisation's desk: to everybody else there is no such question.
            if !ctx.directory.owns(&ctx.principal.organisation, unit) {
                return Err(Refusal::UnknownUnit);
            }
            match (ctx.world.is_covert(unit), covert) {
                (true, true) | (false, false) => Err(Refusal::NothingToDo),
                // Others have seen it raised: they have to see how it ends.
                (false, true) => match ctx.world.emergencies.get(unit) {
                    Some((_, emergency)) => Err(Refusal::EmergencyStands { emergency: *emergency }),
                    None => Ok(sign_off(unit, true, on, ctx)),
                },
                (true, false) => {
                    Ok(vec![in_unit(unit, ctx, UnitEvent::SignedOn { unit: unit.clone(), was_covert: true })])
                }
            }
        }
    }
}

fn own_unit(unit: Option<&UnitId>, ctx: &Context<'_>) -> Result<UnitId, Refusal> {
    reporting_unit(unit, ctx)?.ok_or(Refusal::UnknownUnit)
}

fn with_code(state: &mut OwnState, code: &str, ctx: &Context<'_>) -> Result<(), Refusal> {
    let organisation = ctx.directory.organisation(&ctx.principal.organisation).ok_or(Refusal::UnknownOrganisation)?;
    let entry = organisation.statuses.get(code).ok_or(Refusal::UnknownStatusCode)?;
    (state.code, state.state, state.text) = (Some(code.into()), Some(entry.state), entry.text.clone());
    Ok(())
}

/// A unit that had signed off and tells of itself again. A covert one stays away for the others.
pub(super) fn signs_on(unit: &UnitId, ctx: &mut Context<'_>) -> Option<Decided> {
    let away = ctx.world.units.get(unit).is_some_and(|state| state.signed_off && !state.covert);
    away.then(|| in_unit(unit, ctx, UnitEvent::SignedOn { unit: unit.clone(), was_covert: false }))
}

/// The same events whether the unit goes home or goes covert: one field, that only its own see, tells them apart. In each incident
/// it leaves the alarms, so that no gate waits for somebody who is not there.
fn sign_off(unit: &UnitId, covert: bool, on: &[&Incident], ctx: &mut Context<'_>) -> Vec<Decided> {
    let event = || UnitEvent::SignedOff { unit: unit.clone(), covert };
    let mut events = vec![in_unit(unit, ctx, event())];
    for incident in on {
        let mut of_incident = vec![plain(incident, ctx, Event::Unit(event()))];
        super::alarm::open_gates(incident, &mut of_incident, ctx);
        events.extend(of_incident);
    }
    events
}

fn in_unit(unit: &UnitId, ctx: &mut Context<'_>, event: UnitEvent) -> Decided {
    in_scope(Scope::Unit(unit.clone()), ctx, Event::Unit(event))
}

/// Where units on an incident were, for its record: the unit's own organisation's information.
pub fn record_location(incident: &Incident, unit: &UnitId, ctx: &mut Context<'_>) -> Decided {
    let recorded = plain(incident, ctx, Event::Unit(UnitEvent::LocationRecorded { unit: unit.clone() }));
    Decided { content: Some(0), ..recorded }
}
