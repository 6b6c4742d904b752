//! A map class: the picture its viewers have been told, cell by cell, and what changes in it.

use std::collections::{BTreeMap, BTreeSet};

use samband_disclosure::{
    Disclosed, MapClass, MapUnit, disclose_unit,
    map::{Place, UnitLevels, UnitStanding},
};
use samband_domain::{IncidentId, Involvement, Timestamp, UnitId};

use super::{area::CellId, member::MemberId, unit::Unit};
use crate::{
    limits,
    wire::{
        frame::{Encoding, Frame},
        map::{MapFrame, map},
    },
};

/// How the viewers' organisation stands to an incident.
pub(super) type Stands<'a> = &'a dyn Fn(&IncidentId) -> Involvement;

/// A unit as the class has been told of it.
struct Told {
    cell: CellId,
    unit: Disclosed<MapUnit>,
}

/// What has changed in a cell in one tick.
pub(super) struct Change {
    pub(super) cell: CellId,
    /// Numbers of units with new values, and whether they are new in the cell. In the order of ids.
    units: Vec<(usize, bool)>,
    /// Units that are no longer there. In the order of ids.
    removed: Vec<UnitId>,
    frames: [Option<Frame>; 2],
}

/// The class.
pub(super) struct Class {
    rules: MapClass,
    levels: Vec<UnitLevels>,
    told: Vec<Option<Told>>,
    /// Units by cell; no cell is empty.
    cells: BTreeMap<CellId, BTreeSet<usize>>,
    /// Of the last tick, by cell.
    pub(super) changes: Vec<Change>,
    /// Key frames made since the last tick.
    keys: BTreeMap<(CellId, Encoding), Frame>,
    /// Time of the last tick: what every frame made until the next one says.
    hub_time: Timestamp,
    pub(super) members: BTreeSet<MemberId>,
}

impl Class {
    /// With the picture of now; nobody has been told of it yet.
    pub(super) fn new(rules: MapClass, units: &[Unit], stands: Stands<'_>, now: Timestamp) -> Self {
        let mut class = Self {
            rules,
            levels: vec![UnitLevels::default(); units.len()],
            told: std::iter::repeat_with(|| None).take(units.len()).collect(),
            cells: BTreeMap::new(),
            changes: Vec::new(),
            keys: BTreeMap::new(),
            hub_time: now,
            members: BTreeSet::new(),
        };
        let all: Vec<_> = (0..units.len()).collect();
        for number in &all {
            class.levels[*number] = class.levels_of(&units[*number], stands);
        }
        class.tick(units, &all, stands, now);
        class.changes.clear();
        class
    }

    pub(super) fn rules(&self) -> &MapClass {
        &self.rules
    }

    fn levels_of(&self, unit: &Unit, stands: Stands<'_>) -> UnitLevels {
        let standing = UnitStanding {
            owner: &unit.identity.organisation,
            raised: unit.view.raised,
            // In distress it stays, whatever else it has said.
            signed_off: unit.view.signed_off && !unit.view.emergency,
        };
        self.rules.levels(standing, unit.view.incidents.iter().map(stands))
    }

    /// Compares what these units look like now with what was told. Only what the class sees of them can make a difference.
    pub(super) fn tick(&mut self, units: &[Unit], changed: &[usize], stands: Stands<'_>, now: Timestamp) {
        self.hub_time = now;
        self.keys.clear();
        let mut changes = BTreeMap::new();
        for number in changed {
            let unit = &units[*number];
            if unit.levels_changed {
                self.levels[*number] = self.levels_of(unit, stands);
            }
            let seen = unit.undisclosed().and_then(|unit| disclose_unit(&unit, self.levels[*number]));
            self.compare(*number, seen, &mut changes);
        }
        self.changes = changes.into_values().collect();
    }

    fn compare(&mut self, number: usize, seen: Option<Disclosed<MapUnit>>, changes: &mut BTreeMap<CellId, Change>) {
        let seen = seen.map(|unit| Told { cell: CellId::of(&unit.payload().place), unit });
        let told = &mut self.told[number];
        let before = told.as_ref().map(|told| told.cell);
        let same_cell = before.is_some() && before == seen.as_ref().map(|seen| seen.cell);
        if same_cell && let (Some(told), Some(seen)) = (&*told, &seen) {
            if !differs(seen.unit.payload(), told.unit.payload()) {
                return;
            }
            change(changes, seen.cell).units.push((number, false));
        } else {
            if let Some(told) = told {
                let cell = told.cell;
                change(changes, cell).removed.push(told.unit.payload().identity.unit.clone());
                if let Some(units) = self.cells.get_mut(&cell) {
                    units.remove(&number);
                    if units.is_empty() {
                        self.cells.remove(&cell);
                    }
                }
            }
            if let Some(seen) = &seen {
                change(changes, seen.cell).units.push((number, true));
                self.cells.entry(seen.cell).or_default().insert(number);
            }
        }
        *told = seen;
    }

    /// Cells in which the class sees something.
    pub(super) fn cells(&self) -> impl Iterator<Item = CellId> {
        self.cells.keys().copied()
    }

    /// The frame of a change, made once for all who get it.
    pub(super) fn change_frame(&mut self, at: usize, encoding: Encoding) -> Frame {
        let Self { changes, told, hub_time, .. } = self;
        let Change { cell, units, removed, frames } = &mut changes[at];
        let make = || {
            let unit = |(number, new): &(usize, bool)| told[*number].as_ref().map(|told| (&told.unit, *new));
            let frame = MapFrame {
                cell: cell.to_proto(),
                key: false,
                hub_time: *hub_time,
                units: units.iter().filter_map(unit).collect(),
                removed,
            };
            map(frame, encoding)
        };
        frames[encoding as usize].get_or_insert_with(make).clone()
    }

    /// All of a cell.
    pub(super) fn key_frame(&mut self, cell: CellId, encoding: Encoding) -> Frame {
        let Self { keys, cells, told, hub_time, .. } = self;
        let make = || {
            let numbers = cells.get(&cell).into_iter().flatten();
            let frame = MapFrame {
                cell: cell.to_proto(),
                key: true,
                hub_time: *hub_time,
                units: numbers.filter_map(|number| Some((&told[*number].as_ref()?.unit, true))).collect(),
                removed: &[],
            };
            map(frame, encoding)
        };
        keys.entry((cell, encoding)).or_insert_with(make).clone()
    }
}

fn change(changes: &mut BTreeMap<CellId, Change>, cell: CellId) -> &mut Change {
    changes.entry(cell).or_insert_with(|| Change { cell, units: Vec::new(), removed: Vec::new(), frames: [None, None] })
}

/// Whether it is worth a frame. A newer time of the fix alone is now and then: a unit that rests reports every second that it does.
fn differs(seen: &MapUnit, told: &MapUnit) -> bool {
    let (Place::Point { fix_at: newer, .. }, Place::Point { fix_at: older, .. }) = (seen.place, told.place) else {
        return seen != told;
    };
    if newer.0 - older.0 >= limits::MAP_FIX_AGAIN_MS {
        return true;
    }
    let mut seen = seen.clone();
    if let Place::Point { fix_at, .. } = &mut seen.place {
        *fix_at = older;
    }
    seen != *told
}
