//! Bytes to text. Senders use UTF-8, Latin-1 and Windows-1252, sometimes two of them in one message.

use thiserror::Error;

/// The longest text that is read, in bytes. Real alarms are one or two thousand.
pub const MAX_BYTES: usize = 64 * 1024;

/// Windows-1252, 0x80 to 0x9F; five codes are undefined. Above that it is Latin-1, which is Unicode.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{FFFD}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{FFFD}', 'Ž', '\u{FFFD}', '\u{FFFD}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{FFFD}', 'ž', 'Ÿ',
];

/// Why bytes hold no text alarm at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotText {
    /// No bytes, or nothing but whitespace.
    #[error("the text is empty")]
    Empty,
    /// Binary data without any text.
    #[error("binary data, no text")]
    Binary,
}

/// The decoded text and what was noticed while decoding it.
pub(super) struct Text {
    /// Line feeds only, no byte order mark, control characters replaced.
    pub(super) text: String,
    /// There was more than [`MAX_BYTES`].
    pub(super) too_long: bool,
}

impl Text {
    /// True if something was not a character. Asked of the text, so that decoding `raw` again gives the same answer.
    pub(super) fn has_bad_characters(&self) -> bool {
        self.text.contains('\u{FFFD}')
    }
}

/// Tells whether there is any text to decode. [`decode`](super::decode) itself takes anything; this is for the edge, where
/// a file that is no text alarm should be refused with a reason.
///
/// # Errors
/// [`NotText::Empty`] and [`NotText::Binary`].
pub fn check_text(bytes: &[u8]) -> Result<(), NotText> {
    let text = read(bytes).text;
    let written = text.chars().filter(|c| !c.is_whitespace()).count();
    if written == 0 {
        return Err(NotText::Empty);
    }
    // Random bytes are to an eighth control characters; a damaged alarm has a few, and a short one may have one or two.
    let bad = text.chars().filter(|c| *c == '\u{FFFD}').count();
    let is_word = |word: &str| word.chars().filter(|c| c.is_alphanumeric()).count() >= 2;
    if bad > 2 && bad * 10 > written || !text.split_whitespace().any(is_word) {
        return Err(NotText::Binary);
    }
    Ok(())
}

/// The last character boundary at or before `at`.
pub(super) fn boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// Reads bytes as text; total.
pub(super) fn read(bytes: &[u8]) -> Text {
    let mut too_long = bytes.len() > MAX_BYTES;
    let bytes = bytes.get(..MAX_BYTES).unwrap_or(bytes);
    let decoded = match bytes {
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => utf8_or_1252(bytes, too_long),
    };
    let mut text = clean(&decoded);
    if text.len() > MAX_BYTES {
        // One byte of Latin-1 becomes two or three of UTF-8.
        text.truncate(boundary(&text, MAX_BYTES));
        too_long = true;
    }
    Text { text, too_long }
}

/// Valid UTF-8 is taken as such and every other byte as Windows-1252: also right for pure Latin-1, where a letter above
/// 0x7F practically never stands before one that would complete it to UTF-8.
fn utf8_or_1252(bytes: &[u8], cut: bool) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut chunks = bytes.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        text.push_str(chunk.valid());
        // The limit may have cut the last character in two.
        let halved = cut && chunks.peek().is_none() && chunk.invalid().first().is_some_and(|first| *first >= 0xC2);
        if !halved {
            text.extend(chunk.invalid().iter().map(|byte| windows_1252(*byte)));
        }
    }
    text
}

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9F => WINDOWS_1252.get(usize::from(byte) - 0x80).copied().unwrap_or('\u{FFFD}'),
        _ => char::from(byte),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair));
    char::decode_utf16(units).map(|c| c.unwrap_or('\u{FFFD}')).collect()
}

/// One kind of line break, no byte order mark, no control characters: the text is shown on terminals, and an escape
/// sequence must not reach them.
fn clean(decoded: &str) -> String {
    let mut text = String::with_capacity(decoded.len());
    let mut chars = decoded.trim_start_matches('\u{FEFF}').chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            // CR CR LF comes from mail relays that convert line ends twice.
            '\r' if matches!(chars.peek(), Some('\r' | '\n')) && ends_in_line_feed(chars.clone()) => {}
            '\r' | '\n' => text.push('\n'),
            '\t' => text.push('\t'),
            _ if c.is_control() => text.push('\u{FFFD}'),
            _ => text.push(c),
        }
    }
    text
}

/// True if what follows is at most two more CR and then a LF. Bounded: a text of CRs only must not cost its square.
fn ends_in_line_feed(chars: impl Iterator<Item = char>) -> bool {
    chars.take(3).find(|c| *c != '\r') == Some('\n')
}
