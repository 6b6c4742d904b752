//! Events as documents: characters, encodings, what stands in comments and CDATA, and files as `decode` takes them.

use std::process::Output;

use samband_gateway::{
    cot::{
        CotError,
        frame::stream_frame,
        protobuf::{self, CotEvent, TakMessage},
        xml_form,
    },
    xml::{self, XmlError},
};
use serde_json::{Value, json};

use super::{HEAD, POINT, event};

fn remarks(inside: &str) -> Result<Value, CotError> {
    event(HEAD, POINT, &format!("<remarks>{inside}</remarks>")).map(|read| read.to_json()["remarks"]["text"].clone())
}

#[test]
fn a_reference_to_no_character_is_refused() {
    let refused = Err(CotError::Xml(XmlError::Reference { line: 2 }));
    for none in ["&#xD800;", "&#xdfff;", "&#x110000;", "&#55296;", "&#4294967295;"] {
        assert_eq!(remarks(&format!("a{none}b")), refused, "{none}");
        let attribute = event(HEAD, POINT, &format!("<contact callsign=\"a{none}\"/>"));
        assert_eq!(attribute.map(|_| Value::Null), refused, "{none}");
        let after = format!("<!-- &#xD800; --><![CDATA[&#xD800;]]><?p &#xD800;?>{none}");
        assert_eq!(remarks(&after), refused, "{none}");
        let fragment = protobuf::Detail { xml_detail: format!("<remarks>{none}</remarks>"), ..Default::default() };
        let message = CotEvent { detail: Some(fragment), ..CotEvent::from_event(&event(HEAD, POINT, "").unwrap()) };
        assert_eq!(message.to_event().map(|_| Value::Null), Err(XmlError::Reference { line: 1 }.into()), "{none}");
    }
    for malformed in ["&#;", "&#x;", "&#xFFFFFFFFFF;", "&#12", "&#1;", "&#xFFFE;", "&# 65;", "<!-- &#xD800;"] {
        assert!(matches!(remarks(malformed), Err(CotError::Xml(XmlError::Syntax { .. }))), "{malformed}");
    }
    assert_eq!(remarks("&#228;&#xE4;&#x1F525;&#x10FFFF;").unwrap(), json!("ää🔥\u{10FFFF}"));
    assert_eq!(remarks("<!-- &#xD800; --><![CDATA[&#xD800;]]>").unwrap(), json!("&#xD800;"));
}

#[test]
fn a_document_type_is_one_only_where_the_grammar_has_it() {
    for dtd in ["<!DOCTYPE event>", "<!-- x --> <!DOCTYPE event [<!ENTITY a \"b\">]>"] {
        let read = xml_form::read(format!("<?xml version=\"1.0\"?>{dtd}<event {HEAD}>{POINT}</event>").as_bytes());
        assert_eq!(read, Err(XmlError::Dtd.into()));
    }
    assert!(matches!(remarks("<!DOCTYPE event>"), Err(CotError::Xml(XmlError::Syntax { .. }))));
    assert_eq!(remarks("<!-- <!DOCTYPE x> --><![CDATA[<!DOCTYPE x>]]>").unwrap(), json!("<!DOCTYPE x>"));
}

#[test]
fn a_document_is_read_in_the_encoding_it_declares() {
    let text = |encoding: &str| {
        format!(
            "<?xml version='1.0' encoding=\"{encoding}\"?><event {HEAD}>{POINT}<detail><remarks>Åäö</remarks></detail></event>"
        )
    };
    let latin = |encoding: &str| -> Vec<u8> { text(encoding).chars().map(|c| u8::try_from(c).unwrap()).collect() };
    let says = |bytes: &[u8]| xml_form::read(bytes).map(|read| read.to_json()["remarks"]["text"].clone());
    for encoding in ["ISO-8859-1", "iso-8859-15", "Windows-1252"] {
        assert_eq!(says(&latin(encoding)), Ok(json!("Åäö")), "{encoding}");
    }
    let of_octet = |encoding: &str, octet: u8| -> String {
        let octets = latin(encoding).into_iter().map(|held| if held == 0xC5 { octet } else { held });
        says(&octets.collect::<Vec<u8>>()).unwrap().as_str().unwrap().chars().next().unwrap().to_string()
    };
    assert_eq!(of_octet("ISO-8859-1", 0x80), "\u{80}", "octet for octet");
    assert_eq!(of_octet("Windows-1252", 0x80), "€");
    assert_eq!(of_octet("ISO-8859-15", 0xA4), "€");
    for encoding in ["UTF-8", "utf-8", "US-ASCII"] {
        assert_eq!(says(text(encoding).as_bytes()), Ok(json!("Åäö")), "{encoding}");
    }
    let wide = |to: fn(u16) -> [u8; 2]| -> Vec<u8> {
        format!("\u{FEFF}{}", text("UTF-16")).encode_utf16().flat_map(to).collect()
    };
    assert_eq!(says(&wide(u16::to_le_bytes)), Ok(json!("Åäö")));
    assert_eq!(says(&wide(u16::to_be_bytes)), Ok(json!("Åäö")));
    assert_eq!(says(&wide(u16::to_le_bytes)[..101]), Err(XmlError::NotUtf16.into()), "half a character");
    assert_eq!(says(text("UTF-16").as_bytes()), Err(XmlError::NotUtf16.into()), "it cannot be");
    assert_eq!(says(text("ISO-2022-JP").as_bytes()), Err(XmlError::Encoding.into()));
    assert_eq!(says(&latin("UTF-8")), Err(XmlError::NotUtf8.into()));
}

#[test]
fn markup_in_a_text_keeps_its_place() {
    assert_eq!(remarks("a<b>c</b>d").unwrap(), json!("acd"));
    assert_eq!(remarks("<b/>å<b>ä<i>ö</i>e</b>f<b>g</b>").unwrap(), json!("åäöefg"));
    let read = event(HEAD, POINT, "<remarks>a<b>c</b>d</remarks>").unwrap();
    assert_eq!(read.detail("remarks").unwrap().to_xml(), "<remarks>a<b>c</b>d</remarks>");
    assert_eq!(xml_form::read(xml_form::write(&read).as_bytes()), Ok(read));
    // An element that is moved elsewhere, to a shorter text or into the middle of a character.
    let moved = |after, text: &str| xml::Element {
        children: vec![xml::Element { after, ..xml::Element::new("b").with_text("c") }],
        ..xml::Element::new("a").with_text(text)
    };
    assert_eq!(moved(9, "text").all_text(), "ctext");
    assert_eq!(moved(1, "åå").to_xml(), "<a><b>c</b>åå</a>");
}

#[test]
fn attributes_and_numbers_of_others_do_no_harm() {
    let head =
        format!("{HEAD} access=\"u\" vendor=\"v\" contact=\"evil\" emergency=\"e\" links=\"l\" takControl=\"t\"");
    let read = event(&head, POINT, "").unwrap().to_json();
    assert_eq!((&read["access"], &read["vendor"], &read["links"]), (&json!("u"), &json!("v"), &json!([])));
    let others = json!({ "contact": "evil", "emergency": "e", "links": "l", "takControl": "t" });
    assert_eq!(read["other_attributes"], others);
    assert!(!read.contains_key("contact") && !read.contains_key("emergency") && !read.contains_key("takControl"));

    let track = event(HEAD, POINT, "<track course=\"INF\" speed=\"NaN\" slope=\"steep\"/>").unwrap();
    let said = json!({ "course": null, "speed": null, "slope": "steep" });
    assert_eq!(track.to_json()["track"], said);
    let typed = protobuf::Track { course: f64::NEG_INFINITY, speed: f64::NAN };
    let detail = protobuf::Detail { track: Some(typed), ..Default::default() };
    let message = CotEvent { detail: Some(detail), ..CotEvent::from_event(&event(HEAD, POINT, "").unwrap()) };
    assert_eq!(message.to_event().unwrap().to_json()["track"], json!({ "course": null, "speed": null }));
}

fn decode(kind: &str, input: &[u8]) -> Output {
    crate::cli::run(&["decode", kind, "--compact", "-"], input)
}

/// What stands under the key in each line.
fn told(output: &Output, key: &str) -> Vec<Value> {
    let lines = std::str::from_utf8(&output.stdout).unwrap().lines();
    lines.map(|line| serde_json::from_str::<Value>(line).unwrap()[key].clone()).collect()
}

#[test]
fn a_file_with_one_event_is_a_document_and_one_with_more_a_stream() {
    let of = |detail: &str, end: &str| format!("<event {HEAD}>{POINT}<detail>{detail}</detail>{end}");
    for detail in ["<a/>", "<!-- </event> --><a/>", "<a><![CDATA[</event>]]></a>"] {
        for end in ["</event>", "</event >", "</event\n>\n<!-- end -->"] {
            let output = decode("cot", of(detail, end).as_bytes());
            assert_eq!(output.status.code(), Some(0), "{detail} {end}");
            assert_eq!(told(&output, "detail_children"), [json!(["a"])]);
        }
    }
    let two = format!("\0{0}\n\0{0}\0", of("", "</event>"));
    assert_eq!(told(&decode("cot", two.as_bytes()), "uid"), [json!("U-1"), json!("U-1")]);
    for refused in ["", "event", "<event></event>", "<!DOCTYPE event><event/>", &of("", "</event>x"), &of("", "")] {
        let output = decode("cot", refused.as_bytes());
        assert_eq!(output.status.code(), Some(65), "{refused}");
        assert!(!output.stderr.is_empty());
    }
}

#[test]
fn zeros_after_a_datagram_are_none_of_the_message() {
    let message = TakMessage::of(&event(HEAD, POINT, "").unwrap());
    let datagram = [&[0xBF, 1], &stream_frame(&message)[..1], &prost::Message::encode_to_vec(&message)].concat();
    for (after, code) in [(&b""[..], 0), (b"\0", 0), (b"\0\0", 0), (b"\0x", 65), (&[0; 99], 65)] {
        let output = decode("tak", &[&datagram, after].concat());
        assert_eq!(output.status.code(), Some(code), "{after:?}");
        assert_eq!(told(&output, "uid").len(), usize::from(code == 0));
    }
    let twice = [&datagram[..], &datagram].concat();
    assert_eq!(decode("tak", &twice).status.code(), Some(65), "a file has one datagram");
}
