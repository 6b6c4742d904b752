//! Alarms to the TAK clients of their units, as a text that they report on. It is answered in the terminal or over Rakel: a chat has no
//! answer that could not be mistaken.

use std::collections::VecDeque;

use samband_proto::v1::{self as pb, event::Body};

use super::{ClientId, FRESH_MS, REMEMBERED_MAX, Translation, chat::Ours};
use crate::{
    hub::keep,
    picture::{Incident, Party, listed, millis},
};

/// Alarms under way to clients.
#[derive(Default)]
pub(super) struct Alarms {
    /// What is leased and said with an alarm comes right after it: it waits for one whole tick.
    to_tell: VecDeque<(bool, ToTell)>,
    /// Told already, so that a lost session does not tell twice.
    told: VecDeque<Told>,
    /// Recalls that were told, or are not to be.
    seen: VecDeque<String>,
}

/// An alarm of a unit.
#[derive(Clone, PartialEq, Eq)]
struct OfUnit {
    incident: String,
    alarm: String,
    unit: String,
}

struct ToTell {
    of: OfUnit,
    /// One that has just come; otherwise all clients that are the unit.
    client: Option<ClientId>,
}

struct Told {
    of: OfUnit,
    /// A client has said that it has it: a connection may have been dead.
    reported: bool,
}

impl Translation {
    /// An event that may be an alarm.
    pub(super) fn alarm_event(&mut self, envelope: &pb::Envelope, body: &Body, now_ms: i64) {
        let incident = envelope.incident_id();
        if let Some((alarm, parties)) = listed(body) {
            for unit in parties.iter().filter_map(|party| party.unit.as_ref()) {
                self.queue_alarm(incident, alarm, unit.unit_id());
            }
        }
        if let Body::AlarmRecalled(recalled) = body {
            if self.alarms.seen.iter().any(|id| id == envelope.event_id()) {
                return;
            }
            keep(&mut self.alarms.seen, envelope.event_id().to_owned(), REMEMBERED_MAX);
            let age_ms = |at| now_ms + self.ahead_ms - millis(at);
            let fresh = envelope.hub_time.as_ref().is_none_or(|at| age_ms(at) <= FRESH_MS);
            let units = recalled.parties.iter().filter_map(|party| party.unit.as_ref()).map(|unit| unit.unit_id());
            let told = |unit: &&str| {
                let same = |told: &Told| told.of.alarm == recalled.alarm_id() && told.of.unit == *unit;
                fresh || self.alarms.told.iter().any(same)
            };
            let clients: Vec<ClientId> = units.filter(told).flat_map(|unit| self.clients_of(unit)).collect();
            let text = self.picture.incident(incident).map(recall_text);
            for client in clients {
                self.say(client, text.as_deref().unwrap_or("ÅTER: larmet är återtaget"), now_ms);
            }
        }
    }

    /// Alarms that wait for units that are here and were not told.
    pub(super) fn alarms_outstanding(&mut self) {
        let units = self.clients.keys().filter_map(|client| self.unit_of(*client)).map(|unit| unit.id.clone());
        let untold: Vec<OfUnit> = units.flat_map(|unit| self.waiting_of(&unit)).collect();
        untold.iter().for_each(|of| self.queue_alarm(&of.incident, &of.alarm, &of.unit));
    }

    /// The alarms that wait for a client that has just come, but for those that its unit has reported on.
    pub(super) fn alarms_for(&mut self, client: ClientId, unit: &str) {
        for of in self.waiting_of(unit) {
            let told = self.alarms.told.iter().find(|told| told.of == of);
            let to_it = |one: &ToTell| one.of == of && one.client.is_none_or(|other| other == client);
            let queued = self.alarms.to_tell.iter().any(|(_, one)| to_it(one));
            if queued || told.is_some_and(|told| told.reported) {
                continue;
            }
            if told.is_none() {
                keep(&mut self.alarms.told, Told { of: of.clone(), reported: false }, REMEMBERED_MAX);
            }
            self.alarms.to_tell.push_back((false, ToTell { of, client: Some(client) }));
        }
    }

    fn waiting_of(&self, unit: &str) -> Vec<OfUnit> {
        let of = |(incident, alarm): (&Incident, &crate::picture::Alarm)| OfUnit {
            incident: incident.id.clone(),
            alarm: alarm.id.clone(),
            unit: unit.to_owned(),
        };
        self.picture.waiting_for(unit).into_iter().map(of).collect()
    }

    fn queue_alarm(&mut self, incident: &str, alarm: &str, unit: &str) {
        let of = OfUnit { incident: incident.to_owned(), alarm: alarm.to_owned(), unit: unit.to_owned() };
        if !self.clients_of(unit).is_empty() && self.alarms.told.iter().all(|told| told.of != of) {
            keep(&mut self.alarms.told, Told { of: of.clone(), reported: false }, REMEMBERED_MAX);
            self.alarms.to_tell.push_back((false, ToTell { of, client: None }));
        }
    }

    /// A client has the alarm.
    pub(super) fn alarm_reported(&mut self, alarm: &str, unit: &str) {
        let same = self.alarms.told.iter_mut().filter(|told| told.of.alarm == alarm && told.of.unit == unit);
        same.for_each(|told| told.reported = true);
    }

    /// Those that waited at the last tick, as far as they still wait for an answer.
    pub(super) fn tell_alarms(&mut self, now_ms: i64) {
        if !self.caught_up {
            return;
        }
        while self.alarms.to_tell.front().is_some_and(|(waited, _)| *waited) {
            let Some((_, ToTell { of, client })) = self.alarms.to_tell.pop_front() else { return };
            let incident = self.picture.incident(&of.incident).filter(|incident| !incident.is_over());
            let waits = |incident: &&Incident| {
                let alarm = incident.alarms.iter().find(|alarm| alarm.id == of.alarm);
                alarm.and_then(|alarm| alarm.unit(&of.unit)).is_some_and(Party::waits)
            };
            let Some(text) = incident.filter(waits).map(alarm_text) else { continue };
            let clients = client.map_or_else(|| self.clients_of(&of.unit), |client| vec![client]);
            for client in clients {
                let id = self.say(client, &text, now_ms);
                let ours = Ours::Alarm { incident: of.incident.clone(), alarm: of.alarm.clone() };
                keep(&mut self.chats.ours, (id, ours), REMEMBERED_MAX);
            }
        }
        self.alarms.to_tell.iter_mut().for_each(|(waited, _)| *waited = true);
    }
}

/// What a crew needs to turn out safely, and no more: never a caller, a patient or a code.
fn alarm_text(incident: &Incident) -> String {
    let mut parts = vec![format!("LARM {}", incident.title())];
    parts.extend(super::markers::facts(incident));
    parts.push("Kvittera i terminalen eller över Rakel".to_owned());
    exercise(incident, parts.join(". "))
}

fn recall_text(incident: &Incident) -> String {
    exercise(incident, format!("ÅTER: larmet {} är återtaget", incident.title()))
}

fn exercise(incident: &Incident, text: String) -> String {
    if incident.exercise { format!("ÖVNING ÖVNING {text}") } else { text }
}
