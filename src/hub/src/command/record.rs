//! Makes a journal record of what was decided: encodes the event once and stamps its control part.

use std::collections::{BTreeMap, BTreeSet};

use prost::Message as _;
use samband_disclosure::{Stamp, Subject, mask::bit};
use samband_domain::{
    AlarmId, EventId, OrganisationId, PartyId, UnitId,
    alarm::{Alarm, PartyState},
    emergency::EmergencyEvent,
    event::{Decided, Event},
    incident::Incident,
    media::MediaEvent,
    notice::{EndCause, NoticeEvent},
    release::ReleaseEvent,
    resource::ResourceEvent,
    talkgroup::TalkgroupEvent,
    unit::UnitEvent,
};
use samband_proto::{
    internal::{self, Control, InvolvementStep, RaisedSubject, ReleaseStep, UnitStep},
    v1 as pb,
};

use super::incident::Entry;
use crate::wire::{stored, stored::StoredEvent, to_proto::event::involvement};

/// What the author said about who may see it.
#[derive(Debug, Clone, Default)]
pub(super) struct Sharing {
    pub(super) raise: Option<pb::Marking>,
    pub(super) share_with: BTreeSet<OrganisationId>,
}

/// What an event does beside what it says: for the control part of its record.
#[derive(Debug, Default)]
pub(super) struct Effects {
    pub(super) waiting: Changes,
    /// Only the owner and these get anything of it; empty: not narrowed.
    pub(super) addressed: BTreeSet<OrganisationId>,
    pub(super) releases: Vec<ReleaseStep>,
    pub(super) raises: Vec<RaisedSubject>,
    pub(super) units: Vec<UnitStep>,
}

/// Who is covert when it happens. A unit's own organisation raises what names it; what others say of it they say of any unit.
pub(super) struct Covert<'a> {
    pub(super) is: &'a dyn Fn(&UnitId) -> bool,
    /// The event is about what is for those only who see covert units, whether it names one or not.
    pub(super) secret: bool,
}

/// The record, before its place is known.
pub(super) fn make(
    decided: &Decided,
    event: &pb::Event,
    sharing: &Sharing,
    stamps: &BTreeMap<EventId, Entry>,
    effects: Effects,
    covert: &Covert<'_>,
) -> (StoredEvent, Stamp) {
    let encoded: bytes::Bytes = event.encode_to_vec().into();
    let subjects = raised_subjects(decided, &encoded, covert.is);
    let mut stamp = Stamp::survey(&encoded, &subjects);
    let secret = covert.secret || is_secret(&decided.event, covert.is);
    // Before what the author asked for: that somebody covert is there goes before what is said.
    stamp.raised = secret.then_some(pb::Marking::CovertUnit).or(sharing.raise);
    stamp.shared_with.clone_from(&sharing.share_with);
    stamp.addressed = effects.addressed;
    let Effects { waiting: changes, releases, raises, units, .. } = effects;
    let control = Control {
        owner: Some(decided.owner.to_string()),
        stamp: Some(stored::stamp_to(&stamp)),
        in_force_key: in_force_key(decided),
        references: references(&decided.event, stamps),
        involvement: involvement_steps(&decided.event),
        raised_subjects: subjects
            .into_iter()
            .map(|subject| RaisedSubject { unit_id: Some(subject.unit), marking: Some(subject.marking as i32) })
            .collect(),
        outstanding: changes.outstanding,
        settled: changes.settled,
        command: None,
        closed: match decided.event {
            Event::IncidentClosed { .. } => Some(true),
            Event::IncidentReopened => Some(false),
            Event::Notice(NoticeEvent::Ended { cause }) => (cause != EndCause::Converted).then_some(true),
            _ => None,
        },
        policy_hash: None,
        releases,
        clears: matches!(decided.event, Event::Talkgroup(TalkgroupEvent::Cleared { .. })).then_some(true),
        raises,
        units,
    };
    (StoredEvent { control, event: encoded }, stamp)
}

/// Covert units among those that the event names. That a unit signs off, or on, is told as of any other.
fn raised_subjects(decided: &Decided, encoded: &[u8], is_covert: &dyn Fn(&UnitId) -> bool) -> Vec<Subject> {
    if matches!(decided.event, Event::Unit(UnitEvent::SignedOff { .. } | UnitEvent::SignedOn { .. })) {
        return Vec::new();
    }
    let named = samband_disclosure::subjects::named(encoded).into_iter();
    let covert = named.filter(|unit| UnitId::new(unit).is_ok_and(|unit| is_covert(&unit)));
    covert.map(|unit| Subject { unit, marking: pb::Marking::CovertUnit }).collect()
}

/// An alarm that only covert units are in: without its parties it would still tell that there is one.
fn is_secret(event: &Event, is_covert: &dyn Fn(&UnitId) -> bool) -> bool {
    let covert = |party: &PartyId| party.unit.as_ref().is_some_and(is_covert);
    match event {
        Event::AlarmRaised { parties, .. } | Event::PartiesAdded { parties, .. } => {
            !parties.is_empty() && parties.iter().all(|party| covert(&party.id))
        }
        Event::AlarmRecalled { parties, .. } => !parties.is_empty() && parties.iter().all(covert),
        Event::AlarmDecided { considered, .. } => {
            let mut alerted = considered.iter().filter(|one| one.alerted).peekable();
            alerted.peek().is_some() && alerted.all(|one| covert(&one.party))
        }
        _ => false,
    }
}

/// What follows an emergency is as secret as that it was raised, also when it names other units than the one in distress, and whatever
/// the unit has become since.
pub(super) fn follows_secret(event: &Event, incident: &Incident, stamps: &BTreeMap<EventId, Entry>) -> bool {
    let Event::Emergency(
        EmergencyEvent::Told { emergency, .. }
        | EmergencyEvent::Acknowledged { emergency, .. }
        | EmergencyEvent::Cancelled { emergency },
    ) = event
    else {
        return false;
    };
    let raised = incident.emergencies.get(emergency).and_then(|emergency| stamps.get(&emergency.event));
    raised.is_some_and(|raised| raised.stamp.subject_markings & bit(pb::Marking::CovertUnit) != 0)
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
        other => return key_around(decided, other),
    })
}

fn key_around(decided: &Decided, event: &Event) -> Option<String> {
    Some(match event {
        Event::Talkgroup(TalkgroupEvent::Leased { talkgroup, .. } | TalkgroupEvent::Returned { talkgroup }) => {
            format!("talkgroup/{talkgroup}")
        }
        Event::Talkgroup(TalkgroupEvent::Idle { talkgroup, .. }) => format!("idle/{talkgroup}"),
        Event::Talkgroup(TalkgroupEvent::PoolLeaseChanged { talkgroup, .. }) => format!("lease/{talkgroup}"),
        Event::Talkgroup(TalkgroupEvent::PoolNearlyExhausted { exercise, .. }) => format!("exhausted/{exercise}"),
        Event::Talkgroup(TalkgroupEvent::MessageConfirmed { message, party, .. }) => {
            format!("confirmed/{message}/{party}")
        }
        Event::Unit(UnitEvent::StateReported { .. }) => "state".into(),
        // In an incident it takes the place of the unit's status there.
        Event::Unit(UnitEvent::SignedOff { unit, .. }) if decided.scope.incident().is_some() => {
            format!("status/{unit}")
        }
        Event::Unit(UnitEvent::SignedOff { .. } | UnitEvent::SignedOn { .. }) => "signed".into(),
        Event::Unit(UnitEvent::LocationRecorded { unit }) => format!("location/{unit}"),
        Event::Emergency(EmergencyEvent::Raised { emergency, .. } | EmergencyEvent::Cancelled { emergency }) => {
            format!("emergency/{emergency}")
        }
        Event::Emergency(EmergencyEvent::Acknowledged { emergency, party }) => {
            format!("emergency-acknowledged/{emergency}/{party}")
        }
        Event::Resource(ResourceEvent::HazardReported { hazard } | ResourceEvent::HazardEnded { hazard }) => {
            format!("hazard/{hazard}")
        }
        Event::Media(MediaEvent::Answered { line, organisation, .. }) => format!("media/{line}/{organisation}"),
        Event::Notice(_) => "notice".into(),
        Event::Release(ReleaseEvent::Granted { release, .. } | ReleaseEvent::Ended { release, .. }) => {
            format!("release/{release}")
        }
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
