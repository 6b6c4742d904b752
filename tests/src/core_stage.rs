//! The core without sockets, threads or clocks: session machines, desk, journal in memory and fan-out, one after the other.

use std::{collections::BTreeMap, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use samband_disclosure::{Policy, Viewer};
use samband_domain::Timestamp;
use samband_hub::{
    clock::Moment,
    command::Desk,
    fanout::{Fanout, Following, Join, SessionId, Sink as _},
    identity::{Authority, Principal},
    keys::HubKeys,
    ledger::Ledger,
    limits,
    live::{Intake, Live, MapJoin, Nearby, Register, entries},
    scenario::Stage,
    session::{
        Effect, Session,
        machine::Context,
        resume::{Position as Resumed, Sealer},
    },
    setup::Setup,
    wire::{
        frame::{self, Encoding},
        incoming, json,
    },
};
use samband_journal::{Batch, Journal, MemoryJournal, Position};
use samband_proto::v1 as pb;
use serde_json::{Value, json};

pub use crate::sink::TestSink;

use crate::{
    deployment::{SECRET, authority},
    placements::Told,
};

struct Client {
    session: Session,
    number: SessionId,
    sink: TestSink,
    received: Vec<frame::Frame>,
}

/// The core as a stage.
pub struct CoreStage {
    keys: HubKeys,
    setup: Arc<Setup>,
    policy: Arc<Policy>,
    journal: Arc<MemoryJournal>,
    /// The ledger's own journal.
    pub ledger_journal: Arc<MemoryJournal>,
    desk: Desk,
    fanout: Fanout,
    live: Live,
    told: Told,
    intake: Intake,
    /// Milliseconds that have passed for sessions and the map.
    steady: Timestamp,
    taken: Position,
    clients: BTreeMap<String, Client>,
    numbers: u64,
    now: Timestamp,
    authority: Arc<Authority>,
    /// Places in each outbox.
    pub outbox: usize,
}

impl CoreStage {
    /// With nothing stored.
    pub fn new(setup: &Arc<Setup>, policy: Policy) -> Self {
        let keys = HubKeys::from_secret(SECRET);
        let policy = Arc::new(policy);
        let ledger_journal = Arc::new(MemoryJournal::new());
        let ledger = new_ledger(&keys, &ledger_journal);
        let register = Arc::new(Register::of(&setup.deployment));
        let live = Live::new(register.clone(), policy.clone(), entries(ledger.clone(), policy.hash()));
        let told = Told::default();
        let fanout = new_fanout(&keys, setup, &policy, ledger, &told);
        Self {
            desk: Desk::new(keys.clone(), setup.directory.clone(), policy.clone(), live.nearby()),
            authority: Arc::new(authority(setup)),
            keys,
            setup: setup.clone(),
            policy,
            journal: Arc::new(MemoryJournal::new()),
            ledger_journal,
            fanout,
            live,
            told,
            intake: Intake::new(register),
            steady: Timestamp(0),
            taken: Position(0),
            clients: BTreeMap::new(),
            numbers: 0,
            now: Timestamp(0),
            outbox: limits::SESSION_OUTBOX_FRAMES_MAX,
        }
    }

    /// The journal.
    pub fn journal(&self) -> &Arc<MemoryJournal> {
        &self.journal
    }

    /// The fan-out.
    pub fn fanout(&self) -> &Fanout {
        &self.fanout
    }

    /// The live map.
    pub fn live(&mut self) -> &mut Live {
        &mut self.live
    }

    /// Who is near, as of the map's last tick.
    pub fn nearby(&self) -> Arc<dyn Nearby> {
        self.live.nearby()
    }

    /// Lets milliseconds pass for sessions and the map, and the map make its frames.
    pub fn pass(&mut self, milliseconds: i64) {
        self.now.0 += milliseconds;
        self.steady.0 += milliseconds;
        for (number, fix) in self.intake.take() {
            self.live.fix(number, fix);
        }
        self.told.hand_over(&mut self.live);
        self.live.tick(self.moment());
        for (unit, fix) in self.live.recordings(self.steady) {
            let (latitude, longitude) = (Some(fix.latitude), Some(fix.longitude));
            let point = pb::GeoPoint { latitude, longitude, accuracy_m: fix.accuracy_m };
            for appends in self.desk.locate(&unit, point, fix.fix_at, self.now) {
                self.append(appends);
            }
        }
        self.fanout.steady(self.steady);
        self.desk.steady(self.steady);
    }

    fn new_desk(&self) -> Desk {
        let nearby = self.live.nearby();
        Desk::new(self.keys.clone(), self.setup.directory.clone(), self.policy.clone(), nearby)
    }

    /// Frames leave a session's outbox for its socket, as far as this many; nothing else of it happens.
    pub fn drain(&mut self, name: &str, most: usize) -> usize {
        let Some(client) = self.clients.get_mut(name) else { return 0 };
        let items = client.sink.take_some(most);
        client.received.extend(items.iter().map(|item| item.frame.clone()));
        items.len()
    }

    /// Frames a session has received so far, without asking its outbox for more.
    pub fn taken(&mut self, name: &str) -> Vec<frame::Frame> {
        self.clients.get_mut(name).map(|client| std::mem::take(&mut client.received)).unwrap_or_default()
    }

    /// Why the fan-out has ended a session.
    pub fn ended(&self, name: &str) -> Option<pb::GoodbyeCode> {
        self.clients.get(name).and_then(|client| client.sink.gauge().ended())
    }

    /// Frames a session has received and nobody has asked for, encoded.
    pub fn frames(&mut self, name: &str) -> Vec<frame::Frame> {
        self.pump(name);
        self.clients.get_mut(name).map(|client| std::mem::take(&mut client.received)).unwrap_or_default()
    }

    fn append(&self, appends: Vec<samband_journal::StreamAppend>) {
        let stored = self.journal.append_wait(Batch::new(self.journal.epoch(), appends));
        assert!(stored.is_ok(), "the journal in memory takes everything: {stored:?}");
    }

    fn deliver(&mut self) {
        while let Ok(records) = self.journal.read(self.taken, 256) {
            let Some(last) = records.last() else { return };
            self.taken = last.position;
            records.iter().for_each(|record| self.fanout.take_in(record, self.now));
        }
    }

    fn moment(&self) -> Moment {
        Moment { wall: self.now, steady: self.steady }
    }

    fn context(&self) -> Context {
        Context {
            authority: self.authority.clone(),
            sealer: Sealer::new(&self.keys.seal),
            directory: self.setup.directory.clone(),
            policy: self.policy.hash(),
            policy_name: self.policy.short_name(),
            loopback: true,
        }
    }

    /// Carries out effects of one client's machine, until there are none.
    fn pump(&mut self, name: &str) {
        loop {
            let Some(client) = self.clients.get_mut(name) else { return };
            client.received.extend(client.sink.take().into_iter().map(|item| item.frame));
            let Some(effect) = client.session.poll_effect() else { return };
            match effect {
                Effect::Send(control) => client.received.push(frame::control(*control, Encoding::Proto)),
                Effect::Pong(pong) => {
                    client.received.push(frame::control(frame::Control::Pong(pong), Encoding::Proto));
                }
                Effect::Submit(admitted) => {
                    let decision = self.desk.submit(&admitted, self.now);
                    self.append(decision.appends);
                    if let Some(client) = self.clients.get_mut(name) {
                        client.session.handle_outcome(decision.outcome);
                    }
                }
                Effect::Join { principal, following, areas, resume } => {
                    let join = joining(client, &principal, following, resume);
                    let map = MapJoin {
                        session: join.session,
                        name: join.name.clone(),
                        viewer: join.viewer.clone(),
                        unit: join.unit.as_ref().map(ToString::to_string),
                        encoding: Encoding::Proto,
                        areas,
                        sink: Box::new(client.sink.clone()),
                    };
                    self.fanout.join(join, self.now);
                    self.live.join(map, self.now);
                }
                Effect::Follow(following, areas) => {
                    let number = client.number;
                    self.fanout.follow(number, following, self.now);
                    self.live.follow(number, areas, self.now);
                }
                Effect::Location(principal, report) => {
                    let now = Moment { wall: self.now, steady: self.steady };
                    if let Err(rejection) = self.intake.report(&principal.who, &report, now) {
                        client.session.handle_location_refused(&rejection, now);
                    }
                }
                Effect::Affiliate(talkgroups) => {
                    let number = client.number;
                    self.fanout.affiliate(number, &talkgroups, self.now);
                }
                Effect::Disaffiliate(talkgroups) => {
                    let number = client.number;
                    self.fanout.disaffiliate(number, &talkgroups);
                }
                Effect::Network(..) => {}
                Effect::Receipt(principal, notice) => self.desk.receipt(&principal.who, &notice, self.now),
                Effect::Close => return,
            }
        }
    }

    fn handle(&mut self, name: &str, frame: &Value) {
        let read = incoming::frame_json(&frame.to_string());
        let now = self.moment();
        if let Some(client) = self.clients.get_mut(name) {
            match read {
                Ok(frame) => client.session.handle_frame(frame, now),
                Err(unreadable) => client.session.handle_unreadable(unreadable),
            }
        }
        self.pump(name);
    }
}

fn new_fanout(keys: &HubKeys, setup: &Setup, policy: &Arc<Policy>, ledger: Arc<Ledger>, told: &Told) -> Fanout {
    let mut fanout = Fanout::new(policy.clone(), ledger, Sealer::new(&keys.seal), setup.directory.clone());
    fanout.tell_placements(Box::new(told.clone()));
    fanout
}

fn joining(client: &Client, principal: &Principal, following: Following, resume: Option<Resumed>) -> Join {
    Join {
        session: client.number,
        name: format!("session-{}", client.number.0),
        viewer: Viewer { organisation: principal.who.organisation.clone(), role: principal.who.role },
        unit: principal.who.unit.clone(),
        person: principal.subject.clone(),
        principal: principal.digest(),
        encoding: Encoding::Proto,
        following,
        resume,
        sink: Box::new(client.sink.clone()),
    }
}

fn new_ledger(keys: &HubKeys, ledger: &Arc<MemoryJournal>) -> Arc<Ledger> {
    let ledger = Ledger::open(ledger.clone(), keys.clone(), None, Timestamp(0));
    #[expect(clippy::expect_used, reason = "a journal in memory opens")]
    Arc::new(ledger.expect("a ledger in memory"))
}

impl Stage for CoreStage {
    fn set_time(&mut self, now: Timestamp) {
        self.now = now;
    }

    fn join(&mut self, name: &str, principal: &str, resume: Option<&str>) {
        self.numbers += 1;
        let client = Client {
            session: Session::new(self.context(), self.moment()),
            number: SessionId(self.numbers),
            sink: TestSink::new(self.outbox),
            received: Vec::new(),
        };
        if let Some(before) = self.clients.insert(name.into(), client) {
            self.fanout.leave(before.number, self.now);
            self.live.leave(before.number);
        }
        let mut hello = json!({ "hello": { "token": format!("demo:{principal}"), "client": "scenario" } });
        if let Some(token) = resume {
            hello["hello"]["resumeToken"] = json!(token);
        }
        self.handle(name, &hello);
    }

    fn leave(&mut self, name: &str) {
        if let Some(client) = self.clients.remove(name) {
            self.fanout.leave(client.number, self.now);
            self.live.leave(client.number);
        }
    }

    fn send(&mut self, name: &str, frame: &Value) {
        self.handle(name, frame);
    }

    fn submit(&mut self, name: &str, command: &Value) -> Value {
        self.handle(name, &json!({ "submit": command }));
        let Some(client) = self.clients.get_mut(name) else { return Value::Null };
        let at = client.received.iter().rposition(|frame| to_json(frame)["outcome"].is_object());
        at.map_or(Value::Null, |at| to_json(&client.received.remove(at))["outcome"].take())
    }

    fn settle(&mut self) {
        // Receipts are gathered for a moment: it passes.
        for appends in self.desk.tick(Timestamp(self.now.0 + limits::RECEIPT_GATHER_MS)) {
            self.append(appends);
        }
        self.deliver();
        self.fanout.tick(self.now);
    }

    fn map(&mut self) {
        let now = self.now;
        self.pass(limits::MAP_TICK_MS);
        self.now = now;
        self.deliver();
    }

    fn received(&mut self, name: &str) -> Vec<Value> {
        self.frames(name).iter().map(to_json).collect()
    }

    fn restart(&mut self) {
        self.clients.clear();
        let ledger = new_ledger(&self.keys, &self.ledger_journal);
        let register = Arc::new(Register::of(&self.setup.deployment));
        self.live = Live::new(register.clone(), self.policy.clone(), entries(ledger.clone(), self.policy.hash()));
        self.intake = Intake::new(register);
        self.told = Told::default();
        self.fanout = new_fanout(&self.keys, &self.setup, &self.policy, ledger, &self.told);
        self.desk = self.new_desk();
        self.taken = Position(0);
        let mut after = Position(0);
        while let Ok(records) = self.journal.read(after, 256) {
            let Some(last) = records.last() else { break };
            after = last.position;
            for record in &records {
                #[expect(clippy::expect_used, reason = "the hub must read what it has written")]
                self.desk.take_in(record).expect("a record of this hub");
            }
        }
        self.deliver();
    }
}

/// A frame as JSON.
pub fn to_json(frame: &frame::Frame) -> Value {
    json::value("samband.v1.ServerFrame", frame.bytes())
}

/// Decodes a frame.
pub fn decode(frame: &frame::Frame) -> pb::ServerFrame {
    use prost::Message as _;
    pb::ServerFrame::decode(frame.bytes().clone()).unwrap_or_default()
}

/// Bytes as the JSON of the contract has them.
pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}
