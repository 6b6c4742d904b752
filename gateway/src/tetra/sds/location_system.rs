//! Location system (EN 300 392-2 clause 29.5.5): positions in another protocol, for instance NMEA 0183.

use crate::bits::{BitString, Reader};

use super::SdsError;

/// Positions in another protocol. Kept, not plotted: LIP is how Rakel reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocationSystem {
    /// 0 NMEA 0183, 1 RTCM SC-104, 80 proprietary.
    pub coding: u8,
    /// The data.
    pub data: BitString,
}

impl LocationSystem {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, SdsError> {
        Ok(Self { coding: reader.take_u8(8)?, data: reader.rest() })
    }

    /// A NMEA sentence, where it is one.
    #[must_use]
    pub fn nmea(&self) -> Option<&str> {
        let text = std::str::from_utf8(self.data.octets()).ok()?.trim_end_matches(['\0', '\r', '\n']);
        (self.coding == 0 && text.is_ascii() && text.starts_with('$')).then_some(text)
    }
}
