//! A gateway of the fire service, its TAK clients, and desks at the hub's core.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU64, Ordering},
};

use samband_domain::{OrganisationId, Timestamp, UnitId};
use samband_gateway::{
    cot::{
        Event, Point,
        settings::Settings,
        time::Instant,
        translate::{ClientId, Identity, Out, To, Translation},
    },
    xml::Element,
};
use samband_hub::{scenario::Stage as _, wire::deployment::deployment_for};
use samband_proto::v1::{self as pb, server_frame::Frame};
use samband_tests::{
    core_stage::{CoreStage, decode, to_json},
    deployment::jamtland,
    port,
};
use serde_json::{Value, json};

const NOON: i64 = 1_767_268_800_000;

/// The gateway's file, but for what a test adds.
const SETTINGS: &str = "talgrupper = [\"raps-1\", \"samv-1\"]\nalla_rum = \"samv-1\"\n";

/// As it is when the program starts; ids of their own after a restart too.
fn gateway(settings: &str) -> Translation {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let ids = || format!("00000000-0000-7000-8000-{:012}", NUMBER.fetch_add(1, Ordering::Relaxed));
    Translation::new(Settings::read(settings).unwrap(), Box::new(ids))
}

pub(super) struct Tak {
    pub(super) stage: CoreStage,
    pub(super) gateway: Translation,
    deployment: pb::Deployment,
    pub(super) now: i64,
    commands: u64,
    joined: bool,
    silent: bool,
    unsaid: Vec<pb::Command>,
    /// Events to each client since last asked.
    sent: BTreeMap<ClientId, Vec<Event>>,
    pub(super) notes: Vec<String>,
}

impl Tak {
    pub(super) fn new() -> Self {
        Self::with("")
    }

    pub(super) fn with(settings: &str) -> Self {
        Self::of(&format!("{SETTINGS}{settings}"))
    }

    /// With a file of its own.
    pub(super) fn of(settings: &str) -> Self {
        let setup = jamtland();
        let mut stage = CoreStage::new(&setup, samband_disclosure::Policy::new(setup.policy.policy.parts().clone()));
        stage.set_time(Timestamp(NOON));
        for (name, principal) in [
            ("port", "raddning-jamtland/gateway"),
            ("desk", "raddning-jamtland/operator"),
            ("crew", "raddning-jamtland/unit:2311020"),
        ] {
            stage.join(name, principal, None);
        }
        let fire = OrganisationId::new("raddning-jamtland").unwrap();
        let deployment = deployment_for(&fire, true, &setup.deployment, &setup.policy);
        let gateway = gateway(settings);
        let (sent, notes) = (BTreeMap::new(), Vec::new());
        let mut tak = Self {
            stage,
            gateway,
            deployment,
            now: NOON,
            commands: 0,
            joined: true,
            silent: false,
            unsaid: Vec::new(),
            sent,
            notes,
        };
        tak.stage.send("crew", &json!({ "affiliate": { "talkgroupIds": ["raps-1"] } }));
        tak.settle();
        tak.hub_events();
        tak
    }

    pub(super) fn connect(&mut self, client: u64, identity: Identity) {
        self.sent.insert(ClientId(client), Vec::new());
        self.gateway.client_up(ClientId(client), identity, self.now);
        self.settle();
    }

    pub(super) fn disconnect(&mut self, client: u64) {
        self.sent.remove(&ClientId(client));
        self.gateway.client_down(ClientId(client), self.now);
        self.settle();
    }

    pub(super) fn says(&mut self, client: u64, event: &Event) {
        self.gateway.from_client(ClientId(client), event, self.now);
        self.settle();
    }

    /// The gateway's session is lost.
    pub(super) fn lost(&mut self) {
        self.stage.leave("port");
        self.joined = false;
        self.gateway.hub_down(self.now);
    }

    pub(super) fn join_again(&mut self) {
        self.stage.join("port", "raddning-jamtland/gateway", None);
        self.joined = true;
        self.settle();
    }

    /// Whether the hub neither hears nor says anything; what is said waits.
    pub(super) fn silent(&mut self, silent: bool) {
        self.silent = silent;
        if !silent {
            std::mem::take(&mut self.unsaid).iter().for_each(|command| self.submit(command));
            self.settle();
        }
    }

    /// The program starts anew, without a session.
    pub(super) fn restart(&mut self) {
        self.gateway = gateway(SETTINGS);
        self.sent.clear();
        self.joined = false;
    }

    /// The register as the gateway may know it.
    pub(super) fn register(&self) -> pb::Deployment {
        self.deployment.clone()
    }

    /// The frame that tells of the distress that stands in an incident.
    pub(super) fn raised(&self, incident: &str) -> Frame {
        let incident = self.gateway.picture().incident(incident).unwrap();
        let emergency = incident.standing_emergencies().next().unwrap();
        let envelope = pb::Envelope { incident_id: Some(incident.id.clone()), ..pb::Envelope::default() };
        let unit = pb::UnitRef { unit_id: Some(emergency.unit.clone()), ..pb::UnitRef::default() };
        let raised = pb::EmergencyRaised {
            emergency_id: Some(emergency.id.clone()),
            unit: Some(unit),
            ..pb::EmergencyRaised::default()
        };
        let body = Some(pb::event::Body::EmergencyRaised(raised));
        Frame::Update(pb::Update { event: Some(pb::Event { envelope: Some(envelope), body, ..pb::Event::default() }) })
    }

    /// Until the hub and the gateway have nothing more to say to each other.
    pub(super) fn settle(&mut self) {
        loop {
            self.stage.settle();
            let frames: Vec<pb::ServerFrame> = if self.joined && !self.silent {
                self.stage.frames("port").iter().map(decode).collect()
            } else {
                Vec::new()
            };
            for frame in frames.iter().filter_map(|frame| frame.frame.as_ref()) {
                match frame {
                    Frame::Welcome(welcome) => {
                        self.gateway.hub_up(welcome, &self.deployment, self.now);
                    }
                    frame => self.gateway.from_hub(frame, self.now),
                }
            }
            self.gateway.tick(self.now);
            self.gateway.tick(self.now);
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
                Out::Command(command) if self.joined => self.submit(&command),
                Out::Frame(frame) if self.joined => port::send(&mut self.stage, "port", *frame),
                Out::Command(_) | Out::Frame(_) => {}
                Out::Event(to, event) => {
                    let gets = |client: &ClientId| match &to {
                        To::AllBut(but) => !but.contains(client),
                        To::Only(only) => only.contains(client),
                    };
                    let getting = self.sent.iter_mut().filter(|(client, _)| gets(client));
                    getting.for_each(|(_, sent)| sent.push(event.as_ref().clone()));
                }
                Out::Note(note) => self.notes.push(note),
            }
        }
        any
    }

    fn submit(&mut self, command: &pb::Command) {
        let answer = port::submit(&mut self.stage, "port", command);
        self.gateway.from_hub(&Frame::Outcome(answer), self.now);
    }

    /// A desk asks for something; the answer.
    pub(super) fn desk(&mut self, command: Value) -> Value {
        self.ask("desk", command)
    }

    pub(super) fn ask(&mut self, name: &str, mut command: Value) -> Value {
        self.commands += 1;
        command["commandId"] = json!(format!("00000000-0000-7000-9000-{:012}", self.commands));
        let outcome = self.stage.submit(name, &command);
        self.settle();
        assert!(outcome["accepted"].is_object(), "{outcome}");
        outcome["accepted"].clone()
    }

    pub(super) fn incident(&mut self, facts: &[Value]) -> String {
        let report = json!({ "reportIncident": { "types": ["Trafikolycka"], "facts": facts } });
        self.desk(report)["incidentId"].as_str().unwrap().to_owned()
    }

    pub(super) fn alarm(&mut self, incident: &str, unit: &str) -> String {
        let party = json!({ "organisation": "raddning-jamtland", "unitId": unit, "required": true });
        let alarm = self.desk(json!({ "incidentId": incident, "raiseAlarm": { "parties": [party] } }));
        alarm["alarmId"].as_str().unwrap().to_owned()
    }

    pub(super) fn later(&mut self, milliseconds: i64) {
        self.settle();
        self.now += milliseconds;
        self.stage.pass(milliseconds);
        self.stage.set_time(Timestamp(self.now));
        self.settle();
    }

    /// A unit's latitude on the hub's map.
    pub(super) fn location(&self, unit: &str) -> Option<f64> {
        self.stage.nearby().location(&UnitId::new(unit).unwrap()).map(|fix| fix.0)
    }

    /// Events of a type that a client was sent since last asked for that type.
    pub(super) fn shown(&mut self, client: u64, kind: &str) -> Vec<Event> {
        let sent = self.sent.entry(ClientId(client)).or_default();
        let (asked, others): (Vec<_>, _) = sent.drain(..).partition(|event| event.kind.starts_with(kind));
        *sent = others;
        asked
    }

    pub(super) fn everything(&mut self, client: u64) -> Vec<String> {
        let sent = self.sent.entry(ClientId(client)).or_default();
        sent.iter().map(samband_gateway::cot::xml_form::write).collect()
    }

    pub(super) fn forget(&mut self, client: u64) {
        self.sent.insert(ClientId(client), Vec::new());
    }

    /// Texts that a client was sent since last asked.
    pub(super) fn told(&mut self, client: u64) -> Vec<String> {
        let texts = self.shown(client, "b-t-f").into_iter().filter(|event| event.kind == "b-t-f");
        texts.map(|event| event.detail("remarks").unwrap().text.clone()).collect()
    }

    /// Events that the desk has seen since last asked.
    pub(super) fn hub_events(&mut self) -> Vec<Value> {
        self.stage.settle();
        self.stage.frames("desk").iter().map(to_json).map(|frame| frame["update"]["event"].clone()).collect()
    }

    pub(super) fn text(&self, device: &str, callsign: &str, room: &str, text: &str) -> Event {
        let group = Element::new("chatgrp").with("uid0", device).with("uid1", room).with("id", room);
        let chat = Element::new("__chat")
            .with("chatroom", room)
            .with("id", room)
            .with("groupOwner", "false")
            .with("messageId", format!("m-{text}"))
            .with("senderCallsign", callsign)
            .with_child(group);
        let link = Element::new("link").with("uid", device).with("type", "a-f-G-U-C").with("relation", "p-p");
        let remarks = Element::new("remarks").with("to", room).with_text(text);
        let event = position(&format!("GeoChat.{device}.{room}.m-{text}"), callsign, Point::NONE);
        Event { kind: "b-t-f".into(), how: "h-g-i-g-o".into(), detail: vec![chat, link, remarks], ..event }
    }

    pub(super) fn distress(&self, device: &str, callsign: &str) -> Event {
        let link = Element::new("link").with("uid", device).with("type", "a-f-G-U-C").with("relation", "p-p");
        let emergency = Element::new("emergency").with("type", "911 Alert").with_text(callsign);
        let contact = Element::new("contact").with("callsign", format!("{callsign}-Alert"));
        let event = position(&format!("{device}-9-1-1"), callsign, at(63.18, 14.64));
        Event { kind: "b-a-o-tbl".into(), detail: vec![link, contact, emergency], ..event }
    }

    pub(super) fn cancel(&self, uid: &str, callsign: &str) -> Event {
        let emergency = Element::new("emergency").with("cancel", "true").with_text(callsign);
        let event = position(uid, callsign, at(63.18, 14.64));
        Event { kind: "b-a-o-can".into(), detail: vec![emergency], ..event }
    }
}

pub(super) fn at(lat: f64, lon: f64) -> Point {
    Point { lat, lon, hae: None, ce: Some(5.0), le: None }
}

/// A client's own position.
pub(super) fn position(uid: &str, callsign: &str, point: Point) -> Event {
    let time = |ms: i64| Instant::from_ms(ms).unwrap();
    let contact = Element::new("contact").with("callsign", callsign).with("endpoint", "*:-1:stcp");
    Event {
        uid: uid.into(),
        kind: "a-f-G-U-C".into(),
        how: "m-g".into(),
        time: time(NOON),
        start: time(NOON),
        stale: time(NOON + 60_000),
        others: Vec::new(),
        point,
        detail: vec![contact, Element::new("track").with("course", "90.4").with("speed", "10")],
    }
}
