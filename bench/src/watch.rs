//! A session that looks into what it receives.

use prost::Message as _;
use samband_proto::v1::{self as pb, event::Body, server_frame::Frame};
use tokio::{io::AsyncReadExt as _, net::TcpStream};

use crate::fanout::{Error, connect, frame_at};

/// A session over WebSocket, frame by frame.
pub(crate) struct Watch {
    socket: TcpStream,
    buffer: Vec<u8>,
    from: usize,
    filled: usize,
}

/// What came until what was waited for.
#[derive(Default)]
pub(crate) struct Came {
    pub(crate) updates: u64,
    pub(crate) bytes: u64,
}

impl Watch {
    pub(crate) async fn join(people: &str, seat: &str) -> Result<Self, Error> {
        Ok(Self { socket: connect(people, seat, None).await?, buffer: vec![0; 1 << 20], from: 0, filled: 0 })
    }

    /// The next frame and its length.
    pub(crate) async fn next(&mut self) -> Result<(Frame, usize), Error> {
        loop {
            if let Some((head, length)) = frame_at(&self.buffer[self.from..self.filled]) {
                let at = self.from + head;
                self.from = at + length;
                let frame = pb::ServerFrame::decode(&self.buffer[at..at + length])?;
                return Ok((frame.frame.ok_or("an empty frame")?, length));
            }
            self.buffer.copy_within(self.from..self.filled, 0);
            self.filled -= self.from;
            self.from = 0;
            let read = self.socket.read(&mut self.buffer[self.filled..]).await?;
            if read == 0 {
                return Err("the hub ended the session".into());
            }
            self.filled += read;
        }
    }

    /// Takes frames until one is as asked; counts the updates among them, that one included.
    pub(crate) async fn until(&mut self, wanted: impl Fn(&Frame) -> bool) -> Result<Came, Error> {
        let mut came = Came::default();
        loop {
            let (frame, length) = self.next().await?;
            if matches!(frame, Frame::Update(_)) {
                came.updates += 1;
                came.bytes += length as u64;
            }
            if wanted(&frame) {
                return Ok(came);
            }
        }
    }
}

/// What an update says.
pub(crate) fn body(frame: &Frame) -> Option<&Body> {
    match frame {
        Frame::Update(update) => update.event.as_ref()?.body.as_ref(),
        _ => None,
    }
}
