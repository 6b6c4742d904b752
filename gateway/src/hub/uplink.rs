//! What goes up to the hub, the same for every network: commands that must arrive are on disk first and said until they are answered,
//! frames that are worth nothing later go only while the hub is there.
//!
//! One command at a time is on its way: one that the hub cannot take now is never overtaken by a later one. Only a cry for help goes first.

use std::{
    collections::VecDeque,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use prost::Message as _;
use samband_proto::v1::{self as pb, client_frame::Frame as ToHub, command::Body, outcome::Result as Answer};
use tokio::{sync::mpsc::Sender, time::Instant};

use super::{
    HubError, client_frame, keep, may_come_later,
    spool::{Spool, SpoolError},
};

/// Commands that the disk would not take, at most: the oldest gives way.
const UNKEPT_MAX: usize = 10_000;
/// Before what the hub could not store is said again.
const SAY_AGAIN: Duration = Duration::from_secs(5);
/// Before what was not answered is said again.
const UNANSWERED: Duration = Duration::from_secs(30);
/// The register as it was last known.
const DEPLOYMENT: &str = "register";
/// What was not understood, and how long that file may get before it begins anew.
const NOT_UNDERSTOOD: &str = "oforstatt.txt";
const NOT_UNDERSTOOD_MAX: u64 = 1024 * 1024;

/// Why a gateway ended.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The hub will not have it.
    #[error(transparent)]
    Hub(#[from] HubError),
    /// What must not be lost cannot be kept.
    #[error(transparent)]
    Spool(#[from] SpoolError),
}

/// The way up.
pub struct Uplink {
    folder: PathBuf,
    spool: Spool,
    /// Commands that the disk would not take: said while the hub is there.
    unkept: VecDeque<pb::Command>,
    up: bool,
    on_its_way: Option<(String, Instant)>,
    not_before: Option<Instant>,
}

impl Uplink {
    /// With what waits on disk.
    ///
    /// # Errors
    /// The folder cannot be read or written.
    pub fn open(folder: &Path) -> Result<Self, SpoolError> {
        Ok(Self {
            folder: folder.to_owned(),
            spool: Spool::open(folder)?,
            unkept: VecDeque::new(),
            up: false,
            on_its_way: None,
            not_before: None,
        })
    }

    /// The register as it was when a session was last open; a gateway that starts while the hub is away works with it.
    #[must_use]
    pub fn last_deployment(&self) -> Option<pb::Deployment> {
        pb::Deployment::decode(fs::read(self.folder.join(DEPLOYMENT)).ok()?.as_slice()).ok()
    }

    /// A session is open.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.up
    }

    /// A session was opened: what waits is said on it.
    ///
    /// # Errors
    /// The register cannot be kept; everything else goes on.
    pub fn opened(&mut self, deployment: &pb::Deployment) -> Result<(), SpoolError> {
        self.up = true;
        self.on_its_way = None;
        self.not_before = None;
        let (path, made) = (self.folder.join(DEPLOYMENT), self.folder.join("register.new"));
        fs::write(&made, deployment.encode_to_vec())
            .and_then(|()| fs::rename(made, path))
            .map_err(|error| SpoolError::Io { dir: self.folder.clone(), error })
    }

    /// The session is lost; whether there was one.
    pub fn lost(&mut self) -> bool {
        self.on_its_way = None;
        std::mem::take(&mut self.up)
    }

    /// What the hub has answered for good is done; what it cannot store now is said again.
    ///
    /// # Errors
    /// The file cannot be deleted: after a restart it is said again, which is harmless.
    pub fn answered(&mut self, outcome: &pb::Outcome) -> Result<(), SpoolError> {
        let id = outcome.command_id();
        if self.on_its_way.as_ref().is_some_and(|(on_its_way, _)| on_its_way == id) {
            self.on_its_way = None;
        }
        let later = match &outcome.result {
            Some(Answer::Refused(refused)) => may_come_later(refused.code()),
            _ => false,
        };
        if later {
            self.not_before = Some(Instant::now() + SAY_AGAIN);
            return Ok(());
        }
        self.unkept.retain(|command| command.command_id() != id);
        self.spool.done(id)
    }

    /// Says the next command that waits, where none is on its way and it is time.
    pub fn say_waiting(&mut self, to_hub: &Sender<pb::ClientFrame>) {
        let now = Instant::now();
        let on_its_way = self.on_its_way.as_ref().is_some_and(|(_, since)| now < *since + UNANSWERED);
        if !self.up || on_its_way || self.not_before.is_some_and(|at| now < at) {
            return;
        }
        let waiting = || self.spool.waiting().chain(&self.unkept);
        let urgent = |command: &&pb::Command| matches!(command.body, Some(Body::RaiseEmergency(_)));
        let Some(next) = waiting().find(urgent).or_else(|| waiting().next()).cloned() else { return };
        let id = next.command_id().to_owned();
        // Full: the hub does not keep up; it is said at the next turn.
        if to_hub.try_send(client_frame(ToHub::Submit(next))).is_ok() {
            self.on_its_way = Some((id, now));
        }
    }

    /// A command that must reach the hub: on disk before it is said.
    ///
    /// # Errors
    /// It is not kept. It is said all the same, while the program lives.
    pub fn command(&mut self, command: pb::Command, to_hub: &Sender<pb::ClientFrame>) -> Result<(), SpoolError> {
        let kept = self.spool.push(command.clone());
        if kept.is_err() {
            keep(&mut self.unkept, command, UNKEPT_MAX);
        }
        self.say_waiting(to_hub);
        kept
    }

    /// A frame that is worth nothing later. Full: the hub does not keep up, and it is dropped.
    pub fn frame(&self, frame: ToHub, to_hub: &Sender<pb::ClientFrame>) {
        if self.up {
            let _ = to_hub.try_send(client_frame(frame));
        }
    }

    /// Keeps what was not understood, as it came, for whoever has to find out: it may be what somebody said, so it stands in no log.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn keep_not_understood(&self, line: &str) -> std::io::Result<()> {
        use std::{io::Write as _, os::unix::fs::OpenOptionsExt as _};
        let path = self.folder.join(NOT_UNDERSTOOD);
        if fs::metadata(&path).is_ok_and(|held| held.len() > NOT_UNDERSTOOD_MAX) {
            fs::rename(&path, path.with_extension("old"))?;
        }
        let mut file = fs::OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
        writeln!(file, "{line}")
    }
}
