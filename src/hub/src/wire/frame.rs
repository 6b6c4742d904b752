//! Frames to a client. An event gets into one only as a [`Disclosed`]; there is no other way.

use bytes::Bytes;
use prost::Message as _;
use samband_disclosure::{Disclosed, EventBytes, presence::Listener};
use samband_proto::v1::{self as pb, server_frame};

use super::json;

/// How a session's frames are encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Encoding {
    /// Protobuf: gRPC and the WebSocket's `samband.v1.proto`.
    Proto,
    /// Canonical proto JSON: the WebSocket's `samband.v1.json`.
    Json,
}

/// An encoded `ServerFrame`. Cloning shares the bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame(Bytes);

impl Frame {
    /// What goes on the wire.
    pub fn bytes(&self) -> &Bytes {
        &self.0
    }
}

impl std::fmt::Debug for Frame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Frame({} bytes)", self.0.len())
    }
}

/// Every frame that carries no event.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each is documented in samband/v1/session.proto")]
pub enum Control {
    Welcome(pb::Welcome),
    Restart(samband_domain::Scope),
    Affiliations(samband_domain::TalkgroupId, Disclosed<Vec<Listener>>),
    RestartAll,
    Outcome(pb::Outcome),
    CaughtUp,
    Checkpoint(Vec<u8>),
    LinkState(pb::LinkState),
    Pong(pb::Pong),
    Goodbye(pb::GoodbyeCode, &'static str),
}

/// The frame of a disclosed event.
pub fn update(event: &Disclosed<EventBytes>, encoding: Encoding) -> Frame {
    let event = event.payload().bytes();
    match encoding {
        Encoding::Proto => {
            let mut inner = Vec::with_capacity(event.len() + 6);
            put(&mut inner, 1, event);
            let mut frame = Vec::with_capacity(inner.len() + 6);
            put(&mut frame, 2, &inner);
            Frame(frame.into())
        }
        Encoding::Json => {
            Frame(format!(r#"{{"update":{{"event":{}}}}}"#, json::of("samband.v1.Event", event)).into_bytes().into())
        }
    }
}

fn put(out: &mut Vec<u8>, number: u32, content: &[u8]) {
    use prost::encoding::{WireType, encode_key, encode_varint};
    encode_key(number, WireType::LengthDelimited, out);
    encode_varint(content.len() as u64, out);
    out.extend_from_slice(content);
}

/// The frame of anything else.
pub fn control(control: Control, encoding: Encoding) -> Frame {
    use server_frame::Frame as F;
    let frame = match control {
        Control::Welcome(welcome) => F::Welcome(welcome),
        Control::Restart(scope) => F::Restart(pb::Restart { scope: Some(restarted(scope)) }),
        Control::Affiliations(talkgroup, listeners) => F::Affiliations(affiliations(&talkgroup, &listeners)),
        Control::RestartAll => F::Restart(pb::Restart { scope: Some(pb::restart::Scope::All(true)) }),
        Control::Outcome(outcome) => F::Outcome(outcome),
        Control::CaughtUp => F::CaughtUp(pb::CaughtUp {}),
        Control::Checkpoint(token) => F::Checkpoint(pb::Checkpoint { resume_token: Some(token.into()) }),
        Control::LinkState(state) => F::LinkState(state),
        Control::Pong(pong) => F::Pong(pong),
        Control::Goodbye(code, message) => {
            F::Goodbye(pb::Goodbye { code: Some(code as i32), message: Some(message.into()) })
        }
    };
    encoded(pb::ServerFrame { frame: Some(frame) }.encode_to_vec(), encoding)
}

/// For this module and the map's, which takes nothing but what is disclosed.
pub(super) fn encoded(frame: Vec<u8>, encoding: Encoding) -> Frame {
    match encoding {
        Encoding::Proto => Frame(frame.into()),
        Encoding::Json => Frame(json::of("samband.v1.ServerFrame", &frame).into_bytes().into()),
    }
}

fn restarted(scope: samband_domain::Scope) -> pb::restart::Scope {
    use pb::restart::Scope as Wire;
    use samband_domain::Scope;
    match scope {
        Scope::Incident(incident) => Wire::IncidentId(incident.to_string()),
        Scope::Talkgroup(talkgroup) => Wire::TalkgroupId(talkgroup.to_string()),
        Scope::Unit(unit) => Wire::UnitId(unit.to_string()),
        Scope::Pool(pool) => Wire::Pool(pool.to_string()),
    }
}

fn affiliations(talkgroup: &samband_domain::TalkgroupId, listeners: &Disclosed<Vec<Listener>>) -> pb::Affiliations {
    let listener = |one: &Listener| pb::Listener {
        organisation: Some(one.who.organisation.to_string()),
        role: Some(one.who.role.as_str().into()),
        unit: one.unit.as_ref().map(|unit| pb::UnitRef { unit_id: Some(unit.to_string()), call_sign: None }),
    };
    pb::Affiliations {
        talkgroup_id: Some(talkgroup.to_string()),
        listeners: listeners.payload().iter().map(listener).collect(),
    }
}

/// A page of history.
pub fn page(events: &[Disclosed<EventBytes>], next: Option<&[u8]>) -> Bytes {
    let mut page = Vec::new();
    for event in events {
        put(&mut page, 1, event.payload().bytes());
    }
    if let Some(next) = next {
        put(&mut page, 2, next);
    }
    page.into()
}
