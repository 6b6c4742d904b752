//! The gateway of SOS Alarm on the core of a hub.

use std::collections::VecDeque;

use samband_domain::{OrganisationId, Timestamp};
use samband_gateway::{
    bits::BitString,
    tetra::{
        lip::{Additional, Direction, HorizontalVelocity, Position, PositionError, ShortReport, TimeElapsed},
        pei::{Outgoing, Received, Why},
        sds::{self, Service},
        tables::Settings,
        translate::{Out, Translation},
    },
};
use samband_hub::{scenario::Stage as _, wire::deployment::deployment_for};
use samband_proto::v1::{self as pb, server_frame::Frame};
use samband_tests::{
    core_stage::{CoreStage, decode, to_json},
    deployment::jamtland,
    port,
};
use serde_json::{Value, json};

pub(super) const NOON: i64 = 1_767_268_800_000;
pub(super) const AMBULANCE: u32 = 3_269_010;
pub(super) const OTHER_AMBULANCE: u32 = 3_269_020;
pub(super) const FIRE: u32 = 2_311_010;
pub(super) const OWN: u32 = 2_319_999;
pub(super) const RAPS_1: u32 = 2_310_001;
/// A gateway of SOS Alarm, which speaks for the ambulances; a desk of SOS that alarms; a desk of the ambulances that looks on.
pub(super) struct Rakel {
    pub(super) stage: CoreStage,
    gateway: Translation,
    deployment: pb::Deployment,
    now: i64,
    /// Milliseconds that the gateway's clock is behind.
    behind: i64,
    commands: u64,
    /// The hub's disk is full when a command comes first; when it is said again there is room.
    pub(super) full: bool,
    /// The hub answers commands with this.
    pub(super) refuse: Option<&'static str>,
    /// The network does not take so many of the next messages.
    pub(super) unsent: usize,
    /// Why not.
    pub(super) why: Why,
    /// The hub neither hears nor says anything; what is said waits.
    silent: bool,
    unsaid: Vec<pb::Command>,
    /// Messages to radios since last asked: to whom, and the text.
    pub(super) sent: VecDeque<(u32, String)>,
    pub(super) raw: Vec<Outgoing>,
    /// What the gateway has on disk.
    pub(super) kept_told: Vec<String>,
    pub(super) kept_held: Vec<String>,
    pub(super) notes: Vec<String>,
}

impl Rakel {
    pub(super) fn new() -> Self {
        let setup = jamtland();
        let mut stage = CoreStage::new(&setup, samband_disclosure::Policy::new(setup.policy.policy.parts().clone()));
        stage.set_time(Timestamp(NOON));
        for (name, principal) in
            [("port", "sos-alarm/gateway"), ("sos", "sos-alarm/operator"), ("amb", "region-jh/operator")]
        {
            stage.join(name, principal, None);
        }
        let sos = OrganisationId::new("sos-alarm").unwrap();
        let deployment = deployment_for(&sos, true, &setup.deployment, &setup.policy);
        let mut rakel = Self {
            stage,
            gateway: gateway(),
            deployment,
            now: NOON,
            behind: 0,
            commands: 0,
            full: false,
            refuse: None,
            unsent: 0,
            why: Why::Refused,
            silent: false,
            unsaid: Vec::new(),
            sent: VecDeque::new(),
            raw: Vec::new(),
            kept_told: Vec::new(),
            kept_held: Vec::new(),
            notes: Vec::new(),
        };
        rakel.gateway.radio_up(None);
        rakel.settle();
        rakel.seen("amb");
        rakel
    }

    /// Until the hub and the gateway have nothing more to say to each other.
    pub(super) fn settle(&mut self) {
        loop {
            self.stage.settle();
            let frames: Vec<pb::ServerFrame> =
                if self.silent { Vec::new() } else { self.stage.frames("port").iter().map(decode).collect() };
            for frame in frames.iter().filter_map(|frame| frame.frame.as_ref()) {
                match frame {
                    Frame::Welcome(welcome) => self.gateway.hub_up(welcome, &self.deployment, self.now - self.behind),
                    frame => self.gateway.from_hub(frame, self.now - self.behind),
                }
            }
            self.gateway.tick(self.now - self.behind);
            self.gateway.tick(self.now - self.behind);
            if !self.carry_out() && frames.is_empty() {
                return;
            }
        }
    }

    fn carry_out(&mut self) -> bool {
        let mut any = false;
        while let Some(out) = self.gateway.next_out() {
            any = true;
            match out {
                Out::Command(command) if self.silent => self.unsaid.push(*command),
                Out::Command(command) => self.submit(&command),
                Out::Frame(frame) => port::send(&mut self.stage, "port", *frame),
                Out::Radio(message) => {
                    if let Some(text) = text_of(&message) {
                        self.sent.push_back((message.to, text));
                    }
                    if self.unsent > 0 {
                        self.unsent -= 1;
                        self.gateway.not_sent(message.tag, self.why, self.now - self.behind);
                    } else {
                        self.gateway.sent(message.tag, self.now - self.behind);
                    }
                    self.raw.push(message);
                }
                Out::Note(note) => self.notes.push(note),
                Out::NotUnderstood(line) => self.notes.push(line.0),
                Out::Told(line) => self.kept_told.push(line.0),
                Out::Held(line) => self.kept_held.push(line.0),
                Out::HeldDone => self.kept_held.clear(),
            }
        }
        any
    }

    fn submit(&mut self, command: &pb::Command) {
        let refusals = [self.full.then_some("REFUSAL_CODE_STORAGE_FULL"), self.refuse];
        for code in refusals.into_iter().flatten() {
            let code = pb::RefusalCode::from_str_name(code).map(Into::into);
            let refused = pb::outcome::Result::Refused(pb::Refused { code, ..pb::Refused::default() });
            let command_id = command.command_id.clone();
            let answer = pb::Outcome { command_id, result: Some(refused), dropped_fields: None };
            self.gateway.from_hub(&Frame::Outcome(answer), self.now - self.behind);
        }
        if self.refuse.is_none() {
            let answer = port::submit(&mut self.stage, "port", command);
            self.gateway.from_hub(&Frame::Outcome(answer), self.now - self.behind);
        }
    }

    /// Whether the hub is silent; what was said meanwhile is said when it no longer is.
    pub(super) fn hub_silent(&mut self, silent: bool) {
        self.silent = silent;
        if silent {
            self.gateway.hub_down();
        }
        if !silent {
            std::mem::take(&mut self.unsaid).iter().for_each(|command| self.submit(command));
            self.settle();
        }
    }

    /// The program ends and starts again, with what it has on disk; the hub is not there yet.
    pub(super) fn restart_without_hub(&mut self) {
        self.gateway = gateway();
        self.gateway.know(&self.deployment);
        self.unsaid.iter().for_each(|command| self.gateway.said_before(command));
        self.gateway.remember_told(&self.kept_told);
        self.gateway.hold(&self.kept_held);
        self.gateway.radio_up(None);
    }

    /// The same, with the hub there.
    pub(super) fn restart(&mut self) {
        self.restart_without_hub();
        self.stage.join("port", "sos-alarm/gateway", None);
        self.settle();
    }

    /// The gateway's clock is so far behind, milliseconds, from its next session on.
    pub(super) fn slow(&mut self, milliseconds: i64) {
        self.behind = milliseconds;
        self.stage.join("port", "sos-alarm/gateway", None);
        self.settle();
    }

    /// Another folder, or none before.
    pub(super) fn forget_disk(&mut self) {
        (self.kept_told, self.kept_held) = (Vec::new(), Vec::new());
    }

    pub(super) fn radio_down(&mut self) {
        self.gateway.radio_down();
    }

    pub(super) fn radio_up(&mut self) {
        self.gateway.radio_up(None);
        self.settle();
    }

    /// Instructions of warnings that the gateway is shown of an incident.
    pub(super) fn warnings(&self, incident: &str) -> Vec<String> {
        let incident = self.gateway.picture().incident(incident).unwrap();
        incident.safety().map(|safety| safety.instruction().to_owned()).collect()
    }

    /// A unit answers in its terminal.
    pub(super) fn answers(&mut self, unit: u32, incident: &str) {
        self.stage.join("terminal", &format!("region-jh/unit:{unit}"), None);
        self.ask("terminal", incident, json!({ "acknowledge": {} }));
    }

    /// A desk of SOS asks for something; the answer.
    pub(super) fn sos(&mut self, command: Value) -> Value {
        self.say("sos", command)
    }

    /// Somebody asks for something about an incident.
    pub(super) fn ask(&mut self, name: &str, incident: &str, mut command: Value) -> Value {
        command["incidentId"] = json!(incident);
        self.say(name, command)
    }

    fn say(&mut self, name: &str, mut command: Value) -> Value {
        self.commands += 1;
        command["commandId"] = json!(format!("00000000-0000-7000-9000-{:012}", self.commands));
        let outcome = self.stage.submit(name, &command);
        self.settle();
        assert!(outcome["accepted"].is_object(), "{outcome}");
        outcome["accepted"].clone()
    }

    pub(super) fn incident(&mut self, kind: &str) -> String {
        let facts = json!([
            { "address": { "street": "Storgatan 1", "municipality": "Östersund" } },
            { "caller": { "name": "Karin Ringare", "phone": "070-1740605" } },
            { "patients": { "patients": [{ "name": "Pia Patient" }] } },
            { "safety": { "threat": true, "instruction": "Avvakta polis" } },
        ]);
        let report = json!({ "reportIncident": { "types": [kind], "facts": facts } });
        self.sos(report)["incidentId"].as_str().unwrap().to_owned()
    }

    pub(super) fn alarm(&mut self, incident: &str, issis: &[u32]) -> String {
        let party = |issi: &u32| {
            let organisation = if *issi == FIRE { "raddning-jamtland" } else { "region-jh" };
            json!({ "organisation": organisation, "unitId": issi.to_string(), "required": true })
        };
        let parties: Vec<Value> = issis.iter().map(party).collect();
        self.now += 1_000;
        self.stage.set_time(Timestamp(self.now));
        let alarm = self.sos(json!({ "incidentId": incident, "raiseAlarm": { "parties": parties } }));
        alarm["alarmId"].as_str().unwrap().to_owned()
    }

    pub(super) fn later(&mut self, milliseconds: i64) {
        self.now += milliseconds;
        self.stage.set_time(Timestamp(self.now));
        self.settle();
    }

    pub(super) fn radio(&mut self, service: Service, from: u32, to: u32, bits: &BitString) {
        let message = sds::decode(service, bits).unwrap();
        let received = Received { calling: Some(from), called: Some(to), message, bits: bits.clone() };
        self.gateway.from_radio(&received, self.now - self.behind);
        self.settle();
    }

    pub(super) fn status(&mut self, from: u32, status: u16) {
        self.radio(Service::Status, from, OWN, &BitString::from_octets(&status.to_be_bytes()));
    }

    pub(super) fn lip(&mut self, from: u32, reason: u8) {
        let report = ShortReport {
            time_elapsed: TimeElapsed(0),
            position: Position::from_degrees(63.2, 14.6),
            position_error: PositionError(1),
            velocity: HorizontalVelocity(50),
            direction: Direction(4),
            additional: Additional::Reason(reason),
            remainder: BitString::default(),
        };
        self.radio(Service::Type4, from, OWN, &report.to_sds());
    }

    /// What was sent to a radio or group since last asked.
    pub(super) fn told(&mut self, to: u32) -> Vec<String> {
        let (mine, others): (VecDeque<_>, _) = self.sent.drain(..).partition(|(one, _)| *one == to);
        self.sent = others;
        mine.into_iter().map(|(_, text)| text).collect()
    }

    /// Events of one kind that somebody has seen since last asked.
    pub(super) fn events(&mut self, name: &str, kind: &str) -> Vec<Value> {
        self.seen(name).into_iter().map(|event| event[kind].clone()).filter(Value::is_object).collect()
    }

    pub(super) fn seen(&mut self, name: &str) -> Vec<Value> {
        self.stage.settle();
        self.stage.frames(name).iter().map(to_json).map(|frame| frame["update"]["event"].clone()).collect()
    }
}

/// As it is when the program starts.
fn gateway() -> Translation {
    let settings = include_str!("../../../examples/jamtland/rakel.toml");
    // Ids of their own after a restart too.
    static NUMBER: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    let ids = || format!("00000000-0000-7000-8000-{:012}", NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
    Translation::new(Settings::read(settings).unwrap(), Box::new(ids))
}

fn text_of(message: &Outgoing) -> Option<String> {
    let fields = sds::decode(message.service, &message.bits).unwrap().to_json();
    fields.get("text").and_then(Value::as_str).map(str::to_owned)
}
