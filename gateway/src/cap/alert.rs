//! A message. Fields have the standard's names; what repeats is a list.

use std::fmt;

use serde::{Serialize, Serializer};

use super::{CapTime, Circle, Polygon};

/// A message.
#[derive(Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Alert {
    /// Of the message, unique with its sender.
    pub identifier: String,
    /// Who sends.
    pub sender: String,
    /// When.
    pub sent: CapTime,
    /// Actual, Exercise, System, Test or Draft. Only Actual may alarm anybody.
    pub status: String,
    /// Alert, Update, Cancel, Ack or Error.
    pub msg_type: String,
    /// Operator or device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Public, Restricted or Private.
    pub scope: String,
    /// Why restricted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restriction: Option<String>,
    /// To whom, when private.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub addresses: Option<String>,
    /// Codes of the system.
    pub code: Vec<String>,
    /// Why updated or cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Earlier messages.
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "written")]
    pub references: Vec<Reference>,
    /// What the messages of one happening share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incidents: Option<String>,
    /// What it says, once a language or part.
    pub info: Vec<Info>,
    /// It ended with a signature, which is not verified.
    pub signature: bool,
}

impl fmt::Debug for Alert {
    /// What kind of message: warnings name places and people until they are public.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Alert({} {}, {} infos)", self.status, self.msg_type, self.info.len())
    }
}

impl Alert {
    /// Whether it may alarm anybody.
    #[must_use]
    pub fn is_actual(&self) -> bool {
        self.status == "Actual"
    }
}

/// An earlier message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Its sender.
    pub sender: String,
    /// Its identifier.
    pub identifier: String,
    /// When it was sent, as it was written.
    pub sent: String,
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{},{}", self.sender, self.identifier, self.sent)
    }
}

fn written<S: Serializer>(references: &[Reference], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&joined(references))
}

/// As CAP has them: separated by a space.
pub(super) fn joined(references: &[Reference]) -> String {
    references.iter().map(Reference::to_string).collect::<Vec<_>>().join(" ")
}

/// What a message says.
#[derive(Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Info {
    /// RFC 3066; en-US where it does not say.
    pub language: String,
    /// Geo, Met, Safety, ...
    pub category: Vec<String>,
    /// What happens.
    pub event: String,
    /// Shelter, Evacuate, ...
    pub response_type: Vec<String>,
    /// Immediate, Expected, Future, Past or Unknown.
    pub urgency: String,
    /// Extreme, Severe, Moderate, Minor or Unknown.
    pub severity: String,
    /// Observed, Likely, Possible, Unlikely or Unknown.
    pub certainty: String,
    /// For whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<String>,
    /// Codes of the event.
    pub event_code: Vec<Pair>,
    /// From when the message holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective: Option<CapTime>,
    /// From when the event is expected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub onset: Option<CapTime>,
    /// Until when the message holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<CapTime>,
    /// Name of the sender, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender_name: Option<String>,
    /// In one line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headline: Option<String>,
    /// What has happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instruction: Option<String>,
    /// More, on a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web: Option<String>,
    /// Whom to ask.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// Additional values.
    pub parameter: Vec<Pair>,
    /// Files.
    pub resource: Vec<Resource>,
    /// Where.
    pub area: Vec<Area>,
}

/// A value of a named list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Pair {
    /// Which list.
    pub value_name: String,
    /// Which value.
    pub value: String,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Resource {
    /// What it is.
    pub resource_desc: String,
    /// Its type.
    pub mime_type: String,
    /// Octets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<i64>,
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
    /// Itself, in base 64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deref_uri: Option<String>,
    /// SHA-1 of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}

/// Where.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Area {
    /// In words.
    pub area_desc: String,
    /// Outlines.
    pub polygon: Vec<Polygon>,
    /// Circles.
    pub circle: Vec<Circle>,
    /// Codes, for instance of Swedish municipalities.
    pub geocode: Vec<Pair>,
    /// Feet above sea level: from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub altitude: Option<f64>,
    /// Feet above sea level: to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ceiling: Option<f64>,
}
