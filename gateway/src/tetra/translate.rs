//! What a radio says, to the hub; what the hub says, to radios. No wire, no clock, no chance: frames, time and ids are arguments.

mod held;
mod inbound;
mod location;
mod outbound;
pub(super) mod telling;
mod texts;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use samband_proto::v1::{self as pb, client_frame::Frame as ToHub, command::Body, server_frame::Frame as FromHub};
use sha2::{Digest as _, Sha256};

use super::{
    pei::{Outgoing, Received, Why},
    sds::Joiner,
    tables::{Settings, Tables},
};
use crate::{
    hub::{for_unit, lines::Line},
    picture::{Picture, millis},
};

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub enum Out {
    /// A command that must reach the hub: to be spooled.
    Command(Box<pb::Command>),
    /// A frame that is worth nothing later: a location, a receipt.
    Frame(Box<ToHub>),
    /// A message to a radio or group.
    Radio(Outgoing),
    /// For the operator's log: never what somebody said.
    Note(String),
    /// What was not understood, as it came: kept apart from the log, since it may be what somebody said.
    NotUnderstood(Line),
    /// Something that a crew must know went out over the radio: to be remembered over a restart.
    Told(Line),
    /// What a radio said before it is known what goes on: to be kept until then.
    Held(Line),
    /// What was held has been looked at.
    HeldDone,
}

/// A status that was taken, to know its repetition.
struct Pressed {
    at_ms: i64,
    incident: Option<String>,
    /// Alarms that waited then.
    waiting: Vec<String>,
}

/// An alarm that a unit has answered by status: the hub's own word of it may be hours away.
struct Answered {
    command: String,
    incident: String,
    alarm: String,
}

/// A repeated status within so many milliseconds counts once.
const REPEATED_MS: i64 = 30_000;
/// What is remembered of each kind, at most.
const REMEMBERED_MAX: usize = 4_096;
/// What is over is kept so long, milliseconds.
const OVER_MS: i64 = 3_600_000;
/// What happened longer ago is told to nobody: it comes again when a session begins, or when more of an incident may be seen. What has
/// waited for the radio so long is not sent any more.
const FRESH_MS: i64 = 300_000;
/// Radios that are asked to report at intervals at the same time, at most: the air is for alarms.
const ASKING_MAX: usize = 4;

/// Makes the ids of commands (UUID version 7).
pub type Ids = Box<dyn FnMut() -> String + Send>;

/// The translation between Rakel and the hub.
pub struct Translation {
    settings: Settings,
    tables: Tables,
    picture: Picture,
    caught_up: bool,
    radio_up: bool,
    ids: Ids,
    longest_bits: usize,
    /// Of the last message; the first after a start is by the clock, so that reports on messages of before are not taken for its.
    reference: Option<u8>,
    tag: u64,
    /// Milliseconds that the hub's clock is ahead of ours.
    ahead_ms: i64,
    /// A session is open and all that was owed has come.
    hub_there: bool,
    /// The time as it was last told: what was held and is looked at late goes out from then.
    latest_ms: i64,
    /// What was held is being looked at: the line, and how many commands have come of it. After a crash it gives the same ids again.
    from_held: Option<(String, u32)>,
    pressed: BTreeMap<(String, String), Pressed>,
    answered: BTreeMap<String, Answered>,
    /// Commands that a crew is told of when the hub refuses them: which radio, and what it said.
    said: VecDeque<(String, u32, String)>,
    /// What radios sent before it was known which alarms wait: it is looked at with its own time when that is known.
    held: VecDeque<(Received, i64)>,
    telling: telling::Telling,
    /// Events that were told, or are not to be.
    seen: VecDeque<String>,
    /// Events of what is sent anew: looked at when it is whole.
    pending: Vec<pb::Event>,
    /// Whose gateway it is.
    organisation: String,
    /// Radios that were asked to report at intervals, or wait for that.
    asked: BTreeSet<u32>,
    to_ask: VecDeque<u32>,
    /// Radios that are being asked, by the tag of the message.
    asking: BTreeMap<u64, u32>,
    texts: texts::Texts,
    joiner: Joiner<(u32, u8, u16)>,
    out: VecDeque<Out>,
}

impl Translation {
    /// Before anything is known of the hub.
    #[must_use]
    pub fn new(settings: Settings, ids: Ids) -> Self {
        Self {
            longest_bits: settings.sds_bitar,
            settings,
            tables: Tables::default(),
            picture: Picture::default(),
            caught_up: false,
            radio_up: false,
            ids,
            reference: None,
            tag: 0,
            ahead_ms: 0,
            hub_there: false,
            latest_ms: 0,
            from_held: None,
            pressed: BTreeMap::new(),
            answered: BTreeMap::new(),
            said: VecDeque::new(),
            held: VecDeque::new(),
            telling: telling::Telling::default(),
            seen: VecDeque::new(),
            pending: Vec::new(),
            organisation: String::new(),
            asked: BTreeSet::new(),
            to_ask: VecDeque::new(),
            asking: BTreeMap::new(),
            texts: texts::Texts::default(),
            joiner: Joiner::default(),
            out: VecDeque::new(),
        }
    }

    /// What is to be done next.
    pub fn next_out(&mut self) -> Option<Out> {
        self.out.pop_front()
    }

    /// The register as it was last known, before a session is open.
    pub fn know(&mut self, deployment: &pb::Deployment) {
        self.tables = Tables::new(deployment, &self.settings);
    }

    /// A session is open: everything comes anew.
    pub fn hub_up(&mut self, welcome: &pb::Welcome, deployment: &pb::Deployment, now_ms: i64) {
        self.know(deployment);
        welcome.organisation().clone_into(&mut self.organisation);
        self.ahead_ms = welcome.hub_time.as_ref().map_or(0, |at| millis(at) - now_ms);
        self.picture.begin();
        self.pending.clear();
        (self.caught_up, self.hub_there) = (false, false);
        for (organisation, status, code) in self.tables.unknown_codes() {
            let note = format!("rakel.toml: {organisation} har ingen kod {code} (status {status:04X})");
            self.out.push_back(Out::Note(note));
        }
        for talkgroup in self.tables.talkgroups() {
            let affiliate = pb::Affiliate { talkgroup_ids: vec![talkgroup.clone()] };
            self.out.push_back(Out::Frame(Box::new(ToHub::Affiliate(affiliate))));
        }
    }

    /// The session is lost: what was known last is what there is.
    pub fn hub_down(&mut self) {
        self.hub_there = false;
    }

    /// The radio is up.
    pub fn radio_up(&mut self, longest_bits: Option<usize>) {
        self.radio_up = true;
        self.longest_bits = longest_bits.unwrap_or(self.settings.sds_bitar).min(self.settings.sds_bitar);
    }

    /// The radio is gone.
    pub fn radio_down(&mut self) {
        self.radio_up = false;
    }

    /// A frame came from the hub.
    pub fn from_hub(&mut self, frame: &FromHub, now_ms: i64) {
        self.latest_ms = now_ms;
        self.picture.take(frame);
        match frame {
            FromHub::Update(pb::Update { event: Some(event) }) => {
                let incident = event.envelope.as_ref().map_or("", |envelope| envelope.incident_id());
                if self.caught_up && self.picture.is_whole(incident) {
                    self.event(event, now_ms);
                } else {
                    self.pending.push(event.clone());
                }
            }
            FromHub::Checkpoint(_) if self.caught_up => self.look_at_pending(now_ms),
            FromHub::CaughtUp(_) => {
                (self.caught_up, self.hub_there) = (true, true);
                self.outstanding(now_ms);
                self.look_at_pending(now_ms);
                self.look_at_held();
            }
            FromHub::Outcome(outcome) => self.outcome(outcome, now_ms),
            FromHub::LinkState(state) => {
                self.ahead_ms = state.hub_time.as_ref().map_or(self.ahead_ms, |at| millis(at) - now_ms);
            }
            _ => {}
        }
    }

    fn look_at_pending(&mut self, now_ms: i64) {
        for event in std::mem::take(&mut self.pending) {
            self.event(&event, now_ms);
        }
    }

    /// Time goes on: alarms that have waited for one whole tick are told, radios are asked, what is over is let go.
    pub fn tick(&mut self, now_ms: i64) {
        self.latest_ms = now_ms;
        self.tell_waiting(now_ms);
        self.ask_waiting(now_ms);
        self.picture.forget_closed(now_ms + self.ahead_ms - OVER_MS);
        self.pressed.retain(|_, pressed| is_repetition(pressed, now_ms));
    }

    /// A message went out.
    pub fn sent(&mut self, tag: u64, now_ms: i64) {
        self.asking.remove(&tag);
        self.told(tag, now_ms);
    }

    /// A message did not go out. What a crew must know is sent again; a radio that was not reached is asked when it is next heard.
    pub fn not_sent(&mut self, tag: u64, why: Why, now_ms: i64) {
        if let Some(issi) = self.asking.remove(&tag) {
            self.asked.remove(&issi);
        }
        self.not_told(tag, why, now_ms);
    }

    /// What goes on, for a gateway's own display and tests.
    #[must_use]
    pub fn picture(&self) -> &Picture {
        &self.picture
    }

    /// A command as the unit.
    fn command(&mut self, unit: &str, incident: Option<&str>, body: Body, now_ms: i64) -> String {
        let id = match &mut self.from_held {
            Some((line, number)) => {
                *number += 1;
                derived_id(line, *number)
            }
            None => (self.ids)(),
        };
        // By the hub's clock: whether an alarm had come when it was pressed is asked there.
        let command = for_unit(id.clone(), unit, incident, body, now_ms + self.ahead_ms);
        self.out.push_back(Out::Command(Box::new(command)));
        id
    }

    fn note(&mut self, note: String) {
        self.out.push_back(Out::Note(note));
    }
}

/// The id of a command that comes of what was held.
fn derived_id(line: &str, number: u32) -> String {
    let digest = Sha256::digest(format!("samband rakel held {line} {number}"));
    let mut octets = [0; 16];
    octets.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(octets).into_uuid().to_string()
}

/// Said again so soon that it counts as the same; a clock that was set back repeats nothing.
fn is_repetition(before: &Pressed, now_ms: i64) -> bool {
    (0..=REPEATED_MS).contains(&(now_ms - before.at_ms))
}
