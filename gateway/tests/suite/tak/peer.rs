//! Joining another TAK server: here one that is the gateway's own.

use std::sync::{Arc, atomic::AtomicU64};

use samband_gateway::cot::{
    Event,
    port::{self, FromClients, Identity, PeerAddress, Transport, tls},
};
use tokio::sync::mpsc;

use super::{
    clients::{Gateway, SOON, batch},
    tls::Made,
};

async fn joins(transport: Transport, tls: Option<Arc<rustls::ClientConfig>>) {
    let mut server = Gateway::open(transport).await;
    let scheme = if tls.is_some() { "tls" } else { "tcp" };
    let address: PeerAddress = format!("{scheme}://{}", server.address).parse().unwrap();
    let (heard, mut from_peer) = mpsc::channel(port::HEARD_MAX);
    port::connect(address, tls, None, &heard, &Arc::new(AtomicU64::new(100)));
    for round in 0..2 {
        let (_, _, to_client) = server.up().await;
        let up = tokio::time::timeout(SOON, from_peer.recv()).await.unwrap().unwrap();
        let FromClients::Up { identity: Identity::Peer, to, .. } = up else { panic!("{up:?}") };
        // What is said while the form is being agreed waits, and comes through after.
        to.send(batch("ours")).await.unwrap();
        assert_eq!(server.events().await.1[0].uid, "ours");
        to_client.send(batch("theirs")).await.unwrap();
        assert_eq!(events(&mut from_peer).await[0].uid, "theirs");
        // The server sends it away: it comes back.
        if round == 0 {
            drop(to_client);
            server.down().await;
            let gone = tokio::time::timeout(SOON, from_peer.recv()).await.unwrap().unwrap();
            assert!(matches!(gone, FromClients::Down(..)), "{gone:?}");
        }
    }
}

/// The next events that are no pings.
async fn events(from_peer: &mut mpsc::Receiver<FromClients>) -> Vec<Event> {
    loop {
        match tokio::time::timeout(SOON, from_peer.recv()).await.unwrap().unwrap() {
            FromClients::Events(_, events) if events.is_empty() => {}
            FromClients::Events(_, events) => return events,
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn over_tcp() {
    joins(Transport::Tcp, None).await;
}

#[tokio::test]
async fn over_tls() {
    let made = Made::new("raddning-jamtland", &["samband"]);
    joins(Transport::Tls(made.server(&[])), Some(tls::client(&made.files(Some("samband"))).unwrap())).await;
}

#[test]
fn an_address_says_how() {
    let read = |text: &str| text.parse::<PeerAddress>().ok().map(|at| at.to_string());
    assert_eq!(read("tls://tak.example:8089").as_deref(), Some("tls://tak.example:8089"));
    assert_eq!(read("ssl://[::1]:8089").as_deref(), Some("tls://::1:8089"));
    for wrong in ["tak.example:8089", "http://x:1", "tcp://x", "tcp://:1", "tcp://x:99999"] {
        assert!(read(wrong).is_none(), "{wrong}");
    }
}
