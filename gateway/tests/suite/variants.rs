//! One text per variant of the format and what must be read in it.

use serde_json::{Value, json};

use crate::support::check;

type Row = (&'static str, &'static str, fn() -> Value);

const TABLE: &[Row] = &[
    (
        "A, description before the address",
        "8123401\nBrand i byggnad\nRadhus\nKök\nHändelsebeskrivning : Spis på, rök i köket\nLingonstigen 4b\n\n\
         PositionWGS84 : La = 59º 22,267'N    Lo = 016º 31,964'E",
        || {
            json!({
                "case": "8123401", "types": ["Brand i byggnad", "Radhus", "Kök"], "description": "Spis på, rök i köket",
                "address": "Lingonstigen 4b", "city": null, "station": null, "talkgroups": [],
                "location": {"lat": 59.371_117, "lon": 16.532_733}, "flags": [],
            })
        },
    ),
    (
        "A, the description goes on, everything after it",
        "8123402\nÖvrigt räddning\n\n\nHändelsebeskrivning : Katt på tak\nvägrar komma ner\när arg\nTallgatan 4,1\n\
         Granby\nX14\nLarmkategori namn : Djur\nPositionWGS84 : La = 60º 10,500'N    Lo = 017º 30,000'E\n\
         Stationskod : \nRadiogruppsnamn : VGöt RAPS 60\nKompletterande kategoritext : Ring före\nTa stege\n",
        || {
            json!({
                "types": ["Övrigt räddning"], "description": "Katt på tak\nvägrar komma ner\när arg",
                "address": "Tallgatan 4,1", "city": "Granby", "station": "X14", "talkgroups": ["VGöt RAPS 60"],
                "location": {"lat": 60.175, "lon": 17.5}, "flags": [],
                "extra": {"alarm_category": ["Djur"], "category_text": ["Ring före\nTa stege"]},
            })
        },
    ),
    (
        "A, description at the end",
        "8123403\nTrafikolycka - flera fordon\nLastbil\nÖvrigt\nGranrondellen\n\nPositionWGS84 : \n\
         Händelsebeskrivning : Två bilar\nen på taket\n",
        || {
            json!({
                "types": ["Trafikolycka - flera fordon", "Lastbil", "Övrigt"], "address": "Granrondellen",
                "description": "Två bilar\nen på taket", "location": null, "flags": ["no_location"],
            })
        },
    ),
    (
        "A, no address, description at the end",
        "8123404\nTrafikolycka - singel\nLastbil\nÖvrigt\n\n\n\
         PositionWGS84 : La = 59º 23,400'N    Lo = 016º 31,900'E\nHändelsebeskrivning : Släp i diket.\nTre drabbade.\n",
        || {
            json!({
                "address": null, "city": null, "description": "Släp i diket.\nTre drabbade.", "flags": ["no_address"],
            })
        },
    ),
    (
        "A, object number and no description",
        "8123405\nAutomatlarm\nBrand\n\nHändelsebeskrivning : \nVärdshuset         Nr 138 Granby värdshus\nGranby\nX10\n\
         PositionWGS84 : La = 59º 21,000'N    Lo = 016º 30,600'E\nStationskod : \nLarmkategori namn : \n",
        || {
            json!({
                "types": ["Automatlarm", "Brand"], "description": null,
                "address": "Värdshuset Nr 138 Granby värdshus", "city": "Granby", "station": "X10", "flags": [], "extra": {},
            })
        },
    ),
    (
        "A, talkgroups and call signs as lines of their own",
        "RAPS-12\n8123406\nSjvIns-10\nBrand ute - terräng\n\n\nBärvägen 3\nGranby\n251-1210\n251-1220\n\
         PositionWGS84 : La = 59º 21,000'N    Lo = 016º 30,600'E\n",
        || {
            json!({
                "case": "8123406", "types": ["Brand ute - terräng"], "talkgroups": ["RAPS-12", "SjvIns-10"],
                "address": "Bärvägen 3", "city": "Granby", "station": "251-1210", "flags": [], "extra": {"unit": ["251-1220"]},
            })
        },
    ),
    (
        "A, sender first and the type after the address",
        "Från Granby larmcentral\nRadiogruppsnamn : Hall RAPS 4\nBärvägen 3\nBärhallen\nGranby\nGranby\nGräsbrand\nÄng\n\n\
         Brinner mot skogen\nKompletterande kategoritext : Vind från söder\n",
        || {
            json!({
                "case": null, "types": ["Gräsbrand", "Äng"], "talkgroups": ["Hall RAPS 4"], "address": "Bärvägen 3",
                "city": "Granby", "description": "Brinner mot skogen", "flags": ["no_case_number", "no_location"],
                "extra": {
                    "sender": ["Från Granby larmcentral"], "place": ["Bärhallen"], "category_text": ["Vind från söder"],
                },
            })
        },
    ),
    (
        "SMS",
        "Brand i byggnad\nRadhus\nKök\nLingonstigen 4b\n\nLa = 59 grader 22,267'N    Lo = 016 grader 31,964'E",
        || {
            json!({
                "case": null, "types": ["Brand i byggnad", "Radhus", "Kök"], "address": "Lingonstigen 4b", "city": null,
                "location": {"lat": 59.371_117, "lon": 16.532_733}, "flags": ["no_case_number"],
            })
        },
    ),
    (
        "SMS that lost its blank lines",
        "Gräsbrand\nLingonstigen 4b\nGranby\nLa = 59 grader 22,267'N\nLo = 016 grader 31,964'E\nBrinner i vägren",
        || {
            json!({
                "types": ["Gräsbrand"], "address": "Lingonstigen 4b", "city": "Granby", "description": "Brinner i vägren",
                "location": {"lat": 59.371_117, "lon": 16.532_733}, "flags": ["no_case_number"],
            })
        },
    ),
    (
        "SMS on one line",
        "8123407 Hjärtstopp Händelsebeskrivning : HLR pågår, kod 12:30 Adress : Bärvägen 3 Samhälle : Granby \
         Talgrupp : RAPS-1, RAPS-2 PositionWGS84 : La = 59º 22,267'N Lo = 016º 31,964'E",
        || {
            json!({
                "case": "8123407", "types": ["Hjärtstopp"], "description": "HLR pågår, kod 12:30", "address": "Bärvägen 3",
                "city": "Granby", "talkgroups": ["RAPS-1", "RAPS-2"],
                "location": {"lat": 59.371_117, "lon": 16.532_733}, "flags": [],
            })
        },
    ),
    (
        "R_",
        "Presentationsgrupp  : Granby deltid\nR_Adress            : Bärvägen 3\nR_Plats             : Ängen\n\
         R_Samhälle          : Granby\nR_Pos-WSG84         : La = 59º 22,267'N Lo = 016º 31,964'E\n\
         R_RAPS-grupp        : RAPS-60\nR_HT-text 1         : Soteld\nR_HT-text 2         : Villa\nR_HT-text 3         : \n\
         R_Objekt            : Villa Grå\nR_Adressbeskrivning : Bakom ladan\nR_Nyckel            : Skåp 3\n\
         R_Zon               : 7\nR_HT-kommentar      : Gnistor ur skorstenen\noch mycket rök\n",
        || {
            json!({
                "case": null, "types": ["Soteld", "Villa"], "address": "Bärvägen 3", "city": "Granby", "station": null,
                "description": "Gnistor ur skorstenen\noch mycket rök", "talkgroups": ["RAPS-60"],
                "location": {"lat": 59.371_117, "lon": 16.532_733}, "flags": ["no_case_number"],
                "extra": {
                    "presentation_group": ["Granby deltid"], "place": ["Ängen"], "terminal_text": ["Soteld", "Villa"],
                    "object": ["Villa Grå"], "address_description": ["Bakom ladan"], "key": ["Skåp 3"], "zone": ["7"],
                    "terminal_comment": ["Gnistor ur skorstenen\noch mycket rök"],
                },
            })
        },
    ),
    (
        "E",
        "Adress            : Bärvägen 3,\nhus C\nAdressbeskriv.    : Bakom ladan\nFritext           : Rök i kulvert\n\
         Namn              : Granby sjukhem\nNotering          : Två enheter\nNyckel            : 14\nObjektinfo        : Nr 9\n\
         Objektskort       : kort-9\nPlats             : Kulvert\nPosition WGS84    : La = 59º 22,267'N Lo = 016º 31,964'E\n\
         Presentationsgrupp: Automatlarm\nSamhälle          : Granby\nTalgrupp          : RAPS-60\n\nHälsningar\n",
        || {
            json!({
                "types": ["Automatlarm"], "address": "Bärvägen 3, hus C", "city": "Granby", "description": "Rök i kulvert",
                "talkgroups": ["RAPS-60"], "location": {"lat": 59.371_117, "lon": 16.532_733},
                "flags": ["no_case_number", "unplaced_text"],
                "extra": {
                    "address_description": ["Bakom ladan"], "free_text": ["Rök i kulvert"], "name": ["Granby sjukhem"],
                    "note": ["Två enheter"], "key": ["14"], "object_info": ["Nr 9"], "object_card": ["kort-9"],
                    "place": ["Kulvert"], "presentation_group": ["Automatlarm"], "unplaced": ["Hälsningar"],
                },
            })
        },
    ),
    (
        "VRR SMS, total alarm",
        "Larminformation från VRR Ledningscentral\nLARM Granby RIB\nTOTALLARM - Fri inryckning\nTID : 2024-01-02 03:04:05.678",
        || {
            json!({
                "types": ["TOTALLARM - Fri inryckning"], "station": "Granby RIB",
                "flags": ["no_address", "no_case_number", "no_location"],
                "extra": {"sender": ["Larminformation från VRR Ledningscentral"], "time": ["2024-01-02 03:04:05.678"]},
            })
        },
    ),
    (
        "VRR SMS, with a category",
        "Larminformation från VRR Ledningscentral\nLARM Granby RIB\nLarmkategori namn : Brand i byggnad\nTID : 2024-01-02",
        || {
            json!({
                "types": ["Brand i byggnad"], "station": "Granby RIB", "description": null,
                "flags": ["no_address", "no_case_number", "no_location"],
            })
        },
    ),
];

#[test]
fn every_variant_is_read() {
    for (name, text, expected) in TABLE {
        check(name, text.as_bytes(), &expected());
    }
}

#[test]
fn line_ends_and_encodings_do_not_matter() {
    let same = |name: &str, bytes: &[u8], expected: &Value| {
        check(name, bytes, expected);
    };
    for (name, text, expected) in TABLE {
        let expected = expected();
        same(name, text.replace('\n', "\r\n").as_bytes(), &expected);
        same(name, text.replace('\n', "\r\r\n").as_bytes(), &expected);
        same(name, text.replace('\n', "\r").as_bytes(), &expected);
        same(name, format!("\u{FEFF}{text}").as_bytes(), &expected);
        same(name, &crate::support::latin1(text), &expected);
        let utf16: Vec<u8> = format!("\u{FEFF}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        same(name, &utf16, &expected);
    }
}

#[test]
fn mail_headers_are_set_aside() {
    for (name, text, expected) in TABLE {
        let mut expected = expected();
        expected.as_object_mut().unwrap().remove("extra");
        let mail = format!("From: larm@larm.example\nSubject: Larm\n\tGranby\nContent-Type: text/plain\n\n{text}");
        let alarm = check(name, mail.as_bytes(), &expected);
        assert_eq!(alarm.extra["mail_subject"], ["Larm Granby"], "{name}");
    }
}
