//! The operator's log: a line each on standard error, with its time. Never what somebody said.

use std::{collections::BTreeSet, io::Write as _};

/// A log.
#[derive(Debug, Default)]
pub struct Log {
    name: &'static str,
    said: BTreeSet<&'static str>,
}

impl Log {
    /// Of a part of the gateway.
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        Self { name, said: BTreeSet::new() }
    }

    /// Says a line.
    pub fn say(&self, line: &str) {
        let at = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        // Where standard error is closed there is nobody to tell.
        let _ = writeln!(std::io::stderr().lock(), "{at} {}: {line}", self.name);
    }

    /// Says a line about something that goes on, once until [`Self::again`].
    pub fn once(&mut self, about: &'static str, line: &str) {
        if self.said.insert(about) {
            self.say(line);
        }
    }

    /// It is over: the next time it is said anew.
    pub fn again(&mut self, about: &'static str) {
        self.said.remove(about);
    }
}
