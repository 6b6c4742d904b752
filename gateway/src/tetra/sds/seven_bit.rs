//! Text of seven bits a character (coding scheme 0; alphabet of 3GPP TS 23.038).
//!
//! Which bit of a septet comes first is not settled: readers of the standard disagree. Both readings are made, and the likelier one
//! is taken. Nothing is ever sent so.

use crate::bits::BitString;

/// Reads a text. Of the two packings first comes the one whose filling is filling (zeros), then the one that looks more like a text. When
/// both do, whole octets speak for mobile telephony's (least significant bit first), and a number of bits for the plain one.
pub(super) fn read(raw: &BitString) -> String {
    let octets = raw.octets_as_they_came();
    let septets = raw.len() / 7;
    let least_first = Reading::of(&octets, septets, |octet, bit| octet >> bit & 1, |value, bit, n| value | bit << n);
    let most_first =
        Reading::of(&octets, septets, |octet, bit| octet >> (7 - bit) & 1, |value, bit, _| value << 1 | bit);
    let whole_octets = raw.len().is_multiple_of(8);
    let rank = |reading: &Reading, favoured: bool| (reading.filling_is_zero, reading.points, favoured);
    if rank(&most_first, !whole_octets) > rank(&least_first, whole_octets) { most_first.text } else { least_first.text }
}

/// A text in one of the packings.
struct Reading {
    text: String,
    /// How much it looks like a text.
    points: i64,
    /// After the last septet come zeros only, as a sender fills up an octet.
    filling_is_zero: bool,
}

impl Reading {
    /// Takes the bits of each octet in the order that `bit` gives, and puts the bits of a septet together with `join`.
    ///
    /// A number of bits that is no whole number of octets counts septets here; in the packing of mobile telephony the last septet then
    /// lies partly in what the line holds beyond them.
    fn of(octets: &[u8], septets: usize, bit: fn(u8, usize) -> u8, join: fn(u8, u8, usize) -> u8) -> Self {
        let at = |place: usize| bit(octets.get(place / 8).copied().unwrap_or(0), place % 8);
        let mut codes: Vec<u8> =
            (0..septets).map(|n| (0..7).fold(0, |value, within| join(value, at(n * 7 + within), within))).collect();
        let filling_is_zero = (septets * 7..octets.len() * 8).all(|place| at(place) == 0);
        // Seven zero bits at the end of whole octets are filling.
        if septets.is_multiple_of(8) && codes.last() == Some(&0) {
            codes.pop();
        }
        let characters = characters(&codes);
        let points = characters.iter().map(|character| character.points()).sum();
        Self { text: characters.iter().map(|character| character.shown()).collect(), points, filling_is_zero }
    }
}

/// What one septet, or two with an escape, stand for.
enum Character {
    /// Of the alphabet.
    Plain(char),
    /// Of the extension table, after an escape.
    Extended(char),
    /// An escape before something that no table has.
    Unknown,
}

fn characters(codes: &[u8]) -> Vec<Character> {
    const ESCAPE: u8 = 0x1B;
    let mut codes = codes.iter().copied();
    std::iter::from_fn(move || {
        Some(match codes.next()? {
            ESCAPE => codes.next().and_then(extension).map_or(Character::Unknown, Character::Extended),
            code => Character::Plain(alphabet(code)),
        })
    })
    .collect()
}

impl Character {
    fn shown(&self) -> char {
        match self {
            Self::Plain(c) | Self::Extended(c) => *c,
            Self::Unknown => char::REPLACEMENT_CHARACTER,
        }
    }

    /// One for what texts are made of, and as much for each septet of an extended character: by chance it hardly comes about.
    fn points(&self) -> i64 {
        match self {
            Self::Extended(_) => 2,
            Self::Plain(c) if c.is_ascii_alphanumeric() || "åäöÅÄÖ .,:-/".contains(*c) => 1,
            Self::Plain(c) if c.is_ascii_graphic() || matches!(c, 'é' | '\n' | '\r') => 0,
            Self::Plain(_) => -1,
            Self::Unknown => -2,
        }
    }
}

/// Default alphabet (3GPP TS 23.038 clause 6.2.1).
fn alphabet(code: u8) -> char {
    const ALPHABET: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u{1b}ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
    ALPHABET.chars().nth(code.into()).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Default alphabet extension table (3GPP TS 23.038 clause 6.2.1.1).
fn extension(code: u8) -> Option<char> {
    Some(match code {
        0x0A => '\u{c}',
        0x14 => '^',
        0x28 => '{',
        0x29 => '}',
        0x2F => '\\',
        0x3C => '[',
        0x3D => '~',
        0x3E => ']',
        0x40 => '|',
        0x65 => '€',
        _ => return None,
    })
}
