//! One mapping from every refusal to the wire, and to gRPC's status codes. No arm catches what it was not meant for.

use samband_domain::Refusal;
use samband_proto::v1::{self as pb, RefusalCode as Code};

/// A field that is missing or not of its form. Names the field, never its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {expected}")]
pub struct Malformed {
    /// Which field.
    pub field: &'static str,
    /// What was expected.
    pub expected: &'static str,
}

impl Malformed {
    /// It must be there.
    pub const fn missing(field: &'static str) -> Self {
        Self { field, expected: "is required" }
    }

    /// It must be of this form.
    pub const fn form(field: &'static str, expected: &'static str) -> Self {
        Self { field, expected }
    }
}

/// Everything a command can be refused for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The journal cannot be written.
    #[error("not stored: use radio or telephone")]
    NotStored,
    /// The disk is full: only alarms and acknowledgements are taken.
    #[error("the storage is full: only alarms and acknowledgements are taken")]
    StorageFull,
    /// Too much at once.
    #[error("overloaded: try again in a moment")]
    Overloaded,
    /// Who asks is not known.
    #[error("no valid token")]
    Unauthenticated,
    /// A field is missing or not of its form.
    #[error("{0}")]
    Malformed(Malformed),
    /// A critical field is unknown.
    #[error("critical field {number} is unknown to this hub")]
    UnknownCritical {
        /// Its number.
        number: u32,
    },
    /// The same command id with other content.
    #[error("the command id has been used for another command")]
    CommandIdReused,
    /// The rules say no.
    #[error("{0}")]
    Rule(Refusal),
}

impl From<Malformed> for Rejection {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        Self::Rule(refusal)
    }
}

impl From<super::incoming::Unreadable> for Rejection {
    fn from(unreadable: super::incoming::Unreadable) -> Self {
        use super::incoming::Unreadable;
        match unreadable {
            Unreadable::Framing => Self::Malformed(Malformed::form("frame", "a message of the contract")),
            Unreadable::UnknownCritical { number } => Self::UnknownCritical { number },
            Unreadable::Malformed(malformed) => Self::Malformed(malformed),
        }
    }
}

/// As the contract has it.
pub fn refused(rejection: &Rejection) -> pb::Refused {
    let facts = facts(rejection)
        .into_iter()
        .map(|(name, value)| pb::RefusalFact { name: Some(name.into()), value: Some(value) })
        .collect();
    pb::Refused { code: Some(code(rejection) as i32), message: Some(rejection.to_string()), facts }
}

/// The code, whose number is the precedence.
pub fn code(rejection: &Rejection) -> Code {
    match rejection {
        Rejection::NotStored => Code::NotStored,
        Rejection::StorageFull => Code::StorageFull,
        Rejection::Overloaded => Code::Overloaded,
        Rejection::Unauthenticated => Code::Unauthenticated,
        Rejection::Malformed(_) => Code::Malformed,
        Rejection::UnknownCritical { .. } => Code::UnknownCriticalField,
        Rejection::CommandIdReused => Code::CommandIdReused,
        Rejection::Rule(refusal) => rule_code(refusal),
    }
}

fn rule_code(refusal: &Refusal) -> Code {
    match refusal {
        Refusal::NotPermitted { .. } => Code::NotPermitted,
        Refusal::NotFound => Code::NotFound,
        Refusal::AlreadyReported { .. } => Code::AlreadyReported,
        Refusal::IncidentClosed => Code::IncidentClosed,
        Refusal::IncidentNotClosed => Code::IncidentNotClosed,
        Refusal::UnknownOrganisation => Code::UnknownOrganisation,
        Refusal::UnknownUnit => Code::UnknownUnit,
        Refusal::UnknownPlan => Code::UnknownPlan,
        Refusal::OwnInvolvement => Code::OwnInvolvement,
        Refusal::NotInvolved { .. } => Code::NotInvolved,
        Refusal::NotLead => Code::NotLead,
        Refusal::NotOffered => Code::NotOffered,
        Refusal::NotAParty { .. } => Code::NotAParty,
        Refusal::AlreadyAParty { .. } => Code::AlreadyAParty,
        Refusal::AlreadyAcknowledged { .. } => Code::AlreadyAcknowledged,
        Refusal::AlarmRecalled { .. } => Code::AlarmRecalled,
        Refusal::GateAlreadyOpen { .. } => Code::GateAlreadyOpen,
        Refusal::NoGate { .. } => Code::NoGate,
        Refusal::ReasonMissing => Code::ReasonMissing,
        Refusal::PartyNotVisible { .. } => Code::PartyNotVisible,
        Refusal::StaleVersion { .. } => Code::StaleVersion,
        Refusal::ReportIncomplete { .. } => Code::ReportIncomplete,
        Refusal::UnknownStatusCode => Code::UnknownStatusCode,
        Refusal::AlreadyClaimed { .. } => Code::AlreadyClaimed,
        Refusal::NotClaimed => Code::NotClaimed,
        Refusal::AlreadyLinked => Code::AlreadyLinked,
        Refusal::NotLinked => Code::NotLinked,
        Refusal::NothingStated => Code::NothingStated,
        Refusal::NothingToDo => Code::NothingToDo,
        Refusal::LimitReached { .. } => Code::LimitReached,
        Refusal::StillEngaged { .. } => Code::StillEngaged,
        Refusal::LeadCannotStandDown => Code::LeadCannotStandDown,
        Refusal::UnknownTalkgroup => Code::UnknownTalkgroup,
        Refusal::NoRightToTalkgroup { .. } => Code::NoRightToTalkgroup,
        Refusal::TalkgroupTaken { .. } => Code::TalkgroupTaken,
        Refusal::PoolEmpty { .. } => Code::PoolEmpty,
        Refusal::NotLeased { .. } => Code::NotLeased,
        Refusal::EmergencyStands { .. } => Code::EmergencyStands,
        Refusal::EmergencyEnded { .. } => Code::EmergencyEnded,
        Refusal::WrongStage { .. } => Code::WrongStage,
        Refusal::AdvanceNotice => Code::AdvanceNotice,
        Refusal::ReleaseNotDecided => Code::ReleaseNotDecided,
        Refusal::GroundExcluded => Code::GroundExcluded,
        Refusal::ReleaseTooLong { .. } => Code::ReleaseTooLong,
        Refusal::LocationImplausible => Code::LocationImplausible,
        Refusal::TooOften => Code::TooOften,
    }
}

/// What caused it, as far as the sender sees it: only what it named itself, or what every party of the incident is told.
fn facts(rejection: &Rejection) -> Vec<(&'static str, String)> {
    match rejection {
        Rejection::Malformed(malformed) => {
            vec![("field", malformed.field.into()), ("expected", malformed.expected.into())]
        }
        Rejection::UnknownCritical { number } => vec![("number", number.to_string())],
        Rejection::Rule(refusal) => match refusal {
            Refusal::NotPermitted { needed } => vec![("needed", (*needed).into())],
            Refusal::AlreadyReported { incident } => vec![("incident_id", incident.to_string())],
            Refusal::NotInvolved { organisation } => vec![("organisation", organisation.to_string())],
            Refusal::NotAParty { party }
            | Refusal::AlreadyAParty { party }
            | Refusal::AlreadyAcknowledged { party } => {
                vec![("party", party.to_string())]
            }
            Refusal::AlarmRecalled { alarm } | Refusal::GateAlreadyOpen { alarm } | Refusal::NoGate { alarm } => {
                vec![("alarm_id", alarm.to_string())]
            }
            Refusal::StaleVersion { current } => vec![("current", current.to_string())],
            Refusal::ReportIncomplete { missing } => {
                missing.iter().map(|field| ("missing", field.as_str().to_owned())).collect()
            }
            Refusal::AlreadyClaimed { desk } => vec![("desk", desk.clone())],
            Refusal::NoRightToTalkgroup { talkgroup }
            | Refusal::TalkgroupTaken { talkgroup }
            | Refusal::NotLeased { talkgroup } => vec![("talkgroup_id", talkgroup.to_string())],
            Refusal::PoolEmpty { fallback } => fallback.iter().map(|group| ("fallback", group.to_string())).collect(),
            Refusal::EmergencyStands { emergency } | Refusal::EmergencyEnded { emergency } => {
                vec![("emergency_id", emergency.to_string())]
            }
            Refusal::WrongStage { subject, stage } => {
                vec![("subject", (*subject).into()), ("stage", (*stage).into())]
            }
            Refusal::ReleaseTooLong { minutes } => vec![("minutes", minutes.to_string())],
            Refusal::LimitReached { what, limit } => vec![("what", (*what).into()), ("limit", limit.to_string())],
            Refusal::StillEngaged { organisations } => {
                organisations.iter().map(|organisation| ("organisation", organisation.to_string())).collect()
            }
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}
