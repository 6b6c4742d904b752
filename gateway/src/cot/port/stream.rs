//! A connection as a stream of octets: TCP or TLS.

use std::time::Duration;

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadHalf, WriteHalf},
    sync::mpsc,
    time::Instant,
};

use super::{Batch, ClientId, Ended, FromClients, now_ms};
use crate::cot::session::{Heard, Session};

/// A client that has taken nothing for so long is sent away.
const WRITE_MAX: Duration = Duration::from_secs(20);
const READ_BYTES: usize = 16 * 1024;
/// As a client of another server: how often it is asked, and how long it may say nothing.
const PING_EVERY: Duration = Duration::from_secs(15);
const SILENT_MAX: Duration = Duration::from_secs(60);
/// How long an answer to the negotiation is awaited, at least.
const ANSWER_MAX: Duration = Duration::from_secs(90);

/// Events a second that are taken from a client for long; another server has many behind it.
const CLIENT_EVENTS: u32 = 50;
const PEER_EVENTS: u32 = 1_000;
/// So many seconds' worth at once.
const BURST: Duration = Duration::from_secs(5);

/// What a connection holds of the gateway.
pub(super) struct Ends {
    client: ClientId,
    heard: mpsc::Sender<FromClients>,
    batches: mpsc::Receiver<Batch>,
    /// The time of one event, and until when what has come is paid for.
    each: Duration,
    paid_until: Instant,
}

impl Ends {
    pub(super) fn new(
        client: ClientId,
        heard: mpsc::Sender<FromClients>,
        batches: mpsc::Receiver<Batch>,
        peer: bool,
    ) -> Self {
        let each = Duration::from_secs(1) / if peer { PEER_EVENTS } else { CLIENT_EVENTS };
        Self { client, heard, batches, each, paid_until: Instant::now() }
    }

    /// What is to be sent next.
    pub(super) async fn batch(&mut self) -> Option<Batch> {
        self.batches.recv().await
    }

    /// Hands over what was heard; whether anybody listens. A client that says more than its share waits, and nobody else.
    pub(super) async fn hand_over(&mut self, heard: Heard) -> Result<(), Ended> {
        let count = u32::try_from(heard.events.len() + heard.unreadable.len()).unwrap_or(u32::MAX);
        self.paid_until = self.paid_until.max(Instant::now()) + self.each.saturating_mul(count);
        if let Some(at) = self.paid_until.checked_sub(BURST) {
            tokio::time::sleep_until(at).await;
        }
        for error in heard.unreadable {
            self.heard.send(FromClients::Unreadable(self.client, error)).await.map_err(|_| Ended::Ending)?;
        }
        // Nothing but pings is heard too: the connection is alive.
        if !heard.events.is_empty() || !heard.answer.is_empty() {
            self.heard.send(FromClients::Events(self.client, heard.events)).await.map_err(|_| Ended::Ending)?;
        }
        Ok(())
    }
}

/// Runs until the connection ends.
pub(super) async fn run<S: AsyncRead + AsyncWrite>(
    stream: S,
    mut session: Session,
    ends: &mut Ends,
    ask: bool,
) -> Ended {
    let (read, mut write) = tokio::io::split(stream);
    let opening = session.opening(now_ms());
    let ended = match send(&mut write, &opening).await {
        Ok(()) => talk(read, &mut write, &mut session, ends, ask).await.err().unwrap_or(Ended::Closed),
        Err(ended) => ended,
    };
    // Best effort: the other end may be gone already.
    let _ = tokio::time::timeout(Duration::from_secs(1), write.shutdown()).await;
    ended
}

async fn talk<S: AsyncRead + AsyncWrite>(
    mut read: ReadHalf<S>,
    write: &mut WriteHalf<S>,
    session: &mut Session,
    ends: &mut Ends,
    ask: bool,
) -> Result<(), Ended> {
    let mut octets = vec![0; READ_BYTES];
    let mut ping = tokio::time::interval(PING_EVERY);
    let (mut heard_at, mut asked_at) = (Instant::now(), None);
    loop {
        tokio::select! {
            count = read.read(&mut octets) => {
                let count = count?;
                if count == 0 {
                    return Ok(());
                }
                heard_at = Instant::now();
                let heard = session.octets(&octets[..count], now_ms())?;
                send(write, &heard.answer).await?;
                ends.hand_over(heard).await?;
                asked_at = session.is_waiting().then(|| asked_at.unwrap_or_else(Instant::now));
            }
            batch = ends.batch(), if !session.is_waiting() => {
                // Its end was dropped: it did not keep up.
                let Some(batch) = batch else { return Err(Ended::Slow) };
                let form = session.form();
                let octets: Vec<u8> = batch.iter().flat_map(|event| event.octets(form)).copied().collect();
                send(write, &octets).await?;
            }
            _ = ping.tick(), if ask => {
                let unanswered = asked_at.is_some_and(|at: Instant| at.elapsed() > ANSWER_MAX);
                if heard_at.elapsed() > SILENT_MAX || unanswered {
                    return Err(Ended::Silent);
                }
                if !session.is_waiting() {
                    send(write, &session.ping(now_ms())).await?;
                }
            }
        }
    }
}

async fn send<S: AsyncWrite>(write: &mut WriteHalf<S>, octets: &[u8]) -> Result<(), Ended> {
    if octets.is_empty() {
        return Ok(());
    }
    let all = async {
        write.write_all(octets).await?;
        write.flush().await
    };
    Ok(tokio::time::timeout(WRITE_MAX, all).await.map_err(|_| Ended::Slow)??)
}
