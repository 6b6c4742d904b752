//! Who misses frames: key frames, and the same picture in the end.

use std::sync::atomic::Ordering;

use proptest::prelude::*;
use samband_domain::Involvement;
use samband_hub::live::{Area, UnitView};

use super::world::{Picture, World, everywhere, map_frame, on, unit};

const UNITS: [&str; 6] = ["2311010", "2311020", "2312010", "2312110", "2314510", "2314540"];

#[derive(Debug, Clone)]
enum Act {
    Fix { unit: usize, north: i32, east: i32 },
    View { unit: usize, incident: u8, signed_off: bool },
    Stand(usize),
    Follow(usize),
    Tick,
    Drain(usize),
    Serve,
}

fn act() -> impl Strategy<Value = Act> {
    let step = -60..60_i32;
    prop_oneof![
        6 => (0..6_usize, step.clone(), step).prop_map(|(unit, north, east)| Act::Fix { unit, north, east }),
        1 => (0..6_usize, 1..4_u8, any::<bool>())
            .prop_map(|(unit, incident, signed_off)| Act::View { unit, incident, signed_off }),
        1 => (0..4_usize).prop_map(Act::Stand),
        1 => (0..3_usize).prop_map(Act::Follow),
        4 => Just(Act::Tick),
        3 => (0..4_usize).prop_map(Act::Drain),
        1 => Just(Act::Serve),
    ]
}

fn areas(choice: usize) -> Vec<Area> {
    match choice {
        0 => everywhere(),
        1 => vec![Area::new(63.0, 14.0, 64.0, 15.0).unwrap()],
        _ => vec![Area::new(62.5, 14.5, 63.3, 16.0).unwrap(), Area::new(63.2, 13.0, 63.9, 14.6).unwrap()],
    }
}

/// A client: it forgets what it no longer follows.
struct Client {
    picture: Picture,
    areas: Vec<Area>,
}

impl Client {
    fn follow(&mut self, areas: Vec<Area>) {
        self.areas = areas;
        let areas = &self.areas;
        let followed = |(south, west): &(i64, i64)| {
            let (south, west) = (*south as f64 / 4.0 + 0.1, *west as f64 / 4.0 + 0.1);
            areas.iter().any(|area| {
                // A point inside the cell, as a rectangle of one cell.
                let cell = Area::new(south, west, south, west).unwrap();
                area.covers(&cell)
            })
        };
        self.picture.0.retain(|cell, _| followed(cell));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn whoever_missed_frames_ends_with_the_picture_of_who_comes_now(acts in prop::collection::vec(act(), 1..100)) {
        let mut world = World::new();
        world.stand(1, "region-jh", Involvement::Alarmed);
        world.stand(2, "region-jh", Involvement::Near);
        for (number, id) in UNITS.iter().enumerate() {
            world.live.unit(&unit(id), on(&[u8::try_from(number % 2).unwrap() + 1]));
        }
        // Four places: two frames, and it is behind.
        world.join(1, "region-jh/operator", everywhere(), 4);
        let mut client = Client { picture: Picture::default(), areas: everywhere() };
        for act in acts {
            match act {
                Act::Fix { unit, north, east } => {
                    world.fix(UNITS[unit], 63.3 + f64::from(north) * 0.01, 14.6 + f64::from(east) * 0.02);
                }
                Act::View { unit: number, incident, signed_off } => {
                    world.live.unit(&unit(UNITS[number]), UnitView { signed_off, ..on(&[incident]) });
                }
                Act::Stand(number) => world.stand(2, "region-jh", Involvement::ALL[number]),
                Act::Follow(choice) => {
                    // What is on its way is read first: a client forgets when it has asked, not before.
                    client.picture.fold(&world.drain(1, usize::MAX));
                    client.follow(areas(choice));
                    world.live.follow(samband_hub::fanout::SessionId(1), areas(choice), world.now.wall);
                }
                Act::Tick => world.tick(),
                Act::Drain(most) => client.picture.fold(&world.drain(1, most)),
                Act::Serve => world.live.serve(world.now.wall),
            }
        }
        world.tick();
        let rest = world.all(1);
        client.picture.fold(&rest);
        world.join(2, "region-jh/operator", client.areas.clone(), 1_000);
        let mut fresh = Picture::default();
        let frames = world.all(2);
        prop_assert!(frames.iter().all(|frame| map_frame(frame).key == Some(true)));
        fresh.fold(&frames);
        client.picture.units();
        prop_assert_eq!(client.picture, fresh);
    }
}

fn two_watch(places: usize) -> World {
    let mut world = World::new();
    world.stand(1, "region-jh", Involvement::Alarmed);
    UNITS.iter().for_each(|id| world.live.unit(&unit(id), on(&[1])));
    world.join(1, "region-jh/operator", everywhere(), places);
    world.join(2, "region-jh/operator", everywhere(), 1_000);
    world
}

#[test]
fn a_full_outbox_is_skipped_and_gets_key_frames_later() {
    let mut world = two_watch(4);
    let (mut slow, mut fast) = (Picture::default(), Picture::default());
    for second in 0..20 {
        for (number, id) in UNITS.iter().enumerate() {
            let north = f64::from(u32::try_from(number).unwrap()) * 0.3;
            world.fix(id, 62.2 + north, 14.6 + f64::from(second) * 0.01);
        }
        world.tick();
        fast.fold(&world.drain(2, usize::MAX));
    }
    let waiting = world.drain(1, usize::MAX);
    assert_eq!(waiting.len(), 2, "half of the outbox is left for the journal");
    slow.fold(&waiting);
    assert_ne!(slow, fast);
    world.live.serve(world.now.wall);
    let rest = world.all(1);
    assert!(!rest.is_empty() && rest.iter().all(|frame| map_frame(frame).key == Some(true)));
    slow.fold(&rest);
    assert_eq!(slow, fast);
    // In step again, it gets changes like everybody else, and the same bytes.
    world.fix(UNITS[0], 62.2, 14.9);
    world.tick();
    let (one, two) = (world.all(1), world.all(2));
    assert!(one == two && map_frame(&one[0]).key.is_none());
}

#[test]
fn more_changes_than_there_is_room_for_come_one_after_the_other_within_the_tick() {
    let mut world = two_watch(4);
    let mut picture = Picture::default();
    for longitude in [14.5, 14.51] {
        for (number, id) in UNITS.iter().enumerate() {
            world.fix(id, 62.2 + f64::from(u32::try_from(number).unwrap()) * 0.3, longitude);
        }
        world.tick();
        let frames = world.all(1);
        assert_eq!(frames.len(), UNITS.len());
        assert!(frames.iter().all(|frame| map_frame(frame).key.is_none()), "none has been missed");
        picture.fold(&frames);
    }
    assert_eq!(picture.units().len(), UNITS.len());
}

#[test]
fn sessions_of_a_class_share_bytes() {
    let mut world = two_watch(1_000);
    world.fix(UNITS[0], 63.1, 14.6);
    world.tick();
    let (one, two) = (world.drain(1, 1), world.drain(2, 1));
    assert_eq!(one[0].bytes().as_ptr(), two[0].bytes().as_ptr());
}

#[test]
fn who_is_not_in_the_ledger_is_shown_nothing() {
    let mut world = two_watch(1_000);
    world.fix(UNITS[0], 63.1, 14.6);
    world.ledger.broken.store(true, Ordering::SeqCst);
    world.tick();
    assert!(world.all(1).is_empty());
    world.ledger.broken.store(false, Ordering::SeqCst);
    world.fix(UNITS[0], 63.1, 14.7);
    world.tick();
    assert_eq!(world.ledger.entered.load(Ordering::SeqCst), 2);
    // Who was entered before the ledger broke goes on; who comes now does not.
    world.ledger.broken.store(true, Ordering::SeqCst);
    world.join(3, "region-jh/operator", everywhere(), 1_000);
    world.fix(UNITS[0], 63.1, 14.72);
    world.tick();
    assert_eq!((world.all(1).len(), world.all(2).len(), world.all(3).len()), (2, 2, 0));
}
