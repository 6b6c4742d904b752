//! What comes from the scene: arrival reports, sitreps, unit status.

use crate::{
    AlarmId, Refusal, ReportId, Role, UnitId,
    alarm::Alarm,
    command::{Command, Context},
    event::{Decided, Event, Means},
    incident::Incident,
    status::UnitState,
};

use super::{hub, one, own};

/// A unit reports for itself alone.
fn may_report_for(unit: Option<&UnitId>, ctx: &Context<'_>) -> Result<(), Refusal> {
    let other = unit.is_some() && unit != ctx.principal.unit.as_ref();
    if other && ctx.principal.role == Role::Unit {
        return Err(Refusal::NotPermitted { needed: "the unit itself or a desk" });
    }
    Ok(())
}

/// The reporting unit: the sender's own, or one of its organisation's that a desk has heard. Never another organisation's.
pub(super) fn reporting_unit(unit: Option<&UnitId>, ctx: &Context<'_>) -> Result<Option<UnitId>, Refusal> {
    may_report_for(unit, ctx)?;
    match unit {
        None => Ok(ctx.principal.unit.clone()),
        Some(named) if ctx.principal.unit.as_ref() == Some(named) => Ok(Some(named.clone())),
        Some(named) if ctx.directory.owns(&ctx.principal.organisation, named) => Ok(Some(named.clone())),
        Some(_) => Err(Refusal::UnknownUnit),
    }
}

pub(super) fn arrival(incident: &Incident, command: &Command, ctx: &mut Context<'_>) -> Result<Vec<Decided>, Refusal> {
    let Command::FileArrivalReport { template, filled, unit, corrects } = command else {
        return Err(Refusal::NothingToDo);
    };
    may_report_for(unit.as_ref(), ctx)?;
    if let Some(corrected) = corrects {
        // Only its owner corrects a report, and the original stays.
        let owner = incident.reports.get(corrected).map(|(owner, _)| owner);
        if owner != Some(&ctx.principal.organisation) {
            return Err(Refusal::NotFound);
        }
    }
    let unit = reporting_unit(unit.as_ref(), ctx)?;
    let missing = template.missing(filled);
    if !missing.is_empty() {
        return Err(Refusal::ReportIncomplete { missing });
    }
    let report = ReportId((ctx.ids)());
    one(incident, ctx, Event::ArrivalReportFiled { report, unit, corrects: *corrects })
}

pub(super) fn sitrep(
    incident: &Incident,
    unit: Option<&UnitId>,
    ctx: &mut Context<'_>,
) -> Result<Vec<Decided>, Refusal> {
    let unit = reporting_unit(unit, ctx)?;
    one(incident, ctx, Event::SitrepFiled { unit })
}

pub(super) fn status(
    incident: &Incident,
    unit: Option<&UnitId>,
    code: &str,
    alarm: Option<AlarmId>,
    ctx: &mut Context<'_>,
) -> Result<Vec<Decided>, Refusal> {
    let relayed = unit.is_some() && ctx.principal.unit.as_ref() != unit;
    let Some(unit) = reporting_unit(unit, ctx)? else { return Err(Refusal::UnknownUnit) };
    let organisation = ctx.directory.organisation(&ctx.principal.organisation).ok_or(Refusal::UnknownOrganisation)?;
    let entry = organisation.statuses.get(code).ok_or(Refusal::UnknownStatusCode)?;
    let before = incident.statuses.get(&unit).map(|(code, _)| code.as_str());
    let reported = Event::UnitStatusReported {
        unit: unit.clone(),
        code: code.into(),
        state: entry.state,
        text: entry.text.clone(),
        out_of_order: !organisation.statuses.in_order(before, code),
        relayed,
    };
    let mut events = vec![own(incident, ctx, reported)];
    events.extend(super::unit::signs_on(&unit, ctx));
    if entry.acknowledges {
        acknowledge_by_status(incident, &unit, alarm, &mut events, ctx);
    }
    // Who has already heard from the scene does not ask for it. What a covert unit does leaves no trace in what others are asked.
    let covert = |unit: &UnitId| ctx.world.is_covert(unit);
    let heard = incident.reports.values().any(|(_, by)| !by.as_ref().is_some_and(covert));
    if entry.state == UnitState::OnScene && !incident.prompted && !heard && !covert(&unit) {
        let owner = ctx.principal.organisation.clone();
        events.push(hub(incident, ctx, &owner, Event::ArrivalReportPrompted { unit }));
    }
    Ok(events)
}

/// The alarm is acknowledged by the status: the crew is not asked to press twice.
fn acknowledge_by_status(
    incident: &Incident,
    unit: &UnitId,
    alarm: Option<AlarmId>,
    events: &mut Vec<Decided>,
    ctx: &mut Context<'_>,
) {
    let party = crate::PartyId { organisation: ctx.principal.organisation.clone(), unit: Some(unit.clone()) };
    let meant = |one: &&Alarm| alarm.is_none_or(|alarm| alarm == one.id);
    // What lay with the sender while an alarm came is no answer to that one: nobody had seen it.
    let now = &*ctx;
    let seen = |one: &&Alarm| {
        let state = one.parties.get(&party);
        state.is_some_and(|state| state.awaited() && !now.acted_before(incident.reported_at, state.listed_at))
    };
    let waiting: Vec<&Alarm> = incident.alarms.values().filter(meant).filter(seen).collect();
    for alarm in waiting {
        if let Ok(more) = super::answer::acknowledge_one(incident, alarm, &party, Means::Status, ctx) {
            events.extend(more.into_iter().map(|event| Decided { content: None, ..event }));
        }
    }
    super::alarm::open_gates(incident, events, ctx);
}
