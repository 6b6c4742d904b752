//! A unit as the live map holds it.

use std::{collections::BTreeSet, fmt, sync::Arc};

use samband_disclosure::{
    coarse::{Cell, GRID_SIDE_M, grid},
    map::{Age, UndisclosedUnit, UnitIdentity},
};
use samband_domain::{IncidentId, Timestamp, status::UnitState};
use samband_proto::v1::Marking;

use crate::limits;

/// A location that has been admitted. Its `Debug` does not tell it.
#[derive(Clone, Copy, PartialEq)]
pub struct Fix {
    /// Degrees WGS 84.
    pub latitude: f64,
    /// Degrees WGS 84.
    pub longitude: f64,
    /// Radius in metres within which the true place lies.
    pub accuracy_m: Option<f64>,
    /// When the receiver took it; the hub's time where the client's cannot be.
    pub fix_at: Timestamp,
    /// Degrees from north, 0 to 359.
    pub course_deg: Option<u16>,
    /// Kilometres an hour.
    pub speed_kmh: Option<u16>,
    /// When the hub heard of it, on the steady clock.
    pub heard: Timestamp,
}

impl fmt::Debug for Fix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fix(…)")
    }
}

/// How a unit stands, as the journal tells. Absolute: replaces what was told before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnitView {
    /// Incidents it is on.
    pub incidents: BTreeSet<IncidentId>,
    /// It is raised (covert): for whoever sees this marking.
    pub raised: Option<Marking>,
    /// It has signed off, or works covertly.
    pub signed_off: bool,
    /// Its state.
    pub state: Option<UnitState>,
    /// Its organisation's own code for it.
    pub code: Option<String>,
    /// It is in distress.
    pub emergency: bool,
}

/// A unit.
pub(super) struct Unit {
    pub(super) identity: Arc<UnitIdentity>,
    pub(super) fix: Option<Fix>,
    /// Coarse form of the fix, with the hysteresis of all fixes before it.
    square: Option<Cell>,
    age: Age,
    pub(super) view: UnitView,
    code: Option<Arc<str>>,
    /// Something of it may look otherwise since the last tick.
    pub(super) changed: bool,
    /// Its levels may be others since the last tick.
    pub(super) levels_changed: bool,
}

impl Unit {
    pub(super) fn new(identity: Arc<UnitIdentity>) -> Self {
        Self {
            identity,
            fix: None,
            square: None,
            age: Age::Fresh,
            view: UnitView::default(),
            code: None,
            changed: false,
            levels_changed: false,
        }
    }

    /// The newest fix; one that was taken before the one held changes nothing. A held one that is stale gives way to any: the hub's clock
    /// may have been set back since.
    pub(super) fn take(&mut self, fix: Fix) {
        let fresh = |held: Fix| fix.heard.0 - held.heard.0 < limits::LOCATION_STALE_MS;
        if self.fix.is_some_and(|held| fix.fix_at < held.fix_at && fresh(held)) {
            return;
        }
        self.square = Some(grid(fix.latitude, fix.longitude, GRID_SIDE_M, self.square));
        self.fix = Some(fix);
        self.age = Age::Fresh;
        self.changed = true;
    }

    /// Another view.
    pub(super) fn place(&mut self, view: UnitView) {
        self.code = view.code.as_deref().map(Arc::from);
        self.changed = true;
        self.levels_changed = true;
        self.view = view;
    }

    /// Time has passed.
    pub(super) fn grow_old(&mut self, steady: Timestamp) {
        let Some(fix) = self.fix else { return };
        let age = match steady.0 - fix.heard.0 {
            ..limits::LOCATION_STALE_MS => Age::Fresh,
            limits::LOCATION_STALE_MS..limits::LOCATION_GONE_MS => Age::Stale,
            limits::LOCATION_GONE_MS.. => Age::Gone,
        };
        self.changed |= age != self.age;
        self.age = age;
    }

    /// What disclosure is asked about; none: its location is not known.
    pub(super) fn undisclosed(&self) -> Option<UndisclosedUnit<'_>> {
        let fix = self.fix?;
        Some(UndisclosedUnit {
            identity: &self.identity,
            latitude: fix.latitude,
            longitude: fix.longitude,
            square: self.square?,
            course_deg: fix.course_deg,
            speed_kmh: fix.speed_kmh,
            fix_at: fix.fix_at,
            age: self.age,
            state: self.view.state,
            code: self.code.as_ref(),
            emergency: self.view.emergency,
        })
    }
}
