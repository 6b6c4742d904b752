//! The line we hold ourselves against: the same bytes written to the same number of sockets, sixteen frames a write, and nothing else.

use std::{
    io::Write as _,
    net::{TcpListener, TcpStream},
    time::Duration,
};

use crate::{
    Done,
    table::{Stopwatch, say},
};

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
    let batch = frame(frame_bytes)?.repeat(BATCH);
    loop {
        for socket in &mut sockets {
            // The bench has closed its end: it has measured enough.
            if socket.write_all(&batch).is_err() {
                return Ok(());
            }
        }
    }
}

/// Accepts the sessions, and every second writes so many frames to each, sixteen a write.
pub(crate) fn write_ticks(sessions: usize, frames: usize, frame_bytes: usize) -> Done {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    say(&listener.local_addr()?.to_string());
    let mut sockets: Vec<TcpStream> = Vec::new();
    for _ in 0..sessions {
        sockets.push(listener.accept()?.0);
    }
    let batch = frame(frame_bytes)?.repeat(BATCH);
    let one = batch.len() / BATCH;
    loop {
        let watch = Stopwatch::start();
        for socket in &mut sockets {
            for begin in (0..frames).step_by(BATCH) {
                if socket.write_all(&batch[..one * BATCH.min(frames - begin)]).is_err() {
                    return Ok(());
                }
            }
        }
        std::thread::sleep(Duration::from_secs(1).saturating_sub(watch.elapsed()));
    }
}

/// A WebSocket frame without mask: two bytes of head, two of length.
fn frame(frame_bytes: usize) -> Result<Vec<u8>, std::num::TryFromIntError> {
    let mut frame = vec![0x82, 126];
    frame.extend_from_slice(&u16::try_from(frame_bytes)?.to_be_bytes());
    frame.extend(std::iter::repeat_n(7, frame_bytes));
    Ok(frame)
}
