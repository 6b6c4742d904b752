//! Sockets: listeners for TAK clients, and a connection to another TAK server.

mod peer;
mod server;
mod stream;
pub mod tls;
mod websocket;

use std::sync::Arc;

use tokio::sync::mpsc;

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

fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}
