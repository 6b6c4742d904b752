//! The payload of a journal record: the encoded event and its control part.

use std::{collections::BTreeMap, str::FromStr};

use bytes::Bytes;
use prost::Message as _;
use samband_disclosure::{Reference, Stamp, Subject, Undisclosed};
use samband_domain::{EventId, OrganisationId};
use samband_proto::{internal, v1::Marking};

/// A record's payload, taken apart. The event stays encoded.
#[derive(Clone)]
pub struct StoredEvent {
    /// What the hub knows beside the event.
    pub control: internal::Control,
    /// `samband.v1.Event`.
    pub event: Bytes,
}

impl StoredEvent {
    /// Reads a payload; none if it is not one of ours.
    pub fn read(payload: &Bytes) -> Option<Self> {
        let stored = internal::Stored::decode(payload.clone()).ok()?;
        Some(Self { control: stored.control?, event: stored.event.unwrap_or_default() })
    }

    /// As a payload.
    pub fn payload(&self) -> Bytes {
        let stored = internal::Stored { control: Some(self.control.clone()), event: Some(self.event.clone()) };
        stored.encode_to_vec().into()
    }

    /// For redaction; none for a record that is the hub's own and nobody's information.
    pub fn undisclosed(&self, position: u64) -> Option<Undisclosed> {
        let subjects = self.control.raised_subjects.iter().map(|raised| {
            let marking = Marking::try_from(raised.marking?).ok()?;
            Some(Subject { unit: raised.unit_id.clone()?, marking })
        });
        let reference = |stamp: &internal::ReferenceStamp| {
            let target = Reference {
                owner: OrganisationId::new(stamp.owner.as_deref()?).ok()?,
                stamp: stamp_from(stamp.stamp.as_ref()?),
                position: stamp.position?,
            };
            Some((EventId::from_str(stamp.event_id.as_deref()?).ok()?, target))
        };
        Some(Undisclosed {
            event: self.event.clone(),
            owner: OrganisationId::new(self.control.owner.as_deref()?).ok()?,
            stamp: stamp_from(self.control.stamp.as_ref()?),
            // One that cannot be read hides the whole event rather than a part too few.
            subjects: subjects.collect::<Option<_>>()?,
            references: self.control.references.iter().filter_map(reference).collect::<BTreeMap<_, _>>(),
            position,
        })
    }
}

/// A stamp as stored.
pub fn stamp_to(stamp: &Stamp) -> internal::Stamp {
    internal::Stamp {
        markings: Some(stamp.markings),
        raised: stamp.raised.map(|marking| marking as i32),
        shared_with: stamp.shared_with.iter().map(ToString::to_string).collect(),
        subject_markings: Some(stamp.subject_markings),
        blank_when_coarse: Some(stamp.blank_when_coarse),
        ..Default::default()
    }
}

/// A stored stamp. What is unreadable in it makes the event less visible, not more.
pub fn stamp_from(stored: &internal::Stamp) -> Stamp {
    Stamp {
        markings: stored.markings(),
        blank_when_coarse: stored.blank_when_coarse(),
        raised: stored.raised.map(|number| Marking::try_from(number).unwrap_or(Marking::Unspecified)),
        shared_with: stored.shared_with.iter().filter_map(|name| OrganisationId::new(name).ok()).collect(),
        subject_markings: stored.subject_markings(),
    }
}
