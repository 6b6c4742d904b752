//! The compiled policy: every decision of every owner, as masks.

use std::collections::BTreeMap;

use samband_domain::{Involvement, OrganisationId, Role};
use samband_proto::v1::Marking;

use crate::{
    class::{DisclosureClass, OwnerView, Standing, Viewer},
    mask::{MarkingSet, Mask},
    release::{GroundRule, ReleaseRule},
};

/// What the marking table says of a marking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkingEntry {
    /// Its key in the files, Swedish.
    pub key: String,
    /// What people read.
    pub swedish: String,
    /// Law and paragraph, or "-".
    pub law: String,
    /// Being alarmed opens what was written before.
    pub opens_history: bool,
    /// Still delivered when the ledger cannot be written.
    pub vital: bool,
    /// Displaying it to a person is to be recorded.
    pub display_receipt: bool,
}

/// An organisation, or a receiver that is nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    /// Its identity.
    pub id: OrganisationId,
    /// Its type name in the files.
    pub kind: String,
    /// Open radio, the public, a foreign control room: a viewer that owns nothing.
    pub nobody: bool,
}

/// What an owner has decided beside the levels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnerTerms {
    /// Markings that reach others only in a message the author shared with them (bara_push).
    pub push_only: MarkingSet,
    /// How to ask for what is withheld.
    pub how_to_ask: String,
    /// Version of the file and who decided it.
    pub version: String,
}

/// What the loader has made of the files. [`Policy::new`] compiles it.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    /// The marking table.
    pub markings: BTreeMap<Marking, MarkingEntry>,
    /// Everybody who can receive.
    pub receivers: Vec<Receiver>,
    /// Terms by owner.
    pub owners: BTreeMap<OrganisationId, OwnerTerms>,
    /// The levels. Absent = hidden.
    pub masks: BTreeMap<(OrganisationId, Viewer, Involvement), Mask>,
    /// What each owner lets be released case by case.
    pub releases: BTreeMap<OrganisationId, Vec<ReleaseRule>>,
    /// The legal grounds for that, by name.
    pub grounds: BTreeMap<String, GroundRule>,
    /// Digest of the files and the schema.
    pub hash: [u8; 32],
}

/// The policy in force. Swapped whole, at one journal position.
#[derive(Debug)]
pub struct Policy {
    parts: Parts,
    opens_history: MarkingSet,
    vital: MarkingSet,
}

impl Policy {
    /// Compiles the loader's result.
    pub fn new(parts: Parts) -> Self {
        let with = |wanted: fn(&MarkingEntry) -> bool| {
            let chosen = parts.markings.iter().filter(|(_, entry)| wanted(entry));
            chosen.fold(0, |set, (marking, _)| set | crate::mask::bit(*marking))
        };
        let (opens_history, vital) = (with(|entry| entry.opens_history), with(|entry| entry.vital));
        Self { parts, opens_history, vital }
    }

    /// Digest of the files and the schema: names the policy epoch.
    pub fn hash(&self) -> [u8; 32] {
        self.parts.hash
    }

    /// First eight hexadecimal digits of the digest, for people.
    pub fn short_name(&self) -> String {
        self.parts.hash[..4].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// What the files say, for printing and comparing.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// The levels of one owner for one viewer.
    pub fn mask(&self, owner: &OrganisationId, viewer: &Viewer, involvement: Involvement) -> Mask {
        let key = (owner.clone(), viewer.clone(), involvement);
        self.parts.masks.get(&key).copied().unwrap_or_default()
    }

    /// What the owner's decisions let somebody in this role of its own release of a marking to a receiver.
    pub fn release_rules<'a>(
        &'a self,
        owner: &OrganisationId,
        by: Role,
        marking: Marking,
        to: &'a Viewer,
    ) -> impl Iterator<Item = &'a ReleaseRule> {
        let rules = self.parts.releases.get(owner).map_or(&[][..], Vec::as_slice);
        rules.iter().filter(move |rule| rule.lets(by, marking, to))
    }

    /// Whether the table of grounds lets this ground open the marking to the receiver. What it does not have opens nothing.
    pub fn ground_opens(&self, ground: &str, marking: Marking, to: &OrganisationId) -> bool {
        let kind = self.parts.receivers.iter().find(|receiver| receiver.id == *to).map(|receiver| &receiver.kind);
        self.parts.grounds.get(ground).zip(kind).is_some_and(|(ground, kind)| {
            ground.markings & crate::mask::bit(marking) != 0
                && ground.kinds.as_ref().is_none_or(|kinds| kinds.contains(kind))
        })
    }

    /// Markings that still flow when the ledger cannot be written.
    pub fn vital(&self) -> MarkingSet {
        self.vital
    }

    /// The class of a viewer that stands so to an incident.
    pub fn class(&self, viewer: &Viewer, standing: Standing) -> DisclosureClass {
        let view = |(owner, terms): (&OrganisationId, &OwnerTerms)| {
            let mask = self.mask(owner, viewer, standing.involvement);
            let before = self.mask(owner, viewer, standing.before_alarm);
            let own = *owner == viewer.organisation;
            let view = OwnerView {
                mask,
                before_alarm: mask.for_these_else(self.opens_history, before),
                push_only: if own { 0 } else { terms.push_only },
                how_to_ask: terms.how_to_ask.clone(),
            };
            (owner.clone(), view)
        };
        let owners = self.parts.owners.iter().map(view).collect();
        DisclosureClass::new(viewer.organisation.clone(), standing, owners, self.parts.hash)
    }

    /// All viewers the policy knows: each receiver in each role.
    pub fn viewers(&self) -> impl Iterator<Item = Viewer> {
        self.parts
            .receivers
            .iter()
            .flat_map(|receiver| Role::ALL.into_iter().map(|role| Viewer { organisation: receiver.id.clone(), role }))
    }

    /// The tables as bytes, for the ledger: who-saw stays exact without the code of that day.
    pub fn compiled_bytes(&self) -> Vec<u8> {
        let mut bytes = b"samband masks 1\n".to_vec();
        for ((owner, viewer, involvement), mask) in &self.parts.masks {
            let key = format!("{owner} {} {} {}\n", viewer.organisation, viewer.role.as_str(), involvement.swedish());
            bytes.extend_from_slice(key.as_bytes());
            bytes.extend_from_slice(&mask.to_bytes());
        }
        for (owner, terms) in &self.parts.owners {
            bytes.extend_from_slice(format!("{owner} {:x}\n", terms.push_only).as_bytes());
        }
        bytes.extend_from_slice(format!("history {:x} vital {:x}\n", self.opens_history, self.vital).as_bytes());
        bytes
    }
}
