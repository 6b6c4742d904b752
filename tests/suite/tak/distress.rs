//! Distress, both ways.

use samband_gateway::cot::translate::Identity;
use serde_json::{Value, json};

use super::{FIRE, OTHER_FIRE, world::Tak};

fn raised(events: &[Value]) -> Vec<Value> {
    events.iter().map(|event| event["emergencyRaised"].clone()).filter(Value::is_object).collect()
}

fn cancelled(events: &[Value]) -> usize {
    events.iter().filter(|event| event["emergencyCancelled"].is_object()).count()
}

#[test]
fn a_device_in_distress_raises_it_once_for_its_unit_and_the_others_are_shown_it_until_it_is_over() {
    let mut tak = Tak::new();
    tak.connect(1, Identity::Certificate(FIRE.into()));
    tak.connect(2, Identity::Certificate(OTHER_FIRE.into()));
    for _ in 0..4 {
        tak.says(1, &tak.distress("ANDROID-1", "Kalle"));
        tak.later(10_000);
    }
    let raised = raised(&tak.hub_events());
    assert_eq!(raised.len(), 1);
    assert_eq!(raised[0]["unit"]["unitId"], json!(FIRE));
    assert_eq!(raised[0]["location"]["latitude"], json!(63.18));
    assert_eq!(tak.told(1), ["Nödlarmet är mottaget av Samband."]);
    let shown = tak.shown(2, "b-a-o-tbl");
    assert!(shown.len() >= 4, "said again before it goes stale: {}", shown.len());
    assert!(shown[0].uid.starts_with("samband-") && shown[0].uid.ends_with("-9-1-1"));
    assert_eq!(shown[0].detail("emergency").unwrap().text, "2 31-1010");
    assert!(tak.shown(1, "b-a-o-tbl").is_empty(), "it has it on its screen already");
    // Only the unit itself takes it back.
    tak.says(2, &tak.cancel("ANDROID-2-9-1-1", "Lisa"));
    tak.says(2, &tak.cancel(&shown[0].uid, "2 31-1010"));
    assert_eq!(cancelled(&tak.hub_events()), 0);
    assert!(tak.told(2)[0].starts_with("Nödlarmet står kvar"));
    assert!(!tak.shown(2, "b-a-o-tbl").is_empty(), "it is put back on that screen");
    tak.says(1, &tak.cancel("ANDROID-1-9-1-1", "Kalle"));
    assert_eq!(cancelled(&tak.hub_events()), 1);
    tak.later(1_000);
    let over = tak.shown(2, "b-a-o-can");
    assert_eq!(over.len(), 1);
    assert_eq!(over[0].uid, shown[0].uid);
    assert_eq!(over[0].detail("emergency").unwrap().attribute("cancel"), Some("true"));
    tak.later(20_000);
    assert!(tak.shown(2, "b-a-o-tbl").is_empty());
}

#[test]
fn distress_never_goes_stale_also_while_the_hub_is_away() {
    let mut tak = Tak::new();
    tak.connect(1, Identity::Certificate(FIRE.into()));
    tak.ask("crew", json!({ "raiseEmergency": { "location": { "latitude": 63.2, "longitude": 14.6 } } }));
    tak.later(1_000);
    let first = tak.shown(1, "b-a-o-tbl");
    assert_eq!(first.len(), 1);
    tak.lost();
    let mut stale = first[0].stale.ms;
    for _ in 0..30 {
        tak.later(10_000);
        for event in tak.shown(1, "b-a-o-tbl") {
            assert!(event.time.ms < stale, "it went stale");
            stale = event.stale.ms;
        }
    }
    assert!(stale > tak.now);
}

#[test]
fn what_the_desk_ends_is_not_raised_again_by_a_device_that_still_says_it() {
    let mut tak = Tak::new();
    tak.connect(1, Identity::Certificate(FIRE.into()));
    tak.says(1, &tak.distress("ANDROID-1", "Kalle"));
    tak.later(1_000);
    let events = tak.hub_events();
    let at = events.iter().find(|event| event["emergencyRaised"].is_object()).unwrap();
    let (incident, id) = (&at["envelope"]["incidentId"], &at["emergencyRaised"]["emergencyId"]);
    tak.told(1);
    tak.desk(json!({ "incidentId": incident, "cancelEmergency": { "emergencyId": id, "reason": "hittad" } }));
    tak.later(1_000);
    assert!(tak.told(1)[0].starts_with("Nödlarmet är avslutat av ledningen"));
    tak.says(1, &tak.distress("ANDROID-1", "Kalle"));
    assert!(raised(&tak.hub_events()).is_empty());
    // Silent for a while, then in distress again: that is another.
    tak.later(70_000);
    tak.says(1, &tak.distress("ANDROID-1", "Kalle"));
    assert_eq!(raised(&tak.hub_events()).len(), 1);
}

#[test]
fn an_exercise_says_so_and_a_geofence_is_no_distress() {
    let mut tak = Tak::new();
    tak.connect(1, Identity::Certificate(FIRE.into()));
    tak.connect(2, Identity::Certificate(OTHER_FIRE.into()));
    let report = json!({ "types": ["Trafikolycka"], "exercise": true,
        "facts": [{ "location": { "latitude": 63.2, "longitude": 14.6 } }] });
    tak.desk(json!({ "reportIncident": report }));
    tak.later(1_000);
    let shown = tak.shown(1, "a-u-X-i-t");
    assert_eq!(shown[0].other("opex"), Some("e"));
    let mut fence = tak.distress("ANDROID-1", "Kalle");
    fence.kind = "b-a-g".into();
    tak.says(1, &fence);
    assert!(raised(&tak.hub_events()).is_empty());
    assert_eq!(tak.shown(2, "b-a-g").len(), 1, "it is between the clients");
}
