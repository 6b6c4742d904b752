//! Stored events around the alarm, as the rules' state needs them.

use std::{collections::BTreeSet, str::FromStr};

use samband_domain::{
    EmergencyId, HazardId, MediaLineId, MessageId, OfferId, OrganisationId, ReleaseId, RequestId, Role, Scope,
    TalkgroupId, UnitId,
    emergency::EmergencyEvent,
    event::Event,
    media::MediaEvent,
    notice::{EndCause, NoticeEvent},
    release::{MarkingNumber, Receiver, ReleaseEvent},
    resource::ResourceEvent,
    talkgroup::TalkgroupEvent,
    unit::{OwnState, UnitEvent},
};
use samband_proto::v1::{self as pb, event::Body};

use super::{
    event::{alarm, organisation, party, state, unit},
    level, timestamp,
};

pub(super) fn body(body: &Body, scope: &Scope, exercise: bool) -> Option<Event> {
    talkgroup(body, scope, exercise)
        .map(Event::Talkgroup)
        .or_else(|| units(body).map(Event::Unit))
        .or_else(|| emergency(body).map(Event::Emergency))
        .or_else(|| resource(body).map(Event::Resource))
        .or_else(|| media(body).map(Event::Media))
        .or_else(|| notice(body, exercise).map(Event::Notice))
        .or_else(|| release(body).map(Event::Release))
}

fn group(group: Option<&pb::TalkgroupRef>) -> Option<TalkgroupId> {
    TalkgroupId::new(group?.talkgroup_id()).ok()
}

fn talkgroup(body: &Body, scope: &Scope, exercise: bool) -> Option<TalkgroupEvent> {
    let here = || match scope {
        Scope::Talkgroup(talkgroup) => Some(talkgroup.clone()),
        Scope::Incident(_) | Scope::Unit(_) | Scope::Pool(_) => None,
    };
    Some(match body {
        Body::TalkgroupLeased(e) => TalkgroupEvent::Leased {
            talkgroup: group(e.talkgroup.as_ref())?,
            alarm: e.alarm_id.as_deref().and_then(alarm),
            adopted: e.adopted(),
            conflict: e.conflict(),
            shared: e.shared(),
        },
        Body::TalkgroupReturned(e) => TalkgroupEvent::Returned { talkgroup: group(e.talkgroup.as_ref())? },
        Body::TalkgroupIdle(e) => {
            TalkgroupEvent::Idle { talkgroup: group(e.talkgroup.as_ref())?, since: timestamp(e.since.as_ref()?)? }
        }
        Body::NoTalkgroupFree(e) => TalkgroupEvent::NoneFree {
            alarm: e.alarm_id.as_deref().and_then(alarm),
            fallback: e.fallback.iter().map(|one| group(Some(one))).collect::<Option<_>>()?,
        },
        Body::PoolLeaseChanged(e) => {
            TalkgroupEvent::PoolLeaseChanged { talkgroup: group(e.talkgroup.as_ref())?, leased: e.leased() }
        }
        Body::PoolNearlyExhausted(e) => {
            TalkgroupEvent::PoolNearlyExhausted { free: e.free(), total: e.total(), exercise }
        }
        Body::MessageSent(e) => TalkgroupEvent::MessageSent {
            talkgroup: here()?,
            message: MessageId::from_str(e.message_id()).ok()?,
            confirm: e.confirm(),
        },
        Body::MessageReceipts(_) => TalkgroupEvent::MessageReceipts { talkgroup: here()? },
        Body::MessageConfirmed(e) => TalkgroupEvent::MessageConfirmed {
            talkgroup: here()?,
            message: MessageId::from_str(e.message_id()).ok()?,
            party: party(e.organisation(), e.unit.as_ref())?,
        },
        Body::TalkgroupCleared(e) => TalkgroupEvent::Cleared { talkgroup: group(e.talkgroup.as_ref())? },
        _ => return None,
    })
}

fn units(body: &Body) -> Option<UnitEvent> {
    Some(match body {
        Body::UnitStateReported(e) => UnitEvent::StateReported {
            unit: unit(e.unit.as_ref())?,
            state: OwnState {
                on_duty: e.on_duty,
                code: e.code.clone(),
                state: state(e.state()),
                text: e.text().into(),
                crew_size: e.crew_size,
                capabilities: e.capabilities.clone(),
                ..OwnState::default()
            },
            relayed: e.relayed(),
        },
        Body::UnitSignedOff(e) => UnitEvent::SignedOff { unit: unit(e.unit.as_ref())?, covert: e.covert() },
        Body::UnitSignedOn(e) => UnitEvent::SignedOn { unit: unit(e.unit.as_ref())?, was_covert: e.was_covert() },
        Body::UnitLocationRecorded(e) => UnitEvent::LocationRecorded { unit: unit(e.unit.as_ref())? },
        _ => return None,
    })
}

fn emergency(body: &Body) -> Option<EmergencyEvent> {
    let id = |id: &str| EmergencyId::from_str(id).ok();
    Some(match body {
        Body::EmergencyRaised(e) => EmergencyEvent::Raised {
            emergency: id(e.emergency_id())?,
            unit: unit(e.unit.as_ref())?,
            relayed: e.relayed(),
        },
        Body::EmergencyTold(e) => {
            EmergencyEvent::Told { emergency: id(e.emergency_id())?, units: listed(&e.units)?.into_iter().collect() }
        }
        Body::EmergencyAcknowledged(e) => EmergencyEvent::Acknowledged {
            emergency: id(e.emergency_id())?,
            party: party(e.organisation(), e.unit.as_ref())?,
        },
        Body::EmergencyCancelled(e) => EmergencyEvent::Cancelled { emergency: id(e.emergency_id())? },
        _ => return None,
    })
}

fn listed(units: &[pb::UnitRef]) -> Option<BTreeSet<UnitId>> {
    units.iter().map(|one| unit(Some(one))).collect()
}

fn organisations(names: &[String]) -> Option<BTreeSet<OrganisationId>> {
    names.iter().map(|name| organisation(name)).collect()
}

fn resource(body: &Body) -> Option<ResourceEvent> {
    let request = |id: &str| RequestId::from_str(id).ok();
    let offer = |id: &str| OfferId::from_str(id).ok();
    let hazard = |id: &str| HazardId::from_str(id).ok();
    Some(match body {
        Body::ResourceRequested(e) => {
            ResourceEvent::Requested { request: request(e.request_id())?, to: organisations(&e.to_organisations)? }
        }
        Body::ResourceOffered(e) => ResourceEvent::Offered {
            offer: offer(e.offer_id())?,
            request: e.request_id.as_deref().and_then(request),
            units: listed(&e.units)?,
        },
        Body::ResourceDeclined(e) => ResourceEvent::Declined { request: request(e.request_id())? },
        Body::OfferAccepted(e) => ResourceEvent::Accepted { offer: offer(e.offer_id())? },
        Body::ResourceDeployed(e) => ResourceEvent::Deployed { offer: offer(e.offer_id())?, units: listed(&e.units)? },
        Body::ResourceReturned(e) => ResourceEvent::Returned { offer: offer(e.offer_id())?, units: listed(&e.units)? },
        Body::RequestClosed(e) => ResourceEvent::Closed { request: request(e.request_id())? },
        Body::HazardReported(e) => ResourceEvent::HazardReported { hazard: hazard(e.hazard_id())? },
        Body::HazardEnded(e) => ResourceEvent::HazardEnded { hazard: hazard(e.hazard_id())? },
        _ => return None,
    })
}

fn media(body: &Body) -> Option<MediaEvent> {
    let line = |id: &str| MediaLineId::from_str(id).ok();
    Some(match body {
        Body::MediaLineProposed(e) => {
            MediaEvent::Proposed { line: line(e.media_line_id())?, parties: organisations(&e.parties)? }
        }
        Body::MediaLineAnswered(e) => MediaEvent::Answered {
            line: line(e.media_line_id())?,
            organisation: organisation(e.organisation())?,
            agrees: e.agrees(),
        },
        Body::MediaLineAgreed(e) => MediaEvent::Agreed { line: line(e.media_line_id())? },
        _ => return None,
    })
}

fn notice(body: &Body, exercise: bool) -> Option<NoticeEvent> {
    Some(match body {
        Body::AdvanceNoticeIssued(e) => NoticeEvent::Issued {
            types: e.types.clone(),
            valid_until: timestamp(e.valid_until.as_ref()?)?,
            exercise,
            amended: e.amended(),
        },
        Body::AdvanceNoticeEnded(e) => NoticeEvent::Ended { cause: end_cause(e.cause())? },
        _ => return None,
    })
}

fn end_cause(wire: pb::EndCause) -> Option<EndCause> {
    match wire {
        pb::EndCause::Unspecified => None,
        pb::EndCause::Expired => Some(EndCause::Expired),
        pb::EndCause::Withdrawn => Some(EndCause::Withdrawn),
        pb::EndCause::Converted => Some(EndCause::Converted),
    }
}

fn release(body: &Body) -> Option<ReleaseEvent> {
    let request = |id: &str| RequestId::from_str(id).ok();
    let marking = |number: Option<i32>| u8::try_from(number?).ok().map(MarkingNumber);
    Some(match body {
        Body::ReleaseRequested(e) => ReleaseEvent::Requested {
            request: request(e.request_id())?,
            owner: organisation(e.of_owner())?,
            marking: marking(e.marking)?,
            level: level(e.level()),
            role: Role::from_str(e.role()).ok()?,
        },
        Body::ReleaseRefused(e) => ReleaseEvent::Refused { request: request(e.request_id())? },
        Body::ReleaseGranted(e) => ReleaseEvent::Granted {
            release: ReleaseId::from_str(e.release_id()).ok()?,
            request: e.request_id.as_deref().and_then(request),
            marking: marking(e.marking)?,
            level: level(e.level()),
            to: Receiver {
                organisation: organisation(e.to_organisation())?,
                role: Role::from_str(e.to_role()).ok()?,
                one_person: e.to_person.is_some(),
            },
            ground: e.ground().into(),
            from_start: e.from_start(),
            until: timestamp(e.until.as_ref()?)?,
        },
        Body::ReleaseEnded(e) => {
            // An end that was stored before it told of a request has none.
            let request = e.request_id.as_deref().map(RequestId::from_str).transpose().ok()?;
            ReleaseEvent::Ended {
                release: ReleaseId::from_str(e.release_id()).ok()?,
                request,
                cause: end_cause(e.cause())?,
            }
        }
        _ => return None,
    })
}
