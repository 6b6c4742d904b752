//! One message to the media: it counts when every party has agreed.

use std::collections::BTreeSet;

use crate::{EventId, MediaLineId, OrganisationId};

/// A proposed line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaLine {
    /// The event that tells of it.
    pub event: EventId,
    /// Who proposed it.
    pub owner: OrganisationId,
    /// Who has to agree.
    pub parties: BTreeSet<OrganisationId>,
    /// Who has.
    pub agreed: BTreeSet<OrganisationId>,
    /// Who has said no.
    pub refused: BTreeSet<OrganisationId>,
    /// All have.
    pub counts: bool,
}

/// What can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named and documented in samband/v1/command.proto")]
pub enum MediaCommand {
    Propose { parties: BTreeSet<OrganisationId> },
    Answer { line: MediaLineId, agrees: bool, reason_given: bool },
}

/// What can have happened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named and documented in samband/v1/event.proto")]
pub enum MediaEvent {
    Proposed { line: MediaLineId, parties: BTreeSet<OrganisationId> },
    Answered { line: MediaLineId, organisation: OrganisationId, agrees: bool },
    Agreed { line: MediaLineId },
}
