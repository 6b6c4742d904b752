//! Texts, both ways: on talkgroups, and to the gateway's own number.

use std::collections::VecDeque;

use samband_proto::v1::{self as pb, command::Body};

use super::{FRESH_MS, Out, REMEMBERED_MAX, Translation, telling::STALE_MS};
use crate::{
    bits::BitString,
    hub::keep,
    tetra::{
        pei::{Outgoing, Priority, Received},
        sds::{DeliveryReport, Report, Service, Status, TextMessage, Transfer},
        tables::Radio,
        wording,
    },
};

/// A short report says received or consumed.
pub(super) const SHORT_RECEIVED: u8 = 2;
pub(super) const SHORT_CONSUMED: u8 = 3;

/// A text that came from a radio: it does not go out again as the hub's.
struct Brought {
    command: String,
    unit: String,
    talkgroup: String,
    text: String,
}

/// A text whose reader wants to know when it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Awaited {
    issi: u32,
    pid: u8,
    message_reference: u8,
    only_standard_report: bool,
}

/// Texts under way.
#[derive(Default)]
pub(super) struct Texts {
    /// Those that wait for the hub's answer, to report them consumed: by command.
    awaited: VecDeque<(String, Awaited)>,
    brought: VecDeque<Brought>,
}

impl Translation {
    /// A command of before a restart that the hub has not answered: a text in it came from a radio.
    pub fn said_before(&mut self, command: &pb::Command) {
        if let (Some(Body::SendMessage(send)), Some(unit)) = (&command.body, &command.for_unit) {
            let brought = Brought {
                command: command.command_id().to_owned(),
                unit: unit.clone(),
                talkgroup: send.talkgroup_id().to_owned(),
                text: send.text().to_owned(),
            };
            keep(&mut self.texts.brought, brought, REMEMBERED_MAX);
        }
    }

    /// A text came, or a part of one.
    pub(super) fn text_part(
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
                let key = (radio.issi, pid, part.reference);
                match self.joiner.take(key, part.total, part.sequence, says.into_bytes(), now_ms) {
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
            self.delivered(awaited, 0x00, now_ms);
        }
        if matches!(wanted, DeliveryReport::Consumed | DeliveryReport::Both)
            && let Some(command) = command
        {
            keep(&mut self.texts.awaited, (command, awaited), REMEMBERED_MAX);
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
            self.crew_said(&command, radio.issi, wording::TEXT);
            let brought = Brought { command: command.clone(), unit, talkgroup, text };
            keep(&mut self.texts.brought, brought, REMEMBERED_MAX);
            return Some(command);
        }
        if let Some(group) = called.filter(|called| *called != self.settings.egen_issi) {
            self.note(format!("från {} till {group}: ingen talgrupp vars texter passerar här", radio.issi));
            return None;
        }
        let Some(incident) = self.current_of(&radio.unit) else {
            self.text(radio.issi, wording::NO_PLACE_FOR_TEXT, false, Priority::Usual, now_ms);
            self.note(format!("från {}: en text utan händelse fördes inte in", radio.issi));
            return None;
        };
        let note = pb::AddNote { note: Some(says), shared_text: None };
        let command = self.command(&radio.unit, Some(&incident), Body::AddNote(note), now_ms);
        self.crew_said(&command, radio.issi, wording::TEXT);
        Some(command)
    }

    fn delivered(&mut self, to: Awaited, delivery_status: u8, now_ms: i64) {
        if to.only_standard_report {
            let message_reference = to.message_reference;
            let report = Report { ack_required: false, delivery_status, message_reference, storage: None };
            self.radio(to.issi, Service::Type4, report.to_sds(to.pid), Priority::Usual, now_ms);
        } else {
            let short = if delivery_status == 0x00 { SHORT_RECEIVED } else { SHORT_CONSUMED };
            let status = Status::short_report(short, to.message_reference);
            let bits = BitString::from_octets(&status.0.to_be_bytes());
            self.radio(to.issi, Service::Status, bits, Priority::Usual, now_ms);
        }
    }

    /// The hub has taken a text, or has not.
    pub(super) fn text_answered(&mut self, command: &str, taken: bool, now_ms: i64) {
        if !taken {
            self.texts.brought.retain(|brought| brought.command != command);
        }
        let Some(at) = self.texts.awaited.iter().position(|(id, _)| id == command) else { return };
        if let Some((_, awaited)) = self.texts.awaited.remove(at).filter(|_| taken) {
            self.delivered(awaited, 0x02, now_ms);
        }
    }

    /// A text on a talkgroup goes to the group, unless it came from there.
    pub(super) fn message(&mut self, envelope: &pb::Envelope, sent: &pb::MessageSent, now_ms: i64) {
        let Some(gssi) = self.tables.gssi(envelope.talkgroup_id()) else { return };
        let author = envelope.author.as_ref().and_then(|author| author.unit.as_ref());
        let from_radio = self.texts.brought.iter().position(|brought| {
            // Where the sender is not shown, group and words tell.
            author.is_none_or(|unit| unit.unit_id() == brought.unit)
                && brought.talkgroup == envelope.talkgroup_id()
                && brought.text == sent.text()
        });
        if let Some(at) = from_radio {
            self.texts.brought.remove(at);
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
        let text = wording::exercise_if(envelope.exercise(), text);
        let immediate = sent.priority() != pb::MessagePriority::Routine;
        let priority = if immediate { Priority::Urgent } else { Priority::Usual };
        self.text(gssi, &text, immediate, priority, now_ms);
    }

    /// A text to a radio or group, cut to what a message holds.
    pub(super) fn text(&mut self, to: u32, text: &str, immediate: bool, priority: Priority, now_ms: i64) {
        let reference = self.next_reference(now_ms);
        let fitted = wording::fit(text, self.longest_bits);
        let bits = TextMessage::to_sds(&fitted, reference, DeliveryReport::None, immediate);
        self.radio(to, Service::Type4, bits, priority, now_ms);
    }

    /// A text on which the radio is to report: its reference, and the tag of the message. It is not left in the radio's queue for long.
    pub(super) fn text_to_crew(&mut self, to: u32, text: &str, now_ms: i64) -> (u8, u64) {
        let reference = self.next_reference(now_ms);
        let fitted = wording::fit(text, self.longest_bits);
        let bits = TextMessage::to_sds(&fitted, reference, DeliveryReport::Both, true);
        self.send(to, Service::Type4, bits, Priority::Urgent, now_ms + STALE_MS);
        (reference, self.tag)
    }

    fn next_reference(&mut self, now_ms: i64) -> u8 {
        let by_clock = u8::try_from((now_ms / 1_000).rem_euclid(256)).unwrap_or(0);
        let reference = self.reference.map_or(by_clock, |last| last.wrapping_add(1));
        self.reference = Some(reference);
        reference
    }

    pub(super) fn radio(&mut self, to: u32, service: Service, bits: BitString, priority: Priority, now_ms: i64) {
        let from_ms = if self.from_held.is_some() { self.latest_ms } else { now_ms };
        self.send(to, service, bits, priority, from_ms + FRESH_MS);
    }

    fn send(&mut self, to: u32, service: Service, bits: BitString, priority: Priority, until_ms: i64) {
        self.tag += 1;
        self.out.push_back(Out::Radio(Outgoing { tag: self.tag, service, to, bits, priority, until_ms }));
    }
}
