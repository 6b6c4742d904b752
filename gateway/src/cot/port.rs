//! Sockets: listeners for TAK clients, and a connection to another TAK server.

mod peer;
mod server;
mod stream;
pub mod tls;
mod websocket;

use std::{sync::Arc, time::Duration};

use rustix::net::sockopt;
use tokio::{net::TcpStream, sync::mpsc};

pub use super::translate::{ClientId, Identity};
use super::{CotError, Event, session::Written};
pub use peer::{PeerAddress, connect};
pub use server::{Listener, Transport, bind, serve};

/// Events that are sent together.
pub type Batch = Vec<Arc<Written>>;

/// Batches that wait for a client: one that does not keep up is sent away, others do not wait for it.
pub const BATCHES_MAX: usize = 256;
/// Batches of events from all clients that wait for the translation: then the sockets wait.
pub const HEARD_MAX: usize = 1_024;
/// Clients at the same time.
pub const CLIENTS_MAX: usize = 1_024;
/// Connections that have not said who they are, at the same time: all, and of one address. They take no client's place.
pub const GREETED_MAX: usize = 512;
/// See [`GREETED_MAX`].
pub const GREETED_OF_ADDRESS_MAX: usize = 32;

/// What comes from the sockets.
#[derive(Debug)]
pub enum FromClients {
    /// A client has connected.
    Up {
        /// Which.
        client: ClientId,
        /// How it is known.
        identity: Identity,
        /// To it. Dropped: it is sent away.
        to: mpsc::Sender<Batch>,
    },
    /// It has sent events.
    Events(ClientId, Vec<Event>),
    /// It has sent something that is no event.
    Unreadable(ClientId, CotError),
    /// It is gone.
    Down(ClientId, Ended),
}

/// Why a connection ended.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Ended {
    /// It was closed by the other end.
    #[error("stängd av den andra sidan")]
    Closed,
    /// There are as many clients as there may be.
    #[error("{CLIENTS_MAX} klienter är anslutna redan")]
    Full,
    /// It did not take what was sent.
    #[error("läser inte det som sänds")]
    Slow,
    /// Nothing was heard of it.
    #[error("tyst")]
    Silent,
    /// What it sent is no stream of events.
    #[error("sände skräp: {0}")]
    Garbage(#[from] CotError),
    /// The socket.
    #[error("{0}")]
    Io(String),
    /// The gateway ends.
    #[error("porten avslutas")]
    Ending,
}

impl From<std::io::Error> for Ended {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error.kind().to_string())
    }
}

/// Before the network asks whether a silent other end is still there, how often it asks, and how many times.
const KEEP_ALIVE: (Duration, Duration, u32) = (Duration::from_secs(30), Duration::from_secs(10), 3);
/// What was sent and not confirmed for so long ends the connection, milliseconds.
const UNCONFIRMED_MS: u32 = 60_000;

/// Small messages that somebody waits for; and an other end that has gone without a word is found out within a minute, not within a
/// quarter of an hour: until then its unit would be told what nobody reads.
fn tune(stream: &TcpStream) {
    let (idle, interval, count) = KEEP_ALIVE;
    // Each helps alone; a system that has not got one goes on without it.
    let _ = stream.set_nodelay(true);
    let _ = sockopt::set_socket_keepalive(stream, true);
    let _ = sockopt::set_tcp_keepidle(stream, idle);
    let _ = sockopt::set_tcp_keepintvl(stream, interval);
    let _ = sockopt::set_tcp_keepcnt(stream, count);
    let _ = sockopt::set_tcp_user_timeout(stream, UNCONFIRMED_MS);
}

fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}
