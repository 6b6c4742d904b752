//! What the program prints, and how it ends.

use std::io::Write as _;

/// Exit codes, after sysexits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Exit {
    /// Usage or configuration.
    Usage = 64,
    /// Bad data.
    Data = 65,
    /// Unavailable.
    Unavailable = 69,
    /// Not permitted.
    NotPermitted = 77,
}

/// Why the program ends.
#[derive(Debug)]
pub struct Failure {
    pub(super) exit: Exit,
    pub(super) message: String,
}

impl Failure {
    pub(super) fn usage(message: impl ToString) -> Self {
        Self { exit: Exit::Usage, message: message.to_string() }
    }

    pub(super) fn data(message: impl ToString) -> Self {
        Self { exit: Exit::Data, message: message.to_string() }
    }

    pub(super) fn unavailable(message: impl ToString) -> Self {
        Self { exit: Exit::Unavailable, message: message.to_string() }
    }

    pub(super) fn not_permitted(message: impl ToString) -> Self {
        Self { exit: Exit::NotPermitted, message: message.to_string() }
    }
}

/// Prints a line. A reader that has gone away ends the program quietly.
pub(super) fn print(line: &str) {
    let mut out = std::io::stdout().lock();
    if writeln!(out, "{line}").and_then(|()| out.flush()).is_err() {
        std::process::exit(0);
    }
}

/// Prints a line to standard error.
pub(super) fn error(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}
