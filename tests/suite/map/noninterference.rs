//! Two runs that differ only in units, and in what of units, a viewer may not see give it the same bytes.

use proptest::prelude::*;
use samband_disclosure::coarse::grid;
use samband_domain::{Involvement, Timestamp, status::UnitState};
use samband_hub::live::{Fix, UnitView};
use samband_proto::v1::Marking;

use super::world::{World, everywhere, map_frame, on, unit};

/// The municipality is alarmed to incident 1, near to incident 2, and not involved in incident 3.
const VIEWER: &str = "ostersund/operator";
/// On incident 1: seen in full.
const SEEN: [&str; 2] = ["2311010", "2311020"];
/// On incident 2: seen as squares.
const COARSE: [&str; 2] = ["2312010", "2312110"];
/// On incident 3 or none, or covert on incident 1: not seen.
const HIDDEN: [&str; 4] = ["2314510", "2314540", "1104120", "1104010"];
const COVERT: &str = "1104010";

/// What happens. Places are steps from the middle of a square.
#[derive(Debug, Clone)]
enum Act {
    /// Of one that is seen.
    Fix {
        unit: usize,
        north: i32,
        east: i32,
    },
    View {
        unit: usize,
        emergency: bool,
        signed_off: bool,
    },
    /// Of one that is seen as a square: which square is told, where in it is not.
    Square {
        unit: usize,
        north: i32,
        within: (i32, i32),
    },
    /// What of a coarse unit is not seen. That it is in distress would be.
    CoarseStatus {
        unit: usize,
        state: usize,
    },
    /// Of one that is not seen.
    HiddenFix {
        unit: usize,
        north: i32,
        east: i32,
    },
    HiddenView {
        unit: usize,
        state: usize,
        emergency: bool,
        signed_off: bool,
    },
    /// Others look too, and stand to incidents as they do.
    OthersLook(u64),
    OthersStand(usize),
    Tick,
    LongTick,
    Drain(usize),
}

impl Act {
    /// The viewer may not know whether it happened, or how.
    fn is_secret(&self) -> bool {
        matches!(
            self,
            Self::CoarseStatus { .. }
                | Self::HiddenFix { .. }
                | Self::HiddenView { .. }
                | Self::OthersLook(_)
                | Self::OthersStand(_)
        )
    }
}

fn act() -> impl Strategy<Value = Act> {
    let step = -60..60_i32;
    prop_oneof![
        3 => (0..2_usize, step.clone(), step.clone()).prop_map(|(unit, north, east)| Act::Fix { unit, north, east }),
        1 => (0..2_usize, any::<bool>(), any::<bool>())
            .prop_map(|(unit, emergency, signed_off)| Act::View { unit, emergency, signed_off }),
        3 => (0..2_usize, -3..3_i32, (-3..=3, -3..=3)).prop_map(|(unit, north, within)| Act::Square { unit, north, within }),
        2 => (0..2_usize, 0..7_usize).prop_map(|(unit, state)| Act::CoarseStatus { unit, state }),
        3 => (0..4_usize, step.clone(), step).prop_map(|(unit, north, east)| Act::HiddenFix { unit, north, east }),
        2 => (0..4_usize, 0..7_usize, any::<bool>(), any::<bool>()).prop_map(
            |(unit, state, emergency, signed_off)| Act::HiddenView { unit, state, emergency, signed_off }
        ),
        1 => (2..6_u64).prop_map(Act::OthersLook),
        1 => (0..4_usize).prop_map(Act::OthersStand),
        4 => Just(Act::Tick),
        1 => Just(Act::LongTick),
        2 => (0..6_usize).prop_map(Act::Drain),
    ]
}

const STATES: [UnitState; 7] = [
    UnitState::EnRoute,
    UnitState::OnScene,
    UnitState::Loaded,
    UnitState::AtDestination,
    UnitState::Returning,
    UnitState::Available,
    UnitState::Unavailable,
];

struct Run {
    world: World,
    carried: Vec<Vec<Vec<u8>>>,
}

/// The middle of the square with this number north of Östersund, and a place some 100 m steps from there.
fn in_square(north: i32, within: (i32, i32)) -> (f64, f64) {
    let square = grid(63.2 + f64::from(north) * 0.02, 14.6, 1_000, None);
    (square.south + 0.0045 + f64::from(within.0) * 0.001, square.west + 0.0099 + f64::from(within.1) * 0.002)
}

impl Run {
    fn new() -> Self {
        let mut world = World::new();
        world.stand(1, "ostersund", Involvement::Alarmed);
        world.stand(2, "ostersund", Involvement::Near);
        SEEN.iter().for_each(|id| world.live.unit(&unit(id), on(&[1])));
        COARSE.iter().for_each(|id| world.live.unit(&unit(id), on(&[2])));
        HIDDEN.iter().for_each(|id| world.live.unit(&unit(id), hidden_view(id, 0, false, false)));
        world.join(1, VIEWER, everywhere(), 12);
        Self { world, carried: Vec::new() }
    }

    /// `other`: what is secret is otherwise here.
    fn play(&mut self, act: &Act, other: bool) {
        let turn = |number: i32| if other { -number - 1 } else { number };
        let world = &mut self.world;
        match act {
            Act::Fix { unit, north, east } => {
                world.fix(SEEN[*unit], 63.3 + f64::from(*north) * 0.01, 14.6 + f64::from(*east) * 0.02);
            }
            Act::View { unit: number, emergency, signed_off } => {
                let view = UnitView { emergency: *emergency, signed_off: *signed_off, ..on(&[1]) };
                world.live.unit(&unit(SEEN[*number]), view);
            }
            Act::Square { unit, north, within } => {
                let (latitude, longitude) = in_square(*north, if other { (-within.0, -within.1) } else { *within });
                let fix = Fix {
                    latitude,
                    longitude,
                    accuracy_m: None,
                    fix_at: Timestamp(world.now.wall.0 + i64::from(turn(1))),
                    course_deg: Some(if other { 10 } else { 200 }),
                    speed_kmh: Some(if other { 20 } else { 90 }),
                    heard: world.now.steady,
                };
                world.take(COARSE[*unit], fix);
            }
            Act::CoarseStatus { unit: number, state } => {
                let view = UnitView { state: Some(STATES[*state]).filter(|_| !other), code: None, ..on(&[2]) };
                world.live.unit(&unit(COARSE[*number]), view);
            }
            Act::HiddenFix { unit, north, east } => {
                let at = (63.3 + f64::from(turn(*north)) * 0.01, 14.6 + f64::from(turn(*east)) * 0.02);
                world.fix(HIDDEN[*unit], at.0, at.1);
            }
            Act::HiddenView { unit: number, state, emergency, signed_off } => {
                let view = hidden_view(HIDDEN[*number], *state, *emergency != other, *signed_off != other);
                world.live.unit(&unit(HIDDEN[*number]), view);
            }
            Act::OthersLook(session) => world.join(*session, "polis-nord/operator", everywhere(), 4),
            Act::OthersStand(number) => {
                let involvement = Involvement::ALL[if other { 3 - *number } else { *number }];
                (1..4).for_each(|incident| world.stand(incident, "polis-nord", involvement));
            }
            Act::Tick => world.tick(),
            Act::LongTick => {
                world.pass(150_000);
                world.tick();
            }
            Act::Drain(most) => {
                let frames = world.drain(1, *most);
                world.live.serve(world.now.wall);
                frames.iter().for_each(nothing_fine_of_squares);
                self.carried.push(frames.iter().map(|frame| frame.bytes().to_vec()).collect());
            }
        }
    }

    fn finish(mut self) -> Vec<Vec<Vec<u8>>> {
        self.world.tick();
        let frames = self.world.all(1);
        self.carried.push(frames.iter().map(|frame| frame.bytes().to_vec()).collect());
        for frame in &frames {
            nothing_fine_of_squares(frame);
        }
        self.carried
    }
}

/// Coarse viewers never get coordinates, course, speed or time.
fn nothing_fine_of_squares(frame: &samband_hub::wire::frame::Frame) {
    for unit in map_frame(frame).units {
        let id = unit.unit_id.clone().unwrap();
        assert!(!HIDDEN.contains(&id.as_str()), "{id} is seen");
        let fine = unit.latitude_e5.is_some() || unit.longitude_e5.is_some() || unit.fix_at.is_some();
        let fine = fine || unit.course_deg.is_some() || unit.speed_kmh.is_some() || unit.code.is_some();
        assert_eq!(COARSE.contains(&id.as_str()), !fine, "{id}");
        assert_eq!(unit.area.is_some(), !fine, "{id}");
    }
}

fn hidden_view(id: &str, state: usize, emergency: bool, signed_off: bool) -> UnitView {
    let covert = id == COVERT;
    let raised = covert.then_some(Marking::CovertUnit);
    let incidents = if covert { on(&[1]) } else { on(&[3]) };
    UnitView { raised, emergency, signed_off, state: Some(STATES[state]), ..incidents }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn what_is_not_seen_changes_nothing(acts in prop::collection::vec(act(), 1..80), left_out in any::<bool>()) {
        let (mut one, mut two) = (Run::new(), Run::new());
        for act in &acts {
            one.play(act, false);
            if !(left_out && act.is_secret()) {
                two.play(act, true);
            }
        }
        prop_assert_eq!(one.finish(), two.finish());
    }
}

/// The control: the same comparison tells runs apart that differ in what is seen.
#[test]
fn what_is_seen_changes_something() {
    let run = |north| {
        let mut run = Run::new();
        run.play(&Act::Square { unit: 0, north, within: (0, 0) }, false);
        run.play(&Act::Fix { unit: 0, north: 1, east: 1 }, false);
        run.finish()
    };
    assert_ne!(run(0), run(1));
    assert!(!run(0).concat().is_empty());
}
