//! Text coding schemes (EN 300 392-2 clause 29.5.4.1, table 29.29).

use std::fmt;

use super::seven_bit;
use crate::bits::{BitString, Reader};

/// A scheme, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coding(pub u8);

/// A text as it came, and what it says where the scheme is known.
#[derive(Clone, PartialEq, Eq)]
pub struct Text {
    /// What it says; nothing where the scheme is not known here.
    pub says: Option<String>,
    /// As it came.
    pub raw: BitString,
}

impl fmt::Debug for Text {
    /// Its length: what is said is nobody's in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Text({} bits)", self.raw.len())
    }
}

impl Coding {
    /// ISO 8859-1: what Swedish needs.
    pub const LATIN_1: Self = Self(1);
    /// UTF-16, big end first.
    pub const UTF_16: Self = Self(26);

    /// The narrowest scheme for sending that holds the text.
    #[must_use]
    pub fn for_text(text: &str) -> Self {
        let latin = |c: char| u32::from(c) < 0x100 && !(0x80..0xA0).contains(&u32::from(c));
        if text.chars().all(latin) { Self::LATIN_1 } else { Self::UTF_16 }
    }

    /// Octets of the text in this scheme, which is one that [`Self::for_text`] chose.
    #[must_use]
    pub fn encode(self, text: &str) -> Vec<u8> {
        if self == Self::UTF_16 {
            return text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        }
        text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()
    }

    /// All that is left, as text.
    pub(super) fn read(self, reader: &mut Reader<'_>) -> Text {
        let raw = reader.rest();
        let says = self.decode(&raw);
        Text { says: says.map(|text| text.trim_end_matches('\0').to_owned()), raw }
    }

    fn decode(self, raw: &BitString) -> Option<String> {
        let octets = &raw.octets()[..raw.len() / 8];
        match self.0 {
            0 => Some(seven_bit::read(raw)),
            1 => Some(octets.iter().copied().map(char::from).collect()),
            9 => Some(octets.iter().copied().map(latin_5).collect()),
            26 => Some(utf_16(octets)),
            scheme => match iso_8859(scheme) {
                Some(encoding) => Some(encoding.decode_without_bom_handling(octets).0.into_owned()),
                None => code_page(scheme, octets),
            },
        }
    }
}

fn iso_8859(scheme: u8) -> Option<&'static encoding_rs::Encoding> {
    Some(match scheme {
        2 => encoding_rs::ISO_8859_2,
        3 => encoding_rs::ISO_8859_3,
        4 => encoding_rs::ISO_8859_4,
        5 => encoding_rs::ISO_8859_5,
        6 => encoding_rs::ISO_8859_6,
        7 => encoding_rs::ISO_8859_7,
        8 => encoding_rs::ISO_8859_8,
        10 => encoding_rs::ISO_8859_10,
        11 => encoding_rs::ISO_8859_13,
        12 => encoding_rs::ISO_8859_14,
        13 => encoding_rs::ISO_8859_15,
        _ => return None,
    })
}

/// ISO 8859-9 is the first part with six Turkish letters.
fn latin_5(octet: u8) -> char {
    match octet {
        0xD0 => 'Ğ',
        0xDD => 'İ',
        0xDE => 'Ş',
        0xF0 => 'ğ',
        0xFD => 'ı',
        0xFE => 'ş',
        _ => char::from(octet),
    }
}

fn code_page(scheme: u8, octets: &[u8]) -> Option<String> {
    const CODE_PAGES: [u16; 12] = [437, 737, 850, 852, 855, 857, 860, 861, 863, 865, 866, 869];
    let page = CODE_PAGES.get(usize::from(scheme.checked_sub(14)?))?;
    Some(oem_cp::code_table::DECODING_TABLE_CP_MAP.get(page)?.decode_string_lossy(octets))
}

fn utf_16(octets: &[u8]) -> String {
    let units = octets.chunks(2).map(|pair| match pair {
        [high, low] => u16::from_be_bytes([*high, *low]),
        // Half a character.
        _ => 0xFFFD,
    });
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}
