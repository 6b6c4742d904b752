//! Talkgroups: the pool that RAPS groups are leased from, and what may be said where. Data of the deployment; state in [`crate::world`].

use std::collections::{BTreeMap, BTreeSet};

use crate::{AlarmId, MessageId, OrganisationId, PartyId, PoolId, TalkgroupId, Timestamp};

/// What a talkgroup is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TalkgroupKind {
    /// Shared by fire and rescue, ambulance, police and SOS (RAPS): what is leased with an alarm.
    Raps,
    /// Goes with a RAPS group: RtjIns-n, SjvIns-n. Never leased by itself.
    Companion,
    /// For command, goes with a RAPS group too.
    Command,
    /// An organisation's own.
    Own,
    /// What remains when the pool is empty (restricted list, MSB926 annex 5): open to several incidents at once, never leased.
    Reserve,
}

/// One talkgroup of the deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Talkgroup {
    /// Its identity.
    pub id: TalkgroupId,
    /// What is said and shown, for instance "Jämt RAPS-1". Text alarms name it so.
    pub name: String,
    /// Group short subscriber identity, 24 bits.
    pub gssi: u32,
    /// What it is for.
    pub kind: TalkgroupKind,
    /// For exercises only; the others are for the real thing only.
    pub exercise: bool,
    /// Groups that are leased with it.
    pub companions: Vec<TalkgroupId>,
    /// Who may listen.
    pub listen: BTreeSet<OrganisationId>,
    /// Who may send text.
    pub send: BTreeSet<OrganisationId>,
    /// Who may lease it.
    pub lease: BTreeSet<OrganisationId>,
}

/// The talkgroups of a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Register {
    /// Its region: names the pool's stream.
    pub pool: PoolId,
    /// By identity.
    pub groups: BTreeMap<TalkgroupId, Talkgroup>,
    /// In the order of the file: the order in which free ones are taken.
    pub order: Vec<TalkgroupId>,
    /// A leased group on which nothing has happened for so many minutes is asked about.
    pub idle_minutes: u32,
    /// So few free groups are told of.
    pub warn_free: usize,
}

impl Register {
    /// The RAPS groups for real incidents, or for exercises, in order.
    pub fn raps(&self, exercise: bool) -> impl Iterator<Item = &Talkgroup> {
        let of_kind = move |group: &&Talkgroup| group.kind == TalkgroupKind::Raps && group.exercise == exercise;
        self.order.iter().filter_map(|id| self.groups.get(id)).filter(of_kind)
    }

    /// What remains when the pool is empty.
    pub fn reserve(&self) -> impl Iterator<Item = &Talkgroup> {
        let of_kind = |group: &&Talkgroup| group.kind == TalkgroupKind::Reserve;
        self.order.iter().filter_map(|id| self.groups.get(id)).filter(of_kind)
    }

    /// The RAPS group that a text alarm names. Case does not matter, nor whether a blank or a hyphen stands between: both are written.
    pub fn named(&self, name: &str) -> Option<&Talkgroup> {
        let plain = |text: &str| {
            let words = text.split(|letter: char| letter.is_whitespace() || letter == '-');
            words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ").to_lowercase()
        };
        let wanted = plain(name);
        let named = |group: &&Talkgroup| plain(&group.name) == wanted || plain(group.id.as_str()) == wanted;
        self.groups.values().filter(|group| group.kind == TalkgroupKind::Raps).find(named)
    }

    /// Who has any right in the pool.
    pub fn members(&self) -> BTreeSet<&OrganisationId> {
        self.groups.values().flat_map(|group| group.listen.iter().chain(&group.lease)).collect()
    }
}

/// What can be asked about talkgroups.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named and documented in samband/v1/command.proto")]
pub enum TalkgroupCommand {
    Lease { talkgroup: Option<TalkgroupId> },
    Return { talkgroup: TalkgroupId },
    Send { talkgroup: TalkgroupId, confirm: bool },
    Confirm { talkgroup: TalkgroupId, message: MessageId, relayed_for: Option<PartyId> },
}

/// What can have happened on and to talkgroups.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named and documented in samband/v1/event.proto")]
pub enum TalkgroupEvent {
    Leased { talkgroup: TalkgroupId, alarm: Option<AlarmId>, adopted: bool, conflict: bool, shared: bool },
    Returned { talkgroup: TalkgroupId },
    Idle { talkgroup: TalkgroupId, since: Timestamp },
    NoneFree { alarm: Option<AlarmId>, fallback: Vec<TalkgroupId> },
    PoolLeaseChanged { talkgroup: TalkgroupId, leased: bool },
    PoolNearlyExhausted { free: u32, total: u32, exercise: bool },
    MessageSent { talkgroup: TalkgroupId, message: MessageId, confirm: bool },
    MessageReceipts { talkgroup: TalkgroupId },
    MessageConfirmed { talkgroup: TalkgroupId, message: MessageId, party: PartyId },
    Cleared { talkgroup: TalkgroupId },
}
