//! A journal that refuses: nothing is delivered that is not stored, what was refused leaves no trace, and alarms have the last room.

use std::sync::{Arc, atomic::Ordering};

use samband_domain::Timestamp;
use samband_hub::scenario::Stage;
use samband_journal::{AppendError, Journal, MemoryJournal, StreamId, Version};
use samband_tests::{
    deployment::{START, jamtland},
    journals::TestJournal,
    socket_stage::{SocketStage, Stored, Transport},
};
use serde_json::{Value, json};

const OPERATOR: &str = "sos-alarm/operator";

/// A stage whose desk has reported an incident.
fn stage(journal: Arc<dyn Journal>) -> (SocketStage, String) {
    let mut stage = SocketStage::over(&jamtland(), Transport::WebSocketProto, Stored { journal, ..Stored::memory() });
    stage.join("desk", OPERATOR, None);
    stage.join("beside", OPERATOR, None);
    let reported = stage.submit("desk", &command(1, None, json!({ "report_incident": { "types": ["Brand"] } })));
    stage.settle();
    stage.received("beside");
    (stage, reported["accepted"]["incidentId"].as_str().unwrap().to_owned())
}

fn command(number: u64, incident: Option<&str>, mut body: Value) -> Value {
    body["commandId"] = json!(format!("00000000-0000-7000-8000-{number:012x}"));
    body["incidentId"] = incident.map_or(Value::Null, |incident| json!(incident));
    body
}

fn note(number: u64, incident: &str) -> Value {
    command(number, Some(incident), json!({ "add_note": { "note": format!("rad {number}") } }))
}

fn alarm(number: u64, incident: &str) -> Value {
    let party = json!({ "organisation": "raddning-jamtland", "required": true, "due_seconds": 60 });
    command(number, Some(incident), json!({ "raise_alarm": { "parties": [party] } }))
}

fn refused(outcome: &Value) -> &str {
    outcome["refused"]["code"].as_str().unwrap_or("it was accepted")
}

fn updates(frames: &[Value]) -> Vec<String> {
    let id = |frame: &Value| frame["update"]["event"]["envelope"]["eventId"].as_str().map(str::to_owned);
    frames.iter().filter_map(id).collect()
}

#[test]
fn what_was_not_stored_leaves_no_trace() {
    let journal = Arc::new(MemoryJournal::new());
    let (mut stage, incident) = stage(journal.clone());
    let stored = journal.head();
    journal.refuse(Some(AppendError::Failed("the disk is gone".into())));
    for attempt in [note(2, &incident), alarm(3, &incident)] {
        assert_eq!(refused(&stage.submit("desk", &attempt)), "REFUSAL_CODE_NOT_STORED");
    }
    // What the desk decided ahead of the journal is gone: nothing answers as if it knew of it.
    assert_eq!(refused(&stage.submit("desk", &note(2, &incident))), "REFUSAL_CODE_NOT_STORED");
    assert_eq!(stage.link_state("beside")["journalWritable"], json!(false));
    stage.settle();
    assert_eq!(updates(&stage.received("beside")), Vec::<String>::new(), "nothing is told that is not stored");
    assert_eq!(journal.head(), stored);

    // A failed disk needs an operator: the hub does not go on by itself.
    journal.refuse(None);
    assert_eq!(refused(&stage.submit("desk", &note(2, &incident))), "REFUSAL_CODE_NOT_STORED");
    stage.restart();
    stage.join("desk", OPERATOR, None);
    stage.join("beside", OPERATOR, None);
    stage.settle();
    stage.received("beside");
    assert_eq!(stage.link_state("desk")["journalWritable"], json!(true));
    let accepted = stage.submit("desk", &note(2, &incident));
    let ids: Vec<String> = serde_json::from_value(accepted["accepted"]["eventIds"].clone()).unwrap();
    assert_eq!(ids.len(), 1);
    assert!(stage.submit("desk", &alarm(3, &incident))["accepted"].is_object());
    stage.settle();
    let told = updates(&stage.received("beside"));
    assert_eq!(told.iter().filter(|id| **id == ids[0]).count(), 1, "once: {told:?}");
    assert_eq!(told.iter().collect::<std::collections::BTreeSet<_>>().len(), told.len());
}

/// Commands of one session, sent without waiting: those behind the one that was refused are refused as well, and sent again they
/// are decided on what is stored.
#[test]
fn those_behind_a_refused_one_are_decided_anew() {
    let journal = Arc::new(MemoryJournal::new());
    let (mut stage, incident) = stage(journal.clone());
    journal.refuse(Some(AppendError::Conflict {
        stream: StreamId::new(&format!("incident/{incident}")).unwrap(),
        expected: Version(1),
        found: Version(2),
    }));
    for number in 10..30 {
        stage.send("desk", &json!({ "submit": note(number, &incident) }));
    }
    for _ in 10..30 {
        let outcome = stage.wait_for("desk", |frame| frame["outcome"].is_object())["outcome"].take();
        assert_eq!(refused(&outcome), "REFUSAL_CODE_NOT_STORED");
    }
    journal.refuse(None);
    for number in 10..30 {
        assert!(stage.submit("desk", &note(number, &incident))["accepted"].is_object(), "{number}");
    }
    stage.settle();
    assert_eq!(updates(&stage.received("beside")).len(), 20);
}

#[test]
fn the_last_room_is_for_alarms() {
    let journal = Arc::new(TestJournal::default());
    let (mut stage, incident) = stage(journal.clone());
    journal.inner.refuse(Some(AppendError::Full));
    assert_eq!(refused(&stage.submit("desk", &note(2, &incident))), "REFUSAL_CODE_STORAGE_FULL");
    // The writer has looked at what happened when the next command is answered.
    assert_eq!(refused(&stage.submit("desk", &note(2, &incident))), "REFUSAL_CODE_STORAGE_FULL");
    assert!(!journal.reserve.load(Ordering::SeqCst), "the reserve was given back");
    let before = journal.head();
    assert!(stage.submit("desk", &alarm(3, &incident))["accepted"].is_object(), "an alarm has room");
    let acknowledged =
        json!({ "acknowledge": { "relayed_for": { "organisation": "raddning-jamtland" }, "heard_on": "RAPS 1" } });
    assert!(stage.submit("desk", &command(4, Some(&incident), acknowledged))["accepted"].is_object());
    // Over a radio network the status is the acknowledgement.
    stage.join("unit", "raddning-jamtland/unit:2311010", None);
    let status = json!({ "reportUnitStatus": { "code": "U" } });
    assert!(stage.submit("unit", &command(6, Some(&incident), status))["accepted"].is_object());
    assert!(journal.head() > before);
    let state = stage.link_state("beside");
    assert_eq!((&state["journalWritable"], &state["storageNearlyFull"]), (&json!(true), &json!(true)));
    assert_eq!(refused(&stage.submit("desk", &note(2, &incident))), "REFUSAL_CODE_STORAGE_FULL");

    // The reserve is used up as well: consoles say so, and what is due of itself waits.
    journal.inner.refuse(Some(AppendError::Full));
    assert_eq!(refused(&stage.submit("desk", &alarm(5, &incident))), "REFUSAL_CODE_STORAGE_FULL");
    stage.settle();
    assert_eq!(stage.link_state("beside")["journalWritable"], json!(false));

    // An operator has made room.
    journal.inner.refuse(None);
    journal.reserve.store(true, Ordering::SeqCst);
    assert!(stage.submit("desk", &note(2, &incident))["accepted"].is_object());
    assert_eq!(stage.link_state("beside")["journalWritable"], json!(true));
}

/// A deadline that cannot be stored is not forgotten, and comes once when there is room.
#[test]
fn a_deadline_outlives_a_full_disk() {
    let journal = Arc::new(MemoryJournal::new());
    let (mut stage, incident) = stage(journal.clone());
    assert!(stage.submit("desk", &alarm(2, &incident))["accepted"].is_object());
    stage.settle();
    stage.received("beside");
    journal.refuse(Some(AppendError::Full));
    stage.set_time(Timestamp(START.0 + 61_000));
    // Each of these tries it, or leaves it alone: none may turn into a loop that never answers.
    for _ in 0..3 {
        stage.settle();
    }
    assert_eq!(updates(&stage.received("beside")), Vec::<String>::new());
    journal.refuse(None);
    stage.settle();
    stage.settle();
    let overdue = |frames: &[Value]| {
        frames.iter().filter(|frame| !frame["update"]["event"]["acknowledgementOverdue"].is_null()).count()
    };
    assert_eq!(overdue(&stage.received("beside")), 1);
}
