//! What is sent anew, what was missed, and connections that come back: nothing ends that goes on, nothing is lost, nothing is told twice.

use samband_gateway::{
    cot::{Event, translate::Identity, xml_form},
    xml::Element,
};
use samband_hub::scenario::Stage as _;
use samband_proto::v1::{self as pb, server_frame::Frame};
use serde_json::json;

use super::{
    FIRE, OTHER_FIRE,
    world::{Tak, at, position},
};

fn restart(incident: &str) -> Frame {
    Frame::Restart(pb::Restart { scope: Some(pb::restart::Scope::IncidentId(incident.to_owned())) })
}

fn whole() -> Frame {
    Frame::Checkpoint(pb::Checkpoint::default())
}

#[test]
fn while_an_incident_is_sent_anew_nothing_seems_to_be_over() {
    let mut tak = Tak::new();
    tak.connect(1, Identity::Certificate(FIRE.into()));
    tak.connect(2, Identity::Certificate(OTHER_FIRE.into()));
    tak.says(1, &tak.distress("ANDROID-1", "Kalle"));
    tak.later(1_000);
    let events = tak.hub_events();
    let at = events.iter().find(|event| event["emergencyRaised"].is_object()).unwrap();
    let incident = at["envelope"]["incidentId"].as_str().unwrap().to_owned();
    tak.forget(2);
    tak.told(1);
    let raised = tak.raised(&incident);
    // More of it may be seen: the hub begins anew, and a tick comes in the middle.
    tak.gateway.from_hub(&restart(&incident), tak.now);
    tak.later(1_000);
    assert!(tak.shown(2, "b-a-o-can").is_empty(), "it stands");
    assert!(tak.told(1).is_empty(), "nobody has ended it");
    tak.gateway.from_hub(&raised, tak.now);
    tak.gateway.from_hub(&whole(), tak.now);
    tak.later(1_000);
    assert!(tak.shown(2, "b-a-o-can").is_empty());
    // What is then no longer there may no longer be seen.
    tak.gateway.from_hub(&restart(&incident), tak.now);
    tak.gateway.from_hub(&whole(), tak.now);
    tak.later(1_000);
    assert_eq!(tak.shown(2, "b-a-o-can").len(), 1);
}

#[test]
fn distress_in_the_middle_of_an_exercise_is_no_exercise() {
    let mut tak = Tak::new();
    tak.connect(1, Identity::Certificate(FIRE.into()));
    tak.connect(2, Identity::Certificate(OTHER_FIRE.into()));
    let place = json!({ "location": { "latitude": 63.2, "longitude": 14.6 } });
    let report = json!({ "reportIncident": { "types": ["Brand"], "facts": [place], "exercise": true } });
    let incident = tak.desk(report)["incidentId"].as_str().unwrap().to_owned();
    tak.alarm(&incident, FIRE);
    tak.ask("crew", json!({ "incidentId": incident, "raiseEmergency": {} }));
    tak.later(1_000);
    let exercise = |event: &Event| xml_form::write(event).contains("opex=\"e\"");
    let (distress, markers) = (tak.shown(2, "b-a-o-tbl"), tak.shown(2, "a-u"));
    assert!(!markers.is_empty() && markers.iter().all(exercise), "the incident is one");
    assert!(!distress.is_empty() && !distress.iter().any(exercise), "somebody is in need");
}

#[test]
fn a_recall_says_that_it_is_an_exercise_and_is_told_once() {
    let mut tak = Tak::new();
    tak.connect(1, Identity::Certificate(FIRE.into()));
    let report = json!({ "reportIncident": { "types": ["Brand"], "exercise": true } });
    let incident = tak.desk(report)["incidentId"].as_str().unwrap().to_owned();
    let alarm = tak.alarm(&incident, FIRE);
    tak.later(1_000);
    assert!(tak.told(1)[0].starts_with("ÖVNING ÖVNING LARM Brand"));
    tak.lost();
    tak.desk(json!({ "incidentId": incident, "recallAlarm": { "alarmId": alarm, "reason": "slut" } }));
    tak.join_again();
    tak.later(1_000);
    let told: Vec<String> = tak.told(1).into_iter().filter(|text| text.contains("ÅTER")).collect();
    assert_eq!(
        told,
        ["ÖVNING ÖVNING ÅTER: larmet Brand är återtaget"],
        "also one that came while the session was lost"
    );
    tak.lost();
    tak.join_again();
    tak.later(1_000);
    assert!(tak.told(1).iter().all(|text| !text.contains("ÅTER")));
}

#[test]
fn an_alarm_is_told_to_a_client_that_comes_back_until_somebody_has_it_or_it_is_answered() {
    let mut tak = Tak::new();
    let me = || Identity::Certificate(FIRE.into());
    tak.connect(1, me());
    let incident = tak.incident(&[]);
    tak.alarm(&incident, FIRE);
    tak.later(1_000);
    assert_eq!(tak.told(1).len(), 1);
    // That connection was dead: nobody has read it.
    tak.connect(2, me());
    tak.later(1_000);
    tak.says(2, &position("ANDROID-1", "Kalle", at(63.18, 14.64)));
    tak.later(1_000);
    let shown = tak.shown(2, "b-t-f");
    assert_eq!(shown.len(), 1, "once, also when it says which device it is");
    assert!(tak.told(1).is_empty(), "only the one that has just come");
    let id = shown[0].detail("__chat").unwrap().attribute("messageId").unwrap().to_owned();
    let mut receipt = position(&id, "Kalle", at(0.0, 0.0));
    receipt.kind = "b-t-f-d".into();
    receipt.detail = vec![Element::new("__chatreceipt").with("messageId", &id)];
    tak.says(2, &receipt);
    tak.connect(3, me());
    tak.later(1_000);
    assert!(tak.told(3).is_empty(), "somebody has it");
    // Answered between two ticks: it is no alarm any more.
    let other = tak.incident(&[]);
    tak.stage.join("terminal", &format!("raddning-jamtland/unit:{FIRE}"), None);
    tak.disconnect(1);
    tak.disconnect(2);
    tak.disconnect(3);
    tak.alarm(&other, FIRE);
    tak.ask("terminal", json!({ "incidentId": other, "acknowledge": {} }));
    tak.connect(4, me());
    tak.later(1_000);
    assert!(tak.told(4).iter().all(|text| !text.starts_with("LARM")));
}

#[test]
fn texts_that_were_missed_come_and_old_ones_do_not() {
    let mut tak = Tak::new();
    tak.stage.send("desk", &json!({ "affiliate": { "talkgroupIds": ["raps-1"] } }));
    let text = |words: &str| json!({ "sendMessage": { "talkgroupId": "raps-1", "text": words } });
    tak.lost();
    tak.desk(text("gammalt"));
    tak.later(600_000);
    // The program starts anew: what was written ten minutes ago is history.
    tak.restart();
    tak.connect(1, Identity::Certificate(FIRE.into()));
    tak.join_again();
    tak.later(1_000);
    assert!(tak.told(1).iter().all(|told| told != "gammalt"));
    // The session is lost for an hour: what was written then was missed.
    tak.lost();
    tak.desk(text("missat"));
    tak.later(3_600_000);
    tak.join_again();
    tak.later(1_000);
    assert_eq!(tak.told(1).iter().filter(|told| *told == "missat").count(), 1);
    tak.lost();
    tak.join_again();
    tak.later(1_000);
    assert!(tak.told(1).iter().all(|told| told != "missat"), "once");
}

#[test]
fn distress_reaches_the_other_clients_while_the_hub_is_away_also_before_it_was_ever_there() {
    let mut tak = Tak::new();
    tak.lost();
    tak.restart();
    tak.gateway.know("raddning-jamtland", &tak.register());
    tak.connect(1, Identity::Certificate(FIRE.into()));
    tak.connect(2, Identity::Certificate(OTHER_FIRE.into()));
    for _ in 0..2 {
        tak.says(1, &tak.distress("ANDROID-1", "Kalle"));
    }
    assert_eq!(tak.shown(2, "b-a-o-tbl").len(), 2, "as its device says it");
    let told = tak.told(1);
    assert!(told.len() == 1 && told[0].starts_with("NÖDLARM EJ SÄNT ÄN"), "it is kept for the hub: {told:?}");
}

#[test]
fn a_device_takes_over_from_its_own_dead_connection_and_from_nobody_elses() {
    let mut tak = Tak::new();
    tak.connect(1, Identity::Certificate(FIRE.into()));
    tak.says(1, &position("ANDROID-1", "Kalle", at(63.18, 14.64)));
    tak.later(2_000);
    assert!((tak.location(FIRE).unwrap() - 63.18).abs() < 1e-4);
    // Two live connections of one device: the first is it.
    tak.connect(2, Identity::Certificate(FIRE.into()));
    tak.says(2, &position("ANDROID-1", "Kalle", at(63.20, 14.64)));
    tak.later(2_000);
    assert!((tak.location(FIRE).unwrap() - 63.18).abs() < 1e-4);
    // Out of coverage without a word, and back on the other connection.
    tak.later(30_000);
    tak.says(2, &position("ANDROID-1", "Kalle", at(63.30, 14.64)));
    tak.later(2_000);
    assert!((tak.location(FIRE).unwrap() - 63.30).abs() < 1e-4, "it is heard");
    // Somebody else's certificate with that identity is nobody's device.
    tak.connect(3, Identity::Certificate("Stab".into()));
    tak.says(3, &position("ANDROID-1", "Kalle", at(60.0, 14.64)));
    tak.says(2, &position("ANDROID-1", "Kalle", at(63.31, 14.64)));
    tak.later(2_000);
    assert!((tak.location(FIRE).unwrap() - 63.31).abs() < 1e-4);
}

#[test]
fn a_device_that_ends_its_distress_and_is_in_need_again_is_heard() {
    let mut tak = Tak::new();
    tak.connect(1, Identity::Certificate(FIRE.into()));
    tak.says(1, &tak.distress("ANDROID-1", "Kalle"));
    tak.later(1_000);
    tak.hub_events();
    // Both before the hub has said a word of the first.
    tak.silent(true);
    tak.says(1, &tak.cancel("ANDROID-1-9-1-1", "Kalle"));
    tak.says(1, &tak.distress("ANDROID-1", "Kalle"));
    tak.silent(false);
    tak.later(1_000);
    let kind = |event: &serde_json::Value| {
        ["emergencyCancelled", "emergencyRaised"].into_iter().find(|kind| event[*kind].is_object())
    };
    let kinds: Vec<&str> = tak.hub_events().iter().filter_map(kind).collect();
    assert_eq!(kinds, ["emergencyCancelled", "emergencyRaised"]);
    assert!(tak.told(1).iter().all(|text| !text.starts_with("Nödlarmet är avslutat av ledningen")));
    // Said, taken back and said again before the hub has heard anything: it is meant.
    tak.says(1, &tak.cancel("ANDROID-1-9-1-1", "Kalle"));
    tak.later(1_000);
    tak.hub_events();
    tak.silent(true);
    tak.says(1, &tak.distress("ANDROID-1", "Kalle"));
    tak.says(1, &tak.cancel("ANDROID-1-9-1-1", "Kalle"));
    tak.says(1, &tak.distress("ANDROID-1", "Kalle"));
    tak.silent(false);
    tak.later(1_000);
    let kinds: Vec<&str> = tak.hub_events().iter().filter_map(kind).collect();
    assert_eq!(kinds, ["emergencyRaised"], "and stands");
}
