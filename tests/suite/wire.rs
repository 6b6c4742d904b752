//! What a newer, a broken and a hostile client sends, over every transport.

use bytes::Bytes;
use futures_util::{SinkExt as _, Stream, StreamExt as _};
use proptest::prelude::*;
use prost::Message as _;
use samband_hub::{
    limits,
    transport::{stubs::hub::hub_client::HubClient, websocket},
    wire::{incoming, json},
};
use samband_tests::{
    deployment::jamtland,
    socket_stage::{SocketStage, Transport},
};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::{Error, Message, client::IntoClientRequest as _, http::HeaderValue};

pub(crate) const TRANSPORTS: [Transport; 3] = [Transport::Grpc, Transport::WebSocketProto, Transport::WebSocketJson];

/// A client that sends whatever bytes it likes.
struct Raw {
    out: mpsc::Sender<Bytes>,
    frames: std::pin::Pin<Box<dyn Stream<Item = Value>>>,
}

fn request(stage: &SocketStage, protocol: Option<&'static str>) -> tokio_tungstenite::tungstenite::http::Request<()> {
    let mut request = format!("ws://{}/v1/session", stage.people()).into_client_request().unwrap();
    if let Some(protocol) = protocol {
        request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static(protocol));
    }
    request
}

impl Raw {
    async fn connect(stage: &SocketStage, transport: Transport) -> Self {
        let (out, queue) = mpsc::channel::<Bytes>(16);
        let queue = tokio_stream::wrappers::ReceiverStream::new(queue);
        if transport == Transport::Grpc {
            let mut stub = HubClient::connect(format!("http://{}", stage.devices())).await.unwrap();
            let stub = stub.session(queue).await.unwrap().into_inner();
            let frames =
                stub.map(|bytes| bytes.map_or(Value::Null, |bytes| json::value("samband.v1.ServerFrame", &bytes)));
            return Self { out, frames: Box::pin(frames) };
        }
        let is_json = transport == Transport::WebSocketJson;
        let protocol = if is_json { websocket::JSON } else { websocket::PROTO };
        let (socket, _) = tokio_tungstenite::connect_async(request(stage, Some(protocol))).await.unwrap();
        let (mut sink, stream) = socket.split();
        tokio::spawn(async move {
            let mut queue = queue;
            while let Some(bytes) = queue.next().await {
                let message = if is_json {
                    Message::text(String::from_utf8(bytes.to_vec()).unwrap())
                } else {
                    Message::Binary(bytes)
                };
                if sink.send(message).await.is_err() {
                    return;
                }
            }
        });
        let frames = stream.map(|message| match message {
            Ok(Message::Binary(bytes)) => json::value("samband.v1.ServerFrame", &bytes),
            Ok(Message::Text(text)) => serde_json::from_str(&text).unwrap(),
            _ => Value::Null,
        });
        Self { out, frames: Box::pin(frames) }
    }

    async fn send(&self, bytes: impl Into<Bytes>) {
        let _ = self.out.send(bytes.into()).await;
    }

    /// The next frame of a kind; Null if the hub has hung up first.
    async fn next(&mut self, kind: &str) -> Value {
        while let Some(mut frame) = self.frames.next().await {
            if !frame[kind].is_null() {
                return frame[kind].take();
            }
        }
        Value::Null
    }
}

/// A client's frame in the transport's encoding, with a field put into its command.
fn frame(transport: Transport, frame: &Value, field: Option<u32>) -> Vec<u8> {
    let mut frame = frame.clone();
    if transport == Transport::WebSocketJson {
        if let Some(number) = field {
            let name = if (1000..2000).contains(&number) { number.to_string() } else { "fromTheFuture".into() };
            frame["submit"][name] = json!({ "what": 1 });
        }
        return frame.to_string().into_bytes();
    }
    let mut encoded = incoming::frame_json(&frame.to_string()).ok().unwrap().content.encode_to_vec();
    if let Some(number) = field {
        // A frame's parts are merged: the field lands in the command.
        let mut command = Vec::new();
        prost::encoding::string::encode(number, &"what".to_owned(), &mut command);
        prost::encoding::bytes::encode(2, &command, &mut encoded);
    }
    encoded
}

fn hello(transport: Transport) -> Vec<u8> {
    frame(transport, &json!({ "hello": { "token": "demo:sos-alarm/operator" } }), None)
}

fn report() -> Value {
    json!({ "submit": { "commandId": "00000000-0000-7000-8000-000000000001", "reportIncident": { "types": ["Brand"] } } })
}

fn over_each(test: impl AsyncFn(Transport, Raw)) {
    for transport in TRANSPORTS {
        let stage = SocketStage::new(&jamtland(), transport);
        stage.runtime().block_on(async { test(transport, Raw::connect(&stage, transport).await).await });
    }
}

#[test]
fn unknown_fields_are_dropped_and_counted() {
    over_each(async |transport, mut client| {
        client.send(hello(transport)).await;
        client.send(frame(transport, &report(), Some(1500))).await;
        let outcome = client.next("outcome").await;
        assert_eq!(outcome["refused"]["code"], "REFUSAL_CODE_UNKNOWN_CRITICAL_FIELD", "{transport:?}: {outcome}");
        // The session stays, and nothing was done.
        client.send(frame(transport, &report(), Some(900))).await;
        let outcome = client.next("outcome").await;
        assert!(outcome["accepted"].is_object(), "{transport:?}: {outcome}");
        assert_eq!(outcome["droppedFields"], json!(1), "{transport:?}");
        let mut plain = report();
        plain["submit"]["commandId"] = json!("00000000-0000-7000-8000-000000000002");
        client.send(frame(transport, &plain, None)).await;
        assert!(client.next("outcome").await["droppedFields"].is_null(), "{transport:?}");
    });
}

#[test]
fn a_broken_frame_ends_the_session() {
    over_each(async |transport, mut client| {
        client.send(hello(transport)).await;
        assert_eq!(client.next("welcome").await["organisation"], "sos-alarm");
        client.send("{\"submit\":").await;
        assert_eq!(client.next("goodbye").await["code"], "GOODBYE_CODE_PROTOCOL_ERROR", "{transport:?}");
        assert_eq!(client.next("").await, Value::Null, "{transport:?}: nothing comes after Goodbye");
    });
}

#[test]
fn an_oversized_frame_ends_the_session() {
    over_each(async |transport, mut client| {
        client.send(hello(transport)).await;
        client.next("welcome").await;
        client.send(vec![b'a'; limits::FRAME_BYTES_MAX + 1]).await;
        assert_eq!(client.next("goodbye").await["code"], "GOODBYE_CODE_TOO_LARGE", "{transport:?}");
    });
}

#[test]
fn hello_comes_first_and_once() {
    over_each(async |transport, mut client| {
        client.send(hello(transport)).await;
        client.next("welcome").await;
        client.send(hello(transport)).await;
        let outcome = client.next("outcome").await;
        assert_eq!(outcome["refused"]["code"], "REFUSAL_CODE_MALFORMED", "{transport:?}");
        client.send(frame(transport, &json!({ "ping": { "nonce": 7 } }), None)).await;
        assert_eq!(client.next("pong").await["nonce"], "7", "{transport:?}: the session stays");
    });
    over_each(async |transport, mut client| {
        client.send(frame(transport, &report(), None)).await;
        assert_eq!(client.next("goodbye").await["code"], "GOODBYE_CODE_UNAUTHENTICATED", "{transport:?}");
    });
}

#[test]
fn the_subprotocol_must_be_one_of_ours() {
    let stage = SocketStage::new(&jamtland(), Transport::WebSocketProto);
    stage.runtime().block_on(async {
        for protocol in [None, Some("samband.v2.proto")] {
            let answer = tokio_tungstenite::connect_async(request(&stage, protocol)).await;
            let Err(Error::Http(response)) = answer else { panic!("{protocol:?} was taken") };
            assert_eq!(response.status(), 400);
        }
        let (_, response) =
            tokio_tungstenite::connect_async(request(&stage, Some("other, samband.v1.json"))).await.unwrap();
        assert_eq!(response.headers()["sec-websocket-protocol"], "samband.v1.json");
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = incoming::frame(&bytes);
        let _ = incoming::command(&bytes);
        let _ = incoming::frame_json(&String::from_utf8_lossy(&bytes));
    }

    /// Broken in one place, most of it still gets through the first checks.
    #[test]
    fn no_damaged_frame_panics(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let principal = samband_tests::deployment::authority(&jamtland())
            .principal("demo:sos-alarm/operator", true, samband_tests::deployment::START).unwrap();
        for transport in [Transport::WebSocketProto, Transport::WebSocketJson] {
            let mut bytes = frame(transport, &report(), Some(900));
            let place = at.index(bytes.len());
            bytes[place] = byte;
            bytes.truncate(cut.index(bytes.len()) + 1);
            let read = match transport {
                Transport::WebSocketJson => incoming::frame_json(&String::from_utf8_lossy(&bytes)),
                _ => incoming::frame(&bytes),
            };
            if let Ok(read) = read && let Some(samband_proto::v1::client_frame::Frame::Submit(command)) = read.content.frame {
                let _ = samband_hub::command::admit(&principal, incoming::Incoming { content: command, dropped: 0 });
            }
        }
    }
}
