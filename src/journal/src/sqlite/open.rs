//! Opening: everything is looked at before anything is changed.

use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;

use crate::heads::Heads;
use crate::sqlite::disk::{Disk, RealDisk};
use crate::sqlite::head::{self, HeadMark, Witness};
use crate::sqlite::load;
use crate::sqlite::open_error::OpenError;
use crate::sqlite::options::Options;
use crate::sqlite::schema::{CREATE, VERSION, open_writer};
use crate::sqlite::verify;
use crate::sqlite::writer::write_meta;

/// A database that was found in order.
pub(super) struct Opened {
    pub(super) conn: Connection,
    pub(super) heads: Heads,
    pub(super) disk: Arc<dyn Disk>,
}

/// Takes the directory, checks what is in it and brings the head file up to date.
pub(super) fn open(dir: &Path, options: &Options) -> Result<Opened, OpenError> {
    let disk: Arc<dyn Disk> = match &options.disk {
        Some(disk) => Arc::clone(disk),
        None => Arc::new(RealDisk::new(dir).map_err(OpenError::io("creating the directory"))?),
    };
    if !disk.lock().map_err(OpenError::io("locking the directory"))? {
        return Err(OpenError::Locked(dir.display().to_string()));
    }
    let opened = open_locked(dir, options, &*disk);
    match opened {
        Ok((conn, heads)) => Ok(Opened { conn, heads, disk }),
        Err(error) => {
            disk.unlock();
            Err(error)
        }
    }
}

fn open_locked(dir: &Path, options: &Options, disk: &dyn Disk) -> Result<(Connection, Heads), OpenError> {
    let witness = head::load(disk).map_err(OpenError::io("reading the head file"))?;
    if !disk.database_exists().map_err(OpenError::io("looking for the database"))? {
        nothing_answered(&witness, options)?;
    }
    let conn = open_writer(&dir.join("journal.db"), options.vfs.as_deref(), options.synchronous)
        .map_err(OpenError::database("opening the database"))?;
    let found: i64 =
        conn.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(|error| load::broken(&error))?;
    if found > VERSION {
        return Err(OpenError::NewerSchema { found, supported: VERSION });
    }
    if found < VERSION {
        refuse_tables(&conn)?;
        nothing_answered(&witness, options)?;
        create(&conn)?;
    }
    let heads = load::heads(&conn)?;
    if options.verify_all {
        verify::whole(&conn, &|no| heads.name(no).cloned())?;
    }
    load::check_tail(&conn, &heads, options.tail_check)?;
    compare(&conn, &heads, &witness, options)?;
    log_mode(&conn)?;
    head::reset(disk, &heads.mark)?;
    make_reserve(disk, options);
    Ok((conn, heads))
}

/// There is no database: fine, if nothing was ever answered from one.
fn nothing_answered(witness: &Witness, options: &Options) -> Result<(), OpenError> {
    let database = HeadMark::ORIGIN.reached();
    match witness {
        _ if options.accept_loss_after_head => Ok(()),
        Witness::Missing | Witness::Mark(HeadMark::ORIGIN) => Ok(()),
        Witness::Mark(head) => Err(OpenError::HeadAhead { head: head.reached(), database }),
        // The head file is only ever written once there is a database.
        Witness::Unreadable => Err(OpenError::HeadUnreadable { database }),
    }
}

/// Compares what was answered with what is there.
fn compare(conn: &Connection, heads: &Heads, witness: &Witness, options: &Options) -> Result<(), OpenError> {
    let database = heads.mark.reached();
    let Witness::Mark(mark) = *witness else {
        let known = options.accept_loss_after_head || heads.mark == HeadMark::ORIGIN;
        return if known { Ok(()) } else { Err(OpenError::HeadUnreadable { database }) };
    };
    let head = mark.reached();
    if options.accept_loss_after_head {
        Ok(())
    } else if head.commit > database.commit {
        Err(OpenError::HeadAhead { head, database })
    } else if (head.commit < database.commit || mark == heads.mark) && load::remembers(conn, heads, &mark)? {
        Ok(())
    } else {
        Err(OpenError::HeadMismatch { head, database })
    }
}

/// A database with tables and no schema version is not ours, or is damaged; either way it is not to be written over.
fn refuse_tables(conn: &Connection) -> Result<(), OpenError> {
    let sql = "SELECT count(*) FROM sqlite_schema";
    let tables: i64 = conn.query_row(sql, [], |row| row.get(0)).map_err(|error| load::broken(&error))?;
    if tables == 0 { Ok(()) } else { Err(load::corrupt("the database has tables and no schema version")) }
}

fn create(conn: &Connection) -> Result<(), OpenError> {
    log_mode(conn)?;
    conn.execute_batch(CREATE).map_err(OpenError::database("creating the tables"))?;
    write_meta(conn, &HeadMark::ORIGIN, 0).map_err(OpenError::database("creating the tables"))?;
    // Moved into the database at once: with the schema only in the log, a damaged log would look like a new journal.
    let moved = conn.execute_batch("COMMIT; PRAGMA wal_checkpoint(TRUNCATE);");
    moved.map_err(OpenError::database("creating the tables"))
}

fn log_mode(conn: &Connection) -> Result<(), OpenError> {
    let mode: String = conn
        .query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))
        .map_err(OpenError::database("choosing the write-ahead log"))?;
    if mode == "wal" {
        return Ok(());
    }
    Err(OpenError::Database { what: "choosing the write-ahead log", reason: format!("got {mode}") })
}

/// Makes the reserve if there is none of the right size. A disk without room for it must not keep the journal closed: health
/// says that it is full, and the last alarms still go in.
fn make_reserve(disk: &dyn Disk, options: &Options) {
    if options.reserve_bytes > 0 && disk.reserve_size().is_ok_and(|size| size != options.reserve_bytes) {
        drop(disk.make_reserve(options.reserve_bytes));
    }
}
