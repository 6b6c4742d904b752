//! Canonical proto JSON, made from the redacted bytes.

use prost_reflect::DynamicMessage;

/// The message's JSON; "null" if the bytes are not that message, which our own bytes always are.
pub fn of(message_name: &str, bytes: &[u8]) -> String {
    let message = samband_proto::pool()
        .get_message_by_name(message_name)
        .and_then(|descriptor| DynamicMessage::decode(descriptor, bytes).ok());
    message.and_then(|message| serde_json::to_string(&message).ok()).unwrap_or_else(|| "null".into())
}

/// The message as a JSON value.
pub fn value(message_name: &str, bytes: &[u8]) -> serde_json::Value {
    serde_json::from_str(&of(message_name, bytes)).unwrap_or_default()
}
