//! Times of events: xs:dateTime, and nothing else that a clock could mean.

use samband_gateway::cot::{time::Instant, xml_form};

use super::{HEAD, POINT, event};

#[test]
fn a_time_is_an_xs_date_time() {
    let at = 1_795_700_730_000;
    let cases = [
        ("2026-11-26T13:45:30Z", at),
        (" 2026-11-26T13:45:30Z ", at),
        ("2026-11-26T13:45:30", at),
        ("2026-11-26T13:45:30.1", at + 100),
        ("2026-11-26T13:45:30.1239999999999999999999Z", at + 123),
        ("2026-11-26T14:45:30+01:00", at),
        ("2026-11-26T08:15:30.5-05:30", at + 500),
        ("2026-11-27T03:45:30+14:00", at),
        ("2026-11-26T24:00:00Z", 1_795_737_600_000),
        ("2026-11-27T00:00:00Z", 1_795_737_600_000),
        ("2024-02-29T24:00:00.000+00:00", 1_709_251_200_000),
        ("1970-01-01T00:00:00Z", 0),
        ("1969-12-31T23:59:59.250Z", -750),
        ("9999-12-31T23:59:59Z", 253_402_300_799_000),
        ("0001-01-01T00:00:00Z", -62_135_596_800_000),
    ];
    for (written, ms) in cases {
        let read = Instant::parse(written).unwrap_or_else(|| panic!("{written} is refused"));
        assert_eq!((read.ms, read.written.as_str()), (ms, written.trim()), "{written}");
    }
}

#[test]
fn what_else_looks_like_a_time_is_refused() {
    let bad = "now|2026-11-26|2026-11-26T13:45Z|2026-11-26T13Z|20261126T134530Z|2026-11-26 13:45:30Z|2026-11-26t13:45:30Z|2026-11-26T13:45:30z|\
        2026-11-26T13:45:30,5Z|2026-11-26T13:45:30.Z|2026-11-26T13:45:30.5.5Z|2026-11-26T13:45:30+01|2026-11-26T13:45:30+0100|\
        2026-11-26T13:45:30+01:00:30|2026-11-26T13:45:30+14:01|2026-11-26T13:45:30-15:00|2026-11-26T13:45:30+13:60|2026-11-26T13:45:30Z[UTC]|\
        2026-11-26T13:45:30+01:00[Europe/Stockholm]|2026-11-26T13:45:60Z|2026-11-26T13:60:00Z|2026-11-26T24:00:01Z|2026-11-26T24:00:00.1Z|\
        2026-11-26T25:00:00Z|2026-02-30T13:45:30Z|2023-02-29T00:00:00Z|2026-13-01T00:00:00Z|2026-00-01T00:00:00Z|0000-01-01T00:00:00Z|\
        -0001-11-26T13:45:30Z|+2026-11-26T13:45:30Z|12026-11-26T13:45:30Z|2026-11-26T13:45:30ZZ|2026-11-26T13:45:3０Z|2026-11-26T13:45:30Å";
    for written in bad.split('|') {
        assert_eq!(Instant::parse(written), None, "{written}");
    }
}

#[test]
fn what_others_may_misread_is_told_on_in_utc() {
    let told = |written: &str| Instant::parse(written).unwrap().for_others();
    assert_eq!(told("2026-11-26T13:45:30"), "2026-11-26T13:45:30.000Z");
    assert_eq!(told("2026-11-26T24:00:00+01:00"), "2026-11-26T23:00:00.000Z");
    for kept in ["2026-11-26T13:45:30.123456789Z", "2026-11-26T13:45:30+01:00", "9999-12-31T23:59:59Z"] {
        assert_eq!(told(kept), kept);
    }
    let read = event(&HEAD.replace("10:00:00.5Z", "24:00:00"), POINT, "").unwrap();
    assert_eq!(read.to_json()["time"], "2026-11-26T24:00:00", "as it stood");
    assert!(xml_form::write(&read).contains("time=\"2026-11-27T00:00:00.000Z\""));
    // The last moment there is comes through as protobuf too.
    assert_eq!(Instant::from_ms(253_402_300_799_000).unwrap().written, "9999-12-31T23:59:59.000Z");
    assert_eq!(Instant::from_ms(i64::MAX), None);
}
