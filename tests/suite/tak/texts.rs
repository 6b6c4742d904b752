//! Chat and alarms, with their receipts.

use samband_gateway::{cot::translate::Identity, xml::Element};
use samband_hub::scenario::Stage as _;
use serde_json::{Value, json};

use super::{
    FIRE, OTHER_FIRE,
    world::{Tak, at, position},
};

fn sent(events: &[Value]) -> Vec<Value> {
    events.iter().map(|event| event["messageSent"].clone()).filter(Value::is_object).collect()
}

#[test]
fn a_room_is_a_talkgroup_both_ways_and_does_not_echo() {
    let mut tak = Tak::new();
    tak.stage.send("desk", &json!({ "affiliate": { "talkgroupIds": ["raps-1", "samv-1"] } }));
    tak.connect(1, Identity::Certificate(FIRE.into()));
    tak.connect(2, Identity::Certificate(OTHER_FIRE.into()));
    tak.says(1, &tak.text("ANDROID-1", "Kalle", "Jämt RAPS-1", "på väg"));
    let events = tak.hub_events();
    assert_eq!(sent(&events).len(), 1);
    let event = events.iter().find(|event| event["messageSent"].is_object()).unwrap();
    assert_eq!(event["envelope"]["talkgroupId"], json!("raps-1"));
    assert_eq!(event["envelope"]["author"]["unit"]["unitId"], json!(FIRE));
    assert!(tak.told(1).is_empty(), "it wrote that");
    assert_eq!(tak.told(2), ["på väg"]);
    // Said again by a device that has not heard that it came through.
    tak.says(1, &tak.text("ANDROID-1", "Kalle", "Jämt RAPS-1", "på väg"));
    assert!(sent(&tak.hub_events()).is_empty());
    // The room of everybody is the one that the file says.
    tak.says(1, &tak.text("ANDROID-1", "Kalle", "All Chat Rooms", "alla"));
    assert_eq!(tak.hub_events()[0]["envelope"]["talkgroupId"], json!("samv-1"));
    tak.desk(json!({ "sendMessage": { "talkgroupId": "raps-1", "text": "Brytpunkt macken" } }));
    let shown = tak.shown(1, "b-t-f");
    let chat = shown.last().unwrap().detail("__chat").unwrap();
    assert_eq!((chat.attribute("chatroom"), chat.attribute("id")), (Some("Jämt RAPS-1"), Some("raps-1")));
    assert_eq!(chat.attribute("senderCallsign"), Some("raddning-jamtland"));
}

#[test]
fn receipts_go_both_ways() {
    let mut tak = Tak::new();
    tak.connect(1, Identity::Certificate(FIRE.into()));
    // From the hub's devices to the client that wrote.
    tak.says(1, &tak.text("ANDROID-1", "Kalle", "raps-1", "på väg"));
    let frames = tak.stage.received("crew");
    let message = frames
        .iter()
        .find_map(|frame| frame["update"]["event"]["messageSent"]["messageId"].as_str())
        .expect("the crew listens")
        .to_owned();
    for step in ["RECEIPT_STEP_DELIVERED", "RECEIPT_STEP_DISPLAYED"] {
        let receipt = json!({ "talkgroupId": "raps-1", "messageId": message, "step": step });
        tak.stage.send("crew", &json!({ "receipt": receipt }));
        tak.later(2_000);
    }
    let kinds: Vec<String> =
        tak.shown(1, "b-t-f-").into_iter().map(|event| format!("{} {}", event.kind, event.uid)).collect();
    assert_eq!(kinds, ["b-t-f-d m-på väg", "b-t-f-r m-på väg"]);
    // From the client to whoever wrote at the hub.
    tak.ask("crew", json!({ "sendMessage": { "talkgroupId": "raps-1", "text": "bra" } }));
    let chat = tak.shown(1, "b-t-f").pop().unwrap();
    let id = chat.detail("__chat").unwrap().attribute("messageId").unwrap().to_owned();
    for kind in ["b-t-f-d", "b-t-f-r"] {
        let mut receipt = position(&id, "Kalle", at(0.0, 0.0));
        receipt.kind = kind.into();
        receipt.detail = vec![Element::new("__chatreceipt").with("messageId", &id).with("senderCallsign", "Kalle")];
        tak.says(1, &receipt);
    }
    tak.later(2_000);
    let frames = tak.stage.received("crew");
    let steps: Vec<&Value> = frames
        .iter()
        .filter_map(|frame| frame["update"]["event"]["messageReceipts"]["receipts"].as_array())
        .flatten()
        .filter(|one| one["messageId"] == json!(id) && one["unit"]["unitId"] == json!(FIRE))
        .map(|one| &one["step"])
        .collect();
    assert_eq!(steps, [&json!("RECEIPT_STEP_DELIVERED"), &json!("RECEIPT_STEP_DISPLAYED")], "{frames:?}");
}

#[test]
fn a_text_to_one_of_us_goes_there_alone_and_to_nobody_is_refused_with_the_reason() {
    let mut tak = Tak::new();
    for (client, unit, device) in [(1, FIRE, "ANDROID-1"), (2, OTHER_FIRE, "ANDROID-2")] {
        tak.connect(client, Identity::Certificate(unit.into()));
        tak.says(client, &position(device, device, at(63.18, 14.64)));
    }
    tak.connect(3, Identity::Certificate("Stab".into()));
    let mut direct = tak.text("ANDROID-1", "ANDROID-1", "2 31-1020", "hallå");
    let dest = Element::new("dest").with("callsign", "2 31-1020");
    direct.detail.push(Element::new("marti").with_child(dest));
    tak.says(1, &direct);
    assert_eq!(tak.told(2), ["hallå"]);
    assert!(tak.told(3).is_empty());
    assert!(sent(&tak.hub_events()).is_empty(), "that was never the hub's business");
    tak.says(1, &tak.text("ANDROID-1", "ANDROID-1", "3 26-9010", "hallå"));
    let told = tak.told(1);
    assert!(told[0].starts_with("EJ SÄNT") && told[0].contains("Jämt RAPS-1"), "{told:?}");
    // An empty list of destinations is everybody.
    let mut drawn = position("5f4a", "Vattenpost", at(63.3, 14.9));
    (drawn.kind, drawn.how) = ("b-m-p-s-m".into(), "h-g-i-g-o".into());
    drawn.detail.push(Element::new("marti"));
    tak.says(1, &drawn);
    assert_eq!((tak.shown(2, "b-m-p-s-m").len(), tak.shown(3, "b-m-p-s-m").len()), (1, 1));
    drawn.detail.push(Element::new("marti").with_child(Element::new("dest").with("uid", "ANDROID-2")));
    tak.says(1, &drawn);
    assert_eq!((tak.shown(2, "b-m-p-s-m").len(), tak.shown(3, "b-m-p-s-m").len()), (1, 0));
}

#[test]
fn without_a_room_for_everybody_it_is_refused() {
    let mut tak = Tak::of("talgrupper = [\"raps-1\"]");
    tak.connect(1, Identity::Certificate(FIRE.into()));
    for room in ["All Chat Rooms", "rtj-info"] {
        tak.says(1, &tak.text("ANDROID-1", "Kalle", room, "inte ett rum här"));
        assert!(tak.told(1)[0].starts_with("EJ SÄNT"), "{room}");
    }
    assert!(sent(&tak.hub_events()).is_empty());
}

#[test]
fn an_alarm_is_told_to_the_units_client_which_reports_on_it() {
    let mut tak = Tak::new();
    tak.connect(1, Identity::Certificate(FIRE.into()));
    tak.connect(2, Identity::Certificate(OTHER_FIRE.into()));
    let incident = tak.incident(&[
        json!({ "address": { "street": "Storgatan 1", "municipality": "Östersund" } }),
        json!({ "caller": { "name": "Karin Ringare" } }),
    ]);
    let alarm = tak.alarm(&incident, FIRE);
    let shown = tak.shown(1, "b-t-f");
    let text = &shown[0].detail("remarks").unwrap().text;
    assert!(text.starts_with("LARM Trafikolycka. Storgatan 1, Östersund"), "{text}");
    assert!(!text.contains("Karin"));
    assert!(tak.told(2).is_empty());
    let id = shown[0].detail("__chat").unwrap().attribute("messageId").unwrap().to_owned();
    tak.hub_events();
    let mut receipt = position(&id, "Kalle", at(0.0, 0.0));
    receipt.kind = "b-t-f-r".into();
    receipt.detail = vec![Element::new("__chatreceipt").with("messageId", &id)];
    tak.says(1, &receipt);
    tak.later(2_000);
    let events = tak.hub_events();
    let receipts: Vec<&Value> =
        events.iter().filter_map(|event| event["receiptsGathered"]["receipts"].as_array()).flatten().collect();
    assert_eq!(receipts.len(), 1);
    assert_eq!((&receipts[0]["alarmId"], &receipts[0]["unit"]["unitId"]), (&json!(alarm), &json!(FIRE)));
    // A session that was lost tells nobody twice, and a client that comes back neither.
    tak.join_again();
    tak.disconnect(1);
    tak.connect(1, Identity::Certificate(FIRE.into()));
    assert!(tak.told(1).is_empty());
}
