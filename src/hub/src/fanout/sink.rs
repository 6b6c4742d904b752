//! Where a session's frames wait for its socket.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicI32, AtomicI64, AtomicU32, AtomicU64, Ordering},
};

use samband_proto::v1::GoodbyeCode;

use crate::wire::frame::Frame;

/// A frame on its way to a socket.
#[derive(Clone, Debug)]
pub struct Item {
    /// What is sent.
    pub frame: Frame,
    /// Journal position of the event in it; 0 for a frame without one. For the ledger's delivered-up-to marks, never sent.
    pub position: u64,
}

/// What the fan-out and the session's driver tell each other beside the frames.
#[derive(Debug, Default)]
pub struct Gauge {
    /// Incidents the session holds.
    pub held: AtomicU32,
    /// Position up to which frames were flushed to the socket.
    pub flushed: AtomicU64,
    /// The fan-out waits for room.
    pub behind: AtomicBool,
    /// When the last map frame was handed over, the hub's time in milliseconds; 0: none has been.
    pub map_at: AtomicI64,
    /// Why the fan-out ended the session, as the number of a `GoodbyeCode`; 0: it has not.
    goodbye: AtomicI32,
}

impl Gauge {
    /// The session is to end with this.
    pub fn goodbye(&self, code: GoodbyeCode) {
        self.goodbye.store(code as i32, Ordering::SeqCst);
    }

    /// Why it was ended.
    pub fn ended(&self) -> Option<GoodbyeCode> {
        GoodbyeCode::try_from(self.goodbye.load(Ordering::SeqCst)).ok().filter(|code| *code != GoodbyeCode::Unspecified)
    }
}

/// A bounded outbox. Never blocks.
pub trait Sink: Send {
    /// Takes the frame, or says that there is no room.
    fn push(&self, item: Item) -> Result<(), Full>;
    /// How many more frames it takes.
    fn room(&self) -> usize;
    /// How many frames it takes when it is empty.
    fn capacity(&self) -> usize;
    /// Shared figures.
    fn gauge(&self) -> &Arc<Gauge>;
}

/// No room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Full;
