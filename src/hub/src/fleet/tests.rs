//! Nobody jumps, everybody gets somewhere, and the same seed drives the same way.

use std::{collections::BTreeMap, path::Path};

use super::{drive::metres, *};
use crate::config;

fn jamtland() -> (Deployment, Vec<Road>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/jamtland");
    let deployment = config::load(&folder).expect("a good deployment");
    let roads = config::roads(&folder, &deployment).expect("good roads");
    (deployment, roads)
}

fn played(seed: u64, seconds: u32) -> Vec<Vec<Position>> {
    let (deployment, roads) = jamtland();
    let mut fleet = Fleet::new(&deployment, &roads, seed);
    let now = |fleet: &Fleet| fleet.positions().map(|(_, position)| position).collect::<Vec<_>>();
    let mut all = vec![now(&fleet)];
    for _ in 0..seconds {
        fleet.step();
        all.push(now(&fleet));
    }
    all
}

#[test]
fn nobody_jumps() {
    let (deployment, _) = jamtland();
    let tops: Vec<_> =
        deployment.units_extra.values().filter(|extra| extra.location.is_some()).map(|extra| &extra.kind).collect();
    let seconds = played(7, 3 * 3_600);
    for pair in seconds.windows(2) {
        for ((before, after), kind) in pair[0].iter().zip(&pair[1]).zip(&tops) {
            let moved = metres((before.latitude, before.longitude), (after.latitude, after.longitude)) * 3.6;
            let most = if *kind == "ambulanshelikopter" { 225.0 } else { 111.0 };
            assert!(moved <= most, "{kind}: {moved} km/h");
            // A long straight leg is a little longer near the pole than in its middle: a plane is no sphere.
            assert!(
                moved <= f64::from(after.speed_kmh) * 1.02 + 1.0,
                "{kind} says {} and moves {moved}",
                after.speed_kmh
            );
            let (slower, faster) = (i64::from(before.speed_kmh), i64::from(after.speed_kmh));
            assert!(faster - slower <= 7 && slower - faster <= 16, "{kind}: from {slower} to {faster} km/h");
            let turned = (i64::from(after.course_deg) - i64::from(before.course_deg) + 180).rem_euclid(360) - 180;
            assert!(turned.abs() <= 31, "{kind} turns {turned} degrees");
        }
    }
}

#[test]
fn they_drive_at_the_speed_of_roads_and_come_home() {
    let seconds = played(1, 3 * 3_600);
    let vehicles = seconds[0].len();
    let moving = |second: &Vec<Position>| second.iter().filter(|position| position.speed_kmh > 0).count();
    assert_eq!(moving(&seconds[0]), 0);
    let most = seconds.iter().map(moving).max().unwrap_or(0);
    assert!(most > vehicles / 4, "{most} of {vehicles} drive at once");
    let mut fast = BTreeMap::new();
    let mut home_again = 0;
    for number in 0..vehicles {
        let at = |second: &Vec<Position>| (second[number].latitude, second[number].longitude);
        let far = seconds.iter().position(|second| metres(at(second), at(&seconds[0])) > 2_000.0);
        let back = far.filter(|far| seconds[*far..].iter().any(|second| metres(at(second), at(&seconds[0])) < 5.0));
        home_again += usize::from(back.is_some());
        *fast.entry(seconds.iter().map(|second| second[number].speed_kmh).max().unwrap_or(0)).or_insert(0) += 1;
    }
    assert!(home_again > vehicles / 3, "{home_again} of {vehicles} have been away and come home");
    assert!(fast.keys().filter(|speed| **speed >= 70).count() >= 3, "{fast:?}");
}

#[test]
fn the_same_seed_drives_the_same_way() {
    assert_eq!(played(3, 600), played(3, 600));
    assert_ne!(played(3, 600), played(4, 600));
}

#[test]
fn every_locality_with_a_road_can_be_reached_from_every_other() {
    let (deployment, roads) = jamtland();
    let network = Network::new(&roads, localities(&deployment).values().copied());
    let goals: Vec<_> = network.goals().collect();
    assert_eq!(goals.len(), localities(&deployment).len(), "every locality has a road");
    for from in &goals {
        assert!(goals.iter().all(|to| network.way(*from, *to).is_some()), "{from:?}");
    }
}

#[test]
fn mistakes_in_roads_are_told() {
    let (deployment, _) = jamtland();
    for (text, expected) in [
        (
            "[[vag]]\nnamn = \"E14\"\nhastighet = 90\npunkter = [\"Åre\", \"Stockholm\"]",
            "vagar.toml:4: «Stockholm» är ingen punkt",
        ),
        ("[[vag]]\nnamn = \"E14\"\nhastighet = 90\npunkter = [\"Åre\"]", "vagar.toml:1: en väg har minst två punkter"),
        (
            "[[vag]]\nnamn = \"E14\"\nhastighet = 200\npunkter = [\"Åre\", \"Sveg\"]",
            "vagar.toml:3: «hastighet» är 200; väntade 40",
        ),
        ("[[vag]]\nnamn = \"E14\"\nhastighet = 90", "vagar.toml:1: «punkter» saknas i [vag]"),
        (
            "[[vag]]\nfil = 1\nnamn = \"E14\"\nhastighet = 90\npunkter = [\"Åre\", \"91.0 14.0\"]",
            "vagar.toml:2: okänd nyckel «fil»",
        ),
        ("vag = 1", "vagar.toml:1: «vag» ska vara en eller flera tabeller"),
    ] {
        let findings = config::roads_text(text, &deployment).expect_err("refused");
        assert!(findings[0].to_string().starts_with(expected), "{} for {text}", findings[0]);
    }
}
