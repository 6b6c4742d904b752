//! A session as the fan-out knows it.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, atomic::Ordering},
};

use samband_disclosure::{Disclosed, DisclosureClass, EventBytes, Viewer, presence::Listener};
use samband_domain::{IncidentId, Scope, TalkgroupId, Timestamp, UnitId};
use sha2::{Digest as _, Sha256};

use super::{
    catch_up::Job,
    sink::{Item, Sink},
};
use crate::wire::frame::{self, Control, Encoding, Frame};

/// What a session has asked to be sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Following {
    /// Everything it may see.
    pub all: bool,
    /// These.
    pub incidents: BTreeSet<IncidentId>,
    /// Talkgroups it is affiliated to. Presence: no part of what a resume token holds on to.
    pub talkgroups: BTreeSet<TalkgroupId>,
}

impl Following {
    /// Whether the scope is among them.
    pub fn includes(&self, scope: &Scope) -> bool {
        match scope {
            Scope::Incident(incident) => self.all || self.incidents.contains(incident),
            Scope::Talkgroup(talkgroup) => self.talkgroups.contains(talkgroup),
            Scope::Unit(_) | Scope::Pool(_) => self.all,
        }
    }

    /// Whether it was named, and not only among all.
    pub(super) fn names(&self, scope: &Scope) -> bool {
        scope.incident().is_none_or(|incident| self.incidents.contains(&incident))
    }

    /// Digest for the resume token: another choice starts afresh.
    pub fn digest(&self) -> [u8; 16] {
        let mut hash = Sha256::new();
        hash.update([u8::from(self.all)]);
        self.incidents.iter().for_each(|incident| hash.update(incident.0));
        let mut digest = [0; 16];
        digest.copy_from_slice(&hash.finalize()[..16]);
        digest
    }
}

/// A scope as a session holds it.
pub(super) struct Holding {
    /// Its class; the feed's group has the same.
    pub(super) class: Arc<DisclosureClass>,
    /// Something of it has been sent.
    pub(super) shown: bool,
    /// The ledger has the session under this class.
    pub(super) ledgered: bool,
    /// It could not be entered; that it gets what is vital is spooled.
    pub(super) spooled: bool,
}

/// A registered session.
pub(super) struct Member {
    pub(super) name: String,
    pub(super) viewer: Viewer,
    pub(super) unit: Option<UnitId>,
    /// The person in its token: a release may be for one.
    pub(super) person: Option<String>,
    pub(super) principal: [u8; 32],
    pub(super) encoding: Encoding,
    pub(super) following: Following,
    pub(super) sink: Box<dyn Sink>,
    pub(super) holdings: BTreeMap<Scope, Holding>,
    /// Scopes it is behind with. Live events of these wait.
    pub(super) jobs: BTreeMap<Scope, Job>,
    /// Talkgroups of which it is to be told who listens.
    pub(super) owes_listeners: BTreeSet<TalkgroupId>,
    /// Who listens, as it was last told: what looks the same is not told again, for that would tell of what it does not see.
    pub(super) listeners: BTreeMap<TalkgroupId, Vec<Listener>>,
    /// CaughtUp is owed when the jobs are done.
    pub(super) owes_caught_up: bool,
    /// A Checkpoint is owed when the jobs are done.
    pub(super) owes_checkpoint: bool,
    pub(super) updates_since_checkpoint: u32,
    /// Since when it has taken nothing although something is due.
    pub(super) stuck_since: Option<Timestamp>,
    /// Position the ledger last heard it had flushed.
    pub(super) marked: u64,
}

impl Member {
    /// Sends a frame without an event; false: no room.
    pub(super) fn control(&self, control: Control) -> bool {
        let frame = frame::control(control, self.encoding);
        self.sink.push(Item { frame, position: 0 }).is_ok()
    }

    /// Sends an event; false: no room.
    pub(super) fn update(&mut self, scope: &Scope, frame: Frame, position: u64) -> bool {
        if self.sink.push(Item { frame, position }).is_err() {
            return false;
        }
        self.updates_since_checkpoint += 1;
        if let Some(holding) = self.holdings.get_mut(scope)
            && !holding.shown
        {
            holding.shown = true;
            self.counts(scope, true);
        }
        true
    }

    /// Whether it was told just this of who listens.
    pub(super) fn knows_listeners(&self, talkgroup: &TalkgroupId, seen: &[Listener]) -> bool {
        self.listeners.get(talkgroup).is_some_and(|told| told == seen)
    }

    /// One more, or one less, incident is held.
    pub(super) fn counts(&self, scope: &Scope, held: bool) {
        if scope.incident().is_none() {
            return;
        }
        let gauge = &self.sink.gauge().held;
        _ = if held { gauge.fetch_add(1, Ordering::Relaxed) } else { gauge.fetch_sub(1, Ordering::Relaxed) };
    }

    pub(super) fn encode(&self, event: &Disclosed<EventBytes>) -> Frame {
        frame::update(event, self.encoding)
    }
}
