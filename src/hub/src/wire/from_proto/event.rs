//! A stored event, as the rules' state needs it. What it says is not read.

use std::str::FromStr;

use samband_domain::{
    AlarmId, EventId, IncidentId, Involvement, OrganisationId, PartyId, ReportId, Timestamp, UnitId,
    event::{Cause, CloseOutcome, Considered, Decided, Event, LinkKind, Means, Party},
    status::UnitState,
};
use samband_proto::v1::{self as pb, event::Body};

use super::{command::number, fact, timestamp};

/// The event and its hub time; none if it is not one of ours, which its reader reports.
pub fn decided(wire: &pb::Event) -> Option<(Decided, Timestamp)> {
    let envelope = wire.envelope.as_ref()?;
    let decided = Decided {
        incident: IncidentId::from_str(envelope.incident_id()).ok()?,
        id: EventId::from_str(envelope.event_id()).ok()?,
        owner: OrganisationId::new(envelope.owner()).ok()?,
        by_hub: envelope.author.as_ref().is_none_or(|author| author.role.is_none()),
        content: None,
        event: body(wire.body.as_ref()?, envelope.exercise())?,
    };
    Some((decided, timestamp(envelope.hub_time.as_ref()?)?))
}

fn body(body: &Body, exercise: bool) -> Option<Event> {
    Some(match body {
        Body::IncidentReported(e) => Event::IncidentReported { types: e.types.clone(), exercise },
        Body::FactStated(e) => {
            let value = e.value.as_ref()?;
            let municipality = match value {
                pb::fact_stated::Value::Address(address) => address.municipality.clone(),
                _ => None,
            };
            Event::FactStated { kind: fact::stored_kind(value), municipality, withdrawn: e.withdrawn() }
        }
        Body::NoteAdded(_) => Event::NoteAdded,
        Body::ExternalNumberAdded(e) => Event::ExternalNumberAdded(number(e.number.as_ref()).ok()?),
        Body::DeskClaimed(e) => Event::DeskClaimed { desk: e.desk().into() },
        Body::DeskHandedOver(e) => Event::DeskHandedOver { from: e.from_desk().into(), to: e.to_desk().into() },
        Body::IncidentLinked(e) => Event::IncidentLinked {
            other: IncidentId::from_str(e.other_incident_id()).ok()?,
            kind: if e.kind() == pb::LinkKind::Duplicate { LinkKind::Duplicate } else { LinkKind::Related },
            unlinked: e.unlinked(),
        },
        Body::InvolvementChanged(e) => Event::InvolvementChanged {
            organisation: organisation(e.organisation())?,
            to: involvement(e.involvement()),
            cause: cause(e.cause())?,
            because: e.because.clone(),
        },
        Body::LeadOffered(e) => Event::LeadOffered { to: organisation(e.to_organisation())? },
        Body::StoodDown(e) => Event::StoodDown { organisation: organisation(e.organisation())? },
        Body::IncidentClosed(e) => Event::IncidentClosed { outcome: outcome(e.outcome()) },
        Body::IncidentReopened(_) => Event::IncidentReopened,
        Body::TotalInformationIssued(e) => Event::TotalInformationIssued {
            number: e.number(),
            material: e.material(),
            references: references(&e.references),
            gate_of: e.gate_of_alarm_id.as_deref().and_then(|id| AlarmId::from_str(id).ok()),
            new_text: false,
        },
        Body::AddendumIssued(e) => Event::AddendumIssued { number: e.number(), references: references(&e.references) },
        Body::TotalInformationConfirmed(e) => {
            Event::TotalInformationConfirmed { number: e.number(), party: party(e.organisation(), e.unit.as_ref())? }
        }
        Body::ArrivalReportPrompted(e) => Event::ArrivalReportPrompted { unit: unit(e.unit.as_ref())? },
        Body::ArrivalReportFiled(e) => Event::ArrivalReportFiled {
            report: ReportId::from_str(e.report_id()).ok()?,
            unit: unit(e.unit.as_ref()),
            corrects: e.corrects_report_id.as_deref().and_then(|id| ReportId::from_str(id).ok()),
        },
        Body::SitrepFiled(e) => Event::SitrepFiled { unit: unit(e.unit.as_ref()) },
        Body::UnitStatusReported(e) => Event::UnitStatusReported {
            unit: unit(e.unit.as_ref())?,
            code: e.code().into(),
            state: state(e.state())?,
            text: e.text().into(),
            out_of_order: e.out_of_order(),
            relayed: e.relayed(),
        },
        Body::ReceiptsGathered(_) => Event::ReceiptsGathered,
        other => return alarm_body(other),
    })
}

fn alarm_body(body: &Body) -> Option<Event> {
    Some(match body {
        Body::AlarmRaised(e) => Event::AlarmRaised {
            alarm: alarm(e.alarm_id())?,
            parties: e.parties.iter().map(listed).collect::<Option<_>>()?,
            plan: e.plan.clone(),
            already_sent: e.already_sent(),
        },
        Body::PartiesAdded(e) => Event::PartiesAdded {
            alarm: alarm(e.alarm_id())?,
            parties: e.parties.iter().map(listed).collect::<Option<_>>()?,
            replaces: e
                .replaces
                .as_ref()
                .and_then(|party_ref| party(party_ref.organisation(), party_ref.unit.as_ref())),
            because: e.because.clone(),
        },
        Body::AlarmDecided(e) => Event::AlarmDecided {
            alarm: alarm(e.alarm_id())?,
            plan: e.plan.clone(),
            rule: e.rule().into(),
            inputs: e.inputs.clone(),
            considered: e.considered.iter().map(considered).collect::<Option<_>>()?,
        },
        Body::Acknowledged(e) => Event::Acknowledged {
            alarm: alarm(e.alarm_id())?,
            party: party(e.organisation(), e.unit.as_ref())?,
            means: means(e.means()),
            counts: e.counts(),
        },
        Body::Declined(e) => {
            Event::Declined { alarm: alarm(e.alarm_id())?, party: party(e.organisation(), e.unit.as_ref())? }
        }
        Body::AcknowledgementOverdue(e) => Event::AcknowledgementOverdue {
            alarm: alarm(e.alarm_id())?,
            party: party(e.organisation(), e.unit.as_ref())?,
            due_at: timestamp(e.due_at.as_ref()?)?,
        },
        Body::OverdueWithdrawn(e) => {
            Event::OverdueWithdrawn { alarm: alarm(e.alarm_id())?, party: party(e.organisation(), e.unit.as_ref())? }
        }
        Body::PartyWaived(e) => {
            Event::PartyWaived { alarm: alarm(e.alarm_id())?, party: party(e.organisation(), e.unit.as_ref())? }
        }
        Body::AlarmRecalled(e) => Event::AlarmRecalled {
            alarm: alarm(e.alarm_id())?,
            parties: e
                .parties
                .iter()
                .map(|party_ref| party(party_ref.organisation(), party_ref.unit.as_ref()))
                .collect::<Option<_>>()?,
        },
        Body::RecallAcknowledged(e) => {
            Event::RecallAcknowledged { alarm: alarm(e.alarm_id())?, party: party(e.organisation(), e.unit.as_ref())? }
        }
        Body::GateOpened(e) => {
            Event::GateOpened { alarm: alarm(e.alarm_id())?, by_operator: e.operator_reason.is_some() }
        }
        _ => return None,
    })
}

fn alarm(id: &str) -> Option<AlarmId> {
    AlarmId::from_str(id).ok()
}

fn organisation(name: &str) -> Option<OrganisationId> {
    OrganisationId::new(name).ok()
}

fn unit(unit: Option<&pb::UnitRef>) -> Option<UnitId> {
    UnitId::new(unit?.unit_id()).ok()
}

fn party(of: &str, party_unit: Option<&pb::UnitRef>) -> Option<PartyId> {
    Some(PartyId { organisation: organisation(of)?, unit: unit(party_unit) })
}

fn listed(wire: &pb::Party) -> Option<Party> {
    Some(Party {
        id: party(wire.organisation(), wire.unit.as_ref())?,
        required: wire.required(),
        due_at: wire.due_at.as_ref().and_then(timestamp),
        late: wire.late(),
    })
}

fn considered(wire: &pb::Considered) -> Option<Considered> {
    Some(Considered {
        party: party(wire.organisation(), wire.unit.as_ref())?,
        alerted: wire.alerted(),
        because: wire.because().into(),
    })
}

fn references(wire: &[pb::EventRef]) -> Vec<EventId> {
    wire.iter().filter_map(|reference| EventId::from_str(reference.event_id()).ok()).collect()
}

/// The domain's scale of the wire's.
pub fn involvement(wire: pb::Involvement) -> Involvement {
    match wire {
        pb::Involvement::Unspecified | pb::Involvement::None => Involvement::None,
        pb::Involvement::Near => Involvement::Near,
        pb::Involvement::Alarmed => Involvement::Alarmed,
        pb::Involvement::Lead => Involvement::Lead,
    }
}

fn cause(wire: pb::InvolvementCause) -> Option<Cause> {
    Some(match wire {
        pb::InvolvementCause::Unspecified
        | pb::InvolvementCause::AdvanceNotice
        | pb::InvolvementCause::Emergency
        | pb::InvolvementCause::ResourceRequest => return None,
        pb::InvolvementCause::Reported => Cause::Reported,
        pb::InvolvementCause::AlarmPlan => Cause::AlarmPlan,
        pb::InvolvementCause::AlarmByHand => Cause::AlarmByHand,
        pb::InvolvementCause::Rule => Cause::Rule,
        pb::InvolvementCause::LeadAccepted => Cause::LeadAccepted,
        pb::InvolvementCause::Involved => Cause::Involved,
    })
}

fn means(wire: pb::AcknowledgementMeans) -> Means {
    match wire {
        pb::AcknowledgementMeans::Relayed => Means::Relayed,
        pb::AcknowledgementMeans::Status => Means::Status,
        pb::AcknowledgementMeans::Own | pb::AcknowledgementMeans::Unspecified => Means::Own,
    }
}

fn outcome(wire: pb::CloseOutcome) -> CloseOutcome {
    match wire {
        pb::CloseOutcome::FalseAlarm => CloseOutcome::FalseAlarm,
        pb::CloseOutcome::Duplicate => CloseOutcome::Duplicate,
        pb::CloseOutcome::Cancelled => CloseOutcome::Cancelled,
        pb::CloseOutcome::Completed | pb::CloseOutcome::Unspecified => CloseOutcome::Completed,
    }
}

fn state(wire: pb::UnitState) -> Option<UnitState> {
    Some(match wire {
        pb::UnitState::Unspecified => return None,
        pb::UnitState::EnRoute => UnitState::EnRoute,
        pb::UnitState::OnScene => UnitState::OnScene,
        pb::UnitState::Loaded => UnitState::Loaded,
        pb::UnitState::AtDestination => UnitState::AtDestination,
        pb::UnitState::Returning => UnitState::Returning,
        pb::UnitState::Available => UnitState::Available,
        pb::UnitState::Unavailable => UnitState::Unavailable,
    })
}
