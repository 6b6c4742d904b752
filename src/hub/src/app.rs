//! What is wired to what. No rule is here.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use samband_disclosure::Policy;
use samband_domain::{OrganisationId, directory::Directory};
use samband_journal::{Health, Journal, MemoryJournal, Options, SqliteJournal};
use samband_proto::{
    internal::{PolicyEpoch, ledger_record},
    v1 as pb,
};
use tokio::sync::watch;

use crate::{
    clock::Clock,
    command::{Admitted, Desk, Writer, writer::Answer},
    fanout::{Fanout, SessionId, thread::FanoutHandle, thread::FanoutThreads},
    identity::Authority,
    keys::HubKeys,
    ledger::Ledger,
    limits,
    live::{Intake, Live, LiveHandle, LiveThread, Nearby, Register, entries},
    metrics::Metrics,
    networks::Networks,
    session::{machine::Context, resume::Sealer},
    wire::{deployment::Deployments, from_proto::command::Request},
};

/// Where it is kept.
pub struct Stores {
    /// The journal.
    pub journal: Arc<dyn Journal>,
    /// The ledger's own journal.
    pub ledger: Arc<dyn Journal>,
    /// Where the ledger spools.
    pub spool: Option<std::path::PathBuf>,
    /// The hub's secrets.
    pub keys: HubKeys,
}

impl Stores {
    /// In memory: gone with the process.
    pub fn memory(secret: [u8; 64]) -> Self {
        Self {
            journal: Arc::new(MemoryJournal::new()),
            ledger: Arc::new(MemoryJournal::new()),
            spool: None,
            keys: HubKeys::from_secret(secret),
        }
    }

    /// In a data directory.
    ///
    /// # Errors
    /// The directory, the key or a journal cannot be opened.
    pub fn open(dir: &Path) -> Result<Self, OpenError> {
        std::fs::create_dir_all(dir.join("ledger"))?;
        let keys = HubKeys::open(dir)?;
        Ok(Self {
            journal: Arc::new(SqliteJournal::open(dir, Options::default())?),
            ledger: Arc::new(SqliteJournal::open(&dir.join("ledger"), Options::default())?),
            spool: Some(dir.join("ledger").join("spool")),
            keys,
        })
    }
}

/// Why the data directory cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Directory or key.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// Journal or ledger.
    #[error("{0}")]
    Journal(#[from] samband_journal::OpenError),
}

/// Why the hub did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The ledger.
    #[error("the ledger: {0}")]
    Ledger(#[from] std::io::Error),
    /// The writer.
    #[error("the journal: {0}")]
    Writer(#[from] crate::command::writer::StartError),
    /// The fan-out.
    #[error("the journal: {0}")]
    Fanout(#[from] crate::fanout::thread::StartError),
    /// The live map.
    #[error("the live map: {0}")]
    Live(std::io::Error),
    /// The policy's epoch could not be entered in the ledger.
    #[error(transparent)]
    Epoch(#[from] crate::ledger::LedgerDown),
}

/// The running hub, as sessions see it.
pub struct Hub {
    /// Takes commands.
    pub writer: Writer,
    /// Takes sessions.
    pub fanout: FanoutHandle,
    /// Takes locations, and sessions that follow the map.
    pub live: LiveHandle,
    /// Knows who is near.
    pub nearby: Arc<dyn Nearby>,
    /// Knows tokens.
    pub authority: Arc<Authority>,
    /// What each organisation may know of the deployment.
    pub deployments: Deployments,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Figures.
    pub metrics: Metrics,
    /// Networks behind gateways.
    pub networks: Networks,
    /// Whether the ledger can be written.
    pub ledger_writable: Arc<AtomicBool>,
    journal: Arc<dyn Journal>,
    policy: Arc<Policy>,
    directory: Arc<Directory>,
    keys: HubKeys,
    sealer: Sealer,
    threads: FanoutThreads,
    live_thread: LiveThread,
    draining: watch::Sender<bool>,
    stopped: watch::Sender<bool>,
    started_at: i64,
    named: AtomicU64,
}

impl Hub {
    /// Reads what is stored and starts the writer, the fan-out and the live map.
    ///
    /// # Errors
    /// See [`StartError`].
    pub fn start(
        stores: Stores,
        directory: Arc<Directory>,
        register: Register,
        policy: Arc<Policy>,
        deployments: Deployments,
        authority: Authority,
        clock: Arc<dyn Clock>,
    ) -> Result<Arc<Self>, StartError> {
        let Stores { journal, ledger, spool, keys } = stores;
        let now = clock.now();
        let ledger = Arc::new(Ledger::open(ledger, keys.clone(), spool, now)?);
        let epoch = PolicyEpoch {
            policy_hash: Some(policy.hash().to_vec().into()),
            compiled: Some(policy.compiled_bytes().into()),
            schema: Some(samband_proto::PUBLIC_DESCRIPTORS.into()),
        };
        ledger.record(vec![ledger_record::Record::PolicyEpoch(epoch)], now)?;
        let sealer = Sealer::new(&keys.seal);
        let ledger_writable = ledger.writable();
        let register = Arc::new(register);
        let live = Live::new(register.clone(), policy.clone(), entries(ledger.clone(), policy.hash()));
        let nearby = live.nearby();
        let mut fanout = Fanout::new(policy.clone(), ledger, sealer.clone(), directory.clone());
        let new_desk = {
            let (keys, policy) = (keys.clone(), policy.clone());
            let directory = directory.clone();
            let nearby: Arc<dyn Nearby> = nearby.clone();
            move || Desk::new(keys.clone(), directory.clone(), policy.clone(), nearby.clone())
        };
        let writer = Writer::start(journal.clone(), clock.clone(), Box::new(new_desk))?;
        let live_thread = LiveThread::start(live, Intake::new(register), clock.clone(), Some(writer.recorder()))
            .map_err(StartError::Live)?;
        fanout.tell_placements(Box::new(live_thread.handle()));
        let threads = FanoutThreads::start(fanout, journal.clone(), clock.clone())?;
        Ok(Arc::new(Self {
            writer,
            fanout: threads.handle(),
            live: live_thread.handle(),
            nearby,
            authority: Arc::new(authority),
            deployments,
            started_at: now.0,
            clock,
            metrics: Metrics::default(),
            networks: Networks::default(),
            ledger_writable,
            journal,
            policy,
            directory,
            keys,
            sealer,
            threads,
            live_thread,
            draining: watch::Sender::new(false),
            stopped: watch::Sender::new(false),
            named: AtomicU64::new(0),
        }))
    }

    /// Networks behind gateways, as far as they concern an organisation.
    pub fn networks_of(&self, organisation: &OrganisationId) -> Vec<pb::NetworkLink> {
        self.networks.of(organisation, &self.directory)
    }

    /// Hands a command to the writer and counts the outcome.
    pub fn submit(self: &Arc<Self>, admitted: Admitted<Request>, answer: Answer) {
        let (accepted, refused) = (self.metrics.accepted.clone(), self.metrics.refused.clone());
        let counted = move |outcome: samband_proto::v1::Outcome| {
            match &outcome.result {
                Some(samband_proto::v1::outcome::Result::Accepted(_)) => accepted.inc(),
                _ => refused.inc(),
            };
            answer(outcome);
        };
        self.writer.submit(admitted, Box::new(counted));
    }

    /// What a new session is opened against.
    pub fn session_context(&self, loopback: bool) -> Context {
        Context {
            authority: self.authority.clone(),
            sealer: self.sealer.clone(),
            directory: self.directory.clone(),
            policy: self.policy.hash(),
            policy_name: self.policy.short_name(),
            loopback,
        }
    }

    /// A name for a session in the ledger: unique over restarts.
    pub fn session_name(&self, session: SessionId) -> String {
        let count = self.named.fetch_add(1, Ordering::Relaxed);
        let id = self.keys.id(&[b"session", &self.started_at.to_be_bytes(), &session.0.to_be_bytes()], count);
        samband_domain::EventId(id).to_string()
    }

    /// Whether there is no room for another session.
    pub fn is_crowded(&self) -> bool {
        self.metrics.sessions.get() >= i64::try_from(limits::SESSIONS_MAX).unwrap_or(i64::MAX)
    }

    /// Whether the journal's disk is nearly full.
    pub fn storage_nearly_full(&self) -> bool {
        matches!(self.journal.health(), Health::NearlyFull { .. } | Health::Full)
    }

    /// Changes when sessions are to end.
    pub fn draining(&self) -> watch::Receiver<bool> {
        self.draining.subscribe()
    }

    /// Changes when listeners are to end.
    pub fn stopped(&self) -> watch::Receiver<bool> {
        self.stopped.subscribe()
    }

    /// Waits until the map has made the frames that are due. Blocks.
    pub fn settle_map(&self) {
        let (settled, wait) = std::sync::mpsc::sync_channel(1);
        self.live.settle(Box::new(move || _ = settled.send(())));
        let _ = wait.recv();
    }

    /// Waits until everything stored so far has been handed to the sessions' outboxes. Blocks.
    pub fn settle(&self) {
        let (settled, wait) = std::sync::mpsc::sync_channel(1);
        self.fanout.settle(self.journal.head(), Box::new(move || _ = settled.send(())));
        let _ = wait.recv();
    }

    /// Tells sessions to come back, answers what was handed over, and ends. Blocks for at most about `grace`.
    pub fn drain(&self, grace: std::time::Duration) {
        let _ = self.stopped.send(true);
        let _ = self.draining.send(true);
        let step = std::time::Duration::from_millis(20);
        let mut left = grace;
        while self.metrics.sessions.get() > 0 && !left.is_zero() {
            std::thread::sleep(step);
            left = left.saturating_sub(step);
        }
        self.writer.stop();
        self.threads.stop();
        self.live_thread.stop();
    }
}
