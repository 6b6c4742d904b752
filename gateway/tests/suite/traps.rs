//! What goes wrong in real texts.

use samband_gateway::sos::{MAX_BYTES, NotText, check_text, decode, is_known_type};
use serde_json::{Value, json};

use crate::support::{check, latin1};

type Row = (&'static str, &'static str, fn() -> Value);

const TABLE: &[Row] = &[
    (
        "labels in any case and spacing",
        "händelsebeskrivning:Rök\nADRESS  :  Bärvägen 3\nposition  wgs84 :\nTALGRUPP:RAPS-1",
        || json!({"description": "Rök", "address": "Bärvägen 3", "talkgroups": ["RAPS-1"]}),
    ),
    (
        "a colon in a description is no label",
        "8123401\nAnnat\n\n\nHändelsebeskrivning : Kod till port: 1234\nOBS: hund\nkl 12:30 ring igen\nBärvägen 3\nGranby\nX10",
        || {
            json!({
                "description": "Kod till port: 1234\nOBS: hund\nkl 12:30 ring igen", "address": "Bärvägen 3", "station": "X10",
            })
        },
    ),
    (
        "everyday words in a description are no labels",
        "Händelsebeskrivning : Patienten har nyckel: under mattan, Namn: okänt\nAdress : Bärvägen 3",
        || json!({"description": "Patienten har nyckel: under mattan, Namn: okänt", "address": "Bärvägen 3"}),
    ),
    (
        "an unknown label is kept and named",
        "8123401\nAnnat\n\n\nBärvägen 3\nGranby\nX10\nVäder nu : snö\nVäder nu : mer snö",
        || {
            json!({
                "flags": ["no_location", "unknown_field:väder_nu"], "extra": {"väder_nu": ["snö", "mer snö"]},
            })
        },
    ),
    (
        "a repeated field counts once",
        "Ärendenr : 8123401\nAdress : Bärvägen 3\nAdress : bärvägen 3\nTalgrupp : RAPS-1\nTalgrupp : RAPS-1, RAPS-2",
        || json!({"address": "Bärvägen 3", "talkgroups": ["RAPS-1", "RAPS-2"], "flags": ["no_location", "no_type"], "extra": {}}),
    ),
    (
        "a repeated field that differs is kept beside the first",
        "Ärendenr : 8123401\nÄrende : 8123402\nAdress : Bärvägen 3\nAdress : Tallgatan 1\nOrt : Granby\nSamhälle : Talby\nStationskod : X10\nStationskod : X11",
        || {
            json!({
                "case": "8123401", "address": "Bärvägen 3", "city": "Granby", "station": "X10",
                "flags": [
                    "conflicting_address", "conflicting_case", "conflicting_city", "conflicting_station", "no_location", "no_type",
                ],
                "extra": {"case": ["8123402"], "address": ["Tallgatan 1"], "city": ["Talby"], "station": ["X11"]},
            })
        },
    ),
    (
        "an empty field is no value",
        "8123401\nAnnat\n--\n--\nHändelsebeskrivning : \nBärvägen 3\n-\nX10\nRadiogruppsnamn : -",
        || json!({"types": ["Annat"], "city": null, "talkgroups": [], "description": null, "station": "X10"}),
    ),
    (
        "a road is no station",
        "8123401\nTrafikolycka - singel\nBil\nÖvrigt\nHändelsebeskrivning : I diket\nE14\nX10",
        || json!({"address": "E14", "station": "X10", "city": null}),
    ),
    (
        "a road without a code either",
        "8123401\nTrafikolycka - singel\nBil\nÖvrigt\nHändelsebeskrivning : I diket\nE14\n\nPositionWGS84 : ",
        || json!({"address": "E14", "station": null}),
    ),
    (
        "a type is no street",
        "8123401\nHinder på väg\nPå järnvägen\nTräd\nBärvägen 3\nGranby\nX10",
        || json!({"types": ["Hinder på väg", "På järnvägen", "Träd"], "address": "Bärvägen 3"}),
    ),
    (
        "the station code on the line below its label",
        "8123401\nAnnat\n\n\nBärvägen 3\nGranby\n\nStationskod :\nX10",
        || json!({"address": "Bärvägen 3", "city": "Granby", "station": "X10"}),
    ),
    (
        "the address after another label",
        "8123401\nAnnat\n\n\nLarmkategori namn : Storm\nBärvägen 3\nGranby\nX10\nHändelsebeskrivning : Träd",
        || json!({"address": "Bärvägen 3", "city": "Granby", "station": "X10", "description": "Träd"}),
    ),
    (
        "a mail relay doubled the line breaks",
        "8123401\n\nAnnat\n\nHjälp\n\nMer\n\nHändelsebeskrivning : Rök\n\nBärvägen 3\n\nGranby\n\nX10\n",
        || json!({"types": ["Annat", "Hjälp", "Mer"], "address": "Bärvägen 3", "city": "Granby", "station": "X10"}),
    ),
    (
        "labels divided by bars and tabs",
        "Ärendenr: 8123401 | Adress: Bärvägen 3 | Ort: Granby\tTalgrupp: RAPS-1",
        || json!({"case": "8123401", "address": "Bärvägen 3", "city": "Granby", "talkgroups": ["RAPS-1"]}),
    ),
    (
        "talkgroup names are kept as they are",
        "Adress : Bärvägen 3\nTalgrupp : VGöt  RAPS 60,251 RtjIns60; NOSE EM / CO 2,4 + Hall RAPS 1-10",
        || json!({"talkgroups": ["VGöt RAPS 60", "251 RtjIns60", "NOSE EM", "CO 2,4", "Hall RAPS 1-10"]}),
    ),
    (
        "a talkgroup below its label",
        "8123401\nAnnat\n\n\nBärvägen 3\nGranby\nX10\nRadiogruppsnamn : RAPS-1\nSamvFlyg-3\n",
        || json!({"talkgroups": ["RAPS-1", "SamvFlyg-3"], "description": null}),
    ),
    (
        "a greeting before labelled fields is no type",
        "Larm till Granby\nAdress : Bärvägen 3\nR_HT-text 2 : Villa\nR_HT-text 1 : Soteld\nFritext : Rök",
        || {
            json!({"types": ["Soteld", "Villa"], "description": "Rök", "extra": {
                "free_text": ["Rök"], "terminal_text": ["Villa", "Soteld"], "unplaced": ["Larm till Granby"],
            }})
        },
    ),
    (
        "no labels, no sense",
        "hej",
        || json!({"types": ["hej"], "flags": ["no_address", "no_case_number", "no_location", "unknown_type"]}),
    ),
];

#[test]
fn every_trap_is_passed() {
    for (name, text, expected) in TABLE {
        check(name, text.as_bytes(), &expected());
    }
}

#[test]
fn case_numbers_in_every_form() {
    let flags = |usual: bool| {
        if usual { json!(["no_location", "no_type"]) } else { json!(["no_location", "no_type", "unusual_case_number"]) }
    };
    for (written, case, usual) in [
        ("Ärendenr : 8123401", "8123401", true),
        ("ÄRENDENUMMER: 812340", "812340", true),
        ("Ärende : 1:18:6546", "1:18:6546", true),
        ("SOS-ärendenr : 20240102-12345", "20240102-12345", true),
        ("SOS ärendenummer : 2024-01-02 12345", "2024-01-02 12345", true),
        ("Ärende : 8123401 (Granby)", "8123401", true),
        ("Ärendenr : ABC/1", "ABC/1", false),
        ("1:18:6546", "1:18:6546", true),
        ("Ärende 8123401", "8123401", true),
        ("SOS ärendenr 8123401", "8123401", true),
    ] {
        let text = format!("{written}\nAdress : Bärvägen 3");
        check(written, text.as_bytes(), &json!({"case": case, "flags": flags(usual)}));
    }
}

#[test]
fn types_are_known_however_they_are_written() {
    for known in [
        "Brand ute – container",
        "BRAND UTE - CONTAINER",
        "röklukt–byggnad",
        "eCall utan talkontakt",
        "Olyckor (Trauma)",
    ] {
        assert!(is_known_type(known), "{known}");
    }
    for unknown in ["", "Skoterolycka", "Brand", "Brand i byggnader"] {
        assert!(!is_known_type(unknown), "{unknown}");
    }
}

#[test]
fn two_encodings_in_one_text() {
    let mut bytes = "Adress : Bärvägen 3\nOrt : ".as_bytes().to_vec();
    bytes.extend(latin1("Östby\n"));
    bytes.extend(b"Fritext : \x93citat\x94 \x80");
    check("mixed", &bytes, &json!({"address": "Bärvägen 3", "city": "Östby", "description": "“citat” €"}));
}

#[test]
fn control_characters_do_not_reach_a_terminal() {
    let alarm =
        check("escape", b"Adress : \x1b[31mB\x07 3\0\n", &json!({"address": "\u{FFFD}[31mB\u{FFFD} 3\u{FFFD}"}));
    assert!(alarm.flags.contains("bad_characters"));
    assert!(!alarm.raw.chars().any(|c| c.is_control() && c != '\n'));
}

#[test]
fn encoded_mail_is_flagged() {
    let text = "From: a@larm.example\nContent-Transfer-Encoding: Quoted-Printable\n\n8123401\nAnnat\n";
    assert!(decode(text.as_bytes()).flags.contains("encoded_mail"));
}

#[test]
fn a_long_text_is_read_as_far_as_the_limit() {
    for filler in ["a", "å", "€", "a\n", "Okänd : b\n"] {
        let text = format!("8123401\nAnnat\n\n\nHändelsebeskrivning : {}", filler.repeat(MAX_BYTES));
        for bytes in [text.clone().into_bytes(), text.chars().map(|c| if c == '€' { 0x80 } else { c as u8 }).collect()]
        {
            let alarm = decode(&bytes);
            assert_eq!(alarm.case.as_deref(), Some("8123401"), "{filler}");
            assert!(alarm.flags.contains("too_long") && !alarm.flags.contains("bad_characters"), "{filler} {alarm:?}");
            assert!(alarm.raw.len() <= MAX_BYTES);
        }
    }
}

#[test]
fn unknown_labels_are_listed_up_to_a_limit() {
    let text: String = ('A'..='Z').map(|c| format!("Okänd {c} : x\n")).collect();
    let alarm = decode(text.as_bytes());
    assert_eq!(alarm.flags.iter().filter(|flag| flag.starts_with("unknown_field:")).count(), 16);
    assert!(alarm.flags.contains("more_unknown_fields"));
    assert_eq!(alarm.extra.len(), 26);
}

#[test]
fn debug_shows_no_content() {
    let text = "8123401\nAnnat\n\n\nHändelsebeskrivning : Hemligt\nBärvägen 3\nGranby\nX10\nEva Ek : sjuk\nNyckel : 77";
    let shown = format!("{:?}", decode(text.as_bytes()));
    for secret in ["8123401", "Annat", "Hemligt", "Bärvägen", "Granby", "X10", "Eva", "eva", "sjuk", "77"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    assert!(shown.contains("unknown_field") && shown.contains("no_location"), "{shown}");
}

#[test]
fn what_is_no_text_at_all() {
    assert_eq!(check_text(b""), Err(NotText::Empty));
    assert_eq!(check_text("\u{FEFF} \r\n\t".as_bytes()), Err(NotText::Empty));
    assert_eq!(check_text(&[0; 64]), Err(NotText::Binary));
    assert_eq!(check_text(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10"), Err(NotText::Binary));
    assert_eq!(check_text("?! º".as_bytes()), Err(NotText::Binary));
    assert_eq!(check_text(b"Brand"), Ok(()));
    assert_eq!(check_text(b"8123401\n\0"), Ok(()));
}
