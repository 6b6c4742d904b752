//! Pre-coded status (EN 300 392-2 clause 14.8.34, table 14.72).

/// Sixteen bits. What a value from 8000 up means is the network's or the fleet's own, and configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Status(pub u16);

/// What the standard says of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusClass {
    /// A person in distress.
    Emergency,
    /// No meaning given.
    Reserved,
    /// SDS-SHORT-REPORT: what became of a message.
    ShortReport {
        /// 0 protocol or encoding not supported, 1 destination memory full, 2 received, 3 consumed.
        report: u8,
        /// Of the message it is about.
        message_reference: u8,
    },
    /// The network's or the fleet's own.
    NetworkOrUserDefined,
}

impl Status {
    /// A short report on a message.
    #[must_use]
    pub fn short_report(report: u8, message_reference: u8) -> Self {
        Self(0x7C00 | u16::from(report & 3) << 8 | u16::from(message_reference))
    }

    /// What it is.
    #[must_use]
    pub fn class(self) -> StatusClass {
        match self.0 {
            0 => StatusClass::Emergency,
            1..=0x7BFF => StatusClass::Reserved,
            0x7C00..=0x7FFF => {
                StatusClass::ShortReport { report: (self.0 >> 8 & 3) as u8, message_reference: (self.0 & 0xFF) as u8 }
            }
            0x8000.. => StatusClass::NetworkOrUserDefined,
        }
    }
}

impl StatusClass {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Emergency => "emergency",
            Self::Reserved => "reserved",
            Self::ShortReport { .. } => "sds_tl_short_report",
            Self::NetworkOrUserDefined => "network_or_user_defined",
        }
    }
}

/// The name of a short report.
pub(super) fn report_name(report: u8) -> &'static str {
    match report {
        0 => "protocol_or_encoding_not_supported",
        1 => "destination_memory_full",
        2 => "received",
        _ => "consumed",
    }
}
