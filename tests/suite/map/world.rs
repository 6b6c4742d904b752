//! A live map in a test's hands, and a client that folds frames into a picture.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use samband_disclosure::{Policy, Viewer};
use samband_domain::{IncidentId, Involvement, OrganisationId, Role, Timestamp, UnitId, status::UnitState};
use samband_hub::{
    clock::Moment,
    fanout::SessionId,
    live::{Area, Entries, Fix, Live, MapJoin, Opening, Register, UnitView},
    wire::frame::{Encoding, Frame},
};
use samband_proto::v1::{self as pb, server_frame};
use samband_tests::{
    core_stage::{TestSink, decode},
    deployment::{START, jamtland},
};

/// A ledger that can be broken, and counts.
#[derive(Clone, Default)]
pub(super) struct TestLedger {
    pub(super) broken: Arc<AtomicBool>,
    pub(super) entered: Arc<AtomicUsize>,
}

impl Entries for TestLedger {
    fn enter(&self, openings: &[Opening<'_>], _: Timestamp) -> bool {
        let writable = !self.broken.load(Ordering::SeqCst);
        if writable {
            self.entered.fetch_add(openings.len(), Ordering::SeqCst);
        }
        writable
    }
}

pub(super) struct World {
    pub(super) live: Live,
    pub(super) register: Arc<Register>,
    pub(super) now: Moment,
    pub(super) ledger: TestLedger,
    sinks: BTreeMap<u64, TestSink>,
}

/// Everything around Jämtland.
pub(super) fn everywhere() -> Vec<Area> {
    vec![Area::new(61.0, 10.0, 65.5, 18.0).unwrap()]
}

pub(super) fn incident(number: u8) -> IncidentId {
    IncidentId([number; 16])
}

pub(super) fn organisation(name: &str) -> OrganisationId {
    OrganisationId::new(name).unwrap()
}

pub(super) fn unit(id: &str) -> UnitId {
    UnitId::new(id).unwrap()
}

/// On these incidents, en route.
pub(super) fn on(incidents: &[u8]) -> UnitView {
    UnitView {
        incidents: incidents.iter().map(|number| incident(*number)).collect(),
        state: Some(UnitState::EnRoute),
        code: Some("U".into()),
        ..UnitView::default()
    }
}

impl World {
    pub(super) fn new() -> Self {
        let setup = jamtland();
        let register = Arc::new(Register::of(&setup.deployment));
        let policy = Arc::new(Policy::new(setup.policy.policy.parts().clone()));
        let ledger = TestLedger::default();
        Self {
            live: Live::new(register.clone(), policy, Box::new(ledger.clone())),
            register,
            now: Moment { wall: START, steady: Timestamp(0) },
            ledger,
            sinks: BTreeMap::new(),
        }
    }

    /// A session, with an outbox of so many places.
    pub(super) fn join(&mut self, session: u64, viewer: &str, areas: Vec<Area>, places: usize) {
        let (name, role) = viewer.split_once('/').unwrap();
        let sink = TestSink::new(places);
        self.sinks.insert(session, sink.clone());
        let join = MapJoin {
            session: SessionId(session),
            name: format!("session-{session}"),
            viewer: Viewer { organisation: organisation(name), role: role.parse::<Role>().unwrap() },
            unit: None,
            encoding: Encoding::Proto,
            areas,
            sink: Box::new(sink),
        };
        self.live.join(join, self.now.wall);
    }

    pub(super) fn stand(&mut self, number: u8, name: &str, involvement: Involvement) {
        self.live.standing(incident(number), organisation(name), involvement);
    }

    pub(super) fn fix(&mut self, id: &str, latitude: f64, longitude: f64) {
        let fix = Fix {
            latitude,
            longitude,
            accuracy_m: None,
            fix_at: self.now.wall,
            course_deg: Some(90),
            speed_kmh: Some(70),
            heard: self.now.steady,
        };
        self.take(id, fix);
    }

    pub(super) fn take(&mut self, id: &str, fix: Fix) {
        let number = self.register.number(&unit(id)).unwrap();
        self.live.fix(number, fix);
    }

    pub(super) fn pass(&mut self, milliseconds: i64) {
        self.now.wall.0 += milliseconds;
        self.now.steady.0 += milliseconds;
    }

    /// A period passes.
    pub(super) fn tick(&mut self) {
        self.pass(1_000);
        self.live.tick(self.now);
    }

    /// At most so many frames leave a session's outbox.
    pub(super) fn drain(&self, session: u64, most: usize) -> Vec<Frame> {
        self.sinks[&session].take_some(most).into_iter().map(|item| item.frame).collect()
    }

    /// Everything that is due to a session, until nothing more comes.
    pub(super) fn all(&mut self, session: u64) -> Vec<Frame> {
        let mut frames = Vec::new();
        loop {
            let some = self.drain(session, usize::MAX);
            if some.is_empty() {
                return frames;
            }
            frames.extend(some);
            self.live.serve(self.now.wall);
        }
    }
}

pub(super) fn map_frame(frame: &Frame) -> pb::MapFrame {
    let Some(server_frame::Frame::Map(map)) = decode(frame).frame else { panic!("a map frame") };
    map
}

/// What a client has folded: units by cell.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Picture(pub(super) BTreeMap<(i64, i64), BTreeMap<String, pb::MapUnit>>);

impl Picture {
    pub(super) fn fold(&mut self, frames: &[Frame]) {
        for frame in frames {
            let frame = map_frame(frame);
            let corner = frame.cell.unwrap();
            #[expect(clippy::cast_possible_truncation, reason = "quarters of a degree, at most 720")]
            let quarter = |degrees: Option<f64>| (degrees.unwrap() * 4.0).round() as i64;
            let key = (quarter(corner.south), quarter(corner.west));
            let cell = self.0.entry(key).or_default();
            if frame.key.unwrap_or_default() {
                cell.clear();
            }
            for unit in frame.units {
                let id = unit.unit_id.clone().unwrap();
                let unit = match cell.get(&id).filter(|_| unit.call_sign.is_none()) {
                    None => unit,
                    Some(held) => pb::MapUnit {
                        call_sign: held.call_sign.clone(),
                        organisation: held.organisation.clone(),
                        kind: held.kind.clone(),
                        ..unit
                    },
                };
                assert!(unit.call_sign.is_some(), "{id} was never introduced");
                cell.insert(id, unit);
            }
            for id in &frame.removed_unit_ids {
                assert!(cell.remove(id).is_some(), "{id} was not there");
            }
            if cell.is_empty() {
                self.0.remove(&key);
            }
        }
    }

    /// Every unit, wherever it is; none may be in two cells.
    pub(super) fn units(&self) -> BTreeMap<&str, &pb::MapUnit> {
        let all: Vec<_> = self.0.values().flatten().map(|(id, unit)| (id.as_str(), unit)).collect();
        let ids: BTreeSet<_> = all.iter().map(|(id, _)| *id).collect();
        assert_eq!(ids.len(), all.len(), "a unit is in two cells");
        all.into_iter().collect()
    }
}
