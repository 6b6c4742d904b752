//! What can have happened, without what it says. The contract's event is made from this and the admitted content.

use crate::{
    AlarmId, EventId, IncidentId, Involvement, OrganisationId, PartyId, ReportId, Scope, Timestamp, UnitId,
    emergency::EmergencyEvent, media::MediaEvent, notice::NoticeEvent, release::ReleaseEvent, resource::ResourceEvent,
    status::UnitState, talkgroup::TalkgroupEvent, unit::UnitEvent,
};

/// Kinds of incident data; one value of each per owner.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[expect(missing_docs, reason = "each is documented as a member of FactStated in samband/v1/event.proto")]
pub enum FactKind {
    Address,
    Location,
    Caller,
    Patients,
    Health,
    Casualties,
    Hazard,
    Threat,
    Safety,
    Suspect,
    AccessCode,
    ObjectCard,
    Vehicle,
    BreakPoint,
    Talkgroups,
    Priority,
    Description,
    AlarmText,
}

/// A number in another system.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ExternalNumber {
    /// Which system.
    pub system: String,
    /// Centre or sender.
    pub centre: String,
    /// Day, YYYY-MM-DD, or empty where the system counts without days.
    pub day: String,
    /// The number.
    pub number: String,
}

/// How two incidents belong together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum LinkKind {
    /// They have to do with each other.
    Related,
    /// They are the same happening.
    Duplicate,
}

/// How an incident ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CloseOutcome {
    /// The work is done.
    Completed,
    /// There was nothing.
    FalseAlarm,
    /// Reported elsewhere.
    Duplicate,
    /// Called off.
    Cancelled,
}

impl CloseOutcome {
    /// Whether it may end while organisations are still engaged: there is nothing to be engaged in.
    pub fn ends_at_once(self) -> bool {
        !matches!(self, Self::Completed)
    }
}

/// Why an involvement changed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Cause {
    /// It reported the incident.
    Reported,
    /// An alarm plan.
    AlarmPlan,
    /// An alarm by hand.
    AlarmByHand,
    /// Notified by rule.
    Rule,
    /// Lead was offered and accepted.
    LeadAccepted,
    /// Drawn in by a principal with alarm right.
    Involved,
    /// Named by an advance notice.
    AdvanceNotice,
    /// Told of a unit in distress.
    Emergency,
    /// Asked for help, or its help was accepted.
    ResourceRequest,
}

/// How a human's note reached the hub.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Means {
    /// By the party itself.
    Own,
    /// Heard on radio or telephone (hört av).
    Relayed,
    /// By a status that acknowledges.
    Status,
}

/// A party as an alarm lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Who.
    pub id: PartyId,
    /// The gate waits for it.
    pub required: bool,
    /// When it is due; none where nobody waits.
    pub due_at: Option<Timestamp>,
    /// Added after the gate had opened.
    pub late: bool,
}

/// Somebody the decision looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Considered {
    /// Who.
    pub party: PartyId,
    /// Alarmed or not.
    pub alerted: bool,
    /// Why.
    pub because: String,
}

/// Everything that can have happened in an incident.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is named and documented in samband/v1/event.proto; the fields are what the rules need"
)]
pub enum Event {
    IncidentReported {
        types: Vec<String>,
        exercise: bool,
    },
    FactStated {
        kind: FactKind,
        municipality: Option<String>,
        withdrawn: bool,
    },
    NoteAdded,
    ExternalNumberAdded(ExternalNumber),
    DeskClaimed {
        desk: String,
    },
    DeskHandedOver {
        from: String,
        to: String,
    },
    IncidentLinked {
        other: IncidentId,
        kind: LinkKind,
        unlinked: bool,
    },
    InvolvementChanged {
        organisation: OrganisationId,
        to: Involvement,
        cause: Cause,
        because: Option<String>,
    },
    LeadOffered {
        to: OrganisationId,
    },
    StoodDown {
        organisation: OrganisationId,
    },
    IncidentClosed {
        outcome: CloseOutcome,
    },
    IncidentReopened,
    AlarmRaised {
        alarm: AlarmId,
        parties: Vec<Party>,
        plan: Option<String>,
        already_sent: bool,
    },
    PartiesAdded {
        alarm: AlarmId,
        parties: Vec<Party>,
        replaces: Option<PartyId>,
        because: Option<String>,
    },
    AlarmDecided {
        alarm: AlarmId,
        plan: Option<String>,
        rule: String,
        inputs: Vec<String>,
        considered: Vec<Considered>,
    },
    ReceiptsGathered,
    Acknowledged {
        alarm: AlarmId,
        party: PartyId,
        means: Means,
        counts: bool,
    },
    Declined {
        alarm: AlarmId,
        party: PartyId,
    },
    AcknowledgementOverdue {
        alarm: AlarmId,
        party: PartyId,
        due_at: Timestamp,
    },
    OverdueWithdrawn {
        alarm: AlarmId,
        party: PartyId,
    },
    PartyWaived {
        alarm: AlarmId,
        party: PartyId,
    },
    AlarmRecalled {
        alarm: AlarmId,
        parties: Vec<PartyId>,
    },
    RecallAcknowledged {
        alarm: AlarmId,
        party: PartyId,
    },
    GateOpened {
        alarm: AlarmId,
        by_operator: bool,
    },
    TotalInformationIssued {
        number: u32,
        material: bool,
        references: Vec<EventId>,
        gate_of: Option<AlarmId>,
        new_text: bool,
    },
    AddendumIssued {
        number: u32,
        references: Vec<EventId>,
    },
    TotalInformationConfirmed {
        number: u32,
        party: PartyId,
    },
    ArrivalReportPrompted {
        unit: UnitId,
    },
    ArrivalReportFiled {
        report: ReportId,
        unit: Option<UnitId>,
        corrects: Option<ReportId>,
    },
    SitrepFiled {
        unit: Option<UnitId>,
    },
    UnitStatusReported {
        unit: UnitId,
        code: String,
        state: UnitState,
        text: String,
        out_of_order: bool,
        relayed: bool,
    },
    Talkgroup(TalkgroupEvent),
    Unit(UnitEvent),
    Emergency(EmergencyEvent),
    Resource(ResourceEvent),
    Media(MediaEvent),
    Notice(NoticeEvent),
    Release(ReleaseEvent),
}

/// An event that was decided, with what the envelope needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// What it belongs to.
    pub scope: Scope,
    /// Its identity.
    pub id: EventId,
    /// Whose information it is.
    pub owner: OrganisationId,
    /// Made by the hub itself: a deadline, the gate.
    pub by_hub: bool,
    /// The admitted command's own content belongs to this one (several facts of a report: by index).
    pub content: Option<usize>,
    /// What happened.
    pub event: Event,
}
