//! Times of an event: xs:dateTime with a zone, in milliseconds since 1970.

/// A moment, and how it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instant {
    /// Milliseconds since 1970, UTC.
    pub ms: i64,
    /// As it stood in the event.
    pub written: String,
}

impl Instant {
    /// Reads a time: seconds with a fraction of any length, Z or an offset.
    #[must_use]
    pub fn parse(written: &str) -> Option<Self> {
        let trimmed = written.trim();
        if !trimmed.contains('T') {
            return None;
        }
        let timestamp: jiff::Timestamp = nanoseconds_at_most(trimmed).parse().ok()?;
        Some(Self { ms: timestamp.as_millisecond(), written: trimmed.to_owned() })
    }

    /// From milliseconds.
    #[must_use]
    pub fn from_ms(ms: i64) -> Option<Self> {
        let timestamp = jiff::Timestamp::from_millisecond(ms).ok()?;
        Some(Self { ms, written: format!("{timestamp:.3}") })
    }
}

/// More than nine digits say nothing that anybody could know.
fn nanoseconds_at_most(written: &str) -> String {
    let Some((before, after)) = written.split_once('.') else { return written.to_owned() };
    let digits = after.bytes().take_while(u8::is_ascii_digit).count();
    let (fraction, zone) = after.split_at(digits);
    format!("{before}.{}{zone}", &fraction[..digits.min(9)])
}
