//! Redaction, one rule at a time.

use std::collections::BTreeMap;

use prost_reflect::{DynamicMessage, ReflectMessage as _, Value, prost::Message as _};
use samband_disclosure::{DisclosureClass, Mask, Reference, ReleaseView, Stamp, Undisclosed, mask::bit, redact};
use samband_domain::{EventId, Level};
use samband_proto::v1::Marking;

use crate::{
    deployment::organisation,
    events::{CANARY, inside, maximal, text_at},
    redaction::{OWNER, VIEWER, class, class_of, contains, redacted, stored},
};

#[test]
fn full_is_the_event_itself() {
    for event in maximal() {
        let mut stored = stored(event, &BTreeMap::new());
        for target in inside(event, "EventRef") {
            let id: EventId = text_at(&target, "event_id").parse().expect("an event's id");
            let stamp = Stamp { markings: bit(Marking::Address), ..Stamp::default() };
            stored.references.insert(id, Reference { owner: organisation(OWNER), stamp, position: 3 });
        }
        let (mut left, marks) = redacted(&stored, &class(Mask::FULL)).expect("all is seen");
        assert!(marks.is_empty());
        // Coarse siblings are left out where the full value is sent.
        for name in siblings(event) {
            let body = left.fields_mut().find(|(field, _)| field.number() > 2).map(|(_, value)| value).expect("a body");
            assert!(!body.as_message().expect("a message").has_field_by_name(&name), "{name}");
        }
        let without = |event: &DynamicMessage| {
            let mut event = event.clone();
            for (_, value) in event.fields_mut().filter(|(field, _)| field.number() > 2) {
                let Value::Message(body) = value else { panic!("a body is a message") };
                siblings_of(body).iter().for_each(|name| body.clear_field_by_name(name));
            }
            event
        };
        assert_eq!(left, without(event));
    }
}

fn siblings(event: &DynamicMessage) -> Vec<String> {
    let mut bodies = event.fields().filter(|(field, _)| field.number() > 2);
    bodies.next().and_then(|(_, body)| body.as_message().map(siblings_of)).unwrap_or_default()
}

fn siblings_of(body: &DynamicMessage) -> Vec<String> {
    let options = crate::events::options();
    let coarse = body.descriptor().fields().filter(|field| options.coarse_of(field).is_some()).collect::<Vec<_>>();
    coarse.into_iter().map(|field| field.name().to_owned()).collect()
}

/// A maximal event by the name of its body.
fn event(body: &str) -> DynamicMessage {
    maximal().iter().find(|event| event.has_field_by_name(body)).cloned().expect("an event with this body")
}

fn body(event: &DynamicMessage, name: &str) -> DynamicMessage {
    event.get_field_by_name(name).and_then(|body| body.as_message().cloned()).expect("a body")
}

#[test]
fn unknown_fields_are_dropped() {
    let event = event("alarm_raised");
    let plain = stored(&event, &BTreeMap::new());
    let before = redact(&plain, &class(Mask::FULL)).expect("seen").payload().bytes().clone();
    // Field 999 with a text, at the top and inside the body (number 30).
    let secret = b"\xba\x3e\x07hemligt";
    let mut bytes = event.encode_to_vec();
    bytes.extend_from_slice(secret);
    bytes.extend_from_slice(&[0xf2, 0x01, u8::try_from(secret.len()).expect("short")]);
    bytes.extend_from_slice(secret);
    let unknown = Undisclosed { event: bytes.into(), ..plain };
    let after = redact(&unknown, &class(Mask::FULL)).expect("seen").payload().bytes().clone();
    assert!(!contains(&after, "hemligt"));
    // Nothing but the empty second piece of the body is added.
    assert_eq!(after[..before.len()], before[..]);
    assert_eq!(after[before.len()..], [0xf2, 0x01, 0]);
}

#[test]
fn stored_bytes_that_are_cut_are_not_sent() {
    let descriptor = samband_proto::pool().get_message_by_name("samband.v1.Event").expect("the contract has events");
    for event in maximal() {
        let whole = event.encode_to_vec();
        for length in 0..whole.len() {
            let cut = &whole[..length];
            if DynamicMessage::decode(descriptor.clone(), cut).is_ok() {
                continue;
            }
            let mut stored = stored(event, &BTreeMap::new());
            stored.event = cut.to_vec().into();
            assert!(redact(&stored, &class(Mask::FULL)).is_none(), "{length} of {} bytes", whole.len());
        }
    }
}

#[test]
fn raising_caps_the_body_but_not_the_envelope() {
    let event = event("fact_stated");
    let mut stored = stored(&event, &BTreeMap::new());
    stored.stamp.raised = Some(Marking::ProtectedIdentity);
    let at = |level| redacted(&stored, &class(Mask::FULL.with(Marking::ProtectedIdentity, level)));
    assert!(at(Level::Hidden).is_none());
    let (withheld, marks) = at(Level::Withheld).expect("a mark");
    assert_eq!(marks, [Marking::ProtectedIdentity as i32]);
    assert!(withheld.has_field_by_name("envelope") && !withheld.has_field_by_name("fact_stated"));
    assert!(at(Level::Full).is_some_and(|(_, marks)| marks.is_empty()));
}

#[test]
fn raising_withheld_leaves_no_mark_of_what_is_hidden_anyway() {
    let mut stored = stored(&event("note_added"), &BTreeMap::new());
    stored.stamp.raised = Some(Marking::ProtectedIdentity);
    let mask = Mask::FULL.with(Marking::ProtectedIdentity, Level::Withheld);
    let mask = mask.with(Marking::Note, Level::Hidden).with(Marking::SharedText, Level::Hidden);
    assert!(redacted(&stored, &class(mask)).is_none());
    assert!(!class(mask).sees(&stored.owner, &stored.stamp, stored.position));
}

#[test]
fn a_raised_subject_takes_its_element_or_the_event() {
    let hidden = Mask::FULL.with(Marking::CovertUnit, Level::Hidden);
    let alarm = event("alarm_raised");
    let party = &inside(&body(&alarm, "alarm_raised"), "UnitRef")[0];
    let covert = BTreeMap::from([(text_at(party, "unit_id"), Marking::CovertUnit)]);
    let (left, marks) = redacted(&stored(&alarm, &covert), &class(hidden)).expect("the alarm itself is seen");
    assert_eq!((inside(&left, "Party").len(), marks.len()), (1, 0), "one of two parties, and no trace of the other");
    for (name, unit) in [("acknowledged", 1), ("unit_status_reported", 1), ("sitrep_filed", 0)] {
        let event = event(name);
        let covert = BTreeMap::from([(text_at(&inside(&event, "UnitRef")[unit], "unit_id"), Marking::CovertUnit)]);
        assert!(redacted(&stored(&event, &covert), &class(hidden)).is_none(), "{name}");
        assert!(redacted(&stored(&event, &covert), &class(Mask::FULL)).is_some(), "{name}");
    }
}

#[test]
fn elements_that_are_withheld_cannot_be_counted() {
    let one = {
        let mut event = event("receipts_gathered");
        for (_, value) in event.fields_mut().filter(|(field, _)| field.number() > 2) {
            let Value::Message(body) = value else { panic!("a body is a message") };
            let list = body.get_field_by_name("receipts").expect("receipts").into_owned();
            let first = list.as_list().expect("a list")[..1].to_vec();
            body.set_field_by_name("receipts", Value::List(first));
        }
        event
    };
    for level in [Level::Withheld, Level::Coarse] {
        let class = class(Mask::FULL.with(Marking::Receipt, level));
        let two = event("receipts_gathered");
        assert_eq!(
            redacted(&stored(&one, &BTreeMap::new()), &class),
            redacted(&stored(&two, &BTreeMap::new()), &class)
        );
    }
}

#[test]
fn references_to_what_is_not_seen_are_dropped() {
    let event = event("total_information_issued");
    let mut stored = stored(&event, &BTreeMap::new());
    let targets: Vec<EventId> =
        inside(&event, "EventRef").iter().map(|target| text_at(target, "event_id").parse().expect("an id")).collect();
    let target = |owner: &str, marking| Reference {
        owner: organisation(owner),
        stamp: Stamp { markings: bit(marking), ..Stamp::default() },
        position: 3,
    };
    let mask = Mask::FULL.with(Marking::Suspect, Level::Hidden).with(Marking::Health, Level::Withheld);
    let left = |stored: &Undisclosed| {
        let (left, _) = redacted(stored, &class(mask)).expect("the briefing is seen");
        inside(&left, "EventRef").len()
    };
    assert_eq!(left(&stored), 0, "nothing is known of the targets");
    stored.references.insert(targets[0], target(OWNER, Marking::Suspect));
    stored.references.insert(targets[1], target("somebody-else", Marking::Address));
    assert_eq!(left(&stored), 0);
    stored.references.insert(targets[0], target(OWNER, Marking::Health));
    assert_eq!(left(&stored), 1, "withheld counts as visible");
}

#[test]
fn push_only_hides_what_was_not_shared() {
    let mut stored = stored(&event("fact_stated"), &BTreeMap::new());
    let class = class_of(Mask::FULL, Mask::FULL, bit(Marking::Address), None);
    assert!(redacted(&stored, &class).is_none());
    assert!(!class.sees(&stored.owner, &stored.stamp, stored.position));
    stored.stamp.shared_with.insert(organisation("somebody-else"));
    assert!(redacted(&stored, &class).is_none());
    stored.stamp.shared_with.insert(organisation(VIEWER));
    assert!(redacted(&stored, &class).is_some());
    assert!(class.sees(&stored.owner, &stored.stamp, stored.position));
}

#[test]
fn being_alarmed_opens_history_only_where_the_marking_says_so() {
    let none = Mask::HIDDEN.with(Marking::Existence, Level::Full);
    let class = class_of(none, Mask::FULL, 0, Some(8));
    // Addresses open their history here, notes do not.
    for (name, position, sent) in
        [("fact_stated", 7, true), ("fact_stated", 8, true), ("note_added", 7, false), ("note_added", 8, true)]
    {
        let mut stored = stored(&event(name), &BTreeMap::new());
        stored.position = position;
        assert_eq!(redacted(&stored, &class).is_some(), sent, "{name} at {position}");
        assert_eq!(class.sees(&stored.owner, &stored.stamp, position), sent, "{name} at {position}");
    }
}

#[test]
fn an_owner_that_the_policy_does_not_know_is_hidden() {
    let mut stored = stored(&event("fact_stated"), &BTreeMap::new());
    stored.owner = organisation("somebody-else");
    assert!(redacted(&stored, &class(Mask::FULL)).is_none());
}

#[test]
fn only_the_vital_flows_when_the_ledger_cannot_be_written() {
    let narrowed = class(Mask::FULL).only(bit(Marking::Existence) | bit(Marking::Address));
    assert!(redacted(&stored(&event("fact_stated"), &BTreeMap::new()), &narrowed).is_some());
    assert!(redacted(&stored(&event("note_added"), &BTreeMap::new()), &narrowed).is_none());
}

#[test]
fn nothing_prints_what_it_holds() {
    let stored = stored(&event("note_added"), &BTreeMap::new());
    assert!(!format!("{stored:?}").contains(CANARY));
    let disclosed = redact(&stored, &class(Mask::FULL)).expect("seen");
    assert_eq!(format!("{disclosed:?}"), "Disclosed(…)");
}

#[test]
fn a_body_that_only_a_release_opens_says_so() {
    let event = event("fact_stated");
    let protected = Marking::ProtectedIdentity;
    let narrow = Mask::FULL.with(protected, Level::Withheld).with(Marking::Health, Level::Withheld);
    let released = |marking: Marking| {
        let view = ReleaseView { owner: organisation(OWNER), marking: marking as i32, level: Level::Full, from: 0 };
        class(narrow).with_releases(vec![view])
    };
    let opened = |stored: &Undisclosed, class: &DisclosureClass| {
        let (event, _) = redacted(stored, class).expect("seen");
        let opened = event.get_field_by_name("opened").expect("a field").into_owned();
        opened.as_list().expect("a list").iter().filter_map(Value::as_enum_number).collect::<Vec<_>>()
    };
    let plain = stored(&event, &BTreeMap::new());
    let mut raised = plain.clone();
    raised.stamp.raised = Some(protected);
    assert_eq!(opened(&raised, &released(protected)), [protected as i32]);
    // Open anyway, opened by another release, or a field of its own, whose marking says it.
    assert!(opened(&raised, &class(Mask::FULL)).is_empty() && opened(&raised, &released(Marking::Health)).is_empty());
    assert!(opened(&plain, &released(Marking::Health)).is_empty() && opened(&plain, &released(protected)).is_empty());
    // A raised subject narrows as well.
    let alarm = self::event("alarm_raised");
    let party = &inside(&body(&alarm, "alarm_raised"), "UnitRef")[0];
    let covert = stored(&alarm, &BTreeMap::from([(text_at(party, "unit_id"), protected)]));
    assert_eq!(opened(&covert, &released(protected)), [protected as i32]);
}
