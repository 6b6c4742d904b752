//! Runs a scenario on any stage: the core alone, or the hub behind a transport.

use std::collections::BTreeMap;

use samband_domain::Timestamp;
use serde_json::{Value, json};

use super::{
    body::{Names, command},
    check::answers,
    parse::{Expected, Line, Scenario, Step, Words, milliseconds},
    received::Received,
};

/// Where a scenario is played.
pub trait Stage {
    /// It is so late.
    fn set_time(&mut self, now: Timestamp);
    /// A session begins, with a resume token or afresh. `name` is what the session is called from now on.
    fn join(&mut self, name: &str, principal: &str, resume: Option<&str>);
    /// A session ends.
    fn leave(&mut self, name: &str);
    /// A session sends a frame (JSON of `ClientFrame`) that needs no answer.
    fn send(&mut self, name: &str, frame: &Value);
    /// A session submits a command and gets its outcome, both in JSON.
    fn submit(&mut self, name: &str, command: &Value) -> Value;
    /// Everything on the way has arrived.
    fn settle(&mut self);
    /// What a session has received since it was last asked, as JSON of `ServerFrame`.
    fn received(&mut self, name: &str) -> Vec<Value>;
    /// The hub is stopped and started again. All sessions are gone.
    fn restart(&mut self);
    /// A second passes for the live map, and it makes its frames.
    fn map(&mut self) {}
    /// Nobody else uses the hub: that something is *not* seen can be said.
    fn alone(&self) -> bool {
        true
    }
}

/// Commands that make an incident, which is called by the first bare word.
const NEW_INCIDENT: [&str; 2] = ["report_incident", "issue_advance_notice"];
/// Commands that concern a talkgroup or a unit.
const ELSEWHERE: [&str; 5] = ["send_message", "confirm_message", "report_unit_state", "sign_off_unit", "set_covert"];
/// What `as=` names, of what an acceptance tells.
const RESULTS: [&str; 8] =
    ["reportId", "messageId", "emergencyId", "requestId", "offerId", "hazardId", "mediaLineId", "releaseId"];

/// Times that a hub with other users is looked at again for what is to be seen; each takes a fifth of a second or so.
const PATIENCE: u32 = 50;

/// What did not happen as the scenario says.
#[derive(Debug, thiserror::Error)]
#[error("{title}, line {line}: {what}")]
pub struct Failure {
    /// Of which scenario.
    pub title: String,
    /// In which line.
    pub line: usize,
    /// What.
    pub what: String,
}

/// A scenario on a stage.
pub struct Runner<'a, S> {
    scenario: &'a Scenario,
    stage: &'a mut S,
    start: Timestamp,
    names: Names,
    received: Received,
    joined: BTreeMap<String, bool>,
    commands: u64,
}

impl<'a, S: Stage> Runner<'a, S> {
    /// From this moment on.
    pub fn new(scenario: &'a Scenario, stage: &'a mut S, start: Timestamp) -> Self {
        Self {
            scenario,
            stage,
            start,
            names: Names::new(),
            received: Received::default(),
            joined: BTreeMap::new(),
            commands: 0,
        }
    }

    /// Plays all of it. Whoever does not `join` by a line of its own is there from the beginning.
    ///
    /// # Errors
    /// The first thing that is not as the scenario says.
    pub fn run(mut self) -> Result<(), Failure> {
        self.stage.set_time(self.start);
        let late = |name: &String| {
            self.scenario
                .steps
                .iter()
                .any(|line| matches!(&line.step, Step::At { who, verb, .. } if who == name && verb == "join"))
        };
        let early: Vec<_> = self.scenario.who.keys().filter(|name| !late(name)).cloned().collect();
        for name in early {
            self.join(&name, None);
        }
        let scenario = self.scenario;
        for line in &scenario.steps {
            self.step(line).map_err(|what| Failure { title: scenario.title.clone(), line: line.number, what })?;
        }
        Ok(())
    }

    fn step(&mut self, line: &Line) -> Result<(), String> {
        match &line.step {
            Step::At { at_ms, who, verb, words, expected } => {
                self.received.step();
                self.stage.set_time(Timestamp(self.start.0 + at_ms));
                self.stage.settle();
                match verb.as_str() {
                    "tick" => {}
                    "restart" => self.restart(),
                    "join" => self.join(who, None),
                    "resume" => self.join(who, self.received.token(who)),
                    "leave" => {
                        self.collect()?;
                        self.stage.leave(who);
                        self.joined.insert(who.clone(), false);
                    }
                    "receipt" => self.receipt(who, words)?,
                    "location" | "look" => self.on_map(who, verb, words)?,
                    "affiliate" | "disaffiliate" => {
                        let talkgroups = words.bare.clone();
                        self.stage.send(who, &json!({ verb.as_str(): { "talkgroupIds": talkgroups } }));
                    }
                    verb => self.command(line.number, who, verb, words, expected, *at_ms)?,
                }
                self.stage.settle();
                self.collect()
            }
            Step::Sees { what, .. } if what == "nothing" && !self.stage.alone() => Ok(()),
            Step::Sees { who, what, words } => self.sees(who, what, words),
            Step::Never { who, text } => self.received.never(who, &super::body::resolve(text, &self.names)?),
        }
    }

    /// Where others use the hub as well, what a command led to can be on its way for a while: a busy machine is no fault of the scenario.
    fn sees(&mut self, who: &str, what: &str, words: &Words) -> Result<(), String> {
        let mut seen = self.received.sees(who, what, words, &self.names, self.stage.alone());
        for _ in 0..PATIENCE {
            if seen.is_ok() || self.stage.alone() {
                break;
            }
            self.stage.settle();
            self.collect()?;
            seen = self.received.sees(who, what, words, &self.names, self.stage.alone());
        }
        seen
    }

    fn join(&mut self, name: &str, resume: Option<String>) {
        let principal = self.scenario.who.get(name).cloned().unwrap_or_default();
        self.stage.join(name, &principal, resume.as_deref());
        self.joined.insert(name.into(), true);
        self.stage.settle();
    }

    fn restart(&mut self) {
        self.stage.restart();
        let names: Vec<_> = self.joined.iter().filter(|(_, joined)| **joined).map(|(name, _)| name.clone()).collect();
        for name in names {
            let token = self.received.token(&name);
            self.join(&name, token);
        }
    }

    fn receipt(&mut self, who: &str, words: &Words) -> Result<(), String> {
        let pair = |key: &str| words.pairs.iter().find(|(found, _)| found == key).map(|(_, value)| value.as_str());
        let step = format!("RECEIPT_STEP_{}", pair("step").unwrap_or("delivered").to_uppercase());
        let named = |key: &str| super::body::resolve(pair(key).unwrap_or(""), &self.names);
        let receipt = match pair("talkgroup") {
            Some(talkgroup) => json!({ "talkgroupId": talkgroup, "messageId": named("message")?, "step": step }),
            None => {
                let incident = words.bare.first().and_then(|name| self.names.get(name));
                let incident = incident.ok_or("receipt INCIDENT alarm=@A step=, or talkgroup= message=@M step=")?;
                json!({ "incidentId": incident, "alarmId": named("alarm")?, "step": step })
            }
        };
        self.stage.send(who, &json!({ "receipt": receipt }));
        Ok(())
    }

    fn command(
        &mut self,
        line: usize,
        who: &str,
        verb: &str,
        words: &Words,
        expected: &Expected,
        at_ms: i64,
    ) -> Result<(), String> {
        let mut command = command(verb, words, &self.names, self.start)?;
        let pair = |key: &str| words.pairs.iter().find(|(found, _)| found == key).map(|(_, value)| value.clone());
        self.commands += 1;
        let id = pair("id").map_or(self.commands, |label| 1_000_000 + label.bytes().map(u64::from).sum::<u64>());
        command.insert("commandId".into(), json!(format!("00000000-0000-7000-8000-{id:012x}")));
        let pressed = pair("pressed").map_or(Some(at_ms), |time| milliseconds(&time)).ok_or("pressed=TIME")?;
        command.insert("pressedAt".into(), json!(moment(Timestamp(self.start.0 + pressed))));
        let incident = words.bare.first();
        if let Some(id) = self.concerned(verb, incident)? {
            command.insert("incidentId".into(), json!(id));
        }
        let outcome = self.stage.submit(who, &Value::Object(command));
        self.received.outcome(who, &outcome);
        answers(&outcome, expected, &self.names).map_err(|what| format!("{who} {verb}: {what}"))?;
        self.name_results(line, verb, incident, pair("as"), &outcome["accepted"]);
        Ok(())
    }

    /// `location NORTH EAST [unit=] [fix_at=]`, `look SOUTH WEST NORTH EAST`: degrees.
    fn on_map(&mut self, who: &str, verb: &str, words: &Words) -> Result<(), String> {
        let degrees: Vec<f64> = words.bare.iter().filter_map(|word| word.parse().ok()).collect();
        let pair = |key: &str| words.pairs.iter().find(|(found, _)| found == key).map(|(_, value)| value.as_str());
        let frame = match (verb, degrees.as_slice()) {
            ("location", [north, east]) => {
                let mut report = json!({ "location": { "latitude": north, "longitude": east } });
                if let Some(unit) = pair("unit") {
                    report["unitId"] = json!(unit);
                }
                if let Some(after) = pair("fix_at") {
                    let after = milliseconds(after).ok_or("fix_at=TIME")?;
                    report["fixAt"] = json!(moment(Timestamp(self.start.0 + after)));
                }
                json!({ "location": report })
            }
            ("look", [south, west, north, east]) => {
                let area = json!({ "south": south, "west": west, "north": north, "east": east });
                json!({ "follow": { "allIncidents": true, "areas": [area] } })
            }
            _ => return Err("location NORTH EAST, look SOUTH WEST NORTH EAST".into()),
        };
        self.stage.send(who, &frame);
        self.stage.settle();
        self.stage.map();
        Ok(())
    }

    /// The incident that a command concerns, if it concerns one.
    fn concerned(&self, verb: &str, incident: Option<&String>) -> Result<Option<String>, String> {
        let known = incident.and_then(|name| self.names.get(name)).cloned();
        if NEW_INCIDENT.contains(&verb) || ELSEWHERE.contains(&verb) {
            return Ok(None);
        }
        if verb == "raise_emergency" {
            // A name that is new is that of the incident which the emergency opens.
            return Ok(known);
        }
        incident.ok_or("which incident?")?;
        // A name that stands for nothing is an incident that does not exist.
        Ok(Some(known.unwrap_or_else(|| "0".repeat(32))))
    }

    fn name_results(
        &mut self,
        line: usize,
        verb: &str,
        incident: Option<&String>,
        named: Option<String>,
        accepted: &Value,
    ) {
        let text = |key: &str| accepted[key].as_str().map(str::to_owned);
        let new = NEW_INCIDENT.contains(&verb) || verb == "raise_emergency";
        if let (true, Some(name), Some(id)) = (new, incident, text("incidentId")) {
            self.names.insert(name.clone(), id);
        }
        let result = text("alarmId").filter(|_| verb == "raise_alarm");
        let result = result.or_else(|| RESULTS.iter().find_map(|key| text(key)));
        let first_event = accepted["eventIds"][0].as_str().map(str::to_owned);
        if let Some(event) = &first_event {
            self.names.insert(format!("L{line}"), event.clone());
        }
        if let (Some(name), Some(id)) = (named.as_ref(), result.or(first_event.clone())) {
            self.names.insert(name.clone(), id);
        }
        if let (Some(name), Some(event)) = (named, first_event) {
            self.names.insert(format!("{name}.event"), event);
        }
    }

    /// Takes what has arrived.
    fn collect(&mut self) -> Result<(), String> {
        for name in self.joined.iter().filter(|(_, joined)| **joined).map(|(name, _)| name) {
            for frame in self.stage.received(name) {
                self.received.frame(name, frame)?;
            }
        }
        Ok(())
    }
}

pub(super) fn moment(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.0).map(|moment| moment.to_string()).unwrap_or_default()
}
