//! Times of CAP: seconds without a fraction, the offset always written and never Z (UTC is -00:00).

use serde::{Serialize, Serializer};

use crate::xsd::{date_time_ms, has_form};

/// A moment, and how it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapTime {
    /// Seconds since 1970, UTC.
    pub seconds: i64,
    /// As it stands in the message.
    pub written: String,
}

impl CapTime {
    /// Reads a time of the schema's form.
    #[must_use]
    pub fn parse(written: &str) -> Option<Self> {
        const FORMS: [&str; 2] = ["0000-00-00T00:00:00+00:00", "0000-00-00T00:00:00-00:00"];
        let written = written.trim();
        if !FORMS.iter().any(|form| has_form(written, form)) {
            return None;
        }
        Some(Self { seconds: date_time_ms(written)?.div_euclid(1000), written: written.to_owned() })
    }

    /// In UTC.
    #[must_use]
    pub fn from_seconds(seconds: i64) -> Option<Self> {
        let timestamp = jiff::Timestamp::from_second(seconds).ok()?;
        let written = timestamp.strftime("%Y-%m-%dT%H:%M:%S-00:00").to_string();
        Some(Self { seconds, written })
    }
}

impl Serialize for CapTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.written)
    }
}
