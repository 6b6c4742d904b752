//! A deadline that passes is an event, once.

use crate::{
    AlarmId, Involvement, PartyId, Timestamp,
    alarm::{Alarm, Gate},
    command::Context,
    event::{Cause, Decided, Event, Party},
    incident::Incident,
};

use super::{hub, raise_involvement};

/// The deadlines that have passed at `now`, in a fixed order.
pub fn passed(incident: &Incident, now: Timestamp) -> Vec<(AlarmId, PartyId, Timestamp)> {
    if incident.closed {
        return Vec::new();
    }
    let of_alarm = |alarm: &Alarm| {
        let due = |(party, state): (&PartyId, &crate::alarm::PartyState)| {
            state.deadline().filter(|due| *due <= now).map(|due| (alarm.id, party.clone(), due))
        };
        alarm.parties.iter().filter_map(due).collect::<Vec<_>>()
    };
    incident.alarms.values().flat_map(of_alarm).collect()
}

/// What the passing of one deadline leads to: the party is overdue, and the plan's escalation is alarmed.
/// `ctx.ids` is to be made from alarm, party and deadline, so that it happens once.
pub fn pass_deadlines(
    incident: &Incident,
    (alarm, party, due_at): (AlarmId, PartyId, Timestamp),
    ctx: &mut Context<'_>,
) -> Vec<Decided> {
    let Some(alarm) = incident.alarms.get(&alarm) else { return Vec::new() };
    let overdue = Event::AcknowledgementOverdue { alarm: alarm.id, party: party.clone(), due_at };
    let mut events = vec![hub(incident, ctx, &alarm.owner, overdue)];
    let required = alarm.parties.get(&party).is_some_and(|state| state.required);
    let plan = alarm.plan.as_deref().and_then(|name| ctx.directory.plan(name));
    let Some(plan) = plan.filter(|_| required) else { return events };
    let wanted = |party: &&PartyId| !alarm.parties.contains_key(*party) && ctx.directory.knows(party);
    let parties: Vec<_> = plan.escalation.iter().filter(wanted).cloned().collect();
    if parties.is_empty() {
        return events;
    }
    let because = Some(format!("escalation of plan {}", plan.name));
    let listed = parties.iter().map(|party| Party {
        id: party.clone(),
        required: false,
        due_at: ctx.directory.organisation(&party.organisation).map(|known| ctx.now.plus_seconds(known.due_seconds)),
        late: alarm.gate() == Gate::Open,
    });
    let added =
        Event::PartiesAdded { alarm: alarm.id, parties: listed.collect(), replaces: None, because: because.clone() };
    events.push(hub(incident, ctx, &alarm.owner, added));
    for party in &parties {
        let raised = raise_involvement(
            incident,
            ctx,
            &party.organisation,
            Involvement::Alarmed,
            Cause::AlarmPlan,
            because.clone(),
        );
        events.extend(raised.map(|event| Decided { owner: alarm.owner.clone(), by_hub: true, ..event }));
    }
    events
}
