//! Redaction of one event for one class.

use std::{path::Path, time::Duration};

use prost::Message as _;
use samband_disclosure::{Stamp, Standing, Undisclosed, Viewer, redact};
use samband_domain::{Involvement, OrganisationId, Role};
use samband_hub::setup;
use samband_proto::v1::{self as pb, event::Body};

use crate::{
    Done,
    table::{Stopwatch, say},
};

pub(crate) fn run(seconds: u64) -> Done {
    let setup = setup::load(Path::new("examples/jamtland")).map_err(|findings| findings.join("\n"))?;
    say("\n## Redaction, nanoseconds for an event and class\n");
    say("| event | bytes | owner itself | alarmed, sees all | alarmed, part withheld | not involved |");
    say("|---|--:|--:|--:|--:|--:|");
    for (name, owner, body) in events() {
        let event =
            pb::Event { envelope: Some(envelope(owner)), withheld: Vec::new(), opened: Vec::new(), body: Some(body) };
        let encoded: bytes::Bytes = event.encode_to_vec().into();
        let owner = OrganisationId::new(owner)?;
        let event = Undisclosed {
            stamp: Stamp::survey(&encoded, &[]),
            event: encoded.clone(),
            owner: owner.clone(),
            subjects: Vec::new(),
            references: Default::default(),
            position: 9,
        };
        let mut cells = Vec::new();
        for (organisation, involvement) in [
            (owner.as_str(), Involvement::Lead),
            ("region-jh", Involvement::Alarmed),
            ("polis-nord", Involvement::Alarmed),
            ("vaktbolaget", Involvement::None),
        ] {
            let viewer = Viewer { organisation: OrganisationId::new(organisation)?, role: Role::Operator };
            let standing = Standing { involvement, before_alarm: Involvement::None, alarmed_at: Some(5) };
            let class = setup.policy.policy.class(&viewer, standing);
            let (watch, mut rounds) = (Stopwatch::start(), 0_u32);
            while watch.elapsed() < Duration::from_millis(seconds * 100) {
                for _ in 0..1_000 {
                    std::hint::black_box(redact(std::hint::black_box(&event), &class));
                }
                rounds += 1_000;
            }
            cells.push(format!("{}", (watch.elapsed() / rounds).as_nanos()));
        }
        say(&format!("| {name} | {} | {} |", encoded.len(), cells.join(" | ")));
    }
    Ok(())
}

fn envelope(owner: &str) -> pb::Envelope {
    pb::Envelope {
        event_id: Some("0".repeat(32)),
        incident_id: Some("1".repeat(32)),
        owner: Some(owner.into()),
        author: Some(pb::Author {
            gateway: None,
            organisation: Some(owner.into()),
            role: Some("operator".into()),
            unit: None,
            person: Some("4711".into()),
        }),
        hub_time: Some(samband_hub::wire::to_proto::timestamp(samband_domain::Timestamp(1_767_225_600_000))),
        ..Default::default()
    }
}

fn events() -> Vec<(&'static str, &'static str, Body)> {
    let patient = pb::Patient {
        name: Some("Sven Nilsson".into()),
        personal_number: Some("193805121239".into()),
        registered_address: Some("Storgatan 1, Östersund".into()),
    };
    let coarse = pb::PatientCoarse { initials: Some("S.N.".into()), age_group: Some(pb::AgeGroup::Elderly as i32) };
    let patients = pb::FactStated {
        value: Some(pb::fact_stated::Value::Patients(pb::Patients { patients: vec![patient] })),
        patients_coarse: Some(pb::PatientsCoarse { patients: vec![coarse] }),
        ..Default::default()
    };
    let report = pb::ArrivalReportFiled {
        report_id: Some("2".repeat(32)),
        template: Some(pb::ReportTemplate::Osh as i32),
        unit: Some(pb::UnitRef { unit_id: Some("2312110".into()), call_sign: Some("2 31-2110".into()) }),
        what: Some("Sex granar över vägen, en ledning nere".into()),
        damage: Some("Vägen spärrad 200 m".into()),
        hazards: Some("Spänningssatt ledning på marken".into()),
        access: Some("Från Järpen".into()),
        casualties: Some(pb::Casualties { count: Some(0), trapped: None, severity: None }),
        resources_needed: Some("Elbolag".into()),
        ..Default::default()
    };
    let party = |unit: u32| pb::Party {
        organisation: Some("raddning-jamtland".into()),
        unit: Some(pb::UnitRef { unit_id: Some(unit.to_string()), call_sign: Some(format!("2 {unit}")) }),
        required: Some(true),
        due_at: Some(samband_hub::wire::to_proto::timestamp(samband_domain::Timestamp(1_767_225_630_000))),
        late: None,
    };
    let alarm = pb::AlarmRaised {
        alarm_id: Some("3".repeat(32)),
        parties: (0..20).map(|unit| party(2_311_000 + unit)).collect(),
        alarm_text: Some("Träd över väg, E14 Undersåker".into()),
        ..Default::default()
    };
    let note = pb::NoteAdded { note: None, shared_text: Some("x".repeat(150)) };
    vec![
        ("shared note, 150 characters", "sos-alarm", Body::NoteAdded(note)),
        ("patient with coarse form", "sos-alarm", Body::FactStated(patients)),
        ("arrival report", "raddning-jamtland", Body::ArrivalReportFiled(report)),
        ("alarm with 20 parties", "sos-alarm", Body::AlarmRaised(alarm)),
    ]
}
