//! What is wrong with the files of a deployment, and where. Operators read this: Swedish.

use std::fmt;

/// A line of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// Name of the file, without its folder.
    pub(super) file: &'static str,
    /// From 1.
    pub(super) line: usize,
}

/// Something that stops the deployment from being used.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Name of the file, without its folder.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// What is wrong and what was expected, Swedish.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

impl std::error::Error for Finding {}

/// Everything found so far: reading goes on after a mistake, so that one run tells all of them.
#[derive(Debug, Default)]
pub(super) struct Findings(Vec<Finding>);

impl Findings {
    /// The files cannot be used.
    pub(super) fn stop(&mut self, place: Place, message: impl Into<String>) {
        self.0.push(Finding { file: place.file.into(), line: place.line, message: message.into() });
    }

    /// Nothing found, or all of it by file and line.
    pub(super) fn outcome(mut self) -> Result<(), Vec<Finding>> {
        self.0.sort();
        self.0.dedup();
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }
}
