//! The fan-out itself: no task, no clock, no socket. Records go in, frames go to sinks.

use std::{
    collections::{BTreeMap, BTreeSet},
    str::FromStr as _,
    sync::{Arc, atomic::Ordering},
};

use samband_disclosure::{Policy, Viewer, redact};
use samband_domain::{EventId, Scope, Timestamp, UnitId, directory::Directory};
use samband_journal::{Payload, Record};
use samband_proto::v1::GoodbyeCode;

use super::{
    catch_up::{Job, Kind, Serve},
    entry::{enter_in_ledger, mark},
    feed::{Feed, Held},
    member::{Following, Member},
    placing::{Placements, Placing},
    releases::Clocks,
    sink::Sink,
};
use crate::{
    ledger::Ledger,
    limits,
    session::resume::{Position, Sealer},
    wire::{
        frame::{Control, Encoding, Frame},
        stored::StoredEvent,
    },
};

/// A session's number in this fan-out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub u64);

/// A session that begins.
pub struct Join {
    /// Its number, chosen by who hands it over.
    pub session: SessionId,
    /// Name in the ledger.
    pub name: String,
    /// Who looks.
    pub viewer: Viewer,
    /// Which unit: for the ledger, and for who listens on a talkgroup.
    pub unit: Option<UnitId>,
    /// The person in its token.
    pub person: Option<String>,
    /// Digest of the principal: a resume token is its own.
    pub principal: [u8; 32],
    /// How its frames are encoded.
    pub encoding: Encoding,
    /// What it has asked for.
    pub following: Following,
    /// From where it goes on, if it may.
    pub resume: Option<Position>,
    /// Its outbox.
    pub sink: Box<dyn Sink>,
}

/// Follows the journal and serves the sessions.
pub struct Fanout {
    pub(super) policy: Arc<Policy>,
    pub(super) ledger: Arc<Ledger>,
    pub(super) sealer: Sealer,
    pub(super) directory: Arc<Directory>,
    pub(super) feeds: BTreeMap<Scope, Feed>,
    pub(super) members: BTreeMap<SessionId, Member>,
    /// Sessions with something to catch up with.
    pub(super) behind: BTreeSet<SessionId>,
    pub(super) placing: Placing,
    /// Scopes with a release in force.
    pub(super) releasing: BTreeSet<Scope>,
    steady: Timestamp,
    position: u64,
    pub(super) numbers: u64,
}

impl Fanout {
    /// With nothing taken in.
    pub fn new(policy: Arc<Policy>, ledger: Arc<Ledger>, sealer: Sealer, directory: Arc<Directory>) -> Self {
        Self {
            policy,
            ledger,
            sealer,
            directory,
            feeds: BTreeMap::new(),
            members: BTreeMap::new(),
            behind: BTreeSet::new(),
            placing: Placing::default(),
            releasing: BTreeSet::new(),
            steady: Timestamp::default(),
            position: 0,
            numbers: 0,
        }
    }

    /// Position of the newest record taken in.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Sessions registered.
    pub fn sessions(&self) -> usize {
        self.members.len()
    }

    /// Tells somebody how units stand, from now on.
    pub fn tell_placements(&mut self, placements: Box<dyn Placements>) {
        self.placing.tell(placements);
    }

    /// So much time has passed by the clock that never jumps.
    pub fn steady(&mut self, steady: Timestamp) {
        self.steady = steady;
    }

    pub(super) fn clocks(&self, now: Timestamp) -> Clocks {
        Clocks { now, steady: self.steady }
    }

    /// Takes in a durable record and delivers it. A record this hub cannot read reaches nobody.
    pub fn take_in(&mut self, record: &Record, now: Timestamp) {
        self.position = record.position.0;
        let Payload::Present(payload) = &record.payload else { return };
        let Ok(scope) = Scope::from_str(record.stream.as_str()) else { return };
        self.expire(now);
        let Some(stored) = StoredEvent::read(payload) else {
            tracing::error!(position = record.position.0, "A record cannot be read and is not delivered");
            return;
        };
        let Some(event) = stored.undisclosed(record.position.0) else { return };
        let references = event.references.keys().copied().collect();
        let (key, at_ms) = (stored.control.in_force_key.clone(), record.at_ms);
        let held = Held { event, key, id: EventId(record.id.0), references, at_ms };
        let clocks = self.clocks(now);
        let feed = self.feeds.entry(scope.clone()).or_insert_with(|| Feed::new(&scope, &self.directory));
        let first = feed.events.is_empty();
        let changed = feed.take_in(&stored, held, clocks);
        match feed.releases.none_open() {
            true => _ = self.releasing.remove(&scope),
            false => _ = self.releasing.insert(scope.clone()),
        }
        let raised = self.placing.take_in(&scope, &stored.control);
        self.listening_changed(&raised);
        if first {
            self.enter_all(&scope, now);
        }
        self.change_classes(&scope, &changed, now);
        self.deliver(&scope, now);
        self.catch_up(now);
    }

    /// Registers a session and begins to send it what is in force, or what it has missed.
    pub fn join(&mut self, join: Join, now: Timestamp) {
        let session = join.session;
        let member = Member {
            name: join.name,
            viewer: join.viewer,
            unit: join.unit,
            person: join.person,
            principal: join.principal,
            encoding: join.encoding,
            following: join.following,
            sink: join.sink,
            holdings: BTreeMap::new(),
            jobs: BTreeMap::new(),
            owes_listeners: BTreeSet::new(),
            listeners: BTreeMap::new(),
            owes_caught_up: true,
            owes_checkpoint: true,
            updates_since_checkpoint: 0,
            stuck_since: None,
            marked: 0,
        };
        self.members.insert(session, member);
        self.expire(now);
        let scopes: Vec<_> = self.feeds.keys().cloned().collect();
        for scope in scopes {
            self.owe(session, &scope, join.resume, now);
        }
        self.behind.insert(session);
        self.catch_up(now);
    }

    /// Another choice of what is sent.
    pub fn follow(&mut self, session: SessionId, following: Following, now: Timestamp) {
        let Some(member) = self.members.get_mut(&session) else { return };
        let talkgroups = std::mem::take(&mut member.following.talkgroups);
        let before = std::mem::replace(&mut member.following, Following { talkgroups, ..following });
        member.owes_caught_up = true;
        member.owes_checkpoint = true;
        let scopes: Vec<_> = self.feeds.keys().filter(|scope| !matches!(scope, Scope::Talkgroup(_))).cloned().collect();
        for scope in scopes {
            let Some(member) = self.members.get_mut(&session) else { return };
            match (before.includes(&scope), member.following.includes(&scope)) {
                (false, true) => self.owe(session, &scope, None, now),
                (true, false) => self.forget(session, &scope),
                _ => {}
            }
        }
        self.behind.insert(session);
        self.catch_up(now);
    }

    /// A session no longer follows a scope.
    pub(super) fn forget(&mut self, session: SessionId, scope: &Scope) {
        let Some(member) = self.members.get_mut(&session) else { return };
        if member.holdings.remove(scope).is_some_and(|holding| holding.shown) {
            member.counts(scope, false);
        }
        member.jobs.remove(scope);
        if let Some(feed) = self.feeds.get_mut(scope) {
            feed.leave(session);
        }
    }

    /// The session has ended.
    pub fn leave(&mut self, session: SessionId, now: Timestamp) {
        let Some(member) = self.members.remove(&session) else { return };
        self.behind.remove(&session);
        for incident in member.holdings.keys() {
            if let Some(feed) = self.feeds.get_mut(incident) {
                feed.leave(session);
            }
        }
        self.listeners_changed(member.following.talkgroups.iter());
        let _ = self.ledger.record(mark(&member).into_iter().collect(), now);
    }

    /// There is room in an outbox again, or time has passed.
    pub fn tick(&mut self, now: Timestamp) {
        self.expire(now);
        self.tell_listeners();
        self.catch_up(now);
        let stuck =
            |member: &Member| member.stuck_since.is_some_and(|since| now.0 - since.0 > limits::SLOW_CONSUMER_MS);
        let slow: Vec<_> =
            self.members.iter().filter(|(_, member)| stuck(member)).map(|(session, _)| *session).collect();
        for session in slow {
            if let Some(member) = self.members.get(&session) {
                member.sink.gauge().goodbye(GoodbyeCode::SlowConsumer);
            }
            self.leave(session, now);
        }
    }

    /// Tells the ledger how far each session has flushed. Batched: called every second or so.
    pub fn mark_delivered(&mut self, now: Timestamp) {
        let mut marks = Vec::new();
        for member in self.members.values_mut() {
            if let Some(record) = mark(member) {
                member.marked = member.sink.gauge().flushed.load(Ordering::Relaxed);
                marks.push(record);
            }
        }
        let _ = self.ledger.record(marks, now);
    }

    /// Delivers the newest event of a scope to every group.
    fn deliver(&mut self, scope: &Scope, now: Timestamp) {
        let Self { members, feeds, policy, ledger, sealer, position, numbers, behind, .. } = self;
        let Some(feed) = feeds.get_mut(scope) else { return };
        let Some(held) = feed.events.last().cloned() else { return };
        let at = held.event.position;
        for group in &mut feed.groups {
            let Some(mut disclosed) = redact(&held.event, &group.class) else { continue };
            if !group.ledgered {
                // Who is behind is entered when its turn comes: what it gets then begins elsewhere.
                let waits = |member: &Member| member.jobs.contains_key(scope);
                let of_group = || group.sessions.iter().filter_map(|session| members.get(session));
                let all_are_here = !of_group().any(waits);
                let here = members.iter_mut().filter(|(session, _)| group.sessions.contains(session));
                let here = here.map(|(_, member)| member).filter(|member| !waits(member));
                let entered = enter_in_ledger(ledger, policy, scope, here, at, now);
                group.ledgered = entered && all_are_here;
                if !entered {
                    let Some(vital) = redact(&held.event, &group.class.only(policy.vital())) else { continue };
                    disclosed = vital;
                    // A token from before would go on without what waits.
                    for session in &group.sessions {
                        if let Some(member) = members.get_mut(session) {
                            member.owes_checkpoint = true;
                            behind.insert(*session);
                        }
                    }
                }
            }
            let mut frames: [Option<Frame>; 2] = [None, None];
            for session in &group.sessions {
                let Some(member) = members.get_mut(session) else { continue };
                if member.jobs.contains_key(scope) {
                    continue;
                }
                let frame = frames[member.encoding as usize].get_or_insert_with(|| member.encode(&disclosed)).clone();
                if !member.update(scope, frame, at) {
                    *numbers += 1;
                    member
                        .jobs
                        .insert(scope.clone(), Job { kind: Kind::After(at - 1), number: *numbers, started: None });
                    member.owes_checkpoint = true;
                    behind.insert(*session);
                } else if member.updates_since_checkpoint >= limits::CHECKPOINT_EVERY_UPDATES && member.jobs.is_empty()
                {
                    checkpoint(member, sealer, policy, ledger, *position);
                }
            }
        }
    }

    /// Sends sessions what they are behind with, as far as their outboxes take it.
    pub(super) fn catch_up(&mut self, now: Timestamp) {
        let behind: Vec<_> = self.behind.iter().copied().collect();
        for session in behind {
            let Some(member) = self.members.get_mut(&session) else { continue };
            let mut serve = Serve {
                feeds: &self.feeds,
                policy: &self.policy,
                ledger: &self.ledger,
                sealer: &self.sealer,
                position: self.position,
                now,
            };
            if serve.member(member) {
                self.behind.remove(&session);
            }
        }
    }
}

/// A token to go on from here. While the ledger cannot be written it is one that starts afresh: what waits for the ledger is sent then.
pub(super) fn checkpoint(
    member: &mut Member,
    sealer: &Sealer,
    policy: &Policy,
    ledger: &Ledger,
    position: u64,
) -> bool {
    let policy = if ledger.is_writable() { policy.hash() } else { [0; 32] };
    let token = sealer.seal(Position(position), member.principal, policy, member.following.digest());
    let sent = member.control(Control::Checkpoint(token));
    if sent {
        member.updates_since_checkpoint = 0;
    }
    sent
}
