//! Releases (menprövat utlämnande): the owner opens a marking of one incident to somebody, with reason, ground and end.

use std::collections::BTreeSet;

use crate::{EventId, Level, OrganisationId, ReleaseId, RequestId, Role, Timestamp, notice::EndCause};

/// A marking, by its number in the contract. What it means is for those who read the contract.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct MarkingNumber(pub u8);

/// What an owner's decision lets be released: one line of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseTerm {
    /// At most this.
    pub highest: Level,
    /// On one of these grounds.
    pub grounds: BTreeSet<String>,
    /// For at most so many minutes.
    pub max_minutes: u32,
}

/// To whom.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Receiver {
    /// Which organisation.
    pub organisation: OrganisationId,
    /// In which role. One role: a session has exactly one.
    pub role: Role,
    /// To one person of it only. The name stays out of the rules.
    pub one_person: bool,
}

/// What a viewer has asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseRequest {
    /// Who asks, and for which role.
    pub asker: Receiver,
    /// Who is asked.
    pub owner: OrganisationId,
    /// For what.
    pub marking: MarkingNumber,
    /// How much.
    pub level: Level,
    /// It was granted or refused.
    pub answered: bool,
}

/// What an owner has opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// The event that tells of it.
    pub event: EventId,
    /// Whose information.
    pub owner: OrganisationId,
    /// Which marking.
    pub marking: MarkingNumber,
    /// How much.
    pub level: Level,
    /// To whom.
    pub to: Receiver,
    /// The request it answered.
    pub request: Option<RequestId>,
    /// Until when.
    pub until: Timestamp,
    /// It has expired, or was revoked.
    pub ended: bool,
}

/// What can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named and documented in samband/v1/command.proto")]
pub enum ReleaseCommand {
    Request {
        owner: OrganisationId,
        marking: MarkingNumber,
        level: Level,
        role: Option<Role>,
    },
    Grant {
        request: Option<RequestId>,
        marking: Option<MarkingNumber>,
        level: Option<Level>,
        organisation: Option<OrganisationId>,
        role: Option<Role>,
        one_person: bool,
        ground: Option<String>,
        reason_given: bool,
        from_start: bool,
        minutes: Option<u32>,
    },
    Refuse {
        request: RequestId,
        reason_given: bool,
    },
    Revoke {
        release: ReleaseId,
        reason_given: bool,
    },
}

/// What can have happened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named and documented in samband/v1/event.proto")]
pub enum ReleaseEvent {
    Requested {
        request: RequestId,
        owner: OrganisationId,
        marking: MarkingNumber,
        level: Level,
        role: Role,
    },
    Refused {
        request: RequestId,
    },
    Granted {
        release: ReleaseId,
        request: Option<RequestId>,
        marking: MarkingNumber,
        level: Level,
        to: Receiver,
        ground: String,
        from_start: bool,
        until: Timestamp,
    },
    Ended {
        release: ReleaseId,
        request: Option<RequestId>,
        cause: EndCause,
    },
}
