//! The WebSocket: one frame a message, protobuf or JSON by subprotocol. Compression is never offered: sizes would tell.

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        self, Message,
        protocol::{Role, WebSocketConfig},
    },
};

use super::driver::{Gone, Read, Wire};
use crate::{
    limits,
    wire::{
        frame::{Encoding, Frame},
        incoming::{self, Unreadable},
    },
};

/// Subprotocol with protobuf in binary messages.
pub const PROTO: &str = "samband.v1.proto";
/// Subprotocol with canonical proto JSON in text messages.
pub const JSON: &str = "samband.v1.json";

/// A client over WebSocket.
pub struct WebSocket<S> {
    stream: WebSocketStream<S>,
    encoding: Encoding,
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> WebSocket<S> {
    /// Over a socket whose upgrade has been answered.
    pub async fn accepted(socket: S, encoding: Encoding) -> Self {
        let config = WebSocketConfig::default()
            .max_message_size(Some(limits::FRAME_BYTES_MAX))
            .max_frame_size(Some(limits::FRAME_BYTES_MAX))
            // Clients say little at a time; the buffer is cleared before each read, which 128 KiB would make the dearest thing here.
            .read_buffer_size(4 * 1024)
            // What is due is fed and flushed once; below this size it is one write.
            .write_buffer_size(128 * 1024);
        Self { stream: WebSocketStream::from_raw_socket(socket, Role::Server, Some(config)).await, encoding }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Wire for WebSocket<S> {
    async fn read(&mut self) -> Read {
        let message = match self.stream.next().await {
            None => return Read::Gone,
            Some(Err(tungstenite::Error::Capacity(_))) => return Read::TooLarge,
            Some(Err(_)) => return Read::Gone,
            Some(Ok(message)) => message,
        };
        match (message, self.encoding) {
            (Message::Binary(bytes), Encoding::Proto) => Read::Frame(Box::new(incoming::frame(&bytes))),
            (Message::Text(text), Encoding::Json) => Read::Frame(Box::new(incoming::frame_json(&text))),
            (Message::Text(_) | Message::Binary(_), _) => Read::Frame(Box::new(Err(Unreadable::Framing))),
            (Message::Close(_), _) => Read::Gone,
            (Message::Ping(_) | Message::Pong(_) | Message::Frame(_), _) => Read::Nothing,
        }
    }

    async fn write(&mut self, frames: &mut Vec<Frame>) -> Result<(), Gone> {
        for frame in frames.drain(..) {
            let bytes = frame.bytes().clone();
            let message = match self.encoding {
                Encoding::Proto => Message::Binary(bytes),
                Encoding::Json => Message::Text(bytes.try_into().map_err(|_| Gone)?),
            };
            self.stream.feed(message).await.map_err(|_| Gone)?;
        }
        self.stream.flush().await.map_err(|_| Gone)
    }

    fn encoding(&self) -> Encoding {
        self.encoding
    }
}
