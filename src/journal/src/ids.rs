//! Names and numbers: streams, places, events.

use std::fmt;
use std::sync::Arc;

use crate::error::StreamIdError;

/// What a stream is about: the part of its name before the slash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StreamKind {
    /// One incident: facts, alarms, total information, reports.
    Incident,
    /// All leases of one region's talkgroups.
    Pool,
    /// One unit.
    Unit,
    /// One talkgroup outside incidents.
    Talkgroup,
    /// Disclosure decisions of one organisation.
    Policy,
    /// Identities of one organisation.
    Identity,
    /// What was disclosed to whom.
    Ledger,
}

impl StreamKind {
    /// All kinds, in the order of declaration.
    pub const ALL: [Self; 7] =
        [Self::Incident, Self::Pool, Self::Unit, Self::Talkgroup, Self::Policy, Self::Identity, Self::Ledger];

    /// The word as it stands in a stream's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Incident => "incident",
            Self::Pool => "pool",
            Self::Unit => "unit",
            Self::Talkgroup => "talkgroup",
            Self::Policy => "policy",
            Self::Identity => "identity",
            Self::Ledger => "ledger",
        }
    }
}

impl fmt::Display for StreamKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// The name of a stream, `kind/id`, known to be well formed. A clone is a counter, not a copy.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId(Arc<str>);

impl StreamId {
    /// Longest id after the slash, in bytes.
    pub const MAX_ID: usize = 80;

    /// Checks and takes a name.
    ///
    /// # Errors
    /// [`StreamIdError`] says which part is wrong: the kind is not one of [`StreamKind`], or the id is empty, too long or
    /// holds something other than `A-Z a-z 0-9 . _ : -`.
    pub fn new(name: &str) -> Result<Self, StreamIdError> {
        let (kind, id) = name.split_once('/').ok_or(StreamIdError::NoSlash)?;
        if !StreamKind::ALL.iter().any(|known| known.as_str() == kind) {
            return Err(StreamIdError::UnknownKind(kind.chars().take(40).collect()));
        }
        if id.is_empty() || id.len() > Self::MAX_ID {
            return Err(StreamIdError::IdLength { found: id.len(), limit: Self::MAX_ID });
        }
        let wrong = id.chars().enumerate().find(|(_, c)| !(c.is_ascii_alphanumeric() || "._:-".contains(*c)));
        match wrong {
            Some((index, found)) => Err(StreamIdError::IdCharacter { index, found }),
            None => Ok(Self(name.into())),
        }
    }

    /// The whole name, `kind/id`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the stream is about.
    #[must_use]
    pub fn kind(&self) -> StreamKind {
        let kind = self.0.split_once('/').map_or("", |(kind, _)| kind);
        // The constructor let only known kinds in; the fallback is never taken and is there instead of a panic.
        StreamKind::ALL.into_iter().find(|known| known.as_str() == kind).unwrap_or(StreamKind::Incident)
    }

    /// The part after the slash.
    #[must_use]
    pub fn id(&self) -> &str {
        self.0.split_once('/').map_or("", |(_, id)| id)
    }
}

impl fmt::Debug for StreamId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// A place in the whole journal: dense, from 1; 0 is before the first record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Position(pub u64);

impl Position {
    /// The place after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Position {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

/// A place in one stream: dense, from 1; 0 is a stream that does not exist yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Version(pub u64);

impl Version {
    /// The version after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

/// The name of an event, given by the caller. The journal keeps it and does not demand that it is unique.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(pub [u8; 16]);

impl fmt::Display for EventId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl fmt::Debug for EventId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}
