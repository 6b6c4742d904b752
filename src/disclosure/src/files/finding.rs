//! What is wrong with the files, and where. People who sign them read this: Swedish.

use std::{fmt, sync::Arc};

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Name of the file, without its folder.
    pub file: Arc<str>,
    /// From 1.
    pub line: usize,
}

/// Something that stops the files from being used (STOPP), or that whoever signs should know (VARNING).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Name of the file, without its folder.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// What is wrong and what was expected, Swedish; begins with STOPP or VARNING.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

impl std::error::Error for Finding {}

/// Everything found so far: reading goes on after an error, so that one run tells all of them.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    stops: Vec<Finding>,
    warnings: Vec<Finding>,
}

impl Findings {
    /// The files cannot be used.
    pub(crate) fn stop(&mut self, place: &Place, what: impl fmt::Display) {
        self.stops.push(finding(place, "STOPP", &what));
    }

    /// They can, but whoever signs should know.
    pub(crate) fn warn(&mut self, place: &Place, what: impl fmt::Display) {
        self.warnings.push(finding(place, "VARNING", &what));
    }

    /// Whether the file has been stopped.
    pub(crate) fn stopped(&self, file: &str) -> bool {
        self.stops.iter().any(|finding| finding.file == file)
    }

    /// The warnings, or else what stops the files; by file and line.
    pub(crate) fn outcome(mut self) -> Result<Vec<Finding>, Vec<Finding>> {
        let by_place = |mut list: Vec<Finding>| {
            list.sort();
            list.dedup();
            list
        };
        if self.stops.is_empty() {
            return Ok(by_place(self.warnings));
        }
        // Warnings are told as well: the next run should bring no news.
        self.stops.append(&mut self.warnings);
        Err(by_place(self.stops))
    }
}

fn finding(place: &Place, kind: &str, what: &dyn fmt::Display) -> Finding {
    Finding { file: place.file.to_string(), line: place.line, message: format!("{kind}: {what}") }
}
