//! Drives a session over any transport: reads frames, carries out effects, feeds what is due and flushes once.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use samband_disclosure::Viewer;
use samband_domain::Timestamp;
use samband_proto::v1 as pb;
use tokio::sync::mpsc;

use super::outbox::{Outbox, Outgoing, outbox};
use crate::{
    app::Hub,
    fanout::{Following, Item, Join, SessionId},
    identity::Principal,
    limits,
    live::{Area, MapJoin},
    session::{Effect, Session, resume::Position},
    wire::{
        frame::{self, Control, Encoding, Frame},
        incoming::{Incoming, Unreadable},
        to_proto::timestamp,
    },
};

/// What a transport read.
pub enum Read {
    /// A frame, or why it could not be read.
    Frame(Box<Result<Incoming<pb::ClientFrame>, Unreadable>>),
    /// More than a frame may be.
    TooLarge,
    /// Nothing for the session (a transport's own ping).
    Nothing,
    /// The client is gone.
    Gone,
}

/// The transport failed; there is nobody to tell.
#[derive(Debug, Clone, Copy)]
pub struct Gone;

/// One client's connection.
pub trait Wire: Send {
    /// The next thing the client sent. Cancel safe.
    fn read(&mut self) -> impl Future<Output = Read> + Send;
    /// Writes the frames in order and flushes once.
    fn write(&mut self, frames: &mut Vec<Frame>) -> impl Future<Output = Result<(), Gone>> + Send;
    /// How frames are encoded here.
    fn encoding(&self) -> Encoding;
}

/// Frames that are written before the socket is asked for input again.
const WRITE_AT_ONCE: usize = 256;
struct Driver<'a, W> {
    hub: &'a Arc<Hub>,
    wire: &'a mut W,
    session: Session,
    number: SessionId,
    joined: bool,
    outgoing: Outgoing,
    box_for_fanout: Option<Outbox>,
    due: Vec<Frame>,
    last_update: Option<Timestamp>,
    /// Newest position among what is due.
    taken: u64,
    /// Whose session it is, once it has joined.
    organisation: Option<samband_domain::OrganisationId>,
    outcomes: (mpsc::Sender<pb::Outcome>, mpsc::Receiver<pb::Outcome>),
}

/// Runs a session to its end.
pub async fn drive<W: Wire>(hub: Arc<Hub>, wire: &mut W, loopback: bool) {
    let (outbox, outgoing) = outbox();
    let number = hub.fanout.number();
    let session = Session::new(hub.session_context(loopback), hub.clock.moment());
    let mut driver = Driver {
        hub: &hub,
        wire,
        session,
        number,
        joined: false,
        outgoing,
        box_for_fanout: Some(outbox),
        due: Vec::new(),
        last_update: None,
        taken: 0,
        organisation: None,
        outcomes: mpsc::channel(limits::SESSION_COMMANDS_IN_FLIGHT_MAX * 2),
    };
    hub.metrics.sessions.inc();
    driver.run().await;
    hub.metrics.sessions.dec();
    if driver.joined {
        hub.networks.session_ended(number, hub.clock.now());
        hub.live.leave(number);
        hub.fanout.leave(number);
    }
}

impl<W: Wire> Driver<'_, W> {
    async fn run(&mut self) {
        let mut items = Vec::with_capacity(WRITE_AT_ONCE);
        let mut draining = self.hub.draining();
        loop {
            let wait = self.until_timeout();
            tokio::select! {
                biased;
                outcome = self.outcomes.1.recv() => {
                    if let Some(outcome) = outcome {
                        self.session.handle_outcome(outcome);
                    }
                }
                count = self.outgoing.frames.recv_many(&mut items, WRITE_AT_ONCE) => {
                    if count == 0 {
                        let code = self.outgoing.gauge.ended().unwrap_or(pb::GoodbyeCode::SlowConsumer);
                        self.session.handle_ended(code);
                    }
                }
                read = self.wire.read() => match read {
                    Read::Frame(frame) => match *frame {
                        Ok(frame) => self.session.handle_frame(frame, self.hub.clock.moment()),
                        Err(unreadable) => self.session.handle_unreadable(unreadable),
                    },
                    Read::TooLarge => self.session.handle_too_large(),
                    Read::Nothing => {}
                    Read::Gone => return,
                },
                () = tokio::time::sleep(wait) => {
                    if self.session.handle_timeout(self.hub.clock.moment()) {
                        self.send_link_state();
                    }
                }
                _ = draining.changed() => self.session.handle_drain(),
            }
            self.take(&mut items);
            let closing = self.effects();
            if self.flush().await.is_err() || closing {
                return;
            }
        }
    }

    fn until_timeout(&self) -> Duration {
        let left = self.session.poll_timeout(self.hub.clock.moment());
        // At least every half second, so that a clock set by hand is noticed.
        Duration::from_millis(u64::try_from(left).unwrap_or(0)).min(Duration::from_millis(500))
    }

    /// Frames of the outbox go among what is due.
    fn take(&mut self, items: &mut Vec<Item>) {
        for item in items.drain(..) {
            if item.position > 0 {
                self.last_update = Some(self.hub.clock.now());
                self.taken = self.taken.max(item.position);
            }
            self.due.push(item.frame);
        }
    }

    /// Carries out what the machine asks for; true: the session is to end.
    fn effects(&mut self) -> bool {
        while let Some(effect) = self.session.poll_effect() {
            match effect {
                Effect::Send(control) => self.due.push(frame::control(*control, self.wire.encoding())),
                Effect::Join { principal, following, areas, resume } => self.join(&principal, following, areas, resume),
                Effect::Submit(admitted) => {
                    let outcomes = self.outcomes.0.clone();
                    // There is room for every command in flight; a session that has ended needs no answer.
                    self.hub.submit(*admitted, Box::new(move |outcome| drop(outcomes.try_send(outcome))));
                }
                Effect::Follow(following, areas) => {
                    self.hub.fanout.follow(self.number, following);
                    self.hub.live.follow(self.number, areas);
                }
                Effect::Location(principal, report) => {
                    let now = self.hub.clock.moment();
                    if let Err(rejection) = self.hub.live.report(&principal.who, &report, now) {
                        self.session.handle_location_refused(&rejection, now);
                    }
                }
                Effect::Affiliate(talkgroups) => self.hub.fanout.affiliate(self.number, talkgroups),
                Effect::Disaffiliate(talkgroups) => self.hub.fanout.disaffiliate(self.number, talkgroups),
                Effect::Network(principal, state) => {
                    let organisation = &principal.who.organisation;
                    self.hub.networks.told(self.number, organisation, &state, self.hub.clock.now());
                }
                Effect::Receipt(principal, notice) => self.hub.writer.receipt(principal.who, notice),
                Effect::Pong(pong) => {
                    let mut items = Vec::new();
                    while let Ok(item) = self.outgoing.frames.try_recv() {
                        items.push(item);
                    }
                    self.take(&mut items);
                    self.due.push(frame::control(Control::Pong(pong), self.wire.encoding()));
                }
                Effect::Close => return true,
            }
        }
        false
    }

    fn join(&mut self, principal: &Principal, following: Following, areas: Vec<Area>, resume: Option<Position>) {
        let Some(sink) = self.box_for_fanout.take() else { return };
        self.joined = true;
        let viewer = Viewer { organisation: principal.who.organisation.clone(), role: principal.who.role };
        self.organisation = Some(principal.who.organisation.clone());
        let (name, encoding) = (self.hub.session_name(self.number), self.wire.encoding());
        let (unit, person) = (principal.who.unit.clone(), principal.subject.clone());
        self.hub.live.join(MapJoin {
            session: self.number,
            name: name.clone(),
            viewer: viewer.clone(),
            unit: unit.as_ref().map(ToString::to_string),
            encoding,
            areas,
            sink: Box::new(sink.for_map()),
        });
        let principal = principal.digest();
        let (session, sink) = (self.number, Box::new(sink));
        self.hub.fanout.join(Join {
            session,
            name,
            viewer,
            unit,
            person,
            principal,
            encoding,
            following,
            resume,
            sink,
        });
    }

    fn send_link_state(&mut self) {
        let state = pb::LinkState {
            hub_time: Some(timestamp(self.hub.clock.now())),
            last_update: self.last_update.map(timestamp),
            journal_writable: Some(self.hub.writer.writable()),
            ledger_writable: Some(self.hub.ledger_writable.load(Ordering::SeqCst)),
            incidents_held: Some(self.outgoing.gauge.held.load(Ordering::Relaxed)),
            storage_nearly_full: Some(self.hub.storage_nearly_full()),
            talkgroup_ids: self.session.affiliated().iter().map(ToString::to_string).collect(),
            last_map: Some(self.outgoing.gauge.map_at.load(Ordering::Relaxed))
                .filter(|at| *at != 0)
                .map(|at| timestamp(Timestamp(at))),
            networks: self.organisation.as_ref().map(|own| self.hub.networks_of(own)).unwrap_or_default(),
        };
        self.due.push(frame::control(Control::LinkState(state), self.wire.encoding()));
    }

    async fn flush(&mut self) -> Result<(), Gone> {
        if self.due.is_empty() {
            return Ok(());
        }
        let sent = self.due.len() as u64;
        let limit = Duration::from_millis(limits::SLOW_CONSUMER_MS.unsigned_abs());
        let written = tokio::time::timeout(limit, self.wire.write(&mut self.due)).await;
        self.due.clear();
        match written {
            Ok(Ok(())) => {}
            Ok(Err(gone)) => return Err(gone),
            Err(_) => return Err(Gone),
        }
        self.hub.metrics.frames.inc_by(sent);
        let gauge = &self.outgoing.gauge;
        gauge.flushed.fetch_max(self.taken, Ordering::Relaxed);
        if self.outgoing.frames.len() < limits::SESSION_OUTBOX_FRAMES_MAX / 4
            && gauge.behind.swap(false, Ordering::SeqCst)
        {
            self.hub.fanout.room();
        }
        Ok(())
    }
}
