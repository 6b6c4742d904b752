//! `samband demo`: a hub, its intake and a scenario, so that one can see the same alarm as several different views.

use std::{
    collections::BTreeMap,
    io::IsTerminal as _,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use samband_domain::Timestamp;
use serde_json::{Value, json};
use tokio::{net::TcpListener, runtime::Handle, sync::mpsc};

use super::{
    client::{Client, Who},
    default_deployment, fleet,
    line::line,
    output::{Failure, error, print},
    serve::{shutdown, site, start},
};
use crate::{
    app::Stores,
    clock::{Clock as _, SystemClock},
    config::{Deployment, Road},
    identity::Authority,
    scenario::{Runner, Stage, parse},
    setup::{self, Setup},
    transport::{grpc, http},
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder of the deployment.
    #[arg(long, default_value_os_t = default_deployment())]
    deployment: PathBuf,
    /// Scenario to play; in the deployment's folder when relative.
    #[arg(long, default_value = "storm-ivar.scn")]
    scenario: PathBuf,
    /// Seconds to play it in.
    #[arg(long, default_value_t = 90)]
    seconds: u32,
    /// For people.
    #[arg(long, default_value = "127.0.0.1:7480")]
    people: SocketAddr,
    /// For devices and gateways.
    #[arg(long, default_value = "127.0.0.1:7443")]
    devices: SocketAddr,
    /// Folder of the map; otherwise `karta` in the deployment's folder, or the overview.
    #[arg(long)]
    map: Option<PathBuf>,
    /// Data directory; otherwise one that is removed at the end.
    #[arg(long)]
    data: Option<PathBuf>,
    /// End when the scenario has been played, also on a terminal.
    #[arg(long)]
    once: bool,
}

/// Who watches: a line per happening and organisation.
const SEATS: [(&str, &str); 5] = [
    ("SOS", "sos-alarm/operator"),
    ("POLIS", "polis-nord/operator"),
    ("RTJ", "raddning-jamtland/operator"),
    ("AMB", "region-jh/operator"),
    ("LST", "lansstyrelsen-z/operator"),
];

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    if !args.people.ip().is_loopback() || !args.devices.ip().is_loopback() {
        return Err(Failure::usage("the demo is for loopback"));
    }
    let setup = setup::load(&args.deployment).map_err(|findings| Failure::usage(findings.join("\n")))?;
    let path = args.deployment.join(&args.scenario);
    let text =
        std::fs::read_to_string(&path).map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?;
    let scenario = parse(&text).map_err(|problem| Failure::usage(format!("{}: {problem}", path.display())))?;
    let temporary = std::env::temp_dir().join(format!("samband-demo-{}", std::process::id()));
    let data = args.data.clone().unwrap_or_else(|| temporary.clone());
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::unavailable)?;
    let played = runtime.block_on(play(args, setup, scenario, &data));
    if args.data.is_none() {
        // Best effort: a folder that is left behind harms nobody.
        let _ = std::fs::remove_dir_all(&temporary);
    }
    played
}

async fn play(args: &Args, setup: Setup, scenario: crate::scenario::Scenario, data: &Path) -> Result<(), Failure> {
    let (people, devices) = (bind_near(args.people).await?, bind_near(args.devices).await?);
    let address = |listener: &TcpListener| listener.local_addr().map_err(Failure::unavailable);
    let (people_at, devices_at) = (address(&people)?, address(&devices)?);
    let stores = Stores::open(data).map_err(Failure::unavailable)?;
    let authority = Authority::new(None, true, setup.directory.clone(), setup.nobodies.clone());
    let deployment = setup.deployment.clone();
    let site = site(&setup, args.map.as_deref(), true)?;
    let roads = fleet::roads_of(&args.deployment, &deployment);
    print(&format!("{}: people {people_at}, devices {devices_at}", setup.name));
    let hub = start(stores, setup, authority)?;
    tokio::spawn(http::serve(hub.clone(), Arc::new(site), people));
    let serving = tokio::spawn(grpc::serve(hub.clone(), devices));
    let inbox = data.join("inbox");
    let intake = Intake::start(&inbox, devices_at)?;
    print("Anslut från en annan terminal, till exempel:");
    print(&format!("  samband tail --hub {people_at} --as polis-nord/operator"));
    print(&format!("  samband tail --hub {people_at} --as region-jh/unit:3269110 --json"));
    for (name, principal) in SEATS {
        tokio::spawn(seat(name, Who::demo(principal, &people_at.to_string())));
    }
    print(&format!("  samband tail --hub {people_at} --as raddning-jamtland/command --map"));
    let driving = tokio::spawn(drive_fleet(people_at.to_string(), deployment, roads));
    tokio::spawn(drop_letters(args.deployment.join("larm"), inbox, args.seconds));

    let hub_address = people_at.to_string();
    let handle = Handle::current();
    let scaled = Duration::from_secs(u64::from(args.seconds));
    let mut player = tokio::task::spawn_blocking(move || {
        let mut stage = LiveStage::new(handle, hub_address, &scenario, scaled);
        let start = SystemClock::default().now();
        Runner::new(&scenario, &mut stage, start).run()
    });
    let mut interrupted = false;
    let played = tokio::select! {
        played = &mut player => played.map_err(Failure::unavailable)?.map_err(Failure::data),
        () = shutdown() => {
            interrupted = true;
            player.abort();
            Ok(())
        }
    };
    if !interrupted && played.is_ok() && std::io::stdout().is_terminal() && !args.once {
        print("— scenariot är slut. Navet går vidare tills du trycker Ctrl-C.");
        shutdown().await;
    }
    drop(intake);
    driving.abort();
    let _ = tokio::task::spawn_blocking(move || hub.drain(Duration::from_secs(3))).await;
    serving.abort();
    if interrupted {
        // The player waits in a thread of its own; the process does not wait for it.
        std::process::exit(0);
    }
    played
}

/// The units on the roads, where the deployment has roads, until the demo ends.
async fn drive_fleet(hub: String, deployment: Deployment, roads: Vec<Road>) {
    if roads.is_empty() {
        return;
    }
    if let Err(failure) = fleet::report(&hub, &deployment, &roads, 1, None).await {
        error(&format!("flottan: {}", failure.message));
    }
}

/// The address asked for, or any free one where somebody has it.
async fn bind_near(address: SocketAddr) -> Result<TcpListener, Failure> {
    match TcpListener::bind(address).await {
        Ok(listener) => Ok(listener),
        Err(_) => TcpListener::bind(SocketAddr::new(address.ip(), 0))
            .await
            .map_err(|error| Failure::unavailable(format!("{address}: {error}"))),
    }
}

/// The gateway, as a process of its own: it has no private door.
struct Intake(Option<std::process::Child>);

impl Intake {
    fn start(inbox: &Path, hub: SocketAddr) -> Result<Self, Failure> {
        std::fs::create_dir_all(inbox).map_err(Failure::unavailable)?;
        let program = std::env::current_exe().ok().map(|path| path.with_file_name("samband-gateway"));
        let Some(program) = program.filter(|program| program.exists()) else {
            error("samband-gateway finns inte bredvid programmet: inga textlarm tas in");
            return Ok(Self(None));
        };
        let child = std::process::Command::new(program)
            .args(["sos", "--as", "sos-alarm/gateway", "--hub"])
            .arg(format!("http://{hub}"))
            .arg("--watch")
            .arg(inbox)
            .stdout(std::process::Stdio::null())
            .spawn();
        child.map(|child| Self(Some(child))).map_err(|error| Failure::unavailable(format!("samband-gateway: {error}")))
    }
}

impl Drop for Intake {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A text alarm now and then, as a dispatch system would write them.
async fn drop_letters(from: PathBuf, inbox: PathBuf, seconds: u32) {
    let Ok(entries) = std::fs::read_dir(&from) else { return };
    let mut letters: Vec<_> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "txt"))
        .collect();
    letters.sort();
    let pause = Duration::from_secs(u64::from(seconds)) / u32::try_from(letters.len() + 2).unwrap_or(u32::MAX);
    for letter in letters {
        tokio::time::sleep(pause).await;
        let Some(name) = letter.file_name() else { continue };
        // Written under another name first: the intake takes whole files.
        let part = inbox.join(format!("{}.part", name.to_string_lossy()));
        if std::fs::copy(&letter, &part).and_then(|_| std::fs::rename(&part, inbox.join(name))).is_err() {
            return;
        }
    }
}

async fn seat(name: &'static str, who: Who) {
    let Ok((mut client, _)) = Client::connect(&who, None).await else { return };
    let mut pings = tokio::time::interval(Duration::from_secs(20));
    loop {
        tokio::select! {
            frame = client.next() => {
                let Ok(Some(frame)) = frame else { return };
                let happening = frame["update"].is_object() || frame["goodbye"].is_object();
                if let Some(line) = line(&frame).filter(|_| happening) {
                    print(&format!("{name:<6}│ {line}"));
                }
            }
            _ = pings.tick() => {
                if client.send(&json!({ "ping": {} })).await.is_err() {
                    return;
                }
            }
        }
    }
}

/// Sessions over the WebSocket, in real time.
struct LiveStage {
    runtime: Handle,
    hub: String,
    /// Real milliseconds for a scenario's second.
    pace: f64,
    start: Option<(Timestamp, Timestamp)>,
    seats: BTreeMap<String, Seat>,
}

struct Seat {
    requests: mpsc::Sender<Request>,
    frames: Arc<Mutex<Vec<Value>>>,
}

enum Request {
    Send(Value),
    Submit(Value, std::sync::mpsc::SyncSender<Value>),
    Ping(std::sync::mpsc::SyncSender<Value>),
}

impl LiveStage {
    fn new(runtime: Handle, hub: String, scenario: &crate::scenario::Scenario, whole: Duration) -> Self {
        let last = scenario.steps.iter().filter_map(|line| match &line.step {
            crate::scenario::Step::At { at_ms, .. } => Some(*at_ms),
            _ => None,
        });
        let last = last.max().unwrap_or(1).max(1);
        #[expect(clippy::cast_precision_loss, reason = "a pace needs no more")]
        let pace = whole.as_millis() as f64 / last as f64;
        Self { runtime, hub, pace, start: None, seats: BTreeMap::new() }
    }

    fn ask(&self, name: &str, request: impl FnOnce(std::sync::mpsc::SyncSender<Value>) -> Request) -> Value {
        let Some(seat) = self.seats.get(name) else { return Value::Null };
        let (answer, wait) = std::sync::mpsc::sync_channel(1);
        if seat.requests.blocking_send(request(answer)).is_err() {
            return Value::Null;
        }
        wait.recv_timeout(Duration::from_secs(10)).unwrap_or(Value::Null)
    }
}

impl Stage for LiveStage {
    fn set_time(&mut self, now: Timestamp) {
        let (scenario, real) = *self.start.get_or_insert_with(|| (now, SystemClock::default().now()));
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "milliseconds of a demo")]
        let due = real.0 + ((now.0 - scenario.0) as f64 * self.pace) as i64;
        let wait = u64::try_from(due - SystemClock::default().now().0).unwrap_or(0);
        std::thread::sleep(Duration::from_millis(wait));
    }

    fn join(&mut self, name: &str, principal: &str, resume: Option<&str>) {
        let (requests, queue) = mpsc::channel(64);
        let frames = Arc::new(Mutex::new(Vec::new()));
        let (who, resume) = (Who::demo(principal, &self.hub), resume.map(str::to_owned));
        self.runtime.spawn(converse(who, resume, queue, frames.clone()));
        self.seats.insert(name.into(), Seat { requests, frames });
    }

    fn leave(&mut self, name: &str) {
        self.seats.remove(name);
    }

    fn send(&mut self, name: &str, frame: &Value) {
        if let Some(seat) = self.seats.get(name) {
            let _ = seat.requests.blocking_send(Request::Send(frame.clone()));
        }
    }

    fn submit(&mut self, name: &str, command: &Value) -> Value {
        let mut command = command.clone();
        // The scenario numbers its commands; played twice on one hub they would be the same ones.
        command["commandId"] = json!(uuid::Uuid::now_v7().to_string());
        command["pressedAt"] = Value::Null;
        self.ask(name, |answer| Request::Submit(command, answer))
    }

    fn settle(&mut self) {
        // What a command led to reaches the others within this; the pong then stands behind it.
        std::thread::sleep(Duration::from_millis(150));
        let names: Vec<_> = self.seats.keys().cloned().collect();
        for name in names {
            self.ask(&name, Request::Ping);
        }
    }

    fn received(&mut self, name: &str) -> Vec<Value> {
        let seat = self.seats.get(name);
        seat.and_then(|seat| seat.frames.lock().ok().map(|mut frames| std::mem::take(&mut *frames))).unwrap_or_default()
    }

    fn restart(&mut self) {}

    /// Text alarms come in at the same time.
    fn alone(&self) -> bool {
        false
    }
}

async fn converse(
    who: Who,
    resume: Option<String>,
    mut queue: mpsc::Receiver<Request>,
    frames: Arc<Mutex<Vec<Value>>>,
) {
    let keep = |frame: Value| {
        if let Ok(mut frames) = frames.lock() {
            frames.push(frame);
        }
    };
    let Ok((mut client, _)) = Client::connect(&who, resume.as_deref()).await else { return };
    let mut pong: Option<std::sync::mpsc::SyncSender<Value>> = None;
    loop {
        tokio::select! {
            frame = client.next() => match frame {
                Ok(Some(frame)) if frame["pong"].is_object() => {
                    if let Some(pong) = pong.take() {
                        let _ = pong.send(frame);
                    }
                }
                Ok(Some(frame)) => keep(frame),
                _ => return,
            },
            request = queue.recv() => match request {
                None => return,
                Some(Request::Send(frame)) => _ = client.send(&frame).await,
                Some(Request::Submit(command, answer)) => {
                    let outcome = client.submit(&command, &keep).await.unwrap_or(Value::Null);
                    let _ = answer.send(outcome);
                }
                Some(Request::Ping(answer)) => {
                    pong = Some(answer);
                    let _ = client.send(&json!({ "ping": {} })).await;
                }
            }
        }
    }
}
