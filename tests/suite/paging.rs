//! Reading what was: in pages, once each, as one may see it now.

use std::collections::BTreeSet;

use bytes::Bytes;
use prost::Message as _;
use samband_domain::Timestamp;
use samband_hub::{limits, scenario::Stage, transport::stubs::history::history_client::HistoryClient};
use samband_proto::v1 as pb;
use samband_tests::{
    deployment::{START, jamtland},
    socket_stage::{SocketStage, Transport},
};
use serde_json::{Value, json};
use tonic::{Code, Request, Status};

const OPERATOR: &str = "sos-alarm/operator";
const RESCUE: &str = "raddning-jamtland/command";

struct Past {
    stage: SocketStage,
    incident: String,
    commands: u64,
}

impl Past {
    fn new() -> Self {
        let mut stage = SocketStage::new(&jamtland(), Transport::Grpc);
        stage.join("desk", OPERATOR, None);
        let mut past = Self { stage, incident: String::new(), commands: 0 };
        let reported = past.submit(json!({ "report_incident": { "types": ["Brand"] } }));
        past.incident = reported["incidentId"].as_str().unwrap().to_owned();
        past
    }

    fn submit(&mut self, mut body: Value) -> Value {
        self.commands += 1;
        body["commandId"] = json!(format!("00000000-0000-7000-8000-{:012x}", self.commands));
        if !self.incident.is_empty() {
            body["incidentId"] = json!(self.incident);
        }
        let mut outcome = self.stage.submit("desk", &body);
        assert!(outcome["accepted"].is_object(), "{outcome}");
        self.stage.settle();
        outcome["accepted"].take()
    }

    fn caller(&mut self, name: &str) -> String {
        let stated = self.submit(json!({ "state_fact": { "caller": { "name": name } } }));
        stated["eventIds"][0].as_str().unwrap().to_owned()
    }

    fn alarm(&mut self) {
        let party = json!({ "organisation": "raddning-jamtland", "required": true, "due_seconds": 600 });
        self.submit(json!({ "raise_alarm": { "parties": [party] } }));
    }

    fn ask(
        &self,
        who: &str,
        versions_of: Option<&str>,
        size: u32,
        token: Option<Bytes>,
    ) -> Result<pb::TimelinePage, Status> {
        let incident_id = Some(self.incident.clone());
        let content = match versions_of {
            None => pb::TimelineRequest { incident_id, page_size: Some(size), page_token: token, ..Default::default() }
                .encode_to_vec(),
            Some(event) => pb::VersionsRequest {
                incident_id,
                event_id: Some(event.into()),
                page_size: Some(size),
                page_token: token,
            }
            .encode_to_vec(),
        };
        let mut request = Request::new(Bytes::from(content));
        request.metadata_mut().insert("authorization", format!("Bearer demo:{who}").parse().unwrap());
        self.stage.runtime().block_on(async {
            let mut client = HistoryClient::connect(format!("http://{}", self.stage.devices())).await.unwrap();
            let page = match versions_of {
                None => client.timeline(request).await?,
                Some(_) => client.versions(request).await?,
            };
            Ok(pb::TimelinePage::decode(page.into_inner()).unwrap())
        })
    }

    /// All pages, put together.
    fn all(&self, who: &str, versions_of: Option<&str>, size: u32) -> Vec<pb::Event> {
        let (mut events, mut token) = (Vec::new(), None);
        loop {
            let page = self.ask(who, versions_of, size, token).unwrap();
            assert!(page.events.len() <= usize::try_from(size).unwrap());
            events.extend(page.events);
            token = page.next_page_token;
            if token.is_none() {
                return events;
            }
        }
    }
}

fn ids(events: &[pb::Event]) -> Vec<String> {
    events.iter().map(|event| event.envelope.as_ref().unwrap().event_id().to_owned()).collect()
}

fn names(events: &[pb::Event]) -> Vec<String> {
    let name = |event: &pb::Event| match &event.body {
        Some(pb::event::Body::FactStated(stated)) => match &stated.value {
            Some(pb::fact_stated::Value::Caller(caller)) => caller.name.clone(),
            _ => None,
        },
        _ => None,
    };
    events.iter().filter_map(name).collect()
}

#[test]
fn pages_give_everything_once() {
    let mut past = Past::new();
    past.alarm();
    for number in 0..11 {
        past.stage.set_time(Timestamp(START.0 + number * 1_000));
        past.caller(&format!("namn {number}"));
    }
    let whole = ids(&past.all(OPERATOR, None, 500));
    assert!(whole.len() > 12);
    assert_eq!(whole.iter().collect::<BTreeSet<_>>().len(), whole.len());
    for size in [1, 2, 3, 7] {
        assert_eq!(ids(&past.all(OPERATOR, None, size)), whole, "pages of {size}");
    }
    // Nothing asked is the usual size; more than the most is the most.
    assert_eq!(ids(&past.ask(OPERATOR, None, 0, None).unwrap().events), whole);
    assert_eq!(ids(&past.ask(OPERATOR, None, limits::PAGE_EVENTS_MAX + 1, None).unwrap().events), whole);
}

#[test]
fn versions_are_those_of_one_fact() {
    let mut past = Past::new();
    let first = past.caller("Anna");
    past.submit(json!({ "state_fact": { "hazard": { "what": "gasol" } } }));
    let last = past.caller("Anna Berg");
    for event in [&first, &last] {
        assert_eq!(names(&past.all(OPERATOR, Some(event), 1)), ["Anna", "Anna Berg"]);
    }
    let report = ids(&past.all(OPERATOR, None, 1))[0].clone();
    assert_eq!(ids(&past.all(OPERATOR, Some(&report), 10)), [report], "what has no versions is its own");
}

#[test]
fn a_page_token_is_the_askers_own() {
    let mut past = Past::new();
    let fact = past.caller("Anna");
    past.caller("Anna Berg");
    past.alarm();
    let token = past.ask(OPERATOR, None, 1, None).unwrap().next_page_token.unwrap();
    let code = |who: &str, versions: Option<&str>, token: &Bytes| {
        past.ask(who, versions, 1, Some(token.clone())).map_err(|status| status.code())
    };
    assert!(code(OPERATOR, None, &token).is_ok());
    assert_eq!(code(RESCUE, None, &token), Err(Code::InvalidArgument), "another asker");
    assert_eq!(code("sos-alarm/command", None, &token), Err(Code::InvalidArgument), "another role");
    assert_eq!(code(OPERATOR, Some(&fact), &token), Err(Code::InvalidArgument), "another question");
    let mut tampered = token.to_vec();
    tampered[30] ^= 1;
    assert_eq!(code(OPERATOR, None, &tampered.into()), Err(Code::InvalidArgument));
}

#[test]
fn what_is_not_yours_is_not_there() {
    let mut past = Past::new();
    let fact = past.caller("Anna");
    let refused = |past: &Past, who: &str, versions: Option<&str>| {
        let status = past.ask(who, versions, 10, None).unwrap_err();
        (status.code(), status.message().to_owned())
    };
    let hidden = refused(&past, RESCUE, None);
    assert_eq!(hidden.0, Code::NotFound);
    // The same answer, to the word, as for what does not exist.
    assert_eq!(refused(&past, RESCUE, Some(&fact)), hidden);
    past.incident = "0".repeat(32);
    assert_eq!(refused(&past, OPERATOR, None), hidden);
    past.incident = "no incident".into();
    assert_eq!(refused(&past, OPERATOR, None), hidden);
    assert_eq!(refused(&past, "polis-nord/nobody", None).0, Code::Unauthenticated);
}

/// The same question gives what the asker may see at the time of asking, live or not.
#[test]
fn is_redacted_as_of_now() {
    let mut past = Past::new();
    past.caller("Anna");
    assert_eq!(past.ask(RESCUE, None, 10, None).unwrap_err().code(), Code::NotFound, "not alarmed yet");
    past.alarm();
    past.caller("Berit");
    assert!(names(&past.all(RESCUE, None, 100)).contains(&"Berit".to_owned()));
    // The role of the same organisation that gets the coarse form live gets it here.
    let coarse = past.all("raddning-jamtland/operator", None, 100);
    let bytes: Vec<u8> = coarse.iter().flat_map(prost::Message::encode_to_vec).collect();
    assert!(coarse.iter().any(|event| matches!(event.body, Some(pb::event::Body::FactStated(_)))));
    assert!(!bytes.windows(5).any(|window| window == b"Berit"));
    assert_eq!(past.ask("ostersund/operator", None, 10, None).unwrap_err().code(), Code::NotFound);
}
