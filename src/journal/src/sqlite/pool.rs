//! A few read-only connections, opened when first needed.

use std::path::PathBuf;
use std::sync::{Condvar, Mutex, PoisonError};

use rusqlite::Connection;

use crate::error::ReadError;
use crate::sqlite::schema::open_reader;
use crate::sync::lock;

/// Read-only connections.
pub(super) struct Pool {
    path: PathBuf,
    vfs: Option<String>,
    state: Mutex<State>,
    returned: Condvar,
}

struct State {
    idle: Vec<Connection>,
    /// How many more may be opened.
    left: usize,
}

impl Pool {
    pub(super) fn new(path: PathBuf, vfs: Option<String>, size: usize) -> Self {
        let state = State { idle: Vec::new(), left: size.max(1) };
        Self { path, vfs, state: Mutex::new(state), returned: Condvar::new() }
    }

    /// Runs with a connection, waiting for one while all are in use.
    pub(super) fn with<T>(&self, run: impl FnOnce(&Connection) -> Result<T, ReadError>) -> Result<T, ReadError> {
        let conn = self.take()?;
        let outcome = run(&conn);
        lock(&self.state).idle.push(conn);
        self.returned.notify_one();
        outcome
    }

    fn take(&self) -> Result<Connection, ReadError> {
        let none = |state: &mut State| state.idle.is_empty() && state.left == 0;
        let mut state = self.returned.wait_while(lock(&self.state), none).unwrap_or_else(PoisonError::into_inner);
        if let Some(conn) = state.idle.pop() {
            return Ok(conn);
        }
        state.left -= 1;
        drop(state);
        open_reader(&self.path, self.vfs.as_deref()).map_err(|error| {
            lock(&self.state).left += 1;
            self.returned.notify_one();
            ReadError::Io(error.to_string())
        })
    }
}
