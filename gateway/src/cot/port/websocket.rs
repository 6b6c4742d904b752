//! A connection as WebSocket, as pytak speaks it: a stream frame in each binary message.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Error, Message,
        handshake::server::{ErrorResponse, Request, Response},
        http::StatusCode,
        protocol::WebSocketConfig,
    },
};

use super::{Ended, now_ms, stream::Ends};
use crate::cot::{
    EVENT_BYTES_MAX,
    session::{Form, Heard, Session},
};

/// Where TAK servers have it.
const PATH: &str = "/takproto/1";
const WRITE_MAX: Duration = Duration::from_secs(20);
/// A frame's own octets beside the event.
const HEAD_BYTES: usize = 16;

/// The handshake.
pub(super) async fn accept<S: AsyncRead + AsyncWrite + Unpin>(stream: S) -> Result<WebSocketStream<S>, Ended> {
    let most = Some(EVENT_BYTES_MAX + HEAD_BYTES);
    let config = WebSocketConfig::default().max_message_size(most).max_frame_size(most);
    tokio_tungstenite::accept_hdr_async_with_config(stream, check, Some(config)).await.map_err(ended)
}

#[expect(clippy::result_large_err, reason = "the form of the callback is the library's")]
fn check(request: &Request, response: Response) -> Result<Response, ErrorResponse> {
    let refuse = |status: StatusCode| {
        let mut refused = ErrorResponse::new(None);
        *refused.status_mut() = status;
        Err(refused)
    };
    if request.uri().path().trim_end_matches('/') != PATH {
        return refuse(StatusCode::NOT_FOUND);
    }
    // No TAK client is a page: a page that somebody has open on the same machine must not speak for a unit.
    if request.headers().contains_key("origin") {
        return refuse(StatusCode::FORBIDDEN);
    }
    Ok(response)
}

/// Runs until the connection ends.
pub(super) async fn run<S: AsyncRead + AsyncWrite + Unpin>(mut socket: WebSocketStream<S>, ends: &mut Ends) -> Ended {
    let ended = talk(&mut socket, ends).await.err().unwrap_or(Ended::Closed);
    // Best effort: the other end may be gone already.
    let _ = tokio::time::timeout(Duration::from_secs(1), socket.close(None)).await;
    ended
}

async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    socket: &mut WebSocketStream<S>,
    ends: &mut Ends,
) -> Result<(), Ended> {
    let mut session = Session::websocket();
    loop {
        tokio::select! {
            message = socket.next() => {
                let heard = match message.transpose().map_err(ended)? {
                    Some(Message::Binary(octets)) => session.message_in(&octets, now_ms())?,
                    Some(Message::Text(text)) => session.message_in(text.as_bytes(), now_ms())?,
                    Some(Message::Close(_)) | None => return Ok(()),
                    Some(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)) => Heard::default(),
                };
                if !heard.answer.is_empty() {
                    send(socket, std::iter::once(heard.answer.clone())).await?;
                }
                ends.hand_over(heard).await?;
            }
            batch = ends.batch() => {
                let Some(batch) = batch else { return Err(Ended::Slow) };
                send(socket, batch.iter().map(|event| event.octets(Form::Frames).to_vec())).await?;
            }
        }
    }
}

async fn send<S: AsyncRead + AsyncWrite + Unpin>(
    socket: &mut WebSocketStream<S>,
    frames: impl Iterator<Item = Vec<u8>>,
) -> Result<(), Ended> {
    let all = async {
        for frame in frames {
            socket.feed(Message::binary(frame)).await?;
        }
        socket.flush().await
    };
    tokio::time::timeout(WRITE_MAX, all).await.map_err(|_| Ended::Slow)?.map_err(ended)
}

fn ended(error: Error) -> Ended {
    match error {
        Error::ConnectionClosed | Error::AlreadyClosed => Ended::Closed,
        Error::Io(error) => error.into(),
        // What it says of the other end's octets is the library's own words.
        error => Ended::Io(error.to_string()),
    }
}
