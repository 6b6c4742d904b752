//! A line for the media: proposed, answered, and agreed when every party has said yes.

use std::collections::BTreeSet;

use crate::{
    Involvement, MediaLineId, OrganisationId, PartyId, Refusal,
    command::{Context, Shown},
    event::{Decided, Event},
    incident::Incident,
    media::{MediaCommand, MediaEvent},
};

use super::{hub, own};

pub(super) fn decide(
    incident: &Incident,
    command: &MediaCommand,
    ctx: &mut Context<'_>,
) -> Result<Vec<Decided>, Refusal> {
    match command {
        MediaCommand::Propose { parties } => propose(incident, parties, ctx),
        MediaCommand::Answer { line, agrees, reason_given } => answer(incident, *line, *agrees, *reason_given, ctx),
    }
}

fn propose(
    incident: &Incident,
    named: &BTreeSet<OrganisationId>,
    ctx: &mut Context<'_>,
) -> Result<Vec<Decided>, Refusal> {
    let sender = ctx.principal.organisation.clone();
    if incident.involvement(&sender) < Involvement::Near {
        return Err(Refusal::NotInvolved { organisation: sender });
    }
    if !named.is_empty() {
        // Whom it names tells who is involved: that is the lead's to know.
        if incident.lead() != Some(&sender) {
            return Err(Refusal::NotLead);
        }
        if let Some(stranger) = named.iter().find(|party| incident.involvement(party) < Involvement::Near) {
            return Err(Refusal::NotInvolved { organisation: stranger.clone() });
        }
    }
    // Who cannot see the line cannot agree to it.
    let takes_part = |organisation: &&OrganisationId| {
        let known = incident.lead() == Some(&sender)
            || ctx.sight.sees_party(&sender, &PartyId { organisation: (*organisation).clone(), unit: None });
        known
            && !incident.stood_down.contains(*organisation)
            && ctx.sight.would_see(organisation, &sender, Shown::MediaLine)
    };
    let mut parties: BTreeSet<_> =
        if named.is_empty() { incident.alarmed().filter(takes_part).cloned().collect() } else { named.clone() };
    parties.insert(sender.clone());
    let line = MediaLineId((ctx.ids)());
    let alone = parties.len() == 1;
    let mut events = vec![own(incident, ctx, Event::Media(MediaEvent::Proposed { line, parties }))];
    if alone {
        events.push(hub(incident, ctx, &sender, Event::Media(MediaEvent::Agreed { line })));
    }
    Ok(events)
}

fn answer(
    incident: &Incident,
    id: MediaLineId,
    agrees: bool,
    reason_given: bool,
    ctx: &mut Context<'_>,
) -> Result<Vec<Decided>, Refusal> {
    let line = incident.media_lines.get(&id).ok_or(Refusal::NotFound)?;
    super::seen(line.event, ctx)?;
    let organisation = ctx.principal.organisation.clone();
    if !line.parties.contains(&organisation) {
        return Err(Refusal::NotAParty { party: PartyId { organisation, unit: None } });
    }
    if line.counts {
        return Err(Refusal::WrongStage { subject: "the line", stage: "agreed" });
    }
    let already = if agrees { &line.agreed } else { &line.refused };
    if already.contains(&organisation) {
        return Err(Refusal::NothingToDo);
    }
    if !agrees && !reason_given {
        return Err(Refusal::ReasonMissing);
    }
    let (owner, others) = (line.owner.clone(), line.parties.iter().filter(|party| **party != organisation));
    let all = agrees && others.into_iter().all(|party| line.agreed.contains(party));
    let answered = MediaEvent::Answered { line: id, organisation, agrees };
    let mut events = vec![own(incident, ctx, Event::Media(answered))];
    if all {
        events.push(hub(incident, ctx, &owner, Event::Media(MediaEvent::Agreed { line: id })));
    }
    Ok(events)
}
