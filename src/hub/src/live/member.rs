//! A session that follows parts of the map.

use std::{
    collections::BTreeSet,
    ops::Bound::{Excluded, Unbounded},
    sync::atomic::Ordering,
};

use samband_disclosure::Viewer;
use samband_domain::Timestamp;

use super::{
    area::{Area, CellId},
    class::Class,
};
use crate::{
    fanout::{Item, SessionId, Sink},
    wire::frame::{Encoding, Frame},
};

/// A session's number; the fan-out's.
pub(super) type MemberId = SessionId;

/// A session.
pub(super) struct Member {
    pub(super) name: String,
    pub(super) viewer: Viewer,
    pub(super) unit: Option<String>,
    pub(super) encoding: Encoding,
    pub(super) areas: Vec<Area>,
    pub(super) sink: Box<dyn Sink>,
    /// Cells of which it is to get a key frame: what it holds of them is not what its class has been told.
    owed: BTreeSet<CellId>,
    /// The first of its class's changes of this tick that it has not been sent.
    next: usize,
    /// The cell served last: who is behind for long gets all its cells in turn.
    served: Option<CellId>,
    /// The ledger has it under its class.
    pub(super) ledgered: bool,
}

impl Member {
    pub(super) fn new(
        name: String,
        viewer: Viewer,
        unit: Option<String>,
        encoding: Encoding,
        sink: Box<dyn Sink>,
    ) -> Self {
        let (areas, owed) = (Vec::new(), BTreeSet::new());
        Self { name, viewer, unit, encoding, areas, sink, owed, next: 0, served: None, ledgered: false }
    }

    pub(super) fn follows(&self, cell: CellId) -> bool {
        self.areas.iter().any(|area| area.contains(cell))
    }

    /// Other areas; cells that it did not follow before and that hold something are owed. What it no longer follows it forgets.
    pub(super) fn follow(&mut self, areas: Vec<Area>, class: &Class) {
        self.give_up_changes(class);
        let before = std::mem::replace(&mut self.areas, areas);
        let Self { areas, owed, .. } = self;
        let follows = |cell: &CellId| areas.iter().any(|area| area.contains(*cell));
        let followed = |cell: &CellId| before.iter().any(|area| area.contains(*cell));
        owed.retain(follows);
        owed.extend(class.cells().filter(|cell| follows(cell) && !followed(cell)));
    }

    /// It follows nothing any more.
    pub(super) fn forget(&mut self) {
        self.areas.clear();
        self.owed.clear();
    }

    /// Whether it has not been sent all that its class has been told.
    pub(super) fn is_behind(&self, class: &Class) -> bool {
        !self.owed.is_empty() || self.next < class.changes.len()
    }

    /// Whether anything is to be sent to it.
    pub(super) fn expects(&self, class: &Class) -> bool {
        !self.owed.is_empty() || class.changes.iter().skip(self.next).any(|change| self.follows(change.cell))
    }

    /// What it has not been sent of the tick's changes it is sent as key frames: another tick comes, or other areas.
    pub(super) fn give_up_changes(&mut self, class: &Class) {
        let missed = class.changes.iter().skip(self.next).map(|change| change.cell);
        let missed: Vec<_> = missed.filter(|cell| self.follows(*cell)).collect();
        self.owed.extend(missed);
        self.next = class.changes.len();
    }

    /// A tick has made changes.
    pub(super) fn begin_tick(&mut self, class: &Class) {
        self.next = 0;
        // Who is behind gets key frames until it no longer is: a change on top of what it has missed would be of no use.
        if !self.owed.is_empty() || self.areas.is_empty() {
            self.give_up_changes(class);
        }
    }

    /// Sends what it is behind with, as far as there is room.
    pub(super) fn send(&mut self, class: &mut Class, now: Timestamp) {
        while let Some(cell) = class.changes.get(self.next).map(|change| change.cell) {
            if self.follows(cell) {
                let ready = self.ledgered && self.has_room();
                if !ready || !self.push(class.change_frame(self.next, self.encoding), now) {
                    return;
                }
            }
            self.next += 1;
        }
        self.send_owed(class, now);
    }

    /// Sends key frames of what it is behind with, as far as there is room.
    fn send_owed(&mut self, class: &mut Class, now: Timestamp) {
        while self.ledgered && self.has_room() {
            let after = self.served.and_then(|served| self.owed.range((Excluded(served), Unbounded)).next());
            let Some(cell) = after.or(self.owed.first()).copied() else { return };
            if !self.push(class.key_frame(cell, self.encoding), now) {
                return;
            }
            self.owed.remove(&cell);
            self.served = Some(cell);
        }
    }

    /// The upper half of the outbox is the journal's.
    fn has_room(&self) -> bool {
        self.sink.room() * 2 > self.sink.capacity()
    }

    fn push(&self, frame: Frame, now: Timestamp) -> bool {
        let pushed = self.sink.push(Item { frame, position: 0 }).is_ok();
        if pushed {
            self.sink.gauge().map_at.store(now.0, Ordering::Relaxed);
        }
        pushed
    }
}
