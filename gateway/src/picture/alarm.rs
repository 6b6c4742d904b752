//! Alarms, and how each party stands.

use std::collections::BTreeMap;

use samband_proto::v1 as pb;

/// An organisation, or one unit of it.
pub type PartyKey = (String, Option<String>);

/// What a party has answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Nothing yet.
    None,
    /// Acknowledged.
    Acknowledged,
    /// Declined.
    Declined,
}

/// How a party stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// When it was alarmed, by the hub's clock.
    pub listed_ms: i64,
    /// What it has answered.
    pub answer: Answer,
    /// The alarm was recalled for it.
    pub recalled: bool,
    /// Its organisation has left the incident, or somebody else took its place.
    pub out: bool,
}

impl Party {
    /// An answer is awaited.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.answer == Answer::None && !self.recalled && !self.out
    }

    /// It said yes, and has not been sent home.
    #[must_use]
    pub fn accepted(&self) -> bool {
        self.answer == Answer::Acknowledged && !self.recalled && !self.out
    }
}

/// An alarm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// Its id.
    pub id: String,
    /// Another system had sent it: nobody is alerted by this.
    pub already_sent: bool,
    /// By whom it is answered.
    pub parties: BTreeMap<PartyKey, Party>,
}

impl Alarm {
    /// How a unit stands in it.
    #[must_use]
    pub fn unit(&self, unit: &str) -> Option<&Party> {
        let of = |key: &PartyKey| key.1.as_deref() == Some(unit);
        self.parties.iter().find(|(key, _)| of(key)).map(|(_, party)| party).filter(|_| !self.already_sent)
    }

    pub(super) fn list(&mut self, parties: &[pb::Party], at_ms: i64) {
        for party in parties {
            let listed = Party { listed_ms: at_ms, answer: Answer::None, recalled: false, out: false };
            self.parties.entry(key(party.organisation(), party.unit.as_ref())).or_insert(listed);
        }
    }

    pub(super) fn answer(&mut self, organisation: &str, unit: Option<&pb::UnitRef>, answer: Answer) {
        if let Some(party) = self.parties.get_mut(&key(organisation, unit)) {
            party.answer = answer;
        }
    }

    pub(super) fn recall(&mut self, parties: &[pb::PartyRef]) {
        for named in parties {
            if let Some(party) = self.parties.get_mut(&key(named.organisation(), named.unit.as_ref())) {
                party.recalled = true;
            }
        }
    }

    pub(super) fn stood_down(&mut self, organisation: &str) {
        let of = self.parties.iter_mut().filter(|(key, _)| key.0 == organisation);
        of.for_each(|(_, party)| party.out = true);
    }
}

pub(super) fn key(organisation: &str, unit: Option<&pb::UnitRef>) -> PartyKey {
    (organisation.to_owned(), unit.map(|unit| unit.unit_id().to_owned()))
}
