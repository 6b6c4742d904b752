//! Listeners: one task a client, and nobody waits for anybody else.

use std::{
    collections::BTreeMap,
    fmt, io,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, mpsc},
};
use tokio_rustls::TlsAcceptor;

use super::{
    BATCHES_MAX, CLIENTS_MAX, ClientId, Ended, FromClients, GREETED_MAX, GREETED_OF_ADDRESS_MAX, Identity,
    stream::{self, Ends},
    tls::Server,
    websocket,
};
use crate::cot::session::Session;

/// A client that has not said who it is by then is sent away.
const HANDSHAKE_MAX: Duration = Duration::from_secs(10);
/// Before a listener that could not accept (no more file descriptors) tries again.
const ACCEPT_AGAIN: Duration = Duration::from_millis(200);

/// How clients come.
#[derive(Clone)]
pub enum Transport {
    /// XML stream without encryption.
    Tcp,
    /// The same over TLS with client certificates.
    Tls(Server),
    /// WebSocket without encryption.
    Ws,
    /// The same over TLS with client certificates.
    Wss(Server),
}

impl fmt::Display for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tcp => "tcp",
            Self::Tls(_) => "tls",
            Self::Ws => "ws",
            Self::Wss(_) => "wss",
        })
    }
}

/// A place where clients are waited for.
pub struct Listener {
    /// Where.
    pub address: SocketAddr,
    /// How.
    pub transport: Transport,
    socket: TcpListener,
}

/// Opens a listener.
///
/// # Errors
/// The address cannot be had.
pub async fn bind(address: SocketAddr, transport: Transport) -> io::Result<Listener> {
    let socket = TcpListener::bind(address).await?;
    Ok(Listener { address: socket.local_addr()?, transport, socket })
}

/// Takes clients in, for good. What they say goes to `heard`.
pub fn serve(listeners: Vec<Listener>, heard: &mpsc::Sender<FromClients>, numbers: &Arc<AtomicU64>) {
    let doors = Arc::new(Doors { places: Arc::new(Semaphore::new(CLIENTS_MAX)), greeted: Mutex::default() });
    for listener in listeners {
        tokio::spawn(accept(listener, heard.clone(), numbers.clone(), doors.clone()));
    }
}

/// Who may come in.
struct Doors {
    places: Arc<Semaphore>,
    /// Connections that have not said who they are, by address.
    greeted: Mutex<BTreeMap<IpAddr, usize>>,
}

/// A connection that has not said who it is; until it is dropped it counts.
struct AtDoor {
    doors: Arc<Doors>,
    address: IpAddr,
}

impl Doors {
    fn come(self: &Arc<Self>, address: IpAddr) -> Option<AtDoor> {
        let mut greeted = self.greeted.lock().unwrap_or_else(PoisonError::into_inner);
        if greeted.values().sum::<usize>() >= GREETED_MAX {
            return None;
        }
        let of_address = greeted.entry(address).or_default();
        if *of_address >= GREETED_OF_ADDRESS_MAX {
            return None;
        }
        *of_address += 1;
        Some(AtDoor { doors: self.clone(), address })
    }
}

impl Drop for AtDoor {
    fn drop(&mut self) {
        let mut greeted = self.doors.greeted.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(of_address) = greeted.get_mut(&self.address) {
            *of_address -= 1;
            if *of_address == 0 {
                greeted.remove(&self.address);
            }
        }
    }
}

async fn accept(listener: Listener, heard: mpsc::Sender<FromClients>, numbers: Arc<AtomicU64>, doors: Arc<Doors>) {
    loop {
        let Ok((stream, from)) = listener.socket.accept().await else {
            tokio::time::sleep(ACCEPT_AGAIN).await;
            continue;
        };
        // Too many: closed at once.
        let Some(at_door) = doors.come(from.ip()) else { continue };
        let client = ClientId(numbers.fetch_add(1, Ordering::Relaxed) + 1);
        let (transport, heard) = (listener.transport.clone(), heard.clone());
        tokio::spawn(async move {
            let ended = client_task(stream, transport, client, &heard, at_door).await;
            // Nobody listens any more: the gateway ends.
            let _ = heard.send(FromClients::Down(client, ended)).await;
        });
    }
}

async fn client_task(
    stream: TcpStream,
    transport: Transport,
    client: ClientId,
    heard: &mpsc::Sender<FromClients>,
    at_door: AtDoor,
) -> Ended {
    super::tune(&stream);
    let greeted = tokio::time::timeout(HANDSHAKE_MAX, async {
        Ok(match transport {
            Transport::Tcp => Greeted::Tcp(stream),
            Transport::Ws => Greeted::Ws(Box::new(websocket::accept(stream).await?)),
            Transport::Tls(server) => {
                let (stream, identity) = secured(stream, &server).await?;
                Greeted::Tls(Box::new(stream), identity)
            }
            Transport::Wss(server) => {
                let (stream, identity) = secured(stream, &server).await?;
                Greeted::Wss(Box::new(websocket::accept(stream).await?), identity)
            }
        })
    });
    let greeted = match greeted.await {
        Ok(Ok(greeted)) => greeted,
        Ok(Err(ended)) => return ended,
        Err(_) => return Ended::Silent,
    };
    let Ok(_place) = at_door.doors.places.clone().try_acquire_owned() else { return Ended::Full };
    drop(at_door);
    let (to, batches) = mpsc::channel(BATCHES_MAX);
    let identity = match &greeted {
        Greeted::Tcp(_) | Greeted::Ws(_) => Identity::Plain,
        Greeted::Tls(_, identity) | Greeted::Wss(_, identity) => identity.clone(),
    };
    if heard.send(FromClients::Up { client, identity, to }).await.is_err() {
        return Ended::Ending;
    }
    let mut ends = Ends::new(client, heard.clone(), batches, false);
    match greeted {
        Greeted::Tcp(stream) => stream::run(stream, Session::server(), &mut ends, false).await,
        Greeted::Tls(stream, _) => stream::run(*stream, Session::server(), &mut ends, false).await,
        Greeted::Ws(socket) => websocket::run(*socket, &mut ends).await,
        Greeted::Wss(socket, _) => websocket::run(*socket, &mut ends).await,
    }
}

type Secured = tokio_rustls::server::TlsStream<TcpStream>;

enum Greeted {
    Tcp(TcpStream),
    Tls(Box<Secured>, Identity),
    Ws(Box<tokio_tungstenite::WebSocketStream<TcpStream>>),
    Wss(Box<tokio_tungstenite::WebSocketStream<Secured>>, Identity),
}

async fn secured(stream: TcpStream, server: &Server) -> Result<(Secured, Identity), Ended> {
    let stream =
        TlsAcceptor::from(server.config()).accept(stream).await.map_err(|error| Ended::Io(error.to_string()))?;
    let name = server.client(stream.get_ref().1).map_err(|refused| Ended::Io(refused.to_string()))?;
    Ok((stream, Identity::Certificate(name)))
}
