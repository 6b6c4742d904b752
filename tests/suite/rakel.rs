//! Rakel and the hub together, without wire or clock: what crews press on the radio, and what radios are told.

mod pressed;
mod telling;
mod wired;

use samband_gateway::{
    bits::BitString,
    tetra::{
        lip,
        sds::{self, DeliveryReport, Report, Service, TextMessage},
    },
};
use samband_hub::scenario::Stage as _;
use serde_json::{Value, json};

use wired::{AMBULANCE, FIRE, OTHER_AMBULANCE, OWN, RAPS_1, Rakel};

/// U and F of the ambulances.
const U: u16 = 0x8101;
const F: u16 = 0x8102;

#[test]
fn an_alarm_goes_to_the_radios_of_its_units_with_what_they_need_and_no_more() {
    let mut rakel = Rakel::new();
    let incident = rakel.incident("Trafikolycka");
    rakel.alarm(&incident, &[AMBULANCE, FIRE]);
    let told = rakel.told(AMBULANCE);
    assert_eq!(told, ["LARM Trafikolycka. Storgatan 1, Östersund. Avvakta polis. Jämt RAPS-1. Kvittera U"]);
    assert!(rakel.told(FIRE).is_empty(), "not delegated to this gateway");
    // The radio reports; the desk sees what the device did, as the unit's.
    rakel.seen("amb");
    let reference =
        sds::decode(Service::Type4, &rakel.raw[0].bits).unwrap().to_json()["message_reference"].as_u64().unwrap();
    for status in [0x00, 0x02] {
        let report = Report {
            ack_required: false,
            delivery_status: status,
            message_reference: u8::try_from(reference).unwrap(),
            storage: None,
        };
        rakel.radio(Service::Type4, AMBULANCE, OWN, &report.to_sds(0x89));
    }
    let receipts = rakel.events("amb", "receiptsGathered");
    let steps: Vec<&str> = receipts
        .iter()
        .flat_map(|one| one["receipts"].as_array().unwrap())
        .map(|one| one["step"].as_str().unwrap())
        .collect();
    assert_eq!(steps, ["RECEIPT_STEP_DELIVERED", "RECEIPT_STEP_DISPLAYED"]);
    // A session that was lost tells nobody twice.
    rakel.stage.join("port", "sos-alarm/gateway", None);
    rakel.settle();
    assert!(rakel.told(AMBULANCE).is_empty());
}

#[test]
fn a_status_acknowledges_the_newest_alarm_and_flags_the_others() {
    let mut rakel = Rakel::new();
    let (first, second) = (rakel.incident("Trafikolycka"), rakel.incident("Hjärtstopp"));
    rakel.alarm(&first, &[AMBULANCE]);
    let newest = rakel.alarm(&second, &[AMBULANCE]);
    rakel.told(AMBULANCE);
    rakel.seen("amb");
    rakel.status(AMBULANCE, U);
    let seen = rakel.seen("amb");
    let acknowledged: Vec<&Value> =
        seen.iter().map(|event| &event["acknowledged"]).filter(|one| one.is_object()).collect();
    assert_eq!(acknowledged.len(), 1, "{acknowledged:?}");
    assert_eq!(acknowledged[0]["alarmId"], json!(newest));
    assert_eq!(acknowledged[0]["means"], json!("ACKNOWLEDGEMENT_MEANS_STATUS"));
    let note = seen.iter().find(|event| event["noteAdded"].is_object()).expect("the other one is flagged");
    assert_eq!(note["envelope"]["incidentId"], json!(first));
    let told = rakel.told(AMBULANCE);
    assert!(
        told.iter().any(|text| text.starts_with("OBS: ännu ett larm väntar på kvittens: Trafikolycka")),
        "{told:?}"
    );
    // The radio says it again within half a minute: it is not meant for the one that still waits.
    rakel.later(5_000);
    rakel.status(AMBULANCE, U);
    assert!(rakel.events("amb", "acknowledged").is_empty());
    rakel.later(30_000);
    rakel.status(AMBULANCE, U);
    assert_eq!(rakel.events("amb", "acknowledged").len(), 1, "later it is");
}

#[test]
fn an_alarm_that_came_since_is_acknowledged_within_half_a_minute_too() {
    let mut rakel = Rakel::new();
    let (first, second) = (rakel.incident("Trafikolycka"), rakel.incident("Hjärtstopp"));
    rakel.alarm(&first, &[AMBULANCE]);
    rakel.status(AMBULANCE, U);
    let newest = rakel.alarm(&second, &[AMBULANCE]);
    rakel.seen("amb");
    rakel.status(AMBULANCE, U);
    let acknowledged = rakel.events("amb", "acknowledged");
    assert_eq!(acknowledged.iter().map(|one| one["alarmId"].clone()).collect::<Vec<_>>(), [json!(newest)]);
}

fn delivery(rakel: &Rakel, status: u8, ack_required: bool) -> BitString {
    let alarm = rakel.raw.iter().rev().find(|one| one.to == AMBULANCE && one.service == Service::Type4).unwrap();
    let fields = sds::decode(Service::Type4, &alarm.bits).unwrap().to_json();
    let message_reference = u8::try_from(fields["message_reference"].as_u64().unwrap()).unwrap();
    Report { ack_required, delivery_status: status, message_reference, storage: None }.to_sds(0x89)
}

#[test]
fn an_alarm_that_does_not_reach_its_radio_is_sent_again_and_then_the_desk_reads_it() {
    let mut rakel = Rakel::new();
    let incident = rakel.incident("Trafikolycka");
    rakel.alarm(&incident, &[AMBULANCE]);
    rakel.seen("amb");
    for try_number in 1..=5 {
        assert_eq!(rakel.told(AMBULANCE).len(), 1, "try {try_number}");
        assert!(rakel.events("amb", "noteAdded").is_empty(), "try {try_number}");
        // Destination not reachable, message delivery failed.
        let failed = delivery(&rakel, 0x4A, false);
        rakel.radio(Service::Type4, AMBULANCE, OWN, &failed);
        rakel.later(20_000);
    }
    assert!(rakel.told(AMBULANCE).is_empty());
    let notes = rakel.events("amb", "noteAdded");
    assert_eq!(notes.len(), 1);
    assert!(notes[0]["note"].as_str().unwrap().starts_with("Larmet nådde inte"), "{notes:?}");
}

#[test]
fn an_alarm_that_was_answered_meanwhile_is_not_sent_again() {
    let mut rakel = Rakel::new();
    let incident = rakel.incident("Trafikolycka");
    rakel.alarm(&incident, &[AMBULANCE]);
    let failed = delivery(&rakel, 0x4A, false);
    rakel.radio(Service::Type4, AMBULANCE, OWN, &failed);
    rakel.status(AMBULANCE, U);
    rakel.told(AMBULANCE);
    rakel.later(60_000);
    assert!(rakel.told(AMBULANCE).is_empty());
}

#[test]
fn a_report_that_wants_an_acknowledgement_gets_one_whatever_it_says() {
    for (status, answered) in [(0x00, 0x01), (0x02, 0x03), (0x4A, 0x4A), (0xFF, 0xFF)] {
        let mut rakel = Rakel::new();
        let incident = rakel.incident("Trafikolycka");
        rakel.alarm(&incident, &[AMBULANCE]);
        let report = delivery(&rakel, status, true);
        rakel.raw.clear();
        rakel.radio(Service::Type4, AMBULANCE, OWN, &report);
        let ack = sds::decode(Service::Type4, &rakel.raw[0].bits).unwrap().to_json();
        assert_eq!(ack["delivery_status"], json!(answered), "{ack:?}");
    }
}

#[test]
fn a_recall_while_the_session_was_lost_is_told_once_when_it_is_back() {
    let mut rakel = Rakel::new();
    let incident = rakel.incident("Trafikolycka");
    let alarm = rakel.alarm(&incident, &[AMBULANCE]);
    assert_eq!(rakel.told(AMBULANCE).len(), 1);
    rakel.stage.leave("port");
    rakel.sos(json!({ "incidentId": incident, "recallAlarm": { "alarmId": alarm, "reason": "felaktig adress" } }));
    assert!(rakel.told(AMBULANCE).is_empty());
    rakel.stage.join("port", "sos-alarm/gateway", None);
    rakel.settle();
    let told = rakel.told(AMBULANCE);
    assert!(told.len() == 1 && told[0].starts_with("ÅTER"), "{told:?}");
    rakel.stage.join("port", "sos-alarm/gateway", None);
    rakel.settle();
    assert!(rakel.told(AMBULANCE).is_empty());
}

#[test]
fn an_alarm_that_waits_and_the_recall_of_one_that_was_told_are_told_however_late() {
    let mut rakel = Rakel::new();
    let (waits, recalled, never_told) =
        (rakel.incident("Trafikolycka"), rakel.incident("Brand"), rakel.incident("Fall"));
    let alarm = rakel.alarm(&recalled, &[AMBULANCE]);
    assert_eq!(rakel.told(AMBULANCE).len(), 1);
    rakel.stage.leave("port");
    rakel.alarm(&waits, &[AMBULANCE]);
    let unheard = rakel.alarm(&never_told, &[AMBULANCE]);
    for (incident, alarm) in [(&recalled, &alarm), (&never_told, &unheard)] {
        rakel.sos(json!({ "incidentId": incident, "recallAlarm": { "alarmId": alarm, "reason": "dubblett" } }));
    }
    rakel.sos(json!({ "sendMessage": { "talkgroupId": "raps-1", "text": "gammalt" } }));
    rakel.later(600_000);
    rakel.stage.join("port", "sos-alarm/gateway", None);
    rakel.settle();
    let told = rakel.told(AMBULANCE);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told.iter().any(|text| text.starts_with("LARM Trafikolycka")), "{told:?}");
    assert!(told.iter().any(|text| text.starts_with("ÅTER: larmet Brand")), "{told:?}");
    assert!(rakel.told(RAPS_1).is_empty(), "nobody answers a text of ten minutes ago");
}

#[test]
fn a_recalled_alarm_is_never_acknowledged() {
    let mut rakel = Rakel::new();
    let incident = rakel.incident("Trafikolycka");
    let alarm = rakel.alarm(&incident, &[AMBULANCE]);
    rakel.told(AMBULANCE);
    rakel.sos(json!({ "incidentId": incident, "recallAlarm": { "alarmId": alarm, "reason": "falskt" } }));
    assert!(rakel.told(AMBULANCE)[0].starts_with("ÅTER: larmet Trafikolycka är återtaget"));
    rakel.seen("amb");
    rakel.status(AMBULANCE, U);
    let seen = rakel.seen("amb");
    assert!(
        seen.iter().all(|event| !event["acknowledged"].is_object() && !event["recallAcknowledged"].is_object()),
        "{seen:?}"
    );
}

#[test]
fn on_scene_prompts_for_the_arrival_report() {
    let mut rakel = Rakel::new();
    let incident = rakel.incident("Trafikolycka");
    rakel.alarm(&incident, &[AMBULANCE]);
    rakel.status(AMBULANCE, U);
    rakel.told(AMBULANCE);
    rakel.seen("amb");
    rakel.status(AMBULANCE, F);
    let statuses = rakel.events("amb", "unitStatusReported");
    assert_eq!(statuses[0]["code"], json!("F"));
    assert_eq!(rakel.told(AMBULANCE), ["Först på plats: lämna ankomstrapport. Trafikolycka"]);
}

#[test]
fn a_status_without_an_incident_is_the_units_own() {
    let mut rakel = Rakel::new();
    rakel.status(AMBULANCE, 0x8105);
    let states = rakel.events("amb", "unitStateReported");
    assert_eq!(states.iter().map(|one| one["code"].clone()).collect::<Vec<_>>(), [json!("K")]);
}

#[test]
fn distress_by_status_or_position_is_raised_once_until_it_is_over() {
    let mut rakel = Rakel::new();
    let incident = rakel.incident("Trafikolycka");
    rakel.alarm(&incident, &[AMBULANCE]);
    rakel.status(AMBULANCE, U);
    rakel.seen("amb");
    rakel.lip(AMBULANCE, lip::reason::EMERGENCY);
    rakel.raw.clear();
    rakel.status(AMBULANCE, 0x0000);
    rakel.later(60_000);
    rakel.status(AMBULANCE, 0x0000);
    let seen = rakel.seen("amb");
    let raised: Vec<&Value> = seen.iter().filter(|event| event["emergencyRaised"].is_object()).collect();
    assert_eq!(raised.len(), 1);
    assert_eq!(raised[0]["envelope"]["incidentId"], json!(incident));
    let latitude = raised[0]["emergencyRaised"]["location"]["latitude"].as_f64().unwrap();
    assert!((latitude - 63.2).abs() < 1e-4);
    assert!(rakel.raw.is_empty(), "where it is has been said");
    rakel.status(OTHER_AMBULANCE, 0x0000);
    let asked: Vec<(u32, String)> = rakel.raw.iter().map(|one| (one.to, one.bits.to_hex())).collect();
    assert_eq!(asked, [(OTHER_AMBULANCE, lip::Request::Immediate(lip::ReportType::Short).to_sds().to_hex())]);
    // A radio of nobody's here raises nothing.
    rakel.status(FIRE, 0x0000);
    assert!(rakel.notes.iter().any(|note| note.contains("2311010") && note.contains("avvisat")));
}

#[test]
fn positions_reach_the_map_and_a_receiver_without_a_fix_does_not() {
    let mut rakel = Rakel::new();
    rakel.lip(AMBULANCE, 129);
    let nowhere = BitString::from_hex("0A30000000000007FFE810", Some(84)).unwrap();
    rakel.radio(Service::Type4, OTHER_AMBULANCE, OWN, &nowhere);
    rakel.stage.pass(1_000);
    assert!(rakel.stage.nearby().location(&samband_domain::UnitId::new("3269010").unwrap()).is_some());
    assert!(rakel.stage.nearby().location(&samband_domain::UnitId::new("3269020").unwrap()).is_none());
}

#[test]
fn texts_go_to_the_talkgroup_and_come_from_it_and_do_not_echo() {
    let mut rakel = Rakel::new();
    let says = |text: &str| TextMessage::to_sds(text, 7, DeliveryReport::Both, false);
    rakel.radio(Service::Type4, AMBULANCE, RAPS_1, &says("på väg"));
    assert!(rakel.told(RAPS_1).is_empty(), "it came from there");
    assert!(rakel.told(AMBULANCE).is_empty(), "a group is not reported to");
    let message = json!({ "sendMessage": { "talkgroupId": "raps-1", "text": "Brytpunkt macken" } });
    rakel.sos(message);
    assert_eq!(rakel.told(RAPS_1), ["sos-alarm: Brytpunkt macken"]);
    // A new session, or one that has joined the group again, gets the texts again: they do not go out again.
    rakel.stage.join("port", "sos-alarm/gateway", None);
    rakel.settle();
    assert!(rakel.told(RAPS_1).is_empty());
    // To the gateway's own number: a note in the unit's incident, read when the hub has taken it.
    let incident = rakel.incident("Trafikolycka");
    rakel.alarm(&incident, &[AMBULANCE]);
    rakel.status(AMBULANCE, U);
    rakel.seen("amb");
    rakel.raw.clear();
    rakel.radio(Service::Type4, AMBULANCE, OWN, &says("två skadade"));
    let notes = rakel.events("amb", "noteAdded");
    assert_eq!(notes[0]["note"], json!("två skadade"));
    let reports: Vec<String> =
        rakel.raw.iter().filter(|one| one.service == Service::Status).map(|one| one.bits.to_hex()).collect();
    assert_eq!(reports, ["7E07", "7F07"], "received, then consumed");
    // Without an incident there is no place for it, and the crew is told.
    rakel.radio(Service::Type4, OTHER_AMBULANCE, OWN, &says("hallå"));
    assert!(rakel.told(OTHER_AMBULANCE)[0].starts_with("Texten kunde inte föras in"));
    // A group whose texts do not pass here is not the incident.
    rakel.radio(Service::Type4, AMBULANCE, RAPS_1 + 900, &says("till en annan grupp"));
    assert!(rakel.events("amb", "noteAdded").is_empty());
    assert!(rakel.notes.last().unwrap().contains("ingen talgrupp"));
}

#[test]
fn a_text_that_waited_for_room_on_the_hubs_disk_does_not_echo_and_is_reported() {
    let mut rakel = Rakel::new();
    rakel.full = true;
    let says = |text: &str| TextMessage::to_sds(text, 7, DeliveryReport::Both, false);
    rakel.radio(Service::Type4, AMBULANCE, RAPS_1, &says("på väg"));
    assert!(rakel.told(RAPS_1).is_empty(), "it came from there");
    let incident = rakel.incident("Trafikolycka");
    rakel.alarm(&incident, &[AMBULANCE]);
    rakel.status(AMBULANCE, U);
    rakel.raw.clear();
    rakel.radio(Service::Type4, AMBULANCE, OWN, &says("två skadade"));
    let reports: Vec<String> =
        rakel.raw.iter().filter(|one| one.service == Service::Status).map(|one| one.bits.to_hex()).collect();
    assert_eq!(reports, ["7E07", "7F07"], "received, then consumed");
}

#[test]
fn what_is_not_understood_is_kept_as_it_came_and_never_guessed() {
    let mut rakel = Rakel::new();
    rakel.status(AMBULANCE, 0x9999);
    rakel.status(AMBULANCE, 0x1234);
    rakel.radio(Service::Type4, AMBULANCE, OWN, &BitString::from_octets(&[0xC3, 0x00, 0x07, 0xAA]));
    rakel.radio(Service::Type1, AMBULANCE, OWN, &BitString::from_octets(&[0xAB, 0xCD]));
    // What it was stands in the log; how it came is kept apart.
    let expected = [
        "en status som inte står i region-jhs tabell",
        " 9999",
        "en status utan betydelse",
        " 1234",
        "protokollet: inte förstått",
        "C30007AA",
        "SDS typ 1-3",
        "ABCD",
    ];
    assert_eq!(rakel.notes.len(), expected.len(), "{:?}", rakel.notes);
    for (note, part) in rakel.notes.iter().zip(expected) {
        assert!(note.contains(part), "{note}");
    }
    assert!(rakel.seen("amb").iter().all(Value::is_null));
}

#[test]
fn a_long_text_is_cut_at_a_word_and_says_so() {
    let mut rakel = Rakel::new();
    let long = "ord ".repeat(200);
    rakel.sos(json!({ "sendMessage": { "talkgroupId": "raps-1", "text": long } }));
    let told = rakel.told(RAPS_1).remove(0);
    assert!(told.ends_with("ord [...]"), "{told}");
    let message = rakel.raw.last().unwrap();
    assert!(message.bits.len() <= 1184 && message.bits.len() > 1100, "{}", message.bits.len());
}
