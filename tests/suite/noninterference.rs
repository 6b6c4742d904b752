//! Hidden means hidden everywhere: two histories that differ only in what a viewer may not see give it the same bytes.

use std::{str::FromStr as _, sync::Arc};

use proptest::prelude::*;
use samband_disclosure::{Policy, Viewer};
use samband_domain::{Involvement, Level, OrganisationId, Role, Timestamp};
use samband_hub::{scenario::Stage as _, setup::Setup};
use samband_proto::v1::Marking;
use samband_tests::{
    core_stage::{CoreStage, decode, to_json},
    deployment::{START, jamtland},
};

use crate::history::{Act, DESKS, FACTS, Player, VIEWERS, acts, fact};

/// What a viewer's socket has carried: events byte for byte, resume tokens by length.
fn carried(player: &mut Player, viewer: &str) -> Vec<Vec<u8>> {
    let frames = player.stage.frames(viewer);
    let bytes = |frame: &samband_hub::wire::frame::Frame| match to_json(frame)["checkpoint"].is_object() {
        true => vec![0; frame.bytes().len()],
        false => frame.bytes().to_vec(),
    };
    frames.iter().map(bytes).collect()
}

fn viewer(principal: &str) -> Viewer {
    let (organisation, role) = principal.split_once('/').unwrap();
    let role = role.split(':').next().unwrap();
    Viewer { organisation: OrganisationId::new(organisation).unwrap(), role: Role::from_str(role).unwrap() }
}

fn marking(kind: &str) -> Marking {
    match kind {
        "address" => Marking::Address,
        "caller" => Marking::Caller,
        "health" => Marking::Health,
        "hazard" => Marking::Hazard,
        "threat" => Marking::ThreatAssessment,
        "safety" => Marking::ThreatFlag,
        "suspect" => Marking::Suspect,
        "access_code" => Marking::AccessCode,
        "object_card" => Marking::ObjectCard,
        "vehicle" => Marking::Vehicle,
        "break_point" => Marking::BreakPoint,
        "priority" => Marking::Priority,
        "description" => Marking::SharedText,
        "alarm_text" => Marking::AlarmText,
        other => panic!("{other} has no marking here"),
    }
}

/// Nobody in this viewer's place sees facts of this kind of this desk's organisation, however it is involved.
fn hidden(policy: &Policy, viewer: &Viewer, desk: &str, kind: &str) -> bool {
    let owner = OrganisationId::new(desk.split('/').next().unwrap()).unwrap();
    owner != viewer.organisation
        && Involvement::ALL.iter().all(|involvement| {
            let push = policy.parts().owners[&owner].push_only & samband_disclosure::mask::bit(marking(kind)) != 0;
            push || policy.mask(&owner, viewer, *involvement).get(marking(kind)) == Level::Hidden
        })
}

/// A secret act: a fact the viewer may not see, or a note or a desk of another organisation.
fn secrets() -> impl Strategy<Value = Vec<(usize, usize, usize, String)>> {
    prop::collection::vec((0..DESKS.len(), 0..3_usize, 0..FACTS.len() + 2, "[A-Z]{1,20}"), 1..6)
}

fn secret_act(
    policy: &Policy,
    viewer: &Viewer,
    (desk, incident, what, text): &(usize, usize, usize, String),
) -> Option<Act> {
    let who = DESKS[*desk];
    let own = who.starts_with(viewer.organisation.as_str());
    let body = match FACTS.get(*what) {
        Some((kind, field)) if hidden(policy, viewer, who, kind) => fact(kind, field, text),
        Some(_) => return None,
        None if own => return None,
        None if *what == FACTS.len() => serde_json::json!({ "add_note": { "note": text } }),
        None => serde_json::json!({ "file_sitrep": { "situation": text }, "raise": "MARKING_NOTE" }),
    };
    Some(Act { who, incident: *incident, body })
}

struct Run {
    bytes: Vec<Vec<u8>>,
    late: Vec<Vec<u8>>,
}

/// Plays the acts with the secret ones after every third, in the given variant.
fn run(setup: &Arc<Setup>, looking: &str, acts: &[Act], secrets: &[Act], secret: Secret) -> Run {
    let policy = Policy::new(setup.policy.policy.parts().clone());
    let mut player = Player::new(CoreStage::new(setup, policy));
    player.stage.join("viewer", looking, None);
    let mut at = 0;
    for (number, act) in acts.iter().enumerate() {
        player.play(number * 2, act);
        if number % 3 == 0
            && let Some(hidden) = secrets.get(at)
        {
            at += 1;
            match secret {
                Secret::AsIs => _ = player.play(number * 2 + 1, hidden),
                Secret::LeftOut => {}
                Secret::Otherwise => _ = player.play(number * 2 + 1, &otherwise(hidden)),
            }
        }
    }
    let bytes = carried(&mut player, "viewer");
    player.stage.set_time(Timestamp(START.0 + 1_000_000));
    player.stage.join("late", looking, None);
    let late = carried(&mut player, "late");
    Run { bytes, late }
}

#[derive(Clone, Copy)]
enum Secret {
    AsIs,
    LeftOut,
    Otherwise,
}

/// The same act saying something else, of another length.
fn otherwise(act: &Act) -> Act {
    fn change(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::String(text) if !text.starts_with("MARKING") => text.push_str("-och-något-helt-annat"),
            serde_json::Value::Object(fields) => fields.values_mut().for_each(change),
            _ => {}
        }
    }
    let mut act = act.clone();
    change(&mut act.body);
    act
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn what_is_hidden_leaves_no_trace(acts in acts(24), secrets in secrets(), looking in 0..VIEWERS.len()) {
        let setup = jamtland();
        let looking = VIEWERS[looking];
        let viewer = viewer(looking);
        let secret: Vec<_> = secrets.iter().filter_map(|one| secret_act(&setup.policy.policy, &viewer, one)).collect();
        prop_assume!(!secret.is_empty());
        let with = run(&setup, looking, &acts, &secret, Secret::AsIs);
        for variant in [Secret::LeftOut, Secret::Otherwise] {
            let other = run(&setup, looking, &acts, &secret, variant);
            prop_assert_eq!(with.bytes.len(), other.bytes.len(), "frames");
            prop_assert!(with.bytes == other.bytes, "bytes");
            prop_assert!(with.late == other.late, "bytes of late entry");
        }
    }
}

/// The property above can fail: what is not hidden makes a difference.
#[test]
fn what_is_not_hidden_shows() {
    let setup = jamtland();
    let alarm = Act {
        who: DESKS[0],
        incident: 0,
        body: serde_json::json!({ "raise_alarm": { "parties": [{ "organisation": "raddning-jamtland" }] } }),
    };
    let open = Act { who: DESKS[0], incident: 0, body: fact("hazard", "what", "Gasol") };
    let acts = [alarm.clone(), alarm.clone(), alarm];
    let run = |variant| run(&setup, "raddning-jamtland/operator", &acts, std::slice::from_ref(&open), variant);
    assert_ne!(run(Secret::AsIs).late, run(Secret::LeftOut).late);
    assert_ne!(run(Secret::AsIs).late, run(Secret::Otherwise).late);
}

/// Late entry is what is in force: folded, it is the same as everything folded.
mod in_force {
    use std::collections::BTreeMap;

    use serde_json::Value;

    use super::*;

    /// What a client holds: the newest of everything that replaces itself, and every other event.
    fn fold(frames: &[samband_hub::wire::frame::Frame]) -> BTreeMap<String, Value> {
        let mut state: BTreeMap<String, Value> = BTreeMap::new();
        for frame in frames {
            let frame = to_json(frame);
            if let Some(scope) = frame["restart"].as_object().and_then(|scopes| scopes.values().next()?.as_str()) {
                state.retain(|key, _| !key.starts_with(scope));
            }
            let event = &frame["update"]["event"];
            if event.is_null() {
                continue;
            }
            let envelope = &event["envelope"];
            let scopes = ["incidentId", "talkgroupId", "unitId", "pool"];
            let scope = scopes.iter().find_map(|scope| envelope[scope].as_str()).unwrap();
            state.insert(format!("{scope} {}", key(event)), event.clone());
        }
        state
    }

    /// What a client would key an event by, from what it sees of it.
    fn key(event: &Value) -> String {
        let owner = event["envelope"]["owner"].as_str().unwrap();
        let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
        let (kind, body) =
            event.as_object().unwrap().iter().find(|(key, _)| *key != "envelope" && *key != "withheld").unwrap();
        let party =
            || format!("{} {} {}", text(&body["alarmId"]), text(&body["organisation"]), text(&body["unit"]["unitId"]));
        match kind.as_str() {
            "factStated" => {
                let marks = event["withheld"].to_string();
                let value = body.as_object().unwrap().keys().find(|key| *key != "withdrawn").cloned().unwrap_or(marks);
                format!("fact {owner} {}", value.trim_end_matches("Coarse"))
            }
            "deskClaimed" | "deskHandedOver" => format!("desk {owner}"),
            "involvementChanged" => format!("involvement {}", text(&body["organisation"])),
            "totalInformationIssued" => "total".into(),
            "totalInformationConfirmed" => format!("confirmed {}", party()),
            "acknowledged" | "declined" => format!("answer {}", party()),
            "unitStatusReported" => format!("status {}", text(&body["unit"]["unitId"])),
            "incidentClosed" | "incidentReopened" => "closed".into(),
            "talkgroupLeased" | "talkgroupReturned" => {
                format!("talkgroup {}", text(&body["talkgroup"]["talkgroupId"]))
            }
            "poolLeaseChanged" => format!("lease {}", text(&body["talkgroup"]["talkgroupId"])),
            "poolNearlyExhausted" => "exhausted".into(),
            "unitStateReported" => "state".into(),
            "unitSignedOff" if event["envelope"]["incidentId"].is_string() => {
                format!("status {}", text(&body["unit"]["unitId"]))
            }
            "unitSignedOff" | "unitSignedOn" => "signed".into(),
            "emergencyRaised" | "emergencyCancelled" => format!("emergency {}", text(&body["emergencyId"])),
            "emergencyAcknowledged" => {
                let unit = text(&body["unit"]["unitId"]);
                format!("emergency {} {} {unit}", text(&body["emergencyId"]), text(&body["organisation"]))
            }
            "hazardReported" | "hazardEnded" => format!("hazard {}", text(&body["hazardId"])),
            "mediaLineAnswered" => format!("media {} {}", text(&body["mediaLineId"]), text(&body["organisation"])),
            "advanceNoticeIssued" | "advanceNoticeEnded" => "notice".into(),
            "releaseGranted" | "releaseEnded" => format!("release {}", text(&body["releaseId"])),
            "acknowledgementOverdue" | "overdueWithdrawn" => format!("overdue {}", party()),
            _ => text(&event["envelope"]["eventId"]),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, max_shrink_iters: 200, ..ProptestConfig::default() })]

        #[test]
        fn folds_to_the_same(acts in acts(40), looking in 0..VIEWERS.len()) {
            let setup = jamtland();
            let mut player = Player::new(CoreStage::new(&setup, Policy::new(setup.policy.policy.parts().clone())));
            player.stage.join("viewer", VIEWERS[looking], None);
            for (number, act) in acts.iter().enumerate() {
                player.play(number, act);
            }
            let all = fold(&player.stage.frames("viewer"));
            player.stage.join("late", VIEWERS[looking], None);
            let late_frames = player.stage.frames("late");
            let late = fold(&late_frames);
            // Superseded versions that the total information refers to come too; folded in order they are replaced again.
            prop_assert_eq!(&all, &late);
            let updates = late_frames.iter().filter(|frame| decode(frame).frame.is_some_and(is_update)).count();
            prop_assert!(updates >= late.len());
        }
    }

    fn is_update(frame: samband_proto::v1::server_frame::Frame) -> bool {
        matches!(frame, samband_proto::v1::server_frame::Frame::Update(_))
    }
}
