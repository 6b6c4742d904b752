//! Messages in parts (EN 300 392-2 clause 29.5.14: identifiers 0C and 8C; clause 29.5.9: texts in parts, identifier 8A).

use std::{collections::BTreeMap, fmt};

use crate::bits::{BitString, Reader};

use super::SdsError;

/// A part of a longer message. One source describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Three bits; 0 is the only value described.
    pub control: u8,
    /// The same for all parts.
    pub reference: u16,
    /// Twelve bits instead of four.
    pub extended_reference: bool,
    /// How many.
    pub total: u8,
    /// Counted from one.
    pub sequence: u8,
    /// What the message is, in its first part.
    pub pid: Option<u8>,
    /// What it carries.
    pub data: BitString,
}

impl Part {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, SdsError> {
        let control = reader.take_u8(3)?;
        if control != 0 {
            return Err(SdsError::Reserved { element: "concatenation control", value: control.into() });
        }
        let extended_reference = reader.flag()?;
        let reference = reader.take_u16(if extended_reference { 12 } else { 4 })?;
        let total = reader.take_u8(8)?;
        let sequence = reader.take_u8(8)?;
        let pid = if sequence == 1 { Some(reader.take_u8(8)?) } else { None };
        Ok(Self { control, reference, extended_reference, total, sequence, pid, data: reader.rest() })
    }

    /// Whether it can be a part of anything: numbered from one, and not above the total.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        (1..=self.total).contains(&self.sequence)
    }
}

/// Messages that are put together at once, at most.
const MESSAGES_MAX: usize = 64;
/// Milliseconds that a message is waited for.
const PATIENCE_MS: i64 = 300_000;

/// Puts parts together. Bounded: the oldest message gives way, and one whose parts stop coming is given up.
pub struct Joiner<K> {
    waiting: BTreeMap<K, Waiting>,
}

struct Waiting {
    since_ms: i64,
    total: u8,
    parts: BTreeMap<u8, Vec<u8>>,
}

impl<K> Default for Joiner<K> {
    fn default() -> Self {
        Self { waiting: BTreeMap::new() }
    }
}

impl<K> fmt::Debug for Joiner<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Joiner({} waiting)", self.waiting.len())
    }
}

impl<K: Ord + Clone> Joiner<K> {
    /// Takes a part; the whole when it was the last one missing. A part that says another total begins anew; one that cannot be
    /// (numbered 0, or above the total) is dropped.
    pub fn take(&mut self, key: K, total: u8, sequence: u8, part: Vec<u8>, now_ms: i64) -> Option<Vec<u8>> {
        if sequence == 0 || sequence > total {
            return None;
        }
        self.waiting.retain(|_, waiting| now_ms - waiting.since_ms <= PATIENCE_MS);
        if self.waiting.len() >= MESSAGES_MAX && !self.waiting.contains_key(&key) {
            let oldest = self.waiting.iter().min_by_key(|(_, waiting)| waiting.since_ms).map(|(key, _)| key.clone());
            oldest.map(|oldest| self.waiting.remove(&oldest));
        }
        let fresh = || Waiting { since_ms: now_ms, total, parts: BTreeMap::new() };
        let waiting = self.waiting.entry(key.clone()).or_insert_with(fresh);
        if waiting.total != total {
            *waiting = fresh();
        }
        waiting.parts.insert(sequence, part);
        if waiting.parts.len() < usize::from(total) {
            return None;
        }
        self.waiting.remove(&key).map(|whole| whole.parts.into_values().flatten().collect())
    }
}
