//! An outbox in a test's hands.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use samband_hub::fanout::{
    Item, Sink,
    sink::{Full, Gauge},
};

/// An outbox that a test empties.
#[derive(Clone)]
pub struct TestSink {
    items: Arc<Mutex<VecDeque<Item>>>,
    capacity: usize,
    gauge: Arc<Gauge>,
}

impl TestSink {
    /// With so many places.
    pub fn new(capacity: usize) -> Self {
        Self { items: Arc::default(), capacity, gauge: Arc::default() }
    }

    /// What waits, taken out.
    pub fn take(&self) -> Vec<Item> {
        self.take_some(usize::MAX)
    }

    /// The first of what waits, taken out.
    pub fn take_some(&self, most: usize) -> Vec<Item> {
        let take = |mut items: std::sync::MutexGuard<'_, VecDeque<Item>>| {
            let count = most.min(items.len());
            items.drain(..count).collect()
        };
        self.items.lock().map(take).unwrap_or_default()
    }
}

impl Sink for TestSink {
    fn push(&self, item: Item) -> Result<(), Full> {
        let Ok(mut items) = self.items.lock() else { return Err(Full) };
        if items.len() >= self.capacity {
            return Err(Full);
        }
        items.push_back(item);
        Ok(())
    }

    fn room(&self) -> usize {
        self.items.lock().map_or(0, |items| self.capacity - items.len())
    }

    fn capacity(&self) -> usize {
        self.capacity
    }

    fn gauge(&self) -> &Arc<Gauge> {
        &self.gauge
    }
}
