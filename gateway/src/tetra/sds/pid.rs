//! Protocol identifiers (EN 300 392-2 table 29.21).

/// From here on an SDS-TL header follows.
pub const FIRST_WITH_TL: u8 = 0x80;
/// Text without an SDS-TL header.
pub const SIMPLE_TEXT: u8 = 0x02;
/// Positions in another protocol, without a header.
pub const SIMPLE_LOCATION: u8 = 0x03;
/// Text that is shown at once, without a header.
pub const SIMPLE_IMMEDIATE_TEXT: u8 = 0x09;
/// Location information protocol.
pub const LIP: u8 = super::super::lip::PID;
/// Parts of a longer message, without a header.
pub const SIMPLE_CONCATENATED: u8 = 0x0C;
/// Text.
pub const TEXT: u8 = 0x82;
/// Positions in another protocol.
pub const LOCATION: u8 = 0x83;
/// Text that is shown at once.
pub const IMMEDIATE_TEXT: u8 = 0x89;
/// A text in parts, with a user data header.
pub const TEXT_WITH_HEADER: u8 = 0x8A;
/// Parts of a longer message.
pub const CONCATENATED: u8 = 0x8C;

/// Its name.
#[must_use]
pub fn name(pid: u8) -> &'static str {
    match pid {
        0x01 => "otak",
        0x02 => "simple_text",
        0x03 => "simple_location_system",
        0x04 | 0x84 => "wdp",
        0x05 | 0x85 => "wcmp",
        0x06 | 0x86 => "m_dmo",
        0x07 => "pin_authentication",
        0x08 | 0x88 => "end_to_end_encrypted",
        0x09 => "simple_immediate_text",
        0x0A => "lip",
        0x0B => "net_assist",
        0x0C => "simple_concatenated",
        0x0D => "dotam",
        0x0E => "simple_a_gnss",
        0x40..=0x7E | 0xC0..=0xFE => "user_application",
        0x82 => "text",
        0x83 => "location_system",
        0x89 => "immediate_text",
        0x8A => "text_with_user_data_header",
        0x8C => "concatenated",
        0x8D => "a_gnss",
        0x3F | 0x7F | 0xFF => "extension",
        _ => "reserved",
    }
}
