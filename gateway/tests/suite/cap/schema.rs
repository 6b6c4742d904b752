//! What the schema of CAP 1.2 and its prose refuse, beyond names and order.

use super::*;

fn with(from: &str, to: &str) -> Result<Alert, CapError> {
    let info = format!("<language>sv-SE</language>{INFO}");
    let whole = alert(&format!("{HEAD}{KIND}<info>{info}<area>{AREA}<altitude>1</altitude></area></info>"));
    assert!(whole.contains(from), "{from}");
    cap::read(whole.replacen(from, to, 1).as_bytes())
}

#[test]
fn times_are_of_the_form_and_exist() {
    let sent = |time: &str| with("2026-11-26T10:00:00+01:00", time).map(|alert| alert.sent.seconds);
    let at = 1_795_683_600;
    for (time, seconds) in [
        ("2026-11-26T10:00:00+01:00", at),
        ("2026-11-26T09:00:00-00:00", at),
        ("2026-11-26T23:00:00+14:00", at),
        (" 2026-11-26T24:00:00+14:00 ", at + 3600),
    ] {
        assert_eq!(sent(time), Ok(seconds), "{time}");
    }
    for refused in [
        "2026-11-26T10:00:00+14:01",
        "2026-11-26T10:00:00-15:00",
        "2026-11-26T10:00:00+01:60",
        "2026-11-26T10:00:60+01:00",
        "2026-11-26T24:00:01+01:00",
        "2026-11-26T10:00:00,01:00",
        "2026-11-26T10:00:00Z",
        "2026-11-26T10:00:00.0+01:00",
        "0000-11-26T10:00:00+01:00",
    ] {
        assert_eq!(sent(refused), Err(CapError::Value("sent")), "{refused}");
    }
}

#[test]
fn a_signature_ends_the_message() {
    let signature = "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/>";
    assert!(with("</alert>", &format!("{signature}\n</alert>")).unwrap().signature);
    for early in ["<identifier>", "<sender>", "<info>"] {
        assert_eq!(with(early, &format!("{signature}{early}")).map(drop), Err(CapError::AfterSignature), "{early}");
    }
    assert_eq!(with("<language>", &format!("{signature}<language>")).map(drop), Err(CapError::Unknown("info")));
}

#[test]
fn between_elements_there_is_only_white_space() {
    assert!(with("<sender>", " \r\n\t<!-- a --><sender>").is_ok());
    for (before, parent) in [("<sender>", "alert"), ("<language>", "info"), ("<altitude>", "area")] {
        for text in ["loose", "\u{A0}", "<![CDATA[x]]>"] {
            assert_eq!(with(before, &format!("{text}{before}")).map(drop), Err(CapError::Text(parent)), "{text}");
        }
    }
}

#[test]
fn values_are_of_their_types() {
    for tag in ["sv", "en-US", "i-klingon", " sv ", "zh-Hant-TW", "de-1996"] {
        assert_eq!(with("sv-SE", tag).unwrap().info[0].language, tag.trim());
    }
    for tag in ["svenska språket", "sv_SE", "1v", "sv-", "abcdefghi", "sv--SE", "", "på"] {
        assert_eq!(with("sv-SE", tag).map(drop), Err(CapError::Value("language")), "{tag}");
    }
    let feet = |written: &str| with(">1<", &format!(">{written}<")).map(|alert| alert.info[0].area[0].altitude);
    for (written, value) in [("1.5", 1.5), ("-3", -3.0), ("+.5", 0.5), ("7.", 7.0), (" 8 ", 8.0)] {
        assert_eq!(feet(written), Ok(Some(value)), "{written}");
    }
    for written in ["1e3", "INF", "NaN", "0x1", "1,5", "", "."] {
        assert_eq!(feet(written), Err(CapError::Value("altitude")), "{written}");
    }
    for (value, name) in [("Actual", "status"), ("Public", "scope"), ("Severe", "severity"), ("Fire", "category")] {
        for spaced in [format!(" {value}"), format!("{value}\n")] {
            assert_eq!(with(&format!(">{value}<"), &format!(">{spaced}<")).map(drop), Err(CapError::Value(name)));
        }
    }
}

#[test]
fn a_message_about_messages_names_them() {
    let references = "<references>s@x.se,A-0,2026-11-26T09:00:00+01:00</references>";
    for kind in ["Update", "Cancel", "Ack", "Error"] {
        let head = format!("{HEAD}{}", KIND.replace("Alert", kind));
        let read = |inside: &str| cap::read(alert(&format!("{head}{inside}")).as_bytes());
        for none in ["", "<references/>", "<references> </references>"] {
            assert_eq!(read(none), Err(CapError::Missing("references")), "{kind} {none}");
        }
        assert_eq!(read(references).unwrap().msg_type, kind);
    }
    assert!(cap::read(alert(&format!("{HEAD}{KIND}{references}")).as_bytes()).is_ok());
}

#[test]
fn json_is_read_with_more_patience() {
    let update = json!([{
        "identifier": "SR1", "sender": "sr", "sent": "2026-11-26T10:00:00+01:00", "status": " Actual", "msgType": "Update",
        "scope": "Public", "references": "", "info": [{
            "language": "", "category": "Safety", "event": "VMA", "urgency": "Immediate", "severity": "Severe",
            "certainty": "Observed ", "expires": "",
        }],
    }]);
    let read = vma::read(format!("\u{FEFF}{update}").as_bytes()).unwrap();
    assert!(read.refused.is_empty(), "{:?}", read.refused);
    let one = &read.alerts[0];
    assert_eq!((one.status.as_str(), one.references.len(), one.info[0].language.as_str()), ("Actual", 0, "en-US"));
}

#[test]
fn a_message_may_be_in_another_encoding() {
    let text = alert(&format!("{HEAD}{KIND}<note>Åska</note>"));
    let declared = text.replace("version=\"1.0\"", "version=\"1.0\" encoding=\"ISO-8859-1\"");
    let latin: Vec<u8> = declared.chars().map(|c| u8::try_from(c).unwrap()).collect();
    assert_eq!(cap::read(&latin).unwrap().note.as_deref(), Some("Åska"));
    let wide: Vec<u8> = format!("\u{FEFF}{text}").encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(cap::read(&wide).unwrap().note.as_deref(), Some("Åska"));
}
