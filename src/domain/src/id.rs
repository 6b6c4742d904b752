//! Identifiers and time. Each is a type of its own, so that a unit cannot be passed where an organisation is meant.

use std::{fmt, str::FromStr, sync::Arc};

/// A name that is not of the form identifiers have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an identifier has 1 to 64 letters a-z, digits, '-', '_' or '.', this one has {length} characters")]
pub struct BadName {
    /// Length of what was given.
    pub length: usize,
}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Checks the form: 1 to 64 of a-z, 0-9, `-`, `_`, `.`.
            ///
            /// # Errors
            /// The form is another.
            pub fn new(name: &str) -> Result<Self, BadName> {
                let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b);
                match name.len() {
                    1..=64 if name.bytes().all(allowed) => Ok(Self(name.into())),
                    length => Err(BadName { length }),
                }
            }

            /// As text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = BadName;
            fn from_str(name: &str) -> Result<Self, BadName> {
                Self::new(name)
            }
        }
    };
}

name! {
    /// A sovereign party: owns what it authors.
    OrganisationId
}
name! {
    /// A vehicle or crew, by its identity in the deployment's register; never by the spoken call sign.
    UnitId
}

name! {
    /// A talkgroup, by its identity in the deployment's pool; its GSSI is another thing.
    TalkgroupId
}
name! {
    /// A pool of talkgroups: a region.
    PoolId
}

/// An identifier that is not 32 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an identifier has 32 hexadecimal digits in lower case")]
pub struct BadId;

macro_rules! id128 {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 16]);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                hex16(text).map(Self).ok_or(BadId)
            }
        }
    };
}

id128! {
    /// What has happened; one, shared by many organisations.
    IncidentId
}
id128! {
    /// One act that alerts organisations and units to an incident.
    AlarmId
}
id128! {
    /// An event in the journal.
    EventId
}
id128! {
    /// An arrival report.
    ReportId
}
id128! {
    /// A text on a talkgroup.
    MessageId
}
id128! {
    /// A unit's distress.
    EmergencyId
}
id128! {
    /// A request for resources, or for a release.
    RequestId
}
id128! {
    /// An offer of resources.
    OfferId
}
id128! {
    /// A hazard.
    HazardId
}
id128! {
    /// A line for the media.
    MediaLineId
}
id128! {
    /// A release of information.
    ReleaseId
}

/// What an event belongs to. Each is a stream of its own.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Scope {
    /// An incident, or an advance notice of one.
    Incident(IncidentId),
    /// A talkgroup: what is said there.
    Talkgroup(TalkgroupId),
    /// A unit: its own state, apart from any incident.
    Unit(UnitId),
    /// A pool: which of its talkgroups are taken.
    Pool(PoolId),
}

impl Scope {
    /// The incident, if it is one.
    pub fn incident(&self) -> Option<IncidentId> {
        match self {
            Self::Incident(incident) => Some(*incident),
            Self::Talkgroup(_) | Self::Unit(_) | Self::Pool(_) => None,
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Incident(incident) => write!(f, "incident/{incident}"),
            Self::Talkgroup(talkgroup) => write!(f, "talkgroup/{talkgroup}"),
            Self::Unit(unit) => write!(f, "unit/{unit}"),
            Self::Pool(pool) => write!(f, "pool/{pool}"),
        }
    }
}

/// A name of a stream that is no scope's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a scope is incident/, talkgroup/, unit/ or pool/ and an identifier")]
pub struct BadScope;

impl FromStr for Scope {
    type Err = BadScope;
    fn from_str(text: &str) -> Result<Self, BadScope> {
        let (kind, id) = text.split_once('/').ok_or(BadScope)?;
        match kind {
            "incident" => id.parse().map(Self::Incident).map_err(|_| BadScope),
            "talkgroup" => id.parse().map(Self::Talkgroup).map_err(|_| BadScope),
            "unit" => id.parse().map(Self::Unit).map_err(|_| BadScope),
            "pool" => id.parse().map(Self::Pool).map_err(|_| BadScope),
            _ => Err(BadScope),
        }
    }
}

fn hex16(text: &str) -> Option<[u8; 16]> {
    let digits = text.as_bytes();
    let mut bytes = [0; 16];
    if digits.len() != 32 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
    }
    Some(bytes)
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

/// Milliseconds since 1970-01-01 UTC, the hub's or a client's: the name of the field says whose.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// So many seconds later.
    #[must_use]
    pub fn plus_seconds(self, seconds: u32) -> Self {
        Self(self.0.saturating_add(i64::from(seconds) * 1000))
    }
}

/// What a principal may do in its organisation. A session has exactly one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Role {
    /// Sees, does nothing: a map wall, a receiver that is nobody.
    Viewer,
    /// A vehicle or crew (enhet): acts for its own unit.
    Unit,
    /// A dispatcher (operatör).
    Operator,
    /// Command (ledning).
    Command,
    /// A program that brings another network in (port).
    Gateway,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 5] = [Self::Viewer, Self::Unit, Self::Operator, Self::Command, Self::Gateway];

    /// The word used in tokens and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Unit => "unit",
            Self::Operator => "operator",
            Self::Command => "command",
            Self::Gateway => "gateway",
        }
    }

    /// The word used in decision files, which people sign.
    pub fn swedish(self) -> &'static str {
        match self {
            Self::Viewer => "läsare",
            Self::Unit => "enhet",
            Self::Operator => "operatör",
            Self::Command => "ledning",
            Self::Gateway => "port",
        }
    }
}

impl FromStr for Role {
    type Err = UnknownRole;
    fn from_str(word: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.as_str() == word || role.swedish() == word).ok_or(UnknownRole)
    }
}

/// A word that names no role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a role is one of viewer, unit, operator, command, gateway (läsare, enhet, operatör, ledning, port)")]
pub struct UnknownRole;

/// An alerted organisation, or one unit of it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PartyId {
    /// The organisation, or the one the unit belongs to.
    pub organisation: OrganisationId,
    /// Absent: the organisation itself.
    pub unit: Option<UnitId>,
}

impl fmt::Display for PartyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.unit {
            Some(unit) => write!(f, "{}:{unit}", self.organisation),
            None => self.organisation.fmt(f),
        }
    }
}
