//! TAK and the hub together, without sockets or clock: what clients send, and what they are shown.

mod again;
mod distress;
mod texts;
mod units;
mod world;

use samband_gateway::cot::translate::Identity;
use serde_json::json;
use world::{Tak, at, position};

const FIRE: &str = "2311010";
const OTHER_FIRE: &str = "2311020";

#[test]
fn a_position_goes_to_the_map_and_comes_back_to_the_others_as_the_right_kind() {
    let mut tak = Tak::new();
    tak.connect(1, Identity::Certificate(FIRE.into()));
    tak.connect(2, Identity::Certificate("Stab".into()));
    tak.says(1, &position("ANDROID-1", "Kalle", at(63.18, 14.64)));
    tak.later(2_000);
    let shown = tak.shown(2, "a-f-G-U-i-f-efp");
    assert_eq!(shown.len(), 1, "{:?}", tak.notes);
    // Its own device's identity, so that its friends see one of it, and can write to it.
    assert_eq!((shown[0].uid.as_str(), shown[0].callsign()), ("ANDROID-1", Some("2 31-1010")));
    assert!((shown[0].point.lat - 63.18).abs() < 1e-5);
    assert_eq!(shown[0].detail("contact").unwrap().attribute("endpoint"), Some("*:-1:stcp"));
    assert!(tak.shown(1, "a-f-G").is_empty(), "it has itself");
    // Said again before it goes stale, without anything new.
    tak.later(61_000);
    assert_eq!(tak.shown(2, "a-f-G-U-i-f-efp").len(), 1);
    // Whoever comes later gets it at once.
    tak.connect(3, Identity::Certificate("Stab 2".into()));
    assert_eq!(tak.shown(3, "a-f-G-U-i-f-efp").len(), 1);
    // Its device is gone: the unit is not.
    tak.disconnect(1);
    assert_eq!(tak.shown(2, "t-x-d-d")[0].uid, "ANDROID-1");
    assert_eq!(tak.shown(2, "a-f-G-U-i-f-efp")[0].uid, format!("samband-unit-{FIRE}"));
}

#[test]
fn a_receiver_without_a_fix_is_never_plotted() {
    let mut tak = Tak::new();
    tak.connect(1, Identity::Certificate(FIRE.into()));
    tak.says(1, &position("ANDROID-1", "Kalle", at(0.0, 0.0)));
    let mut guessed = position("ANDROID-1", "Kalle", at(63.18, 14.64));
    guessed.how = "h-e".into();
    guessed.point.ce = None;
    tak.says(1, &guessed);
    let mut unknown = position("ANDROID-1", "Kalle", at(63.18, 14.64));
    unknown.detail.push(samband_gateway::xml::Element::new("precisionlocation").with("geopointsrc", "???"));
    tak.says(1, &unknown);
    tak.later(2_000);
    assert!(tak.location(FIRE).is_none());
    // A receiver that only does not say how exact it is is believed.
    let mut plain = position("ANDROID-1", "Kalle", at(63.18, 14.64));
    plain.point.ce = None;
    tak.says(1, &plain);
    tak.later(2_000);
    assert!(tak.location(FIRE).is_some());
}

#[test]
fn what_is_put_on_the_map_by_hand_is_no_position_of_whoever_puts_it_there() {
    let mut tak = Tak::new();
    tak.connect(1, Identity::Certificate(FIRE.into()));
    tak.connect(2, Identity::Certificate(OTHER_FIRE.into()));
    tak.says(1, &position("ANDROID-1", "Kalle", at(63.18, 14.64)));
    let mut drawn = position("5f4a", "Vattenpost", at(63.3, 14.9));
    drawn.how = "h-g-i-g-o".into();
    tak.says(1, &drawn);
    tak.later(2_000);
    let latitude = tak.location(FIRE).unwrap();
    assert!((latitude - 63.18).abs() < 1e-4, "{latitude}");
    // The others here see it, as with any TAK server.
    let seen = tak.shown(2, "a-f-G-U-C");
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].uid, "5f4a");
}

#[test]
fn a_client_that_is_no_unit_looks_on_and_nothing_of_it_reaches_the_hub() {
    let mut tak = Tak::new();
    tak.connect(1, Identity::Certificate("Stab".into()));
    tak.connect(2, Identity::Certificate(FIRE.into()));
    // Also when it calls itself one.
    tak.says(1, &position("ANDROID-9", "2 31-1010", at(63.18, 14.64)));
    tak.says(1, &tak.text("ANDROID-9", "2 31-1010", "raps-1", "hej"));
    tak.says(1, &tak.distress("ANDROID-9", "2 31-1010"));
    tak.later(2_000);
    assert!(tak.location(FIRE).is_none());
    let seen = tak.hub_events();
    assert!(seen.iter().all(|event| event["messageSent"].is_null() && event["emergencyRaised"].is_null()), "{seen:?}");
    assert_eq!(tak.notes.iter().filter(|note| note.contains("ser på")).count(), 1, "said once: {:?}", tak.notes);
    let told = tak.told(1);
    assert!(told.iter().any(|text| text.starts_with("EJ SÄNT")), "{told:?}");
    assert!(told.iter().any(|text| text.starts_with("NÖDLARM EJ SÄNT") && text.contains("Rakel")), "{told:?}");
    // Its friends here see it: that is between them.
    assert_eq!(tak.shown(2, "b-a-o-tbl").len(), 1);
    assert_eq!(tak.shown(2, "a-f-G-U-C").len(), 1);
}

#[test]
fn without_tls_a_client_is_the_unit_whose_call_sign_or_id_it_uses() {
    let mut tak = Tak::new();
    tak.connect(1, Identity::Plain);
    tak.connect(2, Identity::Plain);
    tak.says(1, &position("pytak-1", "2 31-1010", at(63.18, 14.64)));
    tak.says(2, &position(OTHER_FIRE, "vad som helst", at(63.19, 14.65)));
    tak.later(2_000);
    assert!(tak.location(FIRE).is_some() && tak.location(OTHER_FIRE).is_some());
    // Units of others are not this gateway's.
    tak.connect(3, Identity::Plain);
    tak.says(3, &position("3269010", "3 26-9010", at(63.18, 14.64)));
    tak.later(2_000);
    assert!(tak.location("3269010").is_none());
}

#[test]
fn another_tak_server_speaks_only_for_units_that_were_named() {
    let mut tak = Tak::with("granne_talar_for = [\"2311020\"]\n");
    tak.connect(1, Identity::Peer);
    tak.says(1, &position("a", "2 31-1010", at(63.18, 14.64)));
    tak.says(1, &position("b", "2 31-1020", at(63.19, 14.65)));
    tak.later(2_000);
    assert!(tak.location(FIRE).is_none());
    assert!(tak.location(OTHER_FIRE).is_some());
    // It is shown what the organisation's own are.
    assert_eq!(tak.shown(1, "a-f-G-U-i-f-efp").len(), 1);
    // What is drawn here does not leave the organisation.
    tak.connect(2, Identity::Certificate(FIRE.into()));
    let mut drawn = position("5f4a", "Vattenpost", at(63.3, 14.9));
    (drawn.kind, drawn.how) = ("b-m-p-s-m".into(), "h-g-i-g-o".into());
    tak.says(2, &drawn);
    assert!(tak.shown(1, "b-m-p-s-m").is_empty());
}

#[test]
fn incidents_hazards_and_break_points_are_markers_until_they_are_over() {
    let mut tak = Tak::new();
    tak.connect(1, Identity::Certificate(FIRE.into()));
    let incident = tak.incident(&[
        json!({ "location": { "latitude": 63.2, "longitude": 14.6 } }),
        json!({ "address": { "street": "Storgatan 1", "municipality": "Östersund" } }),
        json!({ "caller": { "name": "Karin Ringare", "phone": "070-1740605" } }),
        json!({ "patients": { "patients": [{ "name": "Pia Patient" }] } }),
        json!({ "breakPoint": { "description": "macken", "location": { "latitude": 63.21, "longitude": 14.61 } } }),
    ]);
    let hazard = json!({ "what": "gasol", "unNumber": 1965, "standOffM": 300 });
    let point = json!({ "latitude": 63.2, "longitude": 14.6 });
    let hazard = json!({ "incidentId": incident, "reportHazard": { "hazard": hazard, "location": point } });
    let hazard = tak.desk(hazard)["hazardId"].clone();
    tak.later(1_000);
    let shown = tak.shown(1, "a-u-X-i-t");
    let last = shown.last().unwrap();
    assert_eq!(last.callsign(), Some("Trafikolycka"));
    let words = &last.detail("remarks").unwrap().text;
    assert!(words.contains("Storgatan 1, Östersund") && words.contains("FARA gasol"), "{words}");
    let said = format!("{:?}", tak.everything(1));
    assert!(!said.contains("Karin") && !said.contains("Pia") && !said.contains("070"), "no person on a map");
    assert_eq!(tak.shown(1, "a-u-X-i-c").last().unwrap().callsign(), Some("FARA gasol"));
    assert_eq!(tak.shown(1, "b-m-p-s-m").last().unwrap().callsign(), Some("BRYTPUNKT macken"));
    tak.desk(json!({ "incidentId": incident, "endHazard": { "hazardId": hazard, "reason": "borta" } }));
    tak.later(1_000);
    let gone = tak.shown(1, "t-x-d-d");
    assert_eq!(gone.len(), 1);
    assert!(gone[0].uid.starts_with("samband-hazard-"));
    tak.desk(json!({ "incidentId": incident, "closeIncident": { "outcome": "CLOSE_OUTCOME_COMPLETED" } }));
    tak.later(1_000);
    assert_eq!(tak.shown(1, "t-x-d-d").len(), 2, "the incident and its break point");
}

#[test]
fn a_lost_session_brings_nothing_twice_and_what_is_gone_is_taken_off() {
    let mut tak = Tak::new();
    tak.connect(1, Identity::Certificate(FIRE.into()));
    tak.connect(2, Identity::Certificate(OTHER_FIRE.into()));
    tak.says(2, &position("ANDROID-2", "Lisa", at(63.18, 14.64)));
    let incident = tak.incident(&[json!({ "location": { "latitude": 63.2, "longitude": 14.6 } })]);
    tak.later(2_000);
    tak.forget(1);
    tak.lost();
    tak.later(31_000);
    assert!(tak.told(1).iter().any(|text| text.starts_with("Navet nås inte")));
    // Of what nobody knows whether it holds nothing is said again.
    tak.later(130_000);
    assert!(tak.everything(1).is_empty());
    tak.desk(json!({ "incidentId": incident, "closeIncident": { "outcome": "CLOSE_OUTCOME_COMPLETED" } }));
    tak.join_again();
    tak.later(1_000);
    assert!(tak.told(1).iter().any(|text| text.starts_with("Navet nås igen")));
    let gone: Vec<String> = tak.shown(1, "t-x-d-d").into_iter().map(|event| event.uid).collect();
    assert_eq!(gone, [format!("samband-incident-{incident}")]);
}

#[test]
fn nobody_speaks_as_samband() {
    let mut tak = Tak::new();
    tak.connect(1, Identity::Certificate(FIRE.into()));
    tak.connect(2, Identity::Certificate(OTHER_FIRE.into()));
    tak.says(1, &position("samband-unit-2311020", "2 31-1020", at(63.18, 14.64)));
    let mut removal = position("x", "x", at(0.0, 0.0));
    removal.kind = "t-x-d-d".into();
    removal.detail = vec![samband_gateway::xml::Element::new("link").with("uid", "samband-incident-1")];
    tak.says(1, &removal);
    tak.later(2_000);
    assert!(tak.everything(2).is_empty());
    assert!(tak.location(OTHER_FIRE).is_none());
}
