//! A session's outbox: a bounded queue between the fan-out's thread, the live map's, and the session's task.

use std::sync::Arc;

use tokio::sync::mpsc;

use crate::{
    fanout::{
        Item, Sink,
        sink::{Full, Gauge},
    },
    limits,
};

/// The fan-out's end.
pub(super) struct Outbox {
    frames: mpsc::Sender<Item>,
    gauge: Arc<Gauge>,
}

/// The session's end.
pub(super) struct Outgoing {
    pub(super) frames: mpsc::Receiver<Item>,
    pub(super) gauge: Arc<Gauge>,
}

pub(super) fn outbox() -> (Outbox, Outgoing) {
    let (sender, receiver) = mpsc::channel(limits::SESSION_OUTBOX_FRAMES_MAX);
    let gauge = Arc::new(Gauge::default());
    (Outbox { frames: sender, gauge: gauge.clone() }, Outgoing { frames: receiver, gauge })
}

/// The live map's end. It does not keep the outbox open: when the fan-out lets go of its end, the session is over.
pub(super) struct MapOutbox {
    frames: mpsc::WeakSender<Item>,
    capacity: usize,
    gauge: Arc<Gauge>,
}

impl Outbox {
    /// A second end, for the live map.
    pub(super) fn for_map(&self) -> MapOutbox {
        MapOutbox { frames: self.frames.downgrade(), capacity: self.frames.max_capacity(), gauge: self.gauge.clone() }
    }
}

impl Sink for MapOutbox {
    fn push(&self, item: Item) -> Result<(), Full> {
        self.frames.upgrade().ok_or(Full)?.try_send(item).map_err(|_| Full)
    }

    fn room(&self) -> usize {
        self.frames.upgrade().map_or(0, |frames| frames.capacity())
    }

    fn capacity(&self) -> usize {
        self.capacity
    }

    fn gauge(&self) -> &Arc<Gauge> {
        &self.gauge
    }
}

impl Sink for Outbox {
    fn push(&self, item: Item) -> Result<(), Full> {
        self.frames.try_send(item).map_err(|_| Full)
    }

    fn room(&self) -> usize {
        self.frames.capacity()
    }

    fn capacity(&self) -> usize {
        self.frames.max_capacity()
    }

    fn gauge(&self) -> &Arc<Gauge> {
        &self.gauge
    }
}
