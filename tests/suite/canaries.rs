//! A canary in every secret field of every owner, looked for in everything each session received, in metrics, logs and refusals.

use std::{
    io,
    str::FromStr as _,
    sync::{Arc, Mutex},
};

use samband_disclosure::{Policy, Viewer, mask::bit};
use samband_domain::{Involvement, Level, OrganisationId, Role, Timestamp};
use samband_hub::scenario::Stage;
use samband_proto::v1::Marking;
use samband_tests::{
    deployment::{START, jamtland},
    socket_stage::{SocketStage, Transport},
};
use serde_json::{Value, json};

/// Owners, and the desk that writes for each.
const OWNERS: [&str; 4] = ["sos-alarm", "raddning-jamtland", "region-jh", "polis-nord"];

/// Kinds of facts with their marking, and every text field of each.
const FIELDS: [(&str, Marking, &[&str]); 15] = [
    ("address", Marking::Address, &["street", "object", "floor", "locality", "access"]),
    ("caller", Marking::Caller, &["name", "phone"]),
    ("patients", Marking::PatientIdentity, &["name", "registered_address"]),
    ("health", Marking::Health, &["condition", "measures"]),
    ("hazard", Marking::Hazard, &["what", "substance"]),
    ("threat", Marking::ThreatAssessment, &["assessment", "source"]),
    ("safety", Marking::ThreatFlag, &["instruction"]),
    ("suspect", Marking::Suspect, &["name", "description"]),
    ("access_code", Marking::AccessCode, &["door_code", "key_number", "remark"]),
    ("object_card", Marking::ObjectCard, &["text", "reference"]),
    ("vehicle", Marking::Vehicle, &["registration", "description"]),
    ("break_point", Marking::BreakPoint, &["description"]),
    ("priority", Marking::Priority, &["value"]),
    ("description", Marking::SharedText, &["text"]),
    ("alarm_text", Marking::AlarmText, &["text"]),
];

struct Canary {
    owner: &'static str,
    marking: Marking,
    text: String,
}

const VIEWERS: [&str; 12] = [
    "sos-alarm/operator",
    "sos-alarm/viewer",
    "raddning-jamtland/operator",
    "raddning-jamtland/command",
    "raddning-jamtland/unit:2311010",
    "region-jh/operator",
    "region-jh/unit:3269010",
    "polis-nord/command",
    "lansstyrelsen-z/operator",
    "ostersund/operator",
    "vaktbolaget/unit:vakt-01",
    "oppen-radio/viewer",
];

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// What the policy says the viewer may read in full, by its own tables.
fn may_read(policy: &Policy, principal: &str, involvement: Involvement, canary: &Canary) -> bool {
    let (organisation, role) = principal.split_once('/').unwrap();
    let role = Role::from_str(role.split(':').next().unwrap()).unwrap();
    let viewer = Viewer { organisation: OrganisationId::new(organisation).unwrap(), role };
    let owner = OrganisationId::new(canary.owner).unwrap();
    let pushed_only =
        policy.parts().owners[&owner].push_only & bit(canary.marking) != 0 && canary.owner != organisation;
    !pushed_only && policy.mask(&owner, &viewer, involvement).get(canary.marking) == Level::Full
}

fn involvement(principal: &str) -> Involvement {
    match principal.split('/').next().unwrap() {
        "sos-alarm" => Involvement::Lead,
        "raddning-jamtland" | "region-jh" | "polis-nord" | "vaktbolaget" => Involvement::Alarmed,
        "lansstyrelsen-z" => Involvement::Near,
        _ => Involvement::None,
    }
}

#[test]
fn are_found_only_where_the_policy_lets_them() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::DEBUG).with_ansi(false);
    subscriber.with_writer(move || writer.clone()).init();
    let setup = jamtland();
    for transport in [Transport::Grpc, Transport::WebSocketProto, Transport::WebSocketJson] {
        let mut stage = SocketStage::new(&setup, transport);
        let (canaries, refusals) = play(&mut stage);
        let mut found = 0;
        for principal in VIEWERS {
            let raw = stage.raw(principal);
            for canary in &canaries {
                let allowed = may_read(&setup.policy.policy, principal, involvement(principal), canary);
                let seen = contains(&raw, &canary.text);
                assert_eq!(seen, allowed, "{principal}, {:?} of {}: {}", canary.marking, canary.owner, canary.text);
                found += usize::from(seen);
            }
        }
        assert!(found > 100, "the search finds what is there: {found}");
        let log = log.0.lock().unwrap();
        let metrics = stage.hub().metrics.text();
        for canary in &canaries {
            assert!(!contains(metrics.as_bytes(), &canary.text), "in the metrics: {}", canary.text);
            assert!(!contains(refusals.as_bytes(), &canary.text), "in a refusal: {}", canary.text);
            assert!(!contains(&log, &canary.text), "in the log: {}", canary.text);
        }
    }
    assert!(!log.0.lock().unwrap().is_empty(), "a log that holds nothing shows nothing");
}

/// A command, the marking of the text in it, and the command's content around that text.
type Said = (&'static str, Marking, fn(&str) -> Value);

/// What is said around the alarm: help, dangers, the line for the media.
fn around() -> [Said; 3] {
    [
        ("offer_resource", Marking::ResourceRequest, |text| json!({ "what": text })),
        ("report_hazard", Marking::Hazard, |text| json!({ "hazard": { "what": text } })),
        ("propose_media_line", Marking::MediaLine, |text| json!({ "text": text })),
    ]
}

fn play(stage: &mut SocketStage) -> (Vec<Canary>, String) {
    stage.set_time(START);
    for principal in VIEWERS {
        stage.join(principal, principal, None);
    }
    let mut number = 0;
    let mut submit = |stage: &mut SocketStage, who: &str, mut command: Value| {
        number += 1;
        stage.set_time(Timestamp(START.0 + number * 1_000));
        command["commandId"] = json!(format!("00000000-0000-7000-8000-{number:012x}"));
        // The sessions that only look are heard from now and then.
        if number % 40 == 0 {
            stage.settle();
        }
        stage.submit(who, &command)
    };
    let reported = submit(stage, "sos-alarm/operator", json!({ "report_incident": { "types": ["Trafikolycka"] } }));
    let incident = reported["accepted"]["incidentId"].as_str().unwrap().to_owned();
    let parties: Vec<_> = ["raddning-jamtland", "region-jh", "polis-nord", "vaktbolaget"]
        .map(|organisation| json!({ "organisation": organisation }))
        .into();
    submit(stage, "sos-alarm/operator", json!({ "incidentId": incident, "raise_alarm": { "parties": parties } }));
    let involve = json!({ "organisation": "lansstyrelsen-z", "reason": "läge" });
    submit(stage, "sos-alarm/operator", json!({ "incidentId": incident, "involve_organisation": involve }));

    let mut canaries = Vec::new();
    let mut refusals = String::new();
    for owner in OWNERS {
        let desk = if owner == "polis-nord" { "polis-nord/command".into() } else { format!("{owner}/operator") };
        for (kind, marking, fields) in FIELDS {
            let mut value = json!({});
            for field in fields {
                let text = format!("KANARIE{:04}{}", canaries.len(), owner.replace('-', ""));
                value[*field] = json!(text);
                canaries.push(Canary { owner, marking, text });
            }
            if kind == "patients" {
                value = json!({ "patients": [value] });
            }
            let stated = submit(stage, &desk, json!({ "incidentId": incident, "state_fact": { kind: value } }));
            assert!(stated["accepted"].is_object(), "{kind} of {owner}: {stated}");
            // Said again about an incident that is not theirs, it is refused without being repeated.
            let refused =
                submit(stage, "ostersund/operator", json!({ "incidentId": incident, "state_fact": { kind: value } }));
            assert!(refused["refused"].is_object());
            refusals.push_str(&refused.to_string());
        }
        for (kind, marking, value) in around() {
            let text = format!("KANARIE{kind}{owner}");
            let command = json!({ "incidentId": incident, kind: value(&text) });
            let done = submit(stage, &desk, command);
            assert!(done["accepted"].is_object(), "{kind} of {owner}: {done}");
            canaries.push(Canary { owner, marking, text });
        }
        let (note, person) = (format!("KANARIEANT{owner}"), format!("KANARIEPERSON{owner}"));
        let command = json!({ "incidentId": incident, "person": person, "add_note": { "note": note } });
        assert!(submit(stage, &desk, command)["accepted"].is_object());
        canaries.push(Canary { owner, marking: Marking::Note, text: note });
        canaries.push(Canary { owner, marking: Marking::Handler, text: person });
    }
    stage.settle();
    (canaries, refusals)
}
