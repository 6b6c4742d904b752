//! What redaction has to leave, by a walk over descriptors and decoded messages: no bytes, no stamp, no code of the crate's but
//! the mask. Levels as DESIGN has them: the least of the field's marking, the raised marking, existence and each subject's.

use std::collections::{BTreeMap, BTreeSet};

use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, ReflectMessage as _, Value};
use samband_disclosure::Mask;
use samband_domain::Level;
use samband_proto::{
    check::Options,
    v1::{CoarseForm, Marking},
};

use crate::events::{options, text_at};

/// Everything that decides.
pub(crate) struct Oracle {
    pub(crate) mask: Mask,
    pub(crate) raised: Option<Marking>,
    pub(crate) subjects: BTreeMap<String, Marking>,
    /// Events that the viewer sees.
    pub(crate) seen: BTreeSet<String>,
    options: Options,
}

/// What is left of a message.
#[derive(Default)]
struct Left {
    shown: bool,
    marks: BTreeSet<i32>,
}

impl Oracle {
    pub(crate) fn new(
        mask: Mask,
        raised: Option<Marking>,
        subjects: BTreeMap<String, Marking>,
        seen: BTreeSet<String>,
    ) -> Self {
        Self { mask, raised, subjects, seen, options: options() }
    }

    /// The event without its marks, and the marks; none: nothing is sent.
    pub(crate) fn event(&self, event: &DynamicMessage) -> Option<(DynamicMessage, BTreeSet<i32>)> {
        if self.mask.get(Marking::Existence) != Level::Full {
            return None;
        }
        let everywhere = self.subjects_of(event);
        let raised = self.raised.into_iter().chain(everywhere.clone());
        let cap = raised.map(|marking| self.mask.get(marking)).min().unwrap_or(Level::Full);
        if cap == Level::Hidden {
            return None;
        }
        let mut blame: Vec<Marking> = self.raised.into_iter().collect();
        blame.extend(everywhere);
        let mut out = DynamicMessage::new(event.descriptor());
        let mut left = Left::default();
        for (field, value) in event.fields() {
            let envelope = field.number() == 1;
            let cap = if envelope { Level::Full } else { cap };
            let mut of_field = Left::default();
            self.field(&mut out, &field, value, cap, &blame, &mut of_field);
            if !envelope {
                left.shown |= of_field.shown;
                left.marks.extend(of_field.marks);
            }
        }
        (left.shown || !left.marks.is_empty()).then_some((out, left.marks))
    }

    /// Markings of raised subjects outside repeated elements.
    fn subjects_of(&self, message: &DynamicMessage) -> BTreeSet<Marking> {
        if self.options.is_subject(&message.descriptor()) {
            return self.subjects.get(&text_at(message, "unit_id")).copied().into_iter().collect();
        }
        if self.options.is_value(&message.descriptor()) {
            return BTreeSet::new();
        }
        let inner = message.fields().filter_map(|(_, value)| value.as_message());
        inner.flat_map(|inner| self.subjects_of(inner)).collect()
    }

    fn field(
        &self,
        out: &mut DynamicMessage,
        field: &FieldDescriptor,
        value: &Value,
        cap: Level,
        blame: &[Marking],
        left: &mut Left,
    ) {
        let Value::List(elements) = value else {
            if let Some(kept) = self.one(field, value, cap, blame, left) {
                out.set_field(field, kept);
            }
            return;
        };
        let mut kept = Vec::new();
        for element in elements {
            let subjects = element.as_message().map(|inner| self.subjects_of(inner)).unwrap_or_default();
            let narrowest = subjects.into_iter().min_by_key(|marking| (self.mask.get(*marking), *marking));
            let level = narrowest.map_or(Level::Full, |marking| self.mask.get(marking));
            if level == Level::Hidden {
                continue;
            }
            let mut blame = blame.to_vec();
            blame.insert(usize::from(self.raised.is_some()), narrowest.unwrap_or(Marking::Unspecified));
            let one = self.one(field, element, cap.min(level), &blame, left);
            let nothing_left =
                one.as_ref().and_then(Value::as_message).is_some_and(|one| one.fields().next().is_none());
            let was_nothing = element.as_message().is_some_and(|element| element.fields().next().is_none());
            kept.extend(one.filter(|_| !nothing_left || was_nothing));
        }
        if !kept.is_empty() {
            out.set_field(field, Value::List(kept));
        }
    }

    fn one(
        &self,
        field: &FieldDescriptor,
        value: &Value,
        cap: Level,
        blame: &[Marking],
        left: &mut Left,
    ) -> Option<Value> {
        let marking = Marking::try_from(self.options.marking(field)?).expect("a marking with a name");
        let own = self.mask.get(marking);
        let mut level = own.min(cap);
        if let (Value::Message(inner), Kind::Message(kind)) = (value, field.kind()) {
            if self.options.is_subject(&kind) {
                let subject = self.subjects.get(&text_at(inner, "unit_id"));
                level = level.min(subject.map_or(Level::Full, |subject| self.mask.get(*subject)));
            }
            if self.options.is_reference(&kind) && !self.seen.contains(&text_at(inner, "event_id")) {
                return None;
            }
            if !self.options.is_value(&kind) {
                if level == Level::Hidden {
                    return None;
                }
                let mut out = DynamicMessage::new(kind);
                for (field, value) in inner.fields() {
                    self.field(&mut out, &field, value, level, blame, left);
                }
                return (level >= Level::Coarse).then_some(Value::Message(out));
            }
        }
        let sibling = self.options.coarse_of(field).is_some();
        let kept = match marking {
            Marking::Existence => level >= Level::Coarse,
            _ if sibling => level == Level::Coarse,
            _ => level == Level::Full,
        };
        if kept {
            left.shown |= marking != Marking::Existence;
            return Some(value.clone());
        }
        if !sibling
            && marking != Marking::Existence
            && (level == Level::Withheld || level == Level::Coarse && !self.has_coarse(field))
        {
            let narrower = blame
                .iter()
                .find(|narrow| cap < own && self.mask.get(**narrow) < own && **narrow != Marking::Unspecified);
            left.marks.insert(*narrower.unwrap_or(&marking) as i32);
        }
        None
    }

    fn has_coarse(&self, field: &FieldDescriptor) -> bool {
        let blank = self.options.coarse_form(field) == Some(CoarseForm::Blank as i32);
        let siblings = field.parent_message().fields().filter_map(|other| self.options.coarse_of(&other));
        blank || siblings.into_iter().any(|of| of == field.name())
    }
}
