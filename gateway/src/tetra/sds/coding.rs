//! Text coding schemes (EN 300 392-2 clause 29.5.4.1, table 29.29).

use std::fmt;

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
    /// Seven bits, packed.
    pub const SEVEN_BIT: Self = Self(0);
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
            0 => Some(seven_bit(raw)),
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

/// Which bit of a septet comes first is not settled: readers of the standard disagree. The reading that looks more like a text is
/// taken, the one of mobile telephony (least significant first) where both do. Nothing is ever sent so.
fn seven_bit(raw: &BitString) -> String {
    let [gsm, plain] =
        [gsm_septets(raw), plain_septets(raw)].map(|septets| -> String { septets.into_iter().map(septet).collect() });
    let readable = |text: &str| text.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' '..='?' | '\n')).count();
    if readable(&plain) > readable(&gsm) { plain } else { gsm }
}

fn gsm_septets(raw: &BitString) -> Vec<u8> {
    let octets = raw.octets();
    let count = raw.len() / 7;
    let bit = |at: usize| octets.get(at / 8).map_or(0, |octet| octet >> (at % 8) & 1);
    let mut septets: Vec<u8> = (0..count).map(|n| (0..7).fold(0, |value, b| value | bit(n * 7 + b) << b)).collect();
    // Seven zero bits at the end of whole octets are filling.
    if count.is_multiple_of(8) && septets.last() == Some(&0) {
        septets.pop();
    }
    septets
}

fn plain_septets(raw: &BitString) -> Vec<u8> {
    let mut reader = raw.reader();
    let mut septets: Vec<u8> = std::iter::from_fn(|| reader.take_u8(7).ok()).collect();
    if septets.len().is_multiple_of(8) && septets.last() == Some(&0) {
        septets.pop();
    }
    septets
}

/// Default alphabet of seven bits (3GPP TS 23.038 clause 6.2.1).
fn septet(code: u8) -> char {
    const ALPHABET: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u{1b}ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    ALPHABET.chars().nth(code.into()).unwrap_or(char::REPLACEMENT_CHARACTER)
}
