//! An event of the contract, from what the rules decided and what the sender said.

use samband_domain::{
    Involvement, OrganisationId, PartyId, Timestamp, UnitId,
    event::{Cause, CloseOutcome, Considered, Decided, Event, FactKind, LinkKind, Means, Party},
    status::UnitState,
};
use samband_proto::v1::{self as pb, command::Body as Content, event::Body};

use super::super::{coarse, from_proto::fact};
use super::{
    envelope::{author, in_scope},
    names::Names,
};

/// What the envelope says beside what was decided.
pub struct Circumstances<'a> {
    /// Hub time.
    pub now: Timestamp,
    /// The sender's own time.
    pub pressed_at: Option<Timestamp>,
    /// That time cannot be believed.
    pub clock_doubtful: bool,
    /// The incident is an exercise.
    pub exercise: bool,
    /// Who asked; none where the hub acts by itself.
    pub principal: Option<&'a samband_domain::command::Principal>,
    /// Who at the desk.
    pub person: Option<&'a str>,
    /// Whose gateway brought it.
    pub gateway: Option<&'a OrganisationId>,
    /// Call signs.
    pub names: &'a Names<'a>,
    /// Shared text of the total information in force: a version that does not change it says it again.
    pub briefing: Option<&'a str>,
    /// The coarse cell this location had before: cells have hysteresis.
    pub cell_before: Option<&'a pb::GridCell>,
    /// Where the unit that the event is about is.
    pub located: Option<&'a Located>,
}

/// Where a unit is, as the live map or the sender has it.
#[derive(Clone)]
pub struct Located {
    /// Where.
    pub point: pb::GeoPoint,
    /// Since when it is known.
    pub fix_at: Timestamp,
    /// The square it was shown in before.
    pub cell_before: Option<pb::GridCell>,
}

/// The contract's event.
pub fn event(decided: &Decided, content: Option<&Content>, around: &Circumstances<'_>) -> pb::Event {
    let envelope = pb::Envelope {
        event_id: Some(decided.id.to_string()),
        incident_id: None,
        talkgroup_id: None,
        unit_id: None,
        pool: None,
        owner: Some(decided.owner.to_string()),
        author: Some(author(decided, around)),
        hub_time: Some(super::timestamp(around.now)),
        pressed_at: around.pressed_at.filter(|_| !decided.by_hub).map(super::timestamp),
        clock_doubtful: (around.clock_doubtful && !decided.by_hub).then_some(true),
        exercise: around.exercise.then_some(true),
    };
    let envelope = in_scope(envelope, &decided.scope);
    let content = content.filter(|_| decided.content.is_some());
    pb::Event { envelope: Some(envelope), body: Some(body(decided, content, around)), ..Default::default() }
}

fn body(decided: &Decided, content: Option<&Content>, around: &Circumstances<'_>) -> Body {
    match &decided.event {
        Event::IncidentReported { types, .. } => Body::IncidentReported(pb::IncidentReported { types: types.clone() }),
        Event::FactStated { kind, withdrawn, .. } => fact_stated(decided, *kind, *withdrawn, content, around),
        Event::NoteAdded => {
            let (note, shared_text) = match content {
                Some(Content::AddNote(said)) => (said.note.clone(), said.shared_text.clone()),
                _ => (None, None),
            };
            Body::NoteAdded(pb::NoteAdded { note, shared_text })
        }
        Event::ExternalNumberAdded(number) => Body::ExternalNumberAdded(pb::ExternalNumberAdded {
            number: Some(pb::ExternalNumber {
                system: Some(number.system.clone()),
                number: Some(number.number.clone()),
                centre: Some(number.centre.clone()).filter(|text| !text.is_empty()),
                day: Some(number.day.clone()).filter(|text| !text.is_empty()),
            }),
        }),
        Event::ReceiptsGathered => Body::ReceiptsGathered(pb::ReceiptsGathered::default()),
        Event::TotalInformationIssued { .. }
        | Event::AddendumIssued { .. }
        | Event::TotalInformationConfirmed { .. }
        | Event::ArrivalReportPrompted { .. }
        | Event::ArrivalReportFiled { .. }
        | Event::SitrepFiled { .. }
        | Event::UnitStatusReported { .. } => super::information::body(&decided.event, content, around),
        Event::AlarmRaised { .. }
        | Event::PartiesAdded { .. }
        | Event::AlarmDecided { .. }
        | Event::AlarmRecalled { .. }
        | Event::GateOpened { .. } => alarm_body(&decided.event, content, around),
        Event::Acknowledged { .. }
        | Event::Declined { .. }
        | Event::AcknowledgementOverdue { .. }
        | Event::OverdueWithdrawn { .. }
        | Event::PartyWaived { .. }
        | Event::RecallAcknowledged { .. } => answer_body(&decided.event, content, around),
        other => match super::around::body(other, content, around) {
            Some(body) => body,
            None => desk_body(other, content, around),
        },
    }
}

/// Desks, links, involvement, the end.
fn desk_body(event: &Event, content: Option<&Content>, around: &Circumstances<'_>) -> Body {
    match event {
        Event::DeskClaimed { desk } => {
            Body::DeskClaimed(pb::DeskClaimed { desk: Some(desk.clone()), person: around.person.map(str::to_owned) })
        }
        Event::DeskHandedOver { from, to } => Body::DeskHandedOver(pb::DeskHandedOver {
            from_desk: Some(from.clone()),
            to_desk: Some(to.clone()),
            remark: match content {
                Some(Content::HandOverDesk(said)) => said.remark.clone(),
                _ => None,
            },
        }),
        Event::IncidentLinked { other, kind, unlinked } => Body::IncidentLinked(pb::IncidentLinked {
            other_incident_id: Some(other.to_string()),
            kind: Some(link_kind(*kind) as i32),
            unlinked: unlinked.then_some(true),
            reason: match content {
                Some(Content::LinkIncident(said)) => said.reason.clone(),
                _ => None,
            },
        }),
        Event::InvolvementChanged { organisation, to, cause, because } => {
            Body::InvolvementChanged(pb::InvolvementChanged {
                organisation: Some(organisation.to_string()),
                involvement: Some(involvement(*to) as i32),
                cause: Some(involvement_cause(*cause) as i32),
                because: because.clone(),
            })
        }
        Event::LeadOffered { to } => Body::LeadOffered(pb::LeadOffered { to_organisation: Some(to.to_string()) }),
        Event::StoodDown { organisation } => Body::StoodDown(pb::StoodDown {
            organisation: Some(organisation.to_string()),
            reason: match content {
                Some(Content::StandDown(said)) => said.reason.clone(),
                _ => None,
            },
        }),
        Event::IncidentClosed { outcome } => Body::IncidentClosed(pb::IncidentClosed {
            outcome: Some(close_outcome(*outcome) as i32),
            reason: match content {
                Some(Content::CloseIncident(said)) => said.reason.clone(),
                _ => None,
            },
        }),
        Event::IncidentReopened => Body::IncidentReopened(pb::IncidentReopened {
            reason: match content {
                Some(Content::ReopenIncident(said)) => said.reason.clone(),
                _ => None,
            },
        }),
        // The caller has sent every other event elsewhere; an empty note is what remains and is never sent.
        _ => Body::NoteAdded(pb::NoteAdded::default()),
    }
}

fn fact_stated(
    decided: &Decided,
    kind: FactKind,
    withdrawn: bool,
    content: Option<&Content>,
    around: &Circumstances<'_>,
) -> Body {
    let stated = match (content, decided.content) {
        (Some(Content::StateFact(stated)), _) => Some(stated),
        (Some(Content::ReportIncident(report)), Some(index)) => report.facts.get(index),
        (Some(Content::IssueAdvanceNotice(notice)), Some(index)) => notice.facts.get(index),
        _ => None,
    };
    let value = stated
        .and_then(|stated| fact::of_kind(stated, kind))
        .map(|value| if withdrawn { fact::emptied(&value) } else { fact::as_event(value) });
    let mut stated = pb::FactStated { value, withdrawn: withdrawn.then_some(true), ..Default::default() };
    coarse::fill(&mut stated, around.cell_before, super::date(around.now));
    Body::FactStated(stated)
}

fn alarm_body(event: &Event, content: Option<&Content>, around: &Circumstances<'_>) -> Body {
    let names = around.names;
    match event {
        Event::AlarmRaised { alarm, parties, plan, already_sent } => Body::AlarmRaised(pb::AlarmRaised {
            alarm_id: Some(alarm.to_string()),
            parties: parties.iter().map(|party| listed(party, names)).collect(),
            plan: plan.clone(),
            already_sent: already_sent.then_some(true),
            alarm_text: match content {
                Some(Content::RaiseAlarm(said)) => said.alarm_text.clone(),
                _ => None,
            },
        }),
        Event::PartiesAdded { alarm, parties, replaces, because } => Body::PartiesAdded(pb::PartiesAdded {
            alarm_id: Some(alarm.to_string()),
            parties: parties.iter().map(|party| listed(party, names)).collect(),
            replaces: replaces.as_ref().map(|party| party_ref(party, names)),
            because: because.clone(),
        }),
        Event::AlarmDecided { alarm, plan, rule, inputs, considered } => Body::AlarmDecided(pb::AlarmDecided {
            alarm_id: Some(alarm.to_string()),
            plan: plan.clone(),
            rule: Some(rule.clone()),
            inputs: inputs.clone(),
            considered: considered.iter().map(|one| looked_at(one, names)).collect(),
        }),
        Event::AlarmRecalled { alarm, parties } => Body::AlarmRecalled(pb::AlarmRecalled {
            alarm_id: Some(alarm.to_string()),
            parties: parties.iter().map(|party| party_ref(party, names)).collect(),
            reason: match content {
                Some(Content::RecallAlarm(said)) => said.reason.clone(),
                _ => None,
            },
        }),
        Event::GateOpened { alarm, .. } => Body::GateOpened(pb::GateOpened {
            alarm_id: Some(alarm.to_string()),
            operator_reason: match content {
                Some(Content::OpenGate(said)) => said.reason.clone(),
                _ => None,
            },
        }),
        // The caller has sent every other event elsewhere; an empty note is what remains and is never sent.
        _ => Body::NoteAdded(pb::NoteAdded::default()),
    }
}

/// What parties answered, or did not.
fn answer_body(event: &Event, content: Option<&Content>, around: &Circumstances<'_>) -> Body {
    let names = around.names;
    match event {
        Event::Acknowledged { alarm, party, means, counts } => Body::Acknowledged(pb::Acknowledged {
            alarm_id: Some(alarm.to_string()),
            organisation: Some(party.organisation.to_string()),
            unit: unit(party, names),
            means: Some(acknowledgement_means(*means) as i32),
            heard_on: match content {
                Some(Content::Acknowledge(said)) => said.heard_on.clone(),
                _ => None,
            },
            counts: Some(*counts),
        }),
        Event::Declined { alarm, party } => Body::Declined(pb::Declined {
            alarm_id: Some(alarm.to_string()),
            organisation: Some(party.organisation.to_string()),
            unit: unit(party, names),
            reason: match content {
                Some(Content::Decline(said)) => said.reason.clone(),
                _ => None,
            },
        }),
        Event::AcknowledgementOverdue { alarm, party, due_at } => {
            Body::AcknowledgementOverdue(pb::AcknowledgementOverdue {
                alarm_id: Some(alarm.to_string()),
                organisation: Some(party.organisation.to_string()),
                unit: unit(party, names),
                due_at: Some(super::timestamp(*due_at)),
            })
        }
        Event::OverdueWithdrawn { alarm, party } => Body::OverdueWithdrawn(pb::OverdueWithdrawn {
            alarm_id: Some(alarm.to_string()),
            organisation: Some(party.organisation.to_string()),
            unit: unit(party, names),
        }),
        Event::PartyWaived { alarm, party } => Body::PartyWaived(pb::PartyWaived {
            alarm_id: Some(alarm.to_string()),
            organisation: Some(party.organisation.to_string()),
            unit: unit(party, names),
            reason: match content {
                Some(Content::WaiveParty(said)) => said.reason.clone(),
                _ => None,
            },
        }),
        Event::RecallAcknowledged { alarm, party } => Body::RecallAcknowledged(pb::RecallAcknowledged {
            alarm_id: Some(alarm.to_string()),
            organisation: Some(party.organisation.to_string()),
            unit: unit(party, names),
        }),
        // The caller has sent every other event elsewhere; an empty note is what remains and is never sent.
        _ => Body::NoteAdded(pb::NoteAdded::default()),
    }
}

fn listed(party: &Party, names: &Names<'_>) -> pb::Party {
    pb::Party {
        organisation: Some(party.id.organisation.to_string()),
        unit: unit(&party.id, names),
        required: Some(party.required),
        due_at: party.due_at.map(super::timestamp),
        late: party.late.then_some(true),
    }
}

fn looked_at(one: &Considered, names: &Names<'_>) -> pb::Considered {
    pb::Considered {
        organisation: Some(one.party.organisation.to_string()),
        unit: unit(&one.party, names),
        alerted: Some(one.alerted),
        because: Some(one.because.clone()),
    }
}

fn party_ref(party: &PartyId, names: &Names<'_>) -> pb::PartyRef {
    pb::PartyRef { organisation: Some(party.organisation.to_string()), unit: unit(party, names) }
}

pub(super) fn unit(party: &PartyId, names: &Names<'_>) -> Option<pb::UnitRef> {
    party.unit.as_ref().map(|unit: &UnitId| names.unit(unit))
}

fn link_kind(kind: LinkKind) -> pb::LinkKind {
    match kind {
        LinkKind::Related => pb::LinkKind::Related,
        LinkKind::Duplicate => pb::LinkKind::Duplicate,
    }
}

/// The wire's scale of the domain's.
pub fn involvement(involvement: Involvement) -> pb::Involvement {
    match involvement {
        Involvement::None => pb::Involvement::None,
        Involvement::Near => pb::Involvement::Near,
        Involvement::Alarmed => pb::Involvement::Alarmed,
        Involvement::Lead => pb::Involvement::Lead,
    }
}

fn involvement_cause(cause: Cause) -> pb::InvolvementCause {
    match cause {
        Cause::Reported => pb::InvolvementCause::Reported,
        Cause::AlarmPlan => pb::InvolvementCause::AlarmPlan,
        Cause::AlarmByHand => pb::InvolvementCause::AlarmByHand,
        Cause::Rule => pb::InvolvementCause::Rule,
        Cause::LeadAccepted => pb::InvolvementCause::LeadAccepted,
        Cause::Involved => pb::InvolvementCause::Involved,
        Cause::AdvanceNotice => pb::InvolvementCause::AdvanceNotice,
        Cause::Emergency => pb::InvolvementCause::Emergency,
        Cause::ResourceRequest => pb::InvolvementCause::ResourceRequest,
    }
}

fn acknowledgement_means(means: Means) -> pb::AcknowledgementMeans {
    match means {
        Means::Own => pb::AcknowledgementMeans::Own,
        Means::Relayed => pb::AcknowledgementMeans::Relayed,
        Means::Status => pb::AcknowledgementMeans::Status,
    }
}

fn close_outcome(outcome: CloseOutcome) -> pb::CloseOutcome {
    match outcome {
        CloseOutcome::Completed => pb::CloseOutcome::Completed,
        CloseOutcome::FalseAlarm => pb::CloseOutcome::FalseAlarm,
        CloseOutcome::Duplicate => pb::CloseOutcome::Duplicate,
        CloseOutcome::Cancelled => pb::CloseOutcome::Cancelled,
    }
}

/// The wire's state of the domain's.
pub fn unit_state(state: UnitState) -> pb::UnitState {
    match state {
        UnitState::EnRoute => pb::UnitState::EnRoute,
        UnitState::OnScene => pb::UnitState::OnScene,
        UnitState::Loaded => pb::UnitState::Loaded,
        UnitState::AtDestination => pb::UnitState::AtDestination,
        UnitState::Returning => pb::UnitState::Returning,
        UnitState::Available => pb::UnitState::Available,
        UnitState::Unavailable => pb::UnitState::Unavailable,
    }
}
