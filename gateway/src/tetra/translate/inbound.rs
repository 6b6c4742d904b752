//! From a radio to the hub.

use samband_proto::v1::{self as pb, client_frame::Frame as ToHub, command::Body};

use super::{
    ASKING_MAX, Answered, Out, Pressed, REMEMBERED_MAX, Translation, is_repetition,
    telling::What,
    texts::{SHORT_CONSUMED, SHORT_RECEIVED},
};
use crate::{
    bits::BitString,
    hub::{keep, lines::Line},
    picture::{Alarm, Party},
    tetra::{
        lip::{ReportType, Request, Trigger},
        pei::{Priority, Received},
        sds::{self, Ack, Content, Delivery, Payload, Sds, Service, Status, StatusClass, Type4},
        tables::Radio,
        wording,
    },
};

impl Translation {
    /// A radio handed something over.
    pub fn from_radio(&mut self, received: &Received, now_ms: i64) {
        if self.from_held.is_none() {
            self.latest_ms = now_ms;
        }
        let radio = received.calling.and_then(|issi| self.tables.radio(issi)).cloned();
        let Some(radio) = radio else {
            let from = received.calling.map_or_else(|| "okänd".to_owned(), |issi| issi.to_string());
            self.note(format!("från {from}, som porten inte talar för: {} bitar, avvisat", received.bits.len()));
            return;
        };
        // Which alarm a status answers is not known before the hub has told what goes on. A cry for help waits for nothing, and a position is
        // worth nothing later.
        if !self.caught_up && !waits_for_nothing(&received.message) {
            self.keep_for_later(received, now_ms);
            return;
        }
        self.ask_for_positions(radio.issi);
        match &received.message {
            Sds::Status(status) => self.status(&radio, *status, now_ms),
            Sds::UserDefined { .. } => self.not_understood(&radio, "SDS typ 1-3", &received.bits),
            Sds::Type4(message) => self.type4(&radio, received, message, now_ms),
        }
    }

    /// A radio that is heard for the first time is asked to say where it is, again and again.
    fn ask_for_positions(&mut self, issi: u32) {
        if self.settings.lage_s.is_some() && self.asked.insert(issi) {
            self.to_ask.push_back(issi);
        }
    }

    /// A few at a time, when nothing else waits.
    pub(super) fn ask_waiting(&mut self, now_ms: i64) {
        let Some(seconds) = self.settings.lage_s.filter(|_| self.radio_up) else { return };
        while self.asking.len() < ASKING_MAX {
            let Some(issi) = self.to_ask.pop_front() else { return };
            let request = Request::Trigger(ReportType::Short, Trigger::EverySeconds(seconds));
            self.radio(issi, Service::Type4, request.to_sds(), Priority::Background, now_ms);
            self.asking.insert(self.tag, issi);
        }
    }

    pub(super) fn not_understood(&mut self, radio: &Radio, what: &str, bits: &BitString) {
        self.note(format!("från {}: {what}: inte förstått, {} bitar", radio.issi, bits.len()));
        let line = format!("{} {} {}", radio.issi, bits.len(), bits.to_hex());
        self.out.push_back(Out::NotUnderstood(Line(line)));
    }

    fn type4(&mut self, radio: &Radio, received: &Received, message: &Type4, now_ms: i64) {
        match &message.content {
            Content::Bare(Payload::Lip(lip)) | Content::Transfer(_, Payload::Lip(lip)) => {
                self.location(radio, lip, now_ms)
            }
            Content::Bare(Payload::Text(text)) => self.text_part(radio, received, None, message.pid, text, now_ms),
            Content::Transfer(transfer, Payload::Text(text)) => {
                self.text_part(radio, received, Some(transfer), message.pid, text, now_ms);
            }
            Content::Bare(Payload::Part(part)) | Content::Transfer(_, Payload::Part(part)) => {
                let mut data = part.pid.map(|pid| vec![pid]).unwrap_or_default();
                data.extend_from_slice(part.data.octets());
                let key = (radio.issi, message.pid, part.reference);
                let Some(whole) = self.joiner.take(key, part.total, part.sequence, data, now_ms) else { return };
                self.whole(radio, received, &whole, now_ms);
            }
            Content::Report(report) => {
                self.report(radio, report.delivery_status, report.message_reference, now_ms);
                if report.ack_required {
                    // Received and consumed each have a value of their own for "and acknowledged"; the others say the same again.
                    let delivery_status = match report.delivery_status {
                        0x00 => 0x01,
                        0x02 => 0x03,
                        other => other,
                    };
                    let ack = Ack { delivery_status, message_reference: report.message_reference };
                    self.radio(radio.issi, Service::Type4, ack.to_sds(message.pid), Priority::Usual, now_ms);
                }
            }
            Content::Ack(_) => {}
            _ => self.not_understood(radio, "protokollet", &received.bits),
        }
    }

    /// A message that came in parts, whole: its identifier, and what it carries. The parts had the headers.
    fn whole(&mut self, radio: &Radio, received: &Received, octets: &[u8], now_ms: i64) {
        let Some((pid, data)) = octets.split_first() else { return };
        match sds::read_joined(*pid, &BitString::from_octets(data)) {
            Ok(Payload::Text(text)) => self.text_part(radio, received, None, *pid, &text, now_ms),
            Ok(Payload::Lip(lip)) => self.location(radio, &lip, now_ms),
            _ => self.not_understood(radio, "ett meddelande i delar", &BitString::from_octets(octets)),
        }
    }

    fn status(&mut self, radio: &Radio, status: Status, now_ms: i64) {
        match status.class() {
            StatusClass::Emergency => self.emergency(radio, None, now_ms),
            StatusClass::ShortReport { report, message_reference } => {
                let delivery_status = match report {
                    SHORT_RECEIVED => 0x00,
                    SHORT_CONSUMED => 0x02,
                    _ => 0x50,
                };
                self.report(radio, delivery_status, message_reference, now_ms);
            }
            StatusClass::Reserved => {
                let bits = BitString::from_octets(&status.0.to_be_bytes());
                self.not_understood(radio, "en status utan betydelse", &bits);
            }
            StatusClass::NetworkOrUserDefined => {
                match self.tables.code(&radio.organisation, status.0).map(str::to_owned) {
                    Some(code) => self.code(radio, &code, now_ms),
                    None => {
                        let what = format!("en status som inte står i {}s tabell", radio.organisation);
                        self.not_understood(radio, &what, &BitString::from_octets(&status.0.to_be_bytes()));
                    }
                }
            }
        }
    }

    /// One of the organisation's own codes. One that acknowledges is for the newest alarm that waits, and for no other.
    fn code(&mut self, radio: &Radio, code: &str, now_ms: i64) {
        // What was pressed while an alarm came is no answer to that one: nobody had seen it.
        let seen_ms = now_ms + self.ahead_ms + CLOCK_MARGIN_MS;
        let seen = |alarm: &Alarm| alarm.unit(&radio.unit).is_some_and(|party| party.listed_ms <= seen_ms);
        let mut waiting = self.picture.waiting_for(&radio.unit);
        waiting.retain(|(_, alarm)| seen(alarm));
        let ids: Vec<String> = waiting.iter().map(|(_, alarm)| alarm.id.clone()).collect();
        let acknowledges = self.tables.acknowledges(&radio.organisation, code);
        let newest =
            waiting.first().filter(|_| acknowledges).map(|(incident, alarm)| (incident.id.clone(), alarm.id.clone()));
        let incident = match &newest {
            Some((incident, _)) => Some(incident.clone()),
            None => self.current_of(&radio.unit),
        };
        let key = (radio.unit.clone(), code.to_owned());
        if let Some(before) = self.pressed.get(&key).filter(|before| is_repetition(before, now_ms)) {
            // The radio said it again. The hub has answered the first meanwhile, so that another alarm may be the newest now: that is
            // not what was pressed, unless it came after.
            let known = newest.as_ref().is_some_and(|(_, alarm)| before.waiting.contains(alarm));
            if before.incident == incident || known {
                return;
            }
        }
        self.pressed.insert(key, Pressed { at_ms: now_ms, incident: incident.clone(), waiting: ids });
        let Some(incident) = incident else {
            let state = pb::ReportUnitState { code: Some(code.to_owned()), ..pb::ReportUnitState::default() };
            let command = self.command(&radio.unit, None, Body::ReportUnitState(state), now_ms);
            self.crew_said(&command, radio.issi, code);
            return;
        };
        let alarm = newest.map(|(_, alarm)| alarm);
        let others: Vec<String> = match &alarm {
            Some(answered) => self.others_waiting(&radio.unit, answered),
            None => Vec::new(),
        };
        let status = pb::ReportUnitStatus {
            code: Some(code.to_owned()),
            alarm_id: alarm.clone(),
            ..pb::ReportUnitStatus::default()
        };
        let command = self.command(&radio.unit, Some(&incident), Body::ReportUnitStatus(status), now_ms);
        self.crew_said(&command, radio.issi, code);
        if let Some(alarm) = alarm {
            let answered = Answered { command, incident: incident.clone(), alarm };
            self.answered.insert(radio.unit.clone(), answered);
        }
        for other in others {
            self.flag(radio, &incident, &other, now_ms);
        }
    }

    /// What a crew has said goes to the hub: the crew is told if it is not taken.
    pub(super) fn crew_said(&mut self, command: &str, issi: u32, what: &str) {
        keep(&mut self.said, (command.to_owned(), issi, what.to_owned()), REMEMBERED_MAX);
    }

    /// The incident that a unit is on: what it has answered over the radio, until the hub's own picture has that answer, and otherwise as
    /// the picture says.
    pub(super) fn current_of(&self, unit: &str) -> Option<String> {
        let not_heard_back = |answered: &&Answered| {
            let incident = self.picture.incident(&answered.incident).filter(|incident| !incident.is_over());
            let alarm = incident.and_then(|incident| incident.alarms.iter().find(|alarm| alarm.id == answered.alarm));
            alarm.and_then(|alarm| alarm.unit(unit)).is_some_and(Party::waits)
        };
        let answered = self.answered.get(unit).filter(not_heard_back).map(|answered| answered.incident.clone());
        answered.or_else(|| self.picture.current_of(unit).map(|incident| incident.id.clone()))
    }

    /// Incidents with an alarm that still waits for the unit, each once.
    fn others_waiting(&self, unit: &str, answered: &str) -> Vec<String> {
        let mut others: Vec<String> = Vec::new();
        for (incident, alarm) in self.picture.waiting_for(unit) {
            if alarm.id != answered && !others.contains(&incident.id) {
                others.push(incident.id.clone());
            }
        }
        others
    }

    /// The crew is told, and the desk reads it in the incident.
    fn flag(&mut self, radio: &Radio, answered: &str, other: &str, now_ms: i64) {
        let Some((waits, is)) = self.for_crew(other, &radio.unit).zip(self.picture.incident(answered)) else { return };
        let (text, note) = (wording::still_waiting(&waits), wording::waiting_note(is));
        self.text(radio.issi, &text, true, Priority::Urgent, now_ms);
        let note = pb::AddNote { note: Some(note), shared_text: None };
        self.command(&radio.unit, Some(other), Body::AddNote(note), now_ms);
    }

    pub(super) fn emergency(&mut self, radio: &Radio, location: Option<pb::GeoPoint>, now_ms: i64) {
        // One distress at a time; a radio says it again and again until it is heard. A picture that may be old does not count: the one that
        // stands in it may be over, and the hub knows.
        let stands = self.picture.emergency_of(&radio.unit);
        if self.hub_there && stands.is_some_and(|(incident, _)| self.picture.is_whole(&incident.id)) {
            return;
        }
        let key = (radio.unit.clone(), String::new());
        if self.pressed.get(&key).is_some_and(|before| is_repetition(before, now_ms)) {
            return;
        }
        let incident = self.current_of(&radio.unit);
        self.pressed.insert(key, Pressed { at_ms: now_ms, incident: incident.clone(), waiting: Vec::new() });
        if location.is_none() {
            let request = Request::Immediate(ReportType::Short).to_sds();
            self.radio(radio.issi, Service::Type4, request, Priority::Urgent, now_ms);
        }
        let raise = pb::RaiseEmergency { location, ..pb::RaiseEmergency::default() };
        let command = self.command(&radio.unit, incident.as_deref(), Body::RaiseEmergency(raise), now_ms);
        self.crew_said(&command, radio.issi, wording::DISTRESS);
    }

    /// A radio reports on something it was told. Only alarms have receipts at the hub.
    fn report(&mut self, radio: &Radio, delivery_status: u8, reference: u8, now_ms: i64) {
        let step = match (Delivery::of(delivery_status), delivery_status) {
            (Delivery::Success, 0x02 | 0x03) => pb::ReceiptStep::Displayed,
            (Delivery::Success, 0x00 | 0x01) => pb::ReceiptStep::Delivered,
            (Delivery::Failed, status) => {
                if self.reported(radio.issi, reference).is_some() {
                    self.note(format!("till {}: kom inte fram, leveransstatus {status:02X}", radio.issi));
                    self.report_failed(radio.issi, reference, now_ms);
                }
                return;
            }
            _ => return,
        };
        let Some(to_tell) = self.reported(radio.issi, reference) else { return };
        if let What::Alarm(alarm) = &to_tell.what {
            let notice = pb::ReceiptNotice {
                step: Some(step.into()),
                unit_id: Some(to_tell.unit.clone()),
                incident_id: Some(to_tell.incident.clone()),
                alarm_id: Some(alarm.clone()),
                ..pb::ReceiptNotice::default()
            };
            self.out.push_back(Out::Frame(Box::new(ToHub::Receipt(notice))));
        }
        self.report_succeeded(radio.issi, reference, step == pb::ReceiptStep::Displayed);
    }
}

/// Two clocks are told apart by no less, milliseconds; as the hub has it.
const CLOCK_MARGIN_MS: i64 = 30_000;

/// A position, or a status of distress.
fn waits_for_nothing(message: &Sds) -> bool {
    match message {
        Sds::Status(status) => status.class() == StatusClass::Emergency,
        Sds::Type4(message) => {
            matches!(message.content, Content::Bare(Payload::Lip(_)) | Content::Transfer(_, Payload::Lip(_)))
        }
        Sds::UserDefined { .. } => false,
    }
}
