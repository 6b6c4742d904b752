//! An incident to take along: for WIS, for the event report, for whoever has to know afterwards. Redacted for a named recipient: what
//! is in it is what the hub gave to that recipient, and nothing is added.

mod html;
mod words;

use prost::Message as _;
use prost_reflect::{DynamicMessage, SerializeOptions};
use samband_proto::v1::{Event, TimelineRequest};
use serde::Serialize;

use crate::hub::{Hub, HubError};

pub use html::html;

/// What stands at the head of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Head {
    /// The incident.
    pub incident: String,
    /// For whom it was redacted: organisation or receiver, and role.
    pub recipient: String,
    /// Its name, for people.
    pub recipient_name: String,
    /// Who exported it.
    pub exported_by: String,
    /// When, RFC 3339.
    pub exported_at: String,
    /// Policy under which it was redacted.
    pub policy: String,
    /// Not the real thing.
    pub exercise: bool,
    /// How many events.
    pub events: usize,
}

/// Events of a page.
const PAGE: u32 = 500;

/// Everything of an incident that whoever asks may see, oldest first.
///
/// # Errors
/// See [`HubError`].
pub async fn timeline(hub: &Hub, incident: &str) -> Result<Vec<Event>, HubError> {
    let mut events = Vec::new();
    let mut page_token = None;
    loop {
        let request = TimelineRequest {
            incident_id: Some(incident.to_owned()),
            page_size: Some(PAGE),
            page_token,
            ..TimelineRequest::default()
        };
        let page = hub.timeline(request).await?;
        events.extend(page.events);
        match page.next_page_token.filter(|token| !token.is_empty()) {
            Some(token) => page_token = Some(token),
            None => return Ok(events),
        }
    }
}

/// As lines of JSON: the head, then each event in the contract's canonical form.
///
/// # Errors
/// An event that cannot be written as JSON; there is none.
pub fn json_lines(head: &Head, events: &[Event]) -> Result<String, serde_json::Error> {
    let mut lines = serde_json::to_string(head)?;
    lines.push('\n');
    for event in events {
        let mut line = serde_json::Serializer::new(Vec::new());
        if let Some(message) = dynamic(event) {
            message.serialize_with_options(&mut line, &SerializeOptions::new())?;
        }
        lines.push_str(&String::from_utf8_lossy(&line.into_inner()));
        lines.push('\n');
    }
    Ok(lines)
}

/// The event as the schema sees it.
fn dynamic(event: &Event) -> Option<DynamicMessage> {
    let descriptor = samband_proto::pool().get_message_by_name("samband.v1.Event")?;
    DynamicMessage::decode(descriptor, event.encode_to_vec().as_slice()).ok()
}
