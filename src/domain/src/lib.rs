//! The rules of the alarm, pure: `decide` may refuse and changes nothing, `evolve` cannot refuse and decides nothing.
//!
//! Knows no clock, no chance, no async, no wire format, no session and not that several hubs exist. Time and identifiers are
//! arguments. What a fact or a report *says* stays outside: the rules need to know that an address was stated and by whom, never
//! which address, so no personal data is in any type here.

pub mod alarm;
pub mod command;
pub mod decide;
pub mod directory;
pub mod emergency;
pub mod event;
pub mod id;
pub mod incident;
pub mod involvement;
pub mod media;
pub mod notice;
pub mod plan;
pub mod refusal;
pub mod release;
pub mod report;
pub mod resource;
pub mod status;
pub mod talkgroup;
pub mod total;
pub mod unit;
pub mod world;

pub use id::{
    AlarmId, EmergencyId, EventId, HazardId, IncidentId, MediaLineId, MessageId, OfferId, OrganisationId, PartyId,
    PoolId, ReleaseId, ReportId, RequestId, Role, Scope, TalkgroupId, Timestamp, UnitId,
};
pub use involvement::{Involvement, Level};
pub use refusal::Refusal;
