//! The writer: one thread that owns the desk and keeps the journal's queue filled. An answer leaves when the journal has what it rests on.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TrySendError, bounded};
use samband_domain::{
    UnitId,
    command::{Command, Principal},
};
use samband_journal::{AppendError, Batch, Health, Journal, Position, StreamAppend};
use samband_proto::v1 as pb;

use super::{
    admit::{Admitted, rejected},
    desk::{Desk, UnreadableRecord},
};
use crate::{
    clock::Clock,
    limits,
    live::{Fix, Recorder},
    wire::{from_proto::command::Request, refusal::Rejection},
};

/// Takes the answer to a command.
pub type Answer = Box<dyn FnOnce(pb::Outcome) + Send>;

enum Work {
    Submit(Box<Admitted<Request>>, Answer),
    Receipt(Principal, pb::ReceiptNotice),
    Locate(UnitId, Fix),
    Wake,
    Barrier(std::sync::mpsc::SyncSender<()>),
    Stop,
}

/// The way to the writer thread.
pub struct Writer {
    work: Sender<Work>,
    thread: Mutex<Option<JoinHandle<()>>>,
    writable: Arc<AtomicBool>,
}

/// How to build a desk from nothing: the writer does so again when the journal has refused.
pub type NewDesk = Box<dyn Fn() -> Desk + Send>;

impl Writer {
    /// Reads the journal into a desk and starts the thread.
    ///
    /// # Errors
    /// The journal cannot be read, or holds what this hub cannot read.
    pub fn start(journal: Arc<dyn Journal>, clock: Arc<dyn Clock>, new_desk: NewDesk) -> Result<Self, StartError> {
        let (work, queue) = bounded(limits::WRITER_QUEUE_MAX);
        let writable = Arc::new(AtomicBool::new(true));
        let desk = load(journal.as_ref(), &new_desk)?;
        let state = State {
            epoch: journal.epoch(),
            journal,
            clock,
            new_desk,
            desk,
            failed: Arc::default(),
            wake: work.clone(),
            mode: Mode::Open,
            writable: writable.clone(),
        };
        let thread = std::thread::Builder::new().name("samband-writer".into()).spawn(move || state.run(&queue))?;
        Ok(Self { work, thread: Mutex::new(Some(thread)), writable })
    }

    /// Hands a command over. The answer comes when it is durable, or at once when the queue is full.
    pub fn submit(&self, admitted: Admitted<Request>, answer: Answer) {
        match self.work.try_send(Work::Submit(Box::new(admitted), answer)) {
            Ok(()) => {}
            Err(TrySendError::Full(work) | TrySendError::Disconnected(work)) => {
                if let Work::Submit(admitted, answer) = work {
                    answer(refusal(&admitted, &Rejection::Overloaded));
                }
            }
        }
    }

    /// Hands a device's receipt over. One that finds no room is lost: the next step of the same device says more.
    pub fn receipt(&self, who: Principal, notice: pb::ReceiptNotice) {
        let _ = self.work.try_send(Work::Receipt(who, notice));
    }

    /// Takes thinned locations of units on incidents. One that finds no room is lost: the next says more.
    pub fn recorder(&self) -> Recorder {
        let work = self.work.clone();
        Box::new(move |unit, fix| _ = work.try_send(Work::Locate(unit, fix)))
    }

    /// Looks at the clock again, and returns when everything handed over before, and what has become due, is stored. Blocks.
    pub fn settle(&self) {
        let (settled, wait) = std::sync::mpsc::sync_channel(1);
        if self.work.send(Work::Barrier(settled)).is_ok() {
            let _ = wait.recv();
        }
    }

    /// Whether the journal takes what is sent.
    pub fn writable(&self) -> bool {
        self.writable.load(Ordering::SeqCst)
    }

    /// Ends the thread when everything handed over has been answered.
    pub fn stop(&self) {
        let _ = self.work.send(Work::Stop);
        let thread = self.thread.lock().ok().and_then(|mut thread| thread.take());
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}

/// Why the writer did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The journal could not be read.
    #[error(transparent)]
    Read(#[from] samband_journal::ReadError),
    /// A record is not one of ours.
    #[error(transparent)]
    Unreadable(#[from] UnreadableRecord),
    /// No thread.
    #[error("the writer's thread could not be started: {0}")]
    Thread(#[from] std::io::Error),
}

fn load(journal: &dyn Journal, new_desk: &NewDesk) -> Result<Desk, StartError> {
    let mut desk = new_desk();
    let mut after = Position(0);
    loop {
        let records = journal.read(after, limits::FOLLOW_CHUNK)?;
        let Some(last) = records.last() else { return Ok(desk) };
        after = last.position;
        for record in &records {
            desk.take_in(record)?;
        }
    }
}

/// What is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Open,
    /// The disk is full: the reserve is for alarms. Nothing becomes due of itself once the reserve is used up too.
    Full {
        exhausted: bool,
    },
    /// The journal failed. Nothing is stored until an operator has looked.
    Failed,
}

impl Mode {
    /// Whether an append can be expected to succeed.
    fn stores(self) -> bool {
        matches!(self, Self::Open | Self::Full { exhausted: false })
    }
}

struct State {
    journal: Arc<dyn Journal>,
    clock: Arc<dyn Clock>,
    new_desk: NewDesk,
    desk: Desk,
    epoch: u64,
    /// The first failure since the desk was built.
    failed: Arc<Mutex<Option<AppendError>>>,
    wake: Sender<Work>,
    mode: Mode,
    writable: Arc<AtomicBool>,
}

impl State {
    fn run(mut self, queue: &Receiver<Work>) {
        loop {
            let work = match queue.recv_timeout(self.until_due()) {
                Ok(Work::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Ok(work) => Some(work),
                Err(RecvTimeoutError::Timeout) => None,
            };
            self.recover();
            // Not straight after a refusal: a disk that says it has room and gives none would be asked without a pause.
            if !matches!(work, Some(Work::Wake)) {
                self.look_for_room();
            }
            match work {
                Some(Work::Submit(admitted, answer)) => self.submit(&admitted, answer),
                Some(Work::Receipt(who, notice)) => self.desk.receipt(&who, &notice, self.clock.now()),
                Some(Work::Locate(unit, fix)) => self.locate(&unit, fix),
                Some(Work::Barrier(settled)) => {
                    self.tick();
                    if let Err(error) = self.journal.append_wait(Batch::barrier(self.epoch)) {
                        // The epoch has moved on: what is decided next must not be refused for that.
                        self.note_failure()(error);
                    }
                    let _ = settled.send(());
                }
                Some(Work::Wake | Work::Stop) | None => {}
            }
            self.tick();
        }
        // What was queued is durable, or has been answered otherwise, when this returns.
        let _ = self.journal.append_wait(Batch::barrier(self.epoch));
    }

    fn until_due(&self) -> Duration {
        let longest = Duration::from_millis(500);
        // Where it may not be stored, what is due is not tried again without a pause.
        let Some(due) = self.desk.next_due().filter(|_| self.mode == Mode::Open) else { return longest };
        let millis = u64::try_from(due.0 - self.clock.now().0).unwrap_or(0);
        Duration::from_millis(millis).min(longest)
    }

    fn submit(&mut self, admitted: &Admitted<Request>, answer: Answer) {
        match self.mode {
            Mode::Failed => return answer(refusal(admitted, &Rejection::NotStored)),
            Mode::Full { .. } if !taken_when_full(&admitted.content().command) => {
                return answer(refusal(admitted, &Rejection::StorageFull));
            }
            Mode::Open | Mode::Full { .. } => {}
        }
        let decision = self.desk.submit(admitted, self.clock.now());
        let refused = refusal(admitted, &Rejection::NotStored);
        let full = refusal(admitted, &Rejection::StorageFull);
        let note = self.note_failure();
        let batch = Batch::new(self.epoch, decision.appends);
        self.journal.append(
            batch,
            Box::new(move |stored| match stored {
                Ok(_) => answer(decision.outcome),
                Err(error) => {
                    let outcome = if error == AppendError::Full { full } else { refused };
                    note(error);
                    answer(outcome);
                }
            }),
        );
    }

    /// Remembers the first failure and wakes the writer to build its desk anew.
    fn note_failure(&self) -> impl FnOnce(AppendError) + Send + 'static {
        let (failed, wake) = (self.failed.clone(), self.wake.clone());
        move |error| {
            if let Ok(mut failed) = failed.lock()
                && failed.is_none()
            {
                *failed = Some(error);
            }
            let _ = wake.try_send(Work::Wake);
        }
    }

    fn tick(&mut self) {
        if !self.mode.stores() {
            return;
        }
        self.desk.steady(self.clock.monotonic());
        let due = self.desk.tick(self.clock.now());
        self.append(due);
    }

    /// With the disk full there is room for alarms, and not for where everybody was.
    fn locate(&mut self, unit: &UnitId, fix: Fix) {
        if self.mode != Mode::Open {
            return;
        }
        let point =
            pb::GeoPoint { latitude: Some(fix.latitude), longitude: Some(fix.longitude), accuracy_m: fix.accuracy_m };
        let recorded = self.desk.locate(unit, point, fix.fix_at, self.clock.now());
        self.append(recorded);
    }

    fn append(&self, batches: Vec<Vec<StreamAppend>>) {
        for appends in batches {
            let note = self.note_failure();
            let stored = move |stored: Result<_, AppendError>| {
                if let Err(error) = stored {
                    note(error);
                }
            };
            self.journal.append(Batch::new(self.epoch, appends), Box::new(stored));
        }
    }

    /// After a refusal the desk holds what is not stored: it is built anew from what is.
    fn recover(&mut self) {
        if self.failed.lock().is_ok_and(|failed| failed.is_none()) {
            return;
        }
        // Everything decided on the old desk has its answer before the new one is read: a late refusal would throw that away again.
        let _ = self.journal.append_wait(Batch::barrier(self.epoch));
        let Some(error) = self.failed.lock().ok().and_then(|mut failed| failed.take()) else { return };
        self.mode = match &error {
            AppendError::Full => self.out_of_room(),
            AppendError::Conflict { .. } | AppendError::Aborted | AppendError::TooLarge { .. } => self.mode,
            AppendError::Failed(_) | AppendError::Closed => Mode::Failed,
        };
        tracing::error!(mode = ?self.mode, %error, "The journal refused");
        self.epoch = self.journal.epoch();
        match load(self.journal.as_ref(), &self.new_desk) {
            Ok(desk) => self.desk = desk,
            Err(error) => {
                tracing::error!(%error, "The journal cannot be read");
                self.mode = Mode::Failed;
            }
        }
        self.say_writable();
    }

    /// The first time, the reserve makes room for alarms. When that is used up too, nothing is left.
    fn out_of_room(&self) -> Mode {
        if self.mode != Mode::Open {
            return Mode::Full { exhausted: true };
        }
        let released = self.journal.release_reserve();
        if let Err(error) = &released {
            tracing::error!(%error, "The reserve cannot be released");
        }
        Mode::Full { exhausted: released.is_err() }
    }

    /// With the disk full: an operator may have made room, or what was sent last may have been stored after all.
    fn look_for_room(&mut self) {
        if !matches!(self.mode, Mode::Full { .. }) {
            return;
        }
        if self.journal.has_room_again() {
            tracing::info!("There is room in the journal again");
            self.mode = Mode::Open;
        } else if matches!(self.journal.health(), Health::NearlyFull { .. }) {
            self.mode = Mode::Full { exhausted: false };
        }
        self.say_writable();
    }

    fn say_writable(&self) {
        self.writable.store(self.mode.stores(), Ordering::SeqCst);
    }
}

/// With the disk full, only what an alarm needs.
fn taken_when_full(command: &Command) -> bool {
    matches!(
        command,
        Command::ReportIncident { .. }
            | Command::RaiseAlarm { .. }
            | Command::AddParties { .. }
            | Command::Acknowledge { .. }
            | Command::Decline { .. }
            | Command::RecallAlarm { .. }
            | Command::OpenGate { .. }
            | Command::WaiveParty { .. }
            // Over a radio network it is the acknowledgement.
            | Command::ReportUnitStatus { .. }
            | Command::Emergency(_)
    )
}

fn refusal(admitted: &Admitted<Request>, rejection: &Rejection) -> pb::Outcome {
    rejected(Some(&admitted.content().command_id), rejection, admitted.dropped())
}
