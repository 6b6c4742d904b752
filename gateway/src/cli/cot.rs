//! `samband-gateway cot`: TAK clients, or another TAK server.

use std::{net::SocketAddr, path::PathBuf};

use samband_gateway::{
    cot::{
        port::{
            self, Listener, PeerAddress, Transport,
            tls::{self, Files, Server},
        },
        run::{self, Peer},
        settings::Settings,
    },
    log::Log,
    pki,
};

use super::{
    Failure,
    credentials::{Credentials, block_on, ended},
    exit,
};

/// A server for TAK clients (ATAK, WinTAK, iTAK, pytak, node-tak), or a client of another TAK server
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  samband-gateway cot --as raddning-jamtland/gateway --settings examples/jamtland/tak.toml --spool /var/lib/samband/tak
  samband-gateway cot --as raddning-jamtland/gateway --settings tak.toml --spool tak --tls 0.0.0.0:8089 --pki pki
  samband-gateway cot --as raddning-jamtland/gateway --settings tak.toml --spool tak --connect tls://tak.example:8089 --pki pki

One gateway an organisation, with the organisation's own credential and certificate authority. A TLS client whose certificate's name
(CN) is a unit's id speaks for that unit; on a connection without TLS a client is the unit whose id or call sign it uses. All others look
on, and nothing of theirs reaches the hub. What the hub has not answered is kept in the spool.
Exit codes: 0 ended, 64 wrong arguments or settings, 66 a file cannot be read, 69 an address cannot be had, 74 nothing can be kept, 77 not
permitted.")]
pub(super) struct Args {
    #[command(flatten)]
    credentials: Credentials,
    /// Addresses, talkgroups and type codes
    #[arg(long, value_name = "FILE")]
    settings: PathBuf,
    /// Folder for what the hub has not yet answered
    #[arg(long, value_name = "FOLDER")]
    spool: PathBuf,
    /// XML stream without encryption, on loopback; instead of tcp in the settings
    #[arg(long, value_name = "ADDRESS")]
    tcp: Option<SocketAddr>,
    /// TLS with client certificates; instead of tls in the settings
    #[arg(long, value_name = "ADDRESS")]
    tls: Option<SocketAddr>,
    /// WebSocket without encryption, on loopback; instead of ws in the settings
    #[arg(long, value_name = "ADDRESS")]
    ws: Option<SocketAddr>,
    /// WebSocket over TLS with client certificates; instead of wss in the settings
    #[arg(long, value_name = "ADDRESS")]
    wss: Option<SocketAddr>,
    /// Take clients without encryption at this address, which is not loopback: whoever reaches it speaks for any unit
    #[arg(long, value_name = "ADDRESS")]
    allow_plain: Vec<SocketAddr>,
    /// Folder with ca.pem, server.pem and server.key (see `pki`)
    #[arg(long, value_name = "FOLDER", default_value = "pki")]
    pki: PathBuf,
    /// Join another TAK server: tcp://host:port or tls://host:port
    #[arg(long, value_name = "URL")]
    connect: Option<PeerAddress>,
    /// Certificate and key in the pki folder to show there
    #[arg(long, value_name = "NAME", default_value = "client", requires = "connect")]
    certificate: String,
    /// The name in that server's certificate, where it is not the host
    #[arg(long, value_name = "NAME", requires = "connect")]
    server_name: Option<String>,
    /// Listen nowhere: only --connect
    #[arg(long, requires = "connect")]
    no_listen: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let name = args.settings.display();
    let text = std::fs::read_to_string(&args.settings)
        .map_err(|error| Failure::new(exit::NO_INPUT, format!("{name}: {error}")))?;
    let mut settings = Settings::read(&text).map_err(|error| Failure::new(exit::USAGE, format!("{name}: {error}")))?;
    settings.tcp = args.tcp.or(settings.tcp);
    settings.tls = args.tls.or(settings.tls);
    settings.ws = args.ws.or(settings.ws);
    settings.wss = args.wss.or(settings.wss);
    if args.no_listen {
        (settings.tcp, settings.tls, settings.ws, settings.wss) = (None, None, None, None);
    }
    block_on(async {
        let hub = args.credentials.hub()?;
        let listeners = listeners(args, &settings).await?;
        let peer = args.connect.clone().map(|address| peer(args, address)).transpose()?;
        if listeners.is_empty() && peer.is_none() {
            let reason = format!("{name}: none of tcp, tls, ws and wss, and no --connect: there is nothing to do");
            return Err(Failure::new(exit::USAGE, reason));
        }
        let gateway = run::run(hub, settings, listeners, peer, args.spool.clone(), Log::new("tak")).await;
        gateway.map_err(|error| ended(&error))
    })
}

async fn listeners(args: &Args, settings: &Settings) -> Result<Vec<Listener>, Failure> {
    let plain = [settings.tcp.map(|at| (at, Transport::Tcp)), settings.ws.map(|at| (at, Transport::Ws))];
    let plain: Vec<(SocketAddr, Transport)> = plain.into_iter().flatten().collect();
    if let Some((address, transport)) =
        plain.iter().find(|(address, _)| !address.ip().is_loopback() && !args.allow_plain.contains(address))
    {
        let reason = format!(
            "{transport} {address}: without encryption only on loopback; --allow-plain {address} if whoever reaches it may speak for any unit"
        );
        return Err(Failure::new(exit::USAGE, reason));
    }
    let mut wanted = plain;
    if settings.tls.is_some() || settings.wss.is_some() {
        let files = Files {
            authority: args.pki.join(format!("{}.pem", pki::AUTHORITY)),
            certificate: Some(args.pki.join(format!("{}.pem", pki::SERVER))),
            key: Some(args.pki.join(format!("{}.key", pki::SERVER))),
        };
        let server = Server::new(&files, &settings.sparrade)
            .map_err(|error| Failure::new(exit::NO_INPUT, format!("{error} (samband-gateway pki makes them)")))?;
        wanted.extend(settings.tls.map(|at| (at, Transport::Tls(server.clone()))));
        wanted.extend(settings.wss.map(|at| (at, Transport::Wss(server))));
    }
    let mut listeners = Vec::new();
    for (address, transport) in wanted {
        let name = transport.to_string();
        let listener = port::bind(address, transport).await;
        listeners
            .push(listener.map_err(|error| Failure::new(exit::UNAVAILABLE, format!("{name} {address}: {error}")))?);
    }
    Ok(listeners)
}

fn peer(args: &Args, address: PeerAddress) -> Result<Peer, Failure> {
    let own = |ending: &str| Some(args.pki.join(format!("{}.{ending}", args.certificate))).filter(|file| file.exists());
    let files = Files { authority: args.pki.join("ca.pem"), certificate: own("pem"), key: own("key") };
    let tls = address.tls.then(|| tls::client(&files)).transpose();
    let tls = tls.map_err(|error| Failure::new(exit::NO_INPUT, error.to_string()))?;
    Ok(Peer { address, tls, name: args.server_name.clone() })
}
