//! Redaction against the oracle: every event there can be, under masks nobody would think of.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use prost_reflect::{DynamicMessage, Value, prost::Message as _};
use samband_disclosure::{
    DisclosureClass, Mask, Policy, Reference, Stamp, Standing, Subject, Undisclosed, Viewer,
    mask::{all_markings, bit},
    policy::{MarkingEntry, OwnerTerms, Parts},
    redact,
};
use samband_domain::{EventId, Involvement, Level, Role};
use samband_proto::v1::Marking;

use crate::{
    deployment::organisation,
    events::{inside, maximal, text_at, texts, thinned},
    oracle::Oracle,
};

/// Whose events.
pub(crate) const OWNER: &str = "owner";
/// Who looks.
pub(crate) const VIEWER: &str = "viewer";

/// An event as the hub stores it.
pub(crate) fn stored(event: &DynamicMessage, subjects: &BTreeMap<String, Marking>) -> Undisclosed {
    let bytes = event.encode_to_vec();
    let subjects: Vec<Subject> =
        subjects.iter().map(|(unit, marking)| Subject { unit: unit.clone(), marking: *marking }).collect();
    Undisclosed {
        stamp: Stamp::survey(&bytes, &subjects),
        event: bytes.into(),
        owner: organisation(OWNER),
        subjects,
        references: BTreeMap::new(),
        position: 7,
    }
}

/// A viewer's class under one mask before and one after the alarm.
pub(crate) fn class_of(before: Mask, after: Mask, push_only: u64, alarmed_at: Option<u64>) -> DisclosureClass {
    let viewer = Viewer { organisation: organisation(VIEWER), role: Role::Operator };
    let terms = OwnerTerms { push_only, how_to_ask: "RAPSLed".to_owned(), version: String::new() };
    let key = |involvement| (organisation(OWNER), viewer.clone(), involvement);
    let history = MarkingEntry {
        key: "adress".to_owned(),
        swedish: String::new(),
        law: String::new(),
        opens_history: true,
        vital: false,
        display_receipt: false,
    };
    let parts = Parts {
        owners: BTreeMap::from([(organisation(OWNER), terms)]),
        masks: BTreeMap::from([(key(Involvement::Near), before), (key(Involvement::Alarmed), after)]),
        markings: BTreeMap::from([(Marking::Address, history)]),
        ..Parts::default()
    };
    let standing = Standing { involvement: Involvement::Alarmed, before_alarm: Involvement::Near, alarmed_at };
    Policy::new(parts).class(&viewer, standing)
}

pub(crate) fn class(mask: Mask) -> DisclosureClass {
    class_of(mask, mask, 0, None)
}

/// The redacted event without marks, and the marks; none: nothing is sent.
pub(crate) fn redacted(event: &Undisclosed, class: &DisclosureClass) -> Option<(DynamicMessage, Vec<i32>)> {
    let disclosed = redact(event, class)?;
    let descriptor = samband_proto::pool().get_message_by_name("samband.v1.Event").expect("the contract has events");
    let bytes = disclosed.payload().bytes().clone();
    let mut decoded = DynamicMessage::decode(descriptor, bytes).expect("redacted bytes are an event");
    let marks = decoded.get_field_by_name("withheld").expect("a field").into_owned();
    let marks = marks.as_list().expect("a list").iter().filter_map(Value::as_message).map(|mark| {
        assert_eq!(text_at(mark, "owner"), OWNER);
        assert_eq!(text_at(mark, "how_to_ask"), "RAPSLed");
        mark.get_field_by_name("marking").and_then(|value| value.as_enum_number()).expect("a mark names its marking")
    });
    let marks = marks.collect();
    decoded.clear_field_by_name("withheld");
    Some((decoded, marks))
}

pub(crate) fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

fn levels() -> impl Strategy<Value = Mask> {
    let level = prop::sample::select(Level::ALL.to_vec());
    let existence = prop_oneof![9 => Just(Level::Full), 1 => level.clone()];
    (prop::collection::vec(level, 64), existence).prop_map(|(levels, existence)| {
        let mask = all_markings().fold(Mask::HIDDEN, |mask, marking| mask.with(marking, levels[marking as usize]));
        mask.with(Marking::Existence, existence)
    })
}

fn any_marking() -> impl Strategy<Value = Marking> {
    prop::sample::select(all_markings().filter(|marking| *marking != Marking::Existence).collect::<Vec<_>>())
}

/// Everything that varies.
#[derive(Debug, Clone)]
struct Case {
    event: usize,
    mask: Mask,
    raised: Option<Marking>,
    subject: Marking,
    raised_units: Vec<bool>,
    absent: Vec<bool>,
}

fn cases() -> impl Strategy<Value = Case> {
    let units = prop_oneof![Just(Vec::new()), prop::collection::vec(prop::bool::weighted(0.3), 6)];
    let absent = prop_oneof![Just(Vec::new()), prop::collection::vec(prop::bool::weighted(0.3), 60)];
    (any::<prop::sample::Index>(), levels(), prop::option::weighted(0.3, any_marking()), any_marking(), units, absent)
        .prop_map(|(event, mask, raised, subject, raised_units, absent)| {
            let event = event.index(maximal().len());
            Case { event, mask, raised, subject, raised_units, absent }
        })
}

impl Case {
    fn event(&self) -> DynamicMessage {
        // The hub writes the number of a briefing, and the coarse sibling of what has one, always.
        thinned(&maximal()[self.event], &mut self.absent.iter().copied(), &["envelope", "number"])
    }

    fn subjects(&self, event: &DynamicMessage) -> BTreeMap<String, Marking> {
        let units = inside(event, "UnitRef").into_iter().map(|unit| text_at(&unit, "unit_id"));
        let raised = units.zip(&self.raised_units).filter(|(_, raised)| **raised);
        raised.map(|(unit, _)| (unit, self.subject)).collect()
    }

    /// Stored, with every second reference known to point to an incident report.
    fn stored(&self, event: &DynamicMessage) -> (Undisclosed, BTreeSet<String>) {
        let mut stored = stored(event, &self.subjects(event));
        stored.stamp.raised = self.raised;
        let mut seen = BTreeSet::new();
        for target in inside(event, "EventRef").iter().step_by(2).map(|target| text_at(target, "event_id")) {
            let stamp = Stamp { markings: bit(Marking::Incident), ..Stamp::default() };
            let id: EventId = target.parse().expect("an event's id");
            stored.references.insert(id, Reference { owner: organisation(OWNER), stamp, position: 3 });
            let existence = self.mask.get(Marking::Existence) == Level::Full;
            if existence && self.mask.get(Marking::Incident) != Level::Hidden {
                seen.insert(target);
            }
        }
        (stored, seen)
    }
}

fn check(case: &Case) {
    let event = case.event();
    let (stored, seen) = case.stored(&event);
    let subjects = case.subjects(&event);
    let oracle = Oracle::new(case.mask, case.raised, subjects.clone(), seen);
    let (expected, got) = (oracle.event(&event), redacted(&stored, &class(case.mask)));
    let (expected, got) = match (expected, got) {
        (None, None) => return assert!(!class(case.mask).sees(&stored.owner, &stored.stamp, stored.position)),
        (Some(expected), Some(got)) => (expected, got),
        (expected, got) => panic!("expected {expected:?}\ngot {got:?}"),
    };
    assert_eq!(got.0, expected.0, "what is left");
    assert_eq!(got.1, expected.1.into_iter().collect::<Vec<_>>(), "marks, one each");
    let sent = redact(&stored, &class(case.mask)).expect("sent a moment ago");
    let allowed: BTreeSet<String> = texts(&expected.0).into_iter().collect();
    for canary in texts(&event).into_iter().filter(|text| !allowed.contains(text)) {
        assert!(!contains(sent.payload().bytes(), &canary), "{canary} got out");
    }
    // The stamp cannot tell what stands beside a raised subject in a list, nor which references of an addendum reach whom: there it
    // says less than redaction shows, never more.
    if subjects.is_empty() && stored.stamp.markings != 0 {
        assert!(class(case.mask).sees(&stored.owner, &stored.stamp, stored.position), "seen, and sent");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn leaves_what_the_oracle_leaves(case in cases()) {
        check(&case);
    }

    #[test]
    fn narrower_never_shows_more(case in cases(), other in levels()) {
        let event = case.event();
        let (stored, _) = case.stored(&event);
        let narrower = all_markings().fold(Mask::HIDDEN, |mask, marking| {
            // Coarse forms are other texts than the full ones: compare full and hidden only.
            let full = case.mask.get(marking) == Level::Full;
            let kept = if full && other.get(marking) == Level::Full { Level::Full } else { Level::Hidden };
            mask.with(marking, kept)
        });
        let wider = all_markings().fold(Mask::HIDDEN, |mask, marking| {
            let level = if case.mask.get(marking) == Level::Full { Level::Full } else { Level::Hidden };
            mask.with(marking, level)
        });
        let said = |mask| redacted(&stored, &class(mask)).map(|(event, _)| texts(&event)).unwrap_or_default();
        let (less, more) = (said(narrower), said(wider));
        prop_assert!(less.iter().all(|text| more.contains(text)), "{less:?} of {more:?}");
    }

    #[test]
    fn never_panics_on_bytes_of_any_kind(bytes in prop::collection::vec(any::<u8>(), 0..80), mask in levels()) {
        let event = Undisclosed {
            stamp: Stamp::survey(&bytes, &[]),
            event: bytes.into(),
            owner: organisation(OWNER),
            subjects: Vec::new(),
            references: BTreeMap::new(),
            position: 0,
        };
        let _ = redact(&event, &class(mask));
    }
}

#[test]
fn every_event_at_every_level() {
    for event in 0..maximal().len() {
        for level in Level::ALL {
            let mask = all_markings().fold(Mask::HIDDEN, |mask, marking| mask.with(marking, level));
            let mask = mask.with(Marking::Existence, Level::Full);
            let case = Case {
                event,
                mask,
                raised: None,
                subject: Marking::CovertUnit,
                raised_units: Vec::new(),
                absent: Vec::new(),
            };
            check(&case);
            check(&Case {
                raised: Some(Marking::ProtectedIdentity),
                mask: Mask::FULL.with(Marking::ProtectedIdentity, level),
                ..case
            });
        }
    }
}
