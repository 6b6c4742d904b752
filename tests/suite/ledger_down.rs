//! When the ledger cannot be written, what is vital still flows, is spooled, and is entered at the next start; consoles say so.

use std::sync::Arc;

use bytes::Bytes;
use prost::Message as _;
use samband_disclosure::Policy;
use samband_hub::{scenario::Stage, transport::stubs::history::history_client::HistoryClient};
use samband_journal::{AppendError, Journal as _, MemoryJournal};
use samband_proto::{internal::ledger_record::Record, v1 as pb};
use samband_tests::{
    deployment::jamtland,
    socket_stage::{SocketStage, Stored, Transport},
};
use serde_json::{Value, json};
use tonic::{Code, Request, Status};

use crate::ledger::{class_of, opened, records};

const OPERATOR: &str = "sos-alarm/operator";
const RESCUE: &str = "raddning-jamtland/command";

struct Down {
    stage: SocketStage,
    ledger: Arc<MemoryJournal>,
    incident: String,
    spool: std::path::PathBuf,
    _dir: tempfile::TempDir,
}

fn submit(stage: &mut SocketStage, number: u64, incident: Option<&str>, mut body: Value) -> Value {
    body["commandId"] = json!(format!("00000000-0000-7000-8000-{number:012x}"));
    body["incidentId"] = incident.map_or(Value::Null, |incident| json!(incident));
    let outcome = stage.submit("desk", &body);
    assert!(outcome["accepted"].is_object(), "{outcome}");
    stage.settle();
    outcome
}

/// An incident with an alarm to the rescue service and something to hide, all entered for the desk.
fn begin() -> Down {
    let dir = tempfile::tempdir().unwrap();
    let (spool, ledger) = (dir.path().join("spool"), Arc::new(MemoryJournal::new()));
    let stored = Stored { ledger: ledger.clone(), spool: Some(spool.clone()), ..Stored::memory() };
    let mut stage = SocketStage::over(&jamtland(), Transport::WebSocketProto, stored);
    stage.join("desk", OPERATOR, None);
    let reported = submit(&mut stage, 1, None, json!({ "report_incident": { "types": ["Brand"] } }));
    let incident = reported["accepted"]["incidentId"].as_str().unwrap().to_owned();
    submit(&mut stage, 2, Some(&incident), json!({ "state_fact": { "caller": { "name": "Anna", "phone": "070" } } }));
    let party = json!({ "organisation": "raddning-jamtland", "required": true, "due_seconds": 60 });
    submit(&mut stage, 3, Some(&incident), json!({ "raise_alarm": { "parties": [party] } }));
    Down { stage, ledger, incident, spool, _dir: dir }
}

fn events(frames: &[Value]) -> Vec<Value> {
    frames.iter().map(|frame| frame["update"]["event"].clone()).filter(|event| !event.is_null()).collect()
}

fn history(stage: &SocketStage, incident: &str) -> Result<pb::TimelinePage, Status> {
    let ask = pb::TimelineRequest { incident_id: Some(incident.into()), ..Default::default() };
    let mut request = Request::new(Bytes::from(ask.encode_to_vec()));
    request.metadata_mut().insert("authorization", format!("Bearer demo:{RESCUE}").parse().unwrap());
    let address = format!("http://{}", stage.devices());
    stage.runtime().block_on(async {
        let page = HistoryClient::connect(address).await.unwrap().timeline(request).await?;
        Ok(pb::TimelinePage::decode(page.into_inner()).unwrap())
    })
}

#[test]
fn what_is_vital_flows_and_is_entered_later() {
    let Down { mut stage, ledger, incident, spool, _dir } = begin();
    let policy = Policy::new(jamtland().policy.policy.parts().clone());
    ledger.refuse(Some(AppendError::Full));
    stage.join("station", RESCUE, None);
    stage.settle();
    let got = events(&stage.received("station"));
    assert!(got.iter().any(|event| !event["alarmRaised"].is_null()), "the alarm flows: {got:?}");
    assert!(!format!("{got:?}").contains("Anna"), "what is not vital waits");
    assert_eq!(stage.link_state("station")["ledgerWritable"], json!(false));
    // A class that was entered before goes on in full; the new one gets what is vital of what comes, and is spooled once.
    submit(&mut stage, 4, Some(&incident), json!({ "state_fact": { "caller": { "name": "Anna Berg" } } }));
    submit(&mut stage, 5, Some(&incident), json!({ "state_fact": { "caller": { "name": "Anna Bergman" } } }));
    assert!(format!("{:?}", stage.received("desk")).contains("Anna Bergman"));
    assert!(!format!("{:?}", stage.received("station")).contains("Bergman"));
    assert_eq!(history(&stage, &incident).unwrap_err().code(), Code::Unavailable);
    let of_station = |records: &[Record]| {
        // The pool's talkgroups are nothing vital.
        let of_rescue = |one: &&samband_proto::internal::ClassOpened| {
            one.organisation() == "raddning-jamtland" && one.incident_id() == incident
        };
        opened(records).into_iter().filter(of_rescue).cloned().collect::<Vec<_>>()
    };
    assert_eq!(of_station(&records(ledger.as_ref())), []);
    assert!(spool.exists());

    ledger.refuse(None);
    stage.restart();
    assert!(!spool.exists(), "what was spooled is entered");
    let entered = of_station(&records(ledger.as_ref()));
    assert_eq!(entered.len(), 1, "once: {entered:?}");
    assert!(entered[0].spooled());
    assert_eq!(entered[0].incident_id(), incident);
    // The key is that of what went out, not of what would have.
    assert!(
        class_of(&entered[0], &policy)
            .owners()
            .all(|(_, view)| view.mask.get(pb::Marking::Caller) == samband_domain::Level::Hidden)
    );
    stage.join("station", RESCUE, None);
    assert_eq!(stage.link_state("station")["ledgerWritable"], json!(true));
    stage.settle();
    assert!(format!("{:?}", stage.received("station")).contains("Anna Bergman"), "the rest has waited");
    let entered = of_station(&records(ledger.as_ref()));
    assert_eq!((entered.len(), entered[1].spooled()), (2, false));
}

#[test]
fn reading_history_is_entered_before_it_leaves() {
    let Down { mut stage, ledger, incident, .. } = begin();
    let page = history(&stage, &incident).unwrap();
    assert!(page.events.len() > 2);
    let read = |record| match record {
        Record::HistoryRead(read) => Some(read),
        _ => None,
    };
    let reads: Vec<_> = records(ledger.as_ref()).into_iter().filter_map(read).collect();
    assert_eq!(reads.len(), 1);
    assert_eq!((reads[0].organisation(), reads[0].role()), ("raddning-jamtland", "command"));
    assert_eq!(reads[0].incident_id(), incident);
    assert_eq!((reads[0].from_position(), reads[0].to_position() > 2), (1, true));
    assert!(reads[0].key.as_ref().is_some_and(|key| !key.masks.is_empty()));
    // How far a session's socket was flushed is entered too, at the latest when the hub ends.
    stage.restart();
    let marks = records(ledger.as_ref()).into_iter().filter(|record| matches!(record, Record::DeliveredUpTo(_)));
    assert!(marks.count() > 0);
    assert!(ledger.verify().is_ok());
}
