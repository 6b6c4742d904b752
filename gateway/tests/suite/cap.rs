//! Warnings, by table: what is read, what is refused, what is written, and what they become.

mod chains;
mod schema;

use samband_gateway::{
    cap::{
        self, Alert, CapError, NAMESPACE, Polygon,
        inbound::{self, Known, Made, Taken},
        outbound::{self, Decision, Earlier, NotIssued},
        settings::Settings,
        vma,
    },
    picture::Picture,
    xml::XmlError,
};
use samband_proto::v1::{self as pb, command::Body, event::Body as Event, fact_stated::Value as Fact};
use serde_json::json;

const HEAD: &str = "<identifier>A-1</identifier><sender>s@x.se</sender><sent>2026-11-26T10:00:00+01:00</sent>";
const KIND: &str = "<status>Actual</status><msgType>Alert</msgType><scope>Public</scope>";
const INFO: &str = "<category>Fire</category><event>Brand</event><urgency>Immediate</urgency><severity>Severe</severity>\
    <certainty>Observed</certainty>";
const AREA: &str = "<areaDesc>Odenskog</areaDesc>";

fn alert(inside: &str) -> String {
    format!("<?xml version=\"1.0\"?>\n<alert xmlns=\"{NAMESPACE}\">{inside}</alert>")
}

fn of(head: &str, kind: &str, info: &str, area: &str) -> Result<Alert, CapError> {
    cap::read(alert(&format!("{head}{kind}<info>{info}<area>{area}</area></info>")).as_bytes())
}

#[test]
fn a_message_is_read_with_every_element() {
    let info = format!(
        "<language>sv-SE</language>{INFO}<audience>alla</audience><eventCode><valueName>SAME</valueName><value>FRW</value></eventCode>\
         <effective>2026-11-26T10:00:00-00:00</effective><expires>2026-11-26T12:00:00+01:00</expires><headline>Å &amp; Ö</headline>\
         <parameter><valueName>p</valueName><value>1</value></parameter>\
         <resource><resourceDesc>karta</resourceDesc><mimeType>image/png</mimeType><size>12</size></resource>"
    );
    let area = format!(
        "{AREA}<polygon>63,14 64,14 64,15 63,14</polygon><circle>63.17,14.68 1.5</circle>\
         <geocode><valueName>Kommun</valueName><value>2380</value></geocode><altitude>100</altitude><ceiling>200.5</ceiling>"
    );
    let kind = "<status>Exercise</status><msgType>Update</msgType><scope>Restricted</scope><restriction>x</restriction>\
        <code>a</code><code>b</code><references>s@x.se,A-0,2026-11-26T09:00:00+01:00</references><incidents>I</incidents>";
    let read = serde_json::to_value(of(HEAD, kind, &info, &area).unwrap()).unwrap();
    assert_eq!(read["code"], json!(["a", "b"]));
    assert_eq!(read["references"], json!("s@x.se,A-0,2026-11-26T09:00:00+01:00"));
    let info = &read["info"][0];
    assert_eq!(info["headline"], json!("Å & Ö"));
    assert_eq!(info["eventCode"], json!([{ "valueName": "SAME", "value": "FRW" }]));
    assert_eq!(info["resource"][0]["size"], json!(12));
    assert_eq!(info["area"][0]["polygon"], json!(["63,14 64,14 64,15 63,14"]));
    assert_eq!(info["area"][0]["circle"], json!(["63.17,14.68 1.5"]));
    assert_eq!(info["area"][0]["ceiling"], json!(200.5));
    let plain = serde_json::to_value(of(HEAD, KIND, INFO, AREA).unwrap()).unwrap();
    assert_eq!(plain["info"][0]["language"], json!("en-US"), "the standard's word where none is said");
}

#[test]
fn a_signature_may_end_it_and_a_prefix_may_name_it() {
    let signed = alert(&format!(
        "{HEAD}{KIND}<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:x/></ds:Signature>"
    ));
    assert!(cap::read(signed.as_bytes()).unwrap().signature);
    let prefixed = signed.replace("<alert xmlns=", "<c:alert xmlns:c=").replace("</alert>", "</c:alert>");
    let prefixed =
        ["identifier", "sender", "sent", "status", "msgType", "scope"].iter().fold(prefixed, |text, name| {
            text.replace(&format!("<{name}>"), &format!("<c:{name}>"))
                .replace(&format!("</{name}>"), &format!("</c:{name}>"))
        });
    assert_eq!(cap::read(prefixed.as_bytes()).unwrap().identifier, "A-1");
    let without = prefixed.replace("<c:status>", "<status>").replace("</c:status>", "</status>");
    assert_eq!(
        cap::read(without.as_bytes()),
        Err(CapError::Unknown("alert")),
        "an element of no namespace is none of CAP's"
    );
    let schema = "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"urn:x x.xsd\"";
    let located = alert(&format!("{HEAD}{KIND}")).replace("<alert ", &format!("<alert {schema} "));
    assert!(cap::read(located.as_bytes()).is_ok());
    assert_eq!(cap::read(located.replace("<alert ", "<alert x=\"1\" ").as_bytes()), Err(CapError::Attribute("alert")));
}

#[test]
fn what_breaks_the_schema_or_the_prose_is_refused() {
    let head = |from: &str, to: &str| of(&HEAD.replace(from, to), KIND, INFO, AREA);
    let kind = |from: &str, to: &str| of(HEAD, &KIND.replace(from, to), INFO, AREA);
    let info = |from: &str, to: &str| of(HEAD, KIND, &INFO.replace(from, to), AREA);
    let area = |more: &str| of(HEAD, KIND, INFO, &format!("{AREA}{more}"));
    let cases: Vec<(Result<Alert, CapError>, CapError)> = vec![
        (head("<sender>s@x.se</sender>", ""), CapError::Missing("sender")),
        (head("<sender>s@x.se</sender>", "<sender/>"), CapError::Missing("sender")),
        (head("A-1", "A 1"), CapError::Value("identifier")),
        (head("s@x.se", "a,b"), CapError::Value("sender")),
        (head("+01:00", "Z"), CapError::Value("sent")),
        (head("00+01", "00.5+01"), CapError::Value("sent")),
        (head("2026-11-26", "2026-02-30"), CapError::Value("sent")),
        (head("<sender>", "<sender>a</sender><sender>"), CapError::Repeated("sender")),
        (kind("Actual", "actual"), CapError::Value("status")),
        (kind("Public", "Restricted"), CapError::Missing("restriction")),
        (kind("Public", "Private"), CapError::Missing("addresses")),
        (
            kind("<status>Actual</status><msgType>Alert</msgType>", "<msgType>Alert</msgType><status>Actual</status>"),
            CapError::Order("status"),
        ),
        (of(HEAD, &format!("{KIND}<references>a,b</references>"), INFO, AREA), CapError::Value("references")),
        (of(HEAD, &format!("{KIND}<severity>x</severity>"), INFO, AREA), CapError::Unknown("alert")),
        (info("<category>Fire</category>", ""), CapError::Missing("category")),
        (info("Fire", "Flood"), CapError::Value("category")),
        (info("Severe", "High"), CapError::Value("severity")),
        (info("<urgency>", "<x:u xmlns:x=\"urn:x\"/><urgency>"), CapError::Unknown("info")),
        (area("<polygon>63,14 64,14 63,14</polygon>"), CapError::Value("polygon")),
        (area("<polygon>63,14 64,14 64,15 63,15</polygon>"), CapError::Value("polygon")),
        (area("<polygon>63 14 64 14</polygon>"), CapError::Value("polygon")),
        (area("<circle>91,14 1</circle>"), CapError::Value("circle")),
        (area("<circle>63,14 -1</circle>"), CapError::Value("circle")),
        (area("<circle>63,14</circle>"), CapError::Value("circle")),
        (area("<circle>nan,14 1</circle>"), CapError::Value("circle")),
        (area("<geocode><value>1</value></geocode>"), CapError::Missing("valueName")),
        (area("<ceiling>1</ceiling>"), CapError::Missing("altitude")),
        (head("<sender>", "<sender xmlns=\"\">"), CapError::Unknown("alert")),
        (info("Brand", "Brand<b/>"), CapError::Unknown("event")),
        (info("<event>", "<event x=\"1\">"), CapError::Attribute("event")),
    ];
    for (number, (read, expected)) in cases.into_iter().enumerate() {
        assert_eq!(read, Err(expected), "case {number}");
    }
}

#[test]
fn what_is_no_message_is_refused_before_it_is_understood() {
    let read = |text: &str| cap::read(text.as_bytes()).map(drop);
    assert_eq!(read("<alert/>"), Err(CapError::NotAlert));
    assert_eq!(read("<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.1\"/>"), Err(CapError::NotAlert));
    assert_eq!(read("<!DOCTYPE a [<!ENTITY b \"c\">]><alert>&b;</alert>"), Err(XmlError::Dtd.into()));
    assert_eq!(read(&alert("<identifier>&x;</identifier>")), Err(XmlError::Entity { line: 2 }.into()));
    assert!(matches!(read("<alert"), Err(CapError::Xml(XmlError::Syntax { .. }))));
    let deep = format!("{}{}", "<a>".repeat(200), "</a>".repeat(200));
    assert_eq!(read(&deep), Err(XmlError::TooDeep.into()));
    assert_eq!(read(&alert(&"<code>x</code>".repeat(20_000))), Err(XmlError::TooMany.into()));
    assert_eq!(cap::read(&vec![b' '; cap::MESSAGE_BYTES_MAX + 1]), Err(CapError::TooLong));
    assert_eq!(cap::read(b"\xff<"), Err(XmlError::NotUtf8.into()));
}

#[test]
fn what_is_written_is_read_back() {
    let info =
        format!("<language>sv-SE</language>{INFO}<description>Rad ett\nRad två &lt;&amp;&gt; \"å\"</description>");
    let alert = of(HEAD, KIND, &info, &format!("{AREA}<circle>63.17,14.68 1.5</circle>")).unwrap();
    assert_eq!(cap::read(cap::write(&alert).as_bytes()), Ok(alert));
}

#[test]
fn radio_hands_them_out_as_json_and_one_that_is_wrong_harms_no_other() {
    let one = json!({
        "identifier": "SR1", "sender": "https://vmaapi.sr.se/api/v3", "sent": "2026-11-26T10:00:00+01:00", "status": "Actual",
        "msgType": "Alert", "scope": "Public", "references": null, "incidents": "I1", "somethingNew": { "x": 1 },
        "info": [{
            "language": "sv-SE", "category": "Fire", "event": "VMA", "urgency": "Immediate", "severity": "Severe", "certainty": "Observed",
            "description": "Rök.\r\n\r\nGå inomhus.", "area": [{ "areaDesc": "Östersund", "geocode": [{ "valueName": "Kommun", "value": "2380" }] }],
        }],
    });
    let cancel = json!({
        "identifier": "SR2", "sender": "https://vmaapi.sr.se/api/v3", "sent": "2026-11-26T11:00:00+01:00", "status": "Actual",
        "msgType": "Cancel", "scope": "Public", "references": "https://vmaapi.sr.se/api/v3,SR1,2026-11-26T09:00:00+01:00", "info": null,
    });
    let mut wrong = one.clone();
    wrong["info"][0]["category"] = json!(["Flood"]);
    let answer = json!({ "timestamp": "x", "alerts": [one, wrong, "no", cancel] });
    let read = vma::read(answer.to_string().as_bytes()).unwrap();
    assert_eq!(read.alerts.iter().map(|alert| alert.identifier.as_str()).collect::<Vec<_>>(), ["SR1", "SR2"]);
    assert_eq!(read.alerts[0].info[0].category, ["Fire"]);
    assert!(read.alerts[1].info.is_empty());
    assert_eq!(read.refused.iter().map(|one| one.index).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(vma::read(b"{\"alerts\":[]}").unwrap(), vma::Alerts::default(), "nothing is on");
    for bad in ["", "{}", "{\"alerts\":1}", "3", "[1"] {
        assert!(vma::read(bad.as_bytes()).is_err(), "{bad}");
    }
}

fn settings() -> Settings {
    Settings::read(include_str!("../../../examples/jamtland/varningar.toml")).unwrap()
}

const NOW_MS: i64 = 1_795_860_000_000;

/// A message for Östersund that holds until a month from now.
fn vma_alert(change: impl Fn(&mut serde_json::Value)) -> Alert {
    let mut alert = json!({
        "identifier": "SR1", "sender": "sr", "sent": "2026-11-26T10:00:00+01:00", "status": "Actual", "msgType": "Alert", "scope": "Public",
        "info": [{
            "language": "sv-SE", "category": ["Fire"], "event": "VMA", "urgency": "Immediate", "severity": "Severe", "certainty": "Observed",
            "expires": "2026-12-26T10:00:00+01:00", "headline": "Rök", "area": [{ "areaDesc": "Östersund", "geocode": [{ "valueName": "Kommun", "value": "2380" }] }],
        }],
    });
    change(&mut alert);
    vma::read(alert.to_string().as_bytes()).unwrap().alerts.remove(0)
}

#[test]
fn only_what_is_actual_or_an_exercise_becomes_a_notice() {
    let take = |alert: &Alert| inbound::take(alert, &Known::new(), &settings(), NOW_MS);
    let Taken::Issue(command) = take(&vma_alert(|_| {})) else { panic!() };
    let Some(Body::IssueAdvanceNotice(notice)) = &command.body else { panic!() };
    assert_eq!((notice.types.clone(), notice.exercise), (vec!["VMA".to_owned()], None));
    assert!(notice.text().contains("Rök") && notice.text().contains("Område: Östersund"));
    assert!(notice.organisations.contains(&"raddning-jamtland".to_owned()));
    assert_eq!(take(&vma_alert(|_| {})), take(&vma_alert(|_| {})), "the same message, the same command");
    let Taken::Issue(command) = take(&vma_alert(|alert| alert["status"] = json!("Exercise"))) else { panic!() };
    assert!(matches!(&command.body, Some(Body::IssueAdvanceNotice(notice)) if notice.exercise()));
    for status in ["Test", "System", "Draft"] {
        assert!(matches!(take(&vma_alert(|alert| alert["status"] = json!(status))), Taken::Nothing(_)), "{status}");
    }
    let elsewhere = vma_alert(|alert| alert["info"][0]["area"][0]["geocode"][0]["value"] = json!("0380"));
    assert!(matches!(take(&elsewhere), Taken::Nothing(_)));
    let county =
        vma_alert(|alert| alert["info"][0]["area"][0]["geocode"][0] = json!({ "valueName": "Län", "value": "23" }));
    assert!(matches!(take(&county), Taken::Issue(_)));
    let over = vma_alert(|alert| alert["info"][0]["expires"] = json!("2026-11-26T10:00:01+01:00"));
    assert!(matches!(
        inbound::take(&over, &Known::new(), &settings(), 1_795_860_000_000 + 90_000_000_000),
        Taken::Nothing(_)
    ));
    assert!(matches!(
        take(&vma_alert(|alert| alert["sender"] = json!("varning@lansstyrelsen-z.example"))),
        Taken::Nothing(_)
    ));
}

#[test]
fn an_update_and_a_cancellation_find_their_notice() {
    let made = |incidents: Option<&str>, withdrawn| Made {
        incident: "i1".into(),
        incidents: incidents.map(str::to_owned),
        sent: 0,
        until_ms: 0,
        withdrawn,
        exercise: false,
    };
    let known = Known::from([(inbound::key("sr", "SR0"), made(Some("I"), false))]);
    let again = |alert: &mut serde_json::Value, kind: &str| {
        alert["msgType"] = json!(kind);
        // The time of sending is off by the hours of the zone.
        alert["references"] = json!("sr,SR0,2026-11-26T07:00:00+01:00");
    };
    let update = vma_alert(|alert| again(alert, "Update"));
    assert!(
        matches!(inbound::take(&update, &known, &settings(), NOW_MS), Taken::Amend(command, _) if command.incident_id() == "i1")
    );
    let cancel = vma_alert(|alert| again(alert, "Cancel"));
    assert!(
        matches!(inbound::take(&cancel, &known, &settings(), NOW_MS), Taken::Withdraw(command) if command.incident_id() == "i1")
    );
    let by_incidents = vma_alert(|alert| {
        alert["msgType"] = json!("Cancel");
        alert["incidents"] = json!("I");
    });
    assert!(matches!(inbound::take(&by_incidents, &known, &settings(), NOW_MS), Taken::Withdraw(_)));
    let gone = Known::from([(inbound::key("sr", "SR0"), made(Some("I"), true))]);
    assert!(
        matches!(inbound::take(&update, &gone, &settings(), NOW_MS), Taken::Issue(_)),
        "of a withdrawn one it is a new one"
    );
    assert!(matches!(inbound::take(&cancel, &gone, &settings(), NOW_MS), Taken::Nothing(_)));
    let twice = Known::from([(inbound::key("sr", "SR1"), made(None, false))]);
    assert_eq!(inbound::take(&vma_alert(|_| {}), &twice, &settings(), NOW_MS), Taken::Known);
}

/// What the public was sent of a notice.
fn seen(exercise: bool, events: Vec<Event>) -> Picture {
    let mut picture = Picture::default();
    for body in events {
        let envelope = pb::Envelope {
            incident_id: Some("i1".into()),
            owner: Some("lansstyrelsen-z".into()),
            exercise: exercise.then_some(true),
            ..pb::Envelope::default()
        };
        picture.take_event(&pb::Event {
            envelope: Some(envelope),
            withheld: Vec::new(),
            body: Some(body),
            ..Default::default()
        });
    }
    picture
}

fn notice() -> Event {
    let until = samband_gateway::picture::timestamp(NOW_MS + 3_600_000);
    let issued = pb::AdvanceNoticeIssued {
        types: vec!["Utsläpp".into()],
        text: Some("Rök driver mot centrum.".into()),
        valid_until: Some(until),
        ..pb::AdvanceNoticeIssued::default()
    };
    Event::AdvanceNoticeIssued(issued)
}

fn in_ostersund() -> Event {
    let address = pb::Address { municipality: Some("Östersund".into()), ..pb::Address::default() };
    Event::FactStated(pb::FactStated { value: Some(Fact::Address(address)), ..pb::FactStated::default() })
}

fn issue(picture: &Picture, decision: &Decision, owner: &str, earlier: &[Earlier]) -> Result<Alert, NotIssued> {
    let incident = picture.incident("i1").ok_or(NotIssued::NotOpen)?;
    let alert = outbound::alert(incident, decision, owner, earlier, &settings(), NOW_MS / 1000)?;
    assert_eq!(cap::read(cap::write(&alert).as_bytes()).as_ref(), Ok(&alert), "what is issued is valid");
    Ok(alert)
}

#[test]
fn a_notice_goes_out_with_codes_of_its_place_and_as_what_it_is() {
    let picture = seen(false, vec![notice(), in_ostersund()]);
    let alert = issue(&picture, &Decision::default(), "lansstyrelsen-z", &[]).unwrap();
    assert_eq!((alert.status.as_str(), alert.msg_type.as_str(), alert.scope.as_str()), ("Actual", "Alert", "Public"));
    let codes: Vec<String> =
        alert.info[0].area[0].geocode.iter().map(|code| format!("{} {}", code.value_name, code.value)).collect();
    assert_eq!(codes, ["Kommun 2380", "Län 23"]);
    assert_eq!((alert.info[0].category[0].as_str(), alert.info[0].urgency.as_str()), ("CBRNE", "Expected"));
    assert!(!alert.identifier.contains("i1"), "the incident's own id stays inside");
    let exercise = issue(
        &seen(true, vec![notice(), in_ostersund()]),
        &Decision { test: true, ..Decision::default() },
        "lansstyrelsen-z",
        &[],
    );
    assert_eq!(exercise.unwrap().status, "Exercise", "an exercise is one whatever is said");
    let drawn = Decision { polygon: Polygon::drawn("63,14 64,14 64,15"), ..Decision::default() };
    let outline = issue(&seen(false, vec![notice()]), &drawn, "lansstyrelsen-z", &[]).unwrap();
    assert_eq!(
        outline.info[0].area[0].polygon[0].written(),
        "63.00000,14.00000 64.00000,14.00000 64.00000,15.00000 63.00000,14.00000"
    );
}

#[test]
fn updates_and_cancellations_refer_to_what_stands() {
    let picture = seen(false, vec![notice(), in_ostersund()]);
    let mut earlier: Vec<Earlier> = Vec::new();
    let mut sent = |decision: &Decision| {
        let alert = issue(&picture, decision, "lansstyrelsen-z", &earlier).unwrap();
        let reference = cap::Reference { sender: alert.sender, identifier: alert.identifier, sent: alert.sent.written };
        earlier.push(Earlier { reference, msg_type: alert.msg_type.clone(), status: alert.status });
        (alert.msg_type, alert.references.len())
    };
    let (go_on, over) = (Decision::default(), Decision { cancel: true, ..Decision::default() });
    assert_eq!(sent(&go_on), ("Alert".to_owned(), 0));
    assert_eq!(sent(&go_on), ("Update".to_owned(), 1));
    assert_eq!(sent(&over), ("Cancel".to_owned(), 2));
    assert_eq!(sent(&go_on), ("Alert".to_owned(), 0), "after a cancellation it begins anew");
    assert_eq!(issue(&picture, &over, "lansstyrelsen-z", &[]), Err(NotIssued::NothingToCancel));
}

#[test]
fn nothing_goes_out_that_is_not_open_not_ones_own_or_nowhere() {
    let open = seen(false, vec![notice(), in_ostersund()]);
    assert_eq!(issue(&open, &Decision::default(), "polis-nord", &[]), Err(NotIssued::NotOwner));
    assert_eq!(
        issue(&seen(false, vec![in_ostersund()]), &Decision::default(), "lansstyrelsen-z", &[]),
        Err(NotIssued::NotOpen)
    );
    assert_eq!(issue(&Picture::default(), &Decision::default(), "lansstyrelsen-z", &[]), Err(NotIssued::NotOpen));
    assert_eq!(
        issue(&seen(false, vec![notice()]), &Decision::default(), "lansstyrelsen-z", &[]),
        Err(NotIssued::NoPlace)
    );
    let hazard = Decision { hazard: Some("h1".into()), ..Decision::default() };
    assert_eq!(issue(&open, &hazard, "lansstyrelsen-z", &[]), Err(NotIssued::NotOpen));
    let reported = pb::HazardReported {
        hazard_id: Some("h1".into()),
        hazard: Some(pb::Hazard {
            what: Some("Ammoniak".into()),
            un_number: Some(1005),
            stand_off_m: Some(800),
            ..Default::default()
        }),
        location: Some(pb::GeoPoint { latitude: Some(63.17), longitude: Some(14.68), accuracy_m: None }),
    };
    let alert = issue(&seen(false, vec![Event::HazardReported(reported)]), &hazard, "lansstyrelsen-z", &[]).unwrap();
    assert_eq!(alert.info[0].area[0].circle[0].written(), "63.17000,14.68000 0.800");
    assert_eq!(alert.info[0].description.as_deref(), Some("Ammoniak. UN 1005. Håll minst 800 meters avstånd."));
    assert!(alert.info[0].expires.is_some());
}
