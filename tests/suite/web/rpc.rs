//! Single questions over HTTP: what gRPC answers, and how they are refused.

use prost::Message as _;
use samband_domain::Timestamp;
use samband_hub::{
    identity::token::{Claims, issue},
    limits,
    scenario::Stage as _,
    site::map::Map,
    transport::stubs::{directory::directory_client::DirectoryClient, history::history_client::HistoryClient},
};
use samband_proto::v1::{self as pb, outcome::Result as Result_};
use samband_tests::{
    deployment::{START, issuer},
    socket_stage::SocketStage,
};
use serde_json::json;
use tonic::Request;

use super::{Answer, files, send, stage};

const SOS: &str = "demo:sos-alarm/operator";
const DEPLOYMENT: &str = "samband.v1.Directory/GetDeployment";
const TIMELINE: &str = "samband.v1.History/Timeline";

fn plain() -> SocketStage {
    stage(files(&[]), Map::default())
}

fn head(stage: &SocketStage, method: &str, token: &str, more: &str) -> String {
    let people = stage.people();
    let authorization = if token.is_empty() { String::new() } else { format!("authorization: Bearer {token}\r\n") };
    format!("POST /v1/rpc/{method} HTTP/1.1\r\nhost: {people}\r\nconnection: close\r\n{authorization}{more}\r\n")
}

fn rpc(stage: &SocketStage, method: &str, token: &str, question: &impl prost::Message) -> Answer {
    let body = question.encode_to_vec();
    let more = format!("content-type: application/x-protobuf\r\ncontent-length: {}\r\n", body.len());
    let mut request = head(stage, method, token, &more).into_bytes();
    request.extend_from_slice(&body);
    send(stage, &request)
}

fn signed(ends: i64) -> String {
    let (org, role) = ("polis-nord".into(), "operator".into());
    issue(&issuer(), &Claims { org, role, unit: None, sub: Some("4711".into()), exp: ends / 1000 }).unwrap()
}

#[test]
fn the_same_is_answered_as_over_grpc() {
    let mut stage = plain();
    let command = pb::Command {
        command_id: Some("00000000-0000-7000-8000-000000000001".into()),
        body: Some(pb::command::Body::ReportIncident(pb::ReportIncident {
            types: vec!["Brand".into()],
            ..Default::default()
        })),
        ..Default::default()
    };
    let answer = rpc(&stage, "samband.v1.Hub/Submit", SOS, &command);
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/x-protobuf"));
    assert_eq!(answer.header("cache-control"), "no-store");
    let outcome = pb::Outcome::decode(answer.body.as_slice()).unwrap();
    let Some(Result_::Accepted(accepted)) = outcome.result else { panic!("not accepted") };
    stage.settle();
    let timeline = pb::TimelineRequest { incident_id: accepted.incident_id, ..Default::default() };
    let over_http = rpc(&stage, TIMELINE, SOS, &timeline).body;
    let address = format!("http://{}", stage.devices());
    let over_grpc = stage.runtime().block_on(async {
        let channel = tonic::transport::Channel::from_shared(address).unwrap().connect().await.unwrap();
        let mut request = Request::new(bytes::Bytes::from(timeline.encode_to_vec()));
        request.metadata_mut().insert("authorization", format!("Bearer {SOS}").parse().unwrap());
        HistoryClient::new(channel).timeline(request).await.unwrap().into_inner()
    });
    let events = |page: &[u8]| pb::TimelinePage::decode(page).unwrap().events;
    assert!(!events(&over_http).is_empty() && events(&over_http) == events(&over_grpc));
    // Not for others, and no other answer than for what does not exist.
    let foreign = rpc(&stage, TIMELINE, "demo:vaktbolaget/operator", &timeline);
    let nowhere = pb::TimelineRequest { incident_id: Some("0".repeat(32)), ..Default::default() };
    let nothing = rpc(&stage, TIMELINE, "demo:vaktbolaget/operator", &nowhere);
    assert_eq!((foreign.status, nothing.status, &foreign.body), (404, 404, &nothing.body));
    assert_eq!(rpc(&stage, "samband.v1.History/Handover", SOS, &pb::HandoverRequest::default()).status, 200);
}

#[test]
fn a_deployment_is_told_once() {
    let stage = plain();
    let first = rpc(&stage, DEPLOYMENT, "demo:polis-nord/operator", &pb::DeploymentRequest::default());
    let told = pb::Deployment::decode(first.body.as_slice()).unwrap();
    assert_eq!((told.name(), told.plans.is_empty(), told.units.is_empty()), ("Samband Jämtland", false, false));
    let known = pb::DeploymentRequest { known_digest: told.digest.clone() };
    let again = rpc(&stage, DEPLOYMENT, "demo:polis-nord/command", &known);
    assert_eq!(
        pb::Deployment::decode(again.body.as_slice()).unwrap(),
        pb::Deployment { digest: told.digest, ..Default::default() }
    );
    let address = format!("http://{}", stage.devices());
    let over_grpc = stage.runtime().block_on(async {
        let channel = tonic::transport::Channel::from_shared(address).unwrap().connect().await.unwrap();
        let mut request = Request::new(bytes::Bytes::new());
        request.metadata_mut().insert("authorization", "Bearer demo:polis-nord/operator".parse().unwrap());
        DirectoryClient::new(channel).get_deployment(request).await.unwrap().into_inner()
    });
    assert_eq!(over_grpc, first.body);
}

#[test]
fn who_is_nobody_is_told_why() {
    let stage = plain();
    let asked = pb::DeploymentRequest::default();
    assert_eq!(rpc(&stage, DEPLOYMENT, &signed(START.0 + 60_000), &asked).status, 200);
    let cases = [
        (String::new(), "unauthenticated"),
        ("nonsense".into(), "unauthenticated"),
        ("demo:ingen/operator".into(), "unauthenticated"),
        (signed(START.0 - 1_000), "token_expired"),
    ];
    for (token, reason) in cases {
        let refused = rpc(&stage, DEPLOYMENT, &token, &asked);
        assert_eq!((refused.status, refused.header("samband-reason")), (401, reason), "{token}");
        assert!(refused.header("content-type").starts_with("text/plain") && refused.body.ends_with(b"\n"));
    }
    // Who is nobody is not listened to: the body that was announced is not waited for.
    let announced = "content-type: application/x-protobuf\r\ncontent-length: 200000\r\n";
    assert_eq!(send(&stage, head(&stage, DEPLOYMENT, "nonsense", announced).as_bytes()).status, 401);
    // A token ends while a page is open.
    let token = signed(START.0 + 60_000);
    stage.clock().set(Timestamp(START.0 + 61_000));
    assert_eq!(rpc(&stage, DEPLOYMENT, &token, &asked).header("samband-reason"), "token_expired");
}

#[test]
fn what_cannot_be_asked_is_refused() {
    let stage = plain();
    let asked = pb::DeploymentRequest::default();
    for method in ["samband.v1.Hub/Session", "samband.v1.Hub/Nothing", "samband.v1.Nothing/At", "nothing", ""] {
        assert_eq!(rpc(&stage, method, SOS, &asked).status, 404, "{method}");
    }
    let refused = super::get(&stage, &format!("/v1/rpc/{DEPLOYMENT}"), &[]);
    assert_eq!((refused.status, refused.header("allow")), (405, "POST"));
    let json = head(&stage, DEPLOYMENT, SOS, "content-type: application/json\r\ncontent-length: 2\r\n") + "{}";
    assert_eq!(send(&stage, json.as_bytes()).status, 415);
    let broken =
        head(&stage, TIMELINE, SOS, "content-type: application/x-protobuf\r\ncontent-length: 3\r\n") + "\x0a\x7f\x01";
    assert_eq!(send(&stage, broken.as_bytes()).status, 400);
    assert_eq!(rpc(&stage, "samband.v1.History/Search", SOS, &pb::SearchRequest::default()).status, 400);
    let unreadable = pb::Command { command_id: Some("no".into()), ..Default::default() };
    let outcome = rpc(&stage, "samband.v1.Hub/Submit", SOS, &unreadable);
    let outcome = pb::Outcome::decode(outcome.body.as_slice()).unwrap();
    assert!(matches!(outcome.result, Some(Result_::Refused(_))), "a refusal of a command is an answer");
}

#[test]
fn what_is_too_large_is_not_read() {
    let stage = plain();
    let most = limits::FRAME_BYTES_MAX;
    let kind = "content-type: application/x-protobuf\r\n";
    // Not a byte of it is sent.
    let announced = head(&stage, TIMELINE, SOS, &format!("{kind}content-length: {}\r\n", most + 1));
    assert_eq!(send(&stage, announced.as_bytes()).status, 413);
    let mut chunked = head(&stage, TIMELINE, SOS, &format!("{kind}transfer-encoding: chunked\r\n")).into_bytes();
    for _ in 0..5 {
        chunked.extend_from_slice(b"10000\r\n");
        chunked.extend_from_slice(&[0; 0x10000]);
        chunked.extend_from_slice(b"\r\n");
    }
    assert_eq!(send(&stage, &chunked).status, 413);
}

#[test]
fn a_session_says_who_and_which_contract() {
    let mut stage = plain();
    stage.join("desk", "polis-nord/operator#4711", None);
    let welcome = stage.wait_for("desk", |frame| frame["welcome"].is_object())["welcome"].take();
    assert_eq!((&welcome["contract"], &welcome["person"]), (&json!(1), &json!("4711")));
    assert_eq!(welcome["hubVersion"], json!(env!("CARGO_PKG_VERSION")));
}
