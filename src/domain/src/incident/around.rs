//! What an incident holds around its alarms: emergencies, help, hazards, media lines, the notice it was, releases.

use crate::{
    Timestamp,
    emergency::{Emergency, EmergencyEvent},
    event::{Decided, Event},
    media::{MediaEvent, MediaLine},
    notice::{EndCause, Notice, NoticeEvent},
    release::{Receiver, Release, ReleaseEvent, ReleaseRequest},
    resource::{KnownHazard, Offer, OfferStage, ResourceEvent, ResourceRequest},
};

use super::Incident;

pub(super) fn apply(incident: &mut Incident, happened: &Decided, at: Timestamp) {
    match &happened.event {
        Event::Emergency(event) => emergency(incident, happened, event, at),
        Event::Resource(event) => resource(incident, happened, event),
        Event::Media(event) => media(incident, happened, event),
        Event::Notice(event) => notice(incident, happened, event, at),
        Event::Release(event) => release(incident, happened, event),
        _ => {}
    }
}

fn emergency(incident: &mut Incident, happened: &Decided, event: &EmergencyEvent, at: Timestamp) {
    match event {
        EmergencyEvent::Raised { emergency, unit, .. } => {
            let raised = Emergency {
                event: happened.id,
                unit: unit.clone(),
                owner: happened.owner.clone(),
                raised_at: at,
                cancelled: false,
                acknowledged: Default::default(),
            };
            incident.emergencies.insert(*emergency, raised);
        }
        EmergencyEvent::Acknowledged { emergency, party } => {
            if let Some(emergency) = incident.emergencies.get_mut(emergency) {
                emergency.acknowledged.insert(party.clone());
            }
        }
        EmergencyEvent::Cancelled { emergency, .. } => {
            if let Some(emergency) = incident.emergencies.get_mut(emergency) {
                emergency.cancelled = true;
            }
        }
        EmergencyEvent::Told { .. } => {}
    }
}

fn resource(incident: &mut Incident, happened: &Decided, event: &ResourceEvent) {
    match event {
        ResourceEvent::Requested { request, to } => {
            let (event, owner, to) = (happened.id, happened.owner.clone(), to.clone());
            let asked = ResourceRequest { event, owner, to, declined: Default::default(), closed: false };
            incident.requests.insert(*request, asked);
        }
        ResourceEvent::Declined { request } => {
            if let Some(request) = incident.requests.get_mut(request) {
                request.declined.insert(happened.owner.clone());
            }
        }
        ResourceEvent::Closed { request } => {
            if let Some(request) = incident.requests.get_mut(request) {
                request.closed = true;
            }
        }
        ResourceEvent::HazardReported { hazard } => {
            incident.hazards.insert(*hazard, KnownHazard { owner: happened.owner.clone(), ended: false });
        }
        ResourceEvent::HazardEnded { hazard } => {
            if let Some(hazard) = incident.hazards.get_mut(hazard) {
                hazard.ended = true;
            }
        }
        ResourceEvent::Offered { offer, request, units } => {
            let made = Offer {
                event: happened.id,
                owner: happened.owner.clone(),
                request: *request,
                units: units.clone(),
                out: Default::default(),
                stage: OfferStage::Offered,
            };
            incident.offers.insert(*offer, made);
        }
        ResourceEvent::Accepted { offer } => {
            if let Some(offer) = incident.offers.get_mut(offer) {
                offer.stage = OfferStage::Accepted;
            }
        }
        ResourceEvent::Deployed { offer, units } => {
            if let Some(offer) = incident.offers.get_mut(offer) {
                offer.stage = OfferStage::Deployed;
                offer.out.extend(units.iter().cloned());
            }
        }
        ResourceEvent::Returned { offer, units } => {
            if let Some(offer) = incident.offers.get_mut(offer) {
                units.iter().for_each(|unit| _ = offer.out.remove(unit));
                if offer.out.is_empty() {
                    offer.stage = OfferStage::Returned;
                }
            }
        }
    }
}

fn media(incident: &mut Incident, happened: &Decided, event: &MediaEvent) {
    match event {
        MediaEvent::Proposed { line, parties } => {
            let (event, owner, parties) = (happened.id, happened.owner.clone(), parties.clone());
            let (agreed, refused) = ([owner.clone()].into(), Default::default());
            incident.media_lines.insert(*line, MediaLine { event, owner, parties, agreed, refused, counts: false });
        }
        MediaEvent::Answered { line, organisation, agrees } => {
            let Some(line) = incident.media_lines.get_mut(line) else { return };
            let (to, from) =
                if *agrees { (&mut line.agreed, &mut line.refused) } else { (&mut line.refused, &mut line.agreed) };
            to.insert(organisation.clone());
            from.remove(organisation);
        }
        MediaEvent::Agreed { line } => {
            if let Some(line) = incident.media_lines.get_mut(line) {
                line.counts = true;
            }
        }
    }
}

fn notice(incident: &mut Incident, happened: &Decided, event: &NoticeEvent, at: Timestamp) {
    match event {
        NoticeEvent::Issued { types, valid_until, exercise, amended } => {
            incident.types.clone_from(types);
            incident.notice = Some(Notice { valid_until: *valid_until, ended: None });
            if !amended {
                incident.exercise = *exercise;
                incident.reported_by = Some(happened.owner.clone());
                incident.reported_at = at;
            }
        }
        NoticeEvent::Ended { cause } => {
            if let Some(notice) = &mut incident.notice {
                notice.ended = Some(*cause);
            }
            incident.closed = *cause != EndCause::Converted;
        }
    }
}

fn release(incident: &mut Incident, happened: &Decided, event: &ReleaseEvent) {
    match event {
        ReleaseEvent::Requested { request, owner, marking, level, role } => {
            let asker = Receiver { organisation: happened.owner.clone(), role: *role, one_person: false };
            let (owner, marking, level) = (owner.clone(), *marking, *level);
            let asked = ReleaseRequest { asker, owner, marking, level, answered: false };
            incident.release_requests.insert(*request, asked);
        }
        ReleaseEvent::Refused { request } => answered(incident, Some(request)),
        ReleaseEvent::Granted { release, request, marking, level, to, until, .. } => {
            answered(incident, request.as_ref());
            let granted = Release {
                event: happened.id,
                owner: happened.owner.clone(),
                marking: *marking,
                level: *level,
                to: to.clone(),
                request: *request,
                until: *until,
                ended: false,
            };
            incident.releases.insert(*release, granted);
        }
        ReleaseEvent::Ended { release, .. } => {
            if let Some(release) = incident.releases.get_mut(release) {
                release.ended = true;
            }
        }
    }
}

fn answered(incident: &mut Incident, request: Option<&crate::RequestId>) {
    if let Some(request) = request.and_then(|request| incident.release_requests.get_mut(request)) {
        request.answered = true;
    }
}
