//! Asking a radio where it is: immediate location report request (TS 100 392-18-1 clause 6.2.3) and triggers (clause 6.2.6).

use crate::bits::{BitString, Reader, Writer};

use super::{Element, Lip, LipError, PID, type5};

/// What kind of report is wanted (table 6.95).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportType {
    /// Long, without a time.
    Long,
    /// Long, with an age.
    LongTimeElapsed,
    /// Long, with day and time.
    LongTimeOfPosition,
    /// Short.
    Short,
}

impl ReportType {
    const ALL: [Self; 4] = [Self::Long, Self::LongTimeElapsed, Self::LongTimeOfPosition, Self::Short];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Long => "long_without_time",
            Self::LongTimeElapsed => "long_with_time_elapsed",
            Self::LongTimeOfPosition => "long_with_time_of_position",
            Self::Short => "short",
        }
    }

    /// Two bits.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Long => 0,
            Self::LongTimeElapsed => 1,
            Self::LongTimeOfPosition => 2,
            Self::Short => 3,
        }
    }
}

/// When a radio is to report by itself (table of trigger types).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// At the latest after so many seconds.
    EverySeconds(u32),
}

/// What a gateway asks of a radio.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// Report now.
    Immediate(ReportType),
    /// Report when this happens, again and again.
    Trigger(ReportType, Trigger),
}

impl Request {
    /// As an SDS type 4 message, protocol identifier first, filled up to whole octets.
    #[must_use]
    pub fn to_sds(self) -> BitString {
        let mut writer = Writer::default();
        writer.put(PID.into(), 8).put(1, 2);
        match self {
            Self::Immediate(report_type) => {
                writer.put(1, 4).put(0, 1).put(report_type.code().into(), 2);
            }
            Self::Trigger(report_type, trigger) => {
                // Request, no acknowledgement wanted.
                writer.put(6, 4).put(0, 1).put(0, 1).put(report_type.code().into(), 2);
                trigger.definition().write(&mut writer);
            }
        }
        let written = writer.clone().finish().len();
        writer.put(0, written.next_multiple_of(8) - written);
        writer.finish()
    }
}

impl Trigger {
    fn definition(self) -> Element {
        const RECURRING: u32 = 1;
        let mut writer = Writer::default();
        match self {
            Self::EverySeconds(seconds) => writer.put(129, 8).put(RECURRING, 1).put(interval_code(seconds).into(), 7),
        };
        Element { identifier: type5::TRIGGER_DEFINITION, content: writer.finish() }
    }
}

/// The shortest interval that is at least so long: steps of half a minute, a minute, ten minutes, half an hour. One source.
fn interval_code(seconds: u32) -> u8 {
    let of = |code: u32| match code {
        0..=19 => (code + 1) * 30,
        20..=39 => (code - 19) * 60 + 600,
        40..=93 => (code - 39) * 600 + 1_800,
        _ => (code - 93) * 1_800 + 34_200,
    };
    (0..=127).find(|code| of(*code) >= seconds).and_then(|code| u8::try_from(code).ok()).unwrap_or(127)
}

/// After the PDU type extension.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<Lip, LipError> {
    if reader.flag()? {
        // The bit says request (0) or response (1), and there is no response of this kind.
        return Err(LipError::Reserved { element: "request/response", value: 1 });
    }
    let code = reader.take(2)? as usize;
    let report_type = ReportType::ALL.get(code).copied().unwrap_or(ReportType::Short);
    let (elements, remainder) = type5::read(reader);
    Ok(Lip::ImmediateReportRequest { report_type, elements, remainder })
}
