//! Rows into records, and what a database error means.

use bytes::Bytes;
use rusqlite::{Error, ErrorCode, Row, ffi};

use crate::chain::Hash;
use crate::error::{AppendError, CorruptRecord, ReadError};
use crate::ids::{EventId, Position, StreamId, Version};
use crate::raw::{Content, Raw};

/// A record with its content or its purge. The inner names are those of [`raw`].
pub(super) const SELECT: &str = "
SELECT r.position, r.stream_no, r.version, r.id, r.at_ms, r.payload_hash, r.prev, r.hash, p.salt, p.body,
       g.owner, g.ground, g.at_ms, g.checksum
FROM record r LEFT JOIN payload p ON p.position = r.position LEFT JOIN purge g ON g.position = r.position ";

/// Reads a row of [`SELECT`]; `name` gives the stream of a number.
pub(super) fn raw(row: &Row<'_>, name: impl Fn(u64) -> Option<StreamId>) -> Result<Raw, RowError> {
    let position = Position(row.get::<_, i64>(0)?.cast_unsigned());
    let no = row.get::<_, i64>(1)?.cast_unsigned();
    let stream = name(no).ok_or_else(|| RowError::Wrong(format!("stream number {no} does not exist")))?;
    Ok(Raw {
        position,
        stream,
        version: Version(row.get::<_, i64>(2)?.cast_unsigned()),
        id: EventId(row.get(3)?),
        at_ms: row.get(4)?,
        payload_hash: row.get(5)?,
        prev: row.get(6)?,
        hash: row.get(7)?,
        content: content(row)?,
    })
}

fn content(row: &Row<'_>) -> Result<Content, RowError> {
    if let Some(salt) = row.get(8)? {
        let body = row.get_ref(9)?.as_blob().map_err(|_| RowError::Wrong("the payload is no bytes".to_owned()))?;
        return Ok(Content::Present { salt, body: Bytes::copy_from_slice(body) });
    }
    match row.get::<_, Option<Hash>>(13)? {
        Some(checksum) => {
            Ok(Content::Purged { owner: row.get(10)?, ground: row.get(11)?, at_ms: row.get(12)?, checksum })
        }
        None => Ok(Content::Missing),
    }
}

/// Why a row could not be read.
pub(super) enum RowError {
    Database(Error),
    Wrong(String),
}

impl From<Error> for RowError {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

impl RowError {
    /// The error of a read that was about to give `position`.
    pub(super) fn at(self, position: Position) -> ReadError {
        match self {
            Self::Database(error) => read_error(&error, position),
            Self::Wrong(what) => CorruptRecord { position, stream: None, version: None, what }.into(),
        }
    }
}

/// Tells damage from a refusal. Values of an impossible type or length are damage too.
pub(super) fn read_error(error: &Error, position: Position) -> ReadError {
    let what = match error {
        Error::SqliteFailure(failure, _)
            if !matches!(failure.code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) =>
        {
            return ReadError::Io(error.to_string());
        }
        Error::SqliteFailure(..) => error.to_string(),
        // These could quote what they found, which may be part of a payload.
        _ => "a value of an impossible type or length".to_owned(),
    };
    CorruptRecord { position, stream: None, version: None, what }.into()
}

/// Tells a full disk from a failed one. Anything that is not certainly the former counts as the latter.
pub(super) fn append_error(error: &Error) -> AppendError {
    match error {
        Error::SqliteFailure(failure, _)
            // The shared index of the log could not grow: no durability is at stake, there is just no room.
            if failure.code == ErrorCode::DiskFull || failure.extended_code == ffi::SQLITE_IOERR_SHMSIZE =>
        {
            AppendError::Full
        }
        _ => AppendError::Failed(error.to_string()),
    }
}
