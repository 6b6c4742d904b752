//! A session's outbox: a bounded queue between the fan-out's thread and the session's task.

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
