//! Two threads: one follows the journal, one owns the fan-out. Everything comes through one bounded queue.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use bytes::Bytes;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use samband_domain::{TalkgroupId, Timestamp};
use samband_journal::{Journal, Position, ReadError, Record};

use super::{
    core::{Fanout, Join, SessionId},
    history::{HistoryError, HistoryRequest},
    member::Following,
    search::{Asker, Question, Reading},
};
use crate::{clock::Clock, limits};

/// Takes a page of history.
pub type Page = Box<dyn FnOnce(Result<Bytes, HistoryError>) + Send>;
/// Told when the fan-out has come so far.
pub type Settled = Box<dyn FnOnce() + Send>;

enum Work {
    Records(Vec<Arc<Record>>),
    Join(Box<Join>),
    Follow(SessionId, Following),
    Affiliate(SessionId, BTreeSet<TalkgroupId>),
    Disaffiliate(SessionId, BTreeSet<TalkgroupId>),
    Leave(SessionId),
    Room,
    History(Box<HistoryRequest>, Page),
    Read(Box<(Asker, Question)>, Page),
    Settle(u64, Settled),
    Stop,
}

/// The way to the fan-out.
#[derive(Clone)]
pub struct FanoutHandle {
    work: Sender<Work>,
    numbers: Arc<AtomicU64>,
}

/// The running threads.
pub struct FanoutThreads {
    handle: FanoutHandle,
    stop: Arc<std::sync::atomic::AtomicBool>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl FanoutThreads {
    /// Reads the journal up to its head, then starts following.
    ///
    /// # Errors
    /// The journal cannot be read, or no thread can be started.
    pub fn start(mut fanout: Fanout, journal: Arc<dyn Journal>, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        let mut after = Position(0);
        fanout.steady(clock.monotonic());
        loop {
            let records = journal.read(after, limits::FOLLOW_CHUNK)?;
            let Some(last) = records.last() else { break };
            after = last.position;
            records.iter().for_each(|record| fanout.take_in(record, clock.now()));
        }
        let (work, queue) = bounded(limits::FANOUT_QUEUE_MAX);
        let handle = FanoutHandle { work: work.clone(), numbers: Arc::default() };
        let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let ended = stop.clone();
        let follower = std::thread::Builder::new().name("samband-follow".into()).spawn(move || {
            let follower = journal.follow(after);
            while !ended.load(Ordering::SeqCst) {
                match follower.next(Duration::from_millis(200)) {
                    Ok(Some(records)) => {
                        if work.send(Work::Records(records)).is_err() {
                            return;
                        }
                    }
                    Ok(None) => {}
                    Err(error) => {
                        // A bad record is never skipped: what comes after it reaches nobody until an operator has looked.
                        tracing::error!(%error, "The journal cannot be read: delivery has stopped");
                        return;
                    }
                }
            }
        })?;
        let runner = std::thread::Builder::new()
            .name("samband-fanout".into())
            .spawn(move || run(fanout, &queue, clock.as_ref()))?;
        Ok(Self { handle, stop, threads: Mutex::new(vec![follower, runner]) })
    }

    /// The way to it.
    pub fn handle(&self) -> FanoutHandle {
        self.handle.clone()
    }

    /// Ends both threads; the last marks go to the ledger.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = self.handle.work.send(Work::Stop);
        let threads = self.threads.lock().map(|mut threads| std::mem::take(&mut *threads)).unwrap_or_default();
        for thread in threads {
            let _ = thread.join();
        }
    }
}

/// Why the fan-out did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The journal could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// No thread.
    #[error("a thread could not be started: {0}")]
    Thread(#[from] std::io::Error),
}

impl FanoutHandle {
    /// A number for a session.
    pub fn number(&self) -> SessionId {
        SessionId(self.numbers.fetch_add(1, Ordering::SeqCst) + 1)
    }

    /// Registers a session.
    pub fn join(&self, join: Join) {
        let _ = self.work.send(Work::Join(Box::new(join)));
    }

    /// Another choice of what is sent.
    pub fn follow(&self, session: SessionId, following: Following) {
        let _ = self.work.send(Work::Follow(session, following));
    }

    /// A session joins talkgroups.
    pub fn affiliate(&self, session: SessionId, talkgroups: BTreeSet<TalkgroupId>) {
        let _ = self.work.send(Work::Affiliate(session, talkgroups));
    }

    /// A session leaves talkgroups.
    pub fn disaffiliate(&self, session: SessionId, talkgroups: BTreeSet<TalkgroupId>) {
        let _ = self.work.send(Work::Disaffiliate(session, talkgroups));
    }

    /// The session has ended.
    pub fn leave(&self, session: SessionId) {
        let _ = self.work.send(Work::Leave(session));
    }

    /// An outbox has room again.
    pub fn room(&self) {
        let _ = self.work.send(Work::Room);
    }

    /// Asks for a page of history.
    pub fn history(&self, request: HistoryRequest, page: Page) {
        let _ = self.work.send(Work::History(Box::new(request), page));
    }

    /// Asks a question about everything that is stored. It is answered beside the fan-out.
    pub fn read(&self, asker: Asker, question: Question, page: Page) {
        let _ = self.work.send(Work::Read(Box::new((asker, question)), page));
    }

    /// Calls back when everything up to a journal position has been handed to the sessions.
    pub fn settle(&self, position: Position, settled: Settled) {
        let _ = self.work.send(Work::Settle(position.0, settled));
    }
}

fn run(mut fanout: Fanout, queue: &Receiver<Work>, clock: &dyn Clock) {
    let mut settling: Vec<(u64, Settled)> = Vec::new();
    let mut marked_at = clock.now();
    loop {
        let work = match queue.recv_timeout(Duration::from_millis(100)) {
            Ok(Work::Stop) | Err(RecvTimeoutError::Disconnected) => break,
            Ok(work) => Some(work),
            Err(RecvTimeoutError::Timeout) => None,
        };
        let now = clock.now();
        fanout.steady(clock.monotonic());
        match work {
            Some(work) => serve(&mut fanout, work, &mut settling, now),
            None => fanout.tick(now),
        }
        for at in (0..settling.len()).rev() {
            if settling[at].0 <= fanout.position() {
                (settling.swap_remove(at).1)();
            }
        }
        if now.0 - marked_at.0 >= limits::LEDGER_MARKS_MS {
            marked_at = now;
            fanout.mark_delivered(now);
            fanout.tick(now);
        }
    }
    fanout.mark_delivered(clock.now());
}

fn serve(fanout: &mut Fanout, work: Work, settling: &mut Vec<(u64, Settled)>, now: Timestamp) {
    match work {
        Work::Records(records) => records.iter().for_each(|record| fanout.take_in(record, now)),
        Work::Join(join) => fanout.join(*join, now),
        Work::Follow(session, following) => fanout.follow(session, following, now),
        Work::Affiliate(session, talkgroups) => fanout.affiliate(session, &talkgroups, now),
        Work::Disaffiliate(session, talkgroups) => fanout.disaffiliate(session, &talkgroups),
        Work::Leave(session) => fanout.leave(session, now),
        Work::Room => fanout.tick(now),
        Work::History(request, page) => page(fanout.history(&request, now)),
        Work::Read(asked, page) => {
            let (asker, question) = *asked;
            answer_beside(fanout.reading(asker, question, now), page);
        }
        Work::Settle(position, settled) => {
            fanout.tick(now);
            settling.push((position, settled));
        }
        Work::Stop => {}
    }
}

/// Reads on a thread of its own, so many at a time: an alarm does not wait for a question about the past.
fn answer_beside(reading: Reading, page: Page) {
    static READING: AtomicUsize = AtomicUsize::new(0);
    if READING.fetch_add(1, Ordering::SeqCst) >= limits::READINGS_MAX {
        READING.fetch_sub(1, Ordering::SeqCst);
        return page(Err(HistoryError::Busy));
    }
    let answer = move || {
        page(reading.answer());
        READING.fetch_sub(1, Ordering::SeqCst);
    };
    if std::thread::Builder::new().name("samband-read".into()).spawn(answer).is_err() {
        // The page was dropped with the thread that did not start: whoever waits is told that the hub goes down.
        READING.fetch_sub(1, Ordering::SeqCst);
    }
}
