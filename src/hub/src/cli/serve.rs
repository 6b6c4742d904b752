//! `samband serve`: the life of the process.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::net::TcpListener;

use super::{
    default_deployment,
    output::{Failure, print},
    token::verifying_key,
};
use crate::{
    app::{Hub, Stores},
    clock::SystemClock,
    config,
    identity::Authority,
    live::Register,
    setup::{self, Setup},
    site::{Site, facts::Facts, map::Map, pages::Pages},
    transport::{grpc, http},
    wire::deployment::Deployments,
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder of the deployment.
    #[arg(long, default_value_os_t = default_deployment())]
    deployment: PathBuf,
    /// Data directory: journal, ledger and the hub's keys.
    #[arg(long)]
    data: PathBuf,
    /// For people: pages, WebSocket, single questions, health and metrics.
    #[arg(long, default_value = "127.0.0.1:7480")]
    people: SocketAddr,
    /// For devices and gateways: gRPC.
    #[arg(long, default_value = "127.0.0.1:7443")]
    devices: SocketAddr,
    /// Public half of the key that tokens are signed with.
    #[arg(long)]
    token_key: Option<PathBuf>,
    /// Folder of the map: karta.toml, base.pmtiles, symboler. Otherwise `karta` in the deployment's folder, or the overview.
    #[arg(long)]
    map: Option<PathBuf>,
    /// Take demo tokens, on loopback only.
    #[arg(long)]
    demo_tokens: bool,
    /// Log as JSON.
    #[arg(long)]
    log_json: bool,
    /// Seconds that sessions and commands in flight get to end in.
    #[arg(long, default_value_t = 10)]
    grace_s: u64,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    log(args.log_json);
    // 1 what was asked
    let setup = setup::load(&args.deployment).map_err(|findings| Failure::usage(findings.join("\n")))?;
    let site = Arc::new(site(&setup, args.map.as_deref(), args.demo_tokens)?);
    let key = args.token_key.as_deref().map(verifying_key).transpose()?;
    if key.is_none() && !args.demo_tokens {
        return Err(Failure::usage("nobody could log in: give --token-key, or --demo-tokens on loopback"));
    }
    for address in [args.people, args.devices] {
        loopback_only(address)?;
    }
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::unavailable)?;
    let serving = async {
        // 2 what we hold
        let people = bind(args.people).await?;
        let devices = bind(args.devices).await?;
        let at = |listener: &TcpListener| listener.local_addr().map_err(Failure::unavailable);
        let (people_at, devices_at) = (at(&people)?, at(&devices)?);
        let stores = Stores::open(&args.data).map_err(Failure::unavailable)?;
        // 3 what is wired
        let authority = Authority::new(key, args.demo_tokens, setup.directory.clone(), setup.nobodies.clone());
        let hub = start(stores, setup, authority)?;
        print(&format!("samband: people {people_at}, devices {devices_at}"));
        // 4 live
        tokio::spawn(http::serve(hub.clone(), site, people));
        let grpc = tokio::spawn(grpc::serve(hub.clone(), devices));
        shutdown().await;
        // 5 leave
        let grace = Duration::from_secs(args.grace_s);
        let _ = tokio::task::spawn_blocking(move || hub.drain(grace)).await;
        grpc.abort();
        Ok(())
    };
    runtime.block_on(serving)
}

/// What browsers get. Seats are offered only where anybody on this machine may take them.
pub(super) fn site(setup: &Setup, map: Option<&Path>, demo: bool) -> Result<Site, Failure> {
    let told = |found: Vec<config::Finding>| found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let folder = match map {
        Some(folder) => Some(config::map(folder).map_err(|found| Failure::usage(told(found)))?),
        None => setup.map.clone(),
    };
    let seats = if demo { setup.deployment.seats.clone() } else { Vec::new() };
    let facts = Facts { name: setup.name.clone(), demo, seats, ..Facts::default() };
    Ok(Site { pages: Pages::Embedded, map: Map::new(folder), facts })
}

/// Starts the hub on its stores.
pub(super) fn start(stores: Stores, setup: Setup, authority: Authority) -> Result<Arc<Hub>, Failure> {
    let register = Register::of(&setup.deployment);
    let deployments = Deployments::of(&setup.deployment, &setup.policy);
    let policy = Arc::new(setup.policy.policy);
    Hub::start(stores, setup.directory, register, policy, deployments, authority, Arc::new(SystemClock::default()))
        .map_err(Failure::unavailable)
}

/// Without certificates nothing is encrypted, so nothing leaves the machine.
fn loopback_only(address: SocketAddr) -> Result<(), Failure> {
    if address.ip().is_loopback() {
        return Ok(());
    }
    Err(Failure::usage(format!(
        "{address}: plaintext is served on loopback only, for instance 127.0.0.1:{}",
        address.port()
    )))
}

/// Takes the address, or says why not.
pub(super) async fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| Failure::unavailable(format!("{address}: {error}")))
}

/// Ends with Ctrl-C or SIGTERM.
pub(super) async fn shutdown() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

pub(super) fn log(json: bool) {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_env("SAMBAND_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let to = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in one process (tests) keeps the first log.
    let _ = if json { to.json().try_init() } else { to.try_init() };
}
