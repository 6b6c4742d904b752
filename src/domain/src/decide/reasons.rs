//! The decision record of an alarm: by which rule, from what, and who was looked at. In Swedish: consoles show it as it is.

use std::collections::BTreeSet;

use crate::{
    OrganisationId, PartyId,
    command::Context,
    event::{Cause, Considered, FactKind},
    incident::Incident,
    plan::Plan,
};

use super::alarm::Chosen;

/// What decided.
pub(super) fn rule(plan: Option<&Plan>, already_sent: bool, reason: Option<&str>) -> String {
    match (plan, already_sent) {
        (Some(plan), _) => format!("larmplan {}", plan.name),
        (None, true) => "redan larmat på annat håll".into(),
        (None, false) => format!("för hand: {}", reason.unwrap_or("ingen orsak angiven")),
    }
}

/// What it was decided from.
pub(super) fn inputs(incident: &Incident, ctx: &Context<'_>) -> Vec<String> {
    // The record goes where the sender lets it go: what another organisation said of the type is not the sender's to tell.
    let own = incident.reported_by.as_ref() == Some(&ctx.principal.organisation);
    let types = incident.types.iter().filter(|_| own).map(|one| format!("typ={one}"));
    types.chain(own_municipality(incident, ctx).map(|one| format!("kommun={one}"))).collect()
}

/// The municipality of the newest address that the sender can read: a plan chosen by a hidden one would tell it.
pub(super) fn municipality<'a>(incident: &'a Incident, ctx: &Context<'_>) -> Option<&'a str> {
    let sender = &ctx.principal.organisation;
    let known = |owner: &OrganisationId| {
        let stated = incident.facts.get(&(FactKind::Address, owner.clone()));
        stated.is_some_and(|event| ctx.sight.reads_address(sender, *event))
    };
    let readable = incident.addresses.iter().rev().filter(|(owner, _)| known(owner));
    readable.filter_map(|(_, municipality)| municipality.as_deref()).next()
}

/// What may stand in the record, which goes where the sender lets it go: the sender's own address only, not what another owner said.
fn own_municipality<'a>(incident: &'a Incident, ctx: &Context<'_>) -> Option<&'a str> {
    let own = incident.addresses.iter().find(|(owner, _)| *owner == ctx.principal.organisation);
    own.and_then(|(_, municipality)| municipality.as_deref())
}

/// Everybody the decision looked at: "varför larmades inte vi?" has an answer.
pub(super) fn considered(
    incident: &Incident,
    plan: Option<&Plan>,
    chosen: &Chosen,
    ctx: &Context<'_>,
) -> Vec<Considered> {
    let because = |cause: Cause| match cause {
        Cause::AlarmPlan => "står i larmplanen".to_owned(),
        _ => "vald för hand".to_owned(),
    };
    let alerted = chosen.iter().map(|(party, (_, cause))| Considered {
        party: party.clone(),
        alerted: true,
        because: because(*cause),
    });
    let mut considered: Vec<_> = alerted.collect();
    let outside = plan.iter().flat_map(|plan| &plan.parties).filter(|planned| !chosen.contains_key(&planned.party));
    considered.extend(outside.map(|planned| Considered {
        party: planned.party.clone(),
        alerted: false,
        because: format!(
            "larmplanen tar med den bara i {}, händelsen är i {}",
            planned.municipalities.join(", "),
            own_municipality(incident, ctx).unwrap_or("en annan")
        ),
    }));
    let reason = plan.map_or("valdes inte för hand".to_owned(), |plan| format!("står inte i larmplan {}", plan.name));
    let looked_at: BTreeSet<_> = considered.iter().map(|one| one.party.organisation.clone()).collect();
    let rest = ctx.directory.organisations.keys().filter(|organisation| !looked_at.contains(*organisation));
    considered.extend(rest.map(|organisation| Considered {
        party: PartyId { organisation: organisation.clone(), unit: None },
        alerted: false,
        because: reason.clone(),
    }));
    considered
}
