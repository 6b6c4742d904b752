//! Cutting a stream into messages (ATAK's protocol description): XML up to the end tag of each event, protobuf by length.

use memchr::memmem;
use prost::Message as _;

use super::{CotError, EVENT_BYTES_MAX, protobuf::TakMessage};

/// First octet of a frame.
pub const MAGIC: u8 = 0xBF;
const END: &[u8] = b"</event>";
const AUTH_END: &[u8] = b"</auth>";
/// A length has at most ten octets (protobuf's varint of 64 bits).
const VARINT_MAX: usize = 10;

/// A piece of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// An event as XML, header included.
    Xml(Vec<u8>),
    /// The optional first message of an XML stream: name and password, which mutual TLS makes needless.
    Auth,
    /// The payload of a frame.
    Frame(Vec<u8>),
}

/// Holds what has come and is no whole piece yet; never more than a piece may have.
#[derive(Default)]
pub struct Cutter {
    held: Vec<u8>,
    /// Octets of it in which no end tag begins.
    searched: usize,
}

impl Cutter {
    /// Takes octets in.
    pub fn push(&mut self, octets: &[u8]) {
        self.held.extend_from_slice(octets);
    }

    /// The next whole piece. White space and stray NUL octets between pieces are passed over.
    ///
    /// # Errors
    /// A piece that would be longer than [`EVENT_BYTES_MAX`], or octets that begin neither form: the stream cannot go on.
    pub fn next_piece(&mut self) -> Result<Option<Piece>, CotError> {
        let between = self.held.iter().take_while(|octet| **octet == 0 || octet.is_ascii_whitespace()).count();
        self.drop_first(between);
        match self.held.first() {
            None => Ok(None),
            Some(&MAGIC) => self.frame(),
            Some(b'<') | Some(0xEF) => self.xml(),
            Some(_) => Err(CotError::NotEvent),
        }
    }

    fn xml(&mut self) -> Result<Option<Piece>, CotError> {
        let new = &self.held[self.searched..];
        let end = |tag: &[u8]| memmem::find(new, tag).map(|at| self.searched + at + tag.len());
        let (end, is_auth) = match (empty_event(&self.held).or_else(|| end(END)), end(AUTH_END)) {
            (event, Some(auth)) if event.is_none_or(|event| auth < event) => (auth, true),
            (Some(event), _) => (event, false),
            _ if self.held.len() > EVENT_BYTES_MAX => return Err(CotError::TooLong),
            _ => {
                self.searched = self.held.len().saturating_sub(END.len());
                return Ok(None);
            }
        };
        if end > EVENT_BYTES_MAX {
            return Err(CotError::TooLong);
        }
        let piece = self.held[..end].to_vec();
        self.drop_first(end);
        Ok(Some(if is_auth { Piece::Auth } else { Piece::Xml(piece) }))
    }

    fn drop_first(&mut self, octets: usize) {
        self.held.drain(..octets);
        if octets > 0 {
            self.searched = 0;
        }
    }

    fn frame(&mut self) -> Result<Option<Piece>, CotError> {
        let Some((length, head)) = varint(&self.held[1..])? else { return Ok(None) };
        if length > EVENT_BYTES_MAX as u64 {
            return Err(CotError::TooLong);
        }
        // Checked above: it fits.
        let (from, until) = (1 + head, 1 + head + usize::try_from(length).unwrap_or(0));
        if self.held.len() < until {
            return Ok(None);
        }
        let payload = self.held[from..until].to_vec();
        self.drop_first(until);
        Ok(Some(Piece::Frame(payload)))
    }

    /// Octets that are no whole piece.
    #[must_use]
    pub fn held(&self) -> usize {
        self.held.len()
    }
}

/// The end of an event that has nothing in it and no end tag either: without it the next one would be lost too.
fn empty_event(held: &[u8]) -> Option<usize> {
    const START: &[u8] = b"<event";
    let from = memmem::find(held, START)?;
    // What stands before is a header; a piece that begins otherwise has its end tag.
    if held[..from].contains(&b'/') {
        return None;
    }
    let mut quote = None;
    for (at, octet) in held.iter().enumerate().skip(from + START.len()) {
        match (quote, octet) {
            (None, b'"' | b'\'') => quote = Some(*octet),
            (Some(open), octet) if *octet == open => quote = None,
            (None, b'>') => return (held[at - 1] == b'/').then_some(at + 1),
            _ => {}
        }
    }
    None
}

/// A length and how many octets it took; nothing while it is not whole.
fn varint(octets: &[u8]) -> Result<Option<(u64, usize)>, CotError> {
    let mut value = 0u64;
    for (at, octet) in octets.iter().take(VARINT_MAX).enumerate() {
        value |= u64::from(octet & 0x7F).checked_shl(7 * u32::try_from(at).unwrap_or(0)).unwrap_or(0);
        if octet & 0x80 == 0 {
            return Ok(Some((value, at + 1)));
        }
    }
    if octets.len() >= VARINT_MAX { Err(CotError::Protobuf) } else { Ok(None) }
}

/// A frame on a stream.
#[must_use]
pub fn stream_frame(message: &TakMessage) -> Vec<u8> {
    let mut frame = vec![MAGIC];
    frame.extend(message.encode_length_delimited_to_vec());
    frame
}

/// The payload of a datagram or a WebSocket message: `BF 01 BF` and the message, or a frame as on a stream.
#[must_use]
pub fn datagram_payload(octets: &[u8]) -> Option<&[u8]> {
    octets.strip_prefix(&[MAGIC, 1, MAGIC])
}
