//! Catching up: what a session is behind with, incident by incident, each whole and in its own order.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::atomic::Ordering,
};

use samband_disclosure::{Disclosed, DisclosureClass, EventBytes, Policy};
use samband_domain::{Scope, Timestamp};

use super::{entry::enter_in_ledger, feed::Feed, member::Member};
use crate::{ledger::Ledger, limits, session::resume::Sealer, wire::frame::Control};

/// What is owed of one incident.
pub(super) struct Job {
    pub(super) kind: Kind,
    /// Order among the jobs.
    pub(super) number: u64,
    /// Frames made and not sent. Made when the job's turn comes, so that decisions hold at delivery.
    pub(super) started: Option<Started>,
}

pub(super) struct Started {
    pub(super) waiting: VecDeque<(u64, Disclosed<EventBytes>)>,
    /// Position up to which the frames were made: what is newer comes after them.
    pub(super) up_to: u64,
}

/// How much of the incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Everything in force; the session holds nothing of it yet.
    Fresh,
    /// Everything in force, anew: the class has changed.
    Restart,
    /// What came after this position.
    After(u64),
}

/// Serves one session what it is behind with.
pub(super) struct Serve<'a> {
    pub(super) feeds: &'a BTreeMap<Scope, Feed>,
    pub(super) policy: &'a Policy,
    pub(super) ledger: &'a Ledger,
    pub(super) sealer: &'a Sealer,
    pub(super) position: u64,
    pub(super) now: Timestamp,
}

/// What came of serving a job.
enum Progress {
    Done,
    NoRoom,
}

impl Serve<'_> {
    /// Sends as much as there is room for; true: the session has caught up.
    pub(super) fn member(&mut self, member: &mut Member) -> bool {
        let room_before = member.sink.room();
        while let Some(scope) = self.next_job(member) {
            let Some(mut job) = member.jobs.remove(&scope) else { break };
            if let Progress::NoRoom = self.job(member, &scope, &mut job) {
                member.jobs.insert(scope, job);
                let moved = member.sink.room() < room_before;
                let since = member.stuck_since.filter(|_| !moved).unwrap_or(self.now);
                member.stuck_since = Some(since);
                member.sink.gauge().behind.store(true, Ordering::SeqCst);
                return false;
            }
        }
        member.stuck_since = None;
        if member.owes_caught_up {
            if !member.control(Control::CaughtUp) {
                return false;
            }
            member.owes_caught_up = false;
        }
        if member.owes_checkpoint {
            if !super::core::checkpoint(member, self.sealer, self.policy, self.ledger, self.position) {
                return false;
            }
            member.owes_checkpoint = false;
        }
        true
    }

    /// Where the session sees somebody in distress, then incidents with something of the organisation's own unanswered, then in order.
    fn next_job(&self, member: &Member) -> Option<Scope> {
        let distress = |scope: &Scope| {
            let class = member.holdings.get(scope).map(|holding| &holding.class);
            self.feeds.get(scope).zip(class).is_some_and(|(feed, class)| feed.shows_distress(class))
        };
        let waits =
            |scope: &Scope| self.feeds.get(scope).is_some_and(|feed| feed.waits_for(&member.viewer.organisation));
        // A job that has begun is finished first: each incident whole.
        let rank = |(scope, job): &(&Scope, &Job)| (job.started.is_none(), !distress(scope), !waits(scope), job.number);
        member.jobs.iter().min_by_key(rank).map(|(scope, _)| scope.clone())
    }

    fn job(&mut self, member: &mut Member, scope: &Scope, job: &mut Job) -> Progress {
        let Some(feed) = self.feeds.get(scope) else { return Progress::Done };
        if !has_room(member) {
            return Progress::NoRoom;
        }
        let started = match job.started.take() {
            Some(started) => started,
            None => match self.start(member, scope, job.kind, feed) {
                Some(started) => started,
                None => return Progress::NoRoom,
            },
        };
        let Started { mut waiting, up_to } = started;
        while let Some((position, event)) = waiting.pop_front() {
            let frame = member.encode(&event);
            if !has_room(member) || !member.update(scope, frame, position) {
                waiting.push_front((position, event));
                job.started = Some(Started { waiting, up_to });
                return Progress::NoRoom;
            }
        }
        if feed.last_position() > up_to {
            // It went on while this was sent: the rest follows, under the class of then.
            job.kind = Kind::After(up_to);
            return self.job(member, scope, job);
        }
        Progress::Done
    }

    /// Makes the frames' events; none: there was no room for the Restart before them.
    fn start(&mut self, member: &mut Member, scope: &Scope, kind: Kind, feed: &Feed) -> Option<Started> {
        let holding = member.holdings.get(scope)?;
        let (class, shown, ledgered) = (holding.class.clone(), holding.shown, holding.ledgered);
        let make = |class: &DisclosureClass| match kind {
            Kind::Fresh | Kind::Restart => feed.in_force(class, self.now),
            Kind::After(position) => feed.after(position, class),
        };
        let mut events = make(&class);
        if !events.is_empty() && !ledgered {
            let from = events.first().map_or(0, |(position, _)| *position);
            if !enter_in_ledger(self.ledger, self.policy, scope, std::iter::once(&mut *member), from, self.now) {
                events = make(&class.only(self.policy.vital()));
            }
        }
        // What the session holds nothing of needs no Restart; and one for what it may not see would tell that it exists.
        // Who comes to a talkgroup may hold what was said there before its last session ended.
        let comes_back = kind == Kind::Fresh && matches!(scope, Scope::Talkgroup(_));
        if (kind == Kind::Restart && shown) || comes_back {
            if !member.control(Control::Restart(scope.clone())) {
                return None;
            }
            if let Some(holding) = member.holdings.get_mut(scope)
                && std::mem::take(&mut holding.shown)
            {
                member.counts(scope, false);
            }
        }
        member.owes_checkpoint |= shown || !events.is_empty();
        Some(Started { waiting: events.into(), up_to: feed.last_position() })
    }
}

/// Catching up leaves part of the outbox free for what is live.
fn has_room(member: &Member) -> bool {
    let kept_free = limits::SESSION_OUTBOX_FRAMES_MAX - limits::SESSION_CATCH_UP_FRAMES_MAX;
    member.sink.room() * limits::SESSION_OUTBOX_FRAMES_MAX > member.sink.capacity() * kept_free
}
