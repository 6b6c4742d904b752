//! Purging: content and salt go, the decision stays.

use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use rusqlite::params;

use crate::chain::purge_checksum;
use crate::error::AppendError;
use crate::ids::{StreamId, Version};
use crate::record::{Payload, Record};
use crate::sqlite::read;
use crate::sqlite::shared::Condition;
use crate::sqlite::writer::{Writer, write_meta};
use crate::sync;

/// A purge on its way through the queue.
pub(super) struct Purge {
    pub(super) stream: StreamId,
    pub(super) version: Version,
    pub(super) owner: String,
    pub(super) ground: String,
    pub(super) at_ms: i64,
    pub(super) answer: SyncSender<Result<(), AppendError>>,
}

impl Writer {
    /// Carries out a purge and answers it.
    pub(super) fn purge(&mut self, purge: Purge) {
        let outcome = match self.shared.failure() {
            Some(reason) => Err(AppendError::Failed(reason)),
            None => self.find(&purge).and_then(|found| match found.payload {
                Payload::Purged { .. } => Ok(()),
                Payload::Present(_) => self.remove(&purge, &found).inspect_err(|error| self.note(error)),
            }),
        };
        // Whoever asked may have gone away; the purge is done all the same.
        drop(purge.answer.send(outcome));
    }

    /// The record, verified: what is damaged is not purged, since that would hide the damage.
    fn find(&self, purge: &Purge) -> Result<Arc<Record>, AppendError> {
        let head = sync::read(&self.shared.heads).stream(&purge.stream);
        let found = head.map_or(Version(0), |head| head.version);
        let conflict = || AppendError::Conflict { stream: purge.stream.clone(), expected: purge.version, found };
        let head = head.filter(|_| (1..=found.0).contains(&purge.version.0)).ok_or_else(conflict)?;
        let names = |no| self.shared.name(no);
        let after = Version(purge.version.0 - 1);
        let records = read::stream(&self.conn, &names, (&purge.stream, head), after, 1)
            .map_err(|error| AppendError::Failed(error.to_string()))?;
        records.into_iter().next().ok_or_else(conflict)
    }

    fn remove(&mut self, purge: &Purge, found: &Record) -> Result<(), AppendError> {
        let Purge { owner, ground, at_ms, .. } = purge;
        let checksum = purge_checksum(&found.hash, owner, ground, *at_ms);
        let (mark, streams) = {
            let heads = sync::read(&self.shared.heads);
            let before = &heads.mark;
            (before.after(before.position, before.last_hash, std::iter::once(&checksum)), heads.count())
        };
        let position = found.position.0.cast_signed();
        self.transaction(|conn| {
            conn.execute("DELETE FROM payload WHERE position = ?1", [position])?;
            conn.execute(
                "INSERT INTO purge (position, owner, ground, at_ms, checksum) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![position, owner, ground, at_ms, checksum],
            )?;
            write_meta(conn, &mark, streams)
        })?;
        self.witness(&mark)?;
        sync::write(&self.shared.heads).mark = mark;
        self.shared.set(Condition::Ok);
        let payload = Payload::Purged { owner: owner.clone(), ground: ground.clone(), at_ms: *at_ms };
        self.shared.tail.replace(Arc::new(Record { payload, ..found.clone() }));
        // The log still holds the content until it is moved into the database and cut.
        self.checkpointer.cut(&self.conn, &self.shared)
    }
}
