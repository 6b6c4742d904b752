//! Positions in every way they are written.

use samband_gateway::sos::decode;

fn read(written: &str) -> (Option<(f64, f64)>, Vec<String>) {
    let alarm = decode(format!("8123401\nAnnat\n\n\nBärvägen 3\nGranby\nX10\nPositionWGS84 : {written}\n").as_bytes());
    (alarm.location.map(|at| (at.lat, at.lon)), alarm.flags.into_iter().collect())
}

#[test]
fn the_published_check_value_in_every_spelling() {
    for written in [
        "La = 59º 22,267'N    Lo = 016º 31,964'E",
        "La = 59° 22,267'N Lo = 016° 31,964'E",
        "La = 59˚ 22.267′ N, Lon = 16˚ 31.964′ Ö",
        "La=59º22,267´N Long=016º31,964´E",
        "La = 59 grader 22,267'N    Lo = 016 grader 31,964'E",
        "La = 59o 22,267'N Lo = 016o 31,964'E",
        "La = 59? 22,267'N Lo = 016? 31,964'E",
        "La = 59 22,267 Lo = 16 31,964",
        "Lat: 59 22,267 Lon: 16 31,964",
        "Lo = 016º 31,964'E La = 59º 22,267'N",
        "59º 22,267'N 016º 31,964'E",
        "N 59º 22,267' E 016º 31,964'",
        "016º 31,964'E 59º 22,267'N",
        "E 016º 31,964' N 59º 22,267'",
        "59 22,267 16 31,964",
        "LA = 59º 22' 16,02\"N LO = 16º 31' 57,84\"E",
        "59,371117 16,532733",
        "59.371117,16.532733",
        "59.371117N, 16.532733E",
        "Lat 59.371117 Lon 16.532733",
        "La = 59º 22,267'N Lo = 016º 31,964'E (SWEREF 6583012 587160)",
        "\nLa = 59º 22,267'N\nLo = 016º 31,964'E",
        "La = 59º 22,267'N\nLo = 016º 31,964'E",
        "\n59,371117 16,532733",
    ] {
        assert_eq!(read(written), (Some((59.371_117, 16.532_733)), vec![]), "{written}");
    }
}

#[test]
fn a_position_that_cannot_be_used_is_flagged() {
    for (written, flag) in [
        ("", "no_location"),
        ("La =    Lo = ", "no_location"),
        ("saknas", "no_location"),
        ("La = 59º 22,267'N", "location_incomplete"),
        ("La = 59º 22,267'N Lo = ", "location_incomplete"),
        ("La =  Lo = 016º 31,964'E", "location_incomplete"),
        ("Lo = 016º 31,964'E", "location_incomplete"),
        ("59º 22,267'N", "location_incomplete"),
        ("La = 59º 60,000'N Lo = 016º 31,964'E", "location_out_of_range"),
        ("La = 95º 22,267'N Lo = 016º 31,964'E", "location_out_of_range"),
        ("La = 59º 22,267'N Lo = 186º 31,964'E", "location_out_of_range"),
        ("La = 59,5º 22,267'N Lo = 016º 31,964'E", "location_out_of_range"),
        ("N 7005607 E 481661", "location_out_of_range"),
        ("La = 59º 22,267'E Lo = 016º 31,964'N", "location_unreadable"),
        ("La = 00º 00,000'N Lo = 000º 00,000'E", "location_unreadable"),
        ("1 2 3 4 5 6 7 8", "location_unreadable"),
        ("123456789", "location_unreadable"),
        ("99999999999999999999999999999999999999 1", "location_out_of_range"),
    ] {
        assert_eq!(read(written), (None, vec![flag.to_owned()]), "{written}");
    }
}

#[test]
fn a_place_far_away_is_kept_and_doubted() {
    for (written, lat, lon) in [
        ("La = 16º 31,964'N Lo = 059º 22,267'E", 16.532_733, 59.371_117),
        ("La = 33º 51,000'S Lo = 070º 30,000'V", -33.85, -70.5),
        ("-33.85, -70.5", -33.85, -70.5),
        ("La = 63º 00,000'N Lo = 014º 30,000'W", 63.0, -14.5),
    ] {
        assert_eq!(read(written), (Some((lat, lon)), vec!["location_outside_area".to_owned()]), "{written}");
    }
}

#[test]
fn the_first_position_that_can_be_read_counts() {
    let text = "Adress : Bärvägen 3\nPositionWGS84 : \nR_Pos-WSG84 : x1\nPos-WGS84 : 59,5 16,5\nPosition : 60,5 17,5";
    let alarm = decode(text.as_bytes());
    assert_eq!(alarm.location.map(|at| (at.lat, at.lon)), Some((59.5, 16.5)));
    assert_eq!(alarm.extra["position"], ["x1", "60,5 17,5"]);
    assert!(!alarm.flags.iter().any(|flag| flag.starts_with("location")));
}
