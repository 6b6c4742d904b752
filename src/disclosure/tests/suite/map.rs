//! What leaves of a unit's location, one rule at a time, and against a definition written out.

use std::{collections::BTreeMap, sync::Arc};

use proptest::prelude::*;
use samband_disclosure::{
    MapClass, MapUnit, Mask, Policy, Viewer,
    coarse::grid,
    disclose_unit,
    map::{Age, Place, UndisclosedUnit, UnitIdentity, UnitLevels, UnitStanding},
    mask::bit,
    policy::{OwnerTerms, Parts},
};
use samband_domain::{Involvement, Level, Role, Timestamp, UnitId, status::UnitState};
use samband_proto::v1::Marking;

use crate::deployment::organisation;

const OWNER: &str = "raddning-jamtland";
const OTHER: &str = "region-jh";

fn identity() -> Arc<UnitIdentity> {
    Arc::new(UnitIdentity {
        unit: UnitId::new("2311010").expect("a name"),
        organisation: organisation(OWNER),
        call_sign: "2 31-1010".into(),
        kind: "släckbil".into(),
    })
}

fn unit<'a>(identity: &'a Arc<UnitIdentity>, code: &'a Arc<str>) -> UndisclosedUnit<'a> {
    UndisclosedUnit {
        identity,
        latitude: 63.176_704,
        longitude: 14.636_096,
        square: grid(63.176_704, 14.636_096, 1_000, None),
        course_deg: Some(271),
        speed_kmh: Some(83),
        fix_at: Timestamp(1_000),
        age: Age::Fresh,
        state: Some(UnitState::EnRoute),
        code: Some(code),
        emergency: false,
    }
}

fn seen(change: impl Fn(&mut UndisclosedUnit<'_>), levels: UnitLevels) -> Option<MapUnit> {
    let (identity, code) = (identity(), Arc::from("U"));
    let mut unit = unit(&identity, &code);
    change(&mut unit);
    disclose_unit(&unit, levels).map(|disclosed| disclosed.payload().clone())
}

fn levels(location: Level, status: Level, emergency: Level) -> UnitLevels {
    UnitLevels { location, status, emergency }
}

#[test]
fn full_is_a_metre_and_how_it_moves() {
    let full = seen(|_| {}, levels(Level::Full, Level::Full, Level::Full)).expect("it is seen");
    let expected = Place::Point {
        latitude_e5: 6_317_670,
        longitude_e5: 1_463_610,
        course_deg: Some(271),
        speed_kmh: Some(83),
        fix_at: Timestamp(1_000),
    };
    assert!(full.place == expected && full.state == Some(UnitState::EnRoute) && full.code.as_deref() == Some("U"));
}

#[test]
fn coarse_is_the_square_and_nothing_else() {
    let coarse = seen(|_| {}, levels(Level::Coarse, Level::Coarse, Level::Hidden)).expect("it is seen");
    assert!(coarse.place == Place::Square(grid(63.176_704, 14.636_096, 1_000, None)));
    assert!(coarse.state.is_none() && coarse.code.is_none());
}

#[test]
fn hidden_and_withheld_leave_no_trace() {
    for level in [Level::Hidden, Level::Withheld] {
        assert!(seen(|_| {}, levels(level, Level::Full, Level::Full)).is_none());
        assert!(seen(|unit| unit.emergency = true, levels(level, Level::Full, Level::Full)).is_none());
    }
}

#[test]
fn an_emergency_holds_a_unit_for_who_is_told_of_it() {
    for (emergency, told) in
        [(Level::Hidden, false), (Level::Withheld, false), (Level::Coarse, true), (Level::Full, true)]
    {
        let levels = levels(Level::Full, Level::Full, emergency);
        let with = |age| move |unit: &mut UndisclosedUnit<'_>| (unit.emergency, unit.age) = (true, age);
        let stale = seen(with(Age::Stale), levels).expect("it is seen");
        assert_eq!((stale.emergency, stale.stale), (told, !told));
        assert_eq!(seen(with(Age::Gone), levels).is_some(), told);
        assert!(seen(|unit| unit.age = Age::Gone, levels).is_none(), "without a distress nothing holds it");
    }
}

#[test]
fn nothing_prints_a_location() {
    let full = seen(|_| {}, levels(Level::Full, Level::Full, Level::Full)).expect("it is seen");
    assert_eq!(format!("{full:?}"), "MapUnit(2311010 …)");
}

type Masks = [Mask; 4];

fn policy(masks: Masks, push_only: u64) -> Policy {
    let viewer = |name| Viewer { organisation: organisation(name), role: Role::Operator };
    let mut parts = Parts::default();
    parts.owners.insert(organisation(OWNER), OwnerTerms { push_only, ..OwnerTerms::default() });
    for (involvement, mask) in Involvement::ALL.into_iter().zip(masks) {
        for name in [OWNER, OTHER] {
            parts.masks.insert((organisation(OWNER), viewer(name), involvement), mask);
        }
    }
    Policy::new(parts)
}

fn of(policy: &Policy, viewer: &str, raised: bool, signed_off: bool, involvements: &[Involvement]) -> UnitLevels {
    let class = MapClass::new(policy, Viewer { organisation: organisation(viewer), role: Role::Operator });
    let owner = organisation(OWNER);
    let standing = UnitStanding { owner: &owner, raised: raised.then_some(Marking::CovertUnit), signed_off };
    class.levels(standing, involvements.iter().copied())
}

fn mask(location: Level, covert: Level) -> Mask {
    let mask = Mask::HIDDEN.with(Marking::UnitLocation, location).with(Marking::CovertUnit, covert);
    mask.with(Marking::UnitStatus, Level::Full).with(Marking::Emergency, Level::Full)
}

#[test]
fn the_least_within_an_incident_and_the_most_over_incidents() {
    let masks = [Mask::HIDDEN, mask(Level::Full, Level::Hidden), mask(Level::Coarse, Level::Full), Mask::HIDDEN];
    let policy = policy(masks, 0);
    let both = [Involvement::Near, Involvement::Alarmed];
    // One incident would show where, the other that it is covert: together that is not both.
    assert_eq!(of(&policy, OTHER, true, false, &both).location, Level::Coarse);
    assert_eq!(of(&policy, OTHER, false, false, &both).location, Level::Full);
    assert_eq!(of(&policy, OTHER, true, false, &[Involvement::Near]), UnitLevels::default());
}

#[test]
fn what_is_pushed_only_is_on_no_map_but_ones_own() {
    let masks = [mask(Level::Full, Level::Full); 4];
    let policy = policy(masks, bit(Marking::UnitLocation));
    assert_eq!(of(&policy, OTHER, false, false, &[Involvement::Alarmed]).location, Level::Hidden);
    assert_eq!(of(&policy, OTHER, false, false, &[Involvement::Alarmed]).status, Level::Full);
    assert_eq!(of(&policy, OWNER, false, false, &[]).location, Level::Full);
}

#[test]
fn an_owner_without_decisions_shows_nothing() {
    let class =
        MapClass::new(&policy([Mask::FULL; 4], 0), Viewer { organisation: organisation(OTHER), role: Role::Operator });
    let stranger = organisation("ny");
    let standing = UnitStanding { owner: &stranger, raised: None, signed_off: false };
    assert_eq!(class.levels(standing, [Involvement::Lead].into_iter()), UnitLevels::default());
}

fn level() -> impl Strategy<Value = Level> {
    (0..4_usize).prop_map(|number| Level::ALL[number])
}

fn any_mask() -> impl Strategy<Value = Mask> {
    [level(), level(), level(), level()].prop_map(|[location, covert, status, emergency]| {
        let mask = Mask::HIDDEN.with(Marking::UnitLocation, location).with(Marking::CovertUnit, covert);
        mask.with(Marking::UnitStatus, status).with(Marking::Emergency, emergency)
    })
}

proptest! {
    /// The definition, written out: for each involvement there is, none among them, the least of marking and raised; of these the most.
    #[test]
    fn levels_are_as_defined(
        masks in [any_mask(), any_mask(), any_mask(), any_mask()],
        chosen in prop::collection::vec(0..4_usize, 0..4),
        own in any::<bool>(),
        raised in any::<bool>(),
        signed_off in any::<bool>(),
    ) {
        let viewer = if own { OWNER } else { OTHER };
        let involvements: Vec<_> = chosen.iter().map(|number| Involvement::ALL[*number]).collect();
        let got = of(&policy(masks, 0), viewer, raised, signed_off, &involvements);
        let mut table = BTreeMap::new();
        for marking in [Marking::UnitLocation, Marking::UnitStatus, Marking::Emergency] {
            let mut most = Level::Hidden;
            for number in chosen.iter().copied().chain([0]) {
                let mut least = masks[number].get(marking);
                if raised && masks[number].get(Marking::CovertUnit) < least {
                    least = masks[number].get(Marking::CovertUnit);
                }
                if least > most {
                    most = least;
                }
            }
            table.insert(marking as i32, most);
        }
        let sees_covert = raised && chosen.iter().chain(&[0]).any(|at| masks[*at].get(Marking::CovertUnit) == Level::Full);
        if signed_off && !(own && sees_covert) {
            prop_assert_eq!(got, UnitLevels::default());
        } else {
            let expected = |marking: Marking| table[&(marking as i32)];
            prop_assert_eq!(got.location, expected(Marking::UnitLocation));
            prop_assert_eq!(got.status, expected(Marking::UnitStatus));
            prop_assert_eq!(got.emergency, expected(Marking::Emergency));
        }
    }
}
