//! Short data (EN 300 392-2 clauses 14.7, 14.8 and 29): what one radio sends another, beside speech.

mod ack;
mod coding;
mod concatenated;
mod json;
mod location_system;
pub mod pid;
mod report;
mod seven_bit;
mod status;
mod storage;
mod text;
mod timestamp;
mod transfer;

pub use ack::Ack;
pub use coding::{Coding, Text};
pub use concatenated::{Joiner, Part};
pub use location_system::LocationSystem;
pub use report::{Delivery, Report, delivery_status_name};
pub use status::{Status, StatusClass};
pub use storage::{ForwardAddress, StorageForward};
pub use text::{TextMessage, TextPart};
pub use timestamp::{Timeframe, Timestamp};
pub use transfer::{DeliveryReport, Transfer};

use crate::{
    bits::{BitString, Reader, Short},
    tetra::lip::{self, Lip, LipError},
};

/// Bits that user data of type 4 has at most (clause 14.8.22: eleven bits of length).
pub const TYPE4_BITS_MAX: usize = 2047;

/// Why short data is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SdsError {
    /// It ends within an element.
    #[error("the message ends early: {0}")]
    Short(#[from] Short),
    /// More than a message can hold.
    #[error("{bits} bits are more than the {TYPE4_BITS_MAX} of a message")]
    TooLong {
        /// Bits announced.
        bits: usize,
    },
    /// A type of a fixed length with another length.
    #[error("{service} has {expected} bits, not {held}")]
    Length {
        /// Which service.
        service: &'static str,
        /// Its length.
        expected: usize,
        /// Bits held.
        held: usize,
    },
    /// The standard gives this value no meaning, and with it no layout.
    #[error("{element} {value} is reserved")]
    Reserved {
        /// Which element.
        element: &'static str,
        /// Its value.
        value: u32,
    },
    /// In the location PDU within.
    #[error(transparent)]
    Lip(#[from] LipError),
}

/// Which service of the air interface carried it (EN 300 392-5: AI service).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// 16 bits.
    Type1,
    /// 32 bits.
    Type2,
    /// 64 bits.
    Type3,
    /// Up to 2 047 bits, led by a protocol identifier.
    Type4,
    /// A pre-coded status of 16 bits.
    Status,
}

impl Service {
    /// From the number that the peripheral equipment interface uses; nothing for speech and packet data.
    #[must_use]
    pub fn from_pei(number: u32) -> Option<Self> {
        Some(match number {
            9 => Self::Type1,
            10 => Self::Type2,
            11 => Self::Type3,
            12 => Self::Type4,
            13 => Self::Status,
            _ => return None,
        })
    }

    /// That number.
    #[must_use]
    pub fn to_pei(self) -> u32 {
        match self {
            Self::Type1 => 9,
            Self::Type2 => 10,
            Self::Type3 => 11,
            Self::Type4 => 12,
            Self::Status => 13,
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Type1 => "sds_type1",
            Self::Type2 => "sds_type2",
            Self::Type3 => "sds_type3",
            Self::Type4 => "sds_type4",
            Self::Status => "status",
        }
    }

    fn fixed_bits(self) -> Option<usize> {
        match self {
            Self::Type1 | Self::Status => Some(16),
            Self::Type2 => Some(32),
            Self::Type3 => Some(64),
            Self::Type4 => None,
        }
    }
}

/// Short data.
#[derive(Debug, Clone, PartialEq)]
pub enum Sds {
    /// Pre-coded status.
    Status(Status),
    /// User defined data of types 1 to 3.
    UserDefined {
        /// Which type.
        service: Service,
        /// The bits.
        data: BitString,
    },
    /// Type 4.
    Type4(Type4),
}

/// What the protocol identifier leads to.
#[derive(Debug, Clone, PartialEq)]
pub struct Type4 {
    /// Protocol identifier (table 29.21).
    pub pid: u8,
    /// What follows.
    pub content: Content,
    /// Bits that were not read.
    pub remainder: BitString,
}

/// What follows a protocol identifier.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Identifiers below 80: the protocol follows at once.
    Bare(Payload),
    /// SDS-TRANSFER.
    Transfer(Transfer, Payload),
    /// SDS-REPORT.
    Report(Report),
    /// SDS-ACK.
    Ack(Ack),
    /// SDS-TL message types 8 to 15: as the application defines.
    Application(u8),
}

/// What a message carries.
#[derive(Debug, Clone, PartialEq)]
pub enum Payload {
    /// A text, perhaps a part of one.
    Text(TextMessage),
    /// A location PDU.
    Lip(Lip),
    /// Positions in another protocol.
    Location(LocationSystem),
    /// A part of a longer message.
    Part(Part),
    /// Anything else: kept as it came, in the remainder.
    Unread,
}

/// Reads what a radio handed over.
///
/// # Errors
/// See [`SdsError`]. Never panics; takes memory in the order of the input.
pub fn decode(service: Service, bits: &BitString) -> Result<Sds, SdsError> {
    if bits.len() > TYPE4_BITS_MAX {
        return Err(SdsError::TooLong { bits: bits.len() });
    }
    if let Some(expected) = service.fixed_bits().filter(|expected| *expected != bits.len()) {
        return Err(SdsError::Length { service: service.name(), expected, held: bits.len() });
    }
    match service {
        Service::Status => Ok(Sds::Status(Status(bits.reader().take_u16(16)?))),
        Service::Type4 => type4(bits).map(Sds::Type4),
        service => Ok(Sds::UserDefined { service, data: bits.clone() }),
    }
}

fn type4(bits: &BitString) -> Result<Type4, SdsError> {
    let mut reader = bits.reader();
    let pid = reader.take_u8(8)?;
    let content = if pid < pid::FIRST_WITH_TL {
        Content::Bare(bare(pid, &mut reader)?)
    } else {
        match reader.peek(4)? {
            0 => {
                let transfer = Transfer::read(&mut reader)?;
                let payload = payload(pid, &mut reader)?;
                Content::Transfer(transfer, payload)
            }
            1 => Content::Report(Report::read(&mut reader)?),
            2 => Content::Ack(Ack::read(&mut reader)?),
            value @ 3..=7 => return Err(SdsError::Reserved { element: "SDS-TL message type", value }),
            _ => Content::Application(reader.take_u8(4)?),
        }
    };
    Ok(Type4 { pid, content, remainder: reader.rest() })
}

fn bare(pid: u8, reader: &mut Reader<'_>) -> Result<Payload, SdsError> {
    Ok(match pid {
        pid::SIMPLE_TEXT | pid::SIMPLE_IMMEDIATE_TEXT => Payload::Text(TextMessage::read_simple(reader)?),
        pid::LIP => Payload::Lip(lip::decode_pdu(reader)?),
        pid::SIMPLE_LOCATION => Payload::Location(LocationSystem::read(reader)?),
        pid::SIMPLE_CONCATENATED => Payload::Part(Part::read(reader)?),
        _ => Payload::Unread,
    })
}

/// Reads what a message carries that was put together of parts: its own identifier was in the first, the headers of delivery in each. As
/// long as all parts may be together.
///
/// # Errors
/// See [`SdsError`].
pub fn read_joined(pid: u8, data: &BitString) -> Result<Payload, SdsError> {
    let mut reader = data.reader();
    if pid < pid::FIRST_WITH_TL { bare(pid, &mut reader) } else { payload(pid, &mut reader) }
}

fn payload(pid: u8, reader: &mut Reader<'_>) -> Result<Payload, SdsError> {
    Ok(match pid {
        pid::TEXT | pid::IMMEDIATE_TEXT => Payload::Text(TextMessage::read(reader)?),
        pid::TEXT_WITH_HEADER => Payload::Text(TextMessage::read_with_header(reader)?),
        pid::LOCATION => Payload::Location(LocationSystem::read(reader)?),
        pid::CONCATENATED => Payload::Part(Part::read(reader)?),
        _ => Payload::Unread,
    })
}
