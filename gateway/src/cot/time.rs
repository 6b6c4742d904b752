//! Times of an event: xs:dateTime, in milliseconds since 1970.

use jiff::{SignedDuration, civil::DateTime};

use crate::xsd;

/// A moment, and how it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instant {
    /// Milliseconds since 1970, UTC.
    pub ms: i64,
    /// As it stood in the event.
    pub written: String,
}

impl Instant {
    /// Reads a time: seconds with a fraction of any length, Z or an offset; without either it is UTC.
    #[must_use]
    pub fn parse(written: &str) -> Option<Self> {
        let written = written.trim();
        xsd::date_time_ms(written).map(|ms| Self { ms, written: written.to_owned() })
    }

    /// From milliseconds. Nothing after the year 9999.
    #[must_use]
    pub fn from_ms(ms: i64) -> Option<Self> {
        const EPOCH: DateTime = jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0);
        let moment = EPOCH.checked_add(SignedDuration::from_millis(ms)).ok()?;
        Some(Self { ms, written: format!("{moment:.3}Z") })
    }

    /// As it is told on. Of what is valid, other clients do not read everything: a time without a zone they may take for their own
    /// one, and an hour 24 for none. These two are written in UTC, the others as they stood.
    #[must_use]
    pub fn for_others(&self) -> String {
        const DATE_AND_TIME: usize = "2026-11-26T13:45:30".len();
        let zoned = self.written.get(DATE_AND_TIME..).is_some_and(|rest| rest.contains(['Z', '+', '-']));
        if zoned && !self.written.contains("T24") {
            return self.written.clone();
        }
        Self::from_ms(self.ms).map_or_else(|| self.written.clone(), |in_utc| in_utc.written)
    }
}
