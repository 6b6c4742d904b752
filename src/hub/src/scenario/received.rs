//! What each session has received, as a client keeps it: no event twice, forgotten on Restart.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    body::Names,
    check::matches,
    parse::{Words, unquoted},
};

/// What an event can belong to.
const SCOPES: [&str; 4] = ["incidentId", "talkgroupId", "unitId", "pool"];

/// Of all sessions, by name.
#[derive(Default)]
pub(super) struct Received {
    /// Everything, and what came since the last step.
    all: BTreeMap<String, String>,
    new: BTreeMap<String, Vec<Value>>,
    /// Events held, and the scope each belongs to.
    held: BTreeMap<String, BTreeMap<String, String>>,
    /// Sessions that go on from a token: what they hold already may come once more until they have caught up.
    resuming: BTreeSet<String>,
    tokens: BTreeMap<String, String>,
    /// What each session has on its map: unit to cell and to how it is shown.
    maps: BTreeMap<String, BTreeMap<String, (String, Value)>>,
}

impl Received {
    /// A step begins.
    pub(super) fn step(&mut self) {
        self.new.clear();
    }

    /// The newest resume token.
    pub(super) fn token(&self, name: &str) -> Option<String> {
        self.tokens.get(name).cloned()
    }

    /// An answer to a command: it must not tell more than updates do.
    pub(super) fn outcome(&mut self, name: &str, outcome: &Value) {
        self.all.entry(name.into()).or_default().push_str(&outcome.to_string());
    }

    /// A frame.
    ///
    /// # Errors
    /// An event that the session holds already.
    pub(super) fn frame(&mut self, name: &str, frame: Value) -> Result<(), String> {
        if let Some(token) = frame["checkpoint"]["resumeToken"].as_str() {
            self.tokens.insert(name.into(), token.into());
            return Ok(());
        }
        let held = self.held.entry(name.into()).or_default();
        if frame["welcome"]["resumed"].as_bool() == Some(true) {
            self.resuming.insert(name.into());
        } else if frame["welcome"].is_object() || frame["restart"]["all"].as_bool() == Some(true) {
            held.clear();
        } else if frame["caughtUp"].is_object() {
            self.resuming.remove(name);
        } else if let Some(restarted) = frame["restart"].as_object().and_then(|scope| scope.values().next()?.as_str()) {
            held.retain(|_, scope| scope != restarted);
        }
        self.all.entry(name.into()).or_default().push_str(&frame.to_string());
        if frame["map"].is_object() {
            fold_map(self.maps.entry(name.into()).or_default(), &frame["map"]);
        }
        let envelope = &frame["update"]["event"]["envelope"];
        let scope = SCOPES.iter().find_map(|scope| envelope[scope].as_str());
        if let (Some(id), Some(scope)) = (envelope["eventId"].as_str(), scope)
            && held.insert(id.into(), scope.into()).is_some()
        {
            return match self.resuming.contains(name) {
                true => Ok(()),
                false => Err(format!("{name} gets an event twice: {frame}")),
            };
        }
        self.new.entry(name.into()).or_default().push(frame);
        Ok(())
    }

    /// Whether somebody has received this text, ever.
    pub(super) fn never(&self, who: &str, text: &str) -> Result<(), String> {
        let seen = self.all.get(who).is_some_and(|all| all.contains(text));
        if seen { Err(format!("{who} has received \"{text}\"")) } else { Ok(()) }
    }

    /// Whether somebody has received this since the last step. Where others use the hub as well (`alone` is false), more may listen than
    /// the scenario lists.
    pub(super) fn sees(&self, who: &str, what: &str, words: &Words, names: &Names, alone: bool) -> Result<(), String> {
        let new = self.new.get(who).map_or(&[][..], Vec::as_slice);
        let any = |kind: &str| new.iter().any(|frame| !frame[kind].is_null());
        let counted = |kind: &str, words: &Words| -> Result<usize, String> {
            let each: Result<Vec<_>, _> = new.iter().map(|frame| matches(frame, kind, words, names)).collect();
            Ok(each?.into_iter().filter(|fits| *fits).count())
        };
        match (what, words.bare.as_slice()) {
            ("nothing", _) if any("update") || any("restart") => Err(format!("{who} sees {}", kinds(new))),
            ("nothing", _) => Ok(()),
            ("restart", _) if any("restart") => Ok(()),
            ("restart", _) => Err(format!("{who} sees no restart but {}", kinds(new))),
            ("map", [unit, how @ ..]) => {
                let shown = self.maps.get(who).and_then(|map| map.get(unit)).map(|(_, shown)| shown);
                on_map(shown, how, words).map_err(|told| format!("{who} has {unit} on its map {told}"))
            }
            ("refused", [code]) => {
                let refused = |frame: &Value| {
                    let told = frame["outcome"]["refused"]["code"].as_str();
                    told.is_some_and(|told| told.trim_start_matches("REFUSAL_CODE_").eq_ignore_ascii_case(code))
                };
                if new.iter().any(refused) { Ok(()) } else { Err(format!("{who} is not told {code}: {}", kinds(new))) }
            }
            ("listeners", [talkgroup, listed @ ..]) => listening(new, talkgroup, listed, alone)
                .map_err(|told| format!("{who} is told of {talkgroup} {told:?}, not {listed:?}")),
            ("no", [kind]) if kind == "restart" && any("restart") => Err(format!("{who} sees {}", kinds(new))),
            ("no", [kind, rest @ ..]) => match counted(kind, &words.with_bare(rest))? {
                0 => Ok(()),
                _ => Err(format!("{who} sees {kind}")),
            },
            ("count", [wanted, kind, rest @ ..]) => {
                let count = counted(kind, &words.with_bare(rest))?;
                let wanted: usize = wanted.parse().map_err(|_| "sees WHO count NUMBER KIND")?;
                if count == wanted { Ok(()) } else { Err(format!("{who} sees {count} {kind}: {}", kinds(new))) }
            }
            ("no" | "count", _) => Err("sees WHO no KIND, sees WHO count NUMBER KIND".into()),
            (kind, _) => match counted(kind, words)? {
                0 => Err(format!("{who} does not see {kind} like this, but {}", kinds(new))),
                _ => Ok(()),
            },
        }
    }
}

/// Whether the newest list of a talkgroup's listeners is this one: `organisation/role` or `organisation:unit`, in any order.
///
/// # Errors
/// The newest list.
fn listening(frames: &[Value], talkgroup: &str, listed: &[String], alone: bool) -> Result<(), Vec<String>> {
    let mut lists = frames.iter().map(|frame| &frame["affiliations"]);
    let newest = lists.rfind(|list| list["talkgroupId"].as_str() == Some(talkgroup));
    let name = |one: &Value| {
        let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
        match one["unit"]["unitId"].as_str() {
            Some(unit) => format!("{}:{unit}", text(&one["organisation"])),
            None => format!("{}/{}", text(&one["organisation"]), text(&one["role"])),
        }
    };
    let listeners = newest.and_then(|list| list["listeners"].as_array());
    let mut told: Vec<String> = listeners.map_or(&[][..], Vec::as_slice).iter().map(name).collect();
    let mut wanted = listed.to_vec();
    told.sort();
    wanted.sort();
    let as_listed = if alone { told == wanted } else { wanted.iter().all(|one| told.contains(one)) };
    if newest.is_some() && as_listed { Ok(()) } else { Err(told) }
}

/// As a client folds map frames: a key frame replaces its cell, values are absolute.
fn fold_map(map: &mut BTreeMap<String, (String, Value)>, frame: &Value) {
    let cell = frame["cell"].to_string();
    if frame["key"].as_bool() == Some(true) {
        map.retain(|_, (of, _)| *of != cell);
    }
    for gone in frame["removedUnitIds"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if map.get(gone).is_some_and(|(of, _)| *of == cell) {
            map.remove(gone);
        }
    }
    for unit in frame["units"].as_array().into_iter().flatten() {
        let id = unit["unitId"].as_str().unwrap_or("").to_owned();
        map.insert(id, (cell.clone(), unit.clone()));
    }
}

/// Whether a unit is shown `exact`, as an `area`, or is `gone`; pairs are about its fields.
fn on_map(shown: Option<&Value>, how: &[String], words: &Words) -> Result<(), String> {
    let kind = match shown {
        None => "gone",
        Some(shown) if shown["area"].is_object() => "area",
        Some(_) => "exact",
    };
    let text = |path: &str| shown.map_or(String::new(), |shown| shown[super::check::camel(path)].to_string());
    let fits = how.iter().all(|how| how == kind)
        && words.pairs.iter().all(|(path, value)| text(path).contains(&unquoted(value)));
    if fits { Ok(()) } else { Err(format!("{kind}: {}", shown.cloned().unwrap_or_default())) }
}

/// What came, for a failure.
fn kinds(frames: &[Value]) -> String {
    let kind = |frame: &Value| match &frame["update"]["event"] {
        Value::Object(event) => event.keys().filter(|key| *key != "envelope").cloned().collect::<Vec<_>>().join("+"),
        _ => frame.as_object().and_then(|frame| frame.keys().next().cloned()).unwrap_or_default(),
    };
    frames.iter().map(kind).collect::<Vec<_>>().join(", ")
}
