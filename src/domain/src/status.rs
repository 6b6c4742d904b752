//! Status codes of units, a table per organisation. Codes are local; states are common.

use std::collections::BTreeMap;

/// What the codes of all organisations map to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum UnitState {
    /// On the way.
    EnRoute,
    /// At the address or the break point.
    OnScene,
    /// Patient loaded.
    Loaded,
    /// At the hospital or other destination.
    AtDestination,
    /// On the way home.
    Returning,
    /// Available.
    Available,
    /// Not available.
    Unavailable,
}

/// One code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusCode {
    /// The common state.
    pub state: UnitState,
    /// The organisation's own words.
    pub text: String,
    /// Codes that usually come before it; empty: it begins an assignment.
    pub after: Vec<String>,
    /// Reporting it acknowledges the alarm (ärendestatus).
    pub acknowledges: bool,
}

/// An organisation's codes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StatusTable(pub BTreeMap<String, StatusCode>);

impl StatusTable {
    /// The code, if the organisation has it.
    pub fn get(&self, code: &str) -> Option<&StatusCode> {
        self.0.get(code)
    }

    /// Whether `code` usually follows `before`. What does not is accepted and flagged: radio reality wins.
    pub fn in_order(&self, before: Option<&str>, code: &str) -> bool {
        let Some(entry) = self.get(code) else { return false };
        match before {
            None => entry.after.is_empty(),
            Some(before) => entry.after.iter().any(|usual| usual == before),
        }
    }
}
