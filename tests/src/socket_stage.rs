//! The hub behind its sockets, with a clock set by hand: the same scenarios over gRPC, WebSocket binary and WebSocket JSON.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use prost::Message as _;
use samband_domain::Timestamp;
use samband_hub::{
    app::{Hub, Stores},
    clock::ManualClock,
    keys::HubKeys,
    limits,
    live::Register,
    scenario::Stage,
    setup::Setup,
    site::Site,
    transport::{grpc, http, stubs::hub::hub_client::HubClient, websocket},
    wire::{deployment::Deployments, incoming, json},
};
use samband_journal::{Journal, MemoryJournal};
use serde_json::{Value, json as value};
use tokio::{net::TcpListener, runtime::Runtime, sync::mpsc};
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest as _, http::HeaderValue};

use crate::deployment::{SECRET, START, authority};

/// How clients of the stage connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// gRPC.
    Grpc,
    /// WebSocket with protobuf.
    WebSocketProto,
    /// WebSocket with JSON.
    WebSocketJson,
}

#[derive(Clone)]
struct Client {
    out: mpsc::Sender<Value>,
    frames: Arc<Mutex<Vec<Value>>>,
    raw: Arc<Mutex<Vec<u8>>>,
}

/// A hub on loopback as a stage.
pub struct SocketStage {
    runtime: Runtime,
    transport: Transport,
    setup: Arc<Setup>,
    site: Arc<Site>,
    clock: Arc<ManualClock>,
    stored: Stored,
    now: Timestamp,
    hub: Arc<Hub>,
    people: SocketAddr,
    devices: SocketAddr,
    clients: BTreeMap<String, Client>,
    pings: u64,
}

/// Where a stage's hub keeps what it keeps.
#[derive(Clone)]
pub struct Stored {
    /// The journal.
    pub journal: Arc<dyn Journal>,
    /// The ledger's own.
    pub ledger: Arc<dyn Journal>,
    /// Where the ledger spools.
    pub spool: Option<PathBuf>,
}

impl Stored {
    /// In memory, with nothing stored.
    pub fn memory() -> Self {
        Self { journal: Arc::new(MemoryJournal::new()), ledger: Arc::new(MemoryJournal::new()), spool: None }
    }
}

/// Nothing on loopback takes longer, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

#[expect(clippy::expect_used, reason = "a test cannot go on without its hub")]
impl SocketStage {
    /// With nothing stored.
    pub fn new(setup: &Arc<Setup>, transport: Transport) -> Self {
        Self::over(setup, transport, Stored::memory())
    }

    /// With pages, a map and facts of the test's own.
    pub fn with_site(setup: &Arc<Setup>, site: Site) -> Self {
        Self::start(setup, Transport::WebSocketProto, Stored::memory(), Arc::new(site))
    }

    /// Over journals of the test's own, which may refuse.
    pub fn over(setup: &Arc<Setup>, transport: Transport, stored: Stored) -> Self {
        Self::start(setup, transport, stored, Arc::default())
    }

    fn start(setup: &Arc<Setup>, transport: Transport, stored: Stored, site: Arc<Site>) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
        let clock = Arc::new(ManualClock::at(START));
        let (hub, people, devices) = start(&runtime, setup, &site, &clock, &stored);
        let (setup, clients) = (setup.clone(), BTreeMap::new());
        Self { runtime, transport, setup, site, clock, stored, now: START, hub, people, devices, clients, pings: 0 }
    }

    /// The hub.
    pub fn hub(&self) -> &Arc<Hub> {
        &self.hub
    }

    /// The clock: it goes as the test says.
    pub fn clock(&self) -> &ManualClock {
        &self.clock
    }

    /// Where tasks of the test's own run.
    pub fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// Address for people: the WebSocket.
    pub fn people(&self) -> SocketAddr {
        self.people
    }

    /// Address for devices: gRPC.
    pub fn devices(&self) -> SocketAddr {
        self.devices
    }

    /// Lets time pass until LinkState is due, and returns the session's.
    pub fn link_state(&mut self, name: &str) -> Value {
        self.clock.pass(limits::LINK_STATE_MS);
        // What is read makes the session look at the clock.
        self.ping(&[name.to_owned()]);
        self.wait_for(name, |frame| frame["linkState"].is_object())["linkState"].take()
    }

    /// Sends frames for a session, from a thread of the test's own.
    pub fn sender(&self, name: &str) -> Option<mpsc::Sender<Value>> {
        self.clients.get(name).map(|client| client.out.clone())
    }

    /// Everything a session's socket has carried to it.
    pub fn raw(&self, name: &str) -> Vec<u8> {
        self.clients.get(name).and_then(|client| client.raw.lock().ok().map(|raw| raw.clone())).unwrap_or_default()
    }

    /// Waits for the first frame that fits, and takes it out.
    pub fn wait_for(&self, name: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let Some(client) = self.clients.get(name) else { return Value::Null };
        let mut left = PATIENCE;
        let step = Duration::from_millis(2);
        while !left.is_zero() {
            if let Ok(mut frames) = client.frames.lock()
                && let Some(at) = frames.iter().position(&fits)
            {
                return frames.remove(at);
            }
            std::thread::sleep(step);
            left = left.saturating_sub(step);
        }
        Value::Null
    }

    /// Everything these have sent is read, and everything for them has been sent.
    fn ping(&mut self, names: &[String]) {
        self.pings += 1;
        let nonce = self.pings.to_string();
        for name in names {
            self.send(name, &value!({ "ping": { "nonce": nonce } }));
        }
        let ended = |frame: &Value| frame["pong"]["nonce"].as_str() == Some(&nonce) || !frame["goodbye"].is_null();
        for name in names {
            assert!(!self.wait_for(name, ended).is_null(), "{name} got no pong");
        }
    }
}

#[expect(clippy::expect_used, reason = "a test cannot go on without its hub")]
fn start(
    runtime: &Runtime,
    setup: &Arc<Setup>,
    site: &Arc<Site>,
    clock: &Arc<ManualClock>,
    stored: &Stored,
) -> (Arc<Hub>, SocketAddr, SocketAddr) {
    let Stored { journal, ledger, spool } = stored.clone();
    let stores = Stores { journal, ledger, spool, keys: HubKeys::from_secret(SECRET) };
    let policy = Arc::new(samband_disclosure::Policy::new(setup.policy.policy.parts().clone()));
    let register = Register::of(&setup.deployment);
    let deployments = Deployments::of(&setup.deployment, &setup.policy);
    let hub =
        Hub::start(stores, setup.directory.clone(), register, policy, deployments, authority(setup), clock.clone())
            .expect("a hub");
    runtime.block_on(async {
        let people = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let devices = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let at = (people.local_addr().expect("an address"), devices.local_addr().expect("an address"));
        tokio::spawn(http::serve(hub.clone(), site.clone(), people));
        tokio::spawn(grpc::serve(hub.clone(), devices));
        (hub, at.0, at.1)
    })
}

impl Stage for SocketStage {
    fn set_time(&mut self, now: Timestamp) {
        self.now = now;
        self.clock.set(now);
    }

    #[expect(clippy::expect_used, reason = "a test cannot go on without its session")]
    fn join(&mut self, name: &str, principal: &str, resume: Option<&str>) {
        let (out, queue) = mpsc::channel(64);
        let client = Client { out, frames: Arc::default(), raw: Arc::default() };
        self.clients.insert(name.into(), client.clone());
        let mut hello = value!({ "token": format!("demo:{principal}"), "client": "scenario" });
        if let Some(token) = resume {
            hello["resumeToken"] = value!(token);
        }
        client.out.try_send(value!({ "hello": hello })).expect("room for Hello");
        let (people, devices) = (self.people, self.devices);
        match self.transport {
            Transport::Grpc => drop(self.runtime.spawn(over_grpc(devices, client, queue))),
            Transport::WebSocketProto => {
                drop(self.runtime.spawn(over_websocket(people, websocket::PROTO, client, queue)))
            }
            Transport::WebSocketJson => {
                drop(self.runtime.spawn(over_websocket(people, websocket::JSON, client, queue)))
            }
        }
        self.ping(&[name.to_owned()]);
    }

    fn leave(&mut self, name: &str) {
        self.clients.remove(name);
        // The hub notices when the socket closes; what follows must not race with that.
        std::thread::sleep(Duration::from_millis(20));
    }

    fn send(&mut self, name: &str, frame: &Value) {
        if let Some(client) = self.clients.get(name) {
            let _ = client.out.blocking_send(frame.clone());
        }
    }

    fn submit(&mut self, name: &str, command: &Value) -> Value {
        self.send(name, &value!({ "submit": command }));
        self.wait_for(name, |frame| frame["outcome"].is_object())["outcome"].take()
    }

    fn settle(&mut self) {
        let names: Vec<_> = self.clients.keys().cloned().collect();
        // A receipt is no command: a pong says that it has been read.
        self.ping(&names);
        // And taken by the writer, before its time passes: it would otherwise be gathered as of later.
        self.hub.writer.settle();
        self.clock.set(Timestamp(self.now.0 + limits::RECEIPT_GATHER_MS));
        self.hub.writer.settle();
        self.clock.set(self.now);
        self.hub.settle();
        self.ping(&names);
    }

    fn map(&mut self) {
        let names: Vec<_> = self.clients.keys().cloned().collect();
        self.clock.pass(limits::MAP_TICK_MS);
        self.hub.settle_map();
        self.hub.writer.settle();
        self.hub.settle();
        self.ping(&names);
    }

    fn received(&mut self, name: &str) -> Vec<Value> {
        let Some(client) = self.clients.get(name) else { return Vec::new() };
        client.frames.lock().map(|mut frames| std::mem::take(&mut *frames)).unwrap_or_default()
    }

    fn restart(&mut self) {
        self.clients.clear();
        self.hub.drain(Duration::from_secs(2));
        let started = start(&self.runtime, &self.setup, &self.site, &self.clock, &self.stored);
        (self.hub, self.people, self.devices) = started;
    }
}

impl Drop for SocketStage {
    fn drop(&mut self) {
        self.clients.clear();
        self.hub.drain(Duration::from_secs(2));
    }
}

impl Client {
    fn keep(&self, bytes: &[u8], frame: Value) {
        if let (Ok(mut raw), Ok(mut frames)) = (self.raw.lock(), self.frames.lock()) {
            raw.extend_from_slice(bytes);
            frames.push(frame);
        }
    }
}

/// A frame of the scenario's JSON as protobuf.
fn encoded(frame: &Value) -> Bytes {
    incoming::frame_json(&frame.to_string()).map(|frame| frame.content.encode_to_vec().into()).unwrap_or_default()
}

fn decoded(bytes: &[u8]) -> Value {
    json::value("samband.v1.ServerFrame", bytes)
}

async fn over_grpc(hub: SocketAddr, client: Client, mut queue: mpsc::Receiver<Value>) {
    let Ok(mut stub) = HubClient::connect(format!("http://{hub}")).await else { return };
    let (out, frames) = mpsc::channel(64);
    let keeper = Client { out: mpsc::channel(1).0, ..client.clone() };
    drop(client);
    let reading = tokio::spawn(async move {
        let outgoing = tokio_stream::wrappers::ReceiverStream::new(frames);
        let Ok(answer) = stub.session(outgoing).await else { return };
        let mut incoming = answer.into_inner();
        while let Ok(Some(bytes)) = incoming.message().await {
            keeper.keep(&bytes, decoded(&bytes));
        }
    });
    while let Some(frame) = queue.recv().await {
        if out.send(encoded(&frame)).await.is_err() {
            return;
        }
    }
    reading.abort();
}

async fn over_websocket(hub: SocketAddr, protocol: &'static str, client: Client, mut queue: mpsc::Receiver<Value>) {
    let Ok(mut request) = format!("ws://{hub}/v1/session").into_client_request() else { return };
    request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static(protocol));
    let Ok((socket, _)) = tokio_tungstenite::connect_async(request).await else { return };
    let (mut sink, mut stream) = socket.split();
    let keeper = Client { out: mpsc::channel(1).0, ..client.clone() };
    drop(client);
    loop {
        tokio::select! {
            message = stream.next() => match message {
                Some(Ok(Message::Binary(bytes))) => keeper.keep(&bytes, decoded(&bytes)),
                Some(Ok(Message::Text(text))) => keeper.keep(text.as_bytes(), serde_json::from_str(&text).unwrap_or_default()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return,
            },
            frame = queue.recv() => {
                let Some(frame) = frame else { return };
                let message = if protocol == websocket::JSON { Message::text(frame.to_string()) } else { Message::Binary(encoded(&frame)) };
                if sink.send(message).await.is_err() {
                    return;
                }
            }
        }
    }
}
