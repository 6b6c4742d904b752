//! What goes up to the hub, the same for every network: commands that must arrive are on disk first and said until they are answered,
//! frames that are worth nothing later go only while the hub is there.

use std::{path::Path, time::Duration};

use samband_proto::v1::{self as pb, RefusalCode, client_frame::Frame as ToHub, outcome::Result as Answer};
use tokio::{sync::mpsc::Sender, time::Instant};

use super::{
    client_frame,
    spool::{Spool, SpoolError},
};

/// Before what the hub could not store is said again.
const SAY_AGAIN: Duration = Duration::from_secs(5);

/// The way up.
pub struct Uplink {
    spool: Spool,
    up: bool,
    say_again: Option<Instant>,
}

impl Uplink {
    /// With what waits on disk.
    ///
    /// # Errors
    /// The folder cannot be read or written.
    pub fn open(spool: &Path) -> Result<Self, SpoolError> {
        Ok(Self { spool: Spool::open(spool)?, up: false, say_again: None })
    }

    /// A session is open.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.up
    }

    /// A session was opened: what waits is said on it.
    pub fn opened(&mut self) {
        self.up = true;
        self.say_again = Some(Instant::now());
    }

    /// The session is lost; whether there was one.
    pub fn lost(&mut self) -> bool {
        std::mem::take(&mut self.up)
    }

    /// What the hub has answered for good is done; what it cannot store now is said again.
    ///
    /// # Errors
    /// The file cannot be deleted.
    pub fn answered(&mut self, outcome: &pb::Outcome) -> Result<(), SpoolError> {
        let later = match &outcome.result {
            Some(Answer::Refused(refused)) => {
                matches!(refused.code(), RefusalCode::NotStored | RefusalCode::StorageFull | RefusalCode::Overloaded)
            }
            _ => false,
        };
        if later {
            self.say_again.get_or_insert(Instant::now() + SAY_AGAIN);
            return Ok(());
        }
        self.spool.done(outcome.command_id())
    }

    /// Says what waits, where it is time.
    pub async fn say_waiting(&mut self, to_hub: &Sender<pb::ClientFrame>) {
        if !self.up || self.say_again.is_none_or(|at| Instant::now() < at) {
            return;
        }
        self.say_again = None;
        let waiting: Vec<pb::Command> = self.spool.waiting().cloned().collect();
        for command in waiting {
            // Of a link that has just been lost nothing is taken: it is said again on the next.
            let _ = to_hub.send(client_frame(ToHub::Submit(command))).await;
        }
    }

    /// A command that must reach the hub: on disk before it is said.
    ///
    /// # Errors
    /// It is not kept.
    pub async fn command(&mut self, command: pb::Command, to_hub: &Sender<pb::ClientFrame>) -> Result<(), SpoolError> {
        self.spool.push(command.clone())?;
        if self.up {
            let _ = to_hub.send(client_frame(ToHub::Submit(command))).await;
        }
        Ok(())
    }

    /// A frame that is worth nothing later. Full: the hub does not keep up, and it is dropped.
    pub fn frame(&self, frame: ToHub, to_hub: &Sender<pb::ClientFrame>) {
        if self.up {
            let _ = to_hub.try_send(client_frame(frame));
        }
    }
}
