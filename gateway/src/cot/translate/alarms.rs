//! Alarms to the TAK clients of their units, as a text that they report on. It is answered in the terminal or over Rakel: a chat has no
//! answer that could not be mistaken.

use std::collections::VecDeque;

use samband_proto::v1::{self as pb, event::Body};

use super::{REMEMBERED_MAX, Translation, chat::Ours};
use crate::{
    hub::keep,
    picture::{Incident, listed},
};

/// Alarms under way to clients.
#[derive(Default)]
pub(super) struct Alarms {
    /// What is leased and said with an alarm comes right after it: it waits for one whole tick.
    to_tell: VecDeque<(bool, Told)>,
    /// Told already, so that a lost session does not tell twice.
    told: VecDeque<Told>,
}

#[derive(Clone, PartialEq, Eq)]
struct Told {
    incident: String,
    alarm: String,
    unit: String,
}

impl Translation {
    /// An event that may be an alarm.
    pub(super) fn alarm_event(&mut self, envelope: &pb::Envelope, body: &Body, now_ms: i64) {
        if !self.caught_up {
            return;
        }
        let incident = envelope.incident_id();
        if let Some((alarm, parties)) = listed(body) {
            let units = parties.iter().filter_map(|party| party.unit.as_ref()).map(|unit| unit.unit_id().to_owned());
            let units: Vec<String> = units.collect();
            units.iter().for_each(|unit| self.queue_alarm(incident, alarm, unit));
        }
        if let Body::AlarmRecalled(recalled) = body {
            let units: Vec<String> =
                recalled.parties.iter().filter_map(|party| Some(party.unit.as_ref()?.unit_id().to_owned())).collect();
            let text = self.picture.incident(incident).map(|one| format!("ÅTER: larmet {} är återtaget", one.title()));
            for client in units.iter().flat_map(|unit| self.clients_of(unit)).collect::<Vec<_>>() {
                self.say(client, text.as_deref().unwrap_or("ÅTER: larmet är återtaget"), now_ms);
            }
        }
    }

    /// Alarms that wait for units that are here and were not told.
    pub(super) fn alarms_outstanding(&mut self) {
        let units = self.clients.keys().filter_map(|client| self.unit_of(*client)).map(|unit| unit.id.clone());
        let mut untold = Vec::new();
        for unit in units {
            for (incident, alarm) in self.picture.waiting_for(&unit) {
                untold.push((incident.id.clone(), alarm.id.clone(), unit.clone()));
            }
        }
        untold.iter().for_each(|(incident, alarm, unit)| self.queue_alarm(incident, alarm, unit));
    }

    fn queue_alarm(&mut self, incident: &str, alarm: &str, unit: &str) {
        let told = Told { incident: incident.to_owned(), alarm: alarm.to_owned(), unit: unit.to_owned() };
        if !self.clients_of(unit).is_empty() && !self.alarms.told.contains(&told) {
            keep(&mut self.alarms.told, told.clone(), REMEMBERED_MAX);
            self.alarms.to_tell.push_back((false, told));
        }
    }

    /// Those that waited at the last tick.
    pub(super) fn tell_alarms(&mut self, now_ms: i64) {
        while self.alarms.to_tell.front().is_some_and(|(waited, _)| *waited) {
            let Some((_, told)) = self.alarms.to_tell.pop_front() else { return };
            let Some(text) = self.picture.incident(&told.incident).map(alarm_text) else { continue };
            for client in self.clients_of(&told.unit) {
                let id = self.say(client, &text, now_ms);
                let ours = Ours::Alarm { incident: told.incident.clone(), alarm: told.alarm.clone() };
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
    let text = parts.join(". ");
    if incident.exercise { format!("ÖVNING ÖVNING {text}") } else { text }
}
