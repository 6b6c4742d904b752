//! Time stamp of a text (EN 300 392-2 clause 29.5.4.4, table 29.40). It has no year.

use crate::bits::{Reader, Short};

/// Whose clock it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timeframe {
    /// The application says.
    Application,
    /// UTC.
    Utc,
    /// Local time.
    Local,
    /// Local daylight saving time.
    LocalDaylightSaving,
}

impl Timeframe {
    const ALL: [Self; 4] = [Self::Application, Self::Utc, Self::Local, Self::LocalDaylightSaving];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Application => "application_dependent",
            Self::Utc => "utc",
            Self::Local => "local",
            Self::LocalDaylightSaving => "local_daylight_saving",
        }
    }
}

/// Month to minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timestamp {
    /// Two bits.
    pub timeframe_raw: u8,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
}

impl Timestamp {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Short> {
        let timeframe_raw = reader.take_u8(2)?;
        reader.take(2)?;
        Ok(Self {
            timeframe_raw,
            month: reader.take_u8(4)?,
            day: reader.take_u8(5)?,
            hour: reader.take_u8(5)?,
            minute: reader.take_u8(6)?,
        })
    }

    /// Whose clock.
    #[must_use]
    pub fn timeframe(self) -> Timeframe {
        Timeframe::ALL.get(usize::from(self.timeframe_raw)).copied().unwrap_or(Timeframe::Application)
    }

    /// Whether it can be a time at all.
    #[must_use]
    pub fn is_valid(self) -> bool {
        (1..=12).contains(&self.month) && (1..=31).contains(&self.day) && self.hour < 24 && self.minute < 60
    }
}
