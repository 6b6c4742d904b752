//! What redaction must know of an event beside its bytes: stamped by the hub at append, never sent.

use std::collections::{BTreeMap, BTreeSet};

use samband_domain::{EventId, OrganisationId};
use samband_proto::{
    schema::{Schema, Shape},
    v1::Marking,
};

use crate::{
    mask::{MarkingSet, bit},
    wire::{Field, fields},
};

/// What is in an event, without saying it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stamp {
    /// Markings present in the body, existence apart.
    pub markings: MarkingSet,
    /// Of these, the ones of which nothing is left at the coarse level.
    pub blank_when_coarse: MarkingSet,
    /// The author raised the whole body to this marking.
    pub raised: Option<Marking>,
    /// With whom the author shared this very message.
    pub shared_with: BTreeSet<OrganisationId>,
    /// Markings of raised subjects that take the whole event with them.
    pub subject_markings: MarkingSet,
    /// Only the owner and these get anything of it. Empty: nothing is narrowed.
    pub addressed: BTreeSet<OrganisationId>,
}

/// A unit whose marking is raised: what names it is at most as open as that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The unit.
    pub unit: String,
    /// Its marking.
    pub marking: Marking,
}

/// What an event refers to, stamped when the reference was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Whose the target is.
    pub owner: OrganisationId,
    /// What is in the target.
    pub stamp: Stamp,
    /// Where in the journal the target stands.
    pub position: u64,
}

/// An event as stored: its bytes and what redaction needs. It has no way out but [`crate::redact()`], and no `Debug` of its content.
#[derive(Clone)]
pub struct Undisclosed {
    /// `samband.v1.Event`, encoded.
    pub event: bytes::Bytes,
    /// Whose it is.
    pub owner: OrganisationId,
    /// What is in it.
    pub stamp: Stamp,
    /// Raised subjects among those it names.
    pub subjects: Vec<Subject>,
    /// What it refers to.
    pub references: BTreeMap<EventId, Reference>,
    /// Where in the journal it stands.
    pub position: u64,
}

impl std::fmt::Debug for Undisclosed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Undisclosed({} bytes of {})", self.event.len(), self.owner)
    }
}

impl Stamp {
    /// Reads off an encoded event which markings are in its body.
    pub fn survey(event: &[u8], subjects: &[Subject]) -> Self {
        let mut survey = Survey { schema: Schema::of_contract(), subjects, stamp: Self::default(), not_blank: 0 };
        let top = survey.schema.event();
        let _ = survey.message(event, top, true);
        survey.stamp.blank_when_coarse &= !survey.not_blank;
        survey.stamp
    }
}

struct Survey<'a> {
    schema: &'static Schema,
    subjects: &'a [Subject],
    stamp: Stamp,
    not_blank: MarkingSet,
}

/// A raised subject stands outside any repeated element of the message just read.
struct RaisedInside(MarkingSet);

impl Survey<'_> {
    fn message(&mut self, bytes: &[u8], shape: Shape, top: bool) -> Result<(), RaisedInside> {
        let mut raised_here = 0;
        for field in fields(bytes) {
            // What cannot be read is hidden by redaction; it adds nothing here either.
            let Ok(field) = field else { break };
            let Some(known) = self.schema.message(shape).field(field.number) else { continue };
            let Some(marking) = known.marking else { continue };
            let envelope = top && field.number == 1;
            let before = (self.stamp.clone(), self.not_blank);
            let raised = self.field(&field, known, marking, envelope);
            if raised == 0 {
                continue;
            }
            if known.repeated {
                // The element goes where the subject is not seen: nothing in it is counted as certainly there.
                (self.stamp, self.not_blank) = before;
            } else {
                raised_here |= raised;
            }
        }
        if top {
            self.stamp.subject_markings |= raised_here;
        }
        if raised_here == 0 { Ok(()) } else { Err(RaisedInside(raised_here)) }
    }

    /// Markings of raised subjects in the field, outside repeated elements.
    fn field(
        &mut self,
        field: &Field<'_>,
        known: &samband_proto::schema::Field,
        marking: Marking,
        envelope: bool,
    ) -> MarkingSet {
        let inner = known.message.map(|shape| (shape, self.schema.message(shape)));
        match inner {
            Some((shape, message)) if !message.value => {
                if envelope {
                    // The envelope is existence; only who is in it matters.
                    let before = (self.stamp.clone(), self.not_blank);
                    let raised = self.message(field.content, shape, false);
                    (self.stamp, self.not_blank) = before;
                    return raised.err().map_or(0, |raised| raised.0);
                }
                self.message(field.content, shape, false).err().map_or(0, |raised| raised.0)
            }
            inner => {
                // A reference alone shows nothing where its target is not seen: it does not count as certainly there.
                let refers = inner.is_some_and(|(_, message)| message.reference);
                if marking != Marking::Existence && !refers {
                    self.value(known, marking);
                }
                match inner {
                    Some((_, message)) if message.subject => {
                        raised_marking(field.content, self.subjects).map_or(0, bit)
                    }
                    _ => 0,
                }
            }
        }
    }

    fn value(&mut self, known: &samband_proto::schema::Field, marking: Marking) {
        match (known.coarse_of.is_some(), known.blank_when_coarse || known.has_coarse) {
            // A sibling is what is left at the coarse level; alone it is no value.
            (true, _) => self.not_blank |= bit(marking),
            (false, blank) => {
                self.stamp.markings |= bit(marking);
                let left = if blank { &mut self.stamp.blank_when_coarse } else { &mut self.not_blank };
                *left |= bit(marking);
            }
        }
    }
}

/// The marking of the unit that an encoded `UnitRef` names, if it is raised.
pub(crate) fn raised_marking(unit_ref: &[u8], subjects: &[Subject]) -> Option<Marking> {
    let unit = first_string(unit_ref)?;
    subjects.iter().find(|subject| subject.unit.as_bytes() == unit).map(|subject| subject.marking)
}

/// Field 1 of an encoded message, as bytes; the last one wins, as decoders have it.
pub(crate) fn first_string(message: &[u8]) -> Option<&[u8]> {
    fields(message).map_while(Result::ok).filter(|field| field.number == 1).map(|field| field.content).last()
}
