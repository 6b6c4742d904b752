//! From the domain's types to the contract's.

pub mod around;
mod envelope;
pub mod event;
mod information;
pub mod names;

use samband_domain::Timestamp;

/// A moment.
pub fn timestamp(at: Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp {
        seconds: at.0.div_euclid(1000),
        nanos: i32::try_from(at.0.rem_euclid(1000) * 1_000_000).unwrap_or(0),
    }
}

/// The day, as year, month and day in UTC: good enough for age groups.
pub fn date(at: Timestamp) -> (i32, u32, u32) {
    let Ok(moment) = jiff::Timestamp::from_millisecond(at.0) else { return (1970, 1, 1) };
    let date = moment.to_zoned(jiff::tz::TimeZone::UTC).date();
    (i32::from(date.year()), u32::from(date.month().unsigned_abs()), u32::from(date.day().unsigned_abs()))
}
