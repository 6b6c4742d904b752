//! The coarse forms: what they leave, and what they never do.

use proptest::prelude::*;
use samband_disclosure::coarse::{AgeGroup, Cell, age_group, grid, initials, last_two};

const TODAY: (i32, u32, u32) = (2026, 11, 20);

#[test]
fn initials_are_first_letters() {
    for (name, left) in [
        ("Anna-Karin Öst", "AKÖ"),
        ("  åke   ström ", "ÅS"),
        ("Bo", "B"),
        ("", ""),
        ("070 123 45 67", ""),
        ("Carl Gustaf Emil von Mannerheim", "CGE"),
    ] {
        assert_eq!(initials(name), left, "{name}");
    }
}

#[test]
fn last_two_of_what_has_at_least_four() {
    for (text, left) in
        [("070-123 45 67", "67"), ("ABC 12D", "2D"), ("1234", "34"), ("123", ""), ("", ""), ("- - -", "")]
    {
        assert_eq!(last_two(text), left, "{text}");
    }
}

#[test]
fn age_groups() {
    use AgeGroup::{Adult, Child, Elderly};
    for (number, group) in [
        ("20081120-1234", Some(Adult)),
        ("20081121-1234", Some(Child)),
        ("200811211234", Some(Child)),
        ("19611120-0000", Some(Elderly)),
        ("196111210000", Some(Adult)),
        // Ten digits: the latest date that is not in the future.
        ("261120-1234", Some(Child)),
        ("261121-1234", Some(Elderly)),
        ("900101-1234", Some(Adult)),
        ("150101-1234", Some(Child)),
        ("150101+1234", Some(Elderly)),
        // A coordination number has 60 added to the day.
        ("19900161-1234", Some(Adult)),
        ("901291-1234", Some(Adult)),
        // Born on a leap day: of age the day after the last of February.
        ("20080229-1234", Some(Adult)),
        ("20070229-1234", None),
        ("19901301-1234", None),
        ("19900132-1234", None),
        ("19900192-1234", None),
        ("19900160-1234", None),
        ("20261121-1234", None),
        ("19900101-TF12", None),
        ("okänt", None),
        ("", None),
        ("1990", None),
        ("٢٠٠٨١١٢١١٢٣٤", None),
    ] {
        assert_eq!(age_group(number, TODAY), group, "{number}");
    }
}

#[test]
fn a_kilometre_in_ostersund() {
    let cell = grid(63.1792, 14.6357, 1000, None);
    assert!(cell.south <= 63.1792 && 63.1792 - cell.south < 1.0 / 111.0, "{cell:?}");
    let metres = (14.6357 - cell.west) * 111_320.0 * 63.1792_f64.to_radians().cos();
    assert!((0.0..1010.0).contains(&metres), "{metres}");
}

#[test]
fn poles_antimeridian_and_nonsense_have_cells() {
    for latitude in [-90.0, 90.0, 91.0, 1e300, f64::NAN, f64::INFINITY] {
        for longitude in [-180.0, 180.0, 540.0, -1e300, f64::NAN, f64::NEG_INFINITY] {
            for side in [0, 1, 1000, u32::MAX] {
                let cell = grid(latitude, longitude, side, None);
                assert!((-90.0..=90.0).contains(&cell.south) && (-180.0..180.0).contains(&cell.west), "{cell:?}");
                assert_eq!(grid(latitude, longitude, side, Some(cell)), cell);
            }
        }
    }
    assert_eq!(grid(63.0, 180.0, 1000, None), grid(63.0, -180.0, 1000, None));
    let east_of_it = grid(63.0, -179.999, 1000, None);
    assert_eq!(grid(63.0, 179.999, 1000, Some(east_of_it)), east_of_it, "held across the antimeridian");
}

#[test]
fn a_cell_that_is_not_of_the_grid_holds_nothing() {
    let cell = grid(63.2, 14.6, 1000, None);
    for forged in [
        Cell { south: cell.south + 0.001, ..cell },
        Cell { west: cell.west - 0.001, ..cell },
        Cell { south: f64::NAN, ..cell },
        Cell { side_m: 500, ..cell },
        Cell { side_m: 0, ..cell },
    ] {
        assert_eq!(grid(63.2, 14.6, 1000, Some(forged)), cell);
    }
}

/// Metres north and east of the cell's south-west corner, by other arithmetic than the code's.
fn offset(cell: Cell, latitude: f64, longitude: f64) -> (f64, f64) {
    let mut degrees = longitude - cell.west;
    if degrees > 180.0 {
        degrees -= 360.0;
    }
    if degrees < -180.0 {
        degrees += 360.0;
    }
    let row_middle = (cell.south + f64::from(cell.side_m) / 2.0 / 111_320.0).to_radians();
    ((latitude - cell.south) * 111_320.0, degrees * 111_320.0 * row_middle.cos())
}

proptest! {
    #[test]
    fn the_point_is_in_its_cell(latitude in -89.0..89.0, longitude in -180.0..180.0, side in 50_u32..5000) {
        let cell = grid(latitude, longitude, side, None);
        let (north, east) = offset(cell, latitude, longitude);
        let side = f64::from(side);
        prop_assert!((-0.01..=side + 0.01).contains(&north), "{north} of {side}");
        // Columns are rounded to go a whole number of times round the earth: near the poles that is some per cent.
        prop_assert!((-0.01..=side * 1.1).contains(&east), "{east} of {side}");
    }

    #[test]
    fn a_cell_is_its_own_successor(latitude in -90.0..=90.0, longitude in -360.0..360.0, side in 1_u32..100_000) {
        let cell = grid(latitude, longitude, side, None);
        prop_assert_eq!(grid(latitude, longitude, side, Some(cell)), cell);
        prop_assert_eq!(grid(latitude, longitude, side, None), cell);
    }

    #[test]
    fn a_held_cell_is_near_and_a_left_one_is_the_plain_one(
        latitude in 55.0..70.0, longitude in 10.0..25.0, north in -1.5..1.5, east in -1.5..1.5, side in 100_u32..2000,
    ) {
        let before = grid(latitude, longitude, side, None);
        let metres = f64::from(side);
        let moved = (latitude + north * metres / 111_320.0, longitude + east * metres / 111_320.0);
        let after = grid(moved.0, moved.1, side, Some(before));
        let (up, right) = offset(before, moved.0, moved.1);
        let outside = |along: f64| (-along).max(along - metres).max(0.0) / metres;
        if after == before {
            prop_assert!(outside(up) < 0.16 && outside(right) < 0.16, "held at {up} {right} of {metres}");
        } else {
            prop_assert_eq!(after, grid(moved.0, moved.1, side, None));
            prop_assert!(outside(up) > 0.14 || outside(right) > 0.14, "left at {up} {right} of {metres}");
        }
    }
}
