//! Device receipts, gathered per incident and owner so that a thousand terminals make one event.

use std::collections::BTreeMap;

use samband_domain::{IncidentId, OrganisationId, Timestamp};
use samband_proto::v1 as pb;

use crate::limits;

/// Receipts waiting to be stored together.
#[derive(Default)]
pub(super) struct Gathering {
    waiting: BTreeMap<(IncidentId, OrganisationId), (Timestamp, Vec<pb::Receipt>)>,
}

impl Gathering {
    pub(super) fn add(&mut self, incident: IncidentId, owner: OrganisationId, receipt: pb::Receipt, now: Timestamp) {
        let due = Timestamp(now.0 + limits::RECEIPT_GATHER_MS);
        let (due, gathered) = self.waiting.entry((incident, owner)).or_insert_with(|| (due, Vec::new()));
        gathered.push(receipt);
        if gathered.len() >= limits::RECEIPTS_GATHERED_MAX {
            *due = now;
        }
    }

    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.waiting.values().map(|(due, _)| *due).min()
    }

    pub(super) fn take_due(&mut self, now: Timestamp) -> Vec<(IncidentId, OrganisationId, Vec<pb::Receipt>)> {
        let due: Vec<_> = self.waiting.iter().filter(|(_, (due, _))| *due <= now).map(|(key, _)| key.clone()).collect();
        let take =
            |key: (IncidentId, OrganisationId)| self.waiting.remove(&key).map(|(_, receipts)| (key.0, key.1, receipts));
        due.into_iter().filter_map(take).collect()
    }
}
