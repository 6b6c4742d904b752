//! More at once than the writer takes is refused at once, and what was taken is answered.

use std::sync::{Arc, mpsc::sync_channel};

use samband_domain::Timestamp;
use samband_hub::{command::admit, limits, scenario::Stage, wire::incoming::Incoming};
use samband_proto::v1::{self as pb, RefusalCode, outcome::Result as Answer};
use samband_tests::{
    deployment::{START, authority, jamtland},
    journals::TestJournal,
    socket_stage::{SocketStage, Stored, Transport},
};
use serde_json::{Value, json};

const OPERATOR: &str = "sos-alarm/operator";

fn stage() -> (SocketStage, Arc<TestJournal>) {
    let journal = Arc::new(TestJournal::default());
    let stored = Stored { journal: journal.clone(), ..Stored::memory() };
    (SocketStage::over(&jamtland(), Transport::Grpc, stored), journal)
}

fn report(number: usize) -> pb::Command {
    let report = pb::ReportIncident { types: vec!["Brand".into()], ..Default::default() };
    pb::Command {
        command_id: Some(format!("00000000-0000-7000-8000-{number:012x}")),
        body: Some(pb::command::Body::ReportIncident(report)),
        ..Default::default()
    }
}

fn overloaded(outcome: &pb::Outcome) -> bool {
    matches!(&outcome.result, Some(Answer::Refused(refused)) if refused.code() == RefusalCode::Overloaded)
}

#[test]
fn a_full_queue_refuses_at_once() {
    let (stage, journal) = stage();
    let authority = authority(&jamtland());
    let principal = authority.principal("demo:sos-alarm/operator", true, Timestamp(START.0)).unwrap();
    journal.hold(true);
    // One is with the journal, as many as the queue holds wait behind it.
    let count = limits::WRITER_QUEUE_MAX + 10;
    let (answers, outcomes) = sync_channel(count);
    for number in 0..count {
        let admitted = admit(&principal, Incoming { content: report(number), dropped: 0 }).ok().unwrap();
        let answers = answers.clone();
        stage.hub().submit(admitted, Box::new(move |outcome| answers.send(outcome).unwrap()));
    }
    drop(answers);
    let refused: Vec<_> = outcomes.try_iter().collect();
    assert!((9..=10).contains(&refused.len()), "{}", refused.len());
    assert!(refused.iter().all(overloaded));
    journal.hold(false);
    let accepted = outcomes.iter().inspect(|outcome| assert!(matches!(outcome.result, Some(Answer::Accepted(_)))));
    assert_eq!(accepted.count() + refused.len(), count, "each has one answer");
}

#[test]
fn too_many_of_one_session_are_refused_and_others_go_on() {
    let (mut stage, journal) = stage();
    stage.join("eager", OPERATOR, None);
    stage.join("beside", OPERATOR, None);
    let command = |number: usize| json!({ "commandId": format!("00000000-0000-7000-8000-{number:012x}"), "reportIncident": { "types": ["Brand"] } });
    journal.hold(true);
    let most = limits::SESSION_COMMANDS_IN_FLIGHT_MAX;
    for number in 0..most + 3 {
        stage.send("eager", &json!({ "submit": command(number) }));
    }
    let is_refused = |frame: &Value| frame["outcome"]["refused"]["code"] == json!("REFUSAL_CODE_OVERLOADED");
    for number in most..most + 3 {
        let outcome = stage.wait_for("eager", is_refused);
        assert_eq!(outcome["outcome"]["commandId"], command(number)["commandId"]);
    }
    stage.send("beside", &json!({ "submit": command(1_000) }));
    journal.hold(false);
    let is_accepted = |frame: &Value| frame["outcome"]["accepted"].is_object();
    assert!(!stage.wait_for("beside", is_accepted).is_null());
    for _ in 0..most {
        assert!(!stage.wait_for("eager", is_accepted).is_null());
    }
    // What was refused for want of room is taken when there is some.
    assert!(stage.submit("eager", &command(most))["accepted"].is_object());
}
