//! What the live map enters in the ledger: that a session is shown the map of its class.

use std::sync::Arc;

use samband_disclosure::Viewer;
use samband_domain::Timestamp;
use samband_proto::internal::{ClassKey, ClassOpened, ledger_record};

use crate::ledger::Ledger;

/// A session that is about to be shown the map.
pub struct Opening<'a> {
    /// Its name in the ledger.
    pub session: &'a str,
    /// Who looks.
    pub viewer: &'a Viewer,
    /// Which unit, where it is one.
    pub unit: Option<&'a str>,
}

/// Where it is entered that somebody is shown the map.
pub trait Entries: Send {
    /// Enters them durably. False: it could not be done, and they are shown nothing.
    fn enter(&self, openings: &[Opening<'_>], now: Timestamp) -> bool;
}

/// The ledger as where it is entered. `policy`: by whose tables the maps are made.
pub fn entries(ledger: Arc<Ledger>, policy: [u8; 32]) -> Box<dyn Entries> {
    Box::new(MapEntries { ledger, policy })
}

struct MapEntries {
    ledger: Arc<Ledger>,
    policy: [u8; 32],
}

impl Entries for MapEntries {
    fn enter(&self, openings: &[Opening<'_>], now: Timestamp) -> bool {
        let opened = |opening: &Opening<'_>| {
            ledger_record::Record::ClassOpened(ClassOpened {
                session_id: Some(opening.session.to_owned()),
                organisation: Some(opening.viewer.organisation.to_string()),
                role: Some(opening.viewer.role.as_str().into()),
                unit_id: opening.unit.map(str::to_owned),
                scope: Some("map".into()),
                // Organisation, role and the tables: how it stands to the incidents of each unit is in the journal.
                key: Some(ClassKey { policy_hash: Some(self.policy.to_vec().into()), ..Default::default() }),
                ..Default::default()
            })
        };
        self.ledger.record(openings.iter().map(opened).collect(), now).is_ok()
    }
}
