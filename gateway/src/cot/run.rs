//! The gateway as it runs: sockets, hub, disk and time brought together. What is to be done is decided by the translation.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use rustls::ClientConfig;
use samband_proto::v1::{self as pb, client_frame::Frame as ToHub, server_frame::Frame as FromHub};
use tokio::{
    sync::mpsc::{self, error::TrySendError},
    time::Instant,
};

use super::{
    port::{self, Batch, ClientId, Ended, FromClients, HEARD_MAX, Listener, PeerAddress},
    session::Written,
    settings::Settings,
    translate::{Out, To, Translation},
};
use crate::{
    hub::{
        Hub, HubError,
        link::{self, Heard},
        spool::SpoolError,
        uplink::{RunError, Uplink},
    },
    log::Log,
};

const TICK: Duration = Duration::from_millis(250);

/// Another server that is joined.
pub struct Peer {
    /// Where.
    pub address: PeerAddress,
    /// How, over TLS.
    pub tls: Option<Arc<ClientConfig>>,
    /// The name in its certificate, where that is not the host.
    pub name: Option<String>,
}

/// Runs until the hub refuses the gateway, or nothing can be kept.
///
/// # Errors
/// See [`RunError`].
pub async fn run(
    hub: Hub,
    settings: Settings,
    listeners: Vec<Listener>,
    peer: Option<Peer>,
    spool: PathBuf,
    log: Log,
) -> Result<(), RunError> {
    let mut gateway = Gateway {
        uplink: Uplink::open(&spool)?,
        translation: Translation::new(settings, Box::new(|| uuid::Uuid::now_v7().to_string())),
        clients: BTreeMap::new(),
        listens: !listeners.is_empty(),
        peers: 0,
        log,
    };
    if gateway.uplink.unread() > 0 {
        gateway.log.say(&format!("{} filer i kön kan inte läsas och ligger kvar som .unread", gateway.uplink.unread()));
    }
    if let Some((organisation, deployment)) = gateway.uplink.last_deployment() {
        gateway.translation.know(&organisation, &deployment);
    }
    for listener in &listeners {
        gateway.log.say(&format!("lyssnar: {} {}", listener.transport, listener.address));
    }
    let (heard, mut from_clients) = mpsc::channel(HEARD_MAX);
    let numbers = Arc::new(AtomicU64::new(0));
    port::serve(listeners, &heard, &numbers);
    if let Some(peer) = peer {
        gateway.log.say(&format!("ansluter till {}", peer.address));
        port::connect(peer.address, peer.tls, peer.name, &heard, &numbers);
    }
    let mut link = link::open(hub, None, concat!("samband-gateway cot ", env!("CARGO_PKG_VERSION")));
    let mut tick = tokio::time::interval(TICK);
    loop {
        tokio::select! {
            _ = tick.tick() => gateway.translation.tick(now_ms()),
            frame = link.heard.recv() => match frame {
                Some(frame) => gateway.heard(frame, &link.to_hub),
                None => break,
            },
            said = from_clients.recv() => {
                if let Some(said) = said {
                    gateway.said(said, &link.to_hub);
                }
            }
        }
        gateway.settle(&link.to_hub);
    }
    Err(link.ended.await.unwrap_or_else(|_| HubError::Other("the link ended".into())).into())
}

fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

type ToHubSender = mpsc::Sender<pb::ClientFrame>;

struct Connected {
    to: mpsc::Sender<Batch>,
    peer: bool,
}

struct Gateway {
    uplink: Uplink,
    translation: Translation,
    clients: BTreeMap<ClientId, Connected>,
    listens: bool,
    /// Other servers that are connected.
    peers: usize,
    log: Log,
}

impl Gateway {
    fn heard(&mut self, heard: Heard, to_hub: &ToHubSender) {
        match heard {
            Heard::Up(welcome, deployment) => {
                self.log.say(&format!("navet: {} som {}", welcome.hub_version(), welcome.organisation()));
                let kept = self.uplink.opened(welcome.organisation(), &deployment);
                self.wrong(kept);
                self.translation.hub_up(&welcome, &deployment, now_ms());
                self.tell_link_state(to_hub);
            }
            Heard::Down(reason) => {
                self.translation.hub_down(now_ms());
                if self.uplink.lost() {
                    self.log.say(&format!("navet är borta: {reason}"));
                }
            }
            Heard::Frame(frame) => {
                if let FromHub::Outcome(outcome) = frame.as_ref() {
                    let done = self.uplink.answered(outcome, Instant::now());
                    self.wrong(done);
                }
                self.translation.from_hub(&frame, now_ms());
            }
        }
    }

    /// What could not be kept is said; distress is passed on all the same.
    fn wrong(&mut self, result: Result<(), SpoolError>) {
        if let Err(error) = result {
            self.log.say(&error.to_string());
        }
    }

    fn said(&mut self, said: FromClients, to_hub: &ToHubSender) {
        match said {
            FromClients::Up { client, identity, to } => {
                let peer = identity == port::Identity::Peer;
                self.log.again("peer");
                self.log.say(&format!("klient {} ansluten ({identity:?})", client.0));
                self.clients.insert(client, Connected { to, peer });
                self.translation.client_up(client, identity, now_ms());
                if peer {
                    self.peers += 1;
                    self.tell_link_state(to_hub);
                }
            }
            FromClients::Events(client, events) => {
                self.translation.client_heard(client, now_ms());
                events.iter().for_each(|event| self.translation.from_client(client, event, now_ms()));
            }
            FromClients::Unreadable(client, error) => {
                self.log.say(&format!("klient {}: en händelse förbigicks: {error}", client.0));
            }
            FromClients::Down(client, ended) => {
                match self.clients.remove(&client) {
                    Some(connected) => {
                        self.log.say(&format!("klient {} borta: {ended}", client.0));
                        self.gone(client, connected.peer, to_hub);
                    }
                    // One that was sent away has been told of; one that never came in is said once until one does.
                    None if matches!(ended, Ended::Slow) => {}
                    None => self.log.once("peer", &format!("anslutning {} blev inget: {ended}", client.0)),
                }
            }
        }
    }

    fn gone(&mut self, client: ClientId, peer: bool, to_hub: &ToHubSender) {
        self.translation.client_down(client, now_ms());
        if peer {
            self.peers -= 1;
            self.tell_link_state(to_hub);
        }
    }

    /// Does what is to be done, until nothing is. What one client gets of it goes together.
    fn settle(&mut self, to_hub: &ToHubSender) {
        self.uplink.say_waiting(to_hub, Instant::now());
        loop {
            let mut batches: BTreeMap<ClientId, Batch> = BTreeMap::new();
            let mut idle = true;
            while let Some(out) = self.translation.next_out() {
                idle = false;
                match out {
                    Out::Command(command) => {
                        let kept = self.uplink.command(*command, to_hub, Instant::now());
                        self.wrong(kept);
                    }
                    Out::Frame(frame) => self.uplink.frame(*frame, to_hub),
                    Out::Note(note) => self.log.say(&note),
                    Out::Event(to, event) => {
                        let written = Arc::new(Written::new(*event));
                        let mut give = |client: ClientId| batches.entry(client).or_default().push(written.clone());
                        match to {
                            To::Only(clients) => clients.into_iter().for_each(&mut give),
                            To::AllBut(but) => {
                                self.clients.keys().copied().filter(|client| !but.contains(client)).for_each(&mut give);
                            }
                        }
                    }
                }
            }
            if idle {
                return;
            }
            batches.into_iter().for_each(|(client, batch)| self.give(client, batch, to_hub));
        }
    }

    /// A client whose queue is full is sent away: nobody else waits for it.
    fn give(&mut self, client: ClientId, batch: Batch, to_hub: &ToHubSender) {
        let Some(connected) = self.clients.get(&client) else { return };
        // Closed: it is gone, and is about to say so.
        if let Err(TrySendError::Full(_)) = connected.to.try_send(batch)
            && let Some(connected) = self.clients.remove(&client)
        {
            self.log.say(&format!("klient {} läser inte det som sänds: frånkopplad", client.0));
            self.gone(client, connected.peer, to_hub);
        }
    }

    /// The organisation's desks see whether TAK is there: clients can come, or the other server is connected.
    fn tell_link_state(&mut self, to_hub: &ToHubSender) {
        let state = pb::NetworkState { name: Some("TAK".into()), up: Some(self.listens || self.peers > 0) };
        // Where it does not get through now, it is told again with the next session.
        self.uplink.frame(ToHub::Network(state), to_hub);
    }
}
