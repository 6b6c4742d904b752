//! Carries the decisions out on the encoded bytes: ranges are kept or dropped and lengths written anew. It computes nothing,
//! remembers nothing, and gives the same bytes live and in replay.

use std::{collections::BTreeMap, str::FromStr};

use bytes::Bytes;
use prost::Message as _;
use samband_domain::{EventId, Level};
use samband_proto::{
    schema::{self, Schema, Shape},
    v1::{Marking, Withheld},
};

use crate::{
    class::{DisclosureClass, whole_event_cap},
    mask::{Mask, bit, members},
    stamp::{Undisclosed, first_string, raised_marking},
    wire::{Field, fields, put, put_varint},
};

/// What passed disclosure for one class. Made here and nowhere else; only from it can a frame be made.
#[derive(Clone)]
pub struct Disclosed<T> {
    payload: T,
}

impl<T> Disclosed<T> {
    /// For this crate alone: what is handed in has been decided on.
    pub(crate) fn new(payload: T) -> Self {
        Self { payload }
    }

    /// What may be sent.
    pub fn payload(&self) -> &T {
        &self.payload
    }
}

impl<T> std::fmt::Debug for Disclosed<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Disclosed(…)")
    }
}

/// An encoded `samband.v1.Event`.
#[derive(Clone, PartialEq, Eq)]
pub struct EventBytes(Bytes);

impl EventBytes {
    /// The encoded event.
    pub fn bytes(&self) -> &Bytes {
        &self.0
    }
}

const ENVELOPE: u32 = 1;
const WITHHELD: u32 = 2;
const OPENED: u32 = 3;

/// What the class gets of the event; none: no trace of it.
pub fn redact(event: &Undisclosed, class: &DisclosureClass) -> Option<Disclosed<EventBytes>> {
    let mask = class.mask(&event.owner, &event.stamp, event.position);
    if mask.get(Marking::Existence) != Level::Full {
        return None;
    }
    let cap = whole_event_cap(mask, &event.stamp)?;
    let mut walk = Walk {
        schema: Schema::of_contract(),
        event,
        class,
        mask,
        in_body: false,
        shown: false,
        element_subject: None,
        marks: BTreeMap::new(),
    };
    let mut out = Vec::with_capacity(event.event.len() + 16);
    let (mut envelope, mut body) = (Vec::new(), Vec::new());
    for field in fields(&event.event) {
        // Stored bytes that are not fields are not sent: fail closed.
        let field = field.ok()?;
        match field.number {
            ENVELOPE => walk.part(&field, Level::Full, &mut envelope)?,
            WITHHELD | OPENED => {}
            _ => {
                walk.in_body = true;
                walk.part(&field, cap, &mut body)?;
            }
        }
    }
    if !walk.shown && walk.marks.is_empty() {
        return None;
    }
    out.extend_from_slice(&envelope);
    walk.put_marks(&mut out);
    put_opened(event, class, &mut out);
    out.extend_from_slice(&body);
    Some(Disclosed { payload: EventBytes(out.into()) })
}

/// Markings that narrow the body, or elements of it, and are open by a release alone. Where a release opens a field of its own the field's
/// marking says so itself.
fn put_opened(event: &Undisclosed, class: &DisclosureClass, out: &mut Vec<u8>) {
    if class.releases().is_empty() {
        return;
    }
    let subjects = event.subjects.iter().map(|subject| subject.marking);
    let narrowing = event.stamp.raised.into_iter().chain(subjects).fold(0, |set, marking| set | bit(marking));
    let narrowing = narrowing | event.stamp.subject_markings;
    let opened = class.opened(&event.owner, &event.stamp, event.position) & narrowing;
    let mut content = Vec::new();
    members(opened).for_each(|marking| put_varint(&mut content, marking as u64));
    if !content.is_empty() {
        put(out, OPENED, &content);
    }
}

struct Walk<'a> {
    schema: &'static Schema,
    event: &'a Undisclosed,
    class: &'a DisclosureClass,
    mask: Mask,
    in_body: bool,
    /// Something beyond existence was kept.
    shown: bool,
    /// Marking of the narrowest raised subject in the repeated element at hand.
    element_subject: Option<Marking>,
    /// Markings of which something was withheld, by number.
    marks: BTreeMap<i32, ()>,
}

/// A raised subject that the viewer may not see stands here: the smallest repeated element around it goes, or the whole event.
struct Drop;

impl Walk<'_> {
    /// A field of the event itself; none: the whole event is dropped.
    fn part(&mut self, field: &Field<'_>, cap: Level, out: &mut Vec<u8>) -> Option<()> {
        let top = self.schema.event();
        self.field(field, top, cap, out).ok()
    }

    fn message(&mut self, bytes: &[u8], shape: Shape, cap: Level, out: &mut Vec<u8>) -> Result<(), Drop> {
        for field in fields(bytes) {
            let Ok(field) = field else { return Err(Drop) };
            self.field(&field, shape, cap, out)?;
        }
        Ok(())
    }

    fn field(&mut self, field: &Field<'_>, holder: Shape, cap: Level, out: &mut Vec<u8>) -> Result<(), Drop> {
        // An unknown field, or one without a marking, is hidden.
        let Some(known) = self.schema.message(holder).field(field.number) else { return Ok(()) };
        let Some(marking) = known.marking else { return Ok(()) };
        if !known.repeated {
            return self.known_field(field, known, marking, cap, out);
        }
        // A raised subject caps the smallest repeated element that holds it.
        let raised = known.message.and_then(|shape| self.raised_inside(field.content, shape));
        let cap = cap.min(raised.map_or(Level::Full, |(level, _)| level));
        if cap == Level::Hidden {
            return Ok(());
        }
        self.element_subject = raised.map(|(_, marking)| marking);
        let (length, shown, marks) = (out.len(), self.shown, self.marks.clone());
        if self.known_field(field, known, marking, cap, out).is_err() {
            out.truncate(length);
            (self.shown, self.marks) = (shown, marks);
        }
        self.element_subject = None;
        Ok(())
    }

    fn known_field(
        &mut self,
        field: &Field<'_>,
        known: &schema::Field,
        marking: Marking,
        cap: Level,
        out: &mut Vec<u8>,
    ) -> Result<(), Drop> {
        let mut level = self.mask.get(marking).min(cap);
        let inner = known.message.map(|shape| (shape, self.schema.message(shape)));
        match inner {
            Some((_, message)) if message.subject => level = level.min(self.subject(field.content)?),
            Some((_, message)) if message.reference && !self.refers_to_seen(field.content) => return Ok(()),
            Some((shape, message)) if !message.value && level > Level::Hidden => {
                let mut content = Vec::with_capacity(field.content.len());
                self.message(field.content, shape, cap.min(level), &mut content)?;
                // Withheld leaves the marks of what is inside, no shell. Nor does an element of which nothing is left: the
                // number of shells would tell how many there are.
                let emptied = known.repeated && content.is_empty() && !field.content.is_empty();
                if level >= Level::Coarse && !emptied {
                    put(out, field.number, &content);
                }
                return Ok(());
            }
            _ => {}
        }
        self.keep_or_drop(field, known, marking, level, cap, out);
        Ok(())
    }

    fn keep_or_drop(
        &mut self,
        field: &Field<'_>,
        known: &schema::Field,
        marking: Marking,
        level: Level,
        cap: Level,
        out: &mut Vec<u8>,
    ) {
        let coarse_sibling = known.coarse_of.is_some();
        match level {
            // Existence has no coarse form and no mark: what has it inside a body goes with the body.
            Level::Coarse if marking == Marking::Existence => self.keep(field, marking, out),
            Level::Withheld if marking == Marking::Existence => {}
            Level::Hidden => {}
            Level::Full if coarse_sibling => {}
            Level::Full => self.keep(field, marking, out),
            Level::Coarse if coarse_sibling => self.keep(field, marking, out),
            // The sibling is kept instead, or nothing is meant to be left.
            Level::Coarse if known.has_coarse || known.blank_when_coarse => {}
            Level::Withheld if coarse_sibling => {}
            Level::Coarse | Level::Withheld => self.withhold(marking, cap),
        }
    }

    fn keep(&mut self, field: &Field<'_>, marking: Marking, out: &mut Vec<u8>) {
        out.extend_from_slice(field.whole);
        self.shown |= self.in_body && marking != Marking::Existence;
    }

    /// One mark per marking. It names what is in the way: the raised marking, or a raised subject's, where that is narrower than
    /// the field's own.
    fn withhold(&mut self, marking: Marking, cap: Level) {
        // Marks of the envelope would stand on every event and say nothing of this one.
        if !self.in_body {
            return;
        }
        let own = self.mask.get(marking);
        let whole_event = members(self.event.stamp.subject_markings);
        let mut narrower = self.event.stamp.raised.into_iter().chain(self.element_subject).chain(whole_event);
        let blamed = narrower.find(|narrow| cap < own && self.mask.get(*narrow) < own).unwrap_or(marking);
        self.marks.insert(blamed as i32, ());
    }

    /// The narrowest of the raised subjects inside, those in repeated elements of its own apart.
    fn raised_inside(&self, bytes: &[u8], shape: Shape) -> Option<(Level, Marking)> {
        let message = self.schema.message(shape);
        if message.subject {
            return raised_marking(bytes, &self.event.subjects).map(|marking| (self.mask.get(marking), marking));
        }
        if message.value || self.event.subjects.is_empty() {
            return None;
        }
        let inner = fields(bytes).map_while(Result::ok).filter_map(|field| {
            let known = message.field(field.number).filter(|known| !known.repeated)?;
            self.raised_inside(field.content, known.message?)
        });
        inner.min()
    }

    fn subject(&self, unit_ref: &[u8]) -> Result<Level, Drop> {
        match raised_marking(unit_ref, &self.event.subjects).map(|marking| self.mask.get(marking)) {
            Some(Level::Hidden) => Err(Drop),
            Some(level) => Ok(level),
            None => Ok(Level::Full),
        }
    }

    /// A reference redacts like what it points to: gone where that is not sent.
    fn refers_to_seen(&self, event_ref: &[u8]) -> bool {
        let id = first_string(event_ref).and_then(|id| EventId::from_str(std::str::from_utf8(id).ok()?).ok());
        id.and_then(|id| self.event.references.get(&id))
            .is_some_and(|target| self.class.sees(&target.owner, &target.stamp, target.position))
    }

    fn put_marks(&self, out: &mut Vec<u8>) {
        for marking in self.marks.keys() {
            let mark = Withheld {
                marking: Some(*marking),
                owner: Some(self.event.owner.to_string()),
                how_to_ask: Some(self.class.how_to_ask(&self.event.owner).to_owned()).filter(|text| !text.is_empty()),
            };
            put(out, WITHHELD, &mark.encode_to_vec());
        }
    }
}
