//! The map over real sockets: an area is followed, another session reports, the frame arrives.

use samband_hub::{limits, scenario::Stage as _};
use samband_tests::{
    deployment::jamtland,
    socket_stage::{SocketStage, Transport},
};
use serde_json::{Value, json};

fn follows_and_sees(transport: Transport) {
    let mut stage = SocketStage::new(&jamtland(), transport);
    stage.join("ledning", "raddning-jamtland/command", None);
    stage.join("lst", "lansstyrelsen-z/command", None);
    stage.join("fordon", "raddning-jamtland/unit:2311010", None);
    let follow = json!({ "follow": { "allIncidents": true, "areas": [
        { "south": 63.0, "west": 14.0, "north": 63.5, "east": 15.0 }
    ] } });
    for name in ["ledning", "lst"] {
        stage.send(name, &follow);
    }
    let report = |longitude: f64| {
        json!({ "location": {
            "location": { "latitude": 63.1767, "longitude": longitude }, "courseDeg": 90, "speedKmh": 50
        } })
    };
    stage.send("fordon", &report(14.6361));
    stage.settle();
    stage.clock().pass(limits::MAP_TICK_MS);
    let is_map = |frame: &Value| frame["map"].is_object();
    let frame = stage.wait_for("ledning", is_map)["map"].take();
    let unit = &frame["units"][0];
    assert_eq!((&frame["cell"]["south"], &frame["cell"]["west"]), (&json!(63.0), &json!(14.5)));
    assert_eq!((&unit["unitId"], &unit["callSign"]), (&json!("2311010"), &json!("2 31-1010")));
    assert_eq!((&unit["latitudeE5"], &unit["longitudeE5"]), (&json!(6_317_670), &json!(1_463_610)));
    assert_eq!((&unit["kind"], &unit["speedKmh"]), (&json!("släckbil"), &json!(50)));
    // Over the edge of a cell: gone from one, new in the other.
    stage.send("fordon", &report(14.76));
    stage.settle();
    stage.clock().pass(limits::MAP_TICK_MS);
    let gone = stage.wait_for("ledning", is_map)["map"].take();
    assert_eq!(gone["removedUnitIds"], json!(["2311010"]));
    let came = stage.wait_for("ledning", is_map)["map"].take();
    assert_eq!((&came["cell"]["west"], &came["units"][0]["callSign"]), (&json!(14.75), &json!("2 31-1010")));
    let link = stage.link_state("ledning");
    assert!(link["lastMap"].is_string(), "{link}");
    // The county board, not alarmed to anything, see nothing of it.
    stage.settle();
    assert!(!stage.received("lst").iter().any(is_map));
    assert!(stage.link_state("lst")["lastMap"].is_null());
}

#[test]
fn over_grpc() {
    follows_and_sees(Transport::Grpc);
}

#[test]
fn over_websocket() {
    follows_and_sees(Transport::WebSocketProto);
}

#[test]
fn over_websocket_in_json() {
    follows_and_sees(Transport::WebSocketJson);
}

#[test]
fn an_area_that_cannot_be_is_refused() {
    let mut stage = SocketStage::new(&jamtland(), Transport::WebSocketJson);
    stage.join("ledning", "raddning-jamtland/command", None);
    let area = |south: Value, north: Value| json!({ "south": south, "west": 10.5, "north": north, "east": 24.2 });
    for (areas, taken) in [
        (json!([area(json!(55.0), json!(69.1))]), true),
        (json!([area(json!(69.1), json!(55.0))]), false),
        (json!([area(json!("NaN"), json!(69.1))]), false),
        (json!([{ "south": 1.0 }]), false),
        (json!([{ "south": -90.0, "west": -180.0, "north": 90.0, "east": 180.0 }]), false),
        (json!(vec![area(json!(63.0), json!(63.1)); 17]), false),
    ] {
        stage.send("ledning", &json!({ "follow": { "areas": areas } }));
        stage.settle();
        let refused = stage.received("ledning").iter().any(|frame| {
            let code = &frame["outcome"]["refused"]["code"];
            assert!(code.is_null() || code == "REFUSAL_CODE_MALFORMED");
            !code.is_null()
        });
        assert_eq!(refused, !taken, "{areas}");
    }
}
