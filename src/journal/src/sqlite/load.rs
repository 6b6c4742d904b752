//! Loading the heads at open, and checking the end of the journal.

use rusqlite::{Connection, OptionalExtension, Row};

use crate::chain::{Hash, stream_checksum};
use crate::error::CorruptRecord;
use crate::heads::{Heads, StreamHead};
use crate::ids::{Position, StreamId, Version};
use crate::sqlite::head::HeadMark;
use crate::sqlite::open_error::OpenError;
use crate::sqlite::read::{Range, global};
use crate::sqlite::rows::read_error;

/// Where the database says that it ends, and with how many streams.
pub(super) fn meta(conn: &Connection) -> Result<(HeadMark, u64), OpenError> {
    let row = |row: &Row<'_>| {
        let mark = HeadMark {
            commit: row.get::<_, i64>(0)?.cast_unsigned(),
            position: Position(row.get::<_, i64>(1)?.cast_unsigned()),
            last_hash: row.get(3)?,
            chain: row.get(4)?,
        };
        Ok((mark, row.get::<_, i64>(2)?.cast_unsigned(), row.get::<_, Hash>(5)?))
    };
    let sql = "SELECT commits, position, streams, last_hash, chain, checksum FROM meta WHERE one = 1";
    let found = conn.query_row(sql, [], row).optional().map_err(|error| broken(&error))?;
    let (mark, streams, checksum) = found.ok_or_else(|| corrupt("the row that says where it ends is missing"))?;
    if meta_checksum(&mark, streams) != checksum {
        return Err(corrupt("the row that says where it ends does not match its checksum"));
    }
    Ok((mark, streams))
}

/// Checksum of the row that [`meta`] reads.
pub(super) fn meta_checksum(mark: &HeadMark, streams: u64) -> Hash {
    mark.checksum(&format!("samband.journal.1.meta.{streams}"))
}

/// All heads, each verified; as many streams as there must be.
pub(super) fn heads(conn: &Connection) -> Result<Heads, OpenError> {
    let (mark, streams) = meta(conn)?;
    let mut heads = Heads::new();
    heads.mark = mark;
    each_stream(conn, &mut |stream, head| heads.set(&stream, head))?;
    if heads.count() != streams {
        return Err(corrupt("a stream is missing"));
    }
    let sql = "SELECT ifnull(max(position), 0) FROM record";
    let last: i64 = conn.query_row(sql, [], |row| row.get(0)).map_err(|error| broken(&error))?;
    if last.cast_unsigned() != mark.position.0 {
        return Err(corrupt("the last record is not where it is said to be"));
    }
    Ok(heads)
}

/// Gives every stream in order of its number to `each`, which says whether it fits.
pub(super) fn each_stream(
    conn: &Connection,
    each: &mut dyn FnMut(StreamId, StreamHead) -> bool,
) -> Result<(), OpenError> {
    let sql = "SELECT no, name, version, hash, checksum FROM stream ORDER BY no";
    let mut statement = conn.prepare(sql).map_err(|error| broken(&error))?;
    let mut rows = statement.query([]).map_err(|error| broken(&error))?;
    let mut expected = 1;
    while let Some(row) = rows.next().map_err(|error| broken(&error))? {
        let (head, name, checksum) = stream_row(row).map_err(|error| broken(&error))?;
        let intact = stream_checksum(head.no, &name, head.version, &head.hash) == checksum;
        let stream = StreamId::new(&name).ok().filter(|_| intact && head.no == expected);
        let fits = stream.is_some_and(|stream| each(stream, head));
        if !fits {
            return Err(corrupt("the head of a stream does not match its checksum or is missing"));
        }
        expected += 1;
    }
    Ok(())
}

fn stream_row(row: &Row<'_>) -> rusqlite::Result<(StreamHead, String, Hash)> {
    let no = row.get::<_, i64>(0)?.cast_unsigned();
    let version = Version(row.get::<_, i64>(2)?.cast_unsigned());
    Ok((StreamHead { no, version, hash: row.get(3)? }, row.get(1)?, row.get(4)?))
}

/// Verifies the last `count` records, and that the journal holds the record the side file remembers.
pub(super) fn check_tail(conn: &Connection, heads: &Heads, count: u64) -> Result<(), OpenError> {
    let upto = heads.head();
    let names = |no| heads.name(no).cloned();
    let after = Position(upto.0.saturating_sub(count));
    let mut last = None;
    let range = Range { after, upto, limit: count, bytes: usize::MAX };
    global(conn, &names, range, &mut |record, _| {
        last = Some(record.hash);
        Ok(())
    })?;
    match last {
        Some(hash) if hash != heads.mark.last_hash => Err(corrupt("the last record is not the one that was committed")),
        _ => Ok(()),
    }
}

/// Whether the record that the side file remembers is in the journal.
pub(super) fn remembers(conn: &Connection, heads: &Heads, mark: &HeadMark) -> Result<bool, OpenError> {
    if mark.position == Position(0) {
        return Ok(true);
    }
    let names = |no| heads.name(no).cloned();
    let after = Position(mark.position.0 - 1);
    let mut same = false;
    let range = Range { after, upto: heads.head(), limit: 1, bytes: usize::MAX };
    global(conn, &names, range, &mut |record, _| {
        same = record.hash == mark.last_hash;
        Ok(())
    })?;
    Ok(same)
}

/// Damage that has no single record to point to.
pub(super) fn corrupt(what: &str) -> OpenError {
    OpenError::Corrupt(CorruptRecord { position: Position(0), stream: None, version: None, what: what.to_owned() })
}

pub(super) fn broken(error: &rusqlite::Error) -> OpenError {
    read_error(error, Position(0)).into()
}
