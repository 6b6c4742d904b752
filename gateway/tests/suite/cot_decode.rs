//! Events of TAK, by table: the same read from XML and from protobuf, how streams are cut, and what is refused.

mod away;
mod documents;
mod times;

use samband_gateway::{
    cot::{
        CotError, EVENT_BYTES_MAX, Event,
        frame::{Cutter, Piece, datagram_payload, stream_frame},
        protobuf::{self, CotEvent, TakMessage},
        xml_form,
    },
    xml::XmlError,
};
use serde_json::json;

const HEAD: &str = "version=\"2.0\" uid=\"U-1\" type=\"a-f-G-U-i-f\" how=\"m-g\" time=\"2026-11-26T10:00:00.5Z\" \
    start=\"2026-11-26T10:00:00Z\" stale=\"2026-11-26T10:05:00Z\"";
const POINT: &str = "<point lat=\"63.17\" lon=\"14.63\" hae=\"9999999.0\" ce=\"12.5\" le=\"999999\"/>";

fn event(head: &str, point: &str, detail: &str) -> Result<Event, CotError> {
    xml_form::read(
        format!("<?xml version=\"1.0\"?>\n<event {head}>{point}<detail>{detail}</detail></event>").as_bytes(),
    )
}

#[test]
fn every_detail_has_its_key() {
    let detail = "<contact callsign=\"Å &amp; Ö\" endpoint=\"*:-1:stcp\"/><__group name=\"Cyan\" role=\"HQ\"/><track course=\"12.5\" speed=\"3.0\"/>\
        <status battery=\"80\" readiness=\"true\"/><takv platform=\"ATAK\" version=\"5\" device=\"x\" os=\"34\"/>\
        <precisionlocation altsrc=\"GPS\" geopointsrc=\"GPS\"/><remarks source=\"a\" to=\"b\">hej <b>du</b> där</remarks>\
        <link uid=\"a\" type=\"b\" relation=\"p-p\"/><link uid=\"c\" type=\"d\" relation=\"p-p\"/>\
        <marti><dest callsign=\"B\"/><dest uid=\"X\"/><dest callsign=\"\"/></marti><emergency type=\"911 Alert\">A 1</emergency>\
        <__chat chatroom=\"raps\" id=\"raps\"><chatgrp uid0=\"a\"/></__chat><other/>";
    let read = event(&format!("{HEAD} opex=\"e\" qos=\"1-r-c\""), POINT, detail).unwrap().to_json();
    let expected = json!({
        "version": "2.0", "opex": "e", "qos": "1-r-c", "uid": "U-1", "type": "a-f-G-U-i-f", "how": "m-g", "time": "2026-11-26T10:00:00.5Z",
        "start": "2026-11-26T10:00:00Z", "stale": "2026-11-26T10:05:00Z",
        "point": { "lat": 63.17, "lon": 14.63, "hae": null, "ce": 12.5, "le": null },
        "contact": { "callsign": "Å & Ö", "endpoint": "*:-1:stcp" }, "group": { "name": "Cyan", "role": "HQ" },
        "track": { "course": 12.5, "speed": 3 }, "status": { "battery": 80, "readiness": "true" },
        "takv": { "platform": "ATAK", "version": "5", "device": "x", "os": "34" },
        "precisionlocation": { "altsrc": "GPS", "geopointsrc": "GPS" }, "remarks": { "source": "a", "to": "b", "text": "hej du där" },
        "links": [{ "uid": "a", "type": "b", "relation": "p-p" }, { "uid": "c", "type": "d", "relation": "p-p" }],
        "marti_dest": [{ "callsign": "B" }, { "uid": "X" }], "emergency": { "type": "911 Alert", "cancel": false, "text": "A 1" },
        "chat": { "chatroom": "raps", "id": "raps", "chatgrp": { "uid0": "a" } },
        "detail_children": ["contact", "__group", "track", "status", "takv", "precisionlocation", "remarks", "link", "link", "marti", "emergency", "__chat", "other"],
    });
    for (key, value) in expected.as_object().unwrap() {
        assert_eq!(&read[key], value, "{key}");
    }
    let cancelled = event(HEAD, POINT, "<emergency cancel=\"true\">A 1</emergency>").unwrap().to_json();
    assert_eq!(cancelled["emergency"], json!({ "type": null, "cancel": true, "text": "A 1" }));
}

#[test]
fn attributes_may_be_in_any_order_and_detail_before_the_point_or_absent() {
    let turned = "<event stale=\"2026-11-26T10:05:00+01:00\" how='h-g-i-g-o' uid='a b' time='2026-11-26T10:00:00.123456789012345Z' \
        start='2026-11-26T10:00:00Z' type='b-m-p-s-m;x' version='2.0'><detail/><point le='1' ce='NaN' hae='-5' lon='-180' lat='90'/></event>";
    let read = xml_form::read(turned.as_bytes()).unwrap();
    assert_eq!((read.point.hae, read.point.ce, read.point.le), (Some(-5.0), None, Some(1.0)));
    assert_eq!(read.time.written, "2026-11-26T10:00:00.123456789012345Z");
    assert!(read.stale.ms < read.start.ms, "an hour east of Greenwich");
    let none = format!("<event {HEAD}>{POINT}</event>");
    assert!(xml_form::read(none.as_bytes()).unwrap().detail.is_empty());
}

#[test]
fn an_attribute_of_a_namespace_is_left_out_and_what_is_relayed_is_well_formed() {
    let detail = "<contact xmlns:a=\"u\" a:x=\"1\" x=\"2\" callsign=\"A\" a:callsign=\"B\"/>";
    let read = event(&format!("{HEAD} xmlns:a=\"u\" a:uid=\"U-2\" a:qos=\"1\""), POINT, detail).unwrap();
    assert_eq!((read.uid.as_str(), read.callsign(), read.other("qos")), ("U-1", Some("A"), None));
    let again = xml_form::read(xml_form::write(&read).as_bytes()).unwrap();
    assert_eq!(again.detail("contact").unwrap().attribute("x"), Some("2"));
}

#[test]
fn what_the_schema_does_not_allow_is_refused() {
    let head = |from: &str, to: &str| event(&HEAD.replace(from, to), POINT, "");
    let point = |from: &str, to: &str| event(HEAD, &POINT.replace(from, to), "");
    let cases: Vec<(Result<Event, CotError>, CotError)> = vec![
        (head("uid=\"U-1\"", ""), CotError::Missing("uid")),
        (head("U-1", " "), CotError::Missing("uid")),
        (head("how=\"m-g\"", ""), CotError::Missing("how")),
        (head("version=\"2.0\"", ""), CotError::Missing("version")),
        (head("a-f-G-U-i-f", "a--f"), CotError::Value("type")),
        (head("a-f-G-U-i-f", "a f"), CotError::Value("type")),
        (head("m-g", "mg-x"), CotError::Value("how")),
        (head("10:00:00.5Z", "10:00Z"), CotError::Value("time")),
        (head("2026-11-26T10:05", "2026-13-26T10:05"), CotError::Value("stale")),
        (point("63.17", "91"), CotError::Value("point.lat")),
        (point("63.17", "NaN"), CotError::Value("point.lat")),
        (point("14.63", "-180.1"), CotError::Value("point.lon")),
        (point("63.17", "north"), CotError::Value("lat")),
        (point("ce=\"12.5\"", ""), CotError::Missing("ce")),
        (event(HEAD, "", ""), CotError::Missing("point")),
        (xml_form::read(b"<events/>"), CotError::NotEvent),
        (xml_form::read(b"<!DOCTYPE event><event/>"), XmlError::Dtd.into()),
        (event(HEAD, POINT, "<remarks>&custom;</remarks>"), XmlError::Entity { line: 2 }.into()),
        (xml_form::read(&vec![b'<'; EVENT_BYTES_MAX + 1]), CotError::TooLong),
    ];
    for (number, (read, expected)) in cases.into_iter().enumerate() {
        assert_eq!(read, Err(expected), "case {number}");
    }
}

#[test]
fn protobuf_says_the_same_as_xml() {
    let detail = "<contact endpoint=\"*:-1:stcp\" callsign=\"ALFA\"/><__group name=\"Cyan\" role=\"HQ\"/><track speed=\"3\" course=\"12.5\"/>\
        <takv device=\"d\" platform=\"p\" os=\"o\" version=\"v\"/><remarks>Åäö &lt;</remarks>";
    let from_xml = event(&format!("{HEAD} opex=\"e\""), POINT, detail).unwrap();
    let message = TakMessage::of(&from_xml);
    let typed = message.cot_event.as_ref().and_then(|event| event.detail.clone()).unwrap();
    assert!(
        typed.contact.is_some() && typed.track.is_some() && typed.xml_detail == "<remarks>Åäö &lt;</remarks>",
        "{typed:?}"
    );
    let back = message.cot_event.as_ref().unwrap().to_event().unwrap();
    let (xml, proto) = (from_xml.to_json(), back.to_json());
    for key in ["uid", "type", "how", "opex", "point", "contact", "group", "track", "takv", "remarks"] {
        assert_eq!(xml[key], proto[key], "{key}");
    }
    assert_eq!((from_xml.time.ms, from_xml.stale.ms), (back.time.ms, back.stale.ms));
}

#[test]
fn an_element_with_more_than_a_message_can_hold_goes_whole_and_the_xml_counts() {
    let contact = "<contact callsign=\"ALFA\" phone=\"070\"/>";
    let message = TakMessage::of(&event(HEAD, POINT, contact).unwrap());
    let detail = message.cot_event.unwrap().detail.unwrap();
    assert_eq!((detail.contact.is_some(), detail.xml_detail.as_str()), (false, contact));
    let both = protobuf::Detail {
        xml_detail: "<contact callsign=\"XML\"/>".into(),
        contact: Some(protobuf::Contact { endpoint: String::new(), callsign: "TYPED".into() }),
        status: Some(protobuf::Status { battery: 7 }),
        ..protobuf::Detail::default()
    };
    let event =
        CotEvent { detail: Some(both), ..CotEvent::from_event(&event(HEAD, POINT, "").unwrap()) }.to_event().unwrap();
    assert_eq!(event.callsign(), Some("XML"));
    assert_eq!(event.to_json()["status"], json!({ "battery": 7 }));
    assert_eq!(event.to_json()["detail_children"], json!(["contact", "status"]));
}

fn pieces(octets: &[u8], at_once: usize) -> Result<Vec<Piece>, CotError> {
    let (mut cutter, mut pieces) = (Cutter::default(), Vec::new());
    for part in octets.chunks(at_once) {
        cutter.push(part);
        while let Some(piece) = cutter.next_piece()? {
            pieces.push(piece);
        }
    }
    Ok(pieces)
}

#[test]
fn a_stream_is_cut_wherever_the_network_cuts_it() {
    let read = event(HEAD, POINT, "").unwrap();
    let (xml, frame) = (xml_form::write(&read), stream_frame(&TakMessage::of(&read)));
    let mut stream = b"<auth><cot username=\"a\" password=\"b\" uid=\"c\"/></auth>".to_vec();
    stream.extend(xml.as_bytes());
    stream.extend(b"\r\n\n");
    stream.extend(xml.as_bytes());
    stream.extend(&frame);
    // A stray octet after each frame, as one server writes it.
    stream.extend([0, 0]);
    stream.extend(&frame);
    for at_once in [1, 7, 64, 100_000] {
        let cut = pieces(&stream, at_once).unwrap();
        let kinds: Vec<&str> = cut
            .iter()
            .map(|piece| match piece {
                Piece::Auth => "auth",
                Piece::Xml(_) => "xml",
                Piece::Frame(_) => "frame",
            })
            .collect();
        assert_eq!(kinds, ["auth", "xml", "xml", "frame", "frame"], "{at_once} at once");
        let Piece::Frame(payload) = &cut[4] else { panic!() };
        assert_eq!(protobuf::read(payload).unwrap(), TakMessage::of(&read));
    }
    assert!(datagram_payload(&[0xBF, 1, 0xBF, 5]).is_some_and(|payload| payload == [5]));
    assert!(datagram_payload(&frame).is_none());
}

#[test]
fn lengths_over_the_limit_are_refused_before_anything_is_held() {
    assert_eq!(pieces(&[0xBF, 0xFF, 0xFF, 0xFF, 0x7F], 1), Err(CotError::TooLong));
    assert_eq!(pieces(&[&[0xBF][..], &[0xFF; 11]].concat(), 1), Err(CotError::Protobuf));
    assert_eq!(pieces(&vec![b'<'; EVENT_BYTES_MAX + 2], 10_000), Err(CotError::TooLong));
    assert_eq!(pieces(b"GET / HTTP/1.1\r\n", 4), Err(CotError::NotEvent));
    assert_eq!(protobuf::read(&[0xFF; 20]), Err(CotError::Protobuf));
}
