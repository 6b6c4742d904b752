//! From a radio to the hub.

use samband_proto::v1::{self as pb, client_frame::Frame as ToHub, command::Body};

use super::{Awaited, Brought, Out, Pressed, REPEATED_MS, Translation};
use crate::{
    bits::BitString,
    hub::keep,
    tetra::{
        lip::{ReportType, Request, Trigger},
        pei::{Outgoing, Received},
        sds::{
            Ack, Content, Delivery, DeliveryReport, Payload, Report, Sds, Service, Status, StatusClass, TextMessage,
            Transfer, Type4,
        },
        tables::Radio,
        wording,
    },
};

/// A short report says received or consumed; the others that it was neither.
const SHORT_RECEIVED: u8 = 2;
const SHORT_CONSUMED: u8 = 3;

impl Translation {
    /// A radio handed something over.
    pub fn from_radio(&mut self, received: &Received, now_ms: i64) {
        let radio = received.calling.and_then(|issi| self.tables.radio(issi)).cloned();
        let Some(radio) = radio else {
            let from = received.calling.map_or_else(|| "okänd".to_owned(), |issi| issi.to_string());
            self.note(format!("från {from}, som porten inte talar för: {} bitar, avvisat", received.bits.len()));
            return;
        };
        // Which alarm a status answers is not known before the hub has told what goes on. A cry for help waits for nothing.
        if !self.caught_up && !is_emergency(&received.message) {
            keep(&mut self.held, (received.clone(), now_ms), super::REPORTS_MAX);
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
        if let Some(seconds) = self.settings.lage_s
            && self.asked.insert(issi)
        {
            let request = Request::Trigger(ReportType::Short, Trigger::EverySeconds(seconds));
            self.radio(issi, Service::Type4, request.to_sds());
        }
    }

    fn not_understood(&mut self, radio: &Radio, what: &str, bits: &BitString) {
        self.note(format!("från {}: {what} förstås inte, {} bitar", radio.issi, bits.len()));
        self.out.push_back(Out::NotUnderstood(format!("{} {} {}", radio.issi, bits.len(), bits.to_hex())));
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
                    self.radio(radio.issi, Service::Type4, ack.to_sds(message.pid));
                }
            }
            Content::Ack(_) => {}
            _ => self.not_understood(radio, "protokollet", &received.bits),
        }
    }

    /// A message that came in parts: read as if it had come whole, without a header of its own.
    fn whole(&mut self, radio: &Radio, received: &Received, octets: &[u8], now_ms: i64) {
        use crate::tetra::sds;
        let bits = BitString::from_octets(octets);
        match sds::decode(Service::Type4, &bits) {
            Ok(Sds::Type4(message)) if !matches!(message.content, Content::Bare(Payload::Part(_))) => {
                self.type4(radio, received, &message, now_ms);
            }
            _ => self.not_understood(radio, "ett meddelande i delar", &bits),
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
                self.note(format!("från {}: status {:04X} har ingen betydelse", radio.issi, status.0))
            }
            StatusClass::NetworkOrUserDefined => {
                match self.tables.code(&radio.organisation, status.0).map(str::to_owned) {
                    Some(code) => self.code(radio, &code, now_ms),
                    None => {
                        let (issi, organisation) = (radio.issi, &radio.organisation);
                        self.note(format!("från {issi}: status {:04X} står inte i {organisation}s tabell", status.0));
                    }
                }
            }
        }
    }

    /// One of the organisation's own codes. One that acknowledges is for the newest alarm that waits, and for no other.
    fn code(&mut self, radio: &Radio, code: &str, now_ms: i64) {
        let waiting = self.picture.waiting_for(&radio.unit);
        let ids: Vec<String> = waiting.iter().map(|(_, alarm)| alarm.id.clone()).collect();
        let acknowledges = self.tables.acknowledges(&radio.organisation, code);
        let newest =
            waiting.first().filter(|_| acknowledges).map(|(incident, alarm)| (incident.id.clone(), alarm.id.clone()));
        let incident = match &newest {
            Some((incident, _)) => Some(incident.clone()),
            None => self.current_of(&radio.unit),
        };
        let key = (radio.unit.clone(), code.to_owned());
        if let Some(before) = self.pressed.get(&key).filter(|before| now_ms - before.at_ms <= REPEATED_MS) {
            // The radio said it again. The hub has answered the first meanwhile, so that another alarm may be the newest now: that is
            // not what was pressed, unless it came after.
            let known = newest.as_ref().is_none_or(|(_, alarm)| before.waiting.contains(alarm));
            if before.incident == incident || known {
                return;
            }
        }
        self.pressed.insert(key, Pressed { at_ms: now_ms, incident: incident.clone(), waiting: ids });
        let Some(incident) = incident else {
            let state = pb::ReportUnitState { code: Some(code.to_owned()), ..pb::ReportUnitState::default() };
            self.command(&radio.unit, None, Body::ReportUnitState(state), now_ms);
            return;
        };
        let alarm = newest.map(|(_, alarm)| alarm);
        if alarm.is_some() {
            self.answered.insert(radio.unit.clone(), incident.clone());
        }
        let others: Vec<String> = match &alarm {
            Some(answered) => self.others_waiting(&radio.unit, answered),
            None => Vec::new(),
        };
        let status =
            pb::ReportUnitStatus { code: Some(code.to_owned()), alarm_id: alarm, ..pb::ReportUnitStatus::default() };
        self.command(&radio.unit, Some(&incident), Body::ReportUnitStatus(status), now_ms);
        for other in others {
            self.flag(radio, &incident, &other, now_ms);
        }
    }

    /// The incident that a unit is on, as the hub says or as the unit itself has said over the radio.
    fn current_of(&self, unit: &str) -> Option<String> {
        let told = self.picture.current_of(unit).map(|incident| incident.id.clone());
        let open = |id: &&String| self.picture.incident(id).is_none_or(|incident| !incident.is_over());
        told.or_else(|| self.answered.get(unit).filter(open).cloned())
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
        let Some((text, note)) = self
            .picture
            .incident(other)
            .zip(self.picture.incident(answered))
            .map(|(waits, is)| (wording::still_waiting(waits), wording::waiting_note(is)))
        else {
            return;
        };
        self.text(radio.issi, &text, true, None);
        let note = pb::AddNote { note: Some(note), shared_text: None };
        self.command(&radio.unit, Some(other), Body::AddNote(note), now_ms);
    }

    pub(super) fn emergency(&mut self, radio: &Radio, location: Option<pb::GeoPoint>, now_ms: i64) {
        // One distress at a time; a radio says it again and again until it is heard.
        if self.picture.emergency_of(&radio.unit).is_some() {
            return;
        }
        let key = (radio.unit.clone(), String::new());
        if self.pressed.get(&key).is_some_and(|before| now_ms - before.at_ms <= REPEATED_MS) {
            return;
        }
        let incident = self.current_of(&radio.unit);
        self.pressed.insert(key, Pressed { at_ms: now_ms, incident: incident.clone(), waiting: Vec::new() });
        if location.is_none() {
            self.radio(radio.issi, Service::Type4, Request::Immediate(ReportType::Short).to_sds());
        }
        let raise = pb::RaiseEmergency { location, ..pb::RaiseEmergency::default() };
        self.command(&radio.unit, incident.as_deref(), Body::RaiseEmergency(raise), now_ms);
    }

    fn report(&mut self, radio: &Radio, delivery_status: u8, reference: u8, now_ms: i64) {
        let Some(at) = self.reports.iter().position(|(key, _)| *key == (radio.issi, reference)) else { return };
        let step = match (Delivery::of(delivery_status), delivery_status) {
            (Delivery::Success, 0x02 | 0x03) => pb::ReceiptStep::Displayed,
            (Delivery::Success, 0x00 | 0x01) => pb::ReceiptStep::Delivered,
            (Delivery::Failed, status) => {
                self.note(format!("till {}: kom inte fram, leveransstatus {status:02X}", radio.issi));
                if let Some((_, told)) = self.reports.remove(at) {
                    self.tell_again(told, now_ms);
                }
                return;
            }
            _ => return,
        };
        let Some((_, told)) = self.reports.get(at) else { return };
        let notice = pb::ReceiptNotice {
            step: Some(step.into()),
            unit_id: Some(told.unit.clone()),
            incident_id: Some(told.incident.clone()),
            alarm_id: Some(told.alarm.clone()),
            ..pb::ReceiptNotice::default()
        };
        self.out.push_back(Out::Frame(Box::new(ToHub::Receipt(notice))));
        if step == pb::ReceiptStep::Displayed {
            self.reports.remove(at);
        }
    }

    fn text_part(
        &mut self,
        radio: &Radio,
        received: &Received,
        transfer: Option<&Transfer>,
        pid: u8,
        message: &TextMessage,
        now_ms: i64,
    ) {
        let Some(says) = message.text.says.clone() else {
            self.not_understood(radio, "textens kodning", &message.text.raw);
            return;
        };
        let says = match message.part {
            None => says,
            Some(part) => {
                let whole = self.joiner.take(
                    (radio.issi, pid, part.reference),
                    part.total,
                    part.sequence,
                    says.into_bytes(),
                    now_ms,
                );
                match whole {
                    Some(octets) => String::from_utf8_lossy(&octets).into_owned(),
                    None => return,
                }
            }
        };
        let command = self.text_in(radio, received.called, says, now_ms);
        // A group is never reported to: a hundred radios would be.
        let own = received.called == Some(self.settings.egen_issi) || received.called.is_none();
        let Some(transfer) = transfer.filter(|_| own) else { return };
        let wanted = transfer.delivery_report;
        let awaited = Awaited {
            issi: radio.issi,
            pid,
            message_reference: transfer.message_reference,
            only_standard_report: transfer.only_standard_report,
        };
        if matches!(wanted, DeliveryReport::Received | DeliveryReport::Both) {
            self.delivered(awaited, 0x00);
        }
        if matches!(wanted, DeliveryReport::Consumed | DeliveryReport::Both)
            && let Some(command) = command
        {
            keep(&mut self.texts, (command, awaited), super::REPORTS_MAX);
        }
    }

    /// To a talkgroup, or to the incident that the unit is on.
    fn text_in(&mut self, radio: &Radio, called: Option<u32>, says: String, now_ms: i64) -> Option<String> {
        if let Some(talkgroup) = called.and_then(|gssi| self.tables.talkgroup(gssi)).map(str::to_owned) {
            let (unit, text) = (radio.unit.clone(), says.clone());
            let send = pb::SendMessage {
                talkgroup_id: Some(talkgroup.clone()),
                text: Some(says),
                ..pb::SendMessage::default()
            };
            let command = self.command(&radio.unit, None, Body::SendMessage(send), now_ms);
            let brought = Brought { command: command.clone(), unit, talkgroup, text };
            keep(&mut self.brought, brought, super::REPORTS_MAX);
            return Some(command);
        }
        if let Some(group) = called.filter(|called| *called != self.settings.egen_issi) {
            self.note(format!("från {} till {group}: ingen talgrupp vars texter passerar här", radio.issi));
            return None;
        }
        let incident = self.current_of(&radio.unit);
        match incident {
            Some(incident) => {
                let note = pb::AddNote { note: Some(says), shared_text: None };
                Some(self.command(&radio.unit, Some(&incident), Body::AddNote(note), now_ms))
            }
            None => {
                self.text(radio.issi, wording::NO_PLACE_FOR_TEXT, false, None);
                self.note(format!("från {}: en text utan händelse fördes inte in", radio.issi));
                None
            }
        }
    }

    fn delivered(&mut self, to: Awaited, delivery_status: u8) {
        if to.only_standard_report {
            let message_reference = to.message_reference;
            let report = Report { ack_required: false, delivery_status, message_reference, storage: None };
            self.radio(to.issi, Service::Type4, report.to_sds(to.pid));
        } else {
            let short = if delivery_status == 0x00 { SHORT_RECEIVED } else { SHORT_CONSUMED };
            self.short_report(to.issi, short, to.message_reference);
        }
    }

    fn short_report(&mut self, issi: u32, report: u8, message_reference: u8) {
        let status = Status::short_report(report, message_reference);
        self.radio(issi, Service::Status, BitString::from_octets(&status.0.to_be_bytes()));
    }

    /// The hub has taken a text, or has not.
    pub(super) fn text_answered(&mut self, command: &str, taken: bool) {
        let Some(at) = self.texts.iter().position(|(id, _)| id == command) else { return };
        if let Some((_, awaited)) = self.texts.remove(at).filter(|_| taken) {
            self.delivered(awaited, 0x02);
        }
    }

    pub(super) fn radio(&mut self, to: u32, service: Service, bits: BitString) {
        self.tag += 1;
        self.out.push_back(Out::Radio(Outgoing { tag: self.tag, service, to, bits }));
    }
}

/// A status of distress, or a position that says so.
fn is_emergency(message: &Sds) -> bool {
    match message {
        Sds::Status(status) => status.class() == StatusClass::Emergency,
        Sds::Type4(message) => match &message.content {
            Content::Bare(Payload::Lip(lip)) | Content::Transfer(_, Payload::Lip(lip)) => {
                lip.reason() == Some(crate::tetra::lip::reason::EMERGENCY)
            }
            _ => false,
        },
        Sds::UserDefined { .. } => false,
    }
}
