//! What crews press and write: for which alarm and incident it counts, when it was pressed, and what becomes of it while the hub is away.

use samband_gateway::{
    bits::BitString,
    tetra::sds::{DeliveryReport, Service, TextMessage},
};
use samband_hub::scenario::Stage as _;
use serde_json::{Value, json};

use super::{
    F, U,
    wired::{AMBULANCE, OWN, RAPS_1, Rakel},
};

#[test]
fn a_status_from_before_an_alarm_is_no_answer_to_it() {
    let mut rakel = Rakel::new();
    rakel.stage.leave("port");
    rakel.restart_without_hub();
    rakel.status(AMBULANCE, U);
    rakel.later(5_400_000);
    let incident = rakel.incident("Trafikolycka");
    rakel.alarm(&incident, &[AMBULANCE]);
    rakel.seen("amb");
    rakel.stage.join("port", "sos-alarm/gateway", None);
    rakel.settle();
    assert!(rakel.events("amb", "acknowledged").is_empty(), "nobody had seen it");
    assert!(rakel.told(AMBULANCE).iter().any(|text| text.starts_with("LARM")), "it waits, and is told");
}

#[test]
fn distress_is_said_when_the_one_that_stands_may_be_over() {
    let mut rakel = Rakel::new();
    rakel.status(AMBULANCE, 0x0000);
    let seen = rakel.seen("amb");
    let first = seen.iter().find(|event| event["emergencyRaised"].is_object()).unwrap();
    let (incident, id) = (first["envelope"]["incidentId"].clone(), first["emergencyRaised"]["emergencyId"].clone());
    rakel.later(60_000);
    rakel.hub_silent(true);
    let cancel = json!({ "emergencyId": id, "reason": "falsk" });
    rakel.ask("amb", incident.as_str().unwrap(), json!({ "cancelEmergency": cancel }));
    rakel.seen("amb");
    rakel.status(AMBULANCE, 0x0000);
    rakel.hub_silent(false);
    assert_eq!(rakel.events("amb", "emergencyRaised").len(), 1, "somebody is in need again");
}

#[test]
fn a_status_is_for_the_incident_that_the_unit_is_on_now() {
    let mut rakel = Rakel::new();
    let (first, second) = (rakel.incident("Trafikolycka"), rakel.incident("Hjärtstopp"));
    rakel.alarm(&first, &[AMBULANCE]);
    rakel.status(AMBULANCE, U);
    rakel.later(60_000);
    rakel.alarm(&second, &[AMBULANCE]);
    rakel.seen("amb");
    // The hub is away when the second is answered: its own word of it is hours old, the radio's is what counts.
    rakel.hub_silent(true);
    rakel.status(AMBULANCE, U);
    rakel.status(AMBULANCE, F);
    rakel.hub_silent(false);
    let codes: Vec<(Value, Value)> = rakel
        .seen("amb")
        .into_iter()
        .filter(|event| event["unitStatusReported"].is_object())
        .map(|event| (event["unitStatusReported"]["code"].clone(), event["envelope"]["incidentId"].clone()))
        .collect();
    assert_eq!(codes, [(json!("U"), json!(second)), (json!("F"), json!(second))]);
    // When it is over the unit is on nothing: what it presses is its own.
    for incident in [&first, &second] {
        rakel.ask("amb", incident, json!({ "standDown": {} }));
        rakel.sos(json!({ "incidentId": incident, "closeIncident": { "outcome": "CLOSE_OUTCOME_COMPLETED", "reason": "klart" } }));
    }
    rakel.later(7_200_000);
    rakel.seen("amb");
    rakel.status(AMBULANCE, 0x8105);
    assert_eq!(rakel.events("amb", "unitStateReported").len(), 1);
}

#[test]
fn the_same_code_for_another_incident_within_half_a_minute_counts() {
    let mut rakel = Rakel::new();
    let (first, second) = (rakel.incident("Trafikolycka"), rakel.incident("Hjärtstopp"));
    rakel.alarm(&first, &[AMBULANCE]);
    rakel.status(AMBULANCE, U);
    rakel.later(40_000);
    rakel.status(AMBULANCE, F);
    rakel.later(8_000);
    rakel.alarm(&second, &[AMBULANCE]);
    rakel.status(AMBULANCE, U);
    rakel.seen("amb");
    rakel.later(10_000);
    rakel.status(AMBULANCE, F);
    rakel.status(AMBULANCE, F);
    assert_eq!(rakel.events("amb", "unitStatusReported").len(), 1, "once, and for the second");
}

#[test]
fn an_answer_that_counts_for_nothing_leaves_the_alarm_waiting() {
    let mut rakel = Rakel::new();
    rakel.stage.join("polis", "polis-nord/operator", None);
    let incident = rakel.incident("Trafikolycka");
    let party = json!({ "organisation": "polis-nord", "required": false });
    rakel.sos(json!({ "incidentId": incident, "raiseAlarm": { "parties": [party] } }));
    let alarm = rakel.alarm(&incident, &[AMBULANCE]);
    // Nobody has named the police as one whose word counts for the ambulance.
    let crew = json!({ "organisation": "region-jh", "unitId": AMBULANCE.to_string() });
    let heard = json!({ "alarmId": alarm, "relayedFor": crew, "heardOn": "radio" });
    rakel.ask("polis", &incident, json!({ "acknowledge": heard }));
    assert_eq!(rakel.events("amb", "acknowledged")[0]["counts"], json!(false));
    rakel.status(AMBULANCE, U);
    let answers = rakel.events("amb", "acknowledged");
    assert_eq!((&answers[0]["alarmId"], &answers[0]["counts"]), (&json!(alarm), &json!(true)));
}

#[test]
fn what_was_pressed_before_the_hub_told_what_goes_on_outlives_the_gateway() {
    let mut rakel = Rakel::new();
    let incident = rakel.incident("Trafikolycka");
    rakel.alarm(&incident, &[AMBULANCE]);
    rakel.seen("amb");
    rakel.stage.leave("port");
    rakel.restart_without_hub();
    rakel.status(AMBULANCE, U);
    assert_eq!(rakel.kept_held.len(), 1, "on disk");
    rakel.later(120_000);
    rakel.restart_without_hub();
    rakel.stage.join("port", "sos-alarm/gateway", None);
    rakel.settle();
    let answers: Vec<Value> = rakel.seen("amb").into_iter().filter(|event| event["acknowledged"].is_object()).collect();
    assert_eq!(answers.len(), 1);
    assert_eq!(answers[0]["envelope"]["pressedAt"], json!("2026-01-01T12:00:01Z"), "with its own time");
    assert!(rakel.kept_held.is_empty());
}

#[test]
fn what_the_hub_refuses_the_crew_is_told() {
    let mut rakel = Rakel::new();
    let incident = rakel.incident("Trafikolycka");
    rakel.alarm(&incident, &[AMBULANCE]);
    rakel.told(AMBULANCE);
    rakel.refuse = Some("REFUSAL_CODE_INCIDENT_CLOSED");
    rakel.status(AMBULANCE, U);
    assert_eq!(rakel.told(AMBULANCE), ["EJ REGISTRERAT: U (INCIDENT_CLOSED). Säg det på talgruppen."]);
    rakel.status(AMBULANCE, 0x0000);
    assert_eq!(rakel.told(AMBULANCE), ["EJ REGISTRERAT: nödlarm (INCIDENT_CLOSED). Säg det på talgruppen."]);
    rakel.later(31_000);
    rakel.refuse = Some("REFUSAL_CODE_EMERGENCY_STANDS");
    rakel.status(AMBULANCE, 0x0000);
    assert!(rakel.told(AMBULANCE).is_empty(), "it stands already, that is what was wanted");
}

#[test]
fn a_gateway_whose_clock_is_slow_says_when_by_the_hubs() {
    let mut rakel = Rakel::new();
    rakel.slow(90_000);
    let incident = rakel.incident("Trafikolycka");
    rakel.later(600_000);
    rakel.alarm(&incident, &[AMBULANCE]);
    rakel.later(20_000);
    rakel.seen("amb");
    rakel.status(AMBULANCE, U);
    let answers = rakel.events("amb", "acknowledged");
    assert_eq!(answers.len(), 1, "it was pressed after the alarm came");
}

/// A part of a longer message (identifier 8C), of which the first says what the message is.
fn part(reference: u8, total: u8, sequence: u8, data: &[u8]) -> BitString {
    let mut octets = vec![0x8C, 0x00, sequence, reference, total, sequence];
    octets.extend_from_slice(data);
    BitString::from_octets(&octets)
}

#[test]
fn a_text_in_parts_that_is_longer_than_a_message_is_whole_in_the_incident() {
    let mut rakel = Rakel::new();
    let incident = rakel.incident("Trafikolycka");
    rakel.alarm(&incident, &[AMBULANCE]);
    rakel.status(AMBULANCE, U);
    rakel.seen("amb");
    let text = "tre skadade, en fastklämd. ".repeat(14);
    // Text with a coding and no time, in Latin 1, cut anywhere.
    let mut data = vec![0x82, 0x01];
    data.extend(text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()));
    assert!(data.len() * 8 > 2_047, "longer than any single message");
    let (first, rest) = data.split_at(150);
    let (second, third) = rest.split_at(150);
    for (sequence, piece) in [(2, second), (1, first), (3, third)] {
        assert!(rakel.events("amb", "noteAdded").is_empty());
        rakel.radio(Service::Type4, AMBULANCE, OWN, &part(5, 3, sequence, piece));
    }
    let notes = rakel.events("amb", "noteAdded");
    assert_eq!(notes.iter().map(|note| note["note"].clone()).collect::<Vec<_>>(), [json!(text)]);
    // Parts within parts are nothing that anybody sends: kept as they came.
    rakel.notes.clear();
    rakel.radio(Service::Type4, AMBULANCE, OWN, &part(6, 1, 1, &[0x8C, 0x07, 0x01, 0x01, 0x82, 0x01, 0x41]));
    assert!(rakel.notes.iter().any(|note| note.contains("ett meddelande i delar")), "{:?}", rakel.notes);
}

#[test]
fn a_text_that_waited_over_a_restart_does_not_echo() {
    let mut rakel = Rakel::new();
    rakel.hub_silent(true);
    let says = TextMessage::to_sds("på väg", 7, DeliveryReport::None, false);
    rakel.radio(Service::Type4, AMBULANCE, RAPS_1, &says);
    rakel.restart_without_hub();
    rakel.hub_silent(false);
    assert!(rakel.told(RAPS_1).is_empty(), "it came from there, before the restart");
}
