//! Messages that belong together: what ends what, over sessions, restarts and crashes.

use std::{fs, time::Duration};

use samband_gateway::cap::{
    fetch,
    intake::{Intake, Stopped},
    known::Memory,
    store,
};

use super::*;

const OWNER: &str = "lansstyrelsen-z";

fn over() -> Decision {
    Decision { cancel: true, ..Decision::default() }
}

/// As it stands among earlier ones.
fn earlier(alert: Alert) -> Earlier {
    let reference = cap::Reference { sender: alert.sender, identifier: alert.identifier, sent: alert.sent.written };
    Earlier { reference, msg_type: alert.msg_type, status: alert.status }
}

fn ended(cause: pb::EndCause) -> Event {
    Event::AdvanceNoticeEnded(pb::AdvanceNoticeEnded { cause: Some(cause.into()), ..pb::AdvanceNoticeEnded::default() })
}

#[test]
fn a_notice_that_has_ended_is_cancelled_from_a_session_that_never_saw_it() {
    let first = issue(&seen(false, vec![notice(), in_ostersund()]), &Decision::default(), OWNER, &[]).unwrap();
    let sent = [earlier(first)];
    for cause in [pb::EndCause::Withdrawn, pb::EndCause::Expired] {
        let late = seen(false, vec![ended(cause)]);
        assert!(late.incident("i1").unwrap().is_over(), "{cause:?}: nothing to draw");
        for decision in [Decision::default(), over()] {
            let cancel = issue(&late, &decision, OWNER, &sent).unwrap();
            assert_eq!((cancel.msg_type.as_str(), cancel.references.len()), ("Cancel", 1), "{cause:?}");
        }
        assert_eq!(issue(&late, &over(), "polis-nord", &sent), Err(NotIssued::NotOwner));
    }
    let reported = || Event::IncidentReported(pb::IncidentReported { types: vec!["Brand".into()] });
    for events in [vec![ended(pb::EndCause::Converted), reported()], vec![reported(), ended(pb::EndCause::Converted)]] {
        let converted = seen(false, events);
        let incident = converted.incident("i1").unwrap();
        assert!(!incident.is_over() && incident.notice.is_none(), "the incident goes on");
        assert_eq!(issue(&converted, &over(), OWNER, &sent).unwrap().msg_type, "Cancel");
        assert_eq!(issue(&converted, &Decision::default(), OWNER, &sent), Err(NotIssued::NotOpen));
    }
}

#[test]
fn a_test_and_the_real_thing_are_chains_of_their_own() {
    let picture = seen(false, vec![notice(), in_ostersund()]);
    let test = |cancel| Decision { test: true, cancel, ..Decision::default() };
    let mut sent: Vec<Earlier> = Vec::new();
    let mut next = |decision: &Decision| {
        let alert = issue(&picture, decision, OWNER, &sent).unwrap();
        let told = (alert.status.clone(), alert.msg_type.clone(), alert.references.len(), alert.identifier.clone());
        sent.push(earlier(alert));
        told
    };
    let mut said = |decision: &Decision| {
        let (status, msg_type, references, identifier) = next(decision);
        format!("{status} {msg_type} {references} {}", identifier.rsplit('-').next().unwrap())
    };
    assert_eq!(said(&test(false)), "Test Alert 0 1");
    assert_eq!(said(&Decision::default()), "Actual Alert 0 2");
    assert_eq!(said(&test(true)), "Test Cancel 1 3");
    assert_eq!(said(&Decision::default()), "Actual Update 1 4");
    assert_eq!(said(&over()), "Actual Cancel 2 5");
}

#[test]
fn an_ended_hazard_is_its_own_owners_not_the_notices() {
    let mut picture = seen(false, vec![notice(), in_ostersund()]);
    let envelope =
        pb::Envelope { incident_id: Some("i1".into()), owner: Some("raddning-jamtland".into()), ..<_>::default() };
    let gone = pb::HazardEnded { hazard_id: Some("h1".into()), ..pb::HazardEnded::default() };
    picture.take_event(&pb::Event { envelope: Some(envelope), body: Some(Event::HazardEnded(gone)), ..<_>::default() });
    let decision = Decision { hazard: Some("h1".into()), ..over() };
    let reference =
        cap::Reference { sender: "s".into(), identifier: "h-1".into(), sent: "2026-11-26T10:00:00+01:00".into() };
    let sent = [Earlier { reference, msg_type: "Alert".into(), status: "Actual".into() }];
    assert_eq!(issue(&picture, &decision, "raddning-jamtland", &sent).unwrap().msg_type, "Cancel");
    assert_eq!(issue(&picture, &decision, OWNER, &sent), Err(NotIssued::NotOwner));
}

#[test]
fn what_a_crash_left_stands_in_nobodys_way() {
    let folder = tempfile::tempdir().unwrap();
    let test = Decision { test: true, ..Decision::default() };
    let alert = issue(&seen(false, vec![notice(), in_ostersund()]), &test, OWNER, &[]).unwrap();
    fs::write(folder.path().join(format!("{}.part", alert.identifier)), "<alert").unwrap();
    store::put(folder.path(), &alert).unwrap();
    assert!(store::put(folder.path(), &alert).is_err(), "never over another");
    let parts = fs::read_dir(folder.path()).unwrap().map(|one| one.unwrap().path());
    assert_eq!(
        parts.filter(|path| path.extension().is_some_and(|ending| ending == "part")).count(),
        1,
        "only that one"
    );
    let incidents = alert.incidents.clone().unwrap();
    assert_eq!(store::earlier(folder.path(), &alert.sender, &incidents).unwrap(), [earlier(alert)]);
}

#[test]
fn an_exercise_another_sender_and_what_was_withdrawn_leave_a_notice_alone() {
    let made = |incident: &str, withdrawn, exercise| Made {
        incident: incident.into(),
        incidents: Some("I".into()),
        sent: 0,
        until_ms: 0,
        withdrawn,
        exercise,
    };
    let take = |known: &Known, msg_type: &str, status: &str, references: Option<&str>| {
        let alert = vma_alert(|alert| {
            (alert["msgType"], alert["status"]) = (json!(msg_type), json!(status));
            alert["incidents"] = json!("I");
            alert["references"] =
                references.map_or(json!(null), |sent| json!(format!("{sent},2026-11-26T07:00:00+01:00")));
        });
        inbound::take(&alert, known, &settings(), NOW_MS)
    };
    let one = |sender: &str, exercise| Known::from([(inbound::key(sender, "SR0"), made("i1", false, exercise))]);
    let real = one("sr", false);
    for (known, status) in [(&real, "Exercise"), (&one("sr", true), "Actual"), (&one("other", false), "Actual")] {
        for references in [Some("sr,SR0"), Some("other,SR0"), None] {
            assert!(matches!(take(known, "Cancel", status, references), Taken::Nothing(_)), "{status} {references:?}");
            assert!(matches!(take(known, "Update", status, references), Taken::Issue(_)), "{status} {references:?}");
        }
    }
    assert!(matches!(take(&one("sr", true), "Cancel", "Exercise", Some("sr,SR0")), Taken::Withdraw(_)));
    let mut both = one("sr", false);
    both.insert(inbound::key("sr", "SR-1"), made("i0", true, false));
    let taken = take(&both, "Cancel", "Actual", None);
    assert!(matches!(taken, Taken::Withdraw(command) if command.incident_id() == "i1"), "the one that stands");
    // A message names its own chain: the end of one area's warning is not another's.
    assert!(matches!(take(&both, "Cancel", "Actual", Some("sr,SR-1")), Taken::Nothing(_)));
    both.insert(inbound::key("sr", "SR2"), made("i2", false, false));
    assert!(matches!(take(&both, "Cancel", "Actual", None), Taken::Nothing(_)), "which of the two nobody knows");
    let old = r#"{"sr,SR0":{"incident":"i1","incidents":"I","withdrawn":false}}"#;
    assert_eq!(serde_json::from_str::<Known>(old).unwrap(), real, "files from before are read");
}

#[test]
fn a_server_that_closes_at_once_is_asked_ever_more_seldom() {
    let mut pauses = Vec::new();
    let mut pause = Duration::ZERO;
    for _ in 0..8 {
        pause = fetch::pause(pause, Duration::from_millis(3));
        pauses.push(pause.as_secs());
    }
    assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
    assert_eq!(
        fetch::pause(pause, Duration::from_secs(300)),
        Duration::from_secs(1),
        "one that has held is opened again"
    );
}

#[tokio::test]
async fn one_that_the_hub_refuses_blocks_none_after_it_and_is_not_asked_again() {
    let folder = tempfile::tempdir().unwrap();
    let memory = Memory::open(folder.path().join("vma.json")).unwrap();
    let mut intake = Intake::new(memory);
    let alerts = ["SR1", "SR2"].map(|id| vma_alert(|alert| alert["identifier"] = json!(id)));
    let (mut asked, mut told) = (0, Vec::new());
    for refusal in [Some("no"), None] {
        let submit = async |_| {
            asked += 1;
            Ok::<_, ()>(if asked == 1 { Err("no".to_owned()) } else { Ok("i2".to_owned()) })
        };
        let tell = |line: &serde_json::Value| {
            told.push(line.clone());
            Ok(())
        };
        let last = intake.take(&alerts, &settings(), NOW_MS, submit, tell).await.unwrap();
        assert_eq!(last.as_deref(), refusal);
    }
    assert_eq!(asked, 2, "each once");
    assert_eq!(told[0], json!({ "identifier": "SR1", "refused": "no" }));
    assert_eq!(told[1], json!({ "identifier": "SR2", "incident_id": "i2", "notice": "issued" }));
    // A hub that is away is another matter: it is tried again.
    intake.try_again();
    let away = intake.take(&alerts, &settings(), NOW_MS, async |_| Err("away"), |_| Ok(())).await;
    assert!(matches!(away, Err(Stopped::Hub("away"))));
    assert_eq!(
        intake.take(&alerts, &settings(), NOW_MS, async |_| Ok::<_, ()>(Ok("i1".into())), |_| Ok(())).await.unwrap(),
        None
    );
    assert_eq!(intake.memory().known().len(), 2, "and is taken when it is back");
}

#[tokio::test]
async fn a_list_may_have_the_newest_first_and_what_leads_to_nothing_is_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut intake = Intake::new(Memory::open(folder.path().join("vma.json")).unwrap());
    let update = vma_alert(|alert| {
        (alert["identifier"], alert["msgType"]) = (json!("SR2"), json!("Update"));
        alert["sent"] = json!("2026-11-26T11:00:00+01:00");
        alert["references"] = json!("sr,SR1,2026-11-26T10:00:00+01:00");
    });
    let test = vma_alert(|alert| (alert["identifier"], alert["status"]) = (json!("SR3"), json!("Test")));
    let alerts = [update, test, vma_alert(|_| {})];
    let mut told = Vec::new();
    for _ in 0..3 {
        let tell = |line: &serde_json::Value| {
            told.push(format!("{} {}{}", line["identifier"], line["notice"], line["nothing"]));
            Ok(())
        };
        let submit = async |_| Ok::<_, ()>(Ok("i1".to_owned()));
        intake.take(&alerts, &settings(), NOW_MS, submit, tell).await.unwrap();
    }
    let expected = [r#""SR3" null"varken Actual eller Exercise""#, r#""SR1" "issued"null"#, r#""SR2" "amended"null"#];
    assert_eq!(told, expected);
}

#[test]
fn a_message_for_another_area_of_the_same_happening_touches_nothing() {
    let made = Made {
        incident: "i1".into(),
        incidents: Some("I".into()),
        sent: 0,
        until_ms: 0,
        withdrawn: false,
        exercise: false,
    };
    let known = Known::from([(inbound::key("sr", "SR1"), made)]);
    let take = |msg_type: &str, references: Option<&str>| {
        let alert = vma_alert(|alert| {
            (alert["identifier"], alert["msgType"]) = (json!("SR3"), json!(msg_type));
            (alert["incidents"], alert["references"]) = (json!("I"), json!(references));
            alert["info"][0]["area"][0]["geocode"][0]["value"] = json!("2284");
        });
        inbound::take(&alert, &known, &settings(), NOW_MS)
    };
    let other = Some("sr,SR2,2026-11-26T07:00:00+01:00");
    assert!(matches!(take("Update", other), Taken::Nothing(_)));
    assert!(matches!(take("Cancel", other), Taken::Nothing(_)));
    assert!(matches!(take("Cancel", None), Taken::Withdraw(_)), "without references the happening tells");
}

#[test]
fn an_update_that_was_overtaken_changes_nothing() {
    let made =
        |sent| Made { incident: "i1".into(), incidents: None, sent, until_ms: 0, withdrawn: false, exercise: false };
    let update = vma_alert(|alert| {
        (alert["identifier"], alert["msgType"]) = (json!("SR2"), json!("Update"));
        alert["references"] = json!("sr,SR1,2026-11-26T10:00:00+01:00");
    });
    let mut known = Known::from([(inbound::key("sr", "SR1"), made(update.sent.seconds - 60))]);
    assert!(matches!(inbound::take(&update, &known, &settings(), NOW_MS), Taken::Amend(..)));
    known.insert(inbound::key("sr", "SR3"), made(update.sent.seconds + 60));
    assert!(matches!(inbound::take(&update, &known, &settings(), NOW_MS), Taken::Late(made) if made.incident == "i1"));
}

#[tokio::test]
async fn a_warning_that_was_cancelled_is_not_issued_anew_by_what_came_before() {
    let folder = tempfile::tempdir().unwrap();
    let mut intake = Intake::new(Memory::open(folder.path().join("vma.json")).unwrap());
    let message = |id: &str, kind: &str, sent: &str, about: Option<&str>| {
        vma_alert(|alert| {
            (alert["identifier"], alert["msgType"], alert["sent"]) = (json!(id), json!(kind), json!(sent));
            alert["references"] = about.map_or(json!(null), |one| json!(format!("sr,{one},2026-11-26T10:00:00+01:00")));
        })
    };
    let (ten, eleven, twelve) = ("2026-11-26T10:00:00+01:00", "2026-11-26T11:00:00+01:00", "2026-11-26T12:00:00+01:00");
    // In one list, all sent in the same second, the newest first; and then the late one by itself.
    let lists = [
        vec![message("SR3", "Cancel", twelve, Some("SR1")), message("SR1", "Alert", ten, None)],
        vec![message("SR2", "Update", eleven, Some("SR1"))],
        vec![message("SR4", "Cancel", twelve, Some("SR2"))],
        vec![
            message("X2", "Update", ten, Some("X1")),
            message("X1", "Alert", ten, None),
            message("X3", "Cancel", ten, Some("X1")),
        ],
    ];
    let mut told = Vec::new();
    for list in lists {
        let submit = async |command: pb::Command| {
            Ok::<_, ()>(Ok(command
                .incident_id
                .unwrap_or_else(|| "i".to_owned() + command.command_id.as_deref().unwrap())))
        };
        let tell = |line: &serde_json::Value| {
            let what = line["notice"].as_str().or(line["nothing"].as_str()).unwrap_or_default().to_owned();
            told.push(format!("{} {what}", line["identifier"].as_str().unwrap()));
            Ok(())
        };
        intake.take(&list, &settings(), NOW_MS, submit, tell).await.unwrap();
    }
    let expected = [
        "SR1 issued",
        "SR3 withdrawn",
        "SR2 äldre än det som redan är känt",
        "SR4 återkallar något som inte är känt",
        "X1 issued",
        "X2 amended",
        "X3 withdrawn",
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn an_update_states_its_place_anew() {
    let folder = tempfile::tempdir().unwrap();
    let mut memory = Memory::open(folder.path().join("vma.json")).unwrap();
    let made = Made { incident: "i9".into(), incidents: None, sent: 0, until_ms: 0, withdrawn: false, exercise: false };
    memory.remember(inbound::key("sr", "SR0"), made).unwrap();
    let mut intake = Intake::new(memory);
    let update = vma_alert(|alert| {
        alert["msgType"] = json!("Update");
        alert["references"] = json!("sr,SR0,2026-11-26T10:00:00+01:00");
        alert["info"][0]["area"][0]["circle"] = json!(["63.2,14.6 2"]);
    });
    let mut said = Vec::new();
    let submit = async |command: pb::Command| {
        said.push(command);
        // What is stated already is refused, and harms nothing.
        Ok::<_, ()>(if said.len() == 1 { Ok("i9".to_owned()) } else { Err("NOTHING_TO_DO".to_owned()) })
    };
    intake.take(&[update], &settings(), NOW_MS, submit, |_| Ok(())).await.unwrap();
    assert!(matches!(said[0].body, Some(Body::AmendAdvanceNotice(_))));
    let is_place = |one: &&pb::Command| matches!(one.body, Some(Body::StateFact(_))) && one.incident_id() == "i9";
    assert_eq!(said[1..].iter().filter(is_place).count(), 2, "municipality and circle");
    let ids: std::collections::BTreeSet<&str> = said.iter().map(|one| one.command_id()).collect();
    assert_eq!(ids.len(), 3, "each has an id of its own");
    assert_eq!(intake.memory().known().len(), 2);
}

#[test]
fn a_message_in_parts_is_taken_by_those_that_concern_the_county() {
    let part = |event: &str, county: &str, expires: &str| {
        json!({
            "language": "sv", "category": ["Met"], "event": event, "urgency": "Future", "severity": "Moderate", "certainty": "Likely",
            "expires": expires, "area": [{ "areaDesc": event, "geocode": [{ "valueName": "Län", "value": county }] }],
        })
    };
    let (early, late) = ("2026-12-01T10:00:00+01:00", "2026-12-02T10:00:00+01:00");
    let of = |parts: serde_json::Value| vma_alert(|alert| alert["info"] = parts.clone());
    let take = |alert: &Alert| inbound::take(alert, &Known::new(), &settings(), NOW_MS);
    let mixed = of(json!([part("Storm", "03", late), part("Snö", "23", early), part("Is", "23", late)]));
    let Taken::Issue(command) = take(&mixed) else { panic!() };
    let Some(Body::IssueAdvanceNotice(notice)) = &command.body else { panic!() };
    assert_eq!(notice.types, ["Snö", "Is"]);
    assert!(!notice.text().contains("Storm") && notice.text().contains("Område: Snö"));
    assert_eq!(notice.valid_until.as_ref().unwrap().seconds, 1_796_202_000, "until the last is over");
    assert!(matches!(take(&of(json!([part("Storm", "03", late)]))), Taken::Nothing(_)));
    // A notice that was for the county is not left standing when its update says that it no longer is.
    let made = Made { incident: "i1".into(), incidents: None, sent: 0, until_ms: 0, withdrawn: false, exercise: false };
    let known = Known::from([(inbound::key("sr", "SR0"), made)]);
    for parts in [json!([part("Storm", "03", late)]), json!([part("Snö", "23", "2026-11-26T09:00:00+01:00")])] {
        let update = vma_alert(|alert| {
            (alert["info"], alert["msgType"]) = (parts.clone(), json!("Update"));
            alert["references"] = json!("sr,SR0,2026-11-26T07:00:00+01:00");
        });
        let taken = inbound::take(&update, &known, &settings(), NOW_MS);
        assert!(matches!(taken, Taken::Withdraw(command) if command.incident_id() == "i1"), "{parts}");
    }
}
