//! What the command side keeps of an incident beside the rules' own state.

use std::{
    collections::{BTreeMap, BTreeSet},
    str::FromStr as _,
};

use samband_disclosure::Stamp;
use samband_domain::{EventId, IncidentId, OrganisationId, UnitId, incident::Incident};
use samband_proto::v1 as pb;

use crate::standing::Standings;

/// An event's stamp, whose it is and where it stands: what a reference to it will carry.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Whose.
    pub owner: OrganisationId,
    /// What is in it.
    pub stamp: Stamp,
    /// Where.
    pub position: u64,
}

/// An incident as the command side holds it.
#[derive(Clone)]
pub struct Shared {
    /// The rules' state.
    pub incident: Incident,
    /// Version of its stream.
    pub version: u64,
    /// Stamps of its events.
    pub stamps: BTreeMap<EventId, Entry>,
    /// How organisations stand to it.
    pub standings: Standings,
    /// Shared text of the total information in force, and whose it is.
    pub briefing: Option<(OrganisationId, String)>,
    /// Coarse cell of each owner's location fact: cells have hysteresis.
    pub cells: BTreeMap<OrganisationId, pb::GridCell>,
    /// Coarse cell in which each unit's location was last recorded.
    pub unit_cells: BTreeMap<UnitId, pb::GridCell>,
    /// Receipts already stored, so that each is stored once: alarm, `organisation/receiver`, step.
    pub receipts: BTreeSet<(String, String, i32)>,
}

impl Shared {
    /// Before its first event.
    pub fn new(id: IncidentId) -> Self {
        Self {
            incident: Incident::new(id),
            version: 0,
            stamps: BTreeMap::new(),
            standings: Standings::default(),
            briefing: None,
            cells: BTreeMap::new(),
            unit_cells: BTreeMap::new(),
            receipts: BTreeSet::new(),
        }
    }

    /// What later events must repeat or continue from this one.
    pub fn remember_content(&mut self, event: &pb::Event) {
        match &event.body {
            Some(pb::event::Body::TotalInformationIssued(issued)) => {
                let owner =
                    event.envelope.as_ref().and_then(|envelope| OrganisationId::from_str(envelope.owner()).ok());
                self.briefing = owner.zip(issued.shared_text.clone());
            }
            Some(pb::event::Body::FactStated(fact)) => {
                let owner =
                    event.envelope.as_ref().and_then(|envelope| OrganisationId::from_str(envelope.owner()).ok());
                if let (Some(owner), Some(cell)) = (owner, &fact.location_coarse) {
                    self.cells.insert(owner, *cell);
                }
            }
            Some(pb::event::Body::UnitLocationRecorded(recorded)) => {
                self.remember_cell(recorded.unit.as_ref(), recorded.location_coarse);
            }
            Some(pb::event::Body::EmergencyRaised(raised)) => {
                self.remember_cell(raised.unit.as_ref(), raised.location_coarse);
            }
            Some(pb::event::Body::ReceiptsGathered(gathered)) => {
                for receipt in &gathered.receipts {
                    let receiver = receipt.unit.as_ref().map_or(receipt.role(), |unit| unit.unit_id());
                    let owner = event.envelope.as_ref().map_or("", |envelope| envelope.owner());
                    let key = (receipt.alarm_id().to_owned(), format!("{owner}/{receiver}"), receipt.step.unwrap_or(0));
                    self.receipts.insert(key);
                }
            }
            _ => {}
        }
    }

    fn remember_cell(&mut self, unit: Option<&pb::UnitRef>, cell: Option<pb::GridCell>) {
        let unit = unit.and_then(|unit| UnitId::new(unit.unit_id()).ok());
        if let (Some(unit), Some(cell)) = (unit, cell) {
            self.unit_cells.insert(unit, cell);
        }
    }
}
