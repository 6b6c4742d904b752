//! Short data, by table.

use samband_gateway::{
    bits::{BitString, HexError},
    tetra::{
        pei::{HeaderError, SdsHeader},
        sds::{self, Ack, DeliveryReport, Joiner, Report, SdsError, Service, Status, TextMessage},
    },
};
use serde_json::{Map, Value, json};

fn type4(hex: &str) -> Result<Map<String, Value>, SdsError> {
    sds::decode(Service::Type4, &BitString::from_hex(hex, None).unwrap()).map(|message| message.to_json())
}

fn has(fields: &Map<String, Value>, expected: &Value) {
    for (key, value) in expected.as_object().unwrap() {
        assert_eq!(fields.get(key).unwrap_or(&Value::Null), value, "{key}");
    }
}

#[test]
fn messages_by_table() {
    let cases: &[(&str, Value)] = &[
        // Simple text, and with a header: reports wanted, storage, every kind of forward address.
        ("0201486A", json!({ "pid": 2, "text_coding_scheme": 1, "text": "Hj", "immediate": false })),
        ("0901486A", json!({ "pid": 9, "immediate": true, "text": "Hj" })),
        (
            "820C2A01E5E4F6",
            json!({
                "pdu": "SDS-TRANSFER", "delivery_report_request": 3, "only_standard_report": false, "message_reference": 42, "storage": false,
                "text": "åäö", "timestamp": null,
            }),
        ),
        ("82022A1A00480069", json!({ "only_standard_report": true, "text_coding_scheme": 26, "text": "Hi" })),
        ("8201070901233401FF41", json!({ "storage": true })),
        ("89000101414200", json!({ "immediate": true, "text": "AB" })),
        // Time stamp: UTC, 26 November 10:59.
        (
            "82000181 4BD2BB 41".replace(' ', "").leak(),
            json!({
                "text": "A",
                "timestamp": { "timeframe": 1, "timeframe_name": "utc", "month": 11, "day": 26, "hour": 10, "minute": 59, "valid": true },
            }),
        ),
        // A part of a text, by user data header; short and long reference.
        (
            "8A000701050003330201414243",
            json!({
                "text": "ABC", "concatenation": { "reference": 0x33, "long_reference": false, "total": 2, "sequence": 1, "valid": true },
            }),
        ),
        (
            "8A00070106080412340302414243",
            json!({
                "concatenation": { "reference": 0x1234, "long_reference": true, "total": 3, "sequence": 2, "valid": true }, "text": "ABC",
            }),
        ),
        // Parts of anything: the first names the protocol.
        (
            "0C05020182AABB",
            json!({
                "concatenation": { "control": 0, "extended_reference": false, "reference": 5, "total": 2, "sequence": 1, "valid": true, "pid": 0x82 },
                "data": "AABB",
            }),
        ),
        (
            "8C000112340302AABB",
            json!({
                "pdu": "SDS-TRANSFER",
                "concatenation": { "control": 0, "extended_reference": true, "reference": 0x234, "total": 3, "sequence": 2, "valid": true, "pid": null },
            }),
        ),
        (
            "821000 07".replace(' ', "").leak(),
            json!({
                "pdu": "SDS-REPORT", "ack_required": false, "delivery_status": 0, "delivery": "success", "message_reference": 7,
            }),
        ),
        (
            "82184A07",
            json!({ "pdu": "SDS-REPORT", "ack_required": true, "delivery_status": 0x4A, "delivery": "failed" }),
        ),
        (
            "82202207",
            json!({ "pdu": "SDS-ACK", "delivery_status": 0x22, "delivery": "temporary", "message_reference": 7 }),
        ),
        ("82106307", json!({ "delivery": "flow_control" })),
        ("82108107", json!({ "delivery": "end_to_end" })),
        ("8300070024 4750".replace(' ', "").leak(), json!({ "location_coding": 0, "nmea": "$GP" })),
        ("0380AABB", json!({ "location_coding": 0x80, "nmea": null, "data": "AABB" })),
        ("0A30000000000007FFE810", json!({ "pid": 10 })),
        (
            "C3000700AA",
            json!({ "pid": 0xC3, "pid_name": "user_application", "pdu": "SDS-TRANSFER", "remainder": "00AA" }),
        ),
        ("82F0AA", json!({ "pdu": "application", "message_type": 15 })),
        ("04AABB", json!({ "pid": 4, "pid_name": "wdp", "remainder": "AABB" })),
    ];
    for (hex, expected) in cases {
        has(&type4(hex).unwrap_or_else(|error| panic!("{hex}: {error}")), expected);
    }
}

#[test]
fn where_it_may_be_forwarded_to() {
    let forward = |hex: &str| type4(hex).unwrap()["storage_forward"].clone();
    // Validity 5 bits, type 3 bits, address; then text.
    assert_eq!(forward("82010708FF0141")["forward_address"], json!({ "sna": 0xFF }));
    assert_eq!(forward("820107092343020141")["forward_address"], json!({ "ssi": 0x0023_4302 }));
    let tsi = forward("8201070A2343023C40010141");
    assert_eq!(tsi["forward_address"], json!({ "ssi": 0x0023_4302, "mcc": 241, "mnc": 1 }));
    assert_eq!(
        forward("8201070B0346700141")["forward_address"],
        json!({ "external": "467" }),
        "a dummy digit fills the octet"
    );
    assert_eq!(forward("8201070F0141")["forward_address"], Value::Null);
    assert_eq!(forward("8201070F0141")["validity_seconds"], json!(10));
    assert_eq!(forward("820107FF0141")["validity_seconds"], Value::Null, "without end");
    assert_eq!(type4("8201070C0141"), Err(SdsError::Reserved { element: "forward address type", value: 4 }));
}

#[test]
fn statuses_by_class() {
    let cases = [
        (0x0000, "emergency"),
        (0x0001, "reserved"),
        (0x7BFF, "reserved"),
        (0x7C00, "sds_tl_short_report"),
        (0x7FFF, "sds_tl_short_report"),
        (0x8000, "network_or_user_defined"),
        (0xFFFF, "network_or_user_defined"),
    ];
    for (value, class) in cases {
        assert_eq!(Status(value).class().name(), class, "{value:04X}");
    }
    let fields = sds::decode(Service::Status, &BitString::from_hex("7E01", None).unwrap()).unwrap().to_json();
    has(&fields, &json!({ "service": "status", "report_type": 2, "report": "received", "message_reference": 1 }));
    assert_eq!(Status::short_report(3, 0x42), Status(0x7F42));
}

#[test]
fn seven_bits_are_read_whichever_bit_comes_first() {
    // "hej" as mobile telephony packs it, and with the first bit first.
    assert_eq!(type4("0200E8B21A").unwrap()["text"], json!("hej"));
    let mut writer = samband_gateway::bits::Writer::default();
    writer.put(2, 8).put(0, 8);
    for octet in b"hej pa dig" {
        writer.put(u32::from(*octet), 7);
    }
    let message = sds::decode(Service::Type4, &writer.finish()).unwrap().to_json();
    assert_eq!(message["text"], json!("hej pa dig"));
}

/// A text of scheme 0 in simple text messages: as mobile telephony packs it, its bits announced or whole octets, and with the first bit first.
fn packed(septets: &[u8]) -> [(&'static str, BitString); 4] {
    let bits = septets.len() * 7;
    let mut octets = vec![0; bits.div_ceil(8)];
    for (place, bit) in septets.iter().flat_map(|septet| (0..7).map(move |bit| septet >> bit & 1)).enumerate() {
        octets[place / 8] |= bit << (place % 8);
    }
    let mut writer = samband_gateway::bits::Writer::default();
    writer.put(2, 8).put(0, 8);
    for septet in septets {
        writer.put(u32::from(*septet), 7);
    }
    let plain = writer.finish();
    let telephony: String = [2, 0].iter().chain(&octets).map(|octet| format!("{octet:02X}")).collect();
    let announced = |hex: &str, bits: Option<usize>| BitString::from_hex(hex, bits).unwrap();
    [
        ("whole octets, last bit first", announced(&telephony, None)),
        ("announced bits, last bit first", announced(&telephony, Some(16 + bits))),
        ("announced bits, first bit first", plain.clone()),
        ("whole octets, first bit first", BitString::from_octets(plain.octets())),
    ]
}

/// ASCII letters, digits and most signs stand in the default alphabet where ASCII has them; others are given as codes.
fn septets(text: &str) -> Vec<u8> {
    let code = |c: char| match c {
        '€' => vec![0x1B, 0x65],
        '[' => vec![0x1B, 0x3C],
        ']' => vec![0x1B, 0x3E],
        '{' => vec![0x1B, 0x28],
        '}' => vec![0x1B, 0x29],
        '~' => vec![0x1B, 0x3D],
        '|' => vec![0x1B, 0x40],
        '^' => vec![0x1B, 0x14],
        '\\' => vec![0x1B, 0x2F],
        '\u{c}' => vec![0x1B, 0x0A],
        'Å' => vec![0x0E],
        'å' => vec![0x0F],
        c => vec![u8::try_from(c).unwrap()],
    };
    text.chars().flat_map(code).collect()
}

#[test]
fn characters_of_the_extension_table_are_read_in_either_packing() {
    let texts =
        "[abc]|Pris 5€|Hej {a}|5€|Kostar 100€ totalt|a^b|C:\\x|sida ett\u{c}sida tva|OK|Ja|NEJ|E14|112 nu|Framme";
    for text in texts.split('|').chain(["x|y", "Hej på dig [Åre]"]) {
        for (how, message) in packed(&septets(text)) {
            let read = sds::decode(Service::Type4, &message).unwrap().to_json();
            assert_eq!(read["text"], json!(text), "{how}");
        }
    }
}

#[test]
fn an_escape_before_something_unknown_is_no_character() {
    let mut codes = septets("Hej du ");
    codes.extend([0x1B, 0x41]);
    codes.extend(septets(" slut nu"));
    for (how, message) in packed(&codes) {
        let read = sds::decode(Service::Type4, &message).unwrap().to_json();
        assert_eq!(read["text"], json!("Hej du \u{FFFD} slut nu"), "{how}");
    }
    let mut cut = septets("Hej du");
    cut.push(0x1B);
    let read = sds::decode(Service::Type4, &packed(&cut)[0].1).unwrap().to_json();
    assert_eq!(read["text"], json!("Hej du\u{FFFD}"));
}

#[test]
fn a_part_that_can_be_none_is_marked() {
    for (total, sequence, valid) in
        [(2, 1, true), (2, 2, true), (1, 1, true), (2, 0, false), (2, 3, false), (0, 1, false)]
    {
        let text = type4(&format!("8A00070105000307{total:02X}{sequence:02X}")).unwrap();
        assert_eq!(text["concatenation"]["valid"], json!(valid), "{sequence} of {total}");
        let part = type4(&format!("0C05{total:02X}{sequence:02X}82")).unwrap();
        assert_eq!(part["concatenation"]["valid"], json!(valid), "{sequence} of {total}");
    }
}

#[test]
fn code_pages_and_the_unknown() {
    let text = |scheme: u8, octets: &str| type4(&format!("02{scheme:02X}{octets}")).unwrap()["text"].clone();
    assert_eq!(text(13, "A4"), json!("€"), "ISO 8859-15");
    assert_eq!(text(9, "D0"), json!("Ğ"), "ISO 8859-9");
    assert_eq!(text(5, "B1"), json!("Б"), "ISO 8859-5");
    assert_eq!(text(16, "86"), json!("å"), "code page 850");
    assert_eq!(text(14, "84"), json!("ä"), "code page 437");
    assert_eq!(text(24, "80"), json!("А"), "code page 866");
    assert_eq!(text(27, "41"), Value::Null, "VISCII is kept as it came");
    assert_eq!(text(99, "41"), Value::Null);
    assert_eq!(type4("02634142").unwrap()["text_hex"], json!("4142"));
}

#[test]
fn what_must_be_refused() {
    let reserved = |element, value| Err(SdsError::Reserved { element, value });
    assert_eq!(type4("823000"), reserved("SDS-TL message type", 3));
    assert_eq!(type4("0CE5020182"), reserved("concatenation control", 7));
    for short in ["82", "8200", "8210", "822000", "0C05", "8A00070105", "02"] {
        assert!(matches!(type4(short), Err(SdsError::Short(_))), "{short}");
    }
    let long = BitString::from_octets(&[0x04; 256]);
    assert_eq!(sds::decode(Service::Type4, &long), Err(SdsError::TooLong { bits: 2048 }));
    let five = BitString::from_hex("12345", None).unwrap();
    let length = |service, expected| Err(SdsError::Length { service, expected, held: 20 });
    assert_eq!(sds::decode(Service::Status, &five), length("status", 16));
    assert_eq!(sds::decode(Service::Type3, &five), length("sds_type3", 64));
}

#[test]
fn headers_in_all_their_forms() {
    let parse = |line: &str| SdsHeader::parse(line).unwrap();
    let full = parse("+CTSDSR: 12,2311010,0,2319999,0,84,0\r\n");
    assert_eq!((full.service, full.bits, full.end_to_end_encrypted), (12, 84, Some(false)));
    assert_eq!(full.calling.unwrap().ssi(), Some(2_311_010));
    let network = parse("+CTSDSR: 12,2400100002311010,1,2319999,0,84");
    assert_eq!(network.calling.unwrap().ssi(), Some(2_311_010), "country, network and number");
    let unsaid = parse("+CTSDSR: 13,,,2319999,0,16");
    assert_eq!((unsaid.calling, unsaid.bits), (None, 16));
    assert_eq!((parse("+CTSDSR: 12,2319999,84").bits, parse("+CTSDSR: 12,2319999,0,84").bits), (84, 84));
    assert_eq!(parse("+CTSDSR: 12,4671234567,3,2319999,0,84").calling.unwrap().ssi(), None, "a telephone is no radio");
    let refused = |line: &str| SdsHeader::parse(line).unwrap_err();
    assert_eq!(refused("+CTICN: 1,2"), HeaderError::NotSds);
    assert_eq!(refused("+CTSDSR: 12,1,2,3,4"), HeaderError::Fields { fields: 5 });
    assert_eq!(refused("+CTSDSR: 12,1,0,2,0,-8"), HeaderError::NotNumber { field: 6 });
    assert_eq!(refused("+CTSDSR: ,1,0,2,0,8"), HeaderError::NotNumber { field: 1 });
    let decode = |line: &str, hex: &str| SdsHeader::parse(line).unwrap().decode(hex).map(drop);
    assert_eq!(decode("+CTSDSR: 3,1,0,2,0,16", "0000"), Err(HeaderError::Service(3)));
    assert_eq!(decode("+CTSDSR: 13,1,0,2,0,16", "00"), Err(HexError::TooShort { announced: 16, held: 8 }.into()));
    assert_eq!(decode("+CTSDSR: 13,1,0,2,0,16", "00 0"), Err(HexError::NotHex { position: 3 }.into()));
    assert_eq!(decode("+CTSDSR: 12,1,0,2,0,4294967295", "00"), Err(SdsError::TooLong { bits: 4_294_967_295 }.into()));
}

#[test]
fn what_is_sent_is_what_is_read() {
    let text = TextMessage::to_sds("Kvittera: åäö", 9, DeliveryReport::Both, true);
    has(
        &sds::decode(Service::Type4, &text).unwrap().to_json(),
        &json!({
            "pid": 0x89, "immediate": true, "text": "Kvittera: åäö", "delivery_report_request": 3, "message_reference": 9, "storage": false,
            "text_coding_scheme": 1,
        }),
    );
    let wide = TextMessage::to_sds("Łódź", 1, DeliveryReport::None, false);
    has(&sds::decode(Service::Type4, &wide).unwrap().to_json(), &json!({ "text": "Łódź", "text_coding_scheme": 26 }));
    let report = Report { ack_required: true, delivery_status: 2, message_reference: 3, storage: None };
    assert_eq!(report.to_sds(0x82).to_hex(), "82180203");
    assert_eq!(Ack { delivery_status: 3, message_reference: 3 }.to_sds(0x82).to_hex(), "82200303");
}

#[test]
fn parts_come_in_any_order_twice_or_never() {
    let mut joiner = Joiner::default();
    let mut take = |key: u8, total, sequence, part: &str, at| joiner.take(key, total, sequence, part.into(), at);
    assert_eq!(take(1, 3, 3, "c", 0), None);
    assert_eq!(take(1, 3, 1, "a", 1), None);
    assert_eq!(take(1, 3, 1, "a", 2), None, "said again");
    assert_eq!(take(2, 2, 1, "x", 3), None, "another message between");
    assert_eq!(take(1, 3, 2, "b", 4), Some(b"abc".to_vec()));
    assert_eq!(take(2, 2, 0, "?", 5), None);
    assert_eq!(take(2, 2, 3, "?", 5), None);
    assert_eq!(take(2, 2, 2, "y", 400_000), None, "the first part was waited for long enough");
    for key in 10..200 {
        assert_eq!(take(key, 2, 1, "z", 400_001), None);
    }
    assert_eq!(take(10, 2, 2, "z", 400_002), None, "the oldest gave way");
    assert_eq!(take(199, 2, 2, "z", 400_002), Some(b"zz".to_vec()));
}
