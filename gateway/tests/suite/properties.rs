//! Whatever comes in: no panic, a bounded answer, the same answer for the same text.

use proptest::prelude::*;
use samband_gateway::inbox::Inbox;
use samband_gateway::sos::{MAX_BYTES, TextAlarm, check_text, decode};

/// Pieces that alarms are made of, to get past the first line of the decoder.
const PIECES: &[&str] = &[
    "8123401",
    "1:18:6546",
    "Brand i byggnad",
    "Annat",
    "",
    "Bärvägen 3",
    "Granby",
    "X10",
    "E14",
    "251-1210",
    "RAPS-12",
    "Händelsebeskrivning : ",
    "Adress : ",
    "R_HT-text 1 : ",
    "PositionWGS84 : ",
    "La = 59º 22,267'N",
    "Lo = 016º 31,964'E",
    "Radiogruppsnamn : ",
    "Stationskod :",
    "Okänt fält : ",
    "LARM Granby RIB",
    "Från Granby",
    "From: x",
    "\u{FFFD}",
    ":",
    "=",
    "\t",
    "|",
    ",",
    "-",
    "º",
    "’",
    "Ö",
    "9999999999",
    "\u{FEFF}",
    "\r",
    "\u{85}",
];

fn assembled() -> impl Strategy<Value = String> {
    let piece = prop_oneof![4 => proptest::sample::select(PIECES).prop_map(str::to_owned), 1 => "\\PC{0,12}"];
    let glue = proptest::sample::select(&["\n", "\n", "\n", " ", "", "\r\n"][..]);
    proptest::collection::vec((piece, glue), 0..40)
        .prop_map(|pieces| pieces.into_iter().map(|(piece, glue)| piece + glue).collect())
}

fn size(alarm: &TextAlarm) -> usize {
    serde_json::to_string(alarm).unwrap().len() + alarm.extra.values().flatten().map(String::len).sum::<usize>()
}

fn holds(bytes: &[u8]) {
    let alarm = decode(bytes);
    let _ = (format!("{alarm:?}"), check_text(bytes));
    assert!(alarm.raw.len() <= MAX_BYTES);
    // Every line is in the raw text (JSON escapes take at most six bytes), in its field, and for some labels in `extra`.
    assert!(size(&alarm) <= 16 * bytes.len() + 2048, "{} of {}", size(&alarm), bytes.len());
    assert!(alarm.flags.len() <= 16 + 19);
    if let Some(at) = alarm.location {
        assert!(at.lat.abs() <= 90.0 && at.lon.abs() <= 180.0);
    }
    let again = decode(alarm.raw.as_bytes());
    let mut alarm = alarm;
    if !again.flags.contains("too_long") {
        alarm.flags.remove("too_long");
    }
    assert!(alarm == again, "{:?} {:?}", alarm.raw, again.raw);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        holds(&bytes);
    }

    #[test]
    fn any_text(text in "(\\PC|\n|:){0,300}") {
        holds(text.as_bytes());
    }

    #[test]
    fn anything_like_an_alarm(text in assembled()) {
        holds(text.as_bytes());
    }

    #[test]
    fn anything_like_an_alarm_in_windows_1252(text in assembled()) {
        let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(0x93)).collect();
        holds(&bytes);
    }
}

#[test]
fn the_work_is_bounded_whatever_is_repeated() {
    for piece in PIECES.iter().copied().chain([
        "a : ",
        "A : b\n",
        "RAPS-1,",
        "1,",
        "La =",
        "Lo1\n",
        "X10\n",
        " ",
        "\n",
        "\n\n",
        "From: x\n",
    ]) {
        if !piece.is_empty() {
            holds(piece.repeat(MAX_BYTES / piece.len()).as_bytes());
            let half = " ".repeat(MAX_BYTES / 2) + &piece.repeat(MAX_BYTES / 2 / piece.len());
            holds(half.as_bytes());
        }
    }
}

#[test]
fn what_is_shared_between_threads_can_be() {
    fn sendable<T: Send + Sync>() {}
    sendable::<TextAlarm>();
    sendable::<Inbox>();
}
