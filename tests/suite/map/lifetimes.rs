//! How long a unit is on the map, and to whom what becomes of it is told.

use samband_domain::Involvement;
use samband_hub::live::{Fix, Nearby as _, UnitView};
use samband_proto::v1::Marking;

use super::world::{Picture, World, everywhere, on, unit};

const ENGINE: &str = "2311010";
const MINUTE: i64 = 60_000;

fn watched(viewers: &[&str]) -> World {
    let mut world = World::new();
    world.stand(1, "region-jh", Involvement::Alarmed);
    world.stand(1, "polis-nord", Involvement::Alarmed);
    world.live.unit(&unit(ENGINE), on(&[1]));
    for (session, viewer) in (1..).zip(viewers) {
        world.join(session, viewer, everywhere(), 1_000);
    }
    world.fix(ENGINE, 63.1767, 14.6361);
    world.tick();
    world
}

/// What the session sees of the engine, and what else came: (stale, emergency), or none.
fn seen(world: &mut World, session: u64, picture: &mut Picture) -> Option<(bool, bool)> {
    let frames = world.all(session);
    picture.fold(&frames);
    picture.units().get(ENGINE).map(|unit| (unit.stale.is_some(), unit.emergency.is_some()))
}

#[test]
fn it_goes_stale_and_then_away() {
    let mut world = watched(&["region-jh/operator"]);
    let mut picture = Picture::default();
    assert_eq!(seen(&mut world, 1, &mut picture), Some((false, false)));
    world.pass(117_000);
    world.tick();
    assert_eq!(seen(&mut world, 1, &mut picture), Some((false, false)));
    world.tick();
    assert_eq!(seen(&mut world, 1, &mut picture), Some((true, false)));
    world.pass(28 * MINUTE - 2_000);
    world.tick();
    assert_eq!(seen(&mut world, 1, &mut picture), Some((true, false)));
    world.tick();
    assert_eq!(seen(&mut world, 1, &mut picture), None);
    world.fix(ENGINE, 63.1767, 14.6361);
    world.tick();
    assert_eq!(seen(&mut world, 1, &mut picture), Some((false, false)));
}

#[test]
fn an_emergency_never_grows_old_for_who_is_told_of_it() {
    let mut world = watched(&["region-jh/operator", "sos-alarm/operator"]);
    let (mut told, mut untold) = (Picture::default(), Picture::default());
    world.live.unit(&unit(ENGINE), UnitView { emergency: true, ..on(&[1]) });
    world.tick();
    assert_eq!(seen(&mut world, 1, &mut told), Some((false, true)));
    // SOS always sees where it is; that it is in distress is told to who is drawn in.
    assert_eq!(seen(&mut world, 2, &mut untold), Some((false, false)));
    world.pass(3 * MINUTE);
    world.tick();
    assert_eq!(seen(&mut world, 1, &mut told), Some((false, true)));
    assert_eq!(seen(&mut world, 2, &mut untold), Some((true, false)));
    world.pass(24 * 60 * MINUTE);
    world.tick();
    assert_eq!(seen(&mut world, 1, &mut told), Some((false, true)));
    assert_eq!(seen(&mut world, 2, &mut untold), None);
    world.live.unit(&unit(ENGINE), on(&[1]));
    world.tick();
    assert_eq!(seen(&mut world, 1, &mut told), None);
}

#[test]
fn a_covert_unit_signs_off_for_others_and_works_on_for_its_own() {
    let mut world = watched(&["region-jh/operator", "polis-nord/command", "raddning-jamtland/command"]);
    let patrol = unit("1104010");
    world.live.unit(&patrol, on(&[1]));
    world.fix("1104010", 63.18, 14.64);
    world.tick();
    let mut pictures = [Picture::default(), Picture::default(), Picture::default()];
    let sees = |world: &mut World, pictures: &mut [Picture; 3]| {
        [1, 2, 3].map(|session: u64| {
            let picture = &mut pictures[usize::try_from(session).unwrap() - 1];
            picture.fold(&world.all(session));
            picture.units().contains_key("1104010")
        })
    };
    // The rescue service has not been alarmed: it sees its own.
    assert_eq!(sees(&mut world, &mut pictures), [true, true, false]);
    let covert = UnitView { raised: Some(Marking::CovertUnit), signed_off: true, ..on(&[1]) };
    world.live.unit(&patrol, covert.clone());
    world.tick();
    assert_eq!(sees(&mut world, &mut pictures), [false, true, false]);
    world.live.unit(&patrol, UnitView { raised: None, ..covert });
    world.tick();
    assert_eq!(sees(&mut world, &mut pictures), [false, false, false]);
}

#[test]
fn a_fix_that_is_older_than_the_one_held_changes_nothing() {
    let mut world = watched(&["region-jh/operator"]);
    world.all(1);
    let late = Fix {
        latitude: 63.5,
        longitude: 14.6,
        accuracy_m: None,
        fix_at: samband_domain::Timestamp(world.now.wall.0 - 5_000),
        course_deg: None,
        speed_kmh: None,
        heard: world.now.steady,
    };
    world.take(ENGINE, late);
    world.tick();
    assert!(world.all(1).is_empty());
}

#[test]
fn who_rests_is_told_of_now_and_then() {
    let mut world = watched(&["region-jh/operator"]);
    world.all(1);
    let mut frames = 0;
    for _ in 0..40 {
        world.fix(ENGINE, 63.1767, 14.6361);
        world.tick();
        frames += world.all(1).len();
    }
    assert_eq!(frames, 4, "its time of fix every ten seconds, and nothing else");
}

#[test]
fn near_is_who_was_heard_of_lately_or_has_its_station_there() {
    let mut world = watched(&[]);
    let nearby = world.live.nearby();
    // Sveg's engine is far from its station, on the square of Funäsdalen.
    world.fix("2314510", 62.5411, 12.5412);
    world.tick();
    let ids = |most| nearby.nearest(62.5411, 12.5411, most).iter().map(ToString::to_string).collect::<Vec<_>>();
    // At the station itself in the order of ids, then who is five metres off.
    assert_eq!(ids(5), ["1104610", "2314710", "2314760", "3269470", "2314510"]);
    assert_eq!(nearby.location(&unit("2314510")).map(|at| (at.0, at.1)), Some((62.5411, 12.5412)));
    assert_eq!(nearby.location(&unit("2314710")), None);
    world.live.unit(&unit("2314710"), UnitView { signed_off: true, ..UnitView::default() });
    world.pass(11 * MINUTE);
    world.tick();
    assert_eq!(ids(4)[..3], ["1104610", "2314760", "3269470"]);
    assert_ne!(ids(4)[3], "2314510", "after ten minutes it is taken to be at its station");
    assert!(nearby.location(&unit("2314510")).is_some(), "an old location is better than none");
}

#[test]
fn locations_on_an_incident_are_recorded_thinned() {
    let mut world = watched(&[]);
    let recorded = |world: &mut World, latitude: f64| {
        world.fix(ENGINE, latitude, 14.6361);
        world.tick();
        world.live.recordings(world.now.steady).len()
    };
    assert_eq!(recorded(&mut world, 63.1767), 1, "the first");
    assert_eq!(recorded(&mut world, 63.1780), 0, "150 m");
    assert_eq!(recorded(&mut world, 63.1791), 1, "270 m");
    world.pass(40_000);
    assert_eq!(recorded(&mut world, 63.17911), 0, "it stands still");
    assert_eq!(recorded(&mut world, 63.1795), 1, "50 m and 40 s");
    world.live.unit(&unit(ENGINE), on(&[]));
    assert_eq!(recorded(&mut world, 63.2500), 0, "on no incident");
}
