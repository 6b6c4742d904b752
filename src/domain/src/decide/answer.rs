//! Acknowledgements and declines, by the party itself or heard on radio.

use crate::{
    AlarmId, PartyId, Refusal,
    alarm::{Alarm, Answer, PartyState, Standing},
    command::Context,
    event::{Decided, Event, Means},
    incident::Incident,
};

use super::{find, hub, own};

/// For whom the sender answers.
pub(super) fn answering_party(relayed_for: Option<&PartyId>, ctx: &Context<'_>) -> Result<PartyId, Refusal> {
    let Some(party) = relayed_for else { return Ok(ctx.principal.party()) };
    if !ctx.directory.organisations.contains_key(&party.organisation) {
        return Err(Refusal::UnknownOrganisation);
    }
    if !ctx.directory.knows(party) {
        return Err(Refusal::UnknownUnit);
    }
    Ok(party.clone())
}

/// A relayed answer counts only if the represented organisation named the relayer, or is the relayer's own.
pub(super) fn counts(party: &PartyId, ctx: &Context<'_>) -> bool {
    let relayer = &ctx.principal.organisation;
    party.organisation == *relayer
        || ctx
            .directory
            .organisation(&party.organisation)
            .is_some_and(|represented| represented.relayers.contains(relayer))
}

/// Signed off or covert, a unit is heard by its own organisation alone.
fn heard(relayed_for: Option<&PartyId>, ctx: &Context<'_>) -> Result<(), Refusal> {
    match relayed_for {
        Some(party) if party.organisation != ctx.principal.organisation && super::alarm::is_away(party, ctx) => {
            Err(Refusal::NotAParty { party: party.clone() })
        }
        _ => Ok(()),
    }
}

pub(super) fn acknowledge(
    incident: &Incident,
    alarm: Option<AlarmId>,
    relayed_for: Option<&PartyId>,
    ctx: &mut Context<'_>,
) -> Result<Vec<Decided>, Refusal> {
    let alarm = alarm.map(|alarm| find(incident, alarm)).transpose()?;
    let party = answering_party(relayed_for, ctx)?;
    let means = if relayed_for.is_some() { Means::Relayed } else { Means::Own };
    // Whether somebody it may not see is a party is not for the sender to find out; nor is who is away heard on radio by others.
    if relayed_for.is_some() && !counts(&party, ctx) && !ctx.sight.sees_party(&ctx.principal.organisation, &party) {
        return Err(Refusal::NotAParty { party });
    }
    heard(relayed_for, ctx)?;
    let mut events = match alarm {
        Some(alarm) => acknowledge_one(incident, alarm, &party, means, ctx)?,
        None => acknowledge_all(incident, &party, means, ctx)?,
    };
    super::alarm::open_gates(incident, &mut events, ctx);
    Ok(events)
}

fn acknowledge_all(
    incident: &Incident,
    party: &PartyId,
    means: Means,
    ctx: &mut Context<'_>,
) -> Result<Vec<Decided>, Refusal> {
    let mut events = Vec::new();
    let mut refusals = Vec::new();
    for alarm in incident.alarms.values() {
        let Some(state) = alarm.parties.get(party) else { continue };
        // What lay with the sender while another alarm came is no answer to that one: nobody had seen it.
        if ctx.acted_before(incident.reported_at, state.listed_at) {
            refusals.push(Refusal::NothingToDo);
            continue;
        }
        let answered = acknowledge_one(incident, alarm, party, means, ctx);
        match answered {
            // A decline is taken back by naming its alarm, not in passing.
            Ok(more) if state.awaited() || state.recall_awaited() => events.extend(more),
            Ok(_) => refusals.push(Refusal::NothingToDo),
            Err(refused) => refusals.push(refused),
        }
    }
    if !events.is_empty() {
        return Ok(events);
    }
    Err(refusals.into_iter().min().unwrap_or(Refusal::NotAParty { party: party.clone() }))
}

/// Takes note of the alarm, or of its recall.
pub(super) fn acknowledge_one(
    incident: &Incident,
    alarm: &Alarm,
    party: &PartyId,
    means: Means,
    ctx: &mut Context<'_>,
) -> Result<Vec<Decided>, Refusal> {
    let Some(state) = alarm.parties.get(party) else { return Err(Refusal::NotAParty { party: party.clone() }) };
    let counts = means != Means::Relayed || counts(party, ctx);
    match state.standing {
        // There is no taking note of a recall that does not count: a crew that drives on must not look as if it knew.
        Standing::Recalled { acknowledged: false } if !counts => {
            return Err(Refusal::NotAParty { party: party.clone() });
        }
        // Nor one that was pressed before the recall, however it is late: it was an answer to the alarm.
        Standing::Recalled { acknowledged: false } if is_before_recall(incident, state, ctx) => {
            return Err(Refusal::AlarmRecalled { alarm: alarm.id });
        }
        Standing::Recalled { acknowledged: false } => {
            return Ok(vec![own(incident, ctx, Event::RecallAcknowledged { alarm: alarm.id, party: party.clone() })]);
        }
        Standing::Recalled { acknowledged: true } => return Err(Refusal::AlarmRecalled { alarm: alarm.id }),
        Standing::In | Standing::Waived | Standing::Replaced | Standing::StoodDown => {}
    }
    match state.answer {
        Answer::Acknowledged { counts: true } => return Err(Refusal::AlreadyAcknowledged { party: party.clone() }),
        Answer::Acknowledged { counts: false } if !counts => {
            return Err(Refusal::AlreadyAcknowledged { party: party.clone() });
        }
        // The party's own no is not talked away by somebody whose word does not count.
        Answer::Declined if !counts => return Err(Refusal::NothingToDo),
        _ => {}
    }
    let acknowledged = Event::Acknowledged { alarm: alarm.id, party: party.clone(), means, counts };
    let mut events = vec![own(incident, ctx, acknowledged)];
    let in_time = match (ctx.believable_press(state.listed_at), state.due_at) {
        (Some(pressed), Some(due)) => pressed <= due,
        _ => false,
    };
    if counts && state.overdue && in_time {
        let withdrawn = Event::OverdueWithdrawn { alarm: alarm.id, party: party.clone() };
        events.push(hub(incident, ctx, &alarm.owner, withdrawn));
    }
    Ok(events)
}

/// Here clocks get no margin: one that is slow has to press once more, and that is better than a crew that looks as if it knew.
fn is_before_recall(incident: &Incident, state: &PartyState, ctx: &Context<'_>) -> bool {
    let pressed = ctx.believable_press(incident.reported_at);
    pressed.zip(state.recalled_at).is_some_and(|(pressed, recalled)| pressed < recalled)
}

pub(super) fn decline(
    incident: &Incident,
    alarm: AlarmId,
    relayed_for: Option<&PartyId>,
    reason_given: bool,
    ctx: &mut Context<'_>,
) -> Result<Vec<Decided>, Refusal> {
    let alarm = find(incident, alarm)?;
    let party = answering_party(relayed_for, ctx)?;
    heard(relayed_for, ctx)?;
    let Some(state) = alarm.parties.get(&party) else { return Err(Refusal::NotAParty { party }) };
    // Saying no for somebody else is for those whose yes would count: it keeps a gate shut.
    if relayed_for.is_some() && !counts(&party, ctx) {
        return Err(Refusal::NotAParty { party });
    }
    if matches!(state.standing, Standing::Recalled { .. }) {
        return Err(Refusal::AlarmRecalled { alarm: alarm.id });
    }
    if !reason_given {
        return Err(Refusal::ReasonMissing);
    }
    if state.answer == Answer::Declined {
        return Err(Refusal::NothingToDo);
    }
    Ok(vec![own(incident, ctx, Event::Declined { alarm: alarm.id, party })])
}
