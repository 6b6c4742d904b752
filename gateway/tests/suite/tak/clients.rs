//! A gateway without a translation, and bare clients.

use std::{
    net::SocketAddr,
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use prost::Message as _;
use samband_gateway::cot::{
    Event,
    frame::{Cutter, Piece, stream_frame},
    port::{self, Batch, ClientId, Ended, FromClients, Identity, Transport},
    protobuf::{self, TakMessage},
    session::Written,
    xml_form,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    sync::mpsc,
    time::timeout,
};

pub(super) const SOON: Duration = Duration::from_secs(10);

/// What the gateway would hear.
pub(super) struct Gateway {
    pub(super) address: SocketAddr,
    pub(super) heard: mpsc::Receiver<FromClients>,
}

impl Gateway {
    pub(super) async fn open(transport: Transport) -> Self {
        let listener = port::bind("127.0.0.1:0".parse().unwrap(), transport).await.unwrap();
        let (to, heard) = mpsc::channel(port::HEARD_MAX);
        let address = listener.address;
        port::serve(vec![listener], &to, &Arc::new(AtomicU64::new(0)));
        Self { address, heard }
    }

    pub(super) async fn next(&mut self) -> FromClients {
        timeout(SOON, self.heard.recv()).await.expect("something is heard").unwrap()
    }

    pub(super) async fn up(&mut self) -> (ClientId, Identity, mpsc::Sender<Batch>) {
        match self.next().await {
            FromClients::Up { client, identity, to } => (client, identity, to),
            other => panic!("{other:?}"),
        }
    }

    pub(super) async fn events(&mut self) -> (ClientId, Vec<Event>) {
        loop {
            match self.next().await {
                // Only pings.
                FromClients::Events(_, events) if events.is_empty() => {}
                FromClients::Events(client, events) => return (client, events),
                other => panic!("{other:?}"),
            }
        }
    }

    pub(super) async fn down(&mut self) -> (ClientId, Ended) {
        loop {
            match self.next().await {
                FromClients::Events(_, events) if events.is_empty() => {}
                FromClients::Down(client, ended) => return (client, ended),
                other => panic!("{other:?}"),
            }
        }
    }
}

/// A client that knows nothing but octets.
pub(super) struct Bare<S> {
    pub(super) stream: S,
    cutter: Cutter,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Bare<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream, cutter: Cutter::default() }
    }

    pub(super) async fn send(&mut self, octets: &[u8]) {
        self.stream.write_all(octets).await.unwrap();
        self.stream.flush().await.unwrap();
    }

    /// The next piece; nothing when the other end has closed.
    pub(super) async fn piece(&mut self) -> Option<Piece> {
        let mut octets = [0; 4096];
        loop {
            if let Some(piece) = self.cutter.next_piece().unwrap() {
                return Some(piece);
            }
            match timeout(SOON, self.stream.read(&mut octets)).await.expect("something is sent") {
                Ok(0) | Err(_) => return None,
                Ok(count) => self.cutter.push(&octets[..count]),
            }
        }
    }

    pub(super) async fn xml(&mut self) -> Event {
        match self.piece().await {
            Some(Piece::Xml(xml)) => xml_form::read(&xml).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    pub(super) async fn frame(&mut self) -> Event {
        match self.piece().await {
            Some(Piece::Frame(payload)) => protobuf::read(&payload).unwrap().cot_event.unwrap().to_event().unwrap(),
            other => panic!("{other:?}"),
        }
    }
}

/// An event of a type, as XML.
pub(super) fn xml(uid: &str, kind: &str, detail: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><event version=\"2.0\" uid=\"{uid}\" type=\"{kind}\" how=\"m-g\" \
         time=\"2026-01-01T00:00:00Z\" start=\"2026-01-01T00:00:00Z\" stale=\"2026-01-01T00:01:00Z\">\
         <point lat=\"63.1\" lon=\"14.6\" hae=\"0\" ce=\"5\" le=\"5\"/><detail>{detail}</detail></event>"
    )
}

/// The same as a frame.
pub(super) fn framed(uid: &str, kind: &str) -> Vec<u8> {
    stream_frame(&message(uid, kind))
}

pub(super) fn message(uid: &str, kind: &str) -> TakMessage {
    TakMessage::of(&xml_form::read(xml(uid, kind, "<x/>").as_bytes()).unwrap())
}

/// As in a datagram.
pub(super) fn datagram(uid: &str, kind: &str) -> Vec<u8> {
    [vec![0xBF, 1, 0xBF], message(uid, kind).encode_to_vec()].concat()
}

pub(super) fn batch(uid: &str) -> Batch {
    let event = xml_form::read(xml(uid, "a-f-G-U-i-f", "<contact callsign=\"2 31-1010\"/>").as_bytes()).unwrap();
    vec![Arc::new(Written::new(event))]
}
