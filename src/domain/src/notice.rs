//! Advance notices (förvarning): something may happen. It has the identity and the facts of the incident it may become.

use std::collections::BTreeSet;

use crate::{OrganisationId, Timestamp, command::NewFact};

/// Why something pre-arranged ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum EndCause {
    /// Its time was up.
    Expired,
    /// Whoever made it took it back.
    Withdrawn,
    /// It became an incident.
    Converted,
}

/// A notice as long as it is no incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// When it is over by itself.
    pub valid_until: Timestamp,
    /// How it ended, if it has.
    pub ended: Option<EndCause>,
}

/// What can be asked of a notice that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named and documented in samband/v1/command.proto")]
pub enum NoticeCommand {
    Issue(NewNotice),
    Amend(NewNotice),
    Withdraw { reason_given: bool },
    Convert { types: Vec<String> },
}

/// What a notice says, as far as the rules need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotice {
    /// What may happen, from coarse to fine.
    pub types: Vec<String>,
    /// From when; none: at once.
    pub valid_from: Option<Timestamp>,
    /// Until when.
    pub valid_until: Timestamp,
    /// Whom it concerns.
    pub organisations: BTreeSet<OrganisationId>,
    /// What is known.
    pub facts: Vec<NewFact>,
    /// Not the real thing.
    pub exercise: bool,
}

/// What can have happened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named and documented in samband/v1/event.proto")]
pub enum NoticeEvent {
    Issued { types: Vec<String>, valid_until: Timestamp, exercise: bool, amended: bool },
    Ended { cause: EndCause },
}
