//! Why not, with the facts that caused it. In the order of the contract's precedence.

use crate::{AlarmId, EmergencyId, IncidentId, OrganisationId, PartyId, TalkgroupId, report::CoreField};

/// A refused command. The order of the variants is the precedence: of several that apply, the least is returned.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[expect(
    missing_docs,
    reason = "each is named and documented as RefusalCode in samband/v1/command.proto; the text says the rest"
)]
pub enum Refusal {
    #[error("the role may not do this: needed is {needed}")]
    NotPermitted { needed: &'static str },
    #[error("no such incident, alarm, event or report")]
    NotFound,
    #[error("already reported as incident {incident}")]
    AlreadyReported { incident: IncidentId },
    #[error("the incident is closed")]
    IncidentClosed,
    #[error("the incident is not closed")]
    IncidentNotClosed,
    #[error("no organisation of that name")]
    UnknownOrganisation,
    #[error("no such unit of that organisation")]
    UnknownUnit,
    #[error("no plan of that name, or none that fits")]
    UnknownPlan,
    #[error("an organisation cannot raise its own involvement")]
    OwnInvolvement,
    #[error("{organisation} is not involved in the incident")]
    NotInvolved { organisation: OrganisationId },
    #[error("only the lead organisation may do this")]
    NotLead,
    #[error("lead has not been offered to this organisation")]
    NotOffered,
    #[error("{party} is not a party of the alarm")]
    NotAParty { party: PartyId },
    #[error("{party} is a party of the alarm already")]
    AlreadyAParty { party: PartyId },
    #[error("{party} has acknowledged already")]
    AlreadyAcknowledged { party: PartyId },
    #[error("the alarm {alarm} is recalled")]
    AlarmRecalled { alarm: AlarmId },
    #[error("the gate of alarm {alarm} is open already")]
    GateAlreadyOpen { alarm: AlarmId },
    #[error("the alarm {alarm} has no gate")]
    NoGate { alarm: AlarmId },
    #[error("a reason is needed")]
    ReasonMissing,
    #[error("a required party is not visible to all required parties")]
    PartyNotVisible { party: PartyId },
    #[error("version {current} is in force")]
    StaleVersion { current: u32 },
    #[error("the report lacks what its template requires")]
    ReportIncomplete { missing: Vec<CoreField> },
    #[error("the organisation has no such status code")]
    UnknownStatusCode,
    #[error("the desk {desk} has the incident")]
    AlreadyClaimed { desk: String },
    #[error("no desk of the organisation has the incident")]
    NotClaimed,
    #[error("the incidents are linked so already")]
    AlreadyLinked,
    #[error("the incidents are not linked")]
    NotLinked,
    #[error("nothing of that kind is stated by the organisation")]
    NothingStated,
    #[error("there is nothing to do")]
    NothingToDo,
    #[error("the limit of {limit} {what} is reached")]
    LimitReached { what: &'static str, limit: usize },
    #[error("organisations are still engaged")]
    StillEngaged { organisations: Vec<OrganisationId> },
    #[error("the lead is handed over or the incident closed")]
    LeadCannotStandDown,
    #[error("no talkgroup of that identity")]
    UnknownTalkgroup,
    #[error("the organisation has no right to do this with talkgroup {talkgroup}")]
    NoRightToTalkgroup { talkgroup: TalkgroupId },
    #[error("talkgroup {talkgroup} is taken by an incident under another lead")]
    TalkgroupTaken { talkgroup: TalkgroupId },
    #[error("no talkgroup of the pool is free")]
    PoolEmpty { fallback: Vec<TalkgroupId> },
    #[error("the incident does not have talkgroup {talkgroup}")]
    NotLeased { talkgroup: TalkgroupId },
    #[error("emergency {emergency} stands")]
    EmergencyStands { emergency: EmergencyId },
    #[error("emergency {emergency} has ended")]
    EmergencyEnded { emergency: EmergencyId },
    #[error("{subject} is {stage}: this is not possible then")]
    WrongStage { subject: &'static str, stage: &'static str },
    #[error("this is an advance notice and no incident yet")]
    AdvanceNotice,
    #[error("the owner's decision lets nothing like this be released")]
    ReleaseNotDecided,
    #[error("the ground may not open this marking to this receiver")]
    GroundExcluded,
    #[error("the decision allows {minutes} minutes")]
    ReleaseTooLong { minutes: u32 },
    #[error("the location cannot be: it is outside the deployment's ground")]
    LocationImplausible,
    #[error("the unit's location is reported more often than the hub takes it")]
    TooOften,
}
