//! The line we hold ourselves against: the same bytes written to the same number of sockets, sixteen frames a write, and nothing else.

use std::{
    io::Write as _,
    net::{TcpListener, TcpStream},
};

use crate::{Done, table::say};

/// Frames in one write.
const BATCH: usize = 16;

/// Accepts the sessions and writes to each in turn until they are gone.
pub(crate) fn write_forever(sessions: usize, frame_bytes: usize) -> Done {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    say(&listener.local_addr()?.to_string());
    let mut sockets: Vec<TcpStream> = Vec::new();
    for _ in 0..sessions {
        sockets.push(listener.accept()?.0);
    }
    // A WebSocket frame without mask: two bytes of head, two of length.
    let mut frame = vec![0x82, 126];
    frame.extend_from_slice(&u16::try_from(frame_bytes)?.to_be_bytes());
    frame.extend(std::iter::repeat_n(7, frame_bytes));
    let batch = frame.repeat(BATCH);
    loop {
        for socket in &mut sockets {
            // The bench has closed its end: it has measured enough.
            if socket.write_all(&batch).is_err() {
                return Ok(());
            }
        }
    }
}
