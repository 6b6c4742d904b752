//! What a gateway knows of what goes on: one fold of the events it was sent. Pure, without clock; what it was not sent it does not know.

mod alarm;
mod incident;

use std::collections::BTreeMap;

use samband_proto::v1::{self as pb, event::Body, server_frame::Frame};

pub use alarm::{Alarm, Answer, Party, PartyKey};
pub use incident::{
    ADDRESS, BREAK_POINT, Emergency, HazardOnMap, Incident, LOCATION, Notice, SAFETY, Total, address_line,
};

/// Milliseconds of a time in an event.
#[must_use]
pub fn millis(at: &prost_types::Timestamp) -> i64 {
    at.seconds.saturating_mul(1000).saturating_add(i64::from(at.nanos) / 1_000_000)
}

/// A time for an event or command.
#[must_use]
pub fn timestamp(ms: i64) -> prost_types::Timestamp {
    let nanos = i32::try_from(ms.rem_euclid(1000) * 1_000_000).unwrap_or(0);
    prost_types::Timestamp { seconds: ms.div_euclid(1000), nanos }
}

/// All incidents that were sent.
///
/// What is sent anew (a Restart, a new session) is folded apart and takes the place of what was held when it is whole: in between nothing
/// seems to have ended that goes on.
#[derive(Default)]
pub struct Picture {
    incidents: BTreeMap<String, Incident>,
    /// Incidents that are being sent anew; nothing, as long as nothing has come.
    coming: BTreeMap<String, Option<Incident>>,
    /// Everything is.
    all_anew: bool,
}

impl Picture {
    /// A session begins: everything comes anew.
    pub fn begin(&mut self) {
        self.all_anew = true;
        self.coming.clear();
    }

    /// Takes a frame in; anything that is not about the picture is passed over.
    pub fn take(&mut self, frame: &Frame) {
        match frame {
            Frame::Update(pb::Update { event: Some(event) }) => self.take_event(event),
            Frame::Restart(restart) => match &restart.scope {
                Some(pb::restart::Scope::All(_)) => self.begin(),
                Some(pb::restart::Scope::IncidentId(id)) => _ = self.coming.insert(id.clone(), None),
                _ => {}
            },
            // All that was owed has been sent: a Checkpoint follows each incident that is sent anew, CaughtUp each session's beginning.
            Frame::Checkpoint(_) | Frame::CaughtUp(_) => self.whole(),
            _ => {}
        }
    }

    fn whole(&mut self) {
        if std::mem::take(&mut self.all_anew) {
            self.incidents.clear();
        }
        for (id, came) in std::mem::take(&mut self.coming) {
            match came {
                Some(incident) => _ = self.incidents.insert(id, incident),
                // It may no longer be seen.
                None => _ = self.incidents.remove(&id),
            }
        }
    }

    /// Whether what is held of an incident is all there is: it is not just being sent anew.
    #[must_use]
    pub fn is_whole(&self, incident: &str) -> bool {
        !self.all_anew && !self.coming.contains_key(incident)
    }

    /// Takes an event in.
    pub fn take_event(&mut self, event: &pb::Event) {
        let Some(envelope) = &event.envelope else { return };
        if envelope.incident_id().is_empty() {
            return;
        }
        let id = envelope.incident_id();
        let new = || Incident::new(id);
        let incident = if self.is_whole(id) {
            self.incidents.entry(id.to_owned()).or_insert_with(new)
        } else {
            self.coming.entry(id.to_owned()).or_default().get_or_insert_with(new)
        };
        incident.take(envelope, event.body.as_ref());
    }

    /// Drops what is over and longer ago than `before`: a gateway runs for months.
    pub fn forget_closed(&mut self, before_ms: i64) {
        self.incidents.retain(|_, incident| {
            !incident.is_over() || incident.heard_ms >= before_ms || incident.standing_emergencies().next().is_some()
        });
    }

    /// An incident.
    #[must_use]
    pub fn incident(&self, id: &str) -> Option<&Incident> {
        self.incidents.get(id)
    }

    /// All incidents, by id.
    pub fn incidents(&self) -> impl Iterator<Item = &Incident> {
        self.incidents.values()
    }

    /// The alarms that wait for an answer of the unit, newest first: not recalled, not ended, not sent elsewhere.
    #[must_use]
    pub fn waiting_for(&self, unit: &str) -> Vec<(&Incident, &Alarm)> {
        let open = self.incidents.values().filter(|incident| !incident.is_over());
        let mut waiting: Vec<_> = open
            .flat_map(|incident| incident.alarms.iter().map(move |alarm| (incident, alarm)))
            .filter_map(|(incident, alarm)| {
                alarm.unit(unit).filter(|party| party.waits()).map(|party| (party.listed_ms, incident, alarm))
            })
            .collect();
        waiting.sort_by_key(|(listed_ms, ..)| std::cmp::Reverse(*listed_ms));
        waiting.into_iter().map(|(_, incident, alarm)| (incident, alarm)).collect()
    }

    /// The incident that the unit is on: the one of its latest alarm that it has answered yes to and not ended since.
    #[must_use]
    pub fn current_of(&self, unit: &str) -> Option<&Incident> {
        let on = self.incidents.values().filter(|incident| !incident.is_over()).filter_map(|incident| {
            let accepted = incident.alarms.iter().filter_map(|alarm| alarm.unit(unit)).filter(|party| party.accepted());
            accepted.map(|party| party.listed_ms).max().map(|listed_ms| (listed_ms, incident))
        });
        on.max_by_key(|(listed_ms, _)| *listed_ms).map(|(_, incident)| incident)
    }

    /// The emergency of a unit that stands, and where.
    #[must_use]
    pub fn emergency_of(&self, unit: &str) -> Option<(&Incident, &Emergency)> {
        self.incidents.values().find_map(|incident| {
            incident.standing_emergencies().find(|one| one.unit == unit).map(|one| (incident, one))
        })
    }
}

/// What an event is about, where it is an alarm for units: parties that were listed by it.
#[must_use]
pub fn listed(body: &Body) -> Option<(&str, &[pb::Party])> {
    match body {
        Body::AlarmRaised(raised) if !raised.already_sent() => Some((raised.alarm_id(), &raised.parties)),
        Body::PartiesAdded(added) => Some((added.alarm_id(), &added.parties)),
        _ => None,
    }
}
