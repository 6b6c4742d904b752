//! What a client sent, before it is read: fields this hub does not know are dropped and counted, so that a newer terminal works with
//! an older hub; a critical one (number 1000-1999) refuses.

use bytes::Buf;
use prost::Message as _;
use prost_reflect::{DynamicMessage, Kind, MessageDescriptor};
use samband_proto::v1::{ClientFrame, Command};
use serde_json::Value;

use super::refusal::Malformed;

/// Something read, and how many unknown fields were dropped from it.
pub struct Incoming<T> {
    /// What was read.
    pub content: T,
    /// How many fields this hub does not know.
    pub dropped: u32,
}

/// Why it could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// The framing itself is broken.
    Framing,
    /// A critical field is unknown.
    UnknownCritical {
        /// Its number.
        number: u32,
    },
    /// Readable, but a field has not the form it must have.
    Malformed(Malformed),
}

/// A frame in protobuf.
///
/// # Errors
/// See [`Unreadable`].
pub fn frame(bytes: &[u8]) -> Result<Incoming<ClientFrame>, Unreadable> {
    read(bytes, "samband.v1.ClientFrame")
}

/// A command in protobuf.
///
/// # Errors
/// See [`Unreadable`].
pub fn command(bytes: &[u8]) -> Result<Incoming<Command>, Unreadable> {
    read(bytes, "samband.v1.Command")
}

/// Any request message in protobuf.
///
/// # Errors
/// See [`Unreadable`].
pub fn read<T: prost::Message + Default>(bytes: &[u8], name: &str) -> Result<Incoming<T>, Unreadable> {
    let descriptor = descriptor(name)?;
    let (mut known, mut dropped) = (Vec::with_capacity(bytes.len()), 0);
    keep_known(bytes, &descriptor, &mut known, &mut dropped)?;
    let content = T::decode(known.as_slice()).map_err(|_| Unreadable::Framing)?;
    Ok(Incoming { content, dropped })
}

/// A frame in canonical proto JSON.
///
/// # Errors
/// See [`Unreadable`].
pub fn frame_json(text: &str) -> Result<Incoming<ClientFrame>, Unreadable> {
    read_json(text, "samband.v1.ClientFrame")
}

/// A command in canonical proto JSON.
///
/// # Errors
/// See [`Unreadable`].
pub fn command_json(text: &str) -> Result<Incoming<Command>, Unreadable> {
    read_json(text, "samband.v1.Command")
}

fn read_json<T: prost::Message + Default>(text: &str, name: &str) -> Result<Incoming<T>, Unreadable> {
    let descriptor = descriptor(name)?;
    let mut value: Value = serde_json::from_str(text).map_err(|_| Unreadable::Framing)?;
    let mut dropped = 0;
    keep_known_keys(&mut value, &descriptor, &mut dropped)?;
    // The parser's words may quote the value; only that it has the wrong form goes on.
    let malformed = |_| Unreadable::Malformed(Malformed::form("frame", "canonical proto JSON of its type"));
    let message = DynamicMessage::deserialize(descriptor, value).map_err(malformed)?;
    let content = T::decode(message.encode_to_vec().as_slice()).map_err(|_| Unreadable::Framing)?;
    Ok(Incoming { content, dropped })
}

fn descriptor(name: &str) -> Result<MessageDescriptor, Unreadable> {
    samband_proto::pool().get_message_by_name(name).ok_or(Unreadable::Framing)
}

fn keep_known(
    bytes: &[u8],
    descriptor: &MessageDescriptor,
    out: &mut Vec<u8>,
    dropped: &mut u32,
) -> Result<(), Unreadable> {
    use prost::encoding::{DecodeContext, WireType, decode_key, decode_varint, encode_key, encode_varint, skip_field};
    let mut rest = bytes;
    while rest.has_remaining() {
        let start = rest;
        let (number, wire_type) = decode_key(&mut rest).map_err(|_| Unreadable::Framing)?;
        let field = descriptor.get_field(number);
        let inner = match field.as_ref().map(prost_reflect::FieldDescriptor::kind) {
            Some(Kind::Message(inner)) if wire_type == WireType::LengthDelimited => Some(inner),
            _ => None,
        };
        if let Some(inner) = inner {
            let length = decode_varint(&mut rest).map_err(|_| Unreadable::Framing)?;
            let length = usize::try_from(length).map_err(|_| Unreadable::Framing)?;
            let content = rest.get(..length).ok_or(Unreadable::Framing)?;
            rest = &rest[length..];
            let mut known = Vec::with_capacity(length);
            keep_known(content, &inner, &mut known, dropped)?;
            encode_key(number, WireType::LengthDelimited, out);
            encode_varint(known.len() as u64, out);
            out.extend_from_slice(&known);
            continue;
        }
        skip_field(wire_type, number, &mut rest, DecodeContext::default()).map_err(|_| Unreadable::Framing)?;
        if field.is_some() {
            out.extend_from_slice(&start[..start.len() - rest.len()]);
        } else {
            unknown(number, dropped)?;
        }
    }
    Ok(())
}

fn unknown(number: u32, dropped: &mut u32) -> Result<(), Unreadable> {
    if (1000..2000).contains(&number) {
        return Err(Unreadable::UnknownCritical { number });
    }
    *dropped = dropped.saturating_add(1);
    Ok(())
}

/// JSON has names where protobuf has numbers; a critical field that has no name here may be written by its number.
fn keep_known_keys(value: &mut Value, descriptor: &MessageDescriptor, dropped: &mut u32) -> Result<(), Unreadable> {
    if descriptor.full_name().starts_with("google.protobuf.") {
        return Ok(());
    }
    let Value::Object(object) = value else { return Ok(()) };
    let keys: Vec<String> = object.keys().cloned().collect();
    for key in keys {
        let field = descriptor.get_field_by_json_name(&key).or_else(|| descriptor.get_field_by_name(&key));
        let Some(field) = field else {
            object.remove(&key);
            unknown(key.parse().unwrap_or(0), dropped)?;
            continue;
        };
        let Kind::Message(inner) = field.kind() else { continue };
        match object.get_mut(&key) {
            Some(Value::Array(elements)) => {
                for element in elements {
                    keep_known_keys(element, &inner, dropped)?;
                }
            }
            Some(element) => keep_known_keys(element, &inner, dropped)?,
            None => {}
        }
    }
    Ok(())
}
