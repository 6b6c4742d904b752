//! The ledger: what was disclosed to whom. Written by the delivering side alone, kept apart from the journal, never sent to anybody.
//!
//! It is a second journal file with one stream, so that it has the same checksums and the same chain.

use std::{
    fs, io,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use prost::Message as _;
use samband_domain::Timestamp;
use samband_journal::{Batch, EventId, Journal, NewEvent, StreamAppend, StreamId, Version};
use samband_proto::internal::{LedgerRecord, ledger_record::Record};

use crate::{keys::HubKeys, limits};

/// The ledger could not be written: only what the marking table calls vital is delivered under new classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the ledger cannot be written")]
pub struct LedgerDown;

/// The store.
pub struct Ledger {
    journal: Arc<dyn Journal>,
    keys: HubKeys,
    stream: StreamId,
    next: Mutex<u64>,
    writable: Arc<AtomicBool>,
    spool: Option<PathBuf>,
    spooled: Mutex<usize>,
}

impl Ledger {
    /// Over a journal of its own. `spool`: file for what is delivered while the ledger cannot be written.
    ///
    /// # Errors
    /// It cannot be read, or what was spooled cannot be entered.
    pub fn open(journal: Arc<dyn Journal>, keys: HubKeys, spool: Option<PathBuf>, now: Timestamp) -> io::Result<Self> {
        let stream = StreamId::new("ledger/hub").map_err(io::Error::other)?;
        let next = journal.stream_version(&stream).map_err(io::Error::other)?.0;
        let ledger = Self {
            journal,
            keys,
            stream,
            next: Mutex::new(next),
            writable: Arc::new(AtomicBool::new(true)),
            spool,
            spooled: Mutex::new(0),
        };
        ledger.enter_spooled(now)?;
        Ok(ledger)
    }

    /// Whether it can be written. Shared with the sessions, whose LinkState says so.
    pub fn writable(&self) -> Arc<AtomicBool> {
        self.writable.clone()
    }

    /// Whether it takes records now.
    pub fn is_writable(&self) -> bool {
        self.writable.load(Ordering::SeqCst)
    }

    /// Writes records and returns when they are durable.
    ///
    /// # Errors
    /// [`LedgerDown`]. It stays so until the hub is started again: a failed write is not tried again as if nothing had been.
    pub fn record(&self, records: Vec<Record>, now: Timestamp) -> Result<(), LedgerDown> {
        if records.is_empty() {
            return Ok(());
        }
        if !self.is_writable() {
            return Err(LedgerDown);
        }
        let mut next = self.next.lock().map_err(|_| LedgerDown)?;
        let count = records.len() as u64;
        let event = |(offset, record): (u64, Record)| NewEvent {
            id: EventId(self.keys.id(&[b"ledger"], *next + offset)),
            at_ms: now.0,
            payload: LedgerRecord { record: Some(record) }.encode_to_vec().into(),
        };
        let events = (0..).zip(records).map(event).collect();
        let append = StreamAppend { stream: self.stream.clone(), expected: Version(*next), events };
        match self.journal.append_wait(Batch::new(self.journal.epoch(), vec![append])) {
            Ok(_) => {
                *next += count;
                Ok(())
            }
            Err(error) => {
                tracing::error!(%error, "The ledger cannot be written: only vital markings are delivered under new classes");
                self.writable.store(false, Ordering::SeqCst);
                Err(LedgerDown)
            }
        }
    }

    /// Keeps records that could not be written beside the ledger, for the next start.
    pub fn spool(&self, records: &[Record]) {
        let Ok(mut spooled) = self.spooled.lock() else { return };
        if *spooled + records.len() > limits::LEDGER_SPOOL_MAX {
            tracing::error!("The ledger's spool is full: what is delivered now is reported as \"at most\"");
            return;
        }
        *spooled += records.len();
        let mut bytes = Vec::new();
        for record in records {
            // Into a growing buffer: this cannot fail.
            let _ = LedgerRecord { record: Some(record.clone()) }.encode_length_delimited(&mut bytes);
        }
        let Some(path) = &self.spool else { return };
        let written = fs::OpenOptions::new().create(true).append(true).open(path).and_then(|mut file| {
            use io::Write as _;
            file.write_all(&bytes)
        });
        if let Err(error) = written {
            tracing::error!(%error, "The ledger's spool cannot be written either");
        }
    }

    fn enter_spooled(&self, now: Timestamp) -> io::Result<()> {
        let Some(path) = &self.spool else { return Ok(()) };
        let bytes = match fs::read(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            other => other?,
        };
        let mut rest = bytes.as_slice();
        let mut records = Vec::new();
        // A torn last record was never delivered under: delivery follows the write.
        while let Ok(record) = LedgerRecord::decode_length_delimited(&mut rest) {
            records.extend(record.record);
        }
        for chunk in records.chunks(1_000) {
            self.record(chunk.to_vec(), now).map_err(io::Error::other)?;
        }
        fs::remove_file(path)
    }
}
