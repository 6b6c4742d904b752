//! Location PDUs, by table: what radios send, and what must be refused.

use samband_gateway::{
    bits::{BitString, Writer},
    tetra::lip::{
        self, Additional, Direction, HorizontalVelocity, Lip, LipError, Position, PositionError, ReportType, Request,
        ShortReport, TimeElapsed, Trigger,
    },
};
use serde_json::{Map, Value, json};

fn bits(hex: &str, announced: usize) -> BitString {
    BitString::from_hex(hex, Some(announced)).unwrap()
}

fn json_of(bits: &BitString) -> Map<String, Value> {
    lip::decode(bits).unwrap().to_json()
}

/// Every key of `expected` is in the result, with that value.
fn has(fields: &Map<String, Value>, expected: &Value) {
    for (key, value) in expected.as_object().unwrap() {
        let held = fields.get(key).unwrap_or(&Value::Null);
        match (held.as_f64(), value.as_f64()) {
            (Some(held), Some(value)) => assert!((held - value).abs() < 1e-6, "{key}: {held}, not {value}"),
            _ => assert_eq!(held, value, "{key}"),
        }
    }
}

/// A shape or velocity type, its elements as value and bits, and what is read.
type Case<'a> = (u32, &'a [(u32, usize)], Value);

/// Elements of a long report, as a table reads: value and bits.
fn long(elements: &[(u32, usize)]) -> BitString {
    let mut writer = Writer::default();
    writer.put(0x0A, 8).put(1, 2).put(3, 4);
    for (value, bits) in elements {
        writer.put(*value, *bits);
    }
    writer.finish()
}

#[test]
fn a_receiver_without_a_fix_is_nowhere_however_the_radio_fills_up() {
    for (hex, announced) in
        [("0A30000000000007FFE810", 84), ("0A30000000000007FFE81", 84), ("30000000000007FFE810", 76)]
    {
        let fields = json_of(&bits(hex, announced));
        let expected = json!({
            "kind": "short_location_report", "time_elapsed_raw": 3, "longitude": 0.0, "latitude": 0.0, "position_error_raw": 7,
            "position_error_max_m": null, "velocity_raw": 127, "velocity_kmh": null, "direction_known": false, "no_fix": true,
            "reason_for_sending": 129,
        });
        has(&fields, &expected);
        assert!(lip::decode(&bits(hex, announced)).unwrap().position().is_none());
    }
}

#[test]
fn degrees_are_those_of_other_readers_of_the_standard() {
    // Element vectors that two unrelated readers publish.
    // The first is 0CE6C98 and CA1959 on the air.
    let cases = [
        (13_528_216, -3_532_455, 145.142_012, -37.899_131),
        (3_509_265, 5_194_779, 37.650_328_874_6, 55.733_932_256_7),
    ];
    for (longitude_raw, latitude_raw, longitude, latitude) in cases {
        let position = Position { longitude_raw, latitude_raw };
        assert!((position.longitude() - longitude).abs() < 1e-6, "{}", position.longitude());
        assert!((position.latitude() - latitude).abs() < 1e-6, "{}", position.latitude());
    }
    // Raw values are steps with a sign: times the step they are the degrees.
    let melbourne = Position::from_degrees(-37.899_131, 145.142_012);
    assert_eq!((melbourne.longitude_raw, melbourne.latitude_raw), (13_528_216, -3_532_455));
    let report = long(&[(0, 2), (1, 4), (0x0CE_6C98, 25), (0xCA_1959, 24), (0, 3), (0, 1), (0, 1), (0, 8)]);
    has(&json_of(&report), &json!({ "shape": "point", "longitude_raw": 13_528_216, "latitude_raw": -3_532_455 }));
    let poles = [(90.0, 180.0), (-90.0, -180.0), (0.0, 0.0), (63.1767, 14.6361)];
    for (latitude, longitude) in poles {
        let back = Position::from_degrees(latitude, longitude);
        assert!((back.latitude() - latitude).abs() < 1.1e-5 && (back.longitude() - longitude).abs() < 1.1e-5);
    }
}

#[test]
fn a_short_report_says_what_it_was_made_of() {
    let report = ShortReport {
        time_elapsed: TimeElapsed(1),
        position: Position::from_degrees(63.1767, 14.6361),
        position_error: PositionError(2),
        velocity: HorizontalVelocity::from_kmh(80.0),
        direction: Direction::from_degrees(200.0),
        additional: Additional::Reason(lip::reason::EMERGENCY),
        remainder: BitString::default(),
    };
    let sds = report.to_sds();
    assert_eq!(sds.len(), 84);
    assert_eq!(lip::decode(&sds), Ok(Lip::ShortReport(report)));
    let fields = json_of(&sds);
    has(
        &fields,
        &json!({ "position_error_max_m": 200, "direction_deg": 202.5, "direction_known": true, "reason": "emergency" }),
    );
    let kmh = fields["velocity_kmh"].as_f64().unwrap();
    assert!((kmh - 80.0).abs() < 1.6, "a step is 3.8 per cent: {kmh}");
}

#[test]
fn velocity_is_linear_then_geometric_then_over_range_then_unknown() {
    let kmh = |code| HorizontalVelocity(code).kmh();
    assert_eq!((kmh(0), kmh(28), kmh(127)), (Some(0.0), Some(28.0), None));
    assert!((kmh(29).unwrap() - 16.0 * 1.038f64.powi(16)).abs() < 1e-9);
    assert!((kmh(125).unwrap() - 1042.7).abs() < 2.0, "{:?}", kmh(125));
    assert!(HorizontalVelocity(126).is_over_range() && !HorizontalVelocity(125).is_over_range());
    assert_eq!(HorizontalVelocity::from_kmh(3_000.0).0, 125);
}

#[test]
fn user_defined_data_is_no_reason() {
    let mut writer = Writer::default();
    writer.put(0, 2).put(0, 2).put(1, 25).put(1, 24).put(0, 3).put(0, 7).put(0, 4).put(1, 1).put(0xAB, 8);
    let fields = json_of(&writer.finish());
    has(&fields, &json!({ "user_defined_data_first_octet": 0xAB, "type_of_additional_data": 1, "no_fix": false }));
    assert!(!fields.contains_key("reason_for_sending"));
}

#[test]
fn every_shape_has_its_elements() {
    let (lon, lat) = ((100, 25), (200, 24));
    let tail = [(0, 3), (1, 1), (0, 1), (32, 8)];
    let cases: &[Case<'_>] = &[
        (0, &[], json!({ "shape": "none", "no_fix": true })),
        (1, &[lon, lat], json!({ "shape": "point", "longitude_raw": 100, "latitude_raw": 200 })),
        (
            2,
            &[lon, lat, (10, 6)],
            json!({ "horizontal_uncertainty_raw": 10, "horizontal_uncertainty_m": 26.814_043_148_6 }),
        ),
        (
            3,
            &[lon, lat, (0, 6), (63, 6), (64, 8), (5, 3)],
            json!({
                "half_major_axis_m": 0.976_64, "half_minor_axis_m": null, "angle_deg": 90.0, "confidence_level_raw": 5,
            }),
        ),
        (4, &[lon, lat, (0, 1), (201, 11)], json!({ "altitude_type": 0, "altitude_raw": 201, "altitude_m": 0 })),
        (5, &[lon, lat, (1, 6), (1, 1), (1202, 11)], json!({ "altitude_type": 1, "altitude_m": 1002 })),
        (
            6,
            &[lon, lat, (1, 6), (1, 6), (1, 8), (0, 1), (1927, 11), (7, 3)],
            json!({ "altitude_m": 2525, "confidence_level_raw": 7 }),
        ),
        (7, &[lon, lat, (1, 6), (0, 1), (0, 11), (3, 3)], json!({ "altitude_m": null, "altitude_uncertainty_m": 15 })),
        (
            8,
            &[lon, lat, (1, 6), (1, 6), (1, 8), (0, 1), (2047, 11), (7, 3), (2, 3)],
            json!({
                "altitude_m": 11_525, "altitude_uncertainty_m": null, "confidence_level_raw": 2,
            }),
        ),
        (
            9,
            &[lon, lat, (100, 16), (200, 16), (0, 8), (128, 8), (1, 3)],
            json!({
                "inner_radius_m": 200, "outer_radius_m": 400, "start_angle_deg": 0.0, "stop_angle_deg": 180.0, "confidence_level_raw": 1,
            }),
        ),
        (10, &[lon, lat, (4, 3)], json!({ "shape": "point_with_position_error", "position_error_max_m": 20_000 })),
    ];
    for (shape, elements, expected) in cases {
        let mut all = vec![(0, 2), (*shape, 4)];
        all.extend_from_slice(elements);
        all.extend_from_slice(&tail);
        let fields = json_of(&long(&all));
        has(&fields, expected);
        has(
            &fields,
            &json!({ "shape_raw": shape, "extension": 3, "ack_requested": true, "reason_for_sending": 32, "remainder_bits": 0 }),
        );
    }
}

#[test]
fn every_velocity_type_has_its_elements() {
    let cases: &[Case<'_>] = &[
        (0, &[], json!({ "velocity_type": 0 })),
        (1, &[(20, 7)], json!({ "velocity_kmh": 20.0 })),
        (2, &[(20, 7), (3, 3)], json!({ "velocity_kmh": 20.0, "velocity_uncertainty_raw": 3 })),
        (3, &[(20, 7), (1, 1), (5, 7)], json!({ "vertical_velocity_down": true, "vertical_velocity_kmh": -5.0 })),
        (
            4,
            &[(20, 7), (1, 3), (0, 1), (5, 7), (2, 3)],
            json!({ "vertical_velocity_kmh": 5.0, "vertical_velocity_uncertainty_raw": 2 }),
        ),
        (
            5,
            &[(126, 7), (192, 8)],
            json!({ "velocity_over_range": true, "direction_deg": 270.0, "direction_known": true }),
        ),
        (6, &[(20, 7), (1, 3), (64, 8), (4, 3)], json!({ "direction_deg": 90.0, "direction_uncertainty_raw": 4 })),
        (
            7,
            &[(20, 7), (1, 3), (0, 1), (5, 7), (2, 3), (128, 8), (5, 3)],
            json!({ "direction_deg": 180.0, "direction_uncertainty_raw": 5 }),
        ),
    ];
    for (kind, elements, expected) in cases {
        let mut all = vec![(1, 2), (2, 2), (1, 4), (100, 25), (200, 24), (*kind, 3)];
        all.extend_from_slice(elements);
        all.extend_from_slice(&[(0, 1), (1, 1), (7, 8)]);
        let fields = json_of(&long(&all));
        has(&fields, expected);
        has(&fields, &json!({ "time_elapsed_raw": 2, "user_defined_data_first_octet": 7, "remainder_bits": 0 }));
    }
}

#[test]
fn a_time_of_position_and_elements_at_the_end() {
    let head =
        [(2, 2), (26, 5), (10, 5), (59, 6), (1, 6), (1, 4), (100, 25), (200, 24), (0, 3), (0, 1), (0, 1), (4, 8)];
    let mut all = head.to_vec();
    // Status value (identifier 15, 16 bits), then filling.
    all.extend([(15, 5), (16, 6), (0x8002, 16), (0, 3)]);
    let fields = json_of(&long(&all));
    let at = json!({ "day": 26, "hour": 10, "minute": 59, "second": 1 });
    let elements = json!([{ "identifier": 15, "name": "status_value", "bits": 16, "hex": "8002" }]);
    has(
        &fields,
        &json!({ "time_type": 2, "time_of_position": at, "time_of_position_valid": true, "elements": elements, "remainder": "0" }),
    );
}

#[test]
fn what_has_no_meaning_or_no_end_is_refused() {
    let reserved = |element, value| LipError::Reserved { element, value };
    let point = [(1, 4), (100, 25), (200, 24)];
    let mut early = vec![(0, 2)];
    early.extend(point);
    let cases = [
        (bits("80", 8), reserved("PDU type", 2)),
        (bits("0AFFFF", 24), reserved("PDU type", 3)),
        (bits("4000", 16), reserved("PDU type extension", 0)),
        (bits("7400", 16), reserved("PDU type extension", 13)),
        (long(&[(3, 2), (0, 4)]), reserved("time type", 3)),
        (long(&[(0, 2), (11, 4), (0, 60)].map(|(v, b): (u32, usize)| (v, b.min(32)))), reserved("location shape", 11)),
        (long(&[(0, 2), (15, 4)]), reserved("location shape", 15)),
        (bits("4600", 16), reserved("request/response", 1)),
    ];
    for (message, expected) in cases {
        assert_eq!(lip::decode(&message), Err(expected));
    }
    for short in [long(&early), bits("0A3000", 24), bits("00", 1), long(&[(2, 2), (1, 5)])] {
        assert!(matches!(lip::decode(&short), Err(LipError::Short(_))), "{short:?}");
    }
    // A report with its identifier, cut off: whatever its last bits are, it is no other report without one.
    for (hex, reason) in
        [("0A30000000000007FFE810", 0x81), ("0A10000000000007FFE020", 2), ("0A10000000000007FFE000", 0)]
    {
        has(&json_of(&bits(hex, 84)), &json!({ "kind": "short_location_report", "reason_for_sending": reason }));
        for cut in 1..84 {
            assert!(lip::decode(&bits(hex, cut)).is_err(), "{hex}, {cut} bits");
        }
    }
}

#[test]
fn a_report_without_identifier_is_told_from_one_that_is_cut_off_or_foreign() {
    // 76 bits that begin with 0A, alone or filled up to an octet; with an octet more on the line they are the beginning of a longer report.
    for alone in ["0A30000000000007FFE", "0A30000000000007FFE0"] {
        has(&json_of(&bits(alone, 76)), &json!({ "kind": "short_location_report" }));
    }
    for longer in ["0A30000000000007FFE81", "0A30000000000007FFE810"] {
        assert_eq!(lip::decode(&bits(longer, 76)), Err(LipError::CutOff { bits: 76 }));
    }
    // Without identifier, 76 bits or 80; whatever is longer belongs to another protocol.
    for announced in [76, 80, 83] {
        has(&json_of(&bits("01AC608A7A20DA148010FF", announced)), &json!({ "kind": "short_location_report" }));
    }
    for (foreign, announced, left) in [("0B01AC608A7A20DA148010", 84, 8), ("01AC608A7A20DA148010FF", 88, 12)] {
        let identifier = u32::from_str_radix(&foreign[..2], 16).unwrap();
        assert_eq!(lip::decode(&bits(foreign, announced)), Err(LipError::Foreign { identifier, left }));
    }
    has(&json_of(&bits("0A30000000000007FFE810FFFF", 104)), &json!({ "remainder_bits": 20 }));
}

#[test]
fn requests_are_those_that_radios_answer() {
    // The short one is what other clients were seen to send.
    assert_eq!(Request::Immediate(ReportType::Short).to_sds().to_hex(), "0A4580");
    let fields = json_of(&Request::Immediate(ReportType::LongTimeOfPosition).to_sds());
    has(&fields, &json!({ "kind": "immediate_location_report_request", "report_type": "long_with_time_of_position" }));
    let every = Request::Trigger(ReportType::Short, Trigger::EverySeconds(60)).to_sds();
    has(&json_of(&every), &json!({ "kind": "add_modify_trigger", "extension": 6 }));
    // 0A, 01 0110 0 0 11, 19 (5 bits), 16 bits of content: 129, recurring, the second step of half a minute.
    assert_eq!(every.to_hex(), "0A58E6840C08");
    has(&json_of(&bits("0A5000", 24)), &json!({ "kind": "location_report_acknowledgement", "success": true }));
}
