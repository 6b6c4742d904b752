//! What can be asked for, without what it says: content stays with the wire types.

use std::collections::BTreeSet;

use crate::{
    AlarmId, EventId, IncidentId, Involvement, OrganisationId, PartyId, ReportId, Role, TalkgroupId, Timestamp, UnitId,
    emergency::EmergencyCommand,
    event::{CloseOutcome, ExternalNumber, FactKind, LinkKind},
    media::MediaCommand,
    notice::NoticeCommand,
    release::{MarkingNumber, ReleaseCommand, ReleaseTerm},
    report::{CoreField, Template},
    resource::ResourceCommand,
    talkgroup::TalkgroupCommand,
    unit::UnitCommand,
    world::World,
};

/// Who asks: what the identity layer has authenticated.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Principal {
    /// Whose.
    pub organisation: OrganisationId,
    /// As what.
    pub role: Role,
    /// Which unit, when it is one.
    pub unit: Option<UnitId>,
}

impl Principal {
    /// The party this principal answers for: its unit, or its organisation.
    pub fn party(&self) -> PartyId {
        PartyId { organisation: self.organisation.clone(), unit: self.unit.clone() }
    }
}

/// A fact to state, and what the rules need of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFact {
    /// Which kind.
    pub kind: FactKind,
    /// Of an address, its municipality: alarm plans ask for it.
    pub municipality: Option<String>,
    /// Takes back what was stated.
    pub withdraw: bool,
    /// Of talkgroup names, the names: one of the pool is taken over as leased.
    pub talkgroups: Vec<String>,
    /// Kinds of the facts that are derived from it and stated in the same step.
    pub derived: Vec<FactKind>,
}

impl NewFact {
    /// A fact of this kind, of which the rules need nothing more.
    pub fn of(kind: FactKind) -> Self {
        Self { kind, municipality: None, withdraw: false, talkgroups: Vec::new(), derived: Vec::new() }
    }
}

/// A party to alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewParty {
    /// Who.
    pub party: PartyId,
    /// The gate waits for it.
    pub required: bool,
    /// Seconds to acknowledge in; none: the organisation's own figure.
    pub due_seconds: Option<u32>,
}

/// How parties are chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlanChoice {
    /// By hand alone.
    ByHand,
    /// The first plan that fits the incident.
    Automatic,
    /// This one.
    Named(String),
}

/// Everything a principal can ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is named and documented in samband/v1/command.proto; the fields are what the rules need"
)]
pub enum Command {
    ReportIncident {
        types: Vec<String>,
        exercise: bool,
        numbers: Vec<ExternalNumber>,
        facts: Vec<NewFact>,
    },
    StateFact(NewFact),
    AddNote,
    AddExternalNumber(ExternalNumber),
    ClaimDesk {
        desk: String,
    },
    HandOverDesk {
        to: String,
    },
    LinkIncident {
        other: IncidentId,
        kind: LinkKind,
        unlink: bool,
    },
    InvolveOrganisation {
        organisation: OrganisationId,
        reason: Option<String>,
    },
    OfferLead {
        to: OrganisationId,
    },
    AcceptLead,
    StandDown,
    CloseIncident {
        outcome: CloseOutcome,
    },
    ReopenIncident {
        reason_given: bool,
    },
    RaiseAlarm {
        plan: PlanChoice,
        parties: Vec<NewParty>,
        already_sent: bool,
        reason: Option<String>,
        talkgroup: TalkgroupChoice,
    },
    AddParties {
        alarm: AlarmId,
        parties: Vec<NewParty>,
        replaces: Option<PartyId>,
        reason: Option<String>,
    },
    Acknowledge {
        alarm: Option<AlarmId>,
        relayed_for: Option<PartyId>,
    },
    Decline {
        alarm: AlarmId,
        relayed_for: Option<PartyId>,
        reason_given: bool,
    },
    WaiveParty {
        alarm: AlarmId,
        party: PartyId,
        reason_given: bool,
    },
    RecallAlarm {
        alarm: AlarmId,
        parties: Vec<PartyId>,
        reason_given: bool,
    },
    OpenGate {
        alarm: AlarmId,
        reason_given: bool,
    },
    IssueTotalInformation {
        references: Vec<EventId>,
        text_given: bool,
        material: bool,
    },
    ConfirmTotalInformation {
        number: u32,
        relayed_for: Option<PartyId>,
    },
    FileArrivalReport {
        template: Template,
        filled: BTreeSet<CoreField>,
        unit: Option<UnitId>,
        corrects: Option<ReportId>,
    },
    FileSitrep {
        unit: Option<UnitId>,
    },
    ReportUnitStatus {
        unit: Option<UnitId>,
        code: String,
        /// By a code that acknowledges, this alarm alone; otherwise every one that waits.
        alarm: Option<AlarmId>,
    },
    Talkgroup(TalkgroupCommand),
    Unit(UnitCommand),
    Emergency(EmergencyCommand),
    Resource(ResourceCommand),
    Media(MediaCommand),
    Notice(NoticeCommand),
    Release(ReleaseCommand),
}

/// Which talkgroup goes with an alarm.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum TalkgroupChoice {
    /// The next free one, where the incident has none and the sender may lease one.
    #[default]
    NextFree,
    /// This one.
    Named(TalkgroupId),
    /// None.
    Without,
}

/// What is asked about before it has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shown {
    /// What a covert unit does; asked as if alarmed.
    CovertUnit,
    /// A unit in distress.
    Emergency,
    /// A line for the media.
    MediaLine,
}

/// What a viewer may see, asked by the rules where seeing decides. Answered from the compiled policy.
pub trait Sight {
    /// Whether the organisation's desk gets at least a withheld mark of the event, with its involvement or `at_least` this one.
    fn sees_event(&self, viewer: &OrganisationId, at_least: Involvement, event: EventId) -> bool;
    /// Whether the organisation's desk can read the municipality in the address that this event states.
    fn reads_address(&self, viewer: &OrganisationId, event: EventId) -> bool;
    /// Whether the organisation would see this party and its acknowledgement in an alarm.
    fn sees_party(&self, viewer: &OrganisationId, party: &PartyId) -> bool;
    /// Whether the organisation's desk, drawn in but not alarmed, would see this of the owner's.
    fn would_see(&self, viewer: &OrganisationId, owner: &OrganisationId, what: Shown) -> bool;
    /// What the owner's decisions let somebody in this role of its own release of a marking to this receiver. None: nothing.
    fn release_terms(
        &self,
        owner: &OrganisationId,
        by: Role,
        marking: MarkingNumber,
        to: &OrganisationId,
        role: Role,
    ) -> Vec<ReleaseTerm>;
    /// Whether the table of grounds lets this ground open the marking to this receiver.
    fn ground_opens(&self, ground: &str, marking: MarkingNumber, to: &OrganisationId) -> bool;
}

/// The arguments that are not state: time, chance, who, and who exists.
pub struct Context<'a> {
    /// The hub's time.
    pub now: Timestamp,
    /// The sender's own time of the act.
    pub pressed_at: Option<Timestamp>,
    /// Who asks.
    pub principal: &'a Principal,
    /// Who exists.
    pub directory: &'a crate::directory::Directory,
    /// Who sees what.
    pub sight: &'a dyn Sight,
    /// What stands across incidents.
    pub world: &'a World,
    /// Units nearest to the unit in distress, nearest first. Only an emergency asks.
    pub nearest: Vec<UnitId>,
    /// Fresh identifiers, in order: the same command gives the same ones.
    pub ids: &'a mut dyn FnMut() -> [u8; 16],
}

/// A client clock further from the hub's than this is wrong.
const CLOCK_MARGIN_MS: i64 = 30_000;

impl Context<'_> {
    /// The sender's time of the act, if it can be believed: not ahead of the hub's, not before there was something to answer.
    pub fn believable_press(&self, since: Timestamp) -> Option<Timestamp> {
        let (earliest, latest) = (since.0.saturating_sub(CLOCK_MARGIN_MS), self.now.0.saturating_add(CLOCK_MARGIN_MS));
        self.pressed_at.filter(|pressed| (earliest..=latest).contains(&pressed.0))
    }

    /// Whether the sender had acted before this had happened, as surely as two clocks can tell.
    pub fn acted_before(&self, since: Timestamp, happened: Timestamp) -> bool {
        let pressed = self.believable_press(since);
        pressed.is_some_and(|pressed| pressed.0.saturating_add(CLOCK_MARGIN_MS) < happened.0)
    }
}
