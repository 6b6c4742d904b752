//! Walking over the whole file.

use rusqlite::Connection;

use crate::error::{CorruptRecord, ReadError};
use crate::ids::Position;
use crate::port::VerifyReport;
use crate::sqlite::head::{self, HeadMark, Witness};
use crate::sqlite::load::{self, meta};
use crate::sqlite::open_error::OpenError;
use crate::sqlite::read::{Names, Range, global};
use crate::sqlite::rows::read_error;
use crate::sqlite::shared::Shared;
use crate::sync::read;
use crate::walk::Walk;

/// Verifies everything that one snapshot of the database holds.
pub(super) fn whole(conn: &Connection, names: Names<'_>) -> Result<(VerifyReport, HeadMark), ReadError> {
    conn.execute_batch("BEGIN").map_err(|error| read_error(&error, Position(0)))?;
    let walked = walk(conn, names);
    // Ends a transaction that has only read: there is nothing that could fail to be kept.
    drop(conn.execute_batch("ROLLBACK"));
    walked
}

fn walk(conn: &Connection, names: Names<'_>) -> Result<(VerifyReport, HeadMark), ReadError> {
    let (mark, streams) = meta(conn).map_err(into_read)?;
    let mut walk = Walk::new();
    let range = Range { after: Position(0), upto: mark.position, limit: u64::MAX, bytes: usize::MAX };
    let mut last = None;
    global(conn, names, range, &mut |record, prev| {
        last = Some(record.hash);
        Ok(walk.step(&record, &prev)?)
    })?;
    if last.is_some_and(|hash| hash != mark.last_hash) {
        return Err(damage(walk.head(), "the last record is not the one that was committed"));
    }
    let mut broken = None;
    load::each_stream(conn, &mut |stream, head| {
        broken = broken.take().or_else(|| walk.expect_stream(&stream, head.version, &head.hash).err());
        true
    })
    .map_err(into_read)?;
    if let Some(found) = broken {
        return Err(found.into());
    }
    let report = walk.finish(mark.position, streams)?;
    check_tables(conn, &report)?;
    Ok((report, mark))
}

/// Nothing more and nothing less than the records account for, and an index that leads to all of them.
fn check_tables(conn: &Connection, report: &VerifyReport) -> Result<(), ReadError> {
    let count = |sql: &str| {
        let found = conn.query_row(sql, [], |row| row.get::<_, i64>(0));
        found.map(i64::cast_unsigned).map_err(|error| read_error(&error, Position(0)))
    };
    let present = report.records - report.purged;
    let expected = [
        ("SELECT count(*) FROM record NOT INDEXED", report.records),
        ("SELECT count(*) FROM record INDEXED BY record_stream WHERE stream_no > 0", report.records),
        ("SELECT count(*) FROM payload", present),
        ("SELECT count(*) FROM purge", report.purged),
    ];
    for (sql, expected) in expected {
        if count(sql)? != expected {
            return Err(damage(report.head, "a table holds more or less than the records account for"));
        }
    }
    let sql = "PRAGMA integrity_check(1)";
    let said: String = conn.query_row(sql, [], |row| row.get(0)).map_err(|error| read_error(&error, Position(0)))?;
    if said == "ok" { Ok(()) } else { Err(damage(report.head, "the database's own check fails")) }
}

/// Verifies an open journal: the file, what is in memory, and the side file.
pub(super) fn open_journal(shared: &Shared) -> Result<VerifyReport, ReadError> {
    let before = read(&shared.heads).mark;
    let witness = head::load(&*shared.disk).map_err(|error| ReadError::Io(error.to_string()))?;
    let (report, mark) = shared.pool.with(|conn| whole(conn, &|no| shared.name(no)))?;
    if mark.commit < before.commit || (mark.commit == before.commit && mark != before) {
        return Err(damage(report.head, "the database ends before what was answered"));
    }
    match witness {
        // Written before anything is shown, so that it is never behind what was in memory before.
        Witness::Mark(head) if (before.commit..=mark.commit).contains(&head.commit) => Ok(report),
        Witness::Mark(_) => Err(damage(report.head, "the head file and the database do not belong together")),
        Witness::Missing | Witness::Unreadable => Err(damage(report.head, "the head file cannot be read")),
    }
}

fn damage(position: Position, what: &str) -> ReadError {
    CorruptRecord { position, stream: None, version: None, what: what.to_owned() }.into()
}

fn into_read(error: OpenError) -> ReadError {
    match error {
        OpenError::Corrupt(found) => found.into(),
        other => ReadError::Io(other.to_string()),
    }
}
