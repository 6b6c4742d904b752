//! The hub is killed under load, again and again. Every accepted command is there exactly once, and its answer comes again.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use bytes::Bytes;
use prost::Message as _;
use samband_hub::transport::stubs::{history::history_client::HistoryClient, hub::hub_client::HubClient};
use samband_proto::v1::{self as pb, command::Body, outcome::Result as Answer};
use samband_tests::programs::HubProcess;
use tokio::sync::Mutex;
use tonic::{Request, transport::Channel};

/// Rounds of start, load and kill. `SAMBAND_KILLS=100` for a longer run.
fn rounds() -> u64 {
    std::env::var("SAMBAND_KILLS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(12)
}

const WRITERS: u64 = 6;

fn request(content: Vec<u8>) -> Request<Bytes> {
    let mut request = Request::new(content.into());
    request.metadata_mut().insert("authorization", "Bearer demo:sos-alarm/operator".parse().unwrap());
    request
}

fn command(number: u64, incident: Option<&str>, body: Body) -> pb::Command {
    pb::Command {
        command_id: Some(format!("00000000-0000-7000-8000-{number:012x}")),
        incident_id: incident.map(str::to_owned),
        body: Some(body),
        ..Default::default()
    }
}

async fn submit(hub: &mut HubClient<Channel>, command: &pb::Command) -> Option<pb::Outcome> {
    let answer = hub.submit(request(command.encode_to_vec())).await.ok()?;
    pb::Outcome::decode(answer.into_inner()).ok()
}

/// All event ids of the incident.
async fn timeline(devices: &str, incident: &str) -> Vec<String> {
    let mut history = HistoryClient::connect(format!("http://{devices}")).await.unwrap();
    let (mut ids, mut token) = (Vec::new(), None);
    loop {
        let ask = pb::TimelineRequest {
            incident_id: Some(incident.into()),
            page_size: Some(500),
            page_token: token.clone(),
            ..Default::default()
        };
        let page = history.timeline(request(ask.encode_to_vec())).await.unwrap().into_inner();
        let page = pb::TimelinePage::decode(page).unwrap();
        ids.extend(page.events.iter().filter_map(|event| event.envelope.as_ref()?.event_id.clone()));
        token = page.next_page_token;
        if token.is_none() {
            return ids;
        }
    }
}

/// Writes notes until the hub is gone; what was accepted is remembered with its answer.
async fn write(devices: String, incident: String, first: u64, accepted: Arc<Mutex<BTreeMap<u64, pb::Outcome>>>) {
    let Ok(mut hub) = HubClient::connect(format!("http://{devices}")).await else { return };
    for number in (first..).step_by(usize::try_from(WRITERS).unwrap()).take(100_000) {
        let note = pb::AddNote { note: Some(format!("rad {number}")), shared_text: None };
        let Some(outcome) = submit(&mut hub, &command(number, Some(&incident), Body::AddNote(note))).await else {
            return;
        };
        assert!(matches!(outcome.result, Some(Answer::Accepted(_))), "{:?}", outcome.result);
        accepted.lock().await.insert(number, outcome);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn loses_nothing_and_doubles_nothing() {
    let data = tempfile::tempdir().unwrap();
    let mut process = HubProcess::start(data.path());
    let mut hub = HubClient::connect(format!("http://{}", process.devices)).await.unwrap();
    let report = pb::ReportIncident { types: vec!["Storm".into()], ..Default::default() };
    let reported = submit(&mut hub, &command(1, None, Body::ReportIncident(report))).await.unwrap();
    let Some(Answer::Accepted(answer)) = reported.result else { panic!("the incident was refused") };
    let incident = answer.incident_id.unwrap();
    let accepted = Arc::new(Mutex::new(BTreeMap::new()));
    let mut next = 1_000;
    for round in 0..rounds() {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| write(process.devices.clone(), incident.clone(), next + writer, accepted.clone()))
            .map(tokio::spawn)
            .collect();
        // Killed at another moment each time.
        tokio::time::sleep(Duration::from_millis(40 + (round * 37) % 160)).await;
        process.kill();
        for writer in writers {
            writer.await.unwrap();
        }
        next += 1_000_000;
        process = HubProcess::start(data.path());
    }
    let accepted = accepted.lock().await;
    assert!(accepted.len() as u64 > rounds(), "there was load: {}", accepted.len());
    let ids = timeline(&process.devices, &incident).await;
    let mut counted = BTreeMap::new();
    ids.iter().for_each(|id| *counted.entry(id.as_str()).or_insert(0) += 1);
    assert!(counted.values().all(|count| *count == 1), "an event is there twice");
    let mut hub = HubClient::connect(format!("http://{}", process.devices)).await.unwrap();
    for (number, outcome) in accepted.iter() {
        let Some(Answer::Accepted(answer)) = &outcome.result else { continue };
        for id in &answer.event_ids {
            assert_eq!(counted.get(id.as_str()), Some(&1), "command {number} was accepted and is not there");
        }
        // One in twenty is sent again: its first answer comes back.
        if number % 20 == 0 {
            let note = pb::AddNote { note: Some(format!("rad {number}")), shared_text: None };
            let again = submit(&mut hub, &command(*number, Some(&incident), Body::AddNote(note))).await.unwrap();
            assert_eq!(&again, outcome);
        }
    }
    let after = timeline(&process.devices, &incident).await;
    assert_eq!(after.len(), ids.len(), "sending again added nothing");
    process.kill();
    let verified = samband_tests::programs::samband(&["audit", "verify", "--data", &data.path().to_string_lossy()]);
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
}
