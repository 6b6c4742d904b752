//! One alarm: its parties, what each has answered, and the gate.

use std::collections::BTreeMap;

use crate::{AlarmId, OrganisationId, PartyId, Timestamp, event::Party};

/// What a human has said for a party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Nothing yet.
    Awaited,
    /// Takes note. `counts`: the gate takes it.
    Acknowledged {
        /// See [`crate::event::Event::Acknowledged`].
        counts: bool,
    },
    /// Refuses.
    Declined,
}

impl Answer {
    /// Nobody whose word counts has answered: the clock still runs.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Awaited | Self::Acknowledged { counts: false })
    }
}

/// Whether, and how, a party has left the alarm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// In it.
    In,
    /// The gate goes without it; it stays alarmed.
    Waived,
    /// Another party took its place in the gate.
    Replaced,
    /// Its organisation stood down.
    StoodDown,
    /// Recalled; has to acknowledge that too.
    Recalled {
        /// It has.
        acknowledged: bool,
    },
}

/// A party's state in an alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyState {
    /// The gate waits for it.
    pub required: bool,
    /// Listed after the gate had opened.
    pub late: bool,
    /// Since when: nothing pressed long before is about this alarm.
    pub listed_at: Timestamp,
    /// When it is due.
    pub due_at: Option<Timestamp>,
    /// It was late: recorded once.
    pub overdue: bool,
    /// What it has answered.
    pub answer: Answer,
    /// Whether it is still in.
    pub standing: Standing,
    /// When it was recalled: nothing pressed before takes note of that.
    pub recalled_at: Option<Timestamp>,
}

impl PartyState {
    /// Somebody still waits for its answer.
    pub fn awaited(&self) -> bool {
        self.answer.is_open() && matches!(self.standing, Standing::In | Standing::Waived)
    }

    /// It has a recall to take note of.
    pub fn recall_awaited(&self) -> bool {
        self.standing == Standing::Recalled { acknowledged: false }
    }

    /// When its deadline passes, if it can still pass.
    pub fn deadline(&self) -> Option<Timestamp> {
        (self.answer.is_open() && self.standing == Standing::In && !self.overdue).then_some(self.due_at)?
    }
}

/// The gate over an alarm's required parties.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// No required party: nothing waits.
    None,
    /// Waits.
    Shut,
    /// Opened: all had acknowledged, or an operator opened it.
    Open,
}

/// One act that alerted organisations and units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// Its identity.
    pub id: AlarmId,
    /// The organisation that raised it.
    pub owner: OrganisationId,
    /// The plan, whose escalation applies.
    pub plan: Option<String>,
    /// Sent elsewhere: alerts nobody here.
    pub already_sent: bool,
    /// Everybody alarmed, by party.
    pub parties: BTreeMap<PartyId, PartyState>,
    /// It has opened.
    opened: bool,
}

impl Alarm {
    /// As raised.
    pub fn new(
        id: AlarmId,
        owner: OrganisationId,
        plan: Option<String>,
        already_sent: bool,
        parties: &[Party],
        at: Timestamp,
    ) -> Self {
        let mut alarm = Self { id, owner, plan, already_sent, parties: BTreeMap::new(), opened: false };
        alarm.add(parties, at);
        alarm
    }

    /// Lists more parties.
    pub fn add(&mut self, parties: &[Party], at: Timestamp) {
        for party in parties {
            let state = PartyState {
                required: party.required,
                late: party.late,
                listed_at: at,
                due_at: party.due_at,
                overdue: false,
                answer: Answer::Awaited,
                standing: Standing::In,
                recalled_at: None,
            };
            self.parties.insert(party.id.clone(), state);
        }
    }

    /// Parties the gate counts: required, listed before it opened, and neither replaced, stood down nor recalled.
    pub fn in_gate(&self) -> impl Iterator<Item = (&PartyId, &PartyState)> {
        self.parties.iter().filter(|(_, party)| {
            party.required && !party.late && matches!(party.standing, Standing::In | Standing::Waived)
        })
    }

    /// The gate, now.
    pub fn gate(&self) -> Gate {
        match (self.opened, self.in_gate().next()) {
            (true, _) => Gate::Open,
            (false, None) => Gate::None,
            (false, Some(_)) => Gate::Shut,
        }
    }

    /// Every party the gate waits for has acknowledged or is waived: it is to open. Overdue never opens it.
    pub fn all_have_acknowledged(&self) -> bool {
        self.gate() == Gate::Shut
            && self.in_gate().all(|(_, party)| {
                party.answer == Answer::Acknowledged { counts: true } || party.standing == Standing::Waived
            })
    }

    /// The gate has opened.
    pub fn open(&mut self) {
        self.opened = true;
    }

    /// All parties are recalled.
    pub fn is_recalled(&self) -> bool {
        !self.parties.is_empty()
            && self.parties.values().all(|party| matches!(party.standing, Standing::Recalled { .. }))
    }

    /// The earliest deadline that can still pass.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.parties.values().filter_map(PartyState::deadline).min()
    }
}
