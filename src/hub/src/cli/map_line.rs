//! The map in one line a tick, for people: how many units, what has changed, who is in distress.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// Everything from the Sound to North Cape, as the contract's area: what is followed when none is named.
pub(super) const NORTH: [f64; 4] = [54.5, 4.0, 71.5, 31.5];

/// South, west, north, east in degrees, with commas between.
pub(super) fn parse_area(text: &str) -> Result<[f64; 4], String> {
    let numbers: Vec<f64> = text.split(',').filter_map(|part| part.trim().parse().ok()).collect();
    let expected = "väntade SYD,VÄST,NORD,OST i grader, till exempel 62.9,14.0,63.6,15.2";
    match numbers.as_slice() {
        [south, west, north, east] if text.split(',').count() == 4 && south <= north && west <= east => {
            Ok([*south, *west, *north, *east])
        }
        _ => Err(expected.into()),
    }
}

/// The contract's area.
pub(super) fn area([south, west, north, east]: [f64; 4]) -> Value {
    serde_json::json!({ "south": south, "west": west, "north": north, "east": east })
}

/// Folds map frames, and tells each tick in a line.
#[derive(Default)]
pub(super) struct MapLine {
    cells: BTreeMap<String, BTreeMap<String, Map<String, Value>>>,
    /// Units touched in the tick at hand, as they were before it.
    touched: BTreeMap<String, Option<Map<String, Value>>>,
    tick: Option<String>,
}

impl MapLine {
    /// Something has come that is not told yet.
    pub(super) fn is_pending(&self) -> bool {
        !self.touched.is_empty()
    }

    /// Takes a frame in. Where it begins another tick, the line of the one before.
    pub(super) fn fold(&mut self, frame: &Value) -> Option<String> {
        let tick = frame["hubTime"].as_str().map(str::to_owned);
        let told = if self.tick == tick { None } else { self.tell() };
        self.tick = tick;
        let cell = format!("{}/{}", frame["cell"]["south"], frame["cell"]["west"]);
        let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
        let mut leaving: Vec<_> = frame["removedUnitIds"].as_array().into_iter().flatten().map(text).collect();
        if frame["key"] == Value::Bool(true) {
            leaving.extend(self.cells.get(&cell).into_iter().flat_map(|units| units.keys().cloned()));
        }
        for id in leaving {
            self.touch(&id);
            if let Some(units) = self.cells.get_mut(&cell) {
                units.remove(&id);
            }
        }
        for unit in frame["units"].as_array().into_iter().flatten().filter_map(Value::as_object) {
            let id = unit.get("unitId").map(text).unwrap_or_default();
            self.touch(&id);
            let mut seen = unit.clone();
            // Who it is comes once, and is no change; nor is a newer time of the fix.
            ["callSign", "organisation", "kind", "fixAt"].iter().for_each(|key| drop(seen.remove(*key)));
            self.cells.entry(cell.clone()).or_default().insert(id, seen);
        }
        told
    }

    fn touch(&mut self, id: &str) {
        if !self.touched.contains_key(id) {
            self.touched.insert(id.to_owned(), self.find(id).cloned());
        }
    }

    fn find(&self, id: &str) -> Option<&Map<String, Value>> {
        self.cells.values().find_map(|units| units.get(id))
    }

    /// The line of what has come since the last one; none where nothing has.
    pub(super) fn tell(&mut self) -> Option<String> {
        if !self.is_pending() {
            return None;
        }
        let touched = std::mem::take(&mut self.touched);
        let changed = touched.iter().filter(|(id, before)| {
            let now = self.find(id);
            now.is_some() && now != before.as_ref()
        });
        let changed = changed.count();
        let gone = touched.iter().filter(|(id, before)| before.is_some() && self.find(id).is_none()).count();
        let units: Vec<_> = self.cells.values().flat_map(BTreeMap::values).collect();
        let with = |key: &str| units.iter().filter(|unit| unit.contains_key(key)).count();
        let stale = with("stale");
        let counted = [
            (with("area"), "som ruta"),
            (stale, if stale == 1 { "inaktuell" } else { "inaktuella" }),
            (with("emergency"), "I NÖD"),
        ];
        let mut line = format!("karta: {} enheter ({changed} ändrade, {gone} borta)", units.len());
        for (count, what) in counted.into_iter().filter(|(count, _)| *count > 0) {
            line.push_str(&format!(", {count} {what}"));
        }
        Some(line)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn frame(second: u32, west: f64, key: bool, units: Value, removed: Value) -> Value {
        let time = format!("2026-01-01T12:00:{second:02}Z");
        json!({
            "hubTime": time, "key": key, "cell": { "south": 63.0, "west": west }, "units": units, "removedUnitIds": removed
        })
    }

    #[test]
    fn a_tick_is_a_line() {
        let mut map = MapLine::default();
        let units = json!([{ "unitId": "1", "latitudeE5": 1 }, { "unitId": "2", "area": {}, "stale": true }]);
        assert_eq!(map.fold(&frame(0, 14.5, true, units, json!([]))), None);
        assert_eq!(map.fold(&frame(0, 14.75, true, json!([{ "unitId": "3", "emergency": true }]), json!([]))), None);
        // The next tick: one over the edge of its cell, one that only says again where it is, one gone.
        let told =
            map.fold(&frame(1, 14.5, false, json!([{ "unitId": "2", "area": {}, "stale": true }]), json!(["1"])));
        assert_eq!(told.as_deref(), Some("karta: 3 enheter (3 ändrade, 0 borta), 1 som ruta, 1 inaktuell, 1 I NÖD"));
        map.fold(&frame(1, 14.75, false, json!([{ "unitId": "1", "latitudeE5": 2 }]), json!(["3"])));
        assert_eq!(map.tell().as_deref(), Some("karta: 2 enheter (1 ändrade, 1 borta), 1 som ruta, 1 inaktuell"));
        assert_eq!(map.tell(), None);
        // A key frame forgets what it does not name.
        map.fold(&frame(2, 14.75, true, json!([]), json!([])));
        assert_eq!(map.tell().as_deref(), Some("karta: 1 enheter (0 ändrade, 1 borta), 1 som ruta, 1 inaktuell"));
    }

    #[test]
    fn an_area_is_four_numbers() {
        assert_eq!(parse_area("62.9,14.0, 63.6,15"), Ok([62.9, 14.0, 63.6, 15.0]));
        for bad in ["", "62.9,14.0,63.6", "63.6,14,62.9,15", "62.9,14,63.6,NaN", "62.9,x,14,63.6,15", "a,b,c,d"] {
            assert!(parse_area(bad).is_err(), "{bad}");
        }
    }
}
