//! Reporting, facts, desks, links, involvement, closing.

use crate::{
    IncidentId, Involvement, OrganisationId, PartyId, Refusal,
    command::{Context, NewFact},
    event::{Cause, CloseOutcome, Decided, Event, ExternalNumber, LinkKind},
    incident::Incident,
};

use super::{one, own, plain, raise_involvement};

/// A new incident. The reporting organisation leads until that is offered and accepted.
pub fn report(
    id: IncidentId,
    types: &[String],
    exercise: bool,
    numbers: &[ExternalNumber],
    facts: &[NewFact],
    ctx: &mut Context<'_>,
) -> Vec<Decided> {
    let incident = Incident { exercise, ..Incident::new(id) };
    let mut events = lead_from_start(&incident, ctx);
    events.push(plain(&incident, ctx, Event::IncidentReported { types: types.to_vec(), exercise }));
    for number in numbers {
        events.push(plain(&incident, ctx, Event::ExternalNumberAdded(number.clone())));
    }
    state_all(&incident, facts, &mut events, ctx);
    events
}

/// Involvement first: who reported it is in its class from the first event on, and need not start over.
pub(super) fn lead_from_start(incident: &Incident, ctx: &mut Context<'_>) -> Vec<Decided> {
    let organisation = ctx.principal.organisation.clone();
    let (to, cause) = (Involvement::Lead, Cause::Reported);
    vec![plain(incident, ctx, Event::InvolvementChanged { organisation, to, cause, because: None })]
}

/// The facts that come with a report, by their place in it.
pub(super) fn state_all(incident: &Incident, facts: &[NewFact], events: &mut Vec<Decided>, ctx: &mut Context<'_>) {
    for (index, fact) in facts.iter().enumerate() {
        let event = Event::FactStated { kind: fact.kind, municipality: fact.municipality.clone(), withdrawn: false };
        events.push(Decided { content: Some(index), ..plain(incident, ctx, event) });
        super::talkgroup::adopt(incident, &fact.talkgroups, events, ctx);
    }
}

/// A link stands in both incidents, also when one is closed: nothing is lost, and nobody is called out by it. Its owner alone undoes it.
///
/// # Errors
/// They are linked so already, or not at all when unlinking.
pub fn link_both(
    incident: &Incident,
    other: &Incident,
    kind: LinkKind,
    unlink: bool,
    ctx: &mut Context<'_>,
) -> Result<Vec<Decided>, Refusal> {
    super::permitted(&crate::command::Command::LinkIncident { other: other.id, kind, unlink }, ctx)?;
    let linked = incident.links.get(&(other.id, ctx.principal.organisation.clone()));
    match (unlink, linked) {
        (true, None) => return Err(Refusal::NotLinked),
        (false, Some(as_kind)) if *as_kind == kind => return Err(Refusal::AlreadyLinked),
        (false, _) if incident.id == other.id => return Err(Refusal::NothingToDo),
        _ => {}
    }
    let here = own(incident, ctx, Event::IncidentLinked { other: other.id, kind, unlinked: unlink });
    let there = own(other, ctx, Event::IncidentLinked { other: incident.id, kind, unlinked: unlink });
    Ok(vec![here, there])
}

pub(super) fn state_fact(incident: &Incident, fact: &NewFact, ctx: &mut Context<'_>) -> Result<Vec<Decided>, Refusal> {
    let key = (fact.kind, ctx.principal.organisation.clone());
    if fact.withdraw && !incident.facts.contains_key(&key) {
        return Err(Refusal::NothingStated);
    }
    let (kind, municipality) = (fact.kind, fact.municipality.clone());
    let stated = own(incident, ctx, Event::FactStated { kind, municipality, withdrawn: fact.withdraw });
    let mut events = vec![stated];
    // Derived from the secret and said apart from it: nothing in the one leads to the other.
    for kind in &fact.derived {
        events.push(own(incident, ctx, Event::FactStated { kind: *kind, municipality: None, withdrawn: false }));
    }
    super::talkgroup::adopt(incident, &fact.talkgroups, &mut events, ctx);
    Ok(events)
}

pub(super) fn claim(incident: &Incident, desk: &str, ctx: &mut Context<'_>) -> Result<Vec<Decided>, Refusal> {
    match incident.desks.get(&ctx.principal.organisation) {
        Some(desk) => Err(Refusal::AlreadyClaimed { desk: desk.clone() }),
        None => one(incident, ctx, Event::DeskClaimed { desk: desk.into() }),
    }
}

pub(super) fn hand_over(incident: &Incident, to: &str, ctx: &mut Context<'_>) -> Result<Vec<Decided>, Refusal> {
    match incident.desks.get(&ctx.principal.organisation) {
        None => Err(Refusal::NotClaimed),
        Some(from) if from == to => Err(Refusal::AlreadyClaimed { desk: to.into() }),
        Some(from) => one(incident, ctx, Event::DeskHandedOver { from: from.clone(), to: to.into() }),
    }
}

pub(super) fn involve(
    incident: &Incident,
    organisation: &OrganisationId,
    reason: Option<&str>,
    ctx: &mut Context<'_>,
) -> Result<Vec<Decided>, Refusal> {
    if ctx.directory.organisation(organisation).is_none() {
        return Err(Refusal::UnknownOrganisation);
    }
    if *organisation == ctx.principal.organisation {
        return Err(Refusal::OwnInvolvement);
    }
    let because = reason.map(str::to_owned);
    raise_involvement(incident, ctx, organisation, Involvement::Near, Cause::Involved, because)
        .map(|event| vec![event])
        .ok_or(Refusal::NothingToDo)
}

pub(super) fn has_alarm_right(ctx: &Context<'_>) -> bool {
    ctx.directory.organisation(&ctx.principal.organisation).is_some_and(|organisation| organisation.alarm_right)
}

pub(super) fn require_lead(incident: &Incident, ctx: &Context<'_>) -> Result<(), Refusal> {
    if incident.lead() == Some(&ctx.principal.organisation) { Ok(()) } else { Err(Refusal::NotLead) }
}

pub(super) fn offer_lead(
    incident: &Incident,
    to: &OrganisationId,
    ctx: &mut Context<'_>,
) -> Result<Vec<Decided>, Refusal> {
    if ctx.directory.organisation(to).is_none() {
        return Err(Refusal::UnknownOrganisation);
    }
    // Before what would tell anybody else who is involved.
    require_lead(incident, ctx)?;
    // Who is not involved does not see the incident, and the offer would show it.
    if incident.involvement(to) < Involvement::Near {
        return Err(Refusal::NotInvolved { organisation: to.clone() });
    }
    if *to == ctx.principal.organisation {
        return Err(Refusal::NothingToDo);
    }
    one(incident, ctx, Event::LeadOffered { to: to.clone() })
}

pub(super) fn accept_lead(incident: &Incident, ctx: &mut Context<'_>) -> Result<Vec<Decided>, Refusal> {
    let organisation = ctx.principal.organisation.clone();
    if incident.lead_offered.as_ref() != Some(&organisation) {
        return Err(Refusal::NotOffered);
    }
    let change = |organisation: OrganisationId, to| Event::InvolvementChanged {
        organisation,
        to,
        cause: Cause::LeadAccepted,
        because: None,
    };
    let mut events = Vec::new();
    if let Some(former) = incident.lead().cloned() {
        events.push(plain(incident, ctx, change(former, Involvement::Alarmed)));
    }
    events.push(plain(incident, ctx, change(organisation, Involvement::Lead)));
    Ok(events)
}

pub(super) fn stand_down(incident: &Incident, ctx: &mut Context<'_>) -> Result<Vec<Decided>, Refusal> {
    let organisation = ctx.principal.organisation.clone();
    if incident.involvement(&organisation) == Involvement::None {
        return Err(Refusal::NotInvolved { organisation });
    }
    if incident.stood_down.contains(&organisation) {
        return Err(Refusal::NothingToDo);
    }
    if incident.lead() == Some(&organisation) {
        return Err(Refusal::LeadCannotStandDown);
    }
    let mut events = vec![own(incident, ctx, Event::StoodDown { organisation })];
    super::alarm::open_gates(incident, &mut events, ctx);
    Ok(events)
}

pub(super) fn close(
    incident: &Incident,
    outcome: CloseOutcome,
    ctx: &mut Context<'_>,
) -> Result<Vec<Decided>, Refusal> {
    require_lead(incident, ctx)?;
    let engaged: Vec<_> = incident
        .alarmed()
        .filter(|organisation| {
            **organisation != ctx.principal.organisation && !incident.stood_down.contains(*organisation)
        })
        .cloned()
        .collect();
    if !engaged.is_empty() && !outcome.ends_at_once() {
        // Named as far as the lead sees them: an involvement may be another owner's secret.
        let sender = &ctx.principal.organisation;
        let seen = |organisation: &OrganisationId| {
            ctx.sight.sees_party(sender, &PartyId { organisation: organisation.clone(), unit: None })
        };
        return Err(Refusal::StillEngaged { organisations: engaged.into_iter().filter(seen).collect() });
    }
    if let Some(emergency) = super::emergency::any_standing(incident, ctx) {
        return Err(Refusal::EmergencyStands { emergency });
    }
    let mut events = vec![own(incident, ctx, Event::IncidentClosed { outcome })];
    events.extend(super::talkgroup::return_all(incident, ctx));
    Ok(events)
}

pub(super) fn reopen(incident: &Incident, reason_given: bool, ctx: &mut Context<'_>) -> Result<Vec<Decided>, Refusal> {
    if !incident.closed {
        return Err(Refusal::IncidentNotClosed);
    }
    require_lead(incident, ctx)?;
    if !reason_given {
        return Err(Refusal::ReasonMissing);
    }
    one(incident, ctx, Event::IncidentReopened)
}
