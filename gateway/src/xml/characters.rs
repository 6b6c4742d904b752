//! From octets to characters: in which encoding a document is, and references to characters that do not exist.

use std::borrow::Cow;

use encoding_rs::{Encoding, ISO_8859_15, UTF_8, WINDOWS_1252, mem};
use memchr::memmem;

use super::XmlError;

/// The text of a document (XML 1.0 clause 4.3.3): in the encoding of its byte order mark, else in the one it declares, else in UTF-8.
///
/// # Errors
/// An encoding that is not read here, or octets that are none of that encoding.
pub fn text(octets: &[u8]) -> Result<Cow<'_, str>, XmlError> {
    if let Some((encoding, mark)) = Encoding::for_bom(octets) {
        let refusal = if encoding == UTF_8 { XmlError::NotUtf8 } else { XmlError::NotUtf16 };
        return encoding.decode_without_bom_handling_and_without_replacement(&octets[mark..]).ok_or(refusal);
    }
    match declared(octets).map(str::to_ascii_lowercase).as_deref() {
        None | Some("utf-8" | "utf8" | "us-ascii") => {
            std::str::from_utf8(octets).map(Cow::Borrowed).map_err(|_| XmlError::NotUtf8)
        }
        // Octet for octet, not as browsers take it (for Windows-1252).
        Some("iso-8859-1") => Ok(mem::decode_latin1(octets)),
        Some("iso-8859-15") => Ok(ISO_8859_15.decode_without_bom_handling(octets).0),
        Some("windows-1252") => Ok(WINDOWS_1252.decode_without_bom_handling(octets).0),
        Some("utf-16" | "utf-16le" | "utf-16be") => Err(XmlError::NotUtf16),
        Some(_) => Err(XmlError::Encoding),
    }
}

/// The encoding that the XML declaration names.
fn declared(octets: &[u8]) -> Option<&str> {
    /// A declaration has three short attributes.
    const DECLARATION_MAX: usize = 200;
    let octets = octets.trim_ascii_start();
    let head = octets[..octets.len().min(DECLARATION_MAX)].strip_prefix(b"<?xml")?;
    let declaration = std::str::from_utf8(&head[..memmem::find(head, b"?>")?]).ok()?;
    let (_, after) = declaration.split_once("encoding")?;
    let value = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split_once(quote).map(|(name, _)| name)
}

/// Checks that each numeric reference names a character (XML 1.0 clause 4.1): the parser would read a surrogate, and what is beyond
/// Unicode, as a replacement character. Of comments, CDATA and processing instructions nothing is a reference.
///
/// # Errors
/// [`XmlError::Reference`] at the first that names none.
pub(super) fn check_references(text: &str) -> Result<(), XmlError> {
    const PASSED_OVER: [(&str, &str); 3] = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")];
    // Most documents have none at all.
    if !text.contains("&#") {
        return Ok(());
    }
    let mut at = 0;
    while let Some(next) = text[at..].find(['<', '&']) {
        at += next;
        let rest = &text[at..];
        if let Some((start, end)) = PASSED_OVER.iter().find(|(start, _)| rest.starts_with(start)) {
            // One that does not end is the parser's to refuse.
            let Some(until) = rest[start.len()..].find(end) else { return Ok(()) };
            at += start.len() + until + end.len();
            continue;
        }
        if code(rest).is_some_and(|code| char::from_u32(code).is_none()) {
            let line = text[..at].bytes().filter(|octet| *octet == b'\n').count() + 1;
            return Err(XmlError::Reference { line: u32::try_from(line).unwrap_or(u32::MAX) });
        }
        at += 1;
    }
    Ok(())
}

/// The number in a numeric reference that the text begins with. One too large for a number is the parser's to refuse.
fn code(text: &str) -> Option<u32> {
    let (digits, radix) = match text.strip_prefix("&#x") {
        Some(hexadecimal) => (hexadecimal, 16),
        None => (text.strip_prefix("&#")?, 10),
    };
    let end = digits.find(|c: char| !c.is_digit(radix))?;
    if digits[end..].starts_with(';') { u32::from_str_radix(&digits[..end], radix).ok() } else { None }
}
