//! Total information: versions that are common, addenda for what is narrower.

use std::collections::BTreeSet;

use crate::{
    AlarmId, EventId, Involvement, OrganisationId, PartyId, Refusal,
    command::Context,
    event::{Decided, Event},
    incident::Incident,
};

use super::{hub, one, own, plain};

/// What a briefing refers to, by who can see it.
struct References {
    /// Every alarmed organisation gets at least a withheld mark.
    common: Vec<EventId>,
    /// The rest.
    narrow: Vec<EventId>,
}

fn sort_by_sight(
    references: impl IntoIterator<Item = EventId>,
    alarmed: &BTreeSet<OrganisationId>,
    ctx: &Context<'_>,
) -> References {
    let sees = |organisation: &OrganisationId, event| ctx.sight.sees_event(organisation, Involvement::Alarmed, event);
    let (common, narrow) =
        references.into_iter().partition(|event| alarmed.iter().all(|organisation| sees(organisation, *event)));
    References { common, narrow }
}

/// The facts in force that the compiler sees.
fn facts_in_force(incident: &Incident, compiler: &OrganisationId, ctx: &Context<'_>) -> Vec<EventId> {
    let seen = |event: &EventId| ctx.sight.sees_event(compiler, Involvement::None, *event);
    incident.facts.values().copied().filter(seen).collect()
}

/// Version 1, out with the first alarm; later alarms find it there.
pub(super) fn first_version(
    incident: &Incident,
    newly_alarmed: &BTreeSet<OrganisationId>,
    events: &mut Vec<Decided>,
    ctx: &mut Context<'_>,
) {
    if incident.total.is_some() {
        return;
    }
    let compiler = ctx.principal.organisation.clone();
    let facts = facts_in_force(incident, &compiler, ctx);
    version_of_hub(incident, &compiler, newly_alarmed, facts, None, events, ctx);
}

/// The version that the opening of a gate makes, even if nothing has changed.
pub(super) fn version_at_gate(
    incident: &Incident,
    alarm: AlarmId,
    owner: &OrganisationId,
    events: &mut Vec<Decided>,
    ctx: &mut Context<'_>,
) {
    let mut references = facts_in_force(incident, owner, ctx);
    let named = incident.total.iter().flat_map(|total| &total.references);
    references.extend(named.filter(|event| !incident.ever_facts.contains(event)));
    let carried = incident.total.iter().flat_map(|total| total.carried_by(owner));
    references.extend(carried.filter(|event| !references.contains(event)).collect::<Vec<_>>());
    version_of_hub(incident, owner, &BTreeSet::new(), references, Some(alarm), events, ctx);
}

fn version_of_hub(
    incident: &Incident,
    owner: &OrganisationId,
    newly_alarmed: &BTreeSet<OrganisationId>,
    references: Vec<EventId>,
    gate_of: Option<AlarmId>,
    events: &mut Vec<Decided>,
    ctx: &mut Context<'_>,
) {
    let alarmed = incident.alarmed().chain(newly_alarmed).cloned().collect();
    let References { common, narrow } = sort_by_sight(references, &alarmed, ctx);
    let number = incident.total.as_ref().map_or(1, |total| total.number + 1);
    // Version 1 travels with the alarm, whose acknowledgement answers for both.
    let material = gate_of.is_some();
    let issued = Event::TotalInformationIssued { number, material, references: common, gate_of, new_text: false };
    events.push(hub(incident, ctx, owner, issued));
    if !narrow.is_empty() {
        events.push(hub(incident, ctx, owner, Event::AddendumIssued { number, references: narrow }));
    }
}

pub(super) fn issue(
    incident: &Incident,
    references: &[EventId],
    text_given: bool,
    material: bool,
    ctx: &mut Context<'_>,
) -> Result<Vec<Decided>, Refusal> {
    let sender = ctx.principal.organisation.clone();
    if incident.involvement(&sender) < Involvement::Alarmed {
        return Err(Refusal::NotInvolved { organisation: sender });
    }
    let compiles = incident.lead() == Some(&sender) || incident.alarms.values().any(|alarm| alarm.owner == sender);
    let number = incident.total.as_ref().map_or(0, |total| total.number);
    if !compiles {
        // Others add what is theirs to say beside the common version; they do not write that.
        return match (text_given, references.is_empty(), number) {
            (true, ..) => Err(Refusal::NotLead),
            (false, true, _) | (.., 0) => Err(Refusal::NothingToDo),
            _ => one(incident, ctx, Event::AddendumIssued { number, references: references.to_vec() }),
        };
    }
    let alarmed: BTreeSet<_> = incident.alarmed().cloned().collect();
    let References { common, narrow } = sort_by_sight(references.iter().copied(), &alarmed, ctx);
    let before: &[EventId] = incident.total.as_ref().map_or(&[], |total| &total.references);
    let changes = text_given || (!common.is_empty() && common != before);
    let mut events = Vec::new();
    let version = number + u32::from(changes);
    if changes {
        let mut references = if common.is_empty() { before.to_vec() } else { common };
        if !text_given {
            let carried = incident.total.iter().flat_map(|total| total.carried_by(&sender));
            references.extend(carried.filter(|event| !references.contains(event)).collect::<Vec<_>>());
        }
        let event = Event::TotalInformationIssued {
            number: version,
            material,
            references,
            gate_of: None,
            new_text: text_given,
        };
        events.push(own(incident, ctx, event));
    }
    if !narrow.is_empty() && version > 0 {
        events.push(plain(incident, ctx, Event::AddendumIssued { number: version, references: narrow }));
    }
    if events.is_empty() { Err(Refusal::NothingToDo) } else { Ok(events) }
}

pub(super) fn confirm(
    incident: &Incident,
    number: u32,
    relayed_for: Option<&PartyId>,
    ctx: &mut Context<'_>,
) -> Result<Vec<Decided>, Refusal> {
    let Some(total) = &incident.total else { return Err(Refusal::NotFound) };
    let party = super::answer::answering_party(relayed_for, ctx)?;
    let alarmed = incident.involvement(&party.organisation) >= Involvement::Alarmed
        || incident.alarms.values().any(|alarm| alarm.parties.contains_key(&party));
    // "Uppfattat" for somebody else is for those whose word counts.
    if !alarmed || (relayed_for.is_some() && !super::answer::counts(&party, ctx)) {
        return Err(Refusal::NotAParty { party });
    }
    if total.confirmed.get(&party).is_some_and(|held| *held >= number) {
        return Err(Refusal::AlreadyAcknowledged { party });
    }
    if number > total.number || number < total.material.max(1) {
        return Err(Refusal::StaleVersion { current: total.number });
    }
    one(incident, ctx, Event::TotalInformationConfirmed { number, party })
}
