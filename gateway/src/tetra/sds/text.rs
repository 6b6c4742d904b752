//! Text messages (EN 300 392-2 clauses 29.5.2, 29.5.3, 29.5.9 and 29.5.10).

use crate::bits::{BitString, Reader, Writer};

use super::{Coding, DeliveryReport, SdsError, Text, Timestamp, Transfer, pid};

/// A text, perhaps a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextMessage {
    /// Table 29.29.
    pub coding: Coding,
    /// When it was written, as the sender says.
    pub timestamp: Option<Timestamp>,
    /// Which part of which text.
    pub part: Option<TextPart>,
    /// The text.
    pub text: Text,
}

/// User data header (clause 29.5.10): which part this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextPart {
    /// The same for all parts of a text.
    pub reference: u16,
    /// Sixteen bits instead of eight.
    pub long_reference: bool,
    /// How many.
    pub total: u8,
    /// Counted from one.
    pub sequence: u8,
}

impl TextPart {
    /// Whether it can be a part of anything: numbered from one, and not above the total.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        (1..=self.total).contains(&self.sequence)
    }
}

impl TextMessage {
    /// Without an SDS-TL header: a reserved bit and the coding scheme.
    pub(super) fn read_simple(reader: &mut Reader<'_>) -> Result<Self, SdsError> {
        reader.take(1)?;
        let coding = Coding(reader.take_u8(7)?);
        Ok(Self { coding, timestamp: None, part: None, text: coding.read(reader) })
    }

    /// After an SDS-TL header.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, SdsError> {
        let (coding, timestamp) = head(reader)?;
        Ok(Self { coding, timestamp, part: None, text: coding.read(reader) })
    }

    /// With a user data header before the text.
    pub(super) fn read_with_header(reader: &mut Reader<'_>) -> Result<Self, SdsError> {
        let (coding, timestamp) = head(reader)?;
        let octets = usize::from(reader.take_u8(8)?);
        let header = reader.string(octets * 8)?;
        let part = read_part(&mut header.reader())?;
        Ok(Self { coding, timestamp, part, text: coding.read(reader) })
    }

    /// A text to a radio, in the coding that holds it. Nothing if it is longer than a message.
    ///
    /// No time stamp: it has no year and no zone, and a radio shows its own.
    #[must_use]
    pub fn to_sds(text: &str, message_reference: u8, delivery_report: DeliveryReport, immediate: bool) -> BitString {
        let coding = Coding::for_text(text);
        let mut writer = Writer::default();
        let pid = if immediate { pid::IMMEDIATE_TEXT } else { pid::TEXT };
        writer.put(pid.into(), 8);
        Transfer { delivery_report, only_standard_report: false, message_reference, storage: None }.write(&mut writer);
        writer.put(0, 1).put(coding.0.into(), 7);
        writer.octets(&coding.encode(text));
        writer.finish()
    }

    /// Octets of text that a message of so many bits can hold.
    #[must_use]
    pub fn room(message_bits: usize) -> usize {
        // Protocol identifier, SDS-TL header, coding scheme.
        const HEAD_BITS: usize = 8 + 16 + 8;
        message_bits.saturating_sub(HEAD_BITS) / 8
    }
}

fn head(reader: &mut Reader<'_>) -> Result<(Coding, Option<Timestamp>), SdsError> {
    let stamped = reader.flag()?;
    let coding = Coding(reader.take_u8(7)?);
    let timestamp = if stamped { Some(Timestamp::read(reader)?) } else { None };
    Ok((coding, timestamp))
}

/// Information elements of the header; those that are not about parts are passed over.
fn read_part(header: &mut Reader<'_>) -> Result<Option<TextPart>, SdsError> {
    let mut part = None;
    while header.left() >= 16 {
        let identifier = header.take_u8(8)?;
        let length = usize::from(header.take_u8(8)?);
        let content = header.string(length * 8)?;
        let mut content = content.reader();
        part = match (identifier, length) {
            (0x00, 3) => Some(TextPart {
                reference: content.take_u16(8)?,
                long_reference: false,
                total: content.take_u8(8)?,
                sequence: content.take_u8(8)?,
            }),
            (0x08, 4) => Some(TextPart {
                reference: content.take_u16(16)?,
                long_reference: true,
                total: content.take_u8(8)?,
                sequence: content.take_u8(8)?,
            }),
            _ => part,
        };
    }
    Ok(part)
}
