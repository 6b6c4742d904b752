//! Units on the hub's map, as the session is shown them: what it is not shown is not here.

use std::collections::BTreeMap;

use samband_proto::v1::{self as pb};

use super::{Translation, board::Shown, markers::middle};
use crate::{
    cot::{
        Point, kinds,
        make::{Draft, contact, remarks, removal},
    },
    picture::millis,
    xml::Element,
};

/// A position holds for five minutes and is said again every minute.
const LASTS_MS: i64 = 300_000;
const EVERY_MS: i64 = 60_000;
/// One that is stale already is stale on arrival.
const STALE_LASTS_MS: i64 = 1_000;

type Cell = (i64, i64);

struct Unit {
    cell: Cell,
    call_sign: String,
    organisation: String,
    kind: String,
    point: Point,
    coarse: bool,
    course_deg: Option<u32>,
    speed_kmh: Option<u32>,
    fix_ms: Option<i64>,
    stale: bool,
    code: Option<String>,
}

/// All units that are shown.
#[derive(Default)]
pub(super) struct Units {
    held: BTreeMap<String, Unit>,
}

impl Units {
    pub(super) fn clear(&mut self) {
        self.held.clear();
    }

    /// Where a unit is, as far as it is shown.
    pub(super) fn point(&self, unit: &str) -> Option<Point> {
        self.held.get(unit).map(|unit| unit.point)
    }

    /// Takes a unit in; what a frame leaves out of its name and kind stays as it was.
    fn take(&mut self, cell: Cell, unit: &pb::MapUnit) {
        let Some((point, coarse)) = place(unit) else {
            self.held.remove(unit.unit_id());
            return;
        };
        let before = self.held.get(unit.unit_id());
        let word = |new: &Option<String>, held: fn(&Unit) -> &String| {
            new.clone().or_else(|| before.map(|unit| held(unit).clone())).unwrap_or_default()
        };
        let taken = Unit {
            cell,
            call_sign: word(&unit.call_sign, |unit| &unit.call_sign),
            organisation: word(&unit.organisation, |unit| &unit.organisation),
            kind: word(&unit.kind, |unit| &unit.kind),
            point,
            coarse,
            course_deg: unit.course_deg,
            speed_kmh: unit.speed_kmh,
            fix_ms: unit.fix_at.as_ref().map(millis),
            stale: unit.stale(),
            code: unit.code.clone().filter(|code| !code.is_empty()),
        };
        self.held.insert(unit.unit_id().to_owned(), taken);
    }
}

fn place(unit: &pb::MapUnit) -> Option<(Point, bool)> {
    if let Some(cell) = &unit.area {
        return Some((middle(cell)?, true));
    }
    let degrees = |e5: Option<i32>| e5.map(|e5| f64::from(e5) / 100_000.0);
    let point =
        Point { lat: degrees(unit.latitude_e5)?, lon: degrees(unit.longitude_e5)?, hae: None, ce: None, le: None };
    Some((point.checked().ok()?, false))
}

impl Translation {
    /// A part of the map has changed.
    pub(super) fn map(&mut self, frame: &pb::MapFrame, now_ms: i64) {
        let Some(at) = &frame.cell else { return };
        #[expect(clippy::cast_possible_truncation, reason = "degrees times a million")]
        let whole = |degrees: f64| (degrees * 1e6).round() as i64;
        let cell = (whole(at.south()), whole(at.west()));
        let mut touched: Vec<String> = frame.units.iter().map(|unit| unit.unit_id().to_owned()).collect();
        // A unit that has gone over the edge is taken out of one cell and put into the other, in any order.
        let mut gone: Vec<String> = frame.removed_unit_ids.clone();
        if frame.key() {
            let of_cell = self.units.held.iter().filter(|(_, unit)| unit.cell == cell);
            gone.extend(of_cell.map(|(id, _)| id.clone()).filter(|id| !touched.contains(id)));
        }
        gone.retain(|id| self.units.held.get(id).is_some_and(|unit| unit.cell == cell));
        gone.iter().for_each(|id| _ = self.units.held.remove(id));
        frame.units.iter().for_each(|unit| self.units.take(cell, unit));
        touched.extend(gone);
        touched.iter().for_each(|id| self.show_unit(id, now_ms));
    }

    /// After a new session: what is no longer on the map is taken off.
    pub(super) fn board_units(&mut self, now_ms: i64) {
        let standing = self.units.held.keys().map(|id| (format!("unit:{id}"), ())).collect();
        self.keep_only(&["unit:"], &standing, now_ms);
    }

    /// Shows a unit as it is now, or takes it off.
    pub(super) fn show_unit(&mut self, id: &str, now_ms: i64) {
        let key = format!("unit:{id}");
        let Some(unit) = self.units.held.get(id) else {
            // Before all has come anew nobody knows that it is gone.
            if self.caught_up {
                self.take_off(&key, now_ms);
            }
            return;
        };
        let code = kinds::unit(&self.settings.sort, &unit.kind, self.tables.kind_of(&unit.organisation));
        let (uid, has_device) = self.uid_of(id);
        let how = if unit.coarse { "h-e" } else { "m-g" };
        let lasts_ms = if unit.stale { STALE_LASTS_MS } else { LASTS_MS };
        let mut draft = Draft { point: unit.point, lasts_ms, ..Draft::new(uid, code, how) };
        let name = if unit.call_sign.is_empty() { id } else { unit.call_sign.as_str() };
        // The endpoint is what makes a client offer to write to it.
        let name = contact(name);
        draft = draft.with(if has_device { name.with("endpoint", "*:-1:stcp") } else { name });
        if let (false, Some(kmh)) = (unit.coarse, unit.speed_kmh) {
            let course = unit.course_deg.unwrap_or(0);
            let metres = format!("{:.1}", f64::from(kmh) / 3.6);
            draft = draft.with(Element::new("track").with("course", course.to_string()).with("speed", metres));
        }
        draft = draft.with(remarks(&unit.text()));
        let closing = removal(&draft.uid, &draft.kind);
        let thing = Shown {
            draft,
            closing,
            but_unit: Some(id.to_owned()),
            every_ms: if unit.stale { LASTS_MS } else { EVERY_MS },
            always: false,
            sent_ms: 0,
        };
        self.show(key, thing, now_ms);
    }
}

impl Unit {
    fn text(&self) -> String {
        let mut parts = vec![self.kind.clone(), self.organisation.clone()];
        parts.extend(self.code.as_ref().map(|code| format!("status {code}")));
        parts.extend(self.coarse.then(|| "ungefärligt läge".to_owned()));
        if self.stale {
            let at = self.fix_ms.and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
            let at = at.map(|at| at.strftime("%H:%M UTC").to_string());
            parts.push(format!("INAKTUELL, senast {}", at.as_deref().unwrap_or("okänt")));
        }
        parts.retain(|part| !part.is_empty());
        parts.join(", ")
    }
}
