//! From the hub to radios.

use samband_proto::v1::{self as pb, event::Body, outcome::Result as Answer};

use super::{REPORTS_MAX, Told, Translation, keep};
use crate::{
    picture::listed,
    tetra::{
        sds::{DeliveryReport, Service, TextMessage},
        wording,
    },
};

impl Translation {
    /// An event. What came before the session had caught up is looked at as a whole afterwards.
    pub(super) fn event(&mut self, event: &pb::Event) {
        let (Some(envelope), Some(body)) = (&event.envelope, &event.body) else { return };
        if !self.caught_up {
            if let Body::ReceiptsGathered(gathered) = body {
                for receipt in &gathered.receipts {
                    let unit = receipt.unit.as_ref().map_or("", |unit| unit.unit_id());
                    self.remember_told(receipt.alarm_id(), unit);
                }
            }
            return;
        }
        let incident = envelope.incident_id();
        if let Some((alarm, parties)) = listed(body) {
            let units = parties.iter().filter_map(|party| party.unit.as_ref()).map(|unit| unit.unit_id().to_owned());
            let units: Vec<String> = units.collect();
            units.iter().for_each(|unit| self.tell_alarm(incident, alarm, unit));
        }
        match body {
            Body::AlarmRecalled(recalled) => {
                let units = recalled.parties.iter().filter_map(|party| party.unit.as_ref());
                let units: Vec<String> = units.map(|unit| unit.unit_id().to_owned()).collect();
                self.tell(incident, &units, wording::recall);
            }
            Body::TotalInformationIssued(total) if total.material() && total.number() > 1 => {
                let units = self.crews_of(incident);
                if let Some(text) = self.picture.incident(incident).and_then(wording::total) {
                    self.tell(incident, &units, |_| text.clone());
                }
            }
            Body::ArrivalReportPrompted(prompted) => {
                let units: Vec<String> = prompted.unit.iter().map(|unit| unit.unit_id().to_owned()).collect();
                self.tell(incident, &units, wording::report_wanted);
            }
            Body::EmergencyTold(told) => {
                let units: Vec<String> = told.units.iter().map(|unit| unit.unit_id().to_owned()).collect();
                let text = self.picture.incident(incident).and_then(|on| {
                    on.emergencies.get(told.emergency_id()).map(|emergency| wording::distress(on, emergency))
                });
                if let Some(text) = text {
                    self.tell(incident, &units, |_| text.clone());
                }
            }
            Body::MessageSent(sent) => self.message(envelope, sent),
            _ => {}
        }
    }

    /// After a catch-up: alarms that wait for units that were not told.
    pub(super) fn outstanding(&mut self) {
        let mut untold = Vec::new();
        for incident in self.picture.incidents().filter(|incident| !incident.is_over()) {
            for alarm in &incident.alarms {
                let units = alarm.parties.iter().filter(|(_, party)| party.waits() && !alarm.already_sent);
                for unit in units.filter_map(|((_, unit), _)| unit.as_ref()) {
                    untold.push((incident.id.clone(), alarm.id.clone(), unit.clone()));
                }
            }
        }
        untold.iter().for_each(|(incident, alarm, unit)| self.tell_alarm(incident, alarm, unit));
    }

    fn tell_alarm(&mut self, incident: &str, alarm: &str, unit: &str) {
        if self.tables.issi(unit).is_some() && self.remember_told(alarm, unit) {
            let told = Told { unit: unit.to_owned(), incident: incident.to_owned(), alarm: alarm.to_owned() };
            self.to_tell.push_back((false, told));
        }
    }

    /// Those that waited at the last tick go out; those that came since wait for the next.
    pub(super) fn tell_waiting(&mut self) {
        while self.to_tell.front().is_some_and(|(waited, _)| *waited) {
            let Some((_, told)) = self.to_tell.pop_front() else { return };
            let text = self.picture.incident(&told.incident).map(wording::alarm);
            if let Some((issi, text)) = self.tables.issi(&told.unit).zip(text) {
                self.text(issi, &text, true, Some(told));
            }
        }
        self.to_tell.iter_mut().for_each(|(waited, _)| *waited = true);
    }

    /// Whether it is new.
    fn remember_told(&mut self, alarm: &str, unit: &str) -> bool {
        let key = (alarm.to_owned(), unit.to_owned());
        let new = !self.told.contains(&key);
        if new {
            keep(&mut self.told, key, REPORTS_MAX);
        }
        new
    }

    fn tell(&mut self, incident: &str, units: &[String], words: impl Fn(&crate::picture::Incident) -> String) {
        let Some(text) = self.picture.incident(incident).map(words) else { return };
        let radios: Vec<u32> = units.iter().filter_map(|unit| self.tables.issi(unit)).collect();
        radios.into_iter().for_each(|issi| self.text(issi, &text, true, None));
    }

    /// Units of ours that are on the incident.
    fn crews_of(&self, incident: &str) -> Vec<String> {
        let Some(incident) = self.picture.incident(incident) else { return Vec::new() };
        let parties = incident.alarms.iter().flat_map(|alarm| &alarm.parties).filter(|(_, party)| party.accepted());
        let mut units: Vec<String> = parties.filter_map(|((_, unit), _)| unit.clone()).collect();
        units.sort();
        units.dedup();
        units
    }

    /// A text on a talkgroup goes to the group, unless it came from there.
    fn message(&mut self, envelope: &pb::Envelope, sent: &pb::MessageSent) {
        let Some(gssi) = self.tables.gssi(envelope.talkgroup_id()) else { return };
        let author = envelope.author.as_ref().and_then(|author| author.unit.as_ref());
        let from_radio = self.brought.iter().position(|brought| {
            // Where the sender is not shown, group and words tell.
            author.is_none_or(|unit| unit.unit_id() == brought.unit)
                && brought.talkgroup == envelope.talkgroup_id()
                && brought.text == sent.text()
        });
        if let Some(at) = from_radio {
            self.brought.remove(at);
            return;
        }
        if sent.text().is_empty() {
            return;
        }
        let sender = envelope.author.as_ref().map(|author| {
            let unit = author.unit.as_ref().map(|unit| unit.call_sign()).filter(|name| !name.is_empty());
            unit.unwrap_or(author.organisation()).to_owned()
        });
        let text = format!("{}: {}", sender.unwrap_or_default(), sent.text());
        self.text(gssi, &text, sent.priority() != pb::MessagePriority::Routine, None);
    }

    /// The hub has answered a command.
    pub(super) fn outcome(&mut self, outcome: &pb::Outcome) {
        let id = outcome.command_id();
        match &outcome.result {
            Some(Answer::Accepted(_)) => self.text_answered(id, true),
            Some(Answer::Refused(refused)) => {
                self.text_answered(id, false);
                self.brought.retain(|brought| brought.command != id);
                let code = refused.code().as_str_name().trim_start_matches("REFUSAL_CODE_").to_owned();
                self.note(format!("navet avvisade {id}: {code}"));
            }
            None => {}
        }
    }

    /// A text to a radio or group, cut to what a message holds.
    pub(super) fn text(&mut self, to: u32, text: &str, immediate: bool, told: Option<Told>) {
        let fitted = wording::fit(text, self.longest_bits);
        self.reference = self.reference.wrapping_add(1);
        let wanted = if told.is_some() { DeliveryReport::Both } else { DeliveryReport::None };
        let bits = TextMessage::to_sds(&fitted, self.reference, wanted, immediate);
        if let Some(told) = told {
            // An older message with the same reference to the same radio can no longer be told apart.
            let key = (to, self.reference);
            self.reports.retain(|(held, _)| *held != key);
            keep(&mut self.reports, (key, told), REPORTS_MAX);
        }
        self.radio(to, Service::Type4, bits);
    }
}
