//! Makes a journal record of what was decided: encodes the event once and stamps its control part.

use std::collections::{BTreeMap, BTreeSet};

use prost::Message as _;
use samband_disclosure::Stamp;
use samband_domain::{
    AlarmId, EventId, PartyId,
    alarm::{Alarm, PartyState},
    event::{Decided, Event},
    incident::Incident,
};
use samband_proto::{
    internal::{self, Control, InvolvementStep},
    v1 as pb,
};

use super::incident::Entry;
use crate::wire::{stored, stored::StoredEvent, to_proto::event::involvement};

/// What the author said about who may see it.
#[derive(Debug, Clone, Default)]
pub(super) struct Sharing {
    pub(super) raise: Option<pb::Marking>,
    pub(super) share_with: BTreeSet<samband_domain::OrganisationId>,
}

/// The record, before its place is known.
pub(super) fn make(
    decided: &Decided,
    event: &pb::Event,
    sharing: &Sharing,
    stamps: &BTreeMap<EventId, Entry>,
    changes: Changes,
) -> (StoredEvent, Stamp) {
    let encoded: bytes::Bytes = event.encode_to_vec().into();
    // Raised subjects come with covert units; until a unit can be covert there are none.
    let mut stamp = Stamp::survey(&encoded, &[]);
    stamp.raised = sharing.raise;
    stamp.shared_with.clone_from(&sharing.share_with);
    let control = Control {
        owner: Some(decided.owner.to_string()),
        stamp: Some(stored::stamp_to(&stamp)),
        in_force_key: in_force_key(decided),
        references: references(&decided.event, stamps),
        involvement: involvement_steps(&decided.event),
        raised_subjects: Vec::new(),
        outstanding: changes.outstanding,
        settled: changes.settled,
        command: None,
        closed: match decided.event {
            Event::IncidentClosed { .. } => Some(true),
            Event::IncidentReopened => Some(false),
            _ => None,
        },
        policy_hash: None,
        ..Default::default()
    };
    (StoredEvent { control, event: encoded }, stamp)
}

/// Events with the same key replace each other: the newest that a class receives is in force.
fn in_force_key(decided: &Decided) -> Option<String> {
    let owner = &decided.owner;
    Some(match &decided.event {
        Event::FactStated { kind, .. } => format!("fact/{kind:?}/{owner}"),
        Event::DeskClaimed { .. } | Event::DeskHandedOver { .. } => format!("desk/{owner}"),
        Event::IncidentLinked { other, .. } => format!("link/{other}/{owner}"),
        Event::InvolvementChanged { organisation, .. } => format!("involvement/{organisation}"),
        Event::LeadOffered { .. } => "lead".into(),
        Event::IncidentClosed { .. } | Event::IncidentReopened => "closed".into(),
        Event::Acknowledged { alarm, party, .. } | Event::Declined { alarm, party } => {
            format!("answer/{alarm}/{party}")
        }
        Event::AcknowledgementOverdue { alarm, party, .. } | Event::OverdueWithdrawn { alarm, party } => {
            format!("overdue/{alarm}/{party}")
        }
        Event::TotalInformationIssued { .. } => "total".into(),
        Event::TotalInformationConfirmed { party, .. } => format!("confirmed/{party}"),
        Event::UnitStatusReported { unit, .. } => format!("status/{unit}"),
        _ => return None,
    })
}

fn involvement_steps(event: &Event) -> Vec<InvolvementStep> {
    match event {
        Event::InvolvementChanged { organisation, to, .. } => vec![InvolvementStep {
            organisation: Some(organisation.to_string()),
            involvement: Some(involvement(*to) as i32),
        }],
        _ => Vec::new(),
    }
}

fn references(event: &Event, stamps: &BTreeMap<EventId, Entry>) -> Vec<internal::ReferenceStamp> {
    let ids = match event {
        Event::TotalInformationIssued { references, .. } | Event::AddendumIssued { references, .. } => references,
        _ => return Vec::new(),
    };
    let stamp = |id: &EventId| {
        stamps.get(id).map(|entry| internal::ReferenceStamp {
            event_id: Some(id.to_string()),
            owner: Some(entry.owner.to_string()),
            stamp: Some(stored::stamp_to(&entry.stamp)),
            position: Some(entry.position),
        })
    };
    ids.iter().filter_map(stamp).collect()
}

/// Parties for which something became outstanding with an event, and those for which it was settled. `organisation/alarm/party`.
#[derive(Debug, Default)]
pub(super) struct Changes {
    outstanding: Vec<String>,
    settled: Vec<String>,
}

/// Who waits to be answered for, or has to answer.
pub(super) type Waiting = BTreeSet<(AlarmId, PartyId)>;

impl Changes {
    pub(super) fn between(before: &Waiting, after: &Waiting) -> Self {
        let name = |(alarm, party): &(AlarmId, PartyId)| format!("{}/{alarm}/{party}", party.organisation);
        Self {
            outstanding: after.difference(before).map(name).collect(),
            settled: before.difference(after).map(name).collect(),
        }
    }
}

/// Whether an event can change who waits.
pub(super) fn touches_alarms(event: &Event) -> bool {
    !matches!(
        event,
        Event::FactStated { .. } | Event::NoteAdded | Event::UnitStatusReported { .. } | Event::SitrepFiled { .. }
    )
}

/// Parties whose answer, or whose note of a recall, is awaited.
pub(super) fn waiting(incident: &Incident) -> Waiting {
    let of = |alarm: &Alarm| {
        let waits = |state: &PartyState| state.awaited() || state.recall_awaited();
        let id = alarm.id;
        alarm.parties.iter().filter(|(_, state)| waits(state)).map(|(party, _)| (id, party.clone())).collect::<Vec<_>>()
    };
    incident.alarms.values().flat_map(of).collect()
}
