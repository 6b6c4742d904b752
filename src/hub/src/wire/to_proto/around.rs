//! What happens around the alarm: talkgroups, units, emergencies, help, media, advance notices, releases.

use std::collections::BTreeSet;

use samband_domain::{
    Level, OrganisationId, UnitId,
    emergency::EmergencyEvent,
    event::Event,
    media::MediaEvent,
    notice::{EndCause, NoticeEvent},
    release::ReleaseEvent,
    resource::ResourceEvent,
    talkgroup::TalkgroupEvent,
    unit::UnitEvent,
};
use samband_proto::v1::{self as pb, command::Body as Content, event::Body};

use super::{
    event::{Circumstances, unit as unit_of, unit_state},
    names::Names,
    timestamp,
};

/// The body of an event of these; none: it is another's.
pub(super) fn body(event: &Event, content: Option<&Content>, around: &Circumstances<'_>) -> Option<Body> {
    Some(match event {
        Event::Talkgroup(event) => talkgroup(event, content, around.names),
        Event::Unit(event) => unit(event, around),
        Event::Emergency(event) => emergency(event, content, around),
        Event::Resource(event) => resource(event, content, around.names),
        Event::Media(event) => media(event, content),
        Event::Notice(event) => notice(event, content),
        Event::Release(event) => release(event, content),
        _ => return None,
    })
}

fn talkgroup(event: &TalkgroupEvent, content: Option<&Content>, names: &Names<'_>) -> Body {
    match event {
        TalkgroupEvent::Leased { talkgroup, alarm, adopted, conflict, shared } => {
            Body::TalkgroupLeased(pb::TalkgroupLeased {
                talkgroup: Some(names.talkgroup(talkgroup)),
                companions: names.companions(talkgroup),
                alarm_id: alarm.map(|alarm| alarm.to_string()),
                adopted: adopted.then_some(true),
                conflict: conflict.then_some(true),
                shared: shared.then_some(true),
            })
        }
        TalkgroupEvent::Returned { talkgroup } => Body::TalkgroupReturned(pb::TalkgroupReturned {
            talkgroup: Some(names.talkgroup(talkgroup)),
            reason: match content {
                Some(Content::ReturnTalkgroup(said)) => said.reason.clone(),
                _ => None,
            },
        }),
        TalkgroupEvent::Idle { talkgroup, since } => Body::TalkgroupIdle(pb::TalkgroupIdle {
            talkgroup: Some(names.talkgroup(talkgroup)),
            since: Some(timestamp(*since)),
        }),
        TalkgroupEvent::NoneFree { alarm, fallback } => Body::NoTalkgroupFree(pb::NoTalkgroupFree {
            alarm_id: alarm.map(|alarm| alarm.to_string()),
            fallback: fallback.iter().map(|group| names.talkgroup(group)).collect(),
        }),
        TalkgroupEvent::PoolLeaseChanged { talkgroup, leased } => Body::PoolLeaseChanged(pb::PoolLeaseChanged {
            talkgroup: Some(names.talkgroup(talkgroup)),
            leased: Some(*leased),
        }),
        TalkgroupEvent::PoolNearlyExhausted { free, total, .. } => {
            Body::PoolNearlyExhausted(pb::PoolNearlyExhausted { free: Some(*free), total: Some(*total) })
        }
        TalkgroupEvent::MessageSent { message, confirm, .. } => {
            let (text, priority) = match content {
                Some(Content::SendMessage(said)) => (said.text.clone(), said.priority()),
                _ => (None, pb::MessagePriority::Unspecified),
            };
            let priority = match priority {
                pb::MessagePriority::Unspecified => pb::MessagePriority::Routine,
                said => said,
            };
            Body::MessageSent(pb::MessageSent {
                message_id: Some(message.to_string()),
                text,
                priority: Some(priority as i32),
                confirm: confirm.then_some(true),
            })
        }
        TalkgroupEvent::MessageReceipts { .. } => Body::MessageReceipts(pb::MessageReceipts::default()),
        TalkgroupEvent::MessageConfirmed { message, party, .. } => Body::MessageConfirmed(pb::MessageConfirmed {
            message_id: Some(message.to_string()),
            organisation: Some(party.organisation.to_string()),
            unit: unit_of(party, names),
        }),
        TalkgroupEvent::Cleared { talkgroup } => {
            Body::TalkgroupCleared(pb::TalkgroupCleared { talkgroup: Some(names.talkgroup(talkgroup)) })
        }
    }
}

fn unit(event: &UnitEvent, around: &Circumstances<'_>) -> Body {
    let named = Some(around.names.unit(event.unit()));
    match event {
        UnitEvent::StateReported { state, relayed, .. } => Body::UnitStateReported(pb::UnitStateReported {
            unit: named,
            on_duty: state.on_duty,
            code: state.code.clone(),
            state: state.state.map(|state| unit_state(state) as i32),
            text: Some(state.text.clone()).filter(|text| !text.is_empty()),
            crew_size: state.crew_size,
            capabilities: state.capabilities.clone(),
            relayed: relayed.then_some(true),
        }),
        UnitEvent::SignedOff { covert, .. } => {
            Body::UnitSignedOff(pb::UnitSignedOff { unit: named, covert: covert.then_some(true) })
        }
        UnitEvent::SignedOn { was_covert, .. } => {
            Body::UnitSignedOn(pb::UnitSignedOn { unit: named, was_covert: was_covert.then_some(true) })
        }
        UnitEvent::LocationRecorded { .. } => Body::UnitLocationRecorded(pb::UnitLocationRecorded {
            unit: named,
            location: around.located.map(|located| located.point),
            fix_at: around.located.map(|located| timestamp(located.fix_at)),
            location_coarse: around.located.map(super::super::coarse::located),
        }),
    }
}

fn emergency(event: &EmergencyEvent, content: Option<&Content>, around: &Circumstances<'_>) -> Body {
    let names = around.names;
    match event {
        EmergencyEvent::Raised { emergency, unit, relayed } => Body::EmergencyRaised(pb::EmergencyRaised {
            emergency_id: Some(emergency.to_string()),
            unit: Some(names.unit(unit)),
            location: around.located.map(|located| located.point),
            what: match content {
                Some(Content::RaiseEmergency(said)) => said.what.clone(),
                _ => None,
            },
            fix_at: around.located.map(|located| timestamp(located.fix_at)),
            relayed: relayed.then_some(true),
            location_coarse: around.located.map(super::super::coarse::located),
        }),
        EmergencyEvent::Told { emergency, units } => Body::EmergencyTold(pb::EmergencyTold {
            emergency_id: Some(emergency.to_string()),
            units: units.iter().map(|unit| names.unit(unit)).collect(),
        }),
        EmergencyEvent::Acknowledged { emergency, party } => Body::EmergencyAcknowledged(pb::EmergencyAcknowledged {
            emergency_id: Some(emergency.to_string()),
            organisation: Some(party.organisation.to_string()),
            unit: unit_of(party, names),
        }),
        EmergencyEvent::Cancelled { emergency, .. } => {
            let (reason, by_mistake) = match content {
                Some(Content::CancelEmergency(said)) => (said.reason.clone(), said.by_mistake),
                _ => (None, None),
            };
            Body::EmergencyCancelled(pb::EmergencyCancelled {
                emergency_id: Some(emergency.to_string()),
                by_mistake,
                reason,
            })
        }
    }
}

fn names_of(organisations: &BTreeSet<OrganisationId>) -> Vec<String> {
    organisations.iter().map(ToString::to_string).collect()
}

fn resource(event: &ResourceEvent, content: Option<&Content>, names: &Names<'_>) -> Body {
    let units = |units: &BTreeSet<UnitId>| units.iter().map(|unit| names.unit(unit)).collect();
    match event {
        ResourceEvent::Requested { request, to } => {
            let said = match content {
                Some(Content::RequestResource(said)) => said.clone(),
                _ => pb::RequestResource::default(),
            };
            Body::ResourceRequested(pb::ResourceRequested {
                request_id: Some(request.to_string()),
                to_organisations: names_of(to),
                what: said.what,
                quantity: said.quantity,
                wanted_at: said.wanted_at,
                report_to: said.report_to,
            })
        }
        ResourceEvent::Offered { offer, request, units: offered } => {
            let said = match content {
                Some(Content::OfferResource(said)) => said.clone(),
                _ => pb::OfferResource::default(),
            };
            Body::ResourceOffered(pb::ResourceOffered {
                offer_id: Some(offer.to_string()),
                request_id: request.map(|request| request.to_string()),
                what: said.what,
                units: units(offered),
                there_at: said.there_at,
            })
        }
        ResourceEvent::Declined { request } => Body::ResourceDeclined(pb::ResourceDeclined {
            request_id: Some(request.to_string()),
            reason: match content {
                Some(Content::DeclineRequest(said)) => said.reason.clone(),
                _ => None,
            },
        }),
        ResourceEvent::Accepted { offer } => {
            Body::OfferAccepted(pb::OfferAccepted { offer_id: Some(offer.to_string()) })
        }
        ResourceEvent::Deployed { offer, units: sent } => {
            Body::ResourceDeployed(pb::ResourceDeployed { offer_id: Some(offer.to_string()), units: units(sent) })
        }
        ResourceEvent::Returned { offer, units: back } => Body::ResourceReturned(pb::ResourceReturned {
            offer_id: Some(offer.to_string()),
            units: units(back),
            reason: match content {
                Some(Content::ReturnResource(said)) => said.reason.clone(),
                _ => None,
            },
        }),
        ResourceEvent::Closed { request } => Body::RequestClosed(pb::RequestClosed {
            request_id: Some(request.to_string()),
            reason: match content {
                Some(Content::CloseRequest(said)) => said.reason.clone(),
                _ => None,
            },
        }),
        ResourceEvent::HazardReported { hazard } => {
            let (what, location) = match content {
                Some(Content::ReportHazard(said)) => (said.hazard.clone(), said.location),
                _ => (None, None),
            };
            Body::HazardReported(pb::HazardReported { hazard_id: Some(hazard.to_string()), hazard: what, location })
        }
        ResourceEvent::HazardEnded { hazard } => Body::HazardEnded(pb::HazardEnded {
            hazard_id: Some(hazard.to_string()),
            reason: match content {
                Some(Content::EndHazard(said)) => said.reason.clone(),
                _ => None,
            },
        }),
    }
}

fn media(event: &MediaEvent, content: Option<&Content>) -> Body {
    match event {
        MediaEvent::Proposed { line, parties } => Body::MediaLineProposed(pb::MediaLineProposed {
            media_line_id: Some(line.to_string()),
            text: match content {
                Some(Content::ProposeMediaLine(said)) => said.text.clone(),
                _ => None,
            },
            parties: names_of(parties),
        }),
        MediaEvent::Answered { line, organisation, agrees } => Body::MediaLineAnswered(pb::MediaLineAnswered {
            media_line_id: Some(line.to_string()),
            organisation: Some(organisation.to_string()),
            agrees: Some(*agrees),
            reason: match content {
                Some(Content::AnswerMediaLine(said)) => said.reason.clone(),
                _ => None,
            },
        }),
        MediaEvent::Agreed { line } => {
            Body::MediaLineAgreed(pb::MediaLineAgreed { media_line_id: Some(line.to_string()) })
        }
    }
}

fn notice(event: &NoticeEvent, content: Option<&Content>) -> Body {
    match event {
        NoticeEvent::Issued { types, valid_until, amended, .. } => {
            let (text, valid_from) = match content {
                Some(Content::IssueAdvanceNotice(said)) => (said.text.clone(), said.valid_from),
                Some(Content::AmendAdvanceNotice(said)) => (said.text.clone(), said.valid_from),
                _ => (None, None),
            };
            Body::AdvanceNoticeIssued(pb::AdvanceNoticeIssued {
                types: types.clone(),
                text,
                valid_from,
                valid_until: Some(timestamp(*valid_until)),
                amended: amended.then_some(true),
            })
        }
        NoticeEvent::Ended { cause } => Body::AdvanceNoticeEnded(pb::AdvanceNoticeEnded {
            cause: Some(end_cause(*cause) as i32),
            reason: match content {
                Some(Content::WithdrawAdvanceNotice(said)) => said.reason.clone(),
                _ => None,
            },
        }),
    }
}

fn release(event: &ReleaseEvent, content: Option<&Content>) -> Body {
    match event {
        ReleaseEvent::Requested { request, owner, marking, level: wanted, role } => {
            Body::ReleaseRequested(pb::ReleaseRequested {
                request_id: Some(request.to_string()),
                of_owner: Some(owner.to_string()),
                marking: Some(i32::from(marking.0)),
                level: Some(level(*wanted) as i32),
                purpose: match content {
                    Some(Content::RequestRelease(said)) => said.purpose.clone(),
                    _ => None,
                },
                role: Some(role.as_str().into()),
            })
        }
        ReleaseEvent::Refused { request, .. } => Body::ReleaseRefused(pb::ReleaseRefused {
            request_id: Some(request.to_string()),
            reason: match content {
                Some(Content::RefuseRelease(said)) => said.reason.clone(),
                _ => None,
            },
        }),
        ReleaseEvent::Granted { release, request, marking, level: highest, to, ground, from_start, until } => {
            let (reason, person) = match content {
                Some(Content::GrantRelease(said)) => (said.reason.clone(), said.to_person.clone()),
                _ => (None, None),
            };
            Body::ReleaseGranted(pb::ReleaseGranted {
                release_id: Some(release.to_string()),
                request_id: request.map(|request| request.to_string()),
                marking: Some(i32::from(marking.0)),
                level: Some(level(*highest) as i32),
                to_organisation: Some(to.organisation.to_string()),
                to_role: Some(to.role.as_str().into()),
                to_person: person.filter(|_| to.one_person),
                ground: Some(ground.clone()),
                reason,
                from_start: from_start.then_some(true),
                until: Some(timestamp(*until)),
            })
        }
        ReleaseEvent::Ended { release, request, cause } => Body::ReleaseEnded(pb::ReleaseEnded {
            release_id: Some(release.to_string()),
            request_id: request.map(|request| request.to_string()),
            cause: Some(end_cause(*cause) as i32),
            reason: match content {
                Some(Content::RevokeRelease(said)) => said.reason.clone(),
                _ => None,
            },
        }),
    }
}

fn end_cause(cause: EndCause) -> pb::EndCause {
    match cause {
        EndCause::Expired => pb::EndCause::Expired,
        EndCause::Withdrawn => pb::EndCause::Withdrawn,
        EndCause::Converted => pb::EndCause::Converted,
    }
}

/// The wire's scale of the domain's.
pub fn level(level: Level) -> pb::DisclosureLevel {
    match level {
        Level::Hidden => pb::DisclosureLevel::Unspecified,
        Level::Withheld => pb::DisclosureLevel::Withheld,
        Level::Coarse => pb::DisclosureLevel::Coarse,
        Level::Full => pb::DisclosureLevel::Full,
    }
}
