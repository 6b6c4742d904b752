//! Tables and connections.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::sqlite::options::Synchronous;

/// Schema version this program writes, in `PRAGMA user_version`.
pub(super) const VERSION: i64 = 1;

/// Payload and salt stand apart from the header, so that a purge deletes a row instead of rewriting one.
/// `record.prev` lets a record be verified alone; `stream` and `meta` are written in the same transaction as the records and
/// say where these end, so that a missing end is noticed too.
pub(super) const CREATE: &str = "
BEGIN IMMEDIATE;
CREATE TABLE record (
  position INTEGER PRIMARY KEY, stream_no INTEGER NOT NULL, version INTEGER NOT NULL, id BLOB NOT NULL,
  at_ms INTEGER NOT NULL, payload_hash BLOB NOT NULL, prev BLOB NOT NULL, hash BLOB NOT NULL) STRICT;
CREATE UNIQUE INDEX record_stream ON record (stream_no, version);
CREATE TABLE payload (position INTEGER PRIMARY KEY, salt BLOB NOT NULL, body BLOB NOT NULL) STRICT;
CREATE TABLE purge (
  position INTEGER PRIMARY KEY, owner TEXT NOT NULL, ground TEXT NOT NULL, at_ms INTEGER NOT NULL,
  checksum BLOB NOT NULL) STRICT;
CREATE TABLE stream (
  no INTEGER PRIMARY KEY, name TEXT NOT NULL, version INTEGER NOT NULL, hash BLOB NOT NULL,
  checksum BLOB NOT NULL) STRICT;
CREATE TABLE meta (
  one INTEGER PRIMARY KEY CHECK (one = 1), commits INTEGER NOT NULL, position INTEGER NOT NULL,
  streams INTEGER NOT NULL, last_hash BLOB NOT NULL, chain BLOB NOT NULL, checksum BLOB NOT NULL) STRICT;
PRAGMA user_version = 1;
";

/// How long a connection waits for another before it gives up. Ours never hold a lock for long.
pub(super) const BUSY: Duration = Duration::from_secs(10);

/// Opens the connection that writes. Nothing is changed in the file yet, except that SQLite recovers its log.
pub(super) fn open_writer(path: &Path, vfs: Option<&str>, synchronous: Synchronous) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = open(path, vfs, flags)?;
    let synchronous = match synchronous {
        Synchronous::Full => "FULL",
        Synchronous::OffLosesEvents => "OFF",
    };
    conn.pragma_update(None, "synchronous", synchronous)?;
    // Checkpoints are ours: SQLite's own ignores its errors, and an error of a sync must never be ignored.
    conn.pragma_update(None, "wal_autocheckpoint", 0)?;
    // A purge must not leave the content in the free space of a page.
    conn.pragma_update(None, "secure_delete", true)?;
    conn.pragma_update(None, "cache_size", -16_000)?;
    Ok(conn)
}

/// Opens a connection that can only read.
pub(super) fn open_reader(path: &Path, vfs: Option<&str>) -> rusqlite::Result<Connection> {
    let conn = open(path, vfs, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.pragma_update(None, "query_only", true)?;
    Ok(conn)
}

fn open(path: &Path, vfs: Option<&str>, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let conn = match vfs {
        Some(vfs) => Connection::open_with_flags_and_vfs(path, flags, vfs)?,
        None => Connection::open_with_flags(path, flags)?,
    };
    // Closing must not cut anything: after a refusal to open, the log is evidence.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    conn.busy_timeout(BUSY)?;
    conn.pragma_update(None, "cell_size_check", true)?;
    Ok(conn)
}
