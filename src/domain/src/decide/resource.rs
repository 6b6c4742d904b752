//! Help between organisations, and hazards.

use std::collections::BTreeSet;

use crate::{
    HazardId, Involvement, OfferId, OrganisationId, Refusal, RequestId, UnitId,
    command::Context,
    event::{Cause, Decided, Event},
    incident::Incident,
    resource::{Offer, OfferStage, ResourceCommand, ResourceEvent, ResourceRequest},
};

use super::{desk::has_alarm_right, own, raise_involvement};

pub(super) fn decide(
    incident: &Incident,
    command: &ResourceCommand,
    ctx: &mut Context<'_>,
) -> Result<Vec<Decided>, Refusal> {
    match command {
        ResourceCommand::Request { to } => request(incident, to, ctx),
        ResourceCommand::Offer { request, units } => offer(incident, *request, units, ctx),
        ResourceCommand::Decline { request, reason_given } => decline(incident, *request, *reason_given, ctx),
        ResourceCommand::Accept { offer } => accept(incident, *offer, ctx),
        ResourceCommand::Deploy { offer, units } => deploy(incident, *offer, units, ctx),
        ResourceCommand::Return { offer, units } => give_back(incident, *offer, units, ctx),
        ResourceCommand::Close { request } => {
            let open = open_request(incident, *request, ctx)?;
            if open.owner != ctx.principal.organisation {
                return Err(Refusal::NotPermitted { needed: "the organisation that asked" });
            }
            said(incident, ctx, ResourceEvent::Closed { request: *request })
        }
        ResourceCommand::ReportHazard { hazard } => report_hazard(incident, *hazard, ctx),
        ResourceCommand::EndHazard { hazard } => {
            own_hazard(incident, *hazard, ctx)?;
            said(incident, ctx, ResourceEvent::HazardEnded { hazard: *hazard })
        }
    }
}

fn said(incident: &Incident, ctx: &mut Context<'_>, event: ResourceEvent) -> Result<Vec<Decided>, Refusal> {
    super::one(incident, ctx, Event::Resource(event))
}

/// Who has alarm right draws in whom it asks; who has not is heard by those who are there.
fn request(incident: &Incident, to: &BTreeSet<OrganisationId>, ctx: &mut Context<'_>) -> Result<Vec<Decided>, Refusal> {
    if to.iter().any(|organisation| ctx.directory.organisation(organisation).is_none()) {
        return Err(Refusal::UnknownOrganisation);
    }
    if to.contains(&ctx.principal.organisation) {
        return Err(Refusal::NothingToDo);
    }
    let mut events = Vec::new();
    // Whoever a covert crew drew in would ask why.
    let covert = ctx.principal.unit.as_ref().is_some_and(|unit| ctx.world.is_covert(unit));
    if has_alarm_right(ctx) && !covert {
        for organisation in to {
            let cause = Cause::ResourceRequest;
            events.extend(raise_involvement(incident, ctx, organisation, Involvement::Near, cause, None));
        }
    }
    let request = RequestId((ctx.ids)());
    events.push(own(incident, ctx, Event::Resource(ResourceEvent::Requested { request, to: to.clone() })));
    Ok(events)
}

fn open_request<'a>(incident: &'a Incident, id: RequestId, ctx: &Context<'_>) -> Result<&'a ResourceRequest, Refusal> {
    let request = incident.requests.get(&id).ok_or(Refusal::NotFound)?;
    super::seen(request.event, ctx)?;
    if request.closed { Err(Refusal::WrongStage { subject: "the request", stage: "closed" }) } else { Ok(request) }
}

fn offer(
    incident: &Incident,
    request: Option<RequestId>,
    units: &BTreeSet<UnitId>,
    ctx: &mut Context<'_>,
) -> Result<Vec<Decided>, Refusal> {
    if let Some(request) = request {
        open_request(incident, request, ctx)?;
    }
    own_units(units, ctx)?;
    let offer = OfferId((ctx.ids)());
    said(incident, ctx, ResourceEvent::Offered { offer, request, units: units.clone() })
}

fn own_units(units: &BTreeSet<UnitId>, ctx: &Context<'_>) -> Result<(), Refusal> {
    let own = |unit: &UnitId| ctx.directory.owns(&ctx.principal.organisation, unit);
    if units.iter().all(own) { Ok(()) } else { Err(Refusal::UnknownUnit) }
}

fn decline(
    incident: &Incident,
    request: RequestId,
    reason_given: bool,
    ctx: &mut Context<'_>,
) -> Result<Vec<Decided>, Refusal> {
    let open = open_request(incident, request, ctx)?;
    let sender = &ctx.principal.organisation;
    if open.owner == *sender || open.declined.contains(sender) {
        return Err(Refusal::NothingToDo);
    }
    if !reason_given {
        return Err(Refusal::ReasonMissing);
    }
    said(incident, ctx, ResourceEvent::Declined { request })
}

fn seen_offer<'a>(incident: &'a Incident, id: OfferId, ctx: &Context<'_>) -> Result<&'a Offer, Refusal> {
    let offer = incident.offers.get(&id).ok_or(Refusal::NotFound)?;
    super::seen(offer.event, ctx)?;
    Ok(offer)
}

fn at_stage(offer: &Offer, wanted: &[OfferStage]) -> Result<(), Refusal> {
    if wanted.contains(&offer.stage) {
        return Ok(());
    }
    Err(Refusal::WrongStage { subject: "the offer", stage: offer.stage.as_str() })
}

/// By who asked; help that nobody asked for, by the lead. With alarm right, who helps is alarmed by it.
fn accept(incident: &Incident, id: OfferId, ctx: &mut Context<'_>) -> Result<Vec<Decided>, Refusal> {
    let offer = seen_offer(incident, id, ctx)?;
    let sender = &ctx.principal.organisation;
    let asked = offer.request.and_then(|request| incident.requests.get(&request)).map(|request| &request.owner);
    if asked.or(incident.lead()) != Some(sender) {
        return Err(Refusal::NotPermitted { needed: "the organisation that asked, or the lead" });
    }
    at_stage(offer, &[OfferStage::Offered])?;
    let helper = offer.owner.clone();
    let mut events = Vec::new();
    if has_alarm_right(ctx) && helper != *sender {
        let cause = Cause::ResourceRequest;
        events.extend(raise_involvement(incident, ctx, &helper, Involvement::Alarmed, cause, None));
    }
    events.push(own(incident, ctx, Event::Resource(ResourceEvent::Accepted { offer: id })));
    Ok(events)
}

fn deploy(
    incident: &Incident,
    id: OfferId,
    units: &BTreeSet<UnitId>,
    ctx: &mut Context<'_>,
) -> Result<Vec<Decided>, Refusal> {
    let offer = seen_offer(incident, id, ctx)?;
    if offer.owner != ctx.principal.organisation {
        return Err(Refusal::NotPermitted { needed: "the organisation that offered" });
    }
    at_stage(offer, &[OfferStage::Accepted, OfferStage::Deployed])?;
    own_units(units, ctx)?;
    let units = if units.is_empty() { offer.units.clone() } else { units.clone() };
    let new: BTreeSet<_> = units.difference(&offer.out).cloned().collect();
    if new.is_empty() && offer.stage == OfferStage::Deployed {
        return Err(Refusal::NothingToDo);
    }
    said(incident, ctx, ResourceEvent::Deployed { offer: id, units: new })
}

/// By whose they are, or by who had them.
fn give_back(
    incident: &Incident,
    id: OfferId,
    units: &BTreeSet<UnitId>,
    ctx: &mut Context<'_>,
) -> Result<Vec<Decided>, Refusal> {
    let offer = seen_offer(incident, id, ctx)?;
    let sender = &ctx.principal.organisation;
    let asked = offer.request.and_then(|request| incident.requests.get(&request)).map(|request| &request.owner);
    if offer.owner != *sender && asked.or(incident.lead()) != Some(sender) {
        return Err(Refusal::NotPermitted { needed: "the organisation that offered, or that asked" });
    }
    at_stage(offer, &[OfferStage::Deployed])?;
    let covert = |unit: &UnitId| offer.owner != *sender && ctx.world.is_covert(unit);
    if units.iter().any(|unit| !offer.out.contains(unit) || covert(unit)) {
        return Err(Refusal::UnknownUnit);
    }
    let units = if units.is_empty() { offer.out.clone() } else { units.clone() };
    let owner = offer.owner.clone();
    let events = said(incident, ctx, ResourceEvent::Returned { offer: id, units })?;
    // They are the helper's units, whoever sends them home.
    Ok(events.into_iter().map(|event| Decided { owner: owner.clone(), ..event }).collect())
}

/// Only its owner amends or ends what it has reported.
fn own_hazard(incident: &Incident, id: HazardId, ctx: &Context<'_>) -> Result<(), Refusal> {
    let own = |owner: &OrganisationId| *owner == ctx.principal.organisation;
    let hazard = incident.hazards.get(&id).filter(|hazard| own(&hazard.owner)).ok_or(Refusal::NotFound)?;
    if hazard.ended { Err(Refusal::WrongStage { subject: "the hazard", stage: "ended" }) } else { Ok(()) }
}

fn report_hazard(incident: &Incident, id: Option<HazardId>, ctx: &mut Context<'_>) -> Result<Vec<Decided>, Refusal> {
    let hazard = match id {
        None => HazardId((ctx.ids)()),
        Some(id) => {
            own_hazard(incident, id, ctx)?;
            id
        }
    };
    said(incident, ctx, ResourceEvent::HazardReported { hazard })
}
