//! Help between organisations: asked for, offered, accepted, sent, given back. And hazards, which all of them report.

use std::collections::BTreeSet;

use crate::{EventId, HazardId, OfferId, OrganisationId, RequestId, UnitId};

/// What an organisation has asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceRequest {
    /// The event that tells of it.
    pub event: EventId,
    /// Who asks.
    pub owner: OrganisationId,
    /// Who is asked; empty: everybody involved.
    pub to: BTreeSet<OrganisationId>,
    /// Who has said no.
    pub declined: BTreeSet<OrganisationId>,
    /// Nothing more is needed.
    pub closed: bool,
}

/// How far an offer has come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum OfferStage {
    /// Made.
    Offered,
    /// Taken.
    Accepted,
    /// On its way, or there.
    Deployed,
    /// Given back, all of it.
    Returned,
}

impl OfferStage {
    /// For the facts of a refusal.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Accepted => "accepted",
            Self::Deployed => "deployed",
            Self::Returned => "returned",
        }
    }
}

/// What an organisation offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The event that tells of it.
    pub event: EventId,
    /// Who offers.
    pub owner: OrganisationId,
    /// In answer to this; none: nobody asked.
    pub request: Option<RequestId>,
    /// Units it is about; empty: something else than units.
    pub units: BTreeSet<UnitId>,
    /// Units that were sent and have not come back.
    pub out: BTreeSet<UnitId>,
    /// How far it has come.
    pub stage: OfferStage,
}

/// A hazard that somebody has reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownHazard {
    /// Whose report.
    pub owner: OrganisationId,
    /// It is over.
    pub ended: bool,
}

/// What can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named and documented in samband/v1/command.proto")]
pub enum ResourceCommand {
    Request { to: BTreeSet<OrganisationId> },
    Offer { request: Option<RequestId>, units: BTreeSet<UnitId> },
    Decline { request: RequestId, reason_given: bool },
    Accept { offer: OfferId },
    Deploy { offer: OfferId, units: BTreeSet<UnitId> },
    Return { offer: OfferId, units: BTreeSet<UnitId> },
    Close { request: RequestId },
    ReportHazard { hazard: Option<HazardId> },
    EndHazard { hazard: HazardId },
}

/// What can have happened.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named and documented in samband/v1/event.proto")]
pub enum ResourceEvent {
    Requested { request: RequestId, to: BTreeSet<OrganisationId> },
    Offered { offer: OfferId, request: Option<RequestId>, units: BTreeSet<UnitId> },
    Declined { request: RequestId },
    Accepted { offer: OfferId },
    Deployed { offer: OfferId, units: BTreeSet<UnitId> },
    Returned { offer: OfferId, units: BTreeSet<UnitId> },
    Closed { request: RequestId },
    HazardReported { hazard: HazardId },
    HazardEnded { hazard: HazardId },
}
