//! While the hub is away: nothing old is shown as if it were new, and distress that stands is no failure.

use samband_gateway::cot::{
    Event,
    settings::Settings,
    translate::{ClientId, Identity, Out, To, Translation},
};
use samband_proto::v1::{self as pb, RefusalCode, command::Body, outcome::Result as Answer, server_frame::Frame};

use super::{HEAD, POINT};

const FIRE: &str = "2311010";
const HOUR_MS: i64 = 3_600_000;
const ME: ClientId = ClientId(1);

fn unit() -> Frame {
    let unit = pb::MapUnit {
        unit_id: Some("2311020".into()),
        call_sign: Some("2 31-1020".into()),
        latitude_e5: Some(6_318_000),
        longitude_e5: Some(1_464_000),
        ..pb::MapUnit::default()
    };
    let cell = pb::MapCell { south: Some(63.0), west: Some(14.0), side_deg: Some(0.1) };
    Frame::Map(pb::MapFrame { cell: Some(cell), units: vec![unit], ..pb::MapFrame::default() })
}

fn raised() -> Frame {
    let envelope =
        pb::Envelope { incident_id: Some("i1".into()), owner: Some("rtj".into()), ..pb::Envelope::default() };
    let unit = pb::UnitRef { unit_id: Some("2311020".into()), ..pb::UnitRef::default() };
    let raised =
        pb::EmergencyRaised { emergency_id: Some("e1".into()), unit: Some(unit), ..pb::EmergencyRaised::default() };
    let body = Some(pb::event::Body::EmergencyRaised(raised));
    Frame::Update(pb::Update { event: Some(pb::Event { envelope: Some(envelope), body, ..pb::Event::default() }) })
}

fn open(translation: &mut Translation, now_ms: i64) {
    let entry = |id: &str, call_sign: &str| pb::UnitEntry {
        unit_id: Some(id.into()),
        call_sign: Some(call_sign.into()),
        organisation: Some("rtj".into()),
        ..pb::UnitEntry::default()
    };
    let units = vec![entry(FIRE, "2 31-1010"), entry("2311020", "2 31-1020")];
    let welcome = pb::Welcome { organisation: Some("rtj".into()), ..pb::Welcome::default() };
    translation.hub_up(&welcome, &pb::Deployment { units, ..pb::Deployment::default() }, now_ms);
}

fn begun() -> Translation {
    let mut number = 0;
    let ids = Box::new(move || {
        number += 1;
        format!("c{number}")
    });
    let mut translation = Translation::new(Settings::default(), ids);
    open(&mut translation, HOUR_MS);
    translation
}

/// The uids that a client is shown, but of chat.
fn shown(translation: &mut Translation, client: ClientId) -> Vec<String> {
    let mut uids = Vec::new();
    while let Some(out) = translation.next_out() {
        if let Out::Event(to, event) = out
            && event.kind.starts_with("a-")
            && match to {
                To::AllBut(these) => !these.contains(&client),
                To::Only(these) => these.contains(&client),
            }
        {
            uids.push(event.uid.clone());
        }
    }
    uids
}

fn says(translation: &mut Translation, kind: &str, uid: &str, detail: &str, now_ms: i64) -> Vec<pb::Command> {
    let head = HEAD.replace("U-1", uid).replace("a-f-G-U-i-f", kind);
    let event: Event = super::event(&head, POINT, detail).unwrap();
    translation.from_client(ME, &event, now_ms);
    let mut commands = Vec::new();
    while let Some(out) = translation.next_out() {
        if let Out::Command(command) = out {
            commands.push(*command);
        }
    }
    commands
}

#[test]
fn who_comes_while_the_hub_is_away_sees_no_old_position_as_new_and_all_of_it_when_it_is_back() {
    let mut translation = begun();
    translation.from_hub(&unit(), HOUR_MS);
    translation.from_hub(&Frame::CaughtUp(pb::CaughtUp::default()), HOUR_MS);
    translation.tick(HOUR_MS);
    translation.client_up(ME, Identity::Certificate("stab".into()), HOUR_MS);
    let seen = shown(&mut translation, ME);
    assert_eq!(seen.last().map(String::as_str), Some("samband-unit-2311020"));
    translation.hub_down(HOUR_MS + 1_000);
    // An hour later the device of that very unit comes, and another.
    let now = 2 * HOUR_MS;
    translation.client_up(ClientId(2), Identity::Certificate("stab 2".into()), now);
    translation.client_up(ClientId(3), Identity::Certificate("2311020".into()), now);
    assert!(shown(&mut translation, ClientId(2)).is_empty(), "its position is an hour old");
    translation.client_down(ClientId(3), now);
    translation.tick(now);
    assert!(shown(&mut translation, ClientId(2)).is_empty());
    // Back in no time: it is not waited for.
    open(&mut translation, now + 1_000);
    translation.from_hub(&Frame::CaughtUp(pb::CaughtUp::default()), now + 1_000);
    translation.tick(now + 1_000);
    assert!(shown(&mut translation, ClientId(2)).is_empty(), "the map has not come anew");
    translation.from_hub(&unit(), now + 1_500);
    translation.tick(now + 2_000);
    assert_eq!(shown(&mut translation, ClientId(2)), ["samband-unit-2311020"]);
}

#[test]
fn who_comes_while_the_hub_is_away_for_a_moment_is_shown_what_it_missed() {
    let mut translation = begun();
    translation.from_hub(&unit(), HOUR_MS);
    translation.from_hub(&Frame::CaughtUp(pb::CaughtUp::default()), HOUR_MS);
    translation.tick(HOUR_MS);
    shown(&mut translation, ME);
    translation.hub_down(HOUR_MS + 1_000);
    translation.client_up(ME, Identity::Certificate("stab".into()), HOUR_MS + 2_000);
    open(&mut translation, HOUR_MS + 3_000);
    translation.from_hub(&unit(), HOUR_MS + 3_000);
    translation.from_hub(&Frame::CaughtUp(pb::CaughtUp::default()), HOUR_MS + 3_000);
    assert!(shown(&mut translation, ME).is_empty(), "nothing of it has changed");
    translation.tick(HOUR_MS + 3_000);
    assert_eq!(shown(&mut translation, ME), ["samband-unit-2311020"]);
    translation.tick(HOUR_MS + 4_000);
    assert!(shown(&mut translation, ME).is_empty(), "once");
}

#[test]
fn distress_is_shown_to_whoever_comes_while_the_hub_is_away() {
    let mut translation = begun();
    translation.from_hub(&raised(), HOUR_MS);
    translation.from_hub(&Frame::CaughtUp(pb::CaughtUp::default()), HOUR_MS);
    translation.tick(HOUR_MS);
    translation.hub_down(HOUR_MS + 1_000);
    while translation.next_out().is_some() {}
    translation.client_up(ME, Identity::Certificate("stab".into()), HOUR_MS + 2_000);
    let first = translation.next_out();
    assert!(matches!(first, Some(Out::Event(_, event)) if event.uid == "samband-e1-9-1-1"));
}

#[test]
fn distress_that_stands_already_is_told_as_taken() {
    let now = HOUR_MS;
    let mut translation = begun();
    translation.from_hub(&Frame::CaughtUp(pb::CaughtUp::default()), now);
    translation.client_up(ME, Identity::Certificate(FIRE.into()), now);
    let distress = "<emergency type=\"911 Alert\">A</emergency>";
    let commands = says(&mut translation, "b-a-o-tbl", "U-1-9-1-1", distress, now);
    assert!(matches!(commands[0].body, Some(Body::RaiseEmergency(_))));
    let refused = pb::Refused { code: Some(RefusalCode::EmergencyStands.into()), ..pb::Refused::default() };
    let outcome = pb::Outcome {
        command_id: commands[0].command_id.clone(),
        result: Some(Answer::Refused(refused)),
        ..pb::Outcome::default()
    };
    translation.from_hub(&Frame::Outcome(outcome), now);
    let mut told = Vec::new();
    while let Some(out) = translation.next_out() {
        if let Out::Event(_, event) = out {
            told.extend(event.detail("remarks").map(|remarks| remarks.text.clone()));
        }
    }
    assert_eq!(told, ["Nödlarmet är mottaget av Samband."]);
    assert!(says(&mut translation, "b-a-o-tbl", "U-1-9-1-1", distress, now + 5_000).is_empty(), "raised once");
}
