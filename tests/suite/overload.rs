//! A slow or dead terminal harms nobody else, and loses nothing it comes back for.

use std::collections::BTreeMap;

use samband_domain::Timestamp;
use samband_hub::{limits, scenario::Stage};
use samband_proto::v1::GoodbyeCode;
use samband_tests::{
    core_stage::{CoreStage, to_json},
    deployment::{START, jamtland},
};
use serde_json::{Value, json};

const OPERATOR: &str = "sos-alarm/operator";
const RESCUE: &str = "raddning-jamtland/operator";

struct Load {
    stage: CoreStage,
    commands: u64,
}

impl Load {
    fn new() -> Self {
        let setup = jamtland();
        let policy = samband_disclosure::Policy::new(setup.policy.policy.parts().clone());
        let mut stage = CoreStage::new(&setup, policy);
        stage.set_time(START);
        stage.join("desk", OPERATOR, None);
        Self { stage, commands: 0 }
    }

    fn submit(&mut self, incident: Option<&str>, mut body: Value) -> Value {
        self.commands += 1;
        body["commandId"] = json!(format!("00000000-0000-7000-8000-{:012x}", self.commands));
        body["incidentId"] = incident.map_or(Value::Null, |incident| json!(incident));
        let outcome = self.stage.submit("desk", &body);
        assert!(outcome["accepted"].is_object(), "{outcome}");
        self.stage.settle();
        outcome
    }

    fn report(&mut self) -> String {
        let outcome = self.submit(None, json!({ "report_incident": { "types": ["Brand"] } }));
        outcome["accepted"]["incidentId"].as_str().unwrap().to_owned()
    }

    fn notes(&mut self, incident: &str, count: usize) {
        for number in 0..count {
            self.submit(Some(incident), json!({ "add_note": { "note": format!("rad {number}") } }));
        }
    }

    fn join(&mut self, name: &str, principal: &str, outbox: usize, resume: Option<&str>) {
        let usual = std::mem::replace(&mut self.stage.outbox, outbox);
        self.stage.join(name, principal, resume);
        self.stage.outbox = usual;
        self.stage.settle();
    }

    /// Lets a slow session take a few frames at a time until nothing is left for it.
    fn trickle(&mut self, name: &str, at_a_time: usize) -> Vec<Value> {
        for _ in 0..100_000 {
            let taken = self.stage.drain(name, at_a_time);
            self.stage.settle();
            if taken == 0 {
                return self.taken(name);
            }
        }
        panic!("{name} never has everything");
    }

    fn taken(&mut self, name: &str) -> Vec<Value> {
        self.stage.taken(name).iter().map(to_json).collect()
    }
}

/// Incident and event of every Update, in order.
fn updates(frames: &[Value]) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let pair = |event: &Value| (text(&event["envelope"]["incidentId"]), text(&event["envelope"]["eventId"]));
    frames.iter().map(|frame| &frame["update"]["event"]).filter(|event| !event.is_null()).map(pair).collect()
}

fn by_incident(updates: &[(String, String)]) -> BTreeMap<String, Vec<String>> {
    let mut events: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (incident, event) in updates {
        events.entry(incident.clone()).or_default().push(event.clone());
    }
    events
}

#[test]
fn a_slow_session_gets_everything_once_and_in_order() {
    for outbox in [2, 3, 8, 33] {
        let mut load = Load::new();
        load.join("slow", OPERATOR, outbox, None);
        load.stage.join("quick", OPERATOR, None);
        let incidents = [load.report(), load.report(), load.report()];
        load.stage.received("quick");
        for round in 0..40 {
            load.notes(&incidents[round % 3], 1);
            // It reads less than is written.
            if round % 4 == 0 {
                load.stage.drain("slow", 1);
            }
            assert_eq!(updates(&load.stage.received("quick")).len(), 1, "the other waits for nobody");
        }
        let slow = updates(&load.trickle("slow", 1));
        load.stage.join("late", OPERATOR, None);
        let all = updates(&load.stage.received("late"));
        assert!(all.len() > 40, "{}", all.len());
        assert_eq!(by_incident(&slow), by_incident(&all), "outbox of {outbox}");
    }
}

#[test]
fn ones_own_unanswered_alarms_come_first() {
    let mut load = Load::new();
    let incidents: Vec<_> = (0..6).map(|_| load.report()).collect();
    let party = json!({ "organisation": "raddning-jamtland", "required": true, "due_seconds": 600 });
    for incident in &incidents {
        load.submit(Some(incident), json!({ "raise_alarm": { "parties": [party] } }));
    }
    // All but the fourth are answered.
    for incident in incidents.iter().enumerate().filter(|(at, _)| *at != 3).map(|(_, incident)| incident) {
        let relayed = json!({ "organisation": "raddning-jamtland" });
        load.submit(Some(incident), json!({ "acknowledge": { "relayed_for": relayed, "heard_on": "RAPS 1" } }));
    }
    load.join("station", RESCUE, 4, None);
    let got = updates(&load.trickle("station", 1));
    assert_eq!(got.first().unwrap().0, incidents[3]);
    // The pool's talkgroups are no incident.
    let of_incidents = got.iter().map(|(incident, _)| incident.clone()).filter(|incident| !incident.is_empty());
    let mut order: Vec<_> = of_incidents.collect();
    order.dedup();
    assert_eq!(order.len(), 6, "each incident whole: {order:?}");
    // To somebody whose alarm it is not, it is one like the others.
    load.join("beside", OPERATOR, 4, None);
    let got = updates(&load.trickle("beside", 1));
    assert_ne!(got.first().unwrap().0, incidents[3]);
}

#[test]
fn who_never_reads_is_closed_and_resumes() {
    let mut load = Load::new();
    let incident = load.report();
    load.join("dead", OPERATOR, 16, None);
    let begun = load.trickle("dead", 16);
    let token = |frames: &[Value]| {
        let mut tokens = frames.iter().filter_map(|frame| frame["checkpoint"]["resumeToken"].as_str());
        tokens.next_back().unwrap().to_owned()
    };
    let token = token(&begun);
    load.stage.join("quick", OPERATOR, None);
    load.stage.received("quick");
    load.notes(&incident, 40);
    let stuck_at = START;
    load.stage.set_time(Timestamp(stuck_at.0 + limits::SLOW_CONSUMER_MS));
    load.stage.settle();
    assert_eq!(load.stage.ended("dead"), None, "it has its time");
    load.stage.set_time(Timestamp(stuck_at.0 + limits::SLOW_CONSUMER_MS + 1));
    load.stage.settle();
    assert_eq!(load.stage.ended("dead"), Some(GoodbyeCode::SlowConsumer));
    let all = updates(&load.stage.received("quick"));
    assert_eq!(all.len(), 40, "nobody else notices");
    load.stage.drain("dead", usize::MAX);
    let had = updates(&load.taken("dead"));
    assert!(had.len() < 40);

    load.stage.join("dead", OPERATOR, Some(&token));
    let frames = load.stage.received("dead");
    assert_eq!(frames[0]["welcome"]["resumed"], json!(true));
    assert_eq!(updates(&frames), all, "all that came after the token, in order");
}

/// One that reads a little is slow, not dead, however long it takes.
#[test]
fn who_reads_a_little_stays() {
    let mut load = Load::new();
    let incident = load.report();
    load.notes(&incident, 60);
    load.join("slow", OPERATOR, 4, None);
    for step in 1..=20 {
        load.stage.set_time(Timestamp(START.0 + step * (limits::SLOW_CONSUMER_MS - 1)));
        assert_eq!(load.stage.drain("slow", 2), 2);
        load.stage.settle();
        assert_eq!(load.stage.ended("slow"), None, "step {step}");
    }
}
