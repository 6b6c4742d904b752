//! Pressed without a network: the client keeps the command and sends it again, under the same id, until it has an answer. However often
//! it is sent, and whatever was lost, there is one emergency.

use std::{collections::BTreeSet, sync::Barrier};

use samband_domain::Timestamp;
use samband_hub::scenario::Stage as _;
use samband_tests::{
    deployment::{START, jamtland},
    socket_stage::{SocketStage, Transport},
};
use serde_json::{Value, json};

const UNIT: &str = "raddning-jamtland/unit:2311010";
const TRANSPORTS: [Transport; 3] = [Transport::Grpc, Transport::WebSocketProto, Transport::WebSocketJson];

/// Pressed at the beginning, whenever it is sent.
fn pressed(number: u64) -> Value {
    json!({
        "commandId": format!("00000000-0000-7000-8000-{number:012x}"),
        "pressedAt": "2026-01-01T00:00:00Z",
        "raise_emergency": { "what": "Instängda", "location": { "latitude": 63.349, "longitude": 13.46 } },
    })
}

fn stage(transport: Transport) -> SocketStage {
    let mut stage = SocketStage::new(&jamtland(), transport);
    stage.set_time(START);
    stage.join("sos", "sos-alarm/operator", None);
    stage.join("unit", UNIT, None);
    stage
}

/// Emergencies that were raised, and incidents opened for them, as the alarm centre is told.
fn raised(stage: &mut SocketStage) -> (Vec<String>, BTreeSet<String>) {
    stage.settle();
    // From the beginning: what stands, and what was told as it happened, must be the same.
    let told = emergencies(&stage.received("sos"));
    stage.join("late", "sos-alarm/operator", None);
    stage.settle();
    let late = emergencies(&stage.received("late"));
    stage.leave("late");
    assert_eq!(told, late, "as it happened, and late");
    told
}

fn emergencies(frames: &[Value]) -> (Vec<String>, BTreeSet<String>) {
    let events: Vec<_> = frames.iter().map(|frame| &frame["update"]["event"]).collect();
    let raised = events.iter().filter_map(|event| event["emergencyRaised"]["emergencyId"].as_str());
    let incidents = events.iter().filter_map(|event| event["envelope"]["incidentId"].as_str());
    (raised.map(str::to_owned).collect(), incidents.map(str::to_owned).collect())
}

fn one(stage: &mut SocketStage, outcome: &Value) {
    let id = outcome["accepted"]["emergencyId"].as_str().unwrap_or_else(|| panic!("{outcome}")).to_owned();
    let incident = outcome["accepted"]["incidentId"].as_str().unwrap().to_owned();
    assert_eq!(raised(stage), (vec![id], BTreeSet::from([incident])));
}

#[test]
fn the_answer_was_lost() {
    for transport in TRANSPORTS {
        let mut stage = stage(transport);
        stage.send("unit", &json!({ "submit": pressed(1) }));
        // The hub has it; the unit never reads the answer.
        stage.wait_for("unit", |frame| frame["outcome"].is_object());
        stage.leave("unit");
        stage.set_time(Timestamp(START.0 + 90_000));
        stage.join("unit", UNIT, None);
        let outcome = stage.submit("unit", &pressed(1));
        one(&mut stage, &outcome);
    }
}

/// The connection breaks as it is sent: whether the hub has read it is anybody's guess.
#[test]
fn the_connection_broke_as_it_was_sent() {
    for transport in TRANSPORTS {
        let mut stage = stage(transport);
        for attempt in 1..6 {
            stage.send("unit", &json!({ "submit": pressed(1) }));
            stage.leave("unit");
            stage.set_time(Timestamp(START.0 + attempt * 10_000));
            stage.join("unit", UNIT, None);
        }
        let outcome = stage.submit("unit", &pressed(1));
        one(&mut stage, &outcome);
    }
}

#[test]
fn the_hub_was_started_again_in_between() {
    let mut stage = stage(Transport::Grpc);
    let first = stage.submit("unit", &pressed(1));
    stage.restart();
    stage.set_time(Timestamp(START.0 + 600_000));
    stage.join("sos", "sos-alarm/operator", None);
    stage.join("unit", UNIT, None);
    let again = stage.submit("unit", &pressed(1));
    assert_eq!(first, again);
    one(&mut stage, &again);
}

/// What was ended by others while the unit was away is not raised again by what it had kept.
#[test]
fn ended_in_between_it_is_not_raised_again() {
    let mut stage = stage(Transport::WebSocketProto);
    stage.join("desk", "raddning-jamtland/operator", None);
    let first = stage.submit("unit", &pressed(1));
    stage.leave("unit");
    let accepted = &first["accepted"];
    let cancel = json!({
        "commandId": "00000000-0000-7000-8000-000000000002", "incidentId": accepted["incidentId"],
        "cancel_emergency": { "emergency_id": accepted["emergencyId"], "reason": "ute" },
    });
    let cancelled = stage.submit("desk", &cancel);
    assert!(cancelled["accepted"].is_object(), "{cancelled}");
    stage.settle();
    stage.received("sos");
    stage.join("unit", UNIT, None);
    assert_eq!(stage.submit("unit", &pressed(1)), first);
    let (raised, incidents) = raised_again(&mut stage);
    assert!(raised.is_empty() && incidents.is_empty(), "{raised:?} {incidents:?}");
}

fn raised_again(stage: &mut SocketStage) -> (Vec<String>, BTreeSet<String>) {
    stage.settle();
    emergencies(&stage.received("sos"))
}

/// Pressed again, by a thumb: another command, and still one emergency.
#[test]
fn pressed_twice_while_away() {
    let mut stage = stage(Transport::Grpc);
    let first = stage.submit("unit", &pressed(1));
    let second = stage.submit("unit", &pressed(2));
    assert_eq!(second["refused"]["code"], "REFUSAL_CODE_EMERGENCY_STANDS", "{second}");
    let again = stage.submit("unit", &pressed(1));
    assert_eq!(first, again);
    one(&mut stage, &again);
}

/// The old connection is not dead after all, and both carry it at the same time.
#[test]
fn sent_on_two_connections_at_once() {
    for transport in TRANSPORTS {
        let mut stage = stage(transport);
        stage.join("unit again", UNIT, None);
        let barrier = Barrier::new(2);
        std::thread::scope(|scope| {
            for name in ["unit", "unit again"] {
                let sender = stage.sender(name).unwrap();
                let barrier = &barrier;
                scope.spawn(move || {
                    barrier.wait();
                    sender.blocking_send(json!({ "submit": pressed(1) })).unwrap();
                });
            }
        });
        let answer = |name| stage.wait_for(name, |frame| frame["outcome"].is_object())["outcome"].clone();
        let (first, second) = (answer("unit"), answer("unit again"));
        assert_eq!(first, second);
        one(&mut stage, &first);
    }
}
