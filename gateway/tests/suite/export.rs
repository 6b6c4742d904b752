//! An incident to take along: nothing but what the recipient was given, and nothing that a browser would act on.

use samband_gateway::export::{Head, html, json_lines};
use samband_proto::v1::{self as pb, event::Body, fact_stated::Value};

fn head(events: usize, exercise: bool) -> Head {
    Head {
        incident: "i1".into(),
        recipient: "alfa/viewer".into(),
        recipient_name: "Alfa <b>".into(),
        exported_by: "beta/command".into(),
        exported_at: "2026-11-26T10:00:00Z".into(),
        policy: "1234".into(),
        exercise,
        events,
    }
}

fn events() -> Vec<pb::Event> {
    let envelope = pb::Envelope {
        owner: Some("beta".into()),
        hub_time: Some(prost_types::Timestamp { seconds: 1_795_860_000, nanos: 0 }),
        ..pb::Envelope::default()
    };
    let address = pb::Address { street: Some("<script>alert(1)</script> & Co".into()), ..pb::Address::default() };
    let stated = pb::FactStated { value: Some(Value::Address(address)), ..pb::FactStated::default() };
    let mark = pb::Withheld {
        marking: Some(pb::Marking::Health.into()),
        owner: Some("beta".into()),
        how_to_ask: Some("Ring TiB".into()),
    };
    let changed = pb::InvolvementChanged {
        organisation: Some("alfa".into()),
        involvement: Some(pb::Involvement::Alarmed.into()),
        ..pb::InvolvementChanged::default()
    };
    vec![
        pb::Event {
            envelope: Some(envelope.clone()),
            body: Some(Body::FactStated(stated)),
            withheld: vec![mark],
            ..Default::default()
        },
        pb::Event { envelope: Some(envelope), body: Some(Body::InvolvementChanged(changed)), ..Default::default() },
    ]
}

#[test]
fn the_page_says_for_whom_it_is_and_carries_nothing_that_runs() {
    let page = html(&head(2, false), &events());
    for part in [
        "Redigerad för</dt><dd>Alfa &lt;b&gt; (alfa/viewer)",
        "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Co",
        "Maskerat: health hos beta. Ring TiB",
        "alfa, larmad",
        "2026-11-28",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(!page.contains("<script") && !page.contains("ÖVNING"));
    assert!(html(&head(2, true), &events()).contains("ÖVNING"));
}

#[test]
fn the_lines_are_the_events_as_the_contract_writes_them() {
    let lines = json_lines(&head(2, false), &events()).unwrap();
    let lines: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["recipient"], "alfa/viewer");
    assert_eq!(lines[1]["factStated"]["address"]["street"], "<script>alert(1)</script> & Co");
    assert_eq!(lines[2]["involvementChanged"]["involvement"], "INVOLVEMENT_ALARMED");
}
