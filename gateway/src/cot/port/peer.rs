//! A connection to another TAK server, made again whenever it was lost.

use std::{
    fmt,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use rustls::{ClientConfig, pki_types::ServerName};
use tokio::{net::TcpStream, sync::mpsc};
use tokio_rustls::TlsConnector;

use super::{
    BATCHES_MAX, ClientId, Ended, FromClients, Identity,
    stream::{self, Ends},
};
use crate::cot::session::Session;

const CONNECT_MAX: Duration = Duration::from_secs(10);
const RETRY: [u64; 6] = [1, 2, 5, 10, 30, 60];

/// Where the other server is: `tcp://host:port` or `tls://host:port`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerAddress {
    /// Over TLS.
    pub tls: bool,
    /// Name or address.
    pub host: String,
    /// Port.
    pub port: u16,
}

impl FromStr for PeerAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text} is not tcp://host:port or tls://host:port");
        let (scheme, rest) = text.split_once("://").ok_or_else(wrong)?;
        let tls = match scheme {
            "tls" | "ssl" => true,
            "tcp" => false,
            _ => return Err(wrong()),
        };
        let (host, port) = rest.rsplit_once(':').ok_or_else(wrong)?;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let port = port.parse().map_err(|_| wrong())?;
        if host.is_empty() { Err(wrong()) } else { Ok(Self { tls, host: host.to_owned(), port }) }
    }
}

impl fmt::Display for PeerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}:{}", if self.tls { "tls" } else { "tcp" }, self.host, self.port)
    }
}

/// Connects, and connects again, for good. `tls` is needed where the address says so; `name` is the one in the server's certificate
/// where that is not the host.
pub fn connect(
    address: PeerAddress,
    tls: Option<Arc<ClientConfig>>,
    name: Option<String>,
    heard: &mpsc::Sender<FromClients>,
    numbers: &Arc<AtomicU64>,
) {
    let (heard, numbers) = (heard.clone(), numbers.clone());
    tokio::spawn(async move {
        let mut failed = 0;
        loop {
            let client = ClientId(numbers.fetch_add(1, Ordering::Relaxed) + 1);
            let (ended, was_up) = once(&address, tls.as_ref(), name.as_deref(), client, &heard).await;
            if heard.send(FromClients::Down(client, ended)).await.is_err() {
                return;
            }
            failed = if was_up { 0 } else { failed + 1 };
            let wait = RETRY.get(failed).or(RETRY.last()).copied().unwrap_or(60);
            tokio::time::sleep(Duration::from_secs(wait)).await;
        }
    });
}

async fn once(
    address: &PeerAddress,
    tls: Option<&Arc<ClientConfig>>,
    name: Option<&str>,
    client: ClientId,
    heard: &mpsc::Sender<FromClients>,
) -> (Ended, bool) {
    let connected = tokio::time::timeout(CONNECT_MAX, TcpStream::connect((address.host.as_str(), address.port))).await;
    let stream = match connected {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return (error.into(), false),
        Err(_) => return (Ended::Silent, false),
    };
    super::tune(&stream);
    let up = |to| FromClients::Up { client, identity: Identity::Peer, to };
    let (to, batches) = mpsc::channel(BATCHES_MAX);
    let mut ends = Ends::new(client, heard.clone(), batches, true);
    let Some(config) = tls.filter(|_| address.tls) else {
        return match heard.send(up(to)).await {
            Ok(()) => (stream::run(stream, Session::client(), &mut ends, true).await, true),
            Err(_) => (Ended::Ending, false),
        };
    };
    let Ok(name) = ServerName::try_from(name.unwrap_or(&address.host).to_owned()) else {
        return (Ended::Io("servernamnet är inget namn".into()), false);
    };
    match tokio::time::timeout(CONNECT_MAX, TlsConnector::from(config.clone()).connect(name, stream)).await {
        Err(_) => (Ended::Silent, false),
        Ok(Err(error)) => (Ended::Io(error.to_string()), false),
        Ok(Ok(stream)) => match heard.send(up(to)).await {
            Ok(()) => (stream::run(stream, Session::client(), &mut ends, true).await, true),
            Err(_) => (Ended::Ending, false),
        },
    }
}
