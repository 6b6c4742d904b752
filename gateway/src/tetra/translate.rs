//! What a radio says, to the hub; what the hub says, to radios. No wire, no clock, no chance: frames, time and ids are arguments.

mod inbound;
mod location;
mod outbound;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use samband_proto::v1::{self as pb, client_frame::Frame as ToHub, command::Body, server_frame::Frame as FromHub};

use super::{
    pei::{Outgoing, Received},
    sds::Joiner,
    tables::{Settings, Tables},
};
use crate::{hub::for_unit, picture::Picture};

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
    NotUnderstood(String),
}

/// The alarm that a message to a radio told, until the radio has reported on it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Told {
    unit: String,
    incident: String,
    alarm: String,
    /// Times that it has been sent.
    tries: u8,
}

/// That a unit is told of an alarm, or, as receipts say, was told by the gateway that ran before.
struct ToldOf {
    alarm: String,
    unit: String,
    /// It went out from here.
    here: bool,
}

impl ToldOf {
    fn is(&self, alarm: &str, unit: &str) -> bool {
        self.alarm == alarm && self.unit == unit
    }
}

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

/// A status that was taken, to know its repetition.
struct Pressed {
    at_ms: i64,
    incident: Option<String>,
    /// Alarms that waited then.
    waiting: Vec<String>,
}

/// A repeated status within so many milliseconds counts once.
const REPEATED_MS: i64 = 30_000;
/// Messages on which a report is awaited, at most.
const REPORTS_MAX: usize = 4_096;
/// What is over is kept so long, milliseconds.
const OVER_MS: i64 = 3_600_000;
/// What happened longer ago is told to nobody: it comes again when a session begins, or when more of an incident may be seen.
const FRESH_MS: i64 = 300_000;
/// Before an alarm that did not reach its radio is sent again, and how often.
const AGAIN_MS: i64 = 20_000;
const TRIES: u8 = 5;

/// Makes the ids of commands (UUID version 7).
pub type Ids = Box<dyn FnMut() -> String + Send>;

/// The translation between Rakel and the hub.
pub struct Translation {
    settings: Settings,
    tables: Tables,
    picture: Picture,
    caught_up: bool,
    ids: Ids,
    longest_bits: usize,
    reference: u8,
    tag: u64,
    pressed: BTreeMap<(String, String), Pressed>,
    /// The incident whose alarm a unit has answered by status: the hub's own word of it may be hours away.
    answered: BTreeMap<String, String>,
    /// What radios sent before it was known which alarms wait: it is looked at with its own time when that is known.
    held: VecDeque<(Received, i64)>,
    /// Reports awaited: from which radio, on which reference.
    reports: VecDeque<((u32, u8), Told)>,
    /// Alarms that are to be told: what is leased and said with an alarm comes right after it.
    to_tell: VecDeque<(bool, Told)>,
    /// Alarms that did not reach their radio: when they go again.
    again: VecDeque<(i64, Told)>,
    /// Alarms by the tag of their message, until it is out.
    by_tag: BTreeMap<u64, Told>,
    /// Events that were told, or are not to be.
    seen: VecDeque<String>,
    /// Events of a catch-up: looked at when it is whole.
    pending: Vec<pb::Event>,
    /// Whose gateway it is.
    organisation: String,
    /// Radios that were asked to report at intervals.
    asked: BTreeSet<u32>,
    /// Alarms told to units, so that a lost session does not tell them twice.
    told: VecDeque<ToldOf>,
    /// Texts from radios that wait for the hub's answer, to report them consumed: by command.
    texts: VecDeque<(String, Awaited)>,
    brought: VecDeque<Brought>,
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
            ids,
            reference: 0,
            tag: 0,
            pressed: BTreeMap::new(),
            answered: BTreeMap::new(),
            held: VecDeque::new(),
            reports: VecDeque::new(),
            to_tell: VecDeque::new(),
            again: VecDeque::new(),
            by_tag: BTreeMap::new(),
            seen: VecDeque::new(),
            pending: Vec::new(),
            organisation: String::new(),
            asked: BTreeSet::new(),
            told: VecDeque::new(),
            texts: VecDeque::new(),
            brought: VecDeque::new(),
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
    pub fn hub_up(&mut self, organisation: &str, deployment: &pb::Deployment) {
        self.know(deployment);
        organisation.clone_into(&mut self.organisation);
        self.picture = Picture::default();
        self.pending.clear();
        self.caught_up = false;
        for (organisation, status, code) in self.tables.unknown_codes() {
            let note = format!("rakel.toml: {organisation} har ingen kod {code} (status {status:04X})");
            self.out.push_back(Out::Note(note));
        }
        for talkgroup in self.tables.talkgroups() {
            let affiliate = pb::Affiliate { talkgroup_ids: vec![talkgroup.clone()] };
            self.out.push_back(Out::Frame(Box::new(ToHub::Affiliate(affiliate))));
        }
    }

    /// The radio is up.
    pub fn radio_up(&mut self, longest_bits: Option<usize>) {
        self.longest_bits = longest_bits.unwrap_or(self.settings.sds_bitar).min(self.settings.sds_bitar);
    }

    /// A frame came from the hub.
    pub fn from_hub(&mut self, frame: &FromHub, now_ms: i64) {
        self.picture.take(frame);
        match frame {
            FromHub::Update(pb::Update { event: Some(event) }) if self.caught_up => self.event(event, now_ms),
            FromHub::Update(pb::Update { event: Some(event) }) => self.pending.push(event.clone()),
            FromHub::CaughtUp(_) => {
                self.caught_up = true;
                self.outstanding();
                for event in std::mem::take(&mut self.pending) {
                    self.event(&event, now_ms);
                }
                for (received, at_ms) in std::mem::take(&mut self.held) {
                    self.from_radio(&received, at_ms);
                }
            }
            FromHub::Outcome(outcome) => self.outcome(outcome),
            _ => {}
        }
    }

    /// Time goes on: alarms that have waited for one whole tick are told, what is over is let go.
    pub fn tick(&mut self, now_ms: i64) {
        self.tell_waiting(now_ms);
        self.picture.forget_closed(now_ms - OVER_MS);
        self.pressed.retain(|_, pressed| now_ms - pressed.at_ms <= REPEATED_MS);
    }

    /// What goes on, for a gateway's own display and tests.
    #[must_use]
    pub fn picture(&self) -> &Picture {
        &self.picture
    }

    /// A command as the unit.
    fn command(&mut self, unit: &str, incident: Option<&str>, body: Body, now_ms: i64) -> String {
        let id = (self.ids)();
        let command = for_unit(id.clone(), unit, incident, body, now_ms);
        self.out.push_back(Out::Command(Box::new(command)));
        id
    }

    fn note(&mut self, note: String) {
        self.out.push_back(Out::Note(note));
    }
}
