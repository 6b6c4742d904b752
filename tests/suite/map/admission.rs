//! Which locations are taken, and what their senders are told.

use samband_hub::scenario::Stage as _;
use samband_tests::{core_stage::CoreStage, deployment::jamtland};
use serde_json::{Value, json};

use super::world::unit;
use crate::ledger::{opened, records};

/// 2026-01-01 and a day.
const NOON: i64 = 1_767_268_800_000;

fn stage() -> CoreStage {
    let setup = jamtland();
    let mut stage = CoreStage::new(&setup, samband_disclosure::Policy::new(setup.policy.policy.parts().clone()));
    stage.set_time(samband_domain::Timestamp(NOON));
    stage.join("fordon", "raddning-jamtland/unit:2311010", None);
    stage.join("port", "raddning-jamtland/gateway", None);
    stage.join("sos-port", "sos-alarm/gateway", None);
    stage.join("befäl", "raddning-jamtland/operator", None);
    ["fordon", "port", "sos-port", "befäl"].iter().for_each(|name| drop(stage.received(name)));
    stage
}

/// Codes of the outcomes a session has got, each without a command id.
fn refusals(stage: &mut CoreStage, name: &str) -> Vec<String> {
    let outcomes = stage.received(name).into_iter().filter(|frame| frame["outcome"].is_object());
    let code = |frame: Value| {
        assert!(frame["outcome"]["commandId"].is_null());
        frame["outcome"]["refused"]["code"].as_str().unwrap().trim_start_matches("REFUSAL_CODE_").to_owned()
    };
    outcomes.map(code).collect()
}

fn at(latitude: f64, longitude: f64) -> Value {
    json!({ "location": { "location": { "latitude": latitude, "longitude": longitude } } })
}

fn of(id: &str) -> Value {
    json!({ "location": { "unitId": id, "location": { "latitude": 63.2, "longitude": 14.6 } } })
}

#[test]
fn what_is_not_taken_is_answered() {
    let nan = json!({ "location": { "location": { "latitude": "NaN", "longitude": 14.6 } } });
    let endless = json!({ "location": { "location": { "latitude": 63.2, "longitude": "Infinity" } } });
    let half = json!({ "location": { "location": { "latitude": 63.2 } } });
    let own = |fields: Value| {
        let mut frame = at(63.2, 14.6);
        frame["location"].as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        frame
    };
    let table: Vec<(&str, Value, &[&str])> = vec![
        ("fordon", at(63.2, 14.6), &[]),
        ("fordon", own(json!({ "unitId": "2311010" })), &[]),
        ("fordon", own(json!({ "fixAt": "2099-01-01T00:00:00Z" })), &[]),
        ("fordon", own(json!({ "fixAt": "1970-01-01T00:00:00Z" })), &[]),
        ("fordon", own(json!({ "courseDeg": 360, "speedKmh": 4_000_000 })), &[]),
        ("fordon", of("2311020"), &["NOT_PERMITTED"]),
        ("fordon", of("finns-inte"), &["NOT_PERMITTED"]),
        ("befäl", of("2311010"), &["NOT_PERMITTED"]),
        ("fordon", json!({ "location": {} }), &["MALFORMED"]),
        ("fordon", half, &["MALFORMED"]),
        ("port", at(63.2, 14.6), &["MALFORMED"]),
        ("port", of("2311020"), &[]),
        ("port", of("1104010"), &["UNKNOWN_UNIT"]),
        ("port", of("3269010"), &["UNKNOWN_UNIT"]),
        ("sos-port", of("3269010"), &[]),
        ("sos-port", of("2311010"), &["UNKNOWN_UNIT"]),
        ("port", of("finns-inte"), &["UNKNOWN_UNIT"]),
        ("port", of("INGET ID"), &["UNKNOWN_UNIT"]),
        ("fordon", at(0.0, 0.0), &["LOCATION_IMPLAUSIBLE"]),
        ("fordon", at(63.2, 2.0), &["LOCATION_IMPLAUSIBLE"]),
        ("fordon", at(91.0, 14.6), &["LOCATION_IMPLAUSIBLE"]),
        ("fordon", at(-63.2, -14.6), &["LOCATION_IMPLAUSIBLE"]),
        ("fordon", nan, &["LOCATION_IMPLAUSIBLE"]),
        ("fordon", endless, &["LOCATION_IMPLAUSIBLE"]),
    ];
    for (name, frame, expected) in table {
        let mut stage = stage();
        stage.send(name, &frame);
        assert_eq!(refusals(&mut stage, name), expected, "{name} {frame}");
    }
}

#[test]
fn not_yours_and_not_there_are_the_same_answer() {
    let mut stage = stage();
    stage.send("port", &of("1104010"));
    let theirs = stage.frames("port");
    stage.send("port", &of("ingen-alls"));
    assert!(theirs == stage.frames("port") && !theirs.is_empty());
}

#[test]
fn a_time_that_cannot_be_is_the_hubs() {
    for (told, taken) in [
        ("2099-01-01T00:00:00Z", NOON),
        ("2026-01-01T12:00:31Z", NOON),
        ("2026-01-01T12:00:30Z", NOON + 30_000),
        ("2026-01-01T11:59:00Z", NOON - 60_000),
    ] {
        let mut stage = stage();
        let mut frame = at(63.2, 14.6);
        frame["location"]["fixAt"] = json!(told);
        stage.send("fordon", &frame);
        stage.pass(1_000);
        let fix_at = stage.nearby().location(&unit("2311010")).map(|(.., fix_at)| fix_at.0);
        assert_eq!(fix_at, Some(taken), "{told}");
    }
}

#[test]
fn the_ledger_knows_who_is_shown_the_map_before_anybody_is() {
    let mut stage = stage();
    let follow = json!({ "follow": { "areas": [{ "south": 63.0, "west": 14.0, "north": 64.0, "east": 15.0 }] } });
    stage.send("befäl", &follow);
    stage.pass(1_000);
    let opened = |stage: &CoreStage| {
        let records = records(stage.ledger_journal.as_ref());
        opened(&records).into_iter().filter(|one| one.scope() == "map").cloned().collect::<Vec<_>>()
    };
    assert!(opened(&stage).is_empty(), "there is nothing to show yet");
    stage.send("fordon", &at(63.2, 14.6));
    stage.pass(1_000);
    assert!(stage.received("befäl").iter().any(|frame| frame["map"].is_object()));
    let entered = opened(&stage);
    assert_eq!(entered.len(), 1);
    assert_eq!((entered[0].organisation(), entered[0].role()), ("raddning-jamtland", "operator"));
    assert!(entered[0].key.as_ref().is_some_and(|key| key.policy_hash.is_some()));
    stage.send("fordon", &at(63.3, 14.6));
    stage.pass(1_000);
    assert_eq!(opened(&stage).len(), 1, "once");
}

#[test]
fn a_hundred_a_second_are_five_and_one_answer() {
    let mut stage = stage();
    for number in 0..100 {
        stage.send("fordon", &at(63.0 + f64::from(number) / 1_000.0, 14.6));
    }
    assert_eq!(refusals(&mut stage, "fordon"), ["TOO_OFTEN"]);
    stage.pass(1_000);
    let latitude = |stage: &CoreStage| stage.nearby().location(&unit("2311010")).map(|at| at.0);
    assert_eq!(latitude(&stage), Some(63.004), "the newest within the budget counts");
    // Another unit has a budget of its own, and the gateway speaks for this one out of the same.
    stage.send("port", &of("2311020"));
    for _ in 0..6 {
        stage.send("port", &of("2311010"));
    }
    assert_eq!(refusals(&mut stage, "port"), ["TOO_OFTEN"]);
    stage.pass(200);
    stage.send("fordon", &at(63.3, 14.6));
    stage.send("fordon", &at(63.4, 14.6));
    stage.pass(800);
    assert_eq!(refusals(&mut stage, "fordon"), ["TOO_OFTEN"]);
    assert_eq!(latitude(&stage), Some(63.3), "a fifth of a second is one report");
}
