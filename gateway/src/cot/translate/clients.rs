//! Who is connected, and for whom each may speak.

use std::fmt;

use super::{Event, To, Translation};
use crate::cot::{make::OURS, tables::Unit};

/// A connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClientId(pub u64);

/// How a client is known.
#[derive(Clone, PartialEq, Eq)]
pub enum Identity {
    /// By the name in its certificate (CN): a unit's id, or something else.
    Certificate(String),
    /// By what it calls itself: only where a connection is trusted for another reason.
    Plain,
    /// Another TAK server, behind which are many.
    Peer,
}

impl fmt::Debug for Identity {
    /// Which kind: a name in a certificate may be a person's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Certificate(_) => "Certificate",
            Self::Plain => "Plain",
            Self::Peer => "Peer",
        })
    }
}

/// A device says where it is, or pings, more often than this; a connection that is silent for longer may be dead. Milliseconds.
const GONE_SILENT_MS: i64 = 30_000;

/// A client.
pub(super) struct Client {
    identity: Identity,
    /// What its own position goes under.
    pub(super) device: Option<String>,
    pub(super) callsign: Option<String>,
    /// The unit that it has called itself.
    claimed: Option<String>,
    /// The log has it that it is nobody's.
    noted: bool,
    /// When it last sent anything.
    pub(super) heard_ms: i64,
}

impl Translation {
    /// A client has connected: it gets all that is shown.
    pub fn client_up(&mut self, client: ClientId, identity: Identity, now_ms: i64) {
        let new = Client { identity, device: None, callsign: None, claimed: None, noted: false, heard_ms: now_ms };
        self.clients.insert(client, new);
        self.show_all_to(client, now_ms);
        self.arrived(client, true, now_ms);
    }

    /// A client has sent something, if only a ping.
    pub fn client_heard(&mut self, client: ClientId, now_ms: i64) {
        if let Some(held) = self.clients.get_mut(&client) {
            held.heard_ms = now_ms;
        }
    }

    /// A client is gone.
    pub fn client_down(&mut self, client: ClientId, now_ms: i64) {
        let unit = self.unit_of(client).map(|unit| unit.id.clone());
        self.clients.remove(&client);
        if let Some(unit) = unit {
            self.show_unit(&unit, now_ms);
        }
    }

    /// A client is known as a unit: its alarms wait for it.
    fn arrived(&mut self, client: ClientId, new: bool, now_ms: i64) {
        let Some(unit) = self.unit_of(client).cloned() else { return };
        self.show_unit(&unit.id, now_ms);
        if new {
            self.note(format!("klient {}: enhet {}", client.0, unit.id));
            self.alarms_for(client, &unit.id);
        }
    }

    /// The unit that a client is.
    pub(super) fn unit_of(&self, client: ClientId) -> Option<&Unit> {
        let client = self.clients.get(&client)?;
        match &client.identity {
            Identity::Certificate(name) => self.tables.unit(name),
            Identity::Plain => client.claimed.as_deref().and_then(|unit| self.tables.unit(unit)),
            Identity::Peer => None,
        }
    }

    /// Another server, whose clients are not ours to serve.
    pub(super) fn is_peer(&self, client: ClientId) -> bool {
        self.clients.get(&client).is_some_and(|client| client.identity == Identity::Peer)
    }

    /// The unit that an event of a client is said by, if the gateway may say it to the hub.
    pub(super) fn speaker(&mut self, client: ClientId, event: &Event) -> Option<Unit> {
        let named = || names(event).find_map(|name| self.tables.named(name)).cloned();
        let held = self.clients.get(&client)?;
        let unit = match &held.identity {
            Identity::Certificate(_) => self.unit_of(client).cloned(),
            Identity::Plain => named().or_else(|| {
                let own = names(event)
                    .any(|name| Some(name) == held.device.as_deref() || Some(name) == held.callsign.as_deref());
                self.unit_of(client).filter(|_| own).cloned()
            }),
            Identity::Peer => named().filter(|unit| self.settings.granne_talar_for.contains(&unit.id)),
        };
        if unit.is_none() {
            self.nobody(client);
        }
        unit
    }

    /// Said once of each.
    fn nobody(&mut self, client: ClientId) {
        let Some(held) = self.clients.get_mut(&client).filter(|held| !held.noted && self.hub_up) else { return };
        held.noted = true;
        let peer = held.identity == Identity::Peer;
        let who = if peer { "den andra serverns klienter" } else { "ingen enhet som porten talar för" };
        self.note(format!("klient {}: {who} ser på; inget av dem förs till navet", client.0));
    }

    /// A client's own position says under which identity, and as what, it is known. Whether the position is its own.
    pub(super) fn introduces(&mut self, client: ClientId, event: &Event, now_ms: i64) -> bool {
        let named = names(event).find_map(|name| self.tables.named(name)).map(|unit| unit.id.clone());
        let Some(held) = self.clients.get(&client) else { return false };
        if held.identity == Identity::Peer {
            return true;
        }
        // What is put on the map by hand is no position of whoever puts it there.
        let own = !event.how.starts_with("h-g");
        let may_be_device = held.device.is_none() && own && !event.uid.starts_with(OURS);
        let new_device = may_be_device && self.take_over(client, &event.uid, now_ms);
        let Some(held) = self.clients.get_mut(&client) else { return false };
        if new_device {
            held.device = Some(event.uid.clone());
            held.callsign = event.callsign().map(str::to_owned);
        }
        let new_claim = held.identity == Identity::Plain && held.claimed.is_none() && own && named.is_some();
        if new_claim {
            held.claimed.clone_from(&named);
        }
        let is_device = held.device.as_deref() == Some(&event.uid);
        if new_device || new_claim {
            self.arrived(client, new_claim, now_ms);
        }
        let plain = self.clients.get(&client).is_some_and(|held| held.identity == Identity::Plain);
        let is_unit = named.is_some() && (plain || self.unit_of(client).map(|unit| &unit.id) == named.as_ref());
        own && (is_device || is_unit)
    }

    /// Whether a device's identity is to be had: nobody else has it, or the same one has it on a connection from before, which has gone silent.
    /// One with two live connections keeps the first.
    fn take_over(&mut self, client: ClientId, device: &str, now_ms: i64) -> bool {
        let Some(identity) = self.clients.get(&client).map(|held| held.identity.clone()) else { return false };
        let has_it = |id: &ClientId, other: &Client| *id != client && other.device.as_deref() == Some(device);
        let may_be_taken = |other: &Client| other.identity == identity && now_ms - other.heard_ms >= GONE_SILENT_MS;
        let free = self.clients.iter().filter(|(id, other)| has_it(id, other)).all(|(_, other)| may_be_taken(other));
        if free {
            for (_, other) in self.clients.iter_mut().filter(|(id, other)| has_it(id, other)) {
                (other.device, other.callsign, other.claimed) = (None, None, None);
            }
        }
        free
    }

    /// The clients that are a unit.
    pub(super) fn clients_of(&self, unit: &str) -> Vec<ClientId> {
        let is = |client: &ClientId| self.unit_of(*client).is_some_and(|one| one.id == unit);
        self.clients.keys().copied().filter(is).collect()
    }

    /// What a unit goes under: its own device's identity while that is connected, so that its friends see one of it and can write to it.
    pub(super) fn uid_of(&self, unit: &str) -> (String, bool) {
        let device = self.clients_of(unit).into_iter().find_map(|id| self.clients.get(&id)?.device.clone());
        device.map_or_else(|| (format!("{OURS}-unit-{unit}"), false), |device| (device, true))
    }

    /// The clients behind a call sign or identity.
    pub(super) fn behind(&self, name: &str) -> Vec<ClientId> {
        let prefix = format!("{OURS}-unit-");
        let unit = self.tables.named(name.strip_prefix(prefix.as_str()).unwrap_or(name));
        if let Some(unit) = unit {
            return self.clients_of(&unit.id);
        }
        let is = |client: &Client| {
            client.device.as_deref() == Some(name)
                || client.callsign.as_deref().is_some_and(|callsign| callsign.eq_ignore_ascii_case(name))
        };
        self.clients.iter().filter(|(_, client)| is(client)).map(|(id, _)| *id).collect()
    }

    /// All clients of ours but one: never another server, whose clients are not the organisation's.
    pub(super) fn ours_but(&self, client: ClientId) -> To {
        let ours = self.clients.keys().copied().filter(|id| *id != client && !self.is_peer(*id));
        To::Only(ours.collect())
    }
}

/// What an event says of who it is from, the surest first.
fn names(event: &Event) -> impl Iterator<Item = &str> {
    let chat = ["__chat", "__chatreceipt"].into_iter().find_map(|name| event.detail(name));
    let of_chat = chat.into_iter().flat_map(|chat| {
        [chat.attribute("senderCallsign"), chat.child("chatgrp").and_then(|group| group.attribute("uid0"))]
    });
    let distress = event.detail("emergency").map(|emergency| emergency.text.trim());
    let uid = event.uid.strip_suffix("-9-1-1").unwrap_or(&event.uid);
    let callsign = event.callsign().map(|callsign| callsign.strip_suffix("-Alert").unwrap_or(callsign));
    let parent = event.detail.iter().filter(|one| one.name == "link" && one.attribute("relation") == Some("p-p"));
    let parent = parent.filter_map(|link| link.attribute("uid"));
    [Some(uid), callsign].into_iter().chain(of_chat).chain([distress]).flatten().chain(parent)
}
