//! Protocol Buffers on the wire, as far as redaction needs it: fields with their ranges.

use bytes::BufMut;

/// A field as it stands in the bytes.
pub(crate) struct Field<'a> {
    /// Its number.
    pub(crate) number: u32,
    /// What a length-delimited field holds; the raw value of another.
    pub(crate) content: &'a [u8],
    /// Tag, length and content.
    pub(crate) whole: &'a [u8],
}

/// The bytes are not fields.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unreadable;

/// The fields of a message, in the order they stand. Ends after the first unreadable one.
pub(crate) fn fields(mut rest: &[u8]) -> impl Iterator<Item = Result<Field<'_>, Unreadable>> {
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        match next(rest) {
            Some((field, after)) => {
                rest = after;
                Some(Ok(field))
            }
            None => {
                rest = &[];
                Some(Err(Unreadable))
            }
        }
    })
}

fn next(bytes: &[u8]) -> Option<(Field<'_>, &[u8])> {
    let (tag, tag_length) = varint(bytes)?;
    let after_tag = &bytes[tag_length..];
    let (skip, length) = match tag & 7 {
        0 => (0, varint(after_tag)?.1),
        1 => (0, 8),
        5 => (0, 4),
        2 => {
            let (length, width) = varint(after_tag)?;
            (width, usize::try_from(length).ok()?)
        }
        _ => return None,
    };
    let end = tag_length.checked_add(skip)?.checked_add(length)?;
    let whole = bytes.get(..end)?;
    let number = u32::try_from(tag >> 3).ok().filter(|number| *number > 0)?;
    Some((Field { number, content: &whole[tag_length + skip..], whole }, &bytes[end..]))
}

fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0_u64;
    for (at, byte) in bytes.iter().take(10).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((value, at + 1));
        }
    }
    None
}

/// Writes a length-delimited field.
pub(crate) fn put(out: &mut Vec<u8>, number: u32, content: &[u8]) {
    put_varint(out, u64::from(number) << 3 | 2);
    put_varint(out, content.len() as u64);
    out.put_slice(content);
}

pub(crate) fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.put_u8((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.put_u8((value & 0x7f) as u8);
}
