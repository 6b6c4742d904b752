//! `samband demo`: a hub, its intake and a scenario, so that one can see the same alarm as several different views.

mod duty;
mod gateways;
mod stage;

use std::{
    io::IsTerminal as _,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use samband_domain::Timestamp;
use serde_json::json;
use tokio::{net::TcpListener, runtime::Handle};

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
    scenario::{Runner, Scenario, parse},
    setup::{self, Setup},
    site::Site,
    transport::{grpc, http},
};
use gateways::{Gateways, drop_letters};
use stage::LiveStage;

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
    /// Seconds before it starts, to choose a seat in; 10 on a terminal, otherwise 0.
    #[arg(long)]
    pause: Option<u32>,
    /// Play it again and again, each time as new incidents, until Ctrl-C.
    #[arg(long, conflicts_with = "once")]
    repeat: bool,
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

/// Seconds in which a visitor can choose a seat.
const PAUSE: u32 = 10;

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
    let ended = runtime.block_on(play(args, setup, &Arc::new(scenario), &data));
    if args.data.is_none() {
        // Best effort: a folder that is left behind harms nobody.
        let _ = std::fs::remove_dir_all(&temporary);
    }
    if matches!(ended, Ok(End::Interrupted)) {
        // The player waits in a thread of its own; the process does not wait for it.
        std::process::exit(0);
    }
    ended.map(drop)
}

/// How it ended.
enum End {
    Played,
    Interrupted,
}

/// Plays until it has been played or is interrupted.
async fn play(args: &Args, setup: Setup, scenario: &Arc<Scenario>, data: &Path) -> Result<End, Failure> {
    let (people, devices) = (bind_near(args.people).await?, bind_near(args.devices).await?);
    let address = |listener: &TcpListener| listener.local_addr().map_err(Failure::unavailable);
    let (people_at, devices_at) = (address(&people)?, address(&devices)?);
    let stores = Stores::open(data).map_err(Failure::unavailable)?;
    let authority = Authority::new(None, true, setup.directory.clone(), setup.nobodies.clone());
    let deployment = setup.deployment.clone();
    let site = Arc::new(site(&setup, args.map.as_deref(), true)?);
    let roads = fleet::roads_of(&args.deployment, &deployment);
    let name = setup.name.clone();
    let hub = start(stores, setup, authority)?;
    tokio::spawn(http::serve(hub.clone(), site.clone(), people));
    let serving = tokio::spawn(grpc::serve(hub.clone(), devices));
    let inbox = data.join("inbox");
    let gateways = Gateways::start(&args.deployment, data, &inbox, devices_at)?;
    welcome(&name, &site, people_at, devices_at, args.deployment.join("tak.toml").exists());
    let hub_address = people_at.to_string();
    let driving = tokio::spawn(drive_fleet(hub_address.clone(), deployment.clone(), roads, gateways.radio()));
    let show = Show { args, scenario, hub: &hub_address, deployment: &deployment, site: &site, inbox: &inbox };
    let ended = tokio::select! {
        played = show.all() => played.map(|()| End::Played),
        () = shutdown() => Ok(End::Interrupted),
    };
    drop(gateways);
    driving.abort();
    let _ = tokio::task::spawn_blocking(move || hub.drain(Duration::from_secs(3))).await;
    serving.abort();
    ended
}

/// What a visitor is told first.
fn welcome(name: &str, site: &Site, people: SocketAddr, devices: SocketAddr, tak: bool) {
    print(&format!("Öppna http://{people}/ i en webbläsare och välj en plats. Ctrl-C avslutar."));
    if !site.pages.is_built() {
        print("  (Konsolerna är inte byggda: npm --prefix web ci && npm --prefix web run build)");
    }
    print(&format!("{name}: people {people}, devices {devices}"));
    print("Eller följ med från en annan terminal, till exempel:");
    print(&format!("  samband tail --hub {people} --as polis-nord/operator"));
    print(&format!("  samband tail --hub {people} --as region-jh/unit:3269110 --json"));
    print(&format!("  samband tail --hub {people} --as raddning-jamtland/command --map"));
    if tak {
        print(
            "TAK-klienter: tcp 127.0.0.1:8087, med en enhets anrop som namn (docs/tak.md). Ambulanserna kommer över en simulerad Rakel.",
        );
    }
}

/// The scenario, once or again and again.
struct Show<'a> {
    args: &'a Args,
    scenario: &'a Arc<Scenario>,
    hub: &'a str,
    deployment: &'a Deployment,
    site: &'a Site,
    inbox: &'a Path,
}

impl Show<'_> {
    async fn all(&self) -> Result<(), Failure> {
        let terminal = std::io::stdout().is_terminal() && !self.args.once;
        duty::report(self.hub, self.deployment).await?;
        for (name, principal) in SEATS {
            tokio::spawn(seat(name, Who::demo(principal, self.hub)));
        }
        let first = self.args.pause.unwrap_or(if terminal { PAUSE } else { 0 });
        self.wait(first).await;
        let larm = self.args.deployment.join("larm");
        // Their numbers are their own: a second time they would be the same alarms.
        tokio::spawn(drop_letters(larm, self.inbox.to_path_buf(), self.args.seconds));
        let played = self.once(self.args.data.is_some()).await;
        if !terminal && !self.args.repeat {
            return played;
        }
        // Whoever sits at a desk may have acted otherwise than the scenario: the hub goes on all the same.
        told(&played);
        if !self.args.repeat {
            print("— scenariot är slut. Navet går vidare tills du trycker Ctrl-C.");
            return std::future::pending().await;
        }
        loop {
            self.wait(first.max(PAUSE)).await;
            told(&self.once(true).await);
        }
    }

    /// Lets seconds pass, and tells the start page how many.
    async fn wait(&self, seconds: u32) {
        let starts = Timestamp(SystemClock::default().now().0 + i64::from(seconds) * 1_000);
        self.site.facts.scenario.starts(&self.scenario.title, starts, self.args.seconds);
        if seconds > 0 {
            print(&format!("Scenariot börjar om {seconds} s: {}", self.scenario.title));
        }
        tokio::time::sleep(Duration::from_secs(u64::from(seconds))).await;
    }

    async fn once(&self, again: bool) -> Result<(), Failure> {
        let (handle, hub, scenario) = (Handle::current(), self.hub.to_owned(), self.scenario.clone());
        let scaled = Duration::from_secs(u64::from(self.args.seconds));
        let player = tokio::task::spawn_blocking(move || {
            let mut stage = LiveStage::new(handle, hub, &scenario, scaled, again);
            let start = SystemClock::default().now();
            Runner::new(&scenario, &mut stage, start).run()
        });
        let played = player.await.map_err(Failure::unavailable)?.map_err(Failure::data);
        self.site.facts.scenario.ended();
        played
    }
}

fn told(played: &Result<(), Failure>) {
    if let Err(failure) = played {
        error(&failure.message);
    }
}

/// The units on the roads, where the deployment has roads, until the demo ends.
async fn drive_fleet(hub: String, deployment: Deployment, roads: Vec<Road>, radio: Option<fleet::OverRadio>) {
    if roads.is_empty() {
        return;
    }
    if let Err(failure) = fleet::report(&hub, &deployment, &roads, 1, None, radio).await {
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

async fn seat(name: &'static str, who: Who) {
    let Ok((mut client, _)) = Client::connect(&who, None).await else { return };
    // What was there before is no happening.
    let mut caught_up = false;
    let mut pings = tokio::time::interval(Duration::from_secs(20));
    loop {
        tokio::select! {
            frame = client.next() => {
                let Ok(Some(frame)) = frame else { return };
                caught_up |= frame["caughtUp"].is_object();
                let happening = frame["update"].is_object() || frame["goodbye"].is_object();
                if let Some(line) = line(&frame).filter(|_| happening && caught_up) {
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
