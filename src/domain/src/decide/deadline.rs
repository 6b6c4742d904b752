//! A deadline that passes is an event, once.

use std::collections::BTreeSet;

use crate::{
    AlarmId, Involvement, PartyId, Timestamp,
    alarm::{Alarm, Gate, PartyState},
    command::Context,
    event::{Cause, Decided, Event, Party},
    incident::Incident,
};

use super::{alarm::notify_by_rule, hub, raise_involvement};

/// The deadlines that have passed at `now`, in a fixed order.
pub fn passed(incident: &Incident, now: Timestamp) -> Vec<(AlarmId, PartyId, Timestamp)> {
    if incident.closed {
        return Vec::new();
    }
    let of_alarm = |alarm: &Alarm| {
        let due = |(party, state): (&PartyId, &PartyState)| {
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
    if alarm.parties.get(&party).and_then(PartyState::deadline) != Some(due_at) {
        return Vec::new();
    }
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
    let because = Some(format!("eskalering enligt larmplan {}", plan.name));
    let listed = parties.iter().map(|party| Party {
        id: party.clone(),
        required: false,
        due_at: ctx.directory.organisation(&party.organisation).map(|known| ctx.now.plus_seconds(known.due_seconds)),
        late: alarm.gate() == Gate::Open,
    });
    let added =
        Event::PartiesAdded { alarm: alarm.id, parties: listed.collect(), replaces: None, because: because.clone() };
    events.push(hub(incident, ctx, &alarm.owner, added));
    let alarmed: BTreeSet<_> = parties.into_iter().map(|party| party.organisation).collect();
    let mut raised = Vec::new();
    for organisation in &alarmed {
        let because = because.clone();
        raised.extend(raise_involvement(incident, ctx, organisation, Involvement::Alarmed, Cause::AlarmPlan, because));
    }
    raised.extend(notify_by_rule(incident, &alarmed, ctx));
    events.extend(raised.into_iter().map(|event| Decided { owner: alarm.owner.clone(), by_hub: true, ..event }));
    events
}
