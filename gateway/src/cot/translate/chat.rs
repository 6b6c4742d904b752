//! GeoChat: rooms are talkgroups; a text from a client is its unit's, a text on a talkgroup goes to the room, and receipts both ways.

use std::collections::VecDeque;

use samband_proto::v1::{self as pb, ReceiptStep, client_frame::Frame as ToHub, command::Body};

use super::{ClientId, Event, FRESH_MS, REMEMBERED_MAX, To, Translation};
use crate::{
    cot::{
        Point,
        make::{Draft, OURS},
        tables::{ALL_ROOMS, Room},
    },
    hub::keep,
    picture::millis,
    xml::Element,
};

/// What we are called in a chat.
const NAME: &str = "Samband";
/// A text holds for a day, as ATAK has it.
const TEXT_LASTS_MS: i64 = 86_400_000;

/// A text that came from a client.
struct Brought {
    command: String,
    client: ClientId,
    unit: String,
    talkgroup: String,
    text: String,
    theirs: Theirs,
    echoed: bool,
}

/// How the client knows its text.
#[derive(Clone)]
struct Theirs {
    id: String,
    room: String,
    room_id: String,
}

/// A text of ours that clients report on.
#[derive(Clone)]
pub(super) enum Ours {
    /// On a talkgroup.
    Text { talkgroup: String },
    /// An alarm, told to one unit.
    Alarm { incident: String, alarm: String },
}

/// Texts under way.
#[derive(Default)]
pub(super) struct Chats {
    brought: VecDeque<Brought>,
    /// Texts from clients that the hub has taken: by the hub's id.
    taken: VecDeque<(String, ClientId, Theirs)>,
    /// Texts to clients, by the id they carry there.
    pub(super) ours: VecDeque<(String, Ours)>,
    seen: VecDeque<String>,
}

/// A text in a room, or to one.
struct Line<'a> {
    id: &'a str,
    from_uid: &'a str,
    from: &'a str,
    room: &'a str,
    room_id: &'a str,
    text: &'a str,
    at_ms: i64,
}

impl Line<'_> {
    fn draft(&self) -> Draft {
        let Self { id, from_uid, from, room, room_id, text, at_ms } = *self;
        let group = Element::new("chatgrp").with("uid0", from_uid).with("uid1", room_id).with("id", room_id);
        let chat = Element::new("__chat")
            .with("parent", "RootContactGroup")
            .with("groupOwner", "false")
            .with("messageId", id)
            .with("chatroom", room)
            .with("id", room_id)
            .with("senderCallsign", from)
            .with_child(group);
        let link = Element::new("link").with("uid", from_uid).with("type", "a-f-G-U-i").with("relation", "p-p");
        let time = jiff::Timestamp::from_millisecond(at_ms).map(|at| format!("{at:.3}")).unwrap_or_default();
        let remarks = Element::new("remarks")
            .with("source", format!("BAO.F.ATAK.{from_uid}"))
            .with("to", room_id)
            .with("time", time)
            .with_text(text);
        let draft = Draft::new(format!("GeoChat.{from_uid}.{room_id}.{id}"), "b-t-f", "h-g-i-g-o");
        Draft { lasts_ms: TEXT_LASTS_MS, point: Point::NONE, ..draft }.with(chat).with(link).with(remarks)
    }
}

impl Translation {
    /// Tells one client something, as ourselves; the id of the text.
    pub(super) fn say(&mut self, client: ClientId, text: &str, now_ms: i64) -> String {
        let id = (self.ids)();
        let Some(held) = self.clients.get(&client) else { return id };
        let room = held.callsign.as_deref().unwrap_or(NAME);
        let room_id = held.device.as_deref().unwrap_or(ALL_ROOMS);
        let line = Line { id: &id, from_uid: OURS, from: NAME, room, room_id, text, at_ms: now_ms };
        let draft = line.draft();
        self.send_draft(To::Only(vec![client]), &draft, now_ms);
        id
    }

    /// Tells one client something; another server is not talked to, since nobody in particular would read it.
    pub(super) fn say_unless_peer(&mut self, client: ClientId, text: &str, now_ms: i64) {
        if self.clients.contains_key(&client) && !self.is_peer(client) {
            self.say(client, text, now_ms);
        }
    }

    /// Tells all clients something, as ourselves.
    pub(super) fn say_to_all(&mut self, text: &str, now_ms: i64) {
        let id = (self.ids)();
        let (room, room_id) = (ALL_ROOMS, ALL_ROOMS);
        let draft = Line { id: &id, from_uid: OURS, from: NAME, room, room_id, text, at_ms: now_ms }.draft();
        self.send_draft(To::AllBut(Vec::new()), &draft, now_ms);
    }

    /// A client has written something.
    pub(super) fn chat_said(&mut self, client: ClientId, event: &Event, now_ms: i64) {
        let text = event.detail("remarks").map(|remarks| remarks.text.trim().to_owned()).unwrap_or_default();
        let chat = event.detail("__chat");
        let attribute = |name: &str| chat.and_then(|chat| chat.attribute(name)).unwrap_or_default().to_owned();
        let (room, room_id) = (attribute("chatroom"), attribute("id"));
        if text.is_empty() {
            return;
        }
        let to_all = [&room, &room_id].into_iter().any(|name| name.eq_ignore_ascii_case(ALL_ROOMS));
        let talkgroup = if to_all {
            self.settings.alla_rum.as_deref().and_then(|id| self.tables.room(id))
        } else {
            [&room_id, &room].into_iter().find_map(|name| self.tables.room_named(name))
        };
        let Some(talkgroup) = talkgroup.map(|room| room.talkgroup.clone()) else {
            return self.chat_to_people(client, event, to_all, now_ms);
        };
        let Some(unit) = self.speaker(client, event) else {
            let text = "EJ SÄNT: klienten är ingen enhet som Samband känner. Den kan bara läsa.";
            self.say_unless_peer(client, text, now_ms);
            return;
        };
        let id = Some(attribute("messageId")).filter(|id| !id.is_empty());
        let theirs = Theirs { id: id.unwrap_or_else(|| event.uid.clone()), room, room_id };
        // Said again by a device that has not heard that it came through.
        let again = |held: &Brought| held.client == client && held.theirs.id == theirs.id;
        if self.chats.brought.iter().any(again) || self.chats.taken.iter().any(|held| held.2.id == theirs.id) {
            return;
        }
        let send = pb::SendMessage {
            talkgroup_id: Some(talkgroup.clone()),
            text: Some(text.clone()),
            ..pb::SendMessage::default()
        };
        let command = self.command(&unit.id, None, Body::SendMessage(send), now_ms);
        let brought = Brought { command, client, unit: unit.id, talkgroup, text, theirs, echoed: false };
        keep(&mut self.chats.brought, brought, REMEMBERED_MAX);
        if !self.hub_up {
            self.say_unless_peer(client, "Navet nås inte: texten sänds när det är tillbaka. Använd Rakel.", now_ms);
        }
    }

    /// To one person here, which never was the hub's business; anything else comes back with the reason.
    fn chat_to_people(&mut self, client: ClientId, event: &Event, to_all: bool, now_ms: i64) {
        if self.is_peer(client) {
            return;
        }
        let chat = event.detail("__chat");
        let group = chat.and_then(|chat| chat.child("chatgrp"));
        let named: Vec<&str> = match event.destinations() {
            dests if dests.is_empty() => {
                let other = |name: &str| group.and_then(|group| group.attribute(name));
                [
                    chat.and_then(|chat| chat.attribute("id")),
                    other("uid1"),
                    chat.and_then(|chat| chat.attribute("chatroom")),
                ]
                .into_iter()
                .flatten()
                .collect()
            }
            dests => dests.into_iter().map(|(_, name)| name).collect(),
        };
        let mut to: Vec<ClientId> = named.iter().flat_map(|name| self.behind(name)).collect();
        to.retain(|one| *one != client && !self.is_peer(*one));
        to.sort_unstable();
        to.dedup();
        if !to_all && !to.is_empty() {
            return self.send(To::Only(to), event.clone());
        }
        let rooms: Vec<&str> = self.tables.rooms().iter().map(|room| room.name.as_str()).collect();
        let text = format!("EJ SÄNT: mottagaren nås inte härifrån. Skriv i en talgrupp: {}", rooms.join(", "));
        self.say(client, &text, now_ms);
    }

    /// The hub has taken a text.
    pub(super) fn chat_taken(&mut self, command: &str, message: &str) {
        let Some(at) = self.chats.brought.iter().position(|one| one.command == command) else { return };
        let Some(one) = self.chats.brought.get(at) else { return };
        keep(&mut self.chats.taken, (message.to_owned(), one.client, one.theirs.clone()), REMEMBERED_MAX);
        if one.echoed {
            self.chats.brought.remove(at);
        }
    }

    /// The hub has refused a text.
    pub(super) fn chat_refused(&mut self, command: &str, code: &str, now_ms: i64) {
        let Some(at) = self.chats.brought.iter().position(|one| one.command == command) else { return };
        if let Some(one) = self.chats.brought.remove(at) {
            let text = format!("EJ SÄNT: navet avvisade texten ({code}). Använd Rakel.");
            self.say_unless_peer(one.client, &text, now_ms);
        }
    }

    /// A text on a talkgroup: to everybody but whoever wrote it here.
    pub(super) fn message_sent(&mut self, envelope: &pb::Envelope, sent: &pb::MessageSent, now_ms: i64) {
        let message = sent.message_id();
        let seen = self.chats.seen.iter().any(|id| id == message);
        let Some(room) = self.tables.room(envelope.talkgroup_id()).cloned().filter(|_| !seen) else { return };
        keep(&mut self.chats.seen, message.to_owned(), REMEMBERED_MAX);
        let author = envelope.author.as_ref();
        let unit = author.and_then(|author| author.unit.as_ref());
        let writer = self.wrote(message, &room, unit.map(|unit| unit.unit_id()), sent.text());
        // What was written while the session was lost comes late; what is older was read, or is asked for elsewhere.
        let written_ms = envelope.hub_time.as_ref().map_or(now_ms, |at| millis(at) - self.ahead_ms);
        let from_ms = self.missed_since_ms.map_or(now_ms - FRESH_MS, |lost_ms| lost_ms.min(now_ms - FRESH_MS));
        if written_ms < from_ms || sent.text().is_empty() {
            return;
        }
        let from = match (unit, author) {
            (Some(unit), _) if !unit.call_sign().is_empty() => unit.call_sign(),
            (_, Some(author)) => author.organisation(),
            _ => NAME,
        };
        let from_uid = match unit {
            Some(unit) => self.uid_of(unit.unit_id()).0,
            None => format!("{OURS}-{from}"),
        };
        let all = self.settings.alla_rum.as_ref() == Some(&room.talkgroup);
        let (name, id) = if all { (ALL_ROOMS, ALL_ROOMS) } else { (room.name.as_str(), room.talkgroup.as_str()) };
        let urgent = sent.priority() == pb::MessagePriority::Emergency;
        let text = if urgent { format!("NÖD: {}", sent.text()) } else { sent.text().to_owned() };
        let at_ms = envelope.hub_time.as_ref().map_or(now_ms, millis);
        let line = Line { id: message, from_uid: &from_uid, from, room: name, room_id: id, text: &text, at_ms };
        let draft = Draft { exercise: room.exercise || envelope.exercise(), ..line.draft() };
        let ours = Ours::Text { talkgroup: room.talkgroup.clone() };
        keep(&mut self.chats.ours, (message.to_owned(), ours), REMEMBERED_MAX);
        self.send_draft(To::AllBut(writer.into_iter().collect()), &draft, now_ms);
    }

    /// The client that a text came from.
    fn wrote(&mut self, message: &str, room: &Room, unit: Option<&str>, text: &str) -> Option<ClientId> {
        let by_id = self.chats.taken.iter().find(|(id, ..)| id == message).map(|(_, client, _)| *client);
        let same = |one: &Brought| {
            // Where the sender is not shown, room and words tell.
            !one.echoed
                && unit.is_none_or(|unit| unit == one.unit)
                && one.talkgroup == room.talkgroup
                && one.text == text
        };
        let at = self.chats.brought.iter().position(same)?;
        let one = self.chats.brought.get_mut(at)?;
        one.echoed = true;
        let client = one.client;
        if by_id.is_some() {
            self.chats.brought.remove(at);
        }
        by_id.or(Some(client))
    }

    /// Devices have a text that a client wrote: it is told, as by a friend's client.
    pub(super) fn message_receipts(&mut self, gathered: &pb::MessageReceipts, now_ms: i64) {
        for receipt in &gathered.receipts {
            let kind = match receipt.step() {
                ReceiptStep::Delivered => "b-t-f-d",
                ReceiptStep::Displayed => "b-t-f-r",
                ReceiptStep::Unspecified => continue,
            };
            let held = self.chats.taken.iter().find(|(id, ..)| id == receipt.message_id());
            let Some((_, client, theirs)) = held.cloned() else { continue };
            let unit = receipt.unit.as_ref();
            let uid = unit.map_or_else(|| OURS.to_owned(), |unit| self.uid_of(unit.unit_id()).0);
            let name = unit.map(|unit| unit.call_sign()).filter(|name| !name.is_empty()).unwrap_or(NAME);
            let group = Element::new("chatgrp").with("uid0", &uid).with("uid1", &theirs.room_id);
            let said = Element::new("__chatreceipt")
                .with("parent", "RootContactGroup")
                .with("groupOwner", "false")
                .with("messageId", &theirs.id)
                .with("chatroom", &theirs.room)
                .with("id", &theirs.room_id)
                .with("senderCallsign", name)
                .with_child(group.with("id", &theirs.room_id));
            let link = Element::new("link").with("uid", &uid).with("type", "a-f-G-U-i").with("relation", "p-p");
            let draft = Draft { lasts_ms: TEXT_LASTS_MS, ..Draft::new(&theirs.id, kind, "h-g-i-g-o") };
            self.send_draft(To::Only(vec![client]), &draft.with(said).with(link), now_ms);
        }
    }

    /// A client has received, or shown, a text of ours; or one of another client, to which it goes.
    pub(super) fn receipt_said(&mut self, client: ClientId, event: &Event) {
        let said = ["__chatreceipt", "__chat"].into_iter().find_map(|name| event.detail(name)?.attribute("messageId"));
        let message = said.unwrap_or(&event.uid);
        let ours = self.chats.ours.iter().rev().find(|(id, _)| id == message).map(|(_, ours)| ours.clone());
        let Some(ours) = ours else { return self.relay_receipt(client, event) };
        let Some(unit) = self.speaker(client, event).or_else(|| self.unit_of(client).cloned()) else { return };
        let step = if event.kind == "b-t-f-r" { ReceiptStep::Displayed } else { ReceiptStep::Delivered };
        let mut notice =
            pb::ReceiptNotice { step: Some(step.into()), unit_id: Some(unit.id), ..pb::ReceiptNotice::default() };
        match ours {
            Ours::Text { talkgroup } => {
                (notice.talkgroup_id, notice.message_id) = (Some(talkgroup), Some(message.to_owned()));
            }
            Ours::Alarm { incident, alarm } => {
                self.alarm_reported(&alarm, notice.unit_id());
                (notice.incident_id, notice.alarm_id) = (Some(incident), Some(alarm));
            }
        }
        self.frame(ToHub::Receipt(notice));
    }

    /// Only to whom it names: a receipt is nobody else's.
    fn relay_receipt(&mut self, client: ClientId, event: &Event) {
        if !event.destinations().is_empty() {
            self.relay(client, event);
        }
    }
}
