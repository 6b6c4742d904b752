//! Reading. What was asked for comes whole and verified, or there is an error: how many records there must be is known
//! beforehand from the heads, so that a missing row cannot pass for the end.

use std::sync::Arc;

use rusqlite::{Connection, Rows};

use crate::chain::Hash;
use crate::error::{CorruptRecord, ReadError};
use crate::heads::StreamHead;
use crate::ids::{Position, StreamId, Version};
use crate::record::Record;
use crate::sqlite::rows::{RowError, SELECT, raw, read_error};

/// Gives the stream of a number.
pub(super) type Names<'a> = &'a dyn Fn(u64) -> Option<StreamId>;

/// A part of the journal: after one place up to another, both durable.
#[derive(Clone, Copy)]
pub(super) struct Range {
    pub(super) after: Position,
    pub(super) upto: Position,
    pub(super) limit: u64,
    /// Stops early, after at least one record, when the payloads exceed this.
    pub(super) bytes: usize,
}

/// Gives each record of a range, and the hash that it follows, to `each`.
pub(super) fn global(
    conn: &Connection,
    names: Names<'_>,
    range: Range,
    each: &mut dyn FnMut(Record, Hash) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    let mut at = range.after;
    let end = Position(range.upto.0.min(at.0.saturating_add(range.limit)));
    if at >= end {
        return Ok(());
    }
    let broken = |error: rusqlite::Error, at: Position| read_error(&error, at.next());
    let sql = format!("{SELECT} WHERE r.position > ?1 AND r.position <= ?2 ORDER BY r.position");
    let mut statement = conn.prepare_cached(&sql).map_err(|error| broken(error, at))?;
    let mut rows = statement.query([at.0.cast_signed(), end.0.cast_signed()]).map_err(|error| broken(error, at))?;
    let mut bytes = 0;
    while let Some((record, prev)) = take(&mut rows, names, at.next())? {
        if record.position != at.next() {
            return Err(missing(at.next(), None, None));
        }
        at = record.position;
        bytes += record.payload.bytes().map_or(0, |payload| payload.len());
        each(record, prev)?;
        if at == end || bytes > range.bytes {
            return Ok(());
        }
    }
    Err(missing(at.next(), None, None))
}

/// The records of one stream that is known to have come to `head`.
pub(super) fn stream(
    conn: &Connection,
    names: Names<'_>,
    (stream, head): (&StreamId, StreamHead),
    after: Version,
    limit: u64,
) -> Result<Vec<Arc<Record>>, ReadError> {
    let end = Version(head.version.0.min(after.0.saturating_add(limit)));
    let mut at = after;
    let mut found: Vec<Arc<Record>> = Vec::new();
    if at >= end {
        return Ok(found);
    }
    let lost = |at: Version| missing(Position(0), Some(stream), Some(at.next()));
    let broken = |error: rusqlite::Error| in_stream(read_error(&error, Position(0)), stream, after);
    let sql = format!("{SELECT} WHERE r.stream_no = ?1 AND r.version > ?2 AND r.version <= ?3 ORDER BY r.version");
    let mut statement = conn.prepare_cached(&sql).map_err(broken)?;
    let bounds = [head.no.cast_signed(), at.0.cast_signed(), end.0.cast_signed()];
    let mut rows = statement.query(bounds).map_err(broken)?;
    while at < end {
        let next = take(&mut rows, names, Position(0)).map_err(|error| in_stream(error, stream, at))?;
        let (record, prev) = next.ok_or_else(|| lost(at))?;
        if record.stream != *stream || record.version != at.next() {
            return Err(lost(at));
        }
        if found.last().is_some_and(|before| before.hash != prev) {
            return Err(broken_chain(&record));
        }
        at = record.version;
        found.push(Arc::new(record));
    }
    match found.last() {
        Some(last) if last.version == head.version && last.hash != head.hash => Err(broken_chain(last)),
        _ => Ok(found),
    }
}

fn take(rows: &mut Rows<'_>, names: Names<'_>, expected: Position) -> Result<Option<(Record, Hash)>, ReadError> {
    let Some(row) = rows.next().map_err(|error| RowError::from(error).at(expected))? else { return Ok(None) };
    let raw = raw(row, names).map_err(|error| error.at(expected))?;
    let prev = raw.prev;
    Ok(Some((raw.check()?, prev)))
}

fn missing(position: Position, stream: Option<&StreamId>, version: Option<Version>) -> ReadError {
    CorruptRecord { position, stream: stream.cloned(), version, what: "the record is missing".to_owned() }.into()
}

fn broken_chain(record: &Record) -> ReadError {
    let (stream, version) = (Some(record.stream.clone()), Some(record.version));
    let what = "the chain of the stream is broken".to_owned();
    CorruptRecord { position: record.position, stream, version, what }.into()
}

/// Adds where a read of a stream was, when the row itself could not say.
fn in_stream(error: ReadError, at_stream: &StreamId, after: Version) -> ReadError {
    match error {
        ReadError::Corrupt { position, stream: None, what, .. } => {
            ReadError::Corrupt { position, stream: Some(at_stream.clone()), version: Some(after.next()), what }
        }
        other => other,
    }
}
