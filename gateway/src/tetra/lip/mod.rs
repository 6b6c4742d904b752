//! Location information protocol (TS 100 392-18-1): where a radio is, and how it is asked.
//!
//! Protocol identifier 0A, without an SDS-TL header.

mod elements;
mod json;
mod long_report;
mod request;
mod shape;
mod short_report;
mod type5;
mod velocity;

pub use elements::{Additional, Direction, Position, PositionError, TimeElapsed, TimeOfPosition, reason};
pub use long_report::{LongReport, Time};
pub use request::{ReportType, Request, Trigger};
pub use shape::{Altitude, Shape};
pub use short_report::ShortReport;
pub use type5::Element;
pub use velocity::{HorizontalVelocity, Velocity};

use crate::bits::{BitString, Reader, Short};

/// Protocol identifier (EN 300 392-2 table 29.21).
pub const PID: u8 = 0x0A;
/// A short report without its protocol identifier.
const SHORT_REPORT_BITS: usize = 76;
/// Hexadecimal digits of an octet: that much more than a report was not there to fill up an octet.
const OCTET_DIGITS: usize = 2;

/// Why a location PDU is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LipError {
    /// It ends within an element.
    #[error("the location PDU ends early: {0}")]
    Short(#[from] Short),
    /// The standard gives this value no meaning, and with it no layout.
    #[error("{element} {value} is reserved")]
    Reserved {
        /// Which element.
        element: &'static str,
        /// Its value.
        value: u32,
    },
    /// It begins with the protocol identifier, and so many bits were announced as a report has without it, but the line holds more.
    #[error("a location report with its protocol identifier is cut off at {bits} bits, and more came with it")]
    CutOff {
        /// Bits announced.
        bits: usize,
    },
    /// Too long for a short report that begins at once, and with another identifier than the protocol's.
    #[error(
        "it begins with {identifier:02X} and not with 0A, and {left} bits would be left of a report without identifier"
    )]
    Foreign {
        /// The first octet.
        identifier: u32,
        /// Bits that would be left.
        left: usize,
    },
}

/// A location PDU.
#[derive(Debug, Clone, PartialEq)]
pub enum Lip {
    /// Clause 6.2.1.
    ShortReport(ShortReport),
    /// Clause 6.2.2.
    LongReport(LongReport),
    /// Clause 6.2.3: asks for a report now.
    ImmediateReportRequest {
        /// What kind of report.
        report_type: ReportType,
        /// Optional elements.
        elements: Vec<Element>,
        /// What could not be read as one.
        remainder: BitString,
    },
    /// Clause 6.2.4: how a report was taken; 0 is success.
    ReportAcknowledgement {
        /// Result code (table 6.96).
        result: u8,
        /// Filling, or what is not known.
        remainder: BitString,
    },
    /// The remaining ones set up how a radio reports: named, and kept as they came.
    Configuration {
        /// PDU type extension (table 6.92), 5 to 12.
        extension: u8,
        /// All bits after the extension.
        body: BitString,
    },
}

/// Reads a location PDU, with or without the protocol identifier in front.
///
/// A short report without it has 76 bits and may begin with the same octet: there a PDU with extension after it is believed, which a
/// short report would look like only in a narrow strip of the eastern Pacific. Of any other length what begins with that octet is taken for
/// one with it: one that was cut off is refused, not read as another place. So is one of 76 bits when an octet more came on the line, and
/// a report without identifier after which an octet or more is left: it belongs to another protocol.
///
/// # Errors
/// See [`LipError`]. Never panics; takes memory in the order of the input.
pub fn decode(bits: &BitString) -> Result<Lip, LipError> {
    let mut reader = bits.reader();
    let named = reader.peek(8).is_ok_and(|first| first == u32::from(PID));
    let may_be_bare = bits.len() == SHORT_REPORT_BITS;
    let extended = reader.peek(14).is_ok_and(|head| head >> 4 & 3 == 1 && matches!(head & 15, 1 | 3..=12));
    if named && (!may_be_bare || extended) {
        reader.take(8)?;
        return decode_pdu(&mut reader);
    }
    if named && bits.surplus().len() >= OCTET_DIGITS {
        return Err(LipError::CutOff { bits: bits.len() });
    }
    let identifier = reader.peek(8).unwrap_or_default();
    match decode_pdu(&mut reader)? {
        Lip::ShortReport(report) if report.remainder.len() >= 8 => {
            Err(LipError::Foreign { identifier, left: report.remainder.len() })
        }
        read => Ok(read),
    }
}

/// Reads the PDU after the protocol identifier.
///
/// # Errors
/// See [`LipError`].
pub fn decode_pdu(reader: &mut Reader<'_>) -> Result<Lip, LipError> {
    match reader.take(2)? {
        0 => ShortReport::read(reader).map(Lip::ShortReport),
        1 => extended(reader),
        value => Err(LipError::Reserved { element: "PDU type", value }),
    }
}

/// Tables 6.91 and 6.92: PDU type 1 has an extension.
fn extended(reader: &mut Reader<'_>) -> Result<Lip, LipError> {
    match reader.take_u8(4)? {
        1 => request::read(reader),
        3 => LongReport::read(reader).map(Lip::LongReport),
        4 => Ok(Lip::ReportAcknowledgement { result: reader.take_u8(8)?, remainder: reader.rest() }),
        extension @ 5..=12 => Ok(Lip::Configuration { extension, body: reader.rest() }),
        value => Err(LipError::Reserved { element: "PDU type extension", value: value.into() }),
    }
}

impl Lip {
    /// Where it was, if the receiver knew. A receiver without a fix sends zeros: they are never a place.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        match self {
            Self::ShortReport(report) => report.fix(),
            Self::LongReport(report) => report.fix(),
            _ => None,
        }
    }

    /// Why it was sent.
    #[must_use]
    pub fn reason(&self) -> Option<u8> {
        let additional = match self {
            Self::ShortReport(report) => report.additional,
            Self::LongReport(report) => report.additional,
            _ => return None,
        };
        match additional {
            Additional::Reason(reason) => Some(reason),
            Additional::UserDefined(_) => None,
        }
    }
}
