//! An event (MITRE base schema): what, where, until when, and details that each application adds to.

use std::fmt;

use super::time::Instant;
use crate::xml::{Element, XmlError};

/// What stands for "not known" in the numbers of a point, in XML; in protobuf it is sometimes a digit shorter.
pub const UNKNOWN: f64 = 9_999_999.0;
const UNKNOWN_SHORT: f64 = 999_999.0;

/// Why an event is refused. What it says stays out of the reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CotError {
    /// More than [`super::EVENT_BYTES_MAX`].
    #[error("it is longer than {} bytes", super::EVENT_BYTES_MAX)]
    TooLong,
    /// As XML.
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// Some other document.
    #[error("it is no event")]
    NotEvent,
    /// Something follows the event.
    #[error("something follows the event")]
    Trailing,
    /// Something the schema requires is not there.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// It cannot be read as what it is.
    #[error("{0} is not what the schema asks for")]
    Value(&'static str),
    /// As protobuf.
    #[error("the frame is no TAK message")]
    Protobuf,
}

/// An event.
#[derive(Clone, PartialEq)]
pub struct Event {
    /// Identity of what it is about: the latest event with it counts.
    pub uid: String,
    /// Type, for instance a-f-G-U-i-f.
    pub kind: String,
    /// How the position came about.
    pub how: String,
    /// When it was made.
    pub time: Instant,
    /// From when it holds.
    pub start: Instant,
    /// Until when it holds.
    pub stale: Instant,
    /// Other attributes: version, access, qos, opex and what others add.
    pub others: Vec<(String, String)>,
    /// Where.
    pub point: Point,
    /// Details, whichever way they came.
    pub detail: Vec<Element>,
}

impl fmt::Debug for Event {
    /// Its type: where who is and what they say is nobody's in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Event({}, {} details)", self.kind, self.detail.len())
    }
}

/// A point, degrees and metres WGS 84.
#[derive(Clone, Copy, PartialEq)]
pub struct Point {
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// Height above the ellipsoid.
    pub hae: Option<f64>,
    /// Circular error.
    pub ce: Option<f64>,
    /// Linear (height) error.
    pub le: Option<f64>,
}

impl fmt::Debug for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Point")
    }
}

impl Point {
    /// Nowhere: what messages without a place carry.
    pub const NONE: Self = Self { lat: 0.0, lon: 0.0, hae: None, ce: None, le: None };

    /// Checks the degrees.
    ///
    /// # Errors
    /// Outside the globe, or no number.
    pub fn checked(self) -> Result<Self, CotError> {
        if !(-90.0..=90.0).contains(&self.lat) {
            return Err(CotError::Value("point.lat"));
        }
        if !(-180.0..=180.0).contains(&self.lon) {
            return Err(CotError::Value("point.lon"));
        }
        Ok(self)
    }

    /// Zero and zero, which no unit of ours is at: a client without a fix.
    #[must_use]
    pub fn is_nowhere(&self) -> bool {
        self.lat == 0.0 && self.lon == 0.0
    }
}

/// A number of metres, or nothing where it says that it is not known.
pub(super) fn known(metres: f64) -> Option<f64> {
    (metres.is_finite() && metres.abs() < UNKNOWN_SHORT && metres.abs() != UNKNOWN).then_some(metres)
}

/// Patterns of the schema: `\w+(-\w+)*(;[^;]*)?`.
pub(super) fn is_type(kind: &str) -> bool {
    let mut halves = kind.splitn(2, ';');
    let atoms = halves.next().unwrap_or_default();
    atoms.split('-').all(is_word) && halves.next().is_none_or(|rest| !rest.contains(';'))
}

/// `\w(-\w+)*`.
pub(super) fn is_how(how: &str) -> bool {
    how.split('-').all(is_word) && how.split('-').next().is_some_and(|first| first.chars().count() == 1)
}

fn is_word(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || c == '_')
}

impl Event {
    /// The first detail of that name.
    #[must_use]
    pub fn detail(&self, name: &str) -> Option<&Element> {
        self.detail.iter().find(|one| one.name == name)
    }

    /// Another attribute's value.
    #[must_use]
    pub fn other(&self, name: &str) -> Option<&str> {
        self.others.iter().find(|(held, _)| held == name).map(|(_, value)| value.as_str())
    }

    /// What it is called, where it says so.
    #[must_use]
    pub fn callsign(&self) -> Option<&str> {
        self.detail("contact").and_then(|contact| contact.attribute("callsign"))
    }

    /// To whom it is addressed: call signs, uids and missions. Empty: everybody.
    #[must_use]
    pub fn destinations(&self) -> Vec<(&str, &str)> {
        let dests = self.detail.iter().filter(|one| one.name == "marti").flat_map(|marti| marti.children_named("dest"));
        let address = |(name, value): &'_ (String, String)| {
            matches!(name.as_str(), "callsign" | "uid" | "mission") && !value.is_empty()
        };
        dests
            .flat_map(|dest| dest.attributes.iter().filter(move |one| address(one)))
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect()
    }
}
