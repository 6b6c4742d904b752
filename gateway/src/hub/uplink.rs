//! What goes up to the hub, the same for every network: commands that must arrive are on disk first and said until they are answered,
//! frames that are worth nothing later go only while the hub is there.
//!
//! One command at a time is on its way: one that the hub cannot take now is never overtaken by a later one. Only a cry for help goes first.

use std::{
    collections::{BTreeMap, VecDeque},
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use prost::Message as _;
use samband_proto::v1::{
    self as pb, RefusalCode, client_frame::Frame as ToHub, command::Body, outcome::Result as Answer,
};
use tokio::{sync::mpsc::Sender, time::Instant};

use super::{
    HubError, client_frame, keep,
    lines::{self, Lines},
    may_come_later,
    spool::{Spool, SpoolError},
};

/// Commands that the disk would not take, at most: the oldest gives way.
const UNKEPT_MAX: usize = 10_000;
/// Receipts that wait, at most: the oldest gives way.
const RECEIPTS_MAX: usize = 4_096;
/// Before what the hub could not store is said again.
const SAY_AGAIN: Duration = Duration::from_secs(5);
/// Before what was not answered is said again.
const UNANSWERED: Duration = Duration::from_secs(30);
/// The register as it was last known.
const DEPLOYMENT: &str = "register";
/// Whose gateway it was then.
const ORGANISATION: &str = "organisation";
/// Alarms that went out.
const TOLD: &str = "larmade.txt";
/// What was said before the hub had told what goes on.
const HELD: &str = "vantar.txt";
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

fn is_distress(command: &&pb::Command) -> bool {
    matches!(command.body, Some(Body::RaiseEmergency(_)))
}

fn is_status(command: &&pb::Command) -> bool {
    matches!(command.body, Some(Body::ReportUnitStatus(_)))
}

fn ends_distress(command: &&pb::Command) -> bool {
    matches!(command.body, Some(Body::CancelEmergency(_)))
}

/// The way up.
pub struct Uplink {
    folder: PathBuf,
    spool: Spool,
    /// Alarms that went out over the network.
    pub told: Lines,
    /// What came over the network and waits for the hub to tell what goes on.
    pub held: Lines,
    /// Commands that the disk would not take: tried again with the next one, and said while the hub is there.
    unkept: VecDeque<pb::Command>,
    /// Receipts that could not be said: the hub shows who has been reached.
    receipts: VecDeque<ToHub>,
    up: bool,
    on_its_way: Option<(String, Instant)>,
    /// What the hub cannot take now, and when it is said again.
    later: BTreeMap<String, Instant>,
    /// The hub has said that it has no room: it takes alarms and answers to them all the same.
    no_room: bool,
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
            told: Lines::new(folder.join(TOLD)),
            held: Lines::new(folder.join(HELD)),
            unkept: VecDeque::new(),
            receipts: VecDeque::new(),
            up: false,
            on_its_way: None,
            later: BTreeMap::new(),
            no_room: false,
        })
    }

    /// Whose gateway it was, and the register, when a session was last open; one that starts while the hub is away works with it.
    #[must_use]
    pub fn last_deployment(&self) -> Option<(String, pb::Deployment)> {
        let deployment = pb::Deployment::decode(fs::read(self.folder.join(DEPLOYMENT)).ok()?.as_slice()).ok()?;
        Some((fs::read_to_string(self.folder.join(ORGANISATION)).ok()?, deployment))
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
    pub fn opened(&mut self, organisation: &str, deployment: &pb::Deployment) -> Result<(), SpoolError> {
        self.up = true;
        self.on_its_way = None;
        self.no_room = false;
        self.later.clear();
        let put = |name: &str, octets: &[u8]| lines::put(&self.folder.join(name), octets);
        put(ORGANISATION, organisation.as_bytes())
            .and_then(|()| put(DEPLOYMENT, &deployment.encode_to_vec()))
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
    pub fn answered(&mut self, outcome: &pb::Outcome, now: Instant) -> Result<(), SpoolError> {
        let id = outcome.command_id();
        // What was no command: a location that came too soon.
        if id.is_empty() {
            return Ok(());
        }
        if self.on_its_way.as_ref().is_some_and(|(on_its_way, _)| on_its_way == id) {
            self.on_its_way = None;
        }
        let refused = match &outcome.result {
            Some(Answer::Refused(refused)) => Some(refused.code()),
            _ => None,
        };
        if refused == Some(RefusalCode::StorageFull) {
            self.no_room = true;
        } else if !self.is_ahead(id) {
            // What it takes only where there is room has had an answer.
            self.no_room = false;
        }
        if refused.is_some_and(may_come_later) {
            self.later.insert(id.to_owned(), now + SAY_AGAIN);
            return Ok(());
        }
        self.later.remove(id);
        self.unkept.retain(|command| command.command_id() != id);
        self.spool.done(id)
    }

    /// Files of the folder that could not be read.
    #[must_use]
    pub fn unread(&self) -> usize {
        self.spool.unread()
    }

    /// Commands that wait for the hub's answer.
    pub fn waiting(&self) -> impl Iterator<Item = &pb::Command> {
        self.spool.waiting().chain(&self.unkept)
    }

    /// Says the receipts that wait, and the next command, where none is on its way and it is time.
    pub fn say_waiting(&mut self, to_hub: &Sender<pb::ClientFrame>, now: Instant) {
        while let Some(receipt) = self.receipts.front().filter(|_| self.up) {
            if to_hub.try_send(client_frame(receipt.clone())).is_err() {
                break;
            }
            self.receipts.pop_front();
        }
        let Some(next) = self.next(now).filter(|_| self.up).cloned() else { return };
        let id = next.command_id().to_owned();
        // Full: the hub does not keep up; it is said at the next turn.
        if to_hub.try_send(client_frame(ToHub::Submit(next))).is_ok() {
            self.on_its_way = Some((id, now));
        }
    }

    /// The command whose turn it is. A cry for help goes before all else and waits for no other's answer; where the hub has no room, so do
    /// statuses, which acknowledge. All else goes in order, one at a time.
    fn next(&self, now: Instant) -> Option<&pb::Command> {
        let pauses = |id: &str| self.later.get(id).is_some_and(|at| now < *at);
        let on_its_way =
            self.on_its_way.as_ref().filter(|(_, since)| now < *since + UNANSWERED).map(|(id, _)| id.as_str());
        let free = |command: &&pb::Command| !pauses(command.command_id()) && on_its_way != Some(command.command_id());
        let distress = self.waiting().filter(is_distress).map(|distress| self.first_of_unit(distress)).find(free);
        if distress.is_some() || on_its_way.is_some() {
            return distress;
        }
        let status = self.waiting().find(is_status).filter(|status| self.no_room && free(status));
        let in_order = || self.waiting().find(|command| !is_distress(command)).filter(free);
        status.or_else(|| in_order().filter(|_| !self.later.iter().any(|(id, at)| now < *at && !self.is_ahead(id))))
    }

    /// What a unit has said before, that another distress of it is over, comes before its cry for help.
    fn first_of_unit<'a>(&'a self, distress: &'a pb::Command) -> &'a pb::Command {
        let before = self.waiting().take_while(|one| one.command_id() != distress.command_id());
        before.filter(|one| one.for_unit == distress.for_unit).find(ends_distress).unwrap_or(distress)
    }

    /// Whether a command goes before the others: its pause is not theirs.
    fn is_ahead(&self, id: &str) -> bool {
        self.waiting().find(|one| one.command_id() == id).is_some_and(|one| is_distress(&one) || is_status(&one))
    }

    /// A command that must reach the hub: on disk before it is said.
    ///
    /// # Errors
    /// It is not kept. It is said all the same, while the program lives.
    pub fn command(
        &mut self,
        command: pb::Command,
        to_hub: &Sender<pb::ClientFrame>,
        now: Instant,
    ) -> Result<(), SpoolError> {
        keep(&mut self.unkept, command, UNKEPT_MAX);
        let kept = self.keep_unkept();
        self.say_waiting(to_hub, now);
        kept
    }

    /// In the order they were said in.
    fn keep_unkept(&mut self) -> Result<(), SpoolError> {
        while let Some(command) = self.unkept.front() {
            self.spool.push(command.clone())?;
            self.unkept.pop_front();
        }
        Ok(())
    }

    /// A frame that is no command. When the hub is away, or does not keep up, a receipt waits in memory; all else is worth nothing later.
    pub fn frame(&mut self, frame: ToHub, to_hub: &Sender<pb::ClientFrame>) {
        let said = self.up && to_hub.try_send(client_frame(frame.clone())).is_ok();
        if !said && matches!(frame, ToHub::Receipt(_)) {
            keep(&mut self.receipts, frame, RECEIPTS_MAX);
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
