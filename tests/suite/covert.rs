//! What a covert unit does leaves no trace: two runs that differ only in that give everybody of other organisations the same bytes.
//!
//! Nothing is removed before the comparison but what is in a resume token (sealed, of one length): both runs say every command at
//! the same moment under the same id, so hub times and ids are the same wherever nothing has leaked.

use proptest::prelude::*;
use samband_disclosure::Policy;
use samband_domain::Timestamp;
use samband_hub::scenario::Stage as _;
use samband_tests::{
    core_stage::{CoreStage, to_json},
    deployment::{START, jamtland},
};
use serde_json::{Value, json};

const COVERT: &str = "polis-nord/unit:1104210";
const POLICE: &str = "polis-nord/operator";
const LEAD: &str = "sos-alarm/operator";
const FIRE: &str = "raddning-jamtland/operator";
const ENGINE: &str = "raddning-jamtland/unit:2311010";

/// Everybody that must not notice: on incidents, the pool, the map and a talkgroup.
const OTHERS: [&str; 9] = [
    LEAD,
    FIRE,
    ENGINE,
    "region-jh/operator",
    "region-jh/unit:3269010",
    "lansstyrelsen-z/operator",
    "ostersund/operator",
    "vaktbolaget/unit:vakt-01",
    "oppen-radio/viewer",
];

/// What happens in both runs.
const OPEN: usize = 16;
/// What the covert unit does, or its own desk for it.
const SECRET: usize = 18;

/// Who was sent what, frame by frame.
type Carried = (&'static str, Vec<Vec<u8>>);

struct Run {
    stage: CoreStage,
    incident: String,
    alarm: String,
    emergency: Option<Value>,
    commands: u64,
    /// What was answered to others than the police.
    outcomes: Vec<Value>,
}

fn everywhere() -> Value {
    json!({ "follow": { "allIncidents": true, "areas": [{ "south": 62, "west": 12, "north": 65, "east": 17 }] } })
}

impl Run {
    fn new() -> Self {
        let setup = jamtland();
        let mut stage = CoreStage::new(&setup, Policy::new(setup.policy.policy.parts().clone()));
        stage.set_time(START);
        for who in OTHERS.into_iter().chain([POLICE, COVERT]) {
            stage.join(who, who, None);
            stage.send(who, &everywhere());
            stage.send(who, &json!({ "affiliate": { "talkgroupIds": ["raps-1"] } }));
        }
        let (incident, alarm, emergency) = (String::new(), String::new(), None);
        let mut run = Self { stage, incident, alarm, emergency, commands: 0, outcomes: Vec::new() };
        let reported = run.submit(LEAD, json!({ "report_incident": { "types": ["Trafikolycka - singel"] } }));
        run.incident = reported["accepted"]["incidentId"].as_str().unwrap().into();
        let party = |organisation: &str, unit: &str| json!({ "organisation": organisation, "unit_id": unit });
        let parties = [party("polis-nord", "1104210"), party("raddning-jamtland", "2311010")];
        let raised = run.submit(LEAD, json!({ "raise_alarm": { "parties": parties } }));
        run.alarm = raised["accepted"]["alarmId"].as_str().unwrap().into();
        let covert = run.submit(POLICE, json!({ "set_covert": { "unit_id": "1104210", "covert": true } }));
        assert!(covert["accepted"].is_object(), "{covert}");
        run
    }

    fn submit(&mut self, who: &str, mut command: Value) -> Value {
        self.commands += 1;
        command["commandId"] = json!(format!("00000000-0000-7000-8000-{:012x}", self.commands));
        let elsewhere = ["set_covert", "send_message", "report_unit_state", "sign_off_unit"];
        if !self.incident.is_empty() && elsewhere.iter().all(|verb| command[*verb].is_null()) {
            command["incidentId"] = json!(self.incident);
        }
        let outcome = self.stage.submit(who, &command);
        if !who.starts_with("polis-nord") {
            self.outcomes.push(outcome.clone());
        }
        self.stage.settle();
        outcome
    }

    fn open(&mut self, what: usize, number: usize) {
        let party = |organisation: &str, unit: &str| json!({ "organisation": organisation, "unit_id": unit });
        let ambulance = json!([party("region-jh", "3269010")]);
        let north = 63.0 + f64::from(u32::try_from(number).unwrap()) * 0.001;
        _ = match what {
            0 => self.submit(LEAD, json!({ "raise_alarm": { "parties": ambulance } })),
            1 => self
                .submit(LEAD, json!({ "close_incident": { "outcome": "CLOSE_OUTCOME_FALSE_ALARM", "reason": "x" } })),
            2 => self.submit(LEAD, json!({ "lease_talkgroup": {} })),
            3 => self.submit(LEAD, json!({ "return_talkgroup": { "talkgroup_id": "raps-1" } })),
            4 => self.submit(LEAD, json!({ "send_message": { "talkgroup_id": "raps-1", "text": "Lystring" } })),
            5 => self.submit(ENGINE, json!({ "acknowledge": {} })),
            6 => self.submit(ENGINE, json!({ "report_unit_status": { "code": "F" } })),
            7 => self.submit(ENGINE, json!({ "file_arrival_report": { "what": "Brinner", "exact_place": "Här" } })),
            8 => self.submit(LEAD, json!({ "issue_total_information": { "shared_text": "Läget", "material": true } })),
            9 => self.submit(ENGINE, json!({ "raise_emergency": { "what": "Instängd" } })),
            10 => self.submit(LEAD, json!({ "reopen_incident": { "reason": "igen" } })),
            11 => self.submit(LEAD, json!({ "stand_down": { "reason": "klart" } })),
            12 => self.submit(LEAD, json!({ "recall_alarm": { "alarm_id": self.alarm, "reason": "fel" } })),
            13 => self
                .submit(FIRE, json!({ "request_resource": { "to_organisations": ["polis-nord"], "what": "Hjälp" } })),
            14 => self.submit(LEAD, json!({ "file_sitrep": { "situation": "Lugnt" } })),
            _ => self.located(ENGINE, north),
        };
    }

    fn located(&mut self, who: &str, north: f64) -> Value {
        self.stage.send(who, &json!({ "location": { "location": { "latitude": north, "longitude": 14.6 } } }));
        Value::Null
    }

    /// `other`: the same, said otherwise.
    fn secret(&mut self, what: usize, other: bool) {
        let groups = json!({ "talkgroupIds": [if other { "raps-2" } else { "raps-1" }] });
        let text = if other { "Något helt annat, och längre" } else { "Spanar" };
        let code = if other { "U" } else { "F" };
        let party = json!([{ "organisation": "polis-nord", "unit_id": "1104210" }]);
        _ = match what {
            0 => self.located(COVERT, if other { 63.4 } else { 63.0 }),
            1 => self.submit(COVERT, json!({ "report_unit_status": { "code": if other { "KL" } else { "FR" } } })),
            2 => {
                self.submit(COVERT, json!({ "report_unit_state": { "on_duty": other, "code": code, "crew_size": 2 } }))
            }
            3 => self.sent(COVERT, json!({ "affiliate": groups })),
            4 => self.sent(COVERT, json!({ "disaffiliate": groups })),
            5 => self.presence(false),
            6 => self.presence(true),
            7 => self.submit(COVERT, json!({ "acknowledge": { "alarm_id": self.alarm } })),
            8 => self.submit(COVERT, json!({ "send_message": { "talkgroup_id": "raps-1", "text": text } })),
            9 => self.submit(COVERT, json!({ "file_arrival_report": { "what": text, "exact_place": text } })),
            10 => self.distress(text),
            11 => match self.emergency.take() {
                Some(id) => self.submit(COVERT, json!({ "cancel_emergency": { "emergency_id": id, "reason": text } })),
                None => Value::Null,
            },
            12 => {
                let alarm = json!({ "incidentId": self.incident, "alarmId": self.alarm });
                self.sent(COVERT, json!({ "receipt": { "step": "RECEIPT_STEP_DELIVERED", "incidentId": alarm["incidentId"], "alarmId": alarm["alarmId"] } }))
            }
            13 => self.submit(POLICE, json!({ "raise_alarm": { "parties": party, "without_talkgroup": true } })),
            14 => self.submit(POLICE, json!({ "report_unit_status": { "unit_id": "1104210", "code": "FR" } })),
            15 => self.submit(COVERT, json!({ "decline": { "reason": text } })),
            16 => match self.emergency.clone() {
                Some(id) => self.submit(POLICE, json!({ "acknowledge_emergency": { "emergency_id": id } })),
                None => Value::Null,
            },
            _ => self.submit(COVERT, json!({ "report_hazard": { "hazard": { "what": text } } })),
        };
    }

    fn sent(&mut self, who: &str, frame: Value) -> Value {
        self.stage.send(who, &frame);
        Value::Null
    }

    fn presence(&mut self, here: bool) -> Value {
        match here {
            true => self.stage.join(COVERT, COVERT, None),
            false => self.stage.leave(COVERT),
        }
        Value::Null
    }

    fn distress(&mut self, what: &str) -> Value {
        let raised = self.submit(COVERT, json!({ "raise_emergency": { "what": what } }));
        let id = raised["accepted"]["emergencyId"].clone();
        self.emergency = Some(id).filter(Value::is_string).or(self.emergency.take());
        raised
    }

    /// What each of the others was sent, those that join last too, and what they were answered.
    fn carried(mut self) -> (Vec<Carried>, Vec<Value>) {
        let mut carried = Vec::new();
        for late in [false, true] {
            for who in OTHERS {
                if late {
                    self.stage.join(who, who, None);
                    self.stage.send(who, &everywhere());
                    self.stage.send(who, &json!({ "affiliate": { "talkgroupIds": ["raps-1"] } }));
                    self.stage.map();
                }
                let frames = self.stage.frames(who);
                let bytes = |frame: &samband_hub::wire::frame::Frame| match to_json(frame)["checkpoint"].is_object() {
                    true => vec![0; frame.bytes().len()],
                    false => frame.bytes().to_vec(),
                };
                carried.push((who, frames.iter().map(bytes).collect()));
            }
        }
        (carried, self.outcomes)
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Secret {
    AsIs,
    LeftOut,
    Otherwise,
}

/// Open acts, each with what the covert unit does after it, if anything.
fn play(acts: &[(usize, Option<usize>)], secret: Secret) -> Run {
    let mut run = Run::new();
    for (number, (open, hidden)) in acts.iter().enumerate() {
        let at = |half: i64| Timestamp(START.0 + i64::try_from(number).unwrap() * 10_000 + half * 5_000 + 1_000);
        run.commands = 100 + 2 * u64::try_from(number).unwrap();
        run.stage.set_time(at(0));
        run.open(*open, number);
        run.stage.settle();
        run.stage.map();
        run.commands = 101 + 2 * u64::try_from(number).unwrap();
        run.stage.set_time(at(1));
        if let Some(hidden) = hidden.filter(|_| secret != Secret::LeftOut) {
            run.secret(hidden, secret == Secret::Otherwise);
        }
        run.stage.settle();
        run.stage.map();
    }
    run
}

/// The first frame that differs, in words, if any does.
fn difference(acts: &[(usize, Option<usize>)], variant: Secret) -> Option<String> {
    let (one, two) = (play(acts, Secret::AsIs).carried(), play(acts, variant).carried());
    if let Some((one, two)) = one.1.iter().zip(&two.1).find(|(one, two)| one != two) {
        return Some(format!("{variant:?}: answered {one}, or {two}"));
    }
    let json = |bytes: Option<&Vec<u8>>| {
        bytes.map(|bytes| samband_hub::wire::json::value("samband.v1.ServerFrame", bytes).to_string())
    };
    for ((who, one), (_, two)) in one.0.iter().zip(&two.0) {
        let differs = (0..one.len().max(two.len())).find(|at| one.get(*at) != two.get(*at));
        if let Some(at) = differs {
            return Some(format!("{variant:?}: {who} {at}: {:?}, or {:?}", json(one.get(at)), json(two.get(at))));
        }
    }
    None
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, max_shrink_iters: 300, ..ProptestConfig::default() })]

    #[test]
    fn leaves_no_trace(acts in prop::collection::vec((0..OPEN, prop::option::weighted(0.7, 0..SECRET)), 1..14)) {
        for variant in [Secret::LeftOut, Secret::Otherwise] {
            prop_assert_eq!(difference(&acts, variant), None);
        }
    }
}

/// Each thing a covert unit can do, before each thing that others do: what chance might miss.
#[test]
fn no_single_act_leaves_a_trace() {
    let mut found = Vec::new();
    for hidden in 0..SECRET {
        // What is about an emergency has one to be about.
        let before = matches!(hidden, 11 | 16).then_some(10);
        let hiding = [(15, before), (5, Some(hidden))].into_iter();
        let acts: Vec<_> = hiding.chain([6, 14, 3, 12, 1].map(|open| (open, None))).collect();
        for variant in [Secret::LeftOut, Secret::Otherwise] {
            found.extend(difference(&acts, variant).map(|what| format!("{hidden}: {what}")));
        }
    }
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

/// The control: the police do see what the unit does, so there is something to hide.
#[test]
fn its_own_see_what_it_does() {
    for hidden in [0, 1, 3, 5, 7, 8, 9, 10, 13, 17] {
        let own = |secret| {
            let mut run = play(&[(15, Some(hidden)), (15, None)], secret);
            let frames = run.stage.frames(POLICE);
            frames.iter().map(|frame| frame.bytes().to_vec()).collect::<Vec<_>>()
        };
        assert_ne!(own(Secret::AsIs), own(Secret::LeftOut), "{hidden}");
    }
}

/// How a unit is not to be had.
#[derive(Clone, Copy)]
enum Away {
    Covert,
    SignedOff,
}

/// What the lead is answered, and everybody of the others sent, when it alarms the police's unit.
fn alarmed(away: Away, party: &Value) -> (Value, Vec<Vec<Value>>) {
    let setup = jamtland();
    let mut stage = CoreStage::new(&setup, Policy::new(setup.policy.policy.parts().clone()));
    stage.set_time(START);
    for who in OTHERS.into_iter().chain([POLICE, COVERT]) {
        stage.join(who, who, None);
    }
    let mut number = 0;
    let mut submit = |stage: &mut CoreStage, who: &str, mut command: Value| {
        number += 1;
        command["commandId"] = json!(format!("00000000-0000-7000-8000-{number:012x}"));
        let outcome = stage.submit(who, &command);
        stage.settle();
        outcome
    };
    let reported = submit(&mut stage, LEAD, json!({ "report_incident": { "types": ["Trafikolycka - singel"] } }));
    let incident = reported["accepted"]["incidentId"].clone();
    let away = match away {
        Away::Covert => submit(&mut stage, POLICE, json!({ "set_covert": { "unit_id": "1104210", "covert": true } })),
        Away::SignedOff => submit(&mut stage, COVERT, json!({ "sign_off_unit": {} })),
    };
    assert!(away["accepted"].is_object(), "{away}");
    let alarm = json!({ "incidentId": incident, "raise_alarm": { "parties": [party], "reason": "x" } });
    let outcome = submit(&mut stage, LEAD, alarm);
    let next =
        json!({ "incidentId": incident, "issue_total_information": { "shared_text": "Läget", "material": true } });
    submit(&mut stage, LEAD, next);
    // A resume token is sealed with chance in it.
    let read = |frames: Vec<Value>| frames.into_iter().filter(|frame| frame["checkpoint"].is_null()).collect();
    (outcome, OTHERS.map(|who| read(stage.received(who))).into())
}

#[test]
fn one_that_cannot_be_required_looks_like_one_that_went_home() {
    let party = json!({ "organisation": "polis-nord", "unit_id": "1104210", "required": true, "due_seconds": 60 });
    let (covert, home) = (alarmed(Away::Covert, &party), alarmed(Away::SignedOff, &party));
    assert_eq!(covert.0["refused"]["code"], "REFUSAL_CODE_PARTY_NOT_VISIBLE");
    assert_eq!(covert, home);
}

#[test]
fn one_that_is_told_without_being_required_looks_like_one_that_went_home() {
    let party = json!({ "organisation": "polis-nord", "unit_id": "1104210" });
    let (covert, home) = (alarmed(Away::Covert, &party), alarmed(Away::SignedOff, &party));
    assert!(covert.0["accepted"].is_object(), "{}", covert.0);
    assert_eq!(covert.0, home.0);
    // Others than the lead may see of the one and not of the other: they do not know what the lead has asked for.
    assert_eq!(covert.1.first(), home.1.first());
}

/// One that does not exist is refused by a code of its own: which units there are is no secret, every directory has them. What must
/// hold is that the answer does not depend on who is covert.
#[test]
fn one_that_does_not_exist_is_answered_the_same_whoever_is_covert() {
    let party = json!({ "organisation": "polis-nord", "unit_id": "9999999", "required": true, "due_seconds": 60 });
    let (covert, home) = (alarmed(Away::Covert, &party), alarmed(Away::SignedOff, &party));
    assert!(covert.0["refused"].is_object(), "{}", covert.0);
    assert_eq!(covert, home);
}
