//! A command of the contract, as the rules take it. What it says stays beside it, for the event that will carry it.

use std::{collections::BTreeSet, str::FromStr};

use samband_domain::{
    AlarmId, EventId, IncidentId, OrganisationId, PartyId, ReportId, Timestamp, UnitId,
    command::{Command, NewParty, PlanChoice, TalkgroupChoice},
    event::{CloseOutcome, ExternalNumber, LinkKind},
    report::{CoreField, Template},
};
use samband_proto::v1::{self as pb, command::Body};

use super::{super::refusal::Malformed, fact, timestamp};
use crate::limits;

/// A command, read.
#[derive(Clone)]
pub struct Request {
    /// The client's name for it.
    pub command_id: String,
    /// The incident it concerns; none for a new one, and for what concerns a talkgroup or a unit.
    pub incident: Option<IncidentId>,
    /// The client's time of the act.
    pub pressed_at: Option<Timestamp>,
    /// The author makes it less open than its fields.
    pub raise: Option<pb::Marking>,
    /// Shared with these, where the owner discloses by push only.
    pub share_with: BTreeSet<OrganisationId>,
    /// Who did it.
    pub person: Option<String>,
    /// The unit that a gateway speaks for.
    pub for_unit: Option<UnitId>,
    /// What is asked, for the rules.
    pub command: Command,
    /// What is said, for the event.
    pub content: Body,
}

/// Reads a command.
///
/// # Errors
/// The first field that is missing or not of its form.
pub fn request(wire: pb::Command) -> Result<Request, Malformed> {
    let command_id = wire.command_id.clone().ok_or(Malformed::missing("command_id"))?;
    uuid::Uuid::parse_str(&command_id).map_err(|_| Malformed::form("command_id", "a UUID"))?;
    let content = wire.body.ok_or(Malformed::missing("body"))?;
    let incident = match (&wire.incident_id, &content) {
        (None, body) if without_incident(body) => None,
        (Some(_), body) if without_incident(body) && !matches!(body, Body::RaiseEmergency(_)) => {
            return Err(Malformed::form("incident_id", "absent in this command"));
        }
        (id, _) => Some(id128(id.as_deref(), "incident_id", IncidentId::from_str)?),
    };
    let raise = match wire.raise.map(pb::Marking::try_from) {
        None | Some(Ok(pb::Marking::Unspecified)) => None,
        Some(Ok(marking)) => Some(marking),
        Some(Err(_)) => return Err(Malformed::form("raise", "a known marking")),
    };
    if raise.is_some() && !is_information(&content) {
        return Err(Malformed::form("raise", "absent where somebody is alarmed, answers, or changes who is involved"));
    }
    let share_with =
        wire.share_with.iter().map(|name| organisation(Some(name), "share_with")).collect::<Result<_, _>>()?;
    Ok(Request {
        command_id,
        incident,
        pressed_at: wire.pressed_at.as_ref().and_then(timestamp),
        raise,
        share_with,
        person: wire.person,
        for_unit: wire.for_unit.as_deref().map(|id| unit(Some(id), "for_unit")).transpose()?,
        command: command(&content)?,
        content,
    })
}

/// Commands that concern no incident, or make one. An emergency may do either.
fn without_incident(body: &Body) -> bool {
    matches!(
        body,
        Body::ReportIncident(_)
            | Body::IssueAdvanceNotice(_)
            | Body::RaiseEmergency(_)
            | Body::SendMessage(_)
            | Body::ConfirmMessage(_)
            | Body::ReportUnitState(_)
            | Body::SignOffUnit(_)
            | Body::SetCovert(_)
    )
}

/// What an author may make less open for one event. Alarms, answers, the gate and the common version are everybody's: one that some
/// do not see would be an alarm that nobody answers, or a gate that opens for no reason.
fn is_information(body: &Body) -> bool {
    matches!(
        body,
        Body::ReportIncident(_)
            | Body::StateFact(_)
            | Body::AddNote(_)
            | Body::AddExternalNumber(_)
            | Body::LinkIncident(_)
            | Body::FileArrivalReport(_)
            | Body::FileSitrep(_)
            | Body::ReportUnitStatus(_)
            | Body::ReportUnitState(_)
            | Body::ReportHazard(_)
    )
}

fn command(body: &Body) -> Result<Command, Malformed> {
    Ok(match body {
        Body::ReportIncident(report) => report_incident(report)?,
        Body::StateFact(stated) => Command::StateFact(fact::new_fact(stated)?),
        Body::AddNote(note) => {
            if note.note.is_none() && note.shared_text.is_none() {
                return Err(Malformed::missing("note or shared_text"));
            }
            Command::AddNote
        }
        Body::AddExternalNumber(add) => Command::AddExternalNumber(number(add.number.as_ref())?),
        Body::ClaimDesk(claim) => Command::ClaimDesk { desk: text(claim.desk.as_deref(), "desk")? },
        Body::HandOverDesk(hand_over) => Command::HandOverDesk { to: text(hand_over.to_desk.as_deref(), "to_desk")? },
        Body::LinkIncident(link) => Command::LinkIncident {
            other: id128(link.other_incident_id.as_deref(), "other_incident_id", IncidentId::from_str)?,
            kind: match link.kind() {
                pb::LinkKind::Duplicate => LinkKind::Duplicate,
                pb::LinkKind::Related | pb::LinkKind::Unspecified => LinkKind::Related,
            },
            unlink: link.unlink(),
        },
        Body::InvolveOrganisation(involve) => Command::InvolveOrganisation {
            organisation: organisation(involve.organisation.as_deref(), "organisation")?,
            reason: involve.reason.clone(),
        },
        Body::OfferLead(offer) => {
            Command::OfferLead { to: organisation(offer.to_organisation.as_deref(), "to_organisation")? }
        }
        Body::AcceptLead(_) => Command::AcceptLead,
        Body::StandDown(_) => Command::StandDown,
        Body::CloseIncident(close) => Command::CloseIncident { outcome: outcome(close.outcome())? },
        Body::ReopenIncident(reopen) => Command::ReopenIncident { reason_given: given(reopen.reason.as_deref()) },
        Body::RaiseAlarm(_)
        | Body::AddParties(_)
        | Body::Acknowledge(_)
        | Body::Decline(_)
        | Body::WaiveParty(_)
        | Body::RecallAlarm(_)
        | Body::OpenGate(_) => alarm_command(body)?,
        Body::IssueTotalInformation(_)
        | Body::ConfirmTotalInformation(_)
        | Body::FileArrivalReport(_)
        | Body::FileSitrep(_)
        | Body::ReportUnitStatus(_) => information_command(body)?,
        _ => super::around::command(body)?,
    })
}

fn alarm_command(body: &Body) -> Result<Command, Malformed> {
    Ok(match body {
        Body::RaiseAlarm(raise) => Command::RaiseAlarm {
            plan: match raise.plan.as_deref() {
                None | Some("") => PlanChoice::ByHand,
                Some("auto") => PlanChoice::Automatic,
                Some(name) => PlanChoice::Named(name.into()),
            },
            parties: parties(&raise.parties)?,
            already_sent: raise.already_sent(),
            reason: raise.reason.clone(),
            talkgroup: match (raise.talkgroup_id.as_deref(), raise.without_talkgroup()) {
                (None, false) => TalkgroupChoice::NextFree,
                (Some(id), false) => TalkgroupChoice::Named(super::around::talkgroup(Some(id))?),
                (None, true) => TalkgroupChoice::Without,
                (Some(_), true) => return Err(Malformed::form("talkgroup_id", "absent with without_talkgroup")),
            },
        },
        Body::AddParties(add) => Command::AddParties {
            alarm: alarm(add.alarm_id.as_deref())?,
            parties: parties(&add.parties)?,
            replaces: add.replaces.as_ref().map(party).transpose()?,
            reason: add.reason.clone(),
        },
        Body::Acknowledge(acknowledge) => Command::Acknowledge {
            alarm: acknowledge.alarm_id.as_deref().map(|id| alarm(Some(id))).transpose()?,
            relayed_for: acknowledge.relayed_for.as_ref().map(party).transpose()?,
        },
        Body::Decline(decline) => Command::Decline {
            alarm: alarm(decline.alarm_id.as_deref())?,
            relayed_for: decline.relayed_for.as_ref().map(party).transpose()?,
            reason_given: given(decline.reason.as_deref()),
        },
        Body::WaiveParty(waive) => Command::WaiveParty {
            alarm: alarm(waive.alarm_id.as_deref())?,
            party: party(waive.party.as_ref().ok_or(Malformed::missing("party"))?)?,
            reason_given: given(waive.reason.as_deref()),
        },
        Body::RecallAlarm(recall) => Command::RecallAlarm {
            alarm: alarm(recall.alarm_id.as_deref())?,
            parties: recall.parties.iter().map(party).collect::<Result<_, _>>()?,
            reason_given: given(recall.reason.as_deref()),
        },
        Body::OpenGate(open) => {
            Command::OpenGate { alarm: alarm(open.alarm_id.as_deref())?, reason_given: given(open.reason.as_deref()) }
        }
        _ => return Err(Malformed::missing("body")),
    })
}

fn information_command(body: &Body) -> Result<Command, Malformed> {
    Ok(match body {
        Body::IssueTotalInformation(issue) => {
            at_most(issue.reference_event_ids.len(), limits::REFERENCES_MAX, "reference_event_ids")?;
            let event = |id: &String| id128(Some(id), "reference_event_ids", EventId::from_str);
            Command::IssueTotalInformation {
                references: issue.reference_event_ids.iter().map(event).collect::<Result<_, _>>()?,
                text_given: given(issue.shared_text.as_deref()),
                material: issue.material(),
            }
        }
        Body::ConfirmTotalInformation(confirm) => Command::ConfirmTotalInformation {
            number: confirm.number.ok_or(Malformed::missing("number"))?,
            relayed_for: confirm.relayed_for.as_ref().map(party).transpose()?,
        },
        Body::FileArrivalReport(report) => arrival_report(report)?,
        Body::FileSitrep(sitrep) => {
            if !given(sitrep.situation.as_deref()) {
                return Err(Malformed::missing("situation"));
            }
            Command::FileSitrep { unit: sitrep.unit_id.as_deref().map(|id| unit(Some(id), "unit_id")).transpose()? }
        }
        Body::ReportUnitStatus(status) => Command::ReportUnitStatus {
            unit: status.unit_id.as_deref().map(|id| unit(Some(id), "unit_id")).transpose()?,
            code: text(status.code.as_deref(), "code")?,
            alarm: status.alarm_id.as_deref().map(|id| id128(Some(id), "alarm_id", AlarmId::from_str)).transpose()?,
        },
        _ => return Err(Malformed::missing("body")),
    })
}

fn report_incident(report: &pb::ReportIncident) -> Result<Command, Malformed> {
    let types: Vec<_> = report.types.iter().map(|one| one.trim().to_owned()).filter(|one| !one.is_empty()).collect();
    if types.is_empty() {
        return Err(Malformed::missing("types"));
    }
    at_most(types.len(), limits::INCIDENT_TYPES_MAX, "types")?;
    at_most(report.facts.len(), limits::FACTS_IN_REPORT_MAX, "facts")?;
    at_most(report.numbers.len(), limits::FACTS_IN_REPORT_MAX, "numbers")?;
    Ok(Command::ReportIncident {
        types,
        exercise: report.exercise(),
        numbers: report.numbers.iter().map(|one| number(Some(one))).collect::<Result<_, _>>()?,
        facts: report.facts.iter().map(fact::new_fact).collect::<Result<_, _>>()?,
    })
}

fn arrival_report(report: &pb::FileArrivalReport) -> Result<Command, Malformed> {
    let template = match report.template() {
        pb::ReportTemplate::Osh => Template::Osh,
        pb::ReportTemplate::Police => Template::Police,
        pb::ReportTemplate::Ps => Template::Ps,
        pb::ReportTemplate::Methane => Template::Methane,
        pb::ReportTemplate::Unspecified => return Err(Malformed::missing("template")),
    };
    let says = |text: &Option<String>| given(text.as_deref());
    let filled = [
        (CoreField::Major, report.major_incident.is_some()),
        (CoreField::Place, says(&report.exact_place)),
        (CoreField::What, says(&report.what)),
        (CoreField::Damage, says(&report.damage)),
        (CoreField::Hazards, says(&report.hazards)),
        (CoreField::Access, says(&report.access)),
        (CoreField::BreakPoint, report.break_point.is_some()),
        (CoreField::Casualties, report.casualties.is_some()),
        (CoreField::OnScene, says(&report.resources_on_scene)),
        (CoreField::Needed, says(&report.resources_needed)),
    ];
    Ok(Command::FileArrivalReport {
        template,
        filled: filled.into_iter().filter(|(_, filled)| *filled).map(|(field, _)| field).collect(),
        unit: report.unit_id.as_deref().map(|id| unit(Some(id), "unit_id")).transpose()?,
        corrects: report
            .corrects_report_id
            .as_deref()
            .map(|id| id128(Some(id), "corrects_report_id", ReportId::from_str))
            .transpose()?,
    })
}

/// A number in another system.
pub(crate) fn number(wire: Option<&pb::ExternalNumber>) -> Result<ExternalNumber, Malformed> {
    let wire = wire.ok_or(Malformed::missing("number"))?;
    Ok(ExternalNumber {
        system: text(wire.system.as_deref(), "number.system")?,
        centre: wire.centre.clone().unwrap_or_default(),
        day: wire.day.clone().unwrap_or_default(),
        number: text(wire.number.as_deref(), "number.number")?,
    })
}

fn outcome(outcome: pb::CloseOutcome) -> Result<CloseOutcome, Malformed> {
    match outcome {
        pb::CloseOutcome::Completed => Ok(CloseOutcome::Completed),
        pb::CloseOutcome::FalseAlarm => Ok(CloseOutcome::FalseAlarm),
        pb::CloseOutcome::Duplicate => Ok(CloseOutcome::Duplicate),
        pb::CloseOutcome::Cancelled => Ok(CloseOutcome::Cancelled),
        pb::CloseOutcome::Unspecified => Err(Malformed::missing("outcome")),
    }
}

fn parties(wire: &[pb::AlarmParty]) -> Result<Vec<NewParty>, Malformed> {
    wire.iter()
        .map(|one| {
            if one
                .due_seconds
                .is_some_and(|seconds| !(limits::DUE_SECONDS_MIN..=limits::DUE_SECONDS_MAX).contains(&seconds))
            {
                return Err(Malformed::form("parties.due_seconds", "5 to 86400"));
            }
            Ok(NewParty { party: party(one)?, required: one.required(), due_seconds: one.due_seconds })
        })
        .collect()
}

pub(super) fn party(wire: &pb::AlarmParty) -> Result<PartyId, Malformed> {
    Ok(PartyId {
        organisation: organisation(wire.organisation.as_deref(), "party.organisation")?,
        unit: wire.unit_id.as_deref().map(|id| unit(Some(id), "party.unit_id")).transpose()?,
    })
}

fn alarm(id: Option<&str>) -> Result<AlarmId, Malformed> {
    id128(id, "alarm_id", AlarmId::from_str)
}

pub(super) fn id128<T, E>(
    id: Option<&str>,
    field: &'static str,
    parse: fn(&str) -> Result<T, E>,
) -> Result<T, Malformed> {
    parse(id.ok_or(Malformed::missing(field))?).map_err(|_| Malformed::form(field, "32 hexadecimal digits"))
}

pub(crate) fn organisation(name: Option<&str>, field: &'static str) -> Result<OrganisationId, Malformed> {
    OrganisationId::new(name.ok_or(Malformed::missing(field))?)
        .map_err(|_| Malformed::form(field, "an organisation's name"))
}

pub(crate) fn unit(name: Option<&str>, field: &'static str) -> Result<UnitId, Malformed> {
    UnitId::new(name.ok_or(Malformed::missing(field))?).map_err(|_| Malformed::form(field, "a unit's identity"))
}

pub(super) fn text(text: Option<&str>, field: &'static str) -> Result<String, Malformed> {
    match text.map(str::trim) {
        None | Some("") => Err(Malformed::missing(field)),
        Some(text) if text.len() > limits::NAME_BYTES_MAX => Err(Malformed::form(field, "at most 256 bytes")),
        Some(text) => Ok(text.into()),
    }
}

pub(super) fn given(text: Option<&str>) -> bool {
    text.is_some_and(|text| !text.trim().is_empty())
}

pub(super) fn at_most(count: usize, limit: usize, field: &'static str) -> Result<(), Malformed> {
    if count > limit { Err(Malformed::form(field, "fewer elements, see the limits")) } else { Ok(()) }
}
