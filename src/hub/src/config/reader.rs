//! Reads TOML so that every value knows its line, and every wrong or unknown key is a finding.

use std::{collections::BTreeMap, ops::Range};

use toml::de::{DeTable, DeValue};

use super::finding::{Findings, Place};

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) place: Place,
}

/// A value as it stands in the file.
#[derive(Debug, Clone)]
pub(super) enum Item {
    Text(String),
    YesNo(bool),
    Whole(i64),
    Decimal(f64),
    List(Vec<At<Item>>),
    Table(Section),
    Other,
}

/// What a key can be asked for.
pub(super) trait Value: Sized {
    /// What was expected, for the finding.
    const EXPECTED: &'static str;
    /// The value, if it is one of these.
    fn of(item: Item) -> Option<Self>;
}

impl Value for String {
    const EXPECTED: &'static str = "en text inom citattecken som inte är tom";
    fn of(item: Item) -> Option<Self> {
        if let Item::Text(text) = item { Some(text).filter(|text| !text.trim().is_empty()) } else { None }
    }
}

impl Value for bool {
    const EXPECTED: &'static str = "true eller false";
    fn of(item: Item) -> Option<Self> {
        if let Item::YesNo(yes) = item { Some(yes) } else { None }
    }
}

impl Value for u32 {
    const EXPECTED: &'static str = "ett helt tal, 0 eller större";
    fn of(item: Item) -> Option<Self> {
        if let Item::Whole(number) = item { number.try_into().ok() } else { None }
    }
}

impl Value for f64 {
    const EXPECTED: &'static str = "ett tal i grader, som 63.1767";
    fn of(item: Item) -> Option<Self> {
        if let Item::Decimal(number) = item { Some(number) } else { None }
    }
}

impl Value for Vec<At<String>> {
    const EXPECTED: &'static str = "en lista av texter: [\"…\", \"…\"]";
    fn of(item: Item) -> Option<Self> {
        let Item::List(elements) = item else { return None };
        let text = |At { value, place }| Some(At { value: String::of(value)?, place });
        elements.into_iter().map(text).collect()
    }
}

/// A table: keys are taken out of it one by one, what is left at the end is unknown.
#[derive(Debug, Clone)]
pub(super) struct Section {
    /// What it is called in findings.
    pub(super) name: String,
    /// Its heading, or the key it stands at.
    pub(super) place: Place,
    entries: BTreeMap<String, At<Item>>,
}

impl Section {
    /// The value at a key, if it is there.
    pub(super) fn optional<T: Value>(&mut self, key: &str, findings: &mut Findings) -> Option<At<T>> {
        let At { value, place } = self.entries.remove(key)?;
        let value = T::of(value);
        if value.is_none() {
            findings.stop(place, format!("«{key}» ska vara {}", T::EXPECTED));
        }
        Some(At { value: value?, place })
    }

    /// The value at a key that has to be there.
    pub(super) fn required<T: Value>(&mut self, key: &str, findings: &mut Findings) -> Option<At<T>> {
        self.demand(key, findings);
        self.optional(key, findings)
    }

    /// The texts listed at a key; none when it is not there.
    pub(super) fn texts(&mut self, key: &str, findings: &mut Findings) -> Vec<At<String>> {
        self.optional(key, findings).map(|list| list.value).unwrap_or_default()
    }

    /// The tables written `[[key]]`, or as a list of `{ … }`.
    pub(super) fn tables(&mut self, key: &str, findings: &mut Findings) -> Vec<Self> {
        let Some(At { value, place }) = self.entries.remove(key) else { return Vec::new() };
        let Item::List(elements) = value else {
            findings.stop(place, format!("«{key}» ska vara en eller flera tabeller: [[{key}]]"));
            return Vec::new();
        };
        let mut tables = Vec::new();
        for At { value, place } in elements {
            match value {
                Item::Table(table) => tables.push(Self { name: key.to_owned(), ..table }),
                _ => findings.stop(place, format!("«{key}» ska vara en eller flera tabeller: [[{key}]]")),
            }
        }
        tables
    }

    /// The table written `[key]`, if it is there.
    pub(super) fn table(&mut self, key: &str, findings: &mut Findings) -> Option<Self> {
        let At { value, place } = self.entries.remove(key)?;
        if let Item::Table(table) = value {
            return Some(table);
        }
        findings.stop(place, format!("«{key}» ska vara en tabell: [{key}]"));
        None
    }

    /// All tables that are left, by name.
    pub(super) fn all_tables(&mut self, findings: &mut Findings) -> Vec<Self> {
        let mut tables = Vec::new();
        for (key, At { value, place }) in std::mem::take(&mut self.entries) {
            match value {
                Item::Table(table) => tables.push(Self { name: key, ..table }),
                _ => findings.stop(place, format!("«{key}» ska vara en tabell: [{key}]")),
            }
        }
        tables
    }

    /// What is left is no key of this section.
    pub(super) fn nothing_else(self, known: &str, findings: &mut Findings) {
        for (key, At { place, .. }) in &self.entries {
            findings.stop(*place, format!("okänd nyckel «{key}» i [{}]; nycklarna är {known}", self.name));
        }
    }

    /// A key that has to be there.
    pub(super) fn demand(&self, key: &str, findings: &mut Findings) {
        if !self.entries.contains_key(key) {
            findings.stop(self.place, format!("«{key}» saknas i [{}]", self.name));
        }
    }
}

/// A file's text.
pub(super) struct Source<'a> {
    pub(super) file: &'static str,
    pub(super) text: &'a str,
}

impl Source<'_> {
    /// The file as a section; none when it is not TOML, which is then a finding per mistake.
    pub(super) fn parse(&self, findings: &mut Findings) -> Option<Section> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        for error in &errors {
            let place = self.place(&error.span().unwrap_or_default());
            findings.stop(place, format!("filen kan inte läsas som TOML: {}", error.message().replace('\n', ", ")));
        }
        let top = Place { file: self.file, line: 1 };
        errors.is_empty().then(|| self.section(self.file, top, table.get_ref()))
    }

    fn place(&self, span: &Range<usize>) -> Place {
        let before = self.text.as_bytes().iter().take(span.start);
        Place { file: self.file, line: 1 + before.filter(|byte| **byte == b'\n').count() }
    }

    fn section(&self, name: &str, place: Place, table: &DeTable<'_>) -> Section {
        let entries = table.iter().map(|(key, value)| {
            let place = self.place(&key.span());
            let name = key.get_ref().to_string();
            let value = self.item(&name, value.get_ref(), place);
            (name, At { value, place })
        });
        Section { name: name.to_owned(), place, entries: entries.collect() }
    }

    fn item(&self, name: &str, value: &DeValue<'_>, place: Place) -> Item {
        match value {
            DeValue::String(text) => Item::Text(text.to_string()),
            DeValue::Boolean(yes) => Item::YesNo(*yes),
            DeValue::Integer(number) if number.radix() == 10 => {
                number.as_str().parse().map_or(Item::Other, Item::Whole)
            }
            DeValue::Float(number) => number.as_str().parse().map_or(Item::Other, Item::Decimal),
            DeValue::Array(elements) => {
                let at = |element: &toml::Spanned<DeValue<'_>>| {
                    let place = self.place(&element.span());
                    At { value: self.item(name, element.get_ref(), place), place }
                };
                Item::List(elements.iter().map(at).collect())
            }
            DeValue::Table(table) => Item::Table(self.section(name, place, table)),
            _ => Item::Other,
        }
    }
}
