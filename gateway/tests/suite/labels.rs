//! Every label of the table is understood, however it is written.

use std::collections::BTreeMap;

use samband_gateway::sos::{decode, known_labels};
use serde_json::{Value, json};

/// Normalised label, how it is written, and where its value must be found: a key of the JSON, or of `extra` (`+key`).
const WRITTEN: &[(&str, &str, &str)] = &[
    ("adress", "R_Adress", "address"),
    ("adressbeskriv", "Adressbeskriv.", "+address_description"),
    ("adressbeskrivning", "R_Adressbeskrivning", "+address_description"),
    ("arende", "Ärende", "case"),
    ("arendenr", "Ärendenr", "case"),
    ("arendenummer", "Ärendenummer", "case"),
    ("fritext", "Fritext", "+free_text"),
    ("handelsebeskrivning", "Händelsebeskrivning", "description"),
    ("htkommentar", "R_HT-kommentar", "+terminal_comment"),
    ("httext1", "R_HT-text 1", "+terminal_text"),
    ("httext2", "R_HT-text__2", "+terminal_text"),
    ("httext3", "R_HT-text 3", "+terminal_text"),
    ("kompletterandekategoritext", "Kompletterande kategoritext", "+category_text"),
    ("larmkategori", "Larmkategori", "+alarm_category"),
    ("larmkategorinamn", "Larmkategori namn", "+alarm_category"),
    ("namn", "Namn", "+name"),
    ("notering", "Notering", "+note"),
    ("nyckel", "R_Nyckel", "+key"),
    ("objekt", "R_Objekt", "+object"),
    ("objektinfo", "Objektinfo", "+object_info"),
    ("objektskort", "Objektskort", "+object_card"),
    ("ort", "Ort", "city"),
    ("plats", "R_Plats", "+place"),
    ("position", "Position", "location"),
    ("positionwgs84", "Position WGS84", "location"),
    ("poswgs84", "R_Pos-WGS84", "location"),
    ("poswsg84", "R_Pos-WSG84", "location"),
    ("presentationsgrupp", "Presentationsgrupp", "+presentation_group"),
    ("radiogruppsnamn", "Radiogruppsnamn", "talkgroups"),
    ("rapsgrupp", "R_RAPS-grupp", "talkgroups"),
    ("samhalle", "R_Samhälle", "city"),
    ("sosarendenr", "SOS-ärendenr", "case"),
    ("sosarendenummer", "SOS ärendenummer", "case"),
    ("stationskod", "Stationskod", "station"),
    ("talgrupp", "Talgrupp", "talkgroups"),
    ("tid", "TID", "+time"),
    ("zon", "R_Zon", "+zone"),
];

fn value(place: &str) -> (&'static str, Value) {
    match place {
        "case" => ("8123409", json!("8123409")),
        "location" => ("59,5 16,5", json!({"lat": 59.5, "lon": 16.5})),
        "talkgroups" => ("RAPS-77", json!(["RAPS-77"])),
        key if key.starts_with('+') => ("Värde 7", json!(["Värde 7"])),
        _ => ("Värde 7", json!("Värde 7")),
    }
}

#[track_caller]
fn found(text: &str, place: &str) -> Value {
    let alarm = decode(text.as_bytes());
    match place.strip_prefix('+') {
        Some(key) => json!(alarm.extra.get(key)),
        None => serde_json::to_value(&alarm).unwrap()[place].clone(),
    }
}

#[test]
fn the_table_of_this_test_is_the_table_of_the_decoder() {
    let tested: BTreeMap<&str, &str> = WRITTEN.iter().map(|(label, _, _)| (*label, *label)).collect();
    let known: BTreeMap<&str, &str> = known_labels().map(|(label, _)| (label, label)).collect();
    assert_eq!(tested, known);
    assert_eq!(known.len(), known_labels().count(), "a label twice");
}

#[test]
fn every_label_is_understood() {
    for (label, written, place) in WRITTEN {
        let (given, expected) = value(place);
        for form in [
            format!("{written} : {given}"),
            format!("{written}: {given}"),
            format!("{written}:{given}"),
            format!("{}\t : {given}", written.to_uppercase()),
            format!("  {} :{given}", written.to_lowercase()),
            format!("{label} : {given}"),
        ] {
            // The label first, last, and between others.
            for text in [
                format!("{form}\nLarmnamn : x\n"),
                format!("8123401\nAnnat\n\n\nKategori nu : x\n{form}"),
                format!("Signal : x\n{form}\nKategori nu : x\n"),
            ] {
                let case = *place == "case" && text.starts_with("8123401");
                let expected = if case { json!("8123401") } else { expected.clone() };
                assert_eq!(found(&text, place), expected, "{text}");
            }
        }
    }
}

#[test]
fn every_label_is_found_in_the_middle_of_a_line() {
    for (_, written, place) in WRITTEN {
        let (given, expected) = value(place);
        for text in [
            format!("Kategori nu : x {written} : {given}"),
            format!("TID: x, {written}: {given}"),
            format!("Kategori nu : x | {written} : {given} | TID : 12:00"),
        ] {
            // There the label itself comes twice.
            if *place == "+time" && text.matches("TID").count() > 1 {
                continue;
            }
            assert_eq!(found(&text, place), expected, "{text}");
        }
    }
}
