//! A deadline that passes is an event, once.

use std::collections::BTreeSet;

use crate::{
    AlarmId, Involvement, PartyId, ReleaseId, Timestamp,
    alarm::{Alarm, Gate, PartyState},
    command::Context,
    event::{Cause, Decided, Event, Party},
    incident::Incident,
};

use super::{
    alarm::{is_away, notify_by_rule},
    hub, raise_involvement,
};

/// A deadline of an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Passing {
    /// A party has not answered in time.
    Acknowledgement(AlarmId, PartyId, Timestamp),
    /// An advance notice is over.
    Notice(Timestamp),
    /// A release is over.
    Release(ReleaseId),
}

impl Passing {
    /// Names it, for the identities of what it leads to: passing it again makes the same events.
    pub fn name(&self) -> String {
        match self {
            Self::Acknowledgement(alarm, party, due) => format!("{alarm} {party} {}", due.0),
            Self::Notice(until) => format!("notice {}", until.0),
            Self::Release(release) => format!("release {release}"),
        }
    }
}

/// The deadlines that have passed at `now`, in a fixed order. `over`: releases that are over by another clock than the hub's time.
pub fn passed(incident: &Incident, now: Timestamp, over: &BTreeSet<ReleaseId>) -> Vec<Passing> {
    let of_alarm = |alarm: &Alarm| {
        let due = |(party, state): (&PartyId, &PartyState)| {
            let due = state.deadline().filter(|due| *due <= now)?;
            Some(Passing::Acknowledgement(alarm.id, party.clone(), due))
        };
        alarm.parties.iter().filter_map(due).collect::<Vec<_>>()
    };
    let mut passed: Vec<_> = incident.alarms.values().filter(|_| !incident.closed).flat_map(of_alarm).collect();
    let notice = incident.notice.iter().filter(|notice| notice.ended.is_none() && notice.valid_until <= now);
    passed.extend(notice.map(|notice| Passing::Notice(notice.valid_until)));
    let releases = incident.releases.iter().filter(|(_, release)| !release.ended);
    let releases = releases.filter(|(id, release)| release.until <= now || over.contains(id));
    passed.extend(releases.map(|(id, _)| Passing::Release(*id)));
    passed
}

/// What the passing of one deadline leads to. `ctx.ids` is to be made from [`Passing::name`], so that it happens once.
pub fn pass(incident: &Incident, passing: &Passing, ctx: &mut Context<'_>) -> Vec<Decided> {
    match passing {
        Passing::Acknowledgement(alarm, party, due) => overdue(incident, (*alarm, party.clone(), *due), ctx),
        Passing::Notice(_) => super::notice::expire(incident, ctx).into_iter().collect(),
        Passing::Release(release) => super::release::expire(incident, *release, ctx).into_iter().collect(),
    }
}

/// The party is overdue, and the plan's escalation is alarmed.
fn overdue(
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
        due_at: ctx
            .directory
            .organisation(&party.organisation)
            .filter(|_| !is_away(party, ctx))
            .map(|known| ctx.now.plus_seconds(known.due_seconds)),
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
