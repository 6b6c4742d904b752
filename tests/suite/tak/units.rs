//! Units on the map: stale, coarse, over the edge of a cell, covert.

use samband_gateway::cot::translate::Identity;
use samband_hub::scenario::Stage as _;
use samband_proto::v1::{self as pb, server_frame::Frame};
use serde_json::json;

use super::{
    FIRE,
    world::{Tak, at, position},
};

#[test]
fn one_that_is_silent_for_long_is_shown_as_stale() {
    let mut tak = Tak::new();
    tak.connect(1, Identity::Certificate(FIRE.into()));
    tak.connect(2, Identity::Certificate("Stab".into()));
    tak.says(1, &position("ANDROID-1", "Kalle", at(63.18, 14.64)));
    tak.later(2_000);
    let shown = tak.shown(2, "a-f-G").remove(0);
    assert!(shown.stale.ms - shown.time.ms >= 60_000, "it holds until it is said again");
    for _ in 0..20 {
        tak.later(10_000);
    }
    let last = tak.shown(2, "a-f-G").pop().unwrap();
    assert!(last.stale.ms - last.time.ms <= 1_000);
    assert!(last.detail("remarks").unwrap().text.contains("INAKTUELL, senast 12:00 UTC"));
}

fn frame(south: f64, units: Vec<pb::MapUnit>, removed: &[&str]) -> Frame {
    let cell = pb::MapCell { south: Some(south), west: Some(14.5), side_deg: Some(0.25) };
    let removed_unit_ids = removed.iter().map(|id| (*id).to_owned()).collect();
    Frame::Map(pb::MapFrame { cell: Some(cell), units, removed_unit_ids, ..<_>::default() })
}

fn ambulance(latitude: f64) -> pb::MapUnit {
    #[expect(clippy::cast_possible_truncation, reason = "degrees")]
    let e5 = |degrees: f64| (degrees * 1e5) as i32;
    pb::MapUnit {
        unit_id: Some("3269010".into()),
        call_sign: Some("3 26-9010".into()),
        organisation: Some("region-jh".into()),
        kind: Some("ambulans".into()),
        latitude_e5: Some(e5(latitude)),
        longitude_e5: Some(e5(14.6)),
        ..<_>::default()
    }
}

#[test]
fn a_coarse_one_is_a_point_as_exact_as_its_square() {
    let mut tak = Tak::new();
    tak.connect(1, Identity::Certificate(FIRE.into()));
    let area = pb::GridCell { south: Some(63.1), west: Some(14.6), side_m: Some(2_000) };
    let unit = pb::MapUnit {
        area: Some(area),
        latitude_e5: None,
        longitude_e5: None,
        speed_kmh: Some(90),
        course_deg: Some(10),
        ..ambulance(0.0)
    };
    tak.gateway.from_hub(&frame(63.0, vec![unit], &[]), tak.now);
    tak.settle();
    let shown = tak.shown(1, "a-f-G-U-i-m-ag").remove(0);
    assert!((shown.point.ce.unwrap() - 1_414.2).abs() < 0.1);
    assert!((shown.point.lat - 63.109).abs() < 1e-3 && (shown.point.lon - 14.62).abs() < 1e-3);
    assert!(shown.detail("track").is_none());
    assert!(shown.detail("remarks").unwrap().text.contains("ungefärligt läge"));
}

#[test]
fn over_the_edge_of_a_cell_it_is_still_one_unit() {
    let mut tak = Tak::new();
    tak.connect(1, Identity::Certificate(FIRE.into()));
    tak.gateway.from_hub(&frame(63.0, vec![ambulance(63.2)], &[]), tak.now);
    // New in one cell before it is gone from the other.
    tak.gateway.from_hub(&frame(63.25, vec![ambulance(63.3)], &[]), tak.now);
    tak.gateway.from_hub(&frame(63.0, Vec::new(), &["3269010"]), tak.now);
    tak.settle();
    assert_eq!(tak.shown(1, "a-f-G-U-i-m-ag").len(), 2);
    assert!(tak.shown(1, "t-x-d-d").is_empty());
    tak.gateway.from_hub(&frame(63.25, Vec::new(), &["3269010"]), tak.now);
    tak.settle();
    assert_eq!(tak.shown(1, "t-x-d-d").len(), 1);
}

#[test]
fn a_unit_that_becomes_covert_is_taken_off_and_is_not_shown_again() {
    let mut tak = Tak::new();
    tak.connect(1, Identity::Certificate(FIRE.into()));
    for (name, principal) in [("amb", "region-jh/unit:3269010"), ("ambdesk", "region-jh/command")] {
        tak.stage.join(name, principal, None);
    }
    let incident = tak.incident(&[json!({ "location": { "latitude": 63.2, "longitude": 14.6 } })]);
    let parties = json!([
        { "organisation": "region-jh", "unitId": "3269010", "required": true },
        { "organisation": "raddning-jamtland", "unitId": FIRE, "required": true },
    ]);
    tak.desk(json!({ "incidentId": incident, "raiseAlarm": { "parties": parties } }));
    let report = json!({ "location": { "location": { "latitude": 63.21, "longitude": 14.61 } } });
    tak.stage.send("amb", &report);
    tak.later(2_000);
    assert!(!tak.shown(1, "a-f-G-U-i-m-ag").is_empty(), "seen while it is on the incident: {:?}", tak.notes);
    tak.ask("ambdesk", json!({ "setCovert": { "unitId": "3269010", "covert": true } }));
    tak.stage.send("amb", &report);
    tak.later(2_000);
    assert_eq!(tak.shown(1, "t-x-d-d").len(), 1);
    tak.forget(1);
    tak.later(70_000);
    assert!(tak.shown(1, "a-f-G-U-i-m-ag").is_empty());
}
