//! Random steps for the hub and the model: mostly such as can be accepted, and such as cannot.

use proptest::prelude::*;

use crate::model::{Name, Step};

/// Everybody who can act from a desk.
pub(crate) const DESKS: [Name; 5] = ["sos", "fire", "amb", "police", "city"];
const CREWS: [Name; 5] = ["fire:f1", "fire:f2", "amb:a1", "police:p1", "city:c1"];
/// Few enough that the same ones meet.
const OFTEN: [Name; 5] = ["fire", "fire:f1", "fire:f2", "amb:a1", "city"];

fn desks() -> impl Strategy<Value = Name> {
    // The one that leads and alarms most acts most.
    prop_oneof![3 => Just("sos"), 2 => prop::sample::select(&DESKS[..])]
}

fn names() -> impl Strategy<Value = Name> {
    let rest = prop_oneof![prop::sample::select(&DESKS[..]), prop::sample::select(&CREWS[..])];
    prop_oneof![3 => prop::sample::select(&OFTEN[..]), 1 => rest]
}

fn alarms() -> impl Strategy<Value = usize> {
    prop_oneof![9 => Just(0), 4 => Just(1), 1 => 2..4_usize]
}

fn reason() -> impl Strategy<Value = bool> {
    prop::bool::weighted(0.9)
}

fn parties(most: usize) -> impl Strategy<Value = Vec<(Name, bool)>> {
    prop::collection::vec((names(), prop::bool::weighted(0.7)), 0..=most)
}

fn alarm_steps() -> impl Strategy<Value = Step> {
    let replaced = prop::option::weighted(0.4, names());
    prop_oneof![
        3 => (desks(), prop::bool::weighted(0.3), prop::bool::weighted(0.1), parties(4))
            .prop_map(|(by, plan, external, parties)| Step::Raise { by, plan, external, parties }),
        // An organisation without alarm right, which may alarm its own units and nobody else.
        1 => (parties(1), alarms()).prop_map(|(parties, alarm)| Step::Add { by: "city", alarm, parties, replaces: None }),
        1 => Just(Step::Raise { by: "city", plan: false, external: false, parties: vec![("city:c1", true)] }),
        3 => (desks(), alarms(), parties(2), replaced)
            .prop_map(|(by, alarm, parties, replaces)| Step::Add { by, alarm, parties, replaces }),
        3 => (desks(), alarms(), names(), reason())
            .prop_map(|(by, alarm, party, reason)| Step::Waive { by, alarm, party, reason }),
        1 => (desks(), alarms(), prop::collection::vec(names(), 0..2), reason())
            .prop_map(|(by, alarm, parties, reason)| Step::Recall { by, alarm, parties, reason }),
        1 => (desks(), alarms(), reason()).prop_map(|(by, alarm, reason)| Step::OpenGate { by, alarm, reason }),
    ]
}

fn answer_steps() -> impl Strategy<Value = Step> {
    let heard = || prop::option::weighted(0.3, names());
    let code = prop::sample::select(&["U", "U", "F", "?"][..]);
    prop_oneof![
        8 => (names(), prop::option::weighted(0.6, alarms()), heard(), prop::option::weighted(0.7, -60..200_i64)).prop_map(
            |(by, alarm, heard, pressed_ago)| Step::Acknowledge { by, alarm, heard, pressed_ago }
        ),
        3 => (names(), alarms(), heard(), reason())
            .prop_map(|(by, alarm, heard, reason)| Step::Decline { by, alarm, heard, reason }),
        2 => (names(), prop::option::of(prop::sample::select(&CREWS[..])), code)
            .prop_map(|(by, unit, code)| Step::Status { by, unit, code }),
        2 => (names(), 0..6_u32, heard()).prop_map(|(by, number, heard)| Step::Confirm { by, number, heard }),
    ]
}

fn desk_steps() -> impl Strategy<Value = Step> {
    let names = || prop::sample::select(&DESKS[..]);
    prop_oneof![
        2 => names().prop_map(|by| Step::StandDown { by }),
        2 => (desks(), names()).prop_map(|(by, to)| Step::Offer { by, to }),
        2 => names().prop_map(|by| Step::Accept { by }),
        1 => (desks(), names()).prop_map(|(by, organisation)| Step::Involve { by, organisation }),
        2 => (desks(), any::<bool>(), any::<bool>())
            .prop_map(|(by, text, material)| Step::Issue { by, text, material }),
        1 => (desks(), prop::bool::weighted(0.8)).prop_map(|(by, completed)| Step::Close { by, completed }),
        3 => (desks(), reason()).prop_map(|(by, reason)| Step::Reopen { by, reason }),
        5 => (1..70_i64).prop_map(|seconds| Step::Wait { seconds }),
    ]
}

/// A history to try: an alarm, and what comes.
pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let first = parties(4).prop_map(|parties| Step::Raise { by: "sos", plan: false, external: false, parties });
    let step = prop_oneof![3 => alarm_steps(), 7 => answer_steps(), 4 => desk_steps()];
    (first, prop::collection::vec(step, 1..100)).prop_map(|(first, steps)| [vec![first], steps].concat())
}
