//! The thread that owns the live map. Placements and sessions come through one bounded queue; locations wait beside it, one a unit.

use std::{
    sync::{Arc, Mutex},
    thread::JoinHandle,
    time::Duration,
};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use samband_domain::{IncidentId, Involvement, OrganisationId, Timestamp, UnitId, command::Principal};
use samband_proto::v1 as pb;

use super::{
    admission::Intake,
    area::Area,
    core::{Live, MapJoin},
    unit::{Fix, UnitView},
};
use crate::{
    clock::{Clock, Moment},
    fanout::SessionId,
    limits,
    wire::refusal::Rejection,
};

/// Takes locations of units on incidents, thinned. It must not block: what it cannot take is lost.
pub type Recorder = Box<dyn FnMut(UnitId, Fix) + Send>;

enum Work {
    Unit(UnitId, Box<UnitView>),
    Standing(IncidentId, OrganisationId, Involvement),
    Join(Box<MapJoin>),
    Follow(SessionId, Vec<Area>),
    Leave(SessionId),
    Settle(Box<dyn FnOnce() + Send>),
    Stop,
}

/// The way to the live map.
#[derive(Clone)]
pub struct LiveHandle {
    work: Sender<Work>,
    intake: Arc<Mutex<Intake>>,
}

impl LiveHandle {
    /// How a unit stands. Waits for room: a placement that is lost would show what has been hidden.
    pub fn unit(&self, unit: UnitId, view: UnitView) {
        let _ = self.work.send(Work::Unit(unit, Box::new(view)));
    }

    /// How an organisation stands to an incident. Waits for room.
    pub fn standing(&self, incident: IncidentId, organisation: OrganisationId, involvement: Involvement) {
        let _ = self.work.send(Work::Standing(incident, organisation, involvement));
    }

    /// Where a unit is. Never waits: the newest of a unit replaces the one before.
    ///
    /// # Errors
    /// It is not taken; see [`Intake::report`].
    pub fn report(&self, who: &Principal, report: &pb::LocationReport, now: Moment) -> Result<(), Rejection> {
        self.intake.lock().map_err(|_| Rejection::Overloaded)?.report(who, report, now)
    }

    /// Registers a session.
    pub fn join(&self, join: MapJoin) {
        let _ = self.work.send(Work::Join(Box::new(join)));
    }

    /// Another choice of what is sent.
    pub fn follow(&self, session: SessionId, areas: Vec<Area>) {
        let _ = self.work.send(Work::Follow(session, areas));
    }

    /// The session has ended.
    pub fn leave(&self, session: SessionId) {
        let _ = self.work.send(Work::Leave(session));
    }

    /// Calls back when everything handed over before has been done, and a tick that is due.
    pub fn settle(&self, settled: Box<dyn FnOnce() + Send>) {
        let _ = self.work.send(Work::Settle(settled));
    }
}

/// The running thread.
pub struct LiveThread {
    handle: LiveHandle,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl LiveThread {
    /// Starts it. `recorder`: where thinned locations of units on incidents go.
    ///
    /// # Errors
    /// No thread can be started.
    pub fn start(
        live: Live,
        intake: Intake,
        clock: Arc<dyn Clock>,
        recorder: Option<Recorder>,
    ) -> std::io::Result<Self> {
        let (work, queue) = bounded(limits::LIVE_QUEUE_MAX);
        let intake = Arc::new(Mutex::new(intake));
        let handle = LiveHandle { work, intake: intake.clone() };
        let mut runner = Runner { live, intake, recorder, ticked: clock.moment(), served: clock.monotonic() };
        let thread = std::thread::Builder::new()
            .name("samband-live".into())
            .spawn(move || runner.run(&queue, clock.as_ref()))?;
        Ok(Self { handle, thread: Mutex::new(Some(thread)) })
    }

    /// The way to it.
    pub fn handle(&self) -> LiveHandle {
        self.handle.clone()
    }

    /// Does what was handed over, sends what has changed, and ends.
    pub fn stop(&self) {
        let _ = self.handle.work.send(Work::Stop);
        let thread = self.thread.lock().ok().and_then(|mut thread| thread.take());
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}

struct Runner {
    live: Live,
    intake: Arc<Mutex<Intake>>,
    recorder: Option<Recorder>,
    ticked: Moment,
    served: Timestamp,
}

impl Runner {
    fn run(&mut self, queue: &Receiver<Work>, clock: &dyn Clock) {
        loop {
            let mut done = None;
            match queue.recv_timeout(self.until_due(clock.monotonic())) {
                Ok(Work::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(Work::Settle(settled)) => done = Some(settled),
                Ok(work) => self.serve(work, clock.now()),
                Err(RecvTimeoutError::Timeout) => {}
            }
            let now = clock.moment();
            if now.steady.0 - self.ticked.steady.0 >= limits::MAP_TICK_MS {
                // The beat is kept: what one tick was late the next one is not.
                let late = (now.steady.0 - self.ticked.steady.0) % limits::MAP_TICK_MS;
                self.tick(now);
                self.ticked.steady = Timestamp(now.steady.0 - late);
            } else if now.steady.0 - self.served.0 >= limits::MAP_SERVE_MS {
                self.served = now.steady;
                self.live.serve(now.wall);
            }
            // After a tick that was due: what it made is in the outboxes.
            if let Some(settled) = done {
                settled();
            }
        }
        self.tick(clock.moment());
    }

    /// A clock set by hand is looked at every now and then.
    fn until_due(&self, steady: Timestamp) -> Duration {
        let tick = self.ticked.steady.0 + limits::MAP_TICK_MS - steady.0;
        let wait = tick.clamp(0, limits::MAP_SERVE_MS);
        Duration::from_millis(wait.unsigned_abs())
    }

    fn tick(&mut self, now: Moment) {
        self.served = now.steady;
        let fixes = self.intake.lock().map(|mut intake| intake.take()).unwrap_or_default();
        for (number, fix) in fixes {
            self.live.fix(number, fix);
        }
        self.live.tick(now);
        let due = self.live.recordings(now.steady);
        if let Some(recorder) = &mut self.recorder {
            due.into_iter().for_each(|(unit, fix)| recorder(unit, fix));
        }
    }

    fn serve(&mut self, work: Work, now: Timestamp) {
        match work {
            Work::Unit(unit, view) => self.live.unit(&unit, *view),
            Work::Standing(incident, organisation, involvement) => {
                self.live.standing(incident, organisation, involvement);
            }
            Work::Join(join) => self.live.join(*join, now),
            Work::Follow(session, areas) => self.live.follow(session, areas, now),
            Work::Leave(session) => self.live.leave(session),
            Work::Settle(_) | Work::Stop => {}
        }
    }
}
