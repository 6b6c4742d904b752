//! slag.toml: what each marking is. Every marking of the schema stands there exactly once.

use std::collections::{BTreeMap, BTreeSet};

use samband_proto::{
    schema::{Field, Message, Schema},
    v1::Marking,
};

use super::{
    finding::{Findings, Place},
    reader::{At, Section},
    words::{Keys, list},
};
use crate::{mask::all_markings, policy::MarkingEntry};

/// Name of the file.
pub(crate) const FILE: &str = "slag.toml";
const KEYS: &str = "proto, sv, lag, historik, vital, kvitto, harledd, bara_hojning";

/// The marking table as read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    pub(crate) entries: BTreeMap<Marking, MarkingEntry>,
    pub(crate) keys: Keys,
    pub(crate) places: BTreeMap<Marking, Place>,
    /// Derived marking -> what it is derived from.
    pub(crate) derived: BTreeMap<Marking, Marking>,
}

impl Table {
    /// The key of a marking.
    pub(crate) fn key(&self, marking: Marking) -> &str {
        self.entries.get(&marking).map_or_else(|| marking.as_str_name(), |entry| &entry.key)
    }

    /// Whether less than full and more than withheld can be shown of it. What no field carries has no form to lack.
    pub(crate) fn has_coarse(&self, marking: Marking) -> bool {
        let mut fields = fields().filter(|field| field.marking == Some(marking)).peekable();
        fields.peek().is_none() || fields.any(|field| field.has_coarse || field.blank_when_coarse)
    }

    /// Its law.
    pub(crate) fn law(&self, marking: Marking) -> &str {
        self.entries.get(&marking).map_or("-", |entry| &entry.law)
    }
}

/// Reads slag.toml.
pub(crate) fn read(mut file: Section, findings: &mut Findings) -> Table {
    let mut table = Table::default();
    let mut derived = Vec::new();
    for mut section in file.all_tables(findings) {
        table.keys.insert(section.name.clone(), None);
        let Some((marking, entry)) = entry(&mut section, &table, findings) else { continue };
        if let Some(from) = section.text("harledd", findings) {
            derived.push((marking, from));
        }
        unused(&mut section, marking, findings);
        table.keys.insert(entry.key.clone(), Some(marking));
        table.places.insert(marking, section.place.clone());
        table.entries.insert(marking, entry);
        section.nothing_else(KEYS, findings);
    }
    for (marking, from) in derived {
        match table.keys.get(&from.value) {
            Some(Some(source)) if *source != marking => _ = table.derived.insert(marking, *source),
            _ => findings.stop(&from.place, format!("«harledd» ska nämna ett annat slag, inte «{}»", from.value)),
        }
    }
    let missing = all_markings().filter(|marking| !table.entries.contains_key(marking));
    let missing: Vec<_> = missing.map(proto_name).collect();
    if !missing.is_empty() {
        findings.stop(&file.place, format!("utan rad i slag.toml: {}", list(&missing)));
    }
    vital_exists(&table, findings);
    table
}

/// What is delivered when the ledger cannot be written has to be known to exist.
fn vital_exists(table: &Table, findings: &mut Findings) {
    let vital = |marking: &Marking| table.entries.get(marking).is_some_and(|entry| entry.vital);
    let existence = Marking::Existence;
    if table.entries.contains_key(&existence) && !vital(&existence) && table.entries.keys().any(vital) {
        let place = table.places.get(&existence).cloned();
        let text = format!("{} ska vara vital när något annat är det: utan den syns inget", table.key(existence));
        _ = place.map(|place| findings.stop(&place, text));
    }
}

fn entry(section: &mut Section, table: &Table, findings: &mut Findings) -> Option<(Marking, MarkingEntry)> {
    let proto = section.required_text("proto", findings);
    let swedish = section.required_text("sv", findings);
    let law = section.required_text("lag", findings);
    let entry = MarkingEntry {
        key: section.name.clone(),
        swedish: swedish?.value,
        law: law?.value,
        opens_history: section.yes_no("historik", true, findings),
        vital: section.yes_no("vital", false, findings),
        display_receipt: section.yes_no("kvitto", false, findings),
    };
    let marking = marking(&proto?, table, findings)?;
    Some((marking, entry))
}

fn marking(proto: &At<String>, table: &Table, findings: &mut Findings) -> Option<Marking> {
    let named = Marking::from_str_name(&format!("MARKING_{}", proto.value));
    let Some(marking) = named.filter(|marking| *marking != Marking::Unspecified) else {
        let known: Vec<_> = all_markings().map(proto_name).collect();
        findings.stop(&proto.place, format!("schemat har inget slag «{}»; det har {}", proto.value, list(&known)));
        return None;
    };
    if let Some(earlier) = table.places.get(&marking) {
        let text = format!("{} står två gånger: även på rad {}", proto.value, earlier.line);
        findings.stop(&proto.place, text);
        return None;
    }
    Some(marking)
}

/// A marking that no field carries has to say why it is there; one that is carried must not say that it is not.
fn unused(section: &mut Section, marking: Marking, findings: &mut Findings) {
    let raising = section.yes_no("bara_hojning", false, findings);
    match (carried().contains(&marking), raising) {
        (true, true) => findings.stop(
            &section.place,
            format!("fält i schemat bär {}: det är inte bara till för höjning", proto_name(marking)),
        ),
        (false, false) => findings.stop(
            &section.place,
            format!("inget fält i schemat bär {}: skriv bara_hojning = true", proto_name(marking)),
        ),
        _ => {}
    }
}

fn carried() -> BTreeSet<Marking> {
    fields().filter_map(|field| field.marking).collect()
}

fn fields() -> impl Iterator<Item = &'static Field> {
    Schema::of_contract().messages().flat_map(Message::fields)
}

fn proto_name(marking: Marking) -> &'static str {
    marking.as_str_name().trim_start_matches("MARKING_")
}
