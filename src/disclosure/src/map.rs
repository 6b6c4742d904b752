//! What a viewer gets of a unit on the map: the only way a location leaves.
//!
//! The map has no incident of its own. A viewer gets of a unit what it would get by its best standing to any incident the unit is on, or
//! by having none.

use std::{collections::BTreeMap, fmt, sync::Arc};

use samband_domain::{Involvement, Level, OrganisationId, Timestamp, UnitId, status::UnitState};
use samband_proto::v1::Marking;

use crate::{Disclosed, Mask, Policy, Viewer, coarse::Cell};

/// Who a unit is, as the deployment's register has it. Shared by everything that is said of the unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitIdentity {
    /// Its identity.
    pub unit: UnitId,
    /// Whose it is: the owner of its location.
    pub organisation: OrganisationId,
    /// What is said on the radio.
    pub call_sign: String,
    /// What it is, in the deployment's words.
    pub kind: String,
}

/// How long ago something was heard from a unit. The limits are the hub's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Age {
    /// Lately.
    Fresh,
    /// For long nothing: shown as such.
    Stale,
    /// For so long that it is not shown.
    Gone,
}

/// All that the hub knows of a unit on the map. No `Debug`: it holds a location.
#[derive(Clone)]
pub struct UndisclosedUnit<'a> {
    /// Who it is.
    pub identity: &'a Arc<UnitIdentity>,
    /// Degrees WGS 84.
    pub latitude: f64,
    /// Degrees WGS 84.
    pub longitude: f64,
    /// The coarse form of the location, made when the location was taken: with the square held before, see [`crate::coarse::grid`].
    pub square: Cell,
    /// Degrees from north, 0 to 359.
    pub course_deg: Option<u16>,
    /// Kilometres an hour.
    pub speed_kmh: Option<u16>,
    /// When the receiver took the fix.
    pub fix_at: Timestamp,
    /// How long nothing was heard.
    pub age: Age,
    /// Its state.
    pub state: Option<UnitState>,
    /// Its organisation's own code for it.
    pub code: Option<&'a Arc<str>>,
    /// It is in distress.
    pub emergency: bool,
}

/// Where a viewer sees a unit.
#[derive(Clone, Copy, PartialEq)]
pub enum Place {
    /// There.
    Point {
        /// Degrees WGS 84 times 100 000: about a metre.
        latitude_e5: i32,
        /// The same.
        longitude_e5: i32,
        /// Degrees from north.
        course_deg: Option<u16>,
        /// Kilometres an hour.
        speed_kmh: Option<u16>,
        /// When the receiver took the fix.
        fix_at: Timestamp,
    },
    /// Somewhere in this square.
    Square(Cell),
}

/// A unit as a viewer may see it.
#[derive(Clone, PartialEq)]
pub struct MapUnit {
    /// Who it is.
    pub identity: Arc<UnitIdentity>,
    /// Where it is.
    pub place: Place,
    /// Nothing was heard from it for long.
    pub stale: bool,
    /// It is in distress.
    pub emergency: bool,
    /// Its state.
    pub state: Option<UnitState>,
    /// Its organisation's own code for it.
    pub code: Option<Arc<str>>,
}

impl fmt::Debug for MapUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MapUnit({} …)", self.identity.unit)
    }
}

/// What a viewer gets of one unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct UnitLevels {
    /// Of where it is.
    pub location: Level,
    /// Of its state and code.
    pub status: Level,
    /// Of its distress.
    pub emergency: Level,
}

/// What the viewer gets of the unit; none: no trace of it.
///
/// Whoever is not told of a distress sees the unit grow stale and go like any other: that it stays would tell.
pub fn disclose_unit(unit: &UndisclosedUnit<'_>, levels: UnitLevels) -> Option<Disclosed<MapUnit>> {
    let place = match levels.location {
        Level::Hidden | Level::Withheld => return None,
        Level::Coarse => Place::Square(unit.square),
        Level::Full => Place::Point {
            latitude_e5: e5(unit.latitude),
            longitude_e5: e5(unit.longitude),
            course_deg: unit.course_deg,
            speed_kmh: unit.speed_kmh,
            fix_at: unit.fix_at,
        },
    };
    let emergency = unit.emergency && levels.emergency >= Level::Coarse;
    if unit.age == Age::Gone && !emergency {
        return None;
    }
    let told = levels.status == Level::Full;
    Some(Disclosed::new(MapUnit {
        identity: unit.identity.clone(),
        place,
        stale: unit.age != Age::Fresh && !emergency,
        emergency,
        state: unit.state.filter(|_| told),
        code: unit.code.filter(|_| told).cloned(),
    }))
}

/// Hundred-thousandths of a degree. What is no number is 0: the hub takes no such location.
fn e5(degrees: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "a float cast saturates, and degrees are far inside")]
    let whole = (degrees * 1e5).round() as i32;
    whole
}

/// How a unit stands where levels are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnitStanding<'a> {
    /// Whose it is.
    pub owner: &'a OrganisationId,
    /// It is raised: at most as open as this marking.
    pub raised: Option<Marking>,
    /// It has signed off; to everybody who does not see that it is raised.
    pub signed_off: bool,
}

/// Viewers of one organisation in one role: they get the same map.
pub struct MapClass {
    viewer: Viewer,
    masks: BTreeMap<OrganisationId, [Mask; 4]>,
}

const INVOLVEMENTS: [Involvement; 4] = [Involvement::None, Involvement::Near, Involvement::Alarmed, Involvement::Lead];

impl MapClass {
    /// The class of a viewer. What an owner lets out by push only is on nobody else's map.
    pub fn new(policy: &Policy, viewer: Viewer) -> Self {
        let masks = policy.parts().owners.iter().map(|(owner, terms)| {
            let hidden = if *owner == viewer.organisation { 0 } else { terms.push_only };
            let mask = |involvement| policy.mask(owner, &viewer, involvement).without(hidden);
            (owner.clone(), INVOLVEMENTS.map(mask))
        });
        Self { masks: masks.collect(), viewer }
    }

    /// Whose map it is.
    pub fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    /// What the class gets of a unit. `involvements`: how the viewer's organisation stands to each incident the unit is on.
    pub fn levels(&self, unit: UnitStanding<'_>, involvements: impl Iterator<Item = Involvement>) -> UnitLevels {
        let Some(masks) = self.masks.get(unit.owner) else { return UnitLevels::default() };
        let mut best = UnitLevels::default();
        let mut sees_raised = false;
        for involvement in std::iter::once(Involvement::None).chain(involvements) {
            let mask = masks[involvement as usize];
            let cap = unit.raised.map_or(Level::Full, |marking| mask.get(marking));
            sees_raised |= unit.raised.is_some() && cap == Level::Full;
            let level = |marking| mask.get(marking).min(cap);
            best.location = best.location.max(level(Marking::UnitLocation));
            best.status = best.status.max(level(Marking::UnitStatus));
            best.emergency = best.emergency.max(level(Marking::Emergency));
        }
        let works_on = *unit.owner == self.viewer.organisation && sees_raised;
        if unit.signed_off && !works_on { UnitLevels::default() } else { best }
    }
}
