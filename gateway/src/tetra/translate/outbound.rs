//! From the hub to radios.

use samband_proto::v1::{self as pb, event::Body, outcome::Result as Answer};

use super::{AGAIN_MS, FRESH_MS, REPORTS_MAX, TRIES, Told, ToldOf, Translation};
use crate::{
    hub::{keep, may_come_later, name_of},
    picture::{listed, millis},
    tetra::{
        sds::{DeliveryReport, Service, TextMessage},
        wording,
    },
};

impl Translation {
    /// An event. What came before the session had caught up is looked at afterwards, when the picture is whole. Each is told once, and only
    /// what is fresh: a hub says again what is in force, whenever more of it may be seen.
    pub(super) fn event(&mut self, event: &pb::Event, now_ms: i64) {
        let (Some(envelope), Some(body)) = (&event.envelope, &event.body) else { return };
        // An alarm that waits is told whenever it is learnt of: it is let go when it is answered, not by age.
        let incident = envelope.incident_id();
        if let Some((alarm, parties)) = listed(body) {
            let units = parties.iter().filter_map(|party| party.unit.as_ref()).map(|unit| unit.unit_id().to_owned());
            let units: Vec<String> = units.collect();
            units.iter().for_each(|unit| self.tell_alarm(incident, alarm, unit));
        }
        if self.seen.iter().any(|id| id == envelope.event_id()) {
            return;
        }
        keep(&mut self.seen, envelope.event_id().to_owned(), REPORTS_MAX);
        let fresh = envelope.hub_time.as_ref().is_none_or(|at| now_ms - millis(at) <= FRESH_MS);
        if let Body::AlarmRecalled(recalled) = body {
            // A crew that this gateway has alarmed is called back however late it learns of it.
            let units = recalled.parties.iter().filter_map(|party| party.unit.as_ref().map(|unit| unit.unit_id()));
            let told =
                |unit: &&str| fresh || self.told.iter().any(|told| told.is(recalled.alarm_id(), unit) && told.here);
            let units: Vec<String> = units.filter(told).map(str::to_owned).collect();
            self.tell(incident, &units, wording::recall);
        }
        if fresh {
            self.news(envelope, body);
        }
    }

    /// What is told only while it is fresh.
    fn news(&mut self, envelope: &pb::Envelope, body: &Body) {
        let incident = envelope.incident_id();
        match body {
            Body::TotalInformationIssued(total) if total.material() && total.number() > 1 => {
                let units = self.crews_of(incident);
                for unit in units {
                    // What another organisation's crew may read of the text is that organisation's to be told, by its own terminal.
                    let own = self.tables.organisation(&unit) == Some(self.organisation.as_str());
                    let text = self.picture.incident(incident).and_then(|on| wording::total(on, own));
                    if let Some((issi, text)) = self.tables.issi(&unit).zip(text) {
                        self.text(issi, &text, true, None);
                    }
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
        self.remember_receipts();
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

    /// Alarms on which a radio has reported were told, by this gateway or by the one that ran before it.
    fn remember_receipts(&mut self) {
        let mut told = Vec::new();
        for event in &self.pending {
            if let Some(Body::ReceiptsGathered(gathered)) = &event.body {
                let of = |one: &pb::Receipt| {
                    (one.alarm_id().to_owned(), one.unit.as_ref().map_or("", |unit| unit.unit_id()).to_owned())
                };
                told.extend(gathered.receipts.iter().map(of));
            }
        }
        told.iter().for_each(|(alarm, unit)| _ = self.remember_told(alarm, unit));
    }

    fn tell_alarm(&mut self, incident: &str, alarm: &str, unit: &str) {
        if self.tables.issi(unit).is_some() && self.remember_told(alarm, unit) {
            let told = Told { unit: unit.to_owned(), incident: incident.to_owned(), alarm: alarm.to_owned(), tries: 0 };
            self.to_tell.push_back((false, told));
        }
    }

    /// Those that waited at the last tick go out; those that came since wait for the next.
    pub(super) fn tell_waiting(&mut self, now_ms: i64) {
        while self.again.front().is_some_and(|(at_ms, _)| now_ms >= *at_ms) {
            let Some((_, told)) = self.again.pop_front() else { break };
            self.to_tell.push_front((true, told));
        }
        while self.to_tell.front().is_some_and(|(waited, _)| *waited) {
            let Some((_, mut told)) = self.to_tell.pop_front() else { return };
            // Recalled or answered meanwhile: it is no alarm any more.
            let incident = self.picture.incident(&told.incident).filter(|incident| !incident.is_over());
            let alarm = incident.and_then(|incident| incident.alarms.iter().find(|one| one.id == told.alarm));
            let waits = alarm.and_then(|alarm| alarm.unit(&told.unit)).is_some_and(crate::picture::Party::waits);
            let text = incident.filter(|_| waits).map(wording::alarm);
            if let Some((issi, text)) = self.tables.issi(&told.unit).zip(text) {
                told.tries += 1;
                let known = self.told.iter_mut().filter(|one| one.is(&told.alarm, &told.unit));
                known.for_each(|one| one.here = true);
                self.text(issi, &text, true, Some(told));
            }
        }
        self.to_tell.iter_mut().for_each(|(waited, _)| *waited = true);
    }

    /// A message went out.
    pub fn sent(&mut self, tag: u64) {
        self.by_tag.remove(&tag);
    }

    /// A message did not go out. An alarm is sent again, and when that does not help the desk reads it in the incident.
    pub fn not_sent(&mut self, tag: u64, now_ms: i64) {
        if let Some(told) = self.by_tag.remove(&tag) {
            self.tell_again(told, now_ms);
        }
    }

    pub(super) fn tell_again(&mut self, told: Told, now_ms: i64) {
        if told.tries < TRIES {
            keep(&mut self.again, (now_ms + AGAIN_MS, told), REPORTS_MAX);
            return;
        }
        let note = pb::AddNote { note: Some(wording::NOT_REACHED.to_owned()), shared_text: None };
        self.command(&told.unit, Some(&told.incident), pb::command::Body::AddNote(note), now_ms);
    }

    /// Whether it is new.
    fn remember_told(&mut self, alarm: &str, unit: &str) -> bool {
        let new = !self.told.iter().any(|told| told.is(alarm, unit));
        if new {
            keep(&mut self.told, ToldOf { alarm: alarm.to_owned(), unit: unit.to_owned(), here: false }, REPORTS_MAX);
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
            // What could not be stored is said again by the gateway: that is no answer yet.
            Some(Answer::Refused(refused)) if !may_come_later(refused.code()) => {
                self.text_answered(id, false);
                self.brought.retain(|brought| brought.command != id);
                self.note(format!("navet avvisade {id}: {}", name_of(refused.code())));
            }
            _ => {}
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
            keep(&mut self.reports, (key, told.clone()), REPORTS_MAX);
            self.by_tag.insert(self.tag + 1, told);
        }
        self.radio(to, Service::Type4, bits);
    }
}
