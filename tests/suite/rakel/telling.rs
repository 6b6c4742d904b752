//! What a crew must know: told until its radio has it, never twice, never when it is no longer true, never more than may be said.

use samband_gateway::tetra::{pei::Why, sds::Service};
use samband_hub::scenario::Stage as _;
use serde_json::{Value, json};

use super::{
    U, delivery,
    wired::{AMBULANCE, OTHER_AMBULANCE, OWN, Rakel},
};

#[test]
fn what_another_device_reported_does_not_stop_the_radio() {
    let mut rakel = Rakel::new();
    rakel.stage.leave("port");
    let incident = rakel.incident("Trafikolycka");
    let alarm = rakel.alarm(&incident, &[AMBULANCE]);
    // The tablet in the vehicle has it, and nobody is in the vehicle.
    rakel.stage.join("tablet", &format!("region-jh/unit:{AMBULANCE}"), None);
    let receipt = json!({ "step": "RECEIPT_STEP_DELIVERED", "incidentId": incident, "alarmId": alarm });
    rakel.stage.send("tablet", &json!({ "receipt": receipt }));
    rakel.later(2_000);
    rakel.stage.join("port", "sos-alarm/gateway", None);
    rakel.settle();
    assert!(rakel.told(AMBULANCE)[0].starts_with("LARM Trafikolycka"));
}

#[test]
fn a_gateway_that_restarts_tells_nobody_twice_and_calls_back_whom_it_alarmed() {
    let mut rakel = Rakel::new();
    let incident = rakel.incident("Trafikolycka");
    let alarm = rakel.alarm(&incident, &[AMBULANCE]);
    assert_eq!(rakel.told(AMBULANCE).len(), 1);
    rakel.restart();
    assert_eq!(rakel.told(AMBULANCE).len(), 1, "nobody had said that the radio has it");
    let delivered = delivery(&rakel, 0x00, false);
    rakel.radio(Service::Type4, AMBULANCE, OWN, &delivered);
    rakel.restart();
    assert!(rakel.told(AMBULANCE).is_empty(), "it has it");
    rakel.stage.leave("port");
    rakel.sos(json!({ "incidentId": incident, "recallAlarm": { "alarmId": alarm, "reason": "falskt" } }));
    rakel.later(3_600_000);
    rakel.restart();
    let told = rakel.told(AMBULANCE);
    assert!(told.len() == 1 && told[0].starts_with("ÅTER: larmet Trafikolycka"), "{told:?}");
    let delivered = delivery(&rakel, 0x00, false);
    rakel.radio(Service::Type4, AMBULANCE, OWN, &delivered);
    for _ in 0..2 {
        rakel.restart();
        assert!(rakel.told(AMBULANCE).is_empty(), "once");
    }
}

#[test]
fn a_gateway_that_starts_without_its_radio_says_nothing_of_what_was_answered() {
    let mut rakel = Rakel::new();
    let (answered, waits) = (rakel.incident("Trafikolycka"), rakel.incident("Hjärtstopp"));
    rakel.alarm(&answered, &[AMBULANCE]);
    rakel.answers(AMBULANCE, &answered);
    rakel.alarm(&waits, &[OTHER_AMBULANCE]);
    rakel.forget_disk();
    rakel.stage.leave("port");
    rakel.restart_without_hub();
    rakel.radio_down();
    rakel.stage.join("port", "sos-alarm/gateway", None);
    rakel.settle();
    // Answered in the terminal before a minute is over.
    let third = rakel.incident("Fall");
    rakel.alarm(&third, &[AMBULANCE]);
    rakel.answers(AMBULANCE, &third);
    rakel.seen("amb");
    rakel.later(120_000);
    let notes: Vec<Value> = rakel.seen("amb").into_iter().filter(|event| event["noteAdded"].is_object()).collect();
    let about: Vec<&Value> = notes.iter().map(|note| &note["envelope"]["incidentId"]).collect();
    assert_eq!(about, [&json!(waits)], "of the one that waits, once");
}

#[test]
fn a_report_that_comes_late_still_counts_and_an_answer_is_one_too() {
    let mut rakel = Rakel::new();
    let (first, second) = (rakel.incident("Trafikolycka"), rakel.incident("Hjärtstopp"));
    rakel.alarm(&first, &[AMBULANCE]);
    rakel.told(AMBULANCE);
    let delivered = delivery(&rakel, 0x00, false);
    rakel.seen("amb");
    rakel.later(65_000);
    rakel.radio(Service::Type4, AMBULANCE, OWN, &delivered);
    assert_eq!(rakel.events("amb", "receiptsGathered").len(), 1, "the desk sees it");
    rakel.later(300_000);
    assert!(rakel.told(AMBULANCE).is_empty(), "it was to go again, and does not");
    // One that reports on the first message when the second is on the air has not lost the second.
    let slow = rakel.incident("Fall");
    rakel.alarm(&slow, &[AMBULANCE]);
    let delivered = delivery(&rakel, 0x00, false);
    rakel.later(61_000);
    rakel.later(20_000);
    assert_eq!(rakel.told(AMBULANCE).len(), 2);
    rakel.radio(Service::Type4, AMBULANCE, OWN, &delivered);
    rakel.later(600_000);
    assert!(rakel.told(AMBULANCE).is_empty());
    // What the crew has answered over the radio it has, though the hub is away.
    rakel.alarm(&second, &[OTHER_AMBULANCE]);
    rakel.told(OTHER_AMBULANCE);
    rakel.hub_silent(true);
    rakel.status(OTHER_AMBULANCE, U);
    rakel.later(300_000);
    assert!(rakel.told(OTHER_AMBULANCE).iter().all(|text| !text.starts_with("LARM")));
    rakel.hub_silent(false);
    assert!(rakel.events("amb", "noteAdded").is_empty());
}

#[test]
fn a_radio_that_says_nothing_is_told_again_until_it_has_it() {
    let mut rakel = Rakel::new();
    let incident = rakel.incident("Trafikolycka");
    rakel.alarm(&incident, &[AMBULANCE]);
    assert_eq!(rakel.told(AMBULANCE).len(), 1);
    rakel.later(59_000);
    assert!(rakel.told(AMBULANCE).is_empty());
    rakel.later(1_000);
    rakel.later(20_000);
    assert_eq!(rakel.told(AMBULANCE).len(), 1, "nobody has said that it arrived");
    let delivered = delivery(&rakel, 0x00, false);
    rakel.radio(Service::Type4, AMBULANCE, OWN, &delivered);
    rakel.later(600_000);
    assert!(rakel.told(AMBULANCE).is_empty(), "it has it");
}

#[test]
fn what_waited_too_long_in_the_queue_was_not_tried() {
    let mut rakel = Rakel::new();
    let incident = rakel.incident("Trafikolycka");
    (rakel.unsent, rakel.why) = (20, Why::Expired);
    rakel.alarm(&incident, &[AMBULANCE]);
    rakel.later(1_000);
    rakel.told(AMBULANCE);
    assert_eq!(rakel.unsent, 0, "looked at anew each time, at once");
    assert!(rakel.events("amb", "noteAdded").is_empty(), "and never given up");
}

#[test]
fn while_the_gateways_radio_is_away_alarms_wait_and_the_desk_is_told() {
    let mut rakel = Rakel::new();
    let (first, second) = (rakel.incident("Trafikolycka"), rakel.incident("Hjärtstopp"));
    rakel.radio_down();
    rakel.alarm(&first, &[AMBULANCE]);
    rakel.alarm(&second, &[OTHER_AMBULANCE]);
    rakel.seen("amb");
    rakel.later(58_000);
    assert!(rakel.raw.is_empty() && rakel.events("amb", "noteAdded").is_empty());
    rakel.later(4_000);
    let notes = rakel.events("amb", "noteAdded");
    assert_eq!(notes.len(), 2, "once each");
    assert!(notes[0]["note"].as_str().unwrap().starts_with("Larmet har inte kunnat sändas över Rakel"), "{notes:?}");
    // One crew is reached by telephone meanwhile and answers in the terminal.
    rakel.answers(AMBULANCE, &first);
    rakel.later(3_600_000);
    assert!(rakel.events("amb", "noteAdded").is_empty());
    rakel.radio_up();
    assert!(rakel.told(AMBULANCE).iter().all(|text| !text.starts_with("LARM")), "answered hours ago");
    assert!(rakel.told(OTHER_AMBULANCE)[0].starts_with("LARM Hjärtstopp"), "still waits");
}

#[test]
fn a_recall_that_does_not_reach_its_radio_is_sent_again_and_then_the_desk_reads_it() {
    let mut rakel = Rakel::new();
    let incident = rakel.incident("Trafikolycka");
    let alarm = rakel.alarm(&incident, &[AMBULANCE]);
    rakel.told(AMBULANCE);
    rakel.sos(json!({ "incidentId": incident, "recallAlarm": { "alarmId": alarm, "reason": "falskt" } }));
    rakel.seen("amb");
    for try_number in 1..=5 {
        let told = rakel.told(AMBULANCE);
        assert!(told.len() == 1 && told[0].starts_with("ÅTER"), "try {try_number}: {told:?}");
        let failed = delivery(&rakel, 0x4A, false);
        rakel.radio(Service::Type4, AMBULANCE, OWN, &failed);
        rakel.later(20_000);
    }
    let notes = rakel.events("amb", "noteAdded");
    assert!(notes.len() == 1 && notes[0]["note"].as_str().unwrap().starts_with("Återtagandet av larmet nådde inte"));
}

#[test]
fn an_alarm_that_the_network_did_not_take_goes_once_more_and_not_twice() {
    let mut rakel = Rakel::new();
    let incident = rakel.incident("Trafikolycka");
    rakel.unsent = 1;
    rakel.alarm(&incident, &[AMBULANCE]);
    assert_eq!(rakel.told(AMBULANCE).len(), 1);
    // The network reports on it too.
    let failed = delivery(&rakel, 0x4A, false);
    rakel.radio(Service::Type4, AMBULANCE, OWN, &failed);
    rakel.later(20_000);
    assert_eq!(rakel.told(AMBULANCE).len(), 1, "one retry for one alarm");
    rakel.later(60_000);
    assert!(rakel.told(AMBULANCE).is_empty());
}

#[test]
fn crews_of_others_are_told_what_the_two_organisations_have_stated() {
    let mut rakel = Rakel::new();
    rakel.stage.join("polis", "polis-nord/operator", None);
    let incident = rakel.incident("Trafikolycka");
    let party = json!({ "organisation": "polis-nord", "required": false });
    rakel.sos(json!({ "incidentId": incident, "raiseAlarm": { "parties": [party] } }));
    let state = |what: &str| json!({ "stateFact": { "safety": { "threat": true, "instruction": what } } });
    rakel.alarm(&incident, &[OTHER_AMBULANCE]);
    rakel.ask("polis", &incident, state("Polisens egen uppgift"));
    rakel.ask("sos", &incident, state("SOS egen uppgift"));
    rakel.ask("amb", &incident, state("Ambulansens egen uppgift"));
    let seen = rakel.warnings(&incident);
    assert!(seen.contains(&"Polisens egen uppgift".to_owned()), "the gateway is shown it: {seen:?}");
    rakel.alarm(&incident, &[AMBULANCE]);
    let told = rakel.told(AMBULANCE).remove(0);
    assert!(told.contains("SOS egen uppgift") && told.contains("Ambulansens egen uppgift"), "{told}");
    assert!(!told.contains("Polisens"), "whether the police have opened it to the ambulance nobody knows here: {told}");
}
