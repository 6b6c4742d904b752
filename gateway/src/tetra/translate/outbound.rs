//! From the hub to radios.

use samband_proto::v1::{self as pb, event::Body, outcome::Result as Answer};

use super::{FRESH_MS, REMEMBERED_MAX, Translation, telling::What};
use crate::{
    hub::{keep, may_come_later, name_of},
    picture::{Incident, listed, millis},
    tetra::{pei::Priority, wording},
};

impl Translation {
    /// An event of an incident whose picture is whole. Each is told once, and only what is fresh: a hub says again what is in force, whenever
    /// more of it may be seen.
    pub(super) fn event(&mut self, event: &pb::Event, now_ms: i64) {
        let (Some(envelope), Some(body)) = (&event.envelope, &event.body) else { return };
        // An alarm that waits is told whenever it is learnt of: it is let go when it is answered, not by age.
        let incident = envelope.incident_id();
        if let Some((alarm, parties)) = listed(body) {
            let units = parties.iter().filter_map(|party| party.unit.as_ref());
            units.for_each(|unit| self.tell_alarm(incident, alarm, unit.unit_id(), now_ms));
        }
        let age_ms = |at| now_ms + self.ahead_ms - millis(at);
        let fresh = envelope.hub_time.as_ref().is_none_or(|at| age_ms(at) <= FRESH_MS);
        if let Body::AlarmRecalled(recalled) = body {
            let alarm = recalled.alarm_id();
            // A crew that this gateway has alarmed is called back however late it learns of it.
            for unit in recalled.parties.iter().filter_map(|party| party.unit.as_ref()).map(|unit| unit.unit_id()) {
                if fresh || self.was_alarmed(alarm, unit) {
                    self.tell(incident, unit, What::Recall(alarm.to_owned()), now_ms);
                }
            }
        }
        // Only what is fresh is remembered as seen: a hub says again all that is in force, and that is more than can be remembered.
        if fresh && !self.seen.iter().any(|id| id == envelope.event_id()) {
            keep(&mut self.seen, envelope.event_id().to_owned(), REMEMBERED_MAX);
            self.news(envelope, body, now_ms);
        }
    }

    /// What is told only while it is fresh.
    fn news(&mut self, envelope: &pb::Envelope, body: &Body, now_ms: i64) {
        let incident = envelope.incident_id();
        match body {
            Body::TotalInformationIssued(total) if total.material() && total.number() > 1 => {
                for unit in self.crews_of(incident) {
                    // What another organisation's crew may read of the text is that organisation's to be told, by its own terminal.
                    let own = self.tables.organisation(&unit) == Some(self.organisation.as_str());
                    self.tell_once(incident, &unit, |on| wording::total(on, own), now_ms);
                }
            }
            Body::ArrivalReportPrompted(prompted) => {
                if let Some(unit) = &prompted.unit {
                    self.tell_once(incident, unit.unit_id(), |on| Some(wording::report_wanted(on)), now_ms);
                }
            }
            Body::EmergencyTold(told) => {
                for unit in &told.units {
                    self.tell(incident, unit.unit_id(), What::Distress(told.emergency_id().to_owned()), now_ms);
                }
            }
            Body::MessageSent(sent) => self.message(envelope, sent, now_ms),
            _ => {}
        }
    }

    fn tell_once(&mut self, incident: &str, unit: &str, words: impl Fn(&Incident) -> Option<String>, now_ms: i64) {
        let text = self.for_crew(incident, unit).and_then(|on| words(&on));
        if let Some((issi, text)) = self.tables.issi(unit).zip(text) {
            self.text(issi, &text, true, Priority::Urgent, now_ms);
        }
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

    /// The hub has answered a command.
    pub(super) fn outcome(&mut self, outcome: &pb::Outcome, now_ms: i64) {
        let id = outcome.command_id();
        match &outcome.result {
            Some(Answer::Accepted(_)) => {
                self.text_answered(id, true, now_ms);
                self.said.retain(|(command, ..)| command != id);
            }
            // What could not be stored is said again by the gateway: that is no answer yet.
            Some(Answer::Refused(refused)) if !may_come_later(refused.code()) => {
                self.text_answered(id, false, now_ms);
                self.answered.retain(|_, answered| answered.command != id);
                self.refused(id, name_of(refused.code()), now_ms);
            }
            _ => {}
        }
    }

    /// What a crew has said and the hub has not taken, the crew is told: its radio has shown it as sent.
    fn refused(&mut self, command: &str, code: &str, now_ms: i64) {
        // A location that came too soon after the one before it is nobody's loss.
        if command.is_empty() {
            return;
        }
        self.note(format!("navet avvisade {command}: {code}"));
        // The hub had it already: from the terminal, a desk, or this gateway before it was restarted.
        if matches!(code, "EMERGENCY_STANDS" | "ALREADY_ACKNOWLEDGED" | "NOTHING_TO_DO" | "COMMAND_ID_REUSED") {
            return;
        }
        let Some(at) = self.said.iter().position(|(id, ..)| id == command) else { return };
        if let Some((_, issi, what)) = self.said.remove(at) {
            self.text(issi, &wording::refused(&what, code), true, Priority::Urgent, now_ms);
        }
    }
}
