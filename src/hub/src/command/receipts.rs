//! Device receipts, gathered per incident and owner so that a thousand terminals make one event.

use std::collections::BTreeMap;

use samband_domain::{OrganisationId, Scope, Timestamp};
use samband_proto::v1 as pb;

use crate::limits;

/// What a device did.
#[derive(Debug, Clone)]
pub(super) enum Receipt {
    /// With an alarm.
    Alarm(pb::Receipt),
    /// With a text on a talkgroup.
    Message(pb::MessageReceipt),
}

/// Receipts that were gathered: of what, whose, which.
pub(super) type Gathered = (Scope, OrganisationId, Vec<Receipt>);

/// Receipts waiting to be stored together.
#[derive(Default)]
pub(super) struct Gathering {
    waiting: BTreeMap<(Scope, OrganisationId), (Timestamp, Vec<Receipt>)>,
}

impl Gathering {
    pub(super) fn add(&mut self, scope: Scope, owner: OrganisationId, receipt: Receipt, now: Timestamp) {
        let due = Timestamp(now.0 + limits::RECEIPT_GATHER_MS);
        let (due, gathered) = self.waiting.entry((scope, owner)).or_insert_with(|| (due, Vec::new()));
        gathered.push(receipt);
        if gathered.len() >= limits::RECEIPTS_GATHERED_MAX {
            *due = now;
        }
    }

    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.waiting.values().map(|(due, _)| *due).min()
    }

    pub(super) fn take_due(&mut self, now: Timestamp) -> Vec<Gathered> {
        let due: Vec<_> = self.waiting.iter().filter(|(_, (due, _))| *due <= now).map(|(key, _)| key.clone()).collect();
        let take =
            |key: (Scope, OrganisationId)| self.waiting.remove(&key).map(|(_, receipts)| (key.0, key.1, receipts));
        due.into_iter().filter_map(take).collect()
    }
}
