//! The decision record of an alarm: by which rule, from what, and who was looked at.

use std::collections::BTreeSet;

use crate::{
    PartyId,
    command::Context,
    event::{Cause, Considered},
    incident::Incident,
    plan::Plan,
};

use super::alarm::Chosen;

/// What decided.
pub(super) fn rule(plan: Option<&Plan>, already_sent: bool, reason: Option<&str>) -> String {
    match (plan, already_sent) {
        (Some(plan), _) => format!("plan {}", plan.name),
        (None, true) => "sent elsewhere".into(),
        (None, false) => format!("by hand: {}", reason.unwrap_or("no reason given")),
    }
}

/// What it was decided from.
pub(super) fn inputs(incident: &Incident) -> Vec<String> {
    let types = incident.types.iter().map(|one| format!("type={one}"));
    types.chain(incident.municipality.iter().map(|one| format!("municipality={one}"))).collect()
}

/// Everybody the decision looked at: "varför larmades inte vi?" has an answer.
pub(super) fn considered(
    incident: &Incident,
    plan: Option<&Plan>,
    chosen: &Chosen,
    ctx: &Context<'_>,
) -> Vec<Considered> {
    let because = |cause: Cause| match cause {
        Cause::AlarmPlan => "named by the plan".to_owned(),
        _ => "chosen by hand".to_owned(),
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
            "the plan names it for {} only, the incident is in {}",
            planned.municipalities.join(", "),
            incident.municipality.as_deref().unwrap_or("an unknown municipality")
        ),
    }));
    let reason = plan.map_or("not chosen by hand".to_owned(), |plan| format!("not named by plan {}", plan.name));
    let looked_at: BTreeSet<_> = considered.iter().map(|one| one.party.organisation.clone()).collect();
    let rest = ctx.directory.organisations.keys().filter(|organisation| !looked_at.contains(*organisation));
    considered.extend(rest.map(|organisation| Considered {
        party: PartyId { organisation: organisation.clone(), unit: None },
        alerted: false,
        because: reason.clone(),
    }));
    considered
}
