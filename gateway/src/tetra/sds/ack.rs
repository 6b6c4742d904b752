//! SDS-ACK (EN 300 392-2 clause 29.4.2.1): a report was taken.

use crate::bits::{BitString, Reader, Writer};

use super::SdsError;

/// The acknowledgement of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ack {
    /// Table 29.16.
    pub delivery_status: u8,
    /// Of the message the report was about.
    pub message_reference: u8,
}

impl Ack {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, SdsError> {
        // Message type, and four bits that are reserved.
        reader.take(8)?;
        Ok(Self { delivery_status: reader.take_u8(8)?, message_reference: reader.take_u8(8)? })
    }

    /// As a message.
    #[must_use]
    pub fn to_sds(self, pid: u8) -> BitString {
        let mut writer = Writer::default();
        writer.put(pid.into(), 8).put(2, 4).put(0, 4);
        writer.put(self.delivery_status.into(), 8).put(self.message_reference.into(), 8);
        writer.finish()
    }
}
