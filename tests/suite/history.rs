//! Random histories of a few incidents, as lists of steps that can be played, left out and varied.

use proptest::prelude::*;
use samband_domain::Timestamp;
use samband_hub::scenario::Stage;
use samband_tests::{core_stage::CoreStage, deployment::START};
use serde_json::{Value, json};

/// Desks that act. The guard company and the municipality only look.
pub(crate) const DESKS: [&str; 4] =
    ["sos-alarm/operator", "raddning-jamtland/operator", "region-jh/operator", "polis-nord/operator"];

/// Everybody who may look.
pub(crate) const VIEWERS: [&str; 9] = [
    "sos-alarm/operator",
    "raddning-jamtland/operator",
    "raddning-jamtland/unit:2311010",
    "region-jh/unit:3269010",
    "polis-nord/operator",
    "lansstyrelsen-z/operator",
    "ostersund/operator",
    "vaktbolaget/operator",
    "oppen-radio/viewer",
];

/// One step: who does what, to which incident (by the step that reported it).
#[derive(Debug, Clone)]
pub(crate) struct Act {
    pub(crate) who: &'static str,
    pub(crate) incident: usize,
    pub(crate) body: Value,
}

/// Fact kinds with a value of each: the field names of `StateFact`, and what is said.
pub(crate) const FACTS: [(&str, &str); 14] = [
    ("address", "street"),
    ("caller", "name"),
    ("health", "condition"),
    ("hazard", "what"),
    ("threat", "assessment"),
    ("safety", "instruction"),
    ("suspect", "description"),
    ("access_code", "door_code"),
    ("object_card", "text"),
    ("vehicle", "registration"),
    ("break_point", "description"),
    ("priority", "value"),
    ("description", "text"),
    ("alarm_text", "text"),
];

pub(crate) fn fact(kind: &str, field: &str, text: &str) -> Value {
    json!({ "state_fact": { kind: { field: text } } })
}

/// Acts on up to three incidents.
pub(crate) fn acts(count: usize) -> impl Strategy<Value = Vec<Act>> {
    prop::collection::vec((0..DESKS.len(), 0..3_usize, 0..24_usize, "[a-zåäö]{3,12}"), 1..count).prop_map(|choices| {
        choices.into_iter().map(|(who, incident, what, text)| act(who, incident, what, &text)).collect()
    })
}

fn act(who: usize, incident: usize, what: usize, text: &str) -> Act {
    let party = |organisation: &str, unit: &str, required: bool| json!({ "organisation": organisation, "unit_id": unit, "required": required, "due_seconds": 30 });
    let kind = FACTS.get(what);
    let body = match (what, kind) {
        (_, Some((kind, field))) => fact(kind, field, text),
        (14, _) => json!({ "add_note": { "note": text } }),
        (15, _) => json!({ "add_note": { "shared_text": text } }),
        (16, _) => json!({ "claim_desk": { "desk": text } }),
        (17, _) => {
            json!({ "raise_alarm": { "parties": [party("raddning-jamtland", "2311010", true)], "reason": text } })
        }
        (18, _) => {
            json!({ "raise_alarm": { "parties": [party("region-jh", "3269010", true), party("polis-nord", "1104110", false)] } })
        }
        (19, _) => {
            json!({ "acknowledge": { "relayed_for": { "organisation": "raddning-jamtland", "unit_id": "2311010" }, "heard_on": text } })
        }
        (20, _) => json!({ "involve_organisation": { "organisation": "lansstyrelsen-z", "reason": text } }),
        (21, _) => json!({ "issue_total_information": { "shared_text": text, "material": true } }),
        (22, _) => json!({ "file_sitrep": { "situation": text } }),
        _ => json!({ "stand_down": { "reason": text } }),
    };
    Act { who: DESKS[who], incident, body }
}

/// Plays acts on a stage, a second apart. `skip` says which are left out, without moving anything else.
pub(crate) struct Player {
    pub(crate) stage: CoreStage,
    incidents: [Option<String>; 3],
}

impl Player {
    /// Three incidents are reported, by three desks; every desk has a session to act through.
    pub(crate) fn new(mut stage: CoreStage) -> Self {
        stage.set_time(START);
        for desk in DESKS {
            stage.join(&format!("desk {desk}"), desk, None);
        }
        let mut player = Self { stage, incidents: Default::default() };
        for (index, desk) in DESKS.iter().take(3).enumerate() {
            let report = json!({ "report_incident": { "types": ["Trafikolycka"] } });
            let outcome = player.submit(index, &Act { who: desk, incident: index, body: report });
            player.incidents[index] = outcome["accepted"]["incidentId"].as_str().map(str::to_owned);
        }
        player
    }

    pub(crate) fn play(&mut self, number: usize, act: &Act) -> Value {
        self.submit(100 + number, act)
    }

    fn submit(&mut self, number: usize, act: &Act) -> Value {
        let number = i64::try_from(number).unwrap();
        self.stage.set_time(Timestamp(START.0 + number * 1_000));
        let mut command = act.body.clone();
        command["commandId"] = json!(format!("00000000-0000-7000-8000-{number:012x}"));
        if let Some(id) = &self.incidents[act.incident] {
            command["incidentId"] = json!(id);
        }
        let outcome = self.stage.submit(&format!("desk {}", act.who), &command);
        self.stage.settle();
        outcome
    }
}
