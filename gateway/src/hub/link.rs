//! A session that stays: opened again whenever it was lost, until the hub says that it is no use.

use std::time::Duration;

use samband_proto::v1::{
    ClientFrame, Deployment, Follow, GoodbyeCode, Hello, Ping, Welcome, client_frame::Frame as ToHub,
    server_frame::Frame as FromHub,
};
use tokio::sync::mpsc;
use tonic::{Request, Streaming};

use super::{Hub, HubError, client_frame, stub};

/// What comes over the link.
#[derive(Debug)]
pub enum Heard {
    /// A session is open; what was held before is void, all comes anew.
    Up(Box<Welcome>, Box<Deployment>),
    /// A frame.
    Frame(Box<FromHub>),
    /// The session is lost; it is being opened again.
    Down(String),
}

/// The two ends that a gateway holds.
pub struct Link {
    /// To the hub. Full: the hub does not keep up, or is away.
    pub to_hub: mpsc::Sender<ClientFrame>,
    /// From the hub.
    pub heard: mpsc::Receiver<Heard>,
    /// Ends with the reason when the hub will not have this client.
    pub ended: tokio::task::JoinHandle<HubError>,
}

/// Frames that wait in either direction.
const WAITING: usize = 1024;
const PING_EVERY: Duration = Duration::from_secs(15);
/// Nothing heard for so long: the line is dead, whatever the socket says.
const SILENT_MAX: Duration = Duration::from_secs(45);
const RETRY: [u64; 5] = [1, 2, 5, 10, 15];

/// Opens a session and keeps it open. `follow`: absent is everything but the map.
#[must_use]
pub fn open(hub: Hub, follow: Option<Follow>, client: &'static str) -> Link {
    let (to_hub, outgoing) = mpsc::channel(WAITING);
    let (incoming, heard) = mpsc::channel(WAITING);
    let ended = tokio::spawn(keep_open(hub, follow, client, outgoing, incoming));
    Link { to_hub, heard, ended }
}

async fn keep_open(
    hub: Hub,
    follow: Option<Follow>,
    client: &'static str,
    mut outgoing: mpsc::Receiver<ClientFrame>,
    incoming: mpsc::Sender<Heard>,
) -> HubError {
    let mut failed = 0;
    loop {
        let hello = Hello {
            token: Some(hub.token().to_owned()),
            resume_token: None,
            follow: follow.clone(),
            client: Some(client.to_owned()),
        };
        let reason = match session(&hub, hello, &mut outgoing, &incoming, &mut failed).await {
            Ok(reason) => reason,
            Err(error @ (HubError::NotPermitted(_) | HubError::Address(_) | HubError::Token)) => return error,
            Err(error) => error.to_string(),
        };
        if incoming.send(Heard::Down(reason)).await.is_err() {
            return HubError::Other("nobody listens".into());
        }
        // What was said while nobody heard it is void: what must not be lost is spooled by whoever said it.
        while outgoing.try_recv().is_ok() {}
        let wait = RETRY.get(failed).or(RETRY.last()).copied().unwrap_or(15);
        failed += 1;
        tokio::time::sleep(Duration::from_secs(wait)).await;
    }
}

/// One session, until it ends; the reason, when it may be tried again.
async fn session(
    hub: &Hub,
    hello: Hello,
    outgoing: &mut mpsc::Receiver<ClientFrame>,
    incoming: &mpsc::Sender<Heard>,
    failed: &mut usize,
) -> Result<String, HubError> {
    let (frames, stream) = mpsc::channel(WAITING);
    let closed = |_| HubError::Unavailable("the stream was closed".into());
    frames.send(client_frame(ToHub::Hello(hello))).await.map_err(closed)?;
    let mut client = stub::hub::hub_client::HubClient::new(hub.channel.clone());
    let request = Request::new(tokio_stream::wrappers::ReceiverStream::new(stream));
    let mut answers: Streaming<_> = client.session(request).await?.into_inner();
    let deployment = hub.deployment().await?;
    let mut deployment = Some(Box::new(deployment));
    let mut ping = tokio::time::interval(PING_EVERY);
    let mut heard_at = tokio::time::Instant::now();
    loop {
        tokio::select! {
            frame = answers.message() => {
                heard_at = tokio::time::Instant::now();
                let Some(frame) = frame? else { return Ok("the hub ended the session".into()) };
                let heard = match frame.frame {
                    Some(FromHub::Goodbye(goodbye)) => return goodbye_reason(goodbye.code(), goodbye.message()),
                    Some(FromHub::Welcome(welcome)) => {
                        *failed = 0;
                        let Some(deployment) = deployment.take() else { continue };
                        Heard::Up(Box::new(welcome), deployment)
                    }
                    Some(FromHub::Pong(_)) | None => continue,
                    Some(frame) => Heard::Frame(Box::new(frame)),
                };
                if incoming.send(heard).await.is_err() {
                    return Err(HubError::Other("nobody listens".into()));
                }
            }
            frame = outgoing.recv() => {
                let Some(frame) = frame else { return Err(HubError::Other("nobody speaks".into())) };
                frames.send(frame).await.map_err(closed)?;
            }
            _ = ping.tick() => {
                if heard_at.elapsed() > SILENT_MAX {
                    return Ok("nothing was heard from the hub".into());
                }
                frames.send(client_frame(ToHub::Ping(Ping { nonce: Some(0) }))).await.map_err(closed)?;
            }
        }
    }
}

fn goodbye_reason(code: GoodbyeCode, message: &str) -> Result<String, HubError> {
    match code {
        GoodbyeCode::Unauthenticated | GoodbyeCode::TokenExpired => Err(HubError::NotPermitted(message.to_owned())),
        _ => Ok(message.to_owned()),
    }
}
