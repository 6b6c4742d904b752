//! Commands around the alarm: talkgroups, units, emergencies, help, media, advance notices, releases.

use std::{collections::BTreeSet, str::FromStr};

use samband_domain::{
    Level, MediaLineId, MessageId, OfferId, OrganisationId, ReleaseId, RequestId, Role, TalkgroupId, UnitId,
    command::Command,
    emergency::EmergencyCommand,
    media::MediaCommand,
    notice::{NewNotice, NoticeCommand},
    release::{MarkingNumber, ReleaseCommand},
    resource::ResourceCommand,
    talkgroup::TalkgroupCommand,
    unit::UnitCommand,
};
use samband_proto::v1::{self as pb, command::Body};

use super::{
    super::refusal::Malformed,
    command::{at_most, given, id128, organisation, party, text, unit},
    fact, timestamp,
};
use crate::limits;

pub(super) fn command(body: &Body) -> Result<Command, Malformed> {
    match body {
        Body::LeaseTalkgroup(_) | Body::ReturnTalkgroup(_) | Body::SendMessage(_) | Body::ConfirmMessage(_) => {
            talkgroup_command(body).map(Command::Talkgroup)
        }
        Body::ReportUnitState(_) | Body::SignOffUnit(_) | Body::SetCovert(_) => unit_command(body).map(Command::Unit),
        Body::RaiseEmergency(_) | Body::AcknowledgeEmergency(_) | Body::CancelEmergency(_) => {
            emergency(body).map(Command::Emergency)
        }
        Body::ProposeMediaLine(_) | Body::AnswerMediaLine(_) => media(body).map(Command::Media),
        Body::IssueAdvanceNotice(_)
        | Body::AmendAdvanceNotice(_)
        | Body::WithdrawAdvanceNotice(_)
        | Body::ConvertAdvanceNotice(_) => notice(body).map(Command::Notice),
        Body::RequestRelease(_) | Body::GrantRelease(_) | Body::RefuseRelease(_) | Body::RevokeRelease(_) => {
            release(body).map(Command::Release)
        }
        _ => resource(body).map(Command::Resource),
    }
}

pub(super) fn talkgroup(id: Option<&str>) -> Result<TalkgroupId, Malformed> {
    TalkgroupId::new(id.ok_or(Malformed::missing("talkgroup_id"))?)
        .map_err(|_| Malformed::form("talkgroup_id", "a talkgroup's identity"))
}

fn talkgroup_command(body: &Body) -> Result<TalkgroupCommand, Malformed> {
    Ok(match body {
        Body::LeaseTalkgroup(lease) => TalkgroupCommand::Lease {
            talkgroup: lease.talkgroup_id.as_deref().map(|id| talkgroup(Some(id))).transpose()?,
        },
        Body::ReturnTalkgroup(back) => TalkgroupCommand::Return { talkgroup: talkgroup(back.talkgroup_id.as_deref())? },
        Body::SendMessage(send) => {
            let said = send.text.as_deref().filter(|text| given(Some(text))).ok_or(Malformed::missing("text"))?;
            if said.len() > limits::MESSAGE_BYTES_MAX {
                return Err(Malformed::form("text", "at most 4096 bytes"));
            }
            TalkgroupCommand::Send { talkgroup: talkgroup(send.talkgroup_id.as_deref())?, confirm: send.confirm() }
        }
        Body::ConfirmMessage(confirm) => TalkgroupCommand::Confirm {
            talkgroup: talkgroup(confirm.talkgroup_id.as_deref())?,
            message: id128(confirm.message_id.as_deref(), "message_id", MessageId::from_str)?,
            relayed_for: confirm.relayed_for.as_ref().map(party).transpose()?,
        },
        _ => return Err(Malformed::missing("body")),
    })
}

fn unit_command(body: &Body) -> Result<UnitCommand, Malformed> {
    let optional = |id: &Option<String>| id.as_deref().map(|id| unit(Some(id), "unit_id")).transpose();
    Ok(match body {
        Body::ReportUnitState(report) => {
            if report.on_duty.is_none()
                && report.code.is_none()
                && report.crew_size.is_none()
                && report.capabilities.is_empty()
            {
                return Err(Malformed::missing("on_duty, code, crew_size or capabilities"));
            }
            if report.crew_size.is_some_and(|crew| crew > limits::CREW_MAX) {
                return Err(Malformed::form("crew_size", "at most 100"));
            }
            at_most(report.capabilities.len(), limits::CAPABILITIES_MAX, "capabilities")?;
            let named = |one: &String| text(Some(one), "capabilities");
            UnitCommand::ReportState {
                unit: optional(&report.unit_id)?,
                on_duty: report.on_duty,
                code: report.code.as_deref().map(|code| text(Some(code), "code")).transpose()?,
                crew_size: report.crew_size,
                capabilities: report.capabilities.iter().map(named).collect::<Result<_, _>>()?,
            }
        }
        Body::SignOffUnit(sign_off) => UnitCommand::SignOff { unit: optional(&sign_off.unit_id)? },
        Body::SetCovert(set) => UnitCommand::SetCovert {
            unit: unit(set.unit_id.as_deref(), "unit_id")?,
            covert: set.covert.ok_or(Malformed::missing("covert"))?,
        },
        _ => return Err(Malformed::missing("body")),
    })
}

fn emergency(body: &Body) -> Result<EmergencyCommand, Malformed> {
    let id = |id: Option<&str>| id128(id, "emergency_id", samband_domain::EmergencyId::from_str);
    Ok(match body {
        Body::RaiseEmergency(raise) => {
            if let Some(location) = &raise.location {
                fact::on_globe(location, false)?;
            }
            EmergencyCommand::Raise { unit: raise.unit_id.as_deref().map(|id| unit(Some(id), "unit_id")).transpose()? }
        }
        Body::AcknowledgeEmergency(acknowledge) => {
            EmergencyCommand::Acknowledge { emergency: id(acknowledge.emergency_id.as_deref())? }
        }
        Body::CancelEmergency(cancel) => EmergencyCommand::Cancel {
            emergency: id(cancel.emergency_id.as_deref())?,
            reason_given: given(cancel.reason.as_deref()),
            by_mistake: cancel.by_mistake(),
        },
        _ => return Err(Malformed::missing("body")),
    })
}

fn resource(body: &Body) -> Result<ResourceCommand, Malformed> {
    let request = |id: Option<&str>| id128(id, "request_id", RequestId::from_str);
    let offer = |id: Option<&str>| id128(id, "offer_id", OfferId::from_str);
    Ok(match body {
        Body::RequestResource(ask) => {
            if !given(ask.what.as_deref()) {
                return Err(Malformed::missing("what"));
            }
            ResourceCommand::Request { to: organisations(&ask.to_organisations, "to_organisations")? }
        }
        Body::OfferResource(made) => {
            if !given(made.what.as_deref()) && made.unit_ids.is_empty() {
                return Err(Malformed::missing("what or unit_ids"));
            }
            ResourceCommand::Offer {
                request: made.request_id.as_deref().map(|id| request(Some(id))).transpose()?,
                units: units(&made.unit_ids)?,
            }
        }
        Body::DeclineRequest(decline) => ResourceCommand::Decline {
            request: request(decline.request_id.as_deref())?,
            reason_given: given(decline.reason.as_deref()),
        },
        Body::AcceptOffer(accept) => ResourceCommand::Accept { offer: offer(accept.offer_id.as_deref())? },
        Body::DeployResource(deploy) => {
            ResourceCommand::Deploy { offer: offer(deploy.offer_id.as_deref())?, units: units(&deploy.unit_ids)? }
        }
        Body::ReturnResource(back) => {
            ResourceCommand::Return { offer: offer(back.offer_id.as_deref())?, units: units(&back.unit_ids)? }
        }
        Body::CloseRequest(close) => ResourceCommand::Close { request: request(close.request_id.as_deref())? },
        Body::ReportHazard(report) => {
            let hazard = report.hazard.as_ref().ok_or(Malformed::missing("hazard"))?;
            if !given(hazard.what.as_deref()) && !given(hazard.substance.as_deref()) && hazard.un_number.is_none() {
                return Err(Malformed::missing("hazard.what, substance or un_number"));
            }
            if let Some(location) = &report.location {
                fact::on_globe(location, false)?;
            }
            ResourceCommand::ReportHazard { hazard: report.hazard_id.as_deref().map(hazard_id).transpose()? }
        }
        Body::EndHazard(end) => ResourceCommand::EndHazard {
            hazard: hazard_id(end.hazard_id.as_deref().ok_or(Malformed::missing("hazard_id"))?)?,
        },
        _ => return Err(Malformed::missing("body")),
    })
}

fn hazard_id(id: &str) -> Result<samband_domain::HazardId, Malformed> {
    id128(Some(id), "hazard_id", samband_domain::HazardId::from_str)
}

fn organisations(names: &[String], field: &'static str) -> Result<BTreeSet<OrganisationId>, Malformed> {
    at_most(names.len(), limits::NAMED_MAX, field)?;
    names.iter().map(|name| organisation(Some(name), field)).collect()
}

fn units(ids: &[String]) -> Result<BTreeSet<UnitId>, Malformed> {
    at_most(ids.len(), limits::NAMED_MAX, "unit_ids")?;
    ids.iter().map(|id| unit(Some(id), "unit_ids")).collect()
}

fn media(body: &Body) -> Result<MediaCommand, Malformed> {
    Ok(match body {
        Body::ProposeMediaLine(propose) => {
            if !given(propose.text.as_deref()) {
                return Err(Malformed::missing("text"));
            }
            MediaCommand::Propose { parties: organisations(&propose.parties, "parties")? }
        }
        Body::AnswerMediaLine(answer) => MediaCommand::Answer {
            line: id128(answer.media_line_id.as_deref(), "media_line_id", MediaLineId::from_str)?,
            agrees: answer.agrees.ok_or(Malformed::missing("agrees"))?,
            reason_given: given(answer.reason.as_deref()),
        },
        _ => return Err(Malformed::missing("body")),
    })
}

fn notice(body: &Body) -> Result<NoticeCommand, Malformed> {
    Ok(match body {
        Body::IssueAdvanceNotice(issue) => {
            at_most(issue.facts.len(), limits::FACTS_IN_REPORT_MAX, "facts")?;
            let times = (issue.valid_from.as_ref(), issue.valid_until.as_ref());
            let mut new = new_notice(&issue.types, times, &issue.organisations)?;
            new.facts = issue.facts.iter().map(fact::new_fact).collect::<Result<_, _>>()?;
            new.exercise = issue.exercise();
            NoticeCommand::Issue(new)
        }
        Body::AmendAdvanceNotice(amend) => {
            let times = (amend.valid_from.as_ref(), amend.valid_until.as_ref());
            NoticeCommand::Amend(new_notice(&amend.types, times, &amend.organisations)?)
        }
        Body::WithdrawAdvanceNotice(withdraw) => {
            NoticeCommand::Withdraw { reason_given: given(withdraw.reason.as_deref()) }
        }
        Body::ConvertAdvanceNotice(convert) => NoticeCommand::Convert { types: incident_types(&convert.types)? },
        _ => return Err(Malformed::missing("body")),
    })
}

fn incident_types(types: &[String]) -> Result<Vec<String>, Malformed> {
    at_most(types.len(), limits::INCIDENT_TYPES_MAX, "types")?;
    Ok(types.iter().map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect())
}

fn new_notice(
    types: &[String],
    (from, until): (Option<&prost_types::Timestamp>, Option<&prost_types::Timestamp>),
    named: &[String],
) -> Result<NewNotice, Malformed> {
    let types = incident_types(types)?;
    if types.is_empty() {
        return Err(Malformed::missing("types"));
    }
    Ok(NewNotice {
        types,
        valid_from: from.and_then(timestamp),
        valid_until: until.and_then(timestamp).ok_or(Malformed::missing("valid_until"))?,
        organisations: organisations(named, "organisations")?,
        facts: Vec::new(),
        exercise: false,
    })
}

fn release(body: &Body) -> Result<ReleaseCommand, Malformed> {
    let role = |name: &Option<String>| {
        let role = |name: &String| Role::from_str(name).map_err(|_| Malformed::form("role", "a role"));
        name.as_ref().map(role).transpose()
    };
    let request = |id: Option<&str>| id128(id, "request_id", RequestId::from_str);
    Ok(match body {
        Body::RequestRelease(ask) => {
            if !given(ask.purpose.as_deref()) {
                return Err(Malformed::missing("purpose"));
            }
            ReleaseCommand::Request {
                owner: organisation(ask.of_owner.as_deref(), "of_owner")?,
                marking: marking(ask.marking)?.ok_or(Malformed::missing("marking"))?,
                level: level(ask.level)?.unwrap_or(Level::Full),
                role: role(&ask.role)?,
            }
        }
        Body::GrantRelease(grant) => ReleaseCommand::Grant {
            request: grant.request_id.as_deref().map(|id| request(Some(id))).transpose()?,
            marking: marking(grant.marking)?,
            level: level(grant.level)?,
            organisation: grant
                .to_organisation
                .as_deref()
                .map(|name| organisation(Some(name), "to_organisation"))
                .transpose()?,
            role: role(&grant.to_role)?,
            one_person: given(grant.to_person.as_deref()),
            ground: grant.ground.clone(),
            reason_given: given(grant.reason.as_deref()),
            from_start: grant.from_start(),
            minutes: grant.minutes,
        },
        Body::RefuseRelease(refuse) => ReleaseCommand::Refuse {
            request: request(refuse.request_id.as_deref())?,
            reason_given: given(refuse.reason.as_deref()),
        },
        Body::RevokeRelease(revoke) => ReleaseCommand::Revoke {
            release: id128(revoke.release_id.as_deref(), "release_id", ReleaseId::from_str)?,
            reason_given: given(revoke.reason.as_deref()),
        },
        _ => return Err(Malformed::missing("body")),
    })
}

fn marking(number: Option<i32>) -> Result<Option<MarkingNumber>, Malformed> {
    match number.map(pb::Marking::try_from) {
        None | Some(Ok(pb::Marking::Unspecified)) => Ok(None),
        Some(Ok(marking)) => u8::try_from(marking as i32)
            .map(|number| Some(MarkingNumber(number)))
            .map_err(|_| Malformed::form("marking", "a known marking")),
        Some(Err(_)) => Err(Malformed::form("marking", "a known marking")),
    }
}

fn level(number: Option<i32>) -> Result<Option<Level>, Malformed> {
    match number.map(pb::DisclosureLevel::try_from) {
        None | Some(Ok(pb::DisclosureLevel::Unspecified)) => Ok(None),
        Some(Ok(level)) => Ok(Some(super::level(level))),
        Some(Err(_)) => Err(Malformed::form("level", "a known level")),
    }
}
