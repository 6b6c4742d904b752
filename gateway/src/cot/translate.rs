//! What TAK clients say, to the hub; what the hub says, to them. No sockets, no clock, no chance: events, frames, time and ids are
//! arguments.

mod alarms;
mod board;
mod chat;
mod clients;
mod distress;
mod inbound;
mod markers;
mod units;

use std::collections::{BTreeMap, VecDeque};

use samband_proto::v1::{
    self as pb, RefusalCode, client_frame::Frame as ToHub, command::Body, outcome::Result as Answer,
    server_frame::Frame as FromHub,
};

use super::{Event, make::Draft, settings::Settings, tables::Tables};
use crate::{
    hub::{for_unit, may_come_later, name_of},
    picture::{Picture, millis},
};
pub use clients::{ClientId, Identity};

/// Who gets an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum To {
    /// Everybody but these.
    AllBut(Vec<ClientId>),
    /// These.
    Only(Vec<ClientId>),
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Out {
    /// A command that must reach the hub: to be spooled.
    Command(Box<pb::Command>),
    /// A frame that is worth nothing later: a location, a receipt.
    Frame(Box<ToHub>),
    /// An event to clients.
    Event(To, Box<Event>),
    /// For the operator's log: never what somebody said.
    Note(String),
}

/// Makes the ids of commands and messages (UUID version 7).
pub type Ids = Box<dyn FnMut() -> String + Send>;

/// What is over is kept so long, milliseconds.
const OVER_MS: i64 = 3_600_000;
/// The hub is away so long before the clients are told, milliseconds: a short loss is nobody's concern.
const LOST_TOLD_MS: i64 = 30_000;
/// After catching up the map comes in its own time: so long, and it is there whole, milliseconds.
const MAP_ANEW_MS: i64 = 5_000;
/// What happened longer ago is told to no client, but what came while the session was lost. Milliseconds.
const FRESH_MS: i64 = 300_000;
/// Where units are looked for when the deployment says nothing: Sweden.
const GROUND: pb::Area = pb::Area { south: Some(55.0), west: Some(10.5), north: Some(69.1), east: Some(24.2) };
/// The message is kept in memory for its receipts, so many at most.
const REMEMBERED_MAX: usize = 4_096;

/// The translation between TAK and the hub.
pub struct Translation {
    settings: Settings,
    tables: Tables,
    picture: Picture,
    hub_up: bool,
    caught_up: bool,
    /// Milliseconds that the hub's clock is ahead of ours.
    ahead_ms: i64,
    /// When the session was lost the last time.
    missed_since_ms: Option<i64>,
    /// Events of what is sent anew: looked at when it is whole.
    pending: Vec<pb::Event>,
    /// Since when the hub is away, and whether the clients were told.
    lost: Option<(i64, bool)>,
    ids: Ids,
    clients: BTreeMap<ClientId, clients::Client>,
    units: units::Units,
    board: board::Board,
    chats: chat::Chats,
    alarms: alarms::Alarms,
    distress: BTreeMap<String, distress::Raised>,
    /// Distress that units have ended here, by unit: the hub's own word of it comes later.
    ending: BTreeMap<String, String>,
    /// The picture has changed since the markers were made.
    changed: bool,
    /// It is to be shown before the next tick.
    at_once: bool,
    /// When the map has come anew: what is not on it then is taken off.
    sweep_ms: Option<i64>,
    out: VecDeque<Out>,
}

impl Translation {
    /// Before anything is known of the hub.
    #[must_use]
    pub fn new(settings: Settings, ids: Ids) -> Self {
        Self {
            settings,
            tables: Tables::default(),
            picture: Picture::default(),
            hub_up: false,
            caught_up: false,
            ahead_ms: 0,
            missed_since_ms: None,
            pending: Vec::new(),
            lost: None,
            ids,
            clients: BTreeMap::new(),
            units: units::Units::default(),
            board: board::Board::default(),
            chats: chat::Chats::default(),
            alarms: alarms::Alarms::default(),
            distress: BTreeMap::new(),
            ending: BTreeMap::new(),
            changed: false,
            at_once: false,
            sweep_ms: None,
            out: VecDeque::new(),
        }
    }

    /// What is to be done next.
    pub fn next_out(&mut self) -> Option<Out> {
        self.out.pop_front()
    }

    /// The register as it was last known, before a session is open.
    pub fn know(&mut self, organisation: &str, deployment: &pb::Deployment) {
        self.tables = Tables::new(organisation, deployment, &self.settings);
    }

    /// A session is open: everything comes anew.
    pub fn hub_up(&mut self, welcome: &pb::Welcome, deployment: &pb::Deployment, now_ms: i64) {
        self.know(welcome.organisation(), deployment);
        self.ahead_ms = welcome.hub_time.as_ref().map_or(0, |at| millis(at) - now_ms);
        self.picture.begin();
        self.pending.clear();
        self.units.clear();
        (self.hub_up, self.caught_up) = (true, false);
        self.missed_since_ms = self.lost.map(|(since_ms, _)| since_ms).or(self.missed_since_ms);
        if self.lost.take().is_some_and(|(_, told)| told) {
            self.say_to_all("Navet nås igen: kartan är aktuell.", now_ms);
        }
        let follow = pb::Follow {
            all_incidents: Some(true),
            areas: vec![deployment.ground.unwrap_or(GROUND)],
            ..<_>::default()
        };
        self.frame(ToHub::Follow(follow));
        for talkgroup in &self.settings.talgrupper {
            if self.tables.room(talkgroup).is_none() {
                self.out
                    .push_back(Out::Note(format!("tak.toml: talgruppen {talkgroup} finns inte, eller får inte höras")));
            }
        }
        let ids: Vec<String> = self.tables.rooms().iter().map(|room| room.talkgroup.clone()).collect();
        if !ids.is_empty() {
            self.frame(ToHub::Affiliate(pb::Affiliate { talkgroup_ids: ids }));
        }
    }

    /// The session is lost: what is shown grows stale by itself, but distress.
    pub fn hub_down(&mut self, now_ms: i64) {
        (self.hub_up, self.caught_up) = (false, false);
        self.lost.get_or_insert((now_ms, false));
    }

    /// A frame came from the hub.
    pub fn from_hub(&mut self, frame: &FromHub, now_ms: i64) {
        self.picture.take(frame);
        match frame {
            FromHub::Update(pb::Update { event: Some(event) }) => {
                let incident = event.envelope.as_ref().map_or("", |envelope| envelope.incident_id());
                if self.caught_up && self.picture.is_whole(incident) {
                    self.changed = true;
                    self.event(event, now_ms);
                } else {
                    self.pending.push(event.clone());
                }
            }
            FromHub::Checkpoint(_) if self.caught_up => self.look_at_pending(now_ms),
            FromHub::CaughtUp(_) => {
                self.caught_up = true;
                self.sweep_ms = Some(now_ms + MAP_ANEW_MS);
                self.alarms_outstanding();
                self.look_at_pending(now_ms);
            }
            FromHub::Map(map) => self.map(map, now_ms),
            FromHub::Outcome(outcome) => self.outcome(outcome, now_ms),
            FromHub::LinkState(state) => {
                self.ahead_ms = state.hub_time.as_ref().map_or(self.ahead_ms, |at| millis(at) - now_ms);
            }
            _ => {}
        }
        if std::mem::take(&mut self.at_once) && self.caught_up {
            self.show_picture(now_ms);
        }
    }

    fn look_at_pending(&mut self, now_ms: i64) {
        self.changed = true;
        for event in std::mem::take(&mut self.pending) {
            self.event(&event, now_ms);
        }
    }

    fn event(&mut self, event: &pb::Event, now_ms: i64) {
        let (Some(envelope), Some(body)) = (&event.envelope, &event.body) else { return };
        match body {
            pb::event::Body::MessageSent(sent) => self.message_sent(envelope, sent, now_ms),
            pb::event::Body::MessageReceipts(gathered) => self.message_receipts(gathered, now_ms),
            // Distress waits for no tick.
            pb::event::Body::EmergencyRaised(_) | pb::event::Body::EmergencyCancelled(_) => self.at_once = true,
            body => self.alarm_event(envelope, body, now_ms),
        }
    }

    /// Time goes on: what has changed is shown, what would go stale is shown again, what is over is let go.
    pub fn tick(&mut self, now_ms: i64) {
        self.tell_alarms(now_ms);
        if self.caught_up && std::mem::take(&mut self.changed) {
            self.show_picture(now_ms);
        }
        if self.caught_up && self.sweep_ms.is_some_and(|at| now_ms >= at) {
            self.sweep_ms = None;
            self.board_units(now_ms);
        }
        self.show_again(now_ms);
        self.distress_over(now_ms);
        self.picture.forget_closed(now_ms - OVER_MS);
        if let Some((since, told)) = &mut self.lost
            && !*told
            && now_ms - *since >= LOST_TOLD_MS
        {
            *told = true;
            self.say_to_all(
                "Navet nås inte: det ni ser blir gammalt, det ni skriver når ingen än. Använd Rakel.",
                now_ms,
            );
        }
    }

    /// What goes on, for a gateway's own display and tests.
    #[must_use]
    pub fn picture(&self) -> &Picture {
        &self.picture
    }

    fn outcome(&mut self, outcome: &pb::Outcome, now_ms: i64) {
        let id = outcome.command_id();
        match &outcome.result {
            Some(Answer::Accepted(accepted)) => {
                self.chat_taken(id, accepted.message_id());
                self.distress_answered(id, None, now_ms);
            }
            Some(Answer::Refused(refused)) if !may_come_later(refused.code()) => {
                let code = name_of(refused.code());
                self.chat_refused(id, code, now_ms);
                self.distress_answered(id, Some(code), now_ms);
                // A location that came too soon after the one before it is nobody's loss.
                if refused.code() != RefusalCode::TooOften {
                    self.note(format!("navet avvisade {}: {code}", if id.is_empty() { "något utan svar" } else { id }));
                }
            }
            _ => {}
        }
    }

    /// A command as the unit.
    fn command(&mut self, unit: &str, incident: Option<&str>, body: Body, now_ms: i64) -> String {
        let id = (self.ids)();
        let command = for_unit(id.clone(), unit, incident, body, now_ms + self.ahead_ms);
        self.out.push_back(Out::Command(Box::new(command)));
        id
    }

    fn frame(&mut self, frame: ToHub) {
        self.out.push_back(Out::Frame(Box::new(frame)));
    }

    fn send(&mut self, to: To, event: Event) {
        if to != To::Only(Vec::new()) {
            self.out.push_back(Out::Event(to, Box::new(event)));
        }
    }

    fn send_draft(&mut self, to: To, draft: &Draft, now_ms: i64) {
        self.send(to, draft.event(now_ms));
    }

    fn note(&mut self, note: String) {
        self.out.push_back(Out::Note(note));
    }
}
