//! The schema of CAP 1.2 as tables: names in their fixed order, how often, and the values of enumerations.

/// The only version that is read and written.
pub const NAMESPACE: &str = "urn:oasis:names:tc:emergency:cap:1.2";
/// Where a signature comes from; it may end an alert.
pub(super) const SIGNATURE_NAMESPACE: &str = "http://www.w3.org/2000/09/xmldsig#";

/// How often an element comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Times {
    /// Exactly once.
    One,
    /// Once or not.
    Optional,
    /// Once or more.
    Several,
    /// Any number.
    Any,
}

use Times::{Any, One, Optional, Several};

/// Elements of a parent, in their order.
pub(super) type Table = &'static [(&'static str, Times)];

pub(super) const ALERT: Table = &[
    ("identifier", One),
    ("sender", One),
    ("sent", One),
    ("status", One),
    ("msgType", One),
    ("source", Optional),
    ("scope", One),
    ("restriction", Optional),
    ("addresses", Optional),
    ("code", Any),
    ("note", Optional),
    ("references", Optional),
    ("incidents", Optional),
    ("info", Any),
];

pub(super) const INFO: Table = &[
    ("language", Optional),
    ("category", Several),
    ("event", One),
    ("responseType", Any),
    ("urgency", One),
    ("severity", One),
    ("certainty", One),
    ("audience", Optional),
    ("eventCode", Any),
    ("effective", Optional),
    ("onset", Optional),
    ("expires", Optional),
    ("senderName", Optional),
    ("headline", Optional),
    ("description", Optional),
    ("instruction", Optional),
    ("web", Optional),
    ("contact", Optional),
    ("parameter", Any),
    ("resource", Any),
    ("area", Any),
];

pub(super) const RESOURCE: Table = &[
    ("resourceDesc", One),
    ("mimeType", One),
    ("size", Optional),
    ("uri", Optional),
    ("derefUri", Optional),
    ("digest", Optional),
];

pub(super) const AREA: Table = &[
    ("areaDesc", One),
    ("polygon", Any),
    ("circle", Any),
    ("geocode", Any),
    ("altitude", Optional),
    ("ceiling", Optional),
];

pub(super) const PAIR: Table = &[("valueName", One), ("value", One)];

pub(super) const STATUS: &[&str] = &["Actual", "Exercise", "System", "Test", "Draft"];
pub(super) const MSG_TYPE: &[&str] = &["Alert", "Update", "Cancel", "Ack", "Error"];
pub(super) const SCOPE: &[&str] = &["Public", "Restricted", "Private"];
pub(super) const CATEGORY: &[&str] =
    &["Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other"];
pub(super) const RESPONSE_TYPE: &[&str] =
    &["Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None"];
pub(super) const URGENCY: &[&str] = &["Immediate", "Expected", "Future", "Past", "Unknown"];
pub(super) const SEVERITY: &[&str] = &["Extreme", "Severe", "Moderate", "Minor", "Unknown"];
pub(super) const CERTAINTY: &[&str] = &["Observed", "Likely", "Possible", "Unlikely", "Unknown"];
