//! SDS-TRANSFER (EN 300 392-2 clause 29.4.2.4).

use crate::bits::{Reader, Writer};

use super::{SdsError, StorageForward};

/// Which reports the sender wants (table 29.17).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryReport {
    /// None.
    None,
    /// When it was received.
    Received,
    /// When it was read.
    Consumed,
    /// Both.
    Both,
}

impl DeliveryReport {
    const ALL: [Self; 4] = [Self::None, Self::Received, Self::Consumed, Self::Both];

    fn from_code(code: u8) -> Self {
        Self::ALL.get(usize::from(code)).copied().unwrap_or(Self::None)
    }

    /// Two bits.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::None => 0,
            Self::Received => 1,
            Self::Consumed => 2,
            Self::Both => 3,
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Received => "received",
            Self::Consumed => "consumed",
            Self::Both => "received_and_consumed",
        }
    }
}

/// The header of a message that is delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// Which reports are wanted.
    pub delivery_report: DeliveryReport,
    /// To one radio: short reports are no answer. To a group: see clause 29.4.3.12.
    pub only_standard_report: bool,
    /// Counted by the sender.
    pub message_reference: u8,
    /// When it may be stored on the way.
    pub storage: Option<StorageForward>,
}

impl Transfer {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, SdsError> {
        reader.take(4)?;
        let delivery_report = DeliveryReport::from_code(reader.take_u8(2)?);
        let only_standard_report = reader.flag()?;
        let stored = reader.flag()?;
        let message_reference = reader.take_u8(8)?;
        let storage = if stored { Some(StorageForward::read(reader)?) } else { None };
        Ok(Self { delivery_report, only_standard_report, message_reference, storage })
    }

    /// After the protocol identifier. A gateway never asks a network to store: an alarm of yesterday is worse than none.
    pub(super) fn write(&self, writer: &mut Writer) {
        writer
            .put(0, 4)
            .put(self.delivery_report.code().into(), 2)
            .put(self.only_standard_report.into(), 1)
            .put(0, 1)
            .put(self.message_reference.into(), 8);
    }
}
