//! Reads TOML so that every value knows its line, and every wrong or unknown key is a finding.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use toml::de::{DeTable, DeValue};

use super::finding::{Findings, Place};

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct At<T> {
    pub(crate) value: T,
    pub(crate) place: Place,
}

/// A file's text, by lines.
pub(crate) struct Source<'a> {
    file: Arc<str>,
    text: &'a str,
}

impl<'a> Source<'a> {
    pub(crate) fn new(file: &str, text: &'a str) -> Self {
        Self { file: file.into(), text }
    }

    /// The top of the file.
    pub(crate) fn top(&self) -> Place {
        Place { file: self.file.clone(), line: 1 }
    }

    fn place(&self, span: &Range<usize>) -> Place {
        let before = self.text.as_bytes().iter().take(span.start);
        Place { file: self.file.clone(), line: 1 + before.filter(|byte| **byte == b'\n').count() }
    }

    /// The line as it stands, without its indentation.
    pub(crate) fn line(&self, place: &Place) -> &'a str {
        self.text.lines().nth(place.line - 1).unwrap_or_default().trim()
    }

    /// The file as a section without a name; none when it is not TOML, which is then a finding per mistake.
    pub(crate) fn parse(&self, findings: &mut Findings) -> Option<Section> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        for error in &errors {
            let place = self.place(&error.span().unwrap_or_default());
            findings.stop(&place, format!("filen kan inte läsas som TOML: {}", error.message().replace('\n', ", ")));
        }
        errors.is_empty().then(|| self.section("filen", self.top(), table.get_ref()))
    }

    fn section(&self, name: &str, place: Place, table: &DeTable<'_>) -> Section {
        let item = |value: &DeValue<'_>, place: &Place| self.item(value, place);
        let entries = table.iter().map(|(key, value)| {
            let place = self.place(&key.span());
            let value = item(value.get_ref(), &place);
            (key.get_ref().to_string(), At { value, place })
        });
        Section { name: name.to_owned(), place, entries: entries.collect() }
    }

    fn item(&self, value: &DeValue<'_>, place: &Place) -> Item {
        match value {
            DeValue::String(text) => Item::Text(text.to_string()),
            DeValue::Boolean(yes) => Item::YesNo(*yes),
            DeValue::Integer(number) if number.radix() == 10 => {
                number.as_str().parse().map_or(Item::Other, Item::Number)
            }
            DeValue::Array(elements) => {
                let at = |element: &toml::Spanned<DeValue<'_>>| {
                    let place = self.place(&element.span());
                    At { value: self.item(element.get_ref(), &place), place }
                };
                Item::List(elements.iter().map(at).collect())
            }
            DeValue::Table(table) => Item::Table(self.section("", place.clone(), table)),
            _ => Item::Other,
        }
    }
}

#[derive(Debug, Clone)]
enum Item {
    Text(String),
    YesNo(bool),
    Number(u32),
    List(Vec<At<Item>>),
    Table(Section),
    Other,
}

/// A table: keys are taken out of it one by one, what is left at the end is unknown.
#[derive(Debug, Clone)]
pub(crate) struct Section {
    /// What it is called in findings.
    pub(crate) name: String,
    /// Its heading, or the key it stands at.
    pub(crate) place: Place,
    entries: BTreeMap<String, At<Item>>,
}

impl Section {
    /// The text at a key, if it is there.
    pub(crate) fn text(&mut self, key: &str, findings: &mut Findings) -> Option<At<String>> {
        let At { value, place } = self.entries.remove(key)?;
        match value {
            Item::Text(text) => Some(At { value: text, place }),
            _ => wrong(key, "en text inom citattecken", &place, findings),
        }
    }

    /// The text at a key that has to be there and say something.
    pub(crate) fn required_text(&mut self, key: &str, findings: &mut Findings) -> Option<At<String>> {
        self.demand(key, findings);
        let text = self.text(key, findings)?;
        if text.value.trim().is_empty() {
            findings.stop(&text.place, format!("«{key}» är tom"));
        }
        Some(text)
    }

    /// True or false at a key.
    pub(crate) fn yes_no(&mut self, key: &str, otherwise: bool, findings: &mut Findings) -> bool {
        match self.entries.remove(key) {
            None => otherwise,
            Some(At { value: Item::YesNo(yes), .. }) => yes,
            Some(At { place, .. }) => wrong(key, "true eller false", &place, findings).unwrap_or(otherwise),
        }
    }

    /// The whole number at a key that has to be there.
    pub(crate) fn required_number(&mut self, key: &str, findings: &mut Findings) -> Option<At<u32>> {
        self.demand(key, findings);
        let At { value, place } = self.entries.remove(key)?;
        match value {
            Item::Number(number) => Some(At { value: number, place }),
            _ => wrong(key, "ett helt tal", &place, findings),
        }
    }

    /// The texts listed at a key; none when it is not there.
    pub(crate) fn list(&mut self, key: &str, findings: &mut Findings) -> Option<Vec<At<String>>> {
        let At { value, place } = self.entries.remove(key)?;
        let Item::List(elements) = value else {
            return wrong(key, "en lista av texter: [\"…\", \"…\"]", &place, findings);
        };
        let mut texts: Vec<At<String>> = Vec::new();
        for At { value, place } in elements {
            match value {
                Item::Text(text) if texts.iter().any(|earlier| earlier.value == text) => {
                    findings.stop(&place, format!("«{text}» står två gånger i «{key}»"));
                }
                Item::Text(text) => texts.push(At { value: text, place }),
                _ => _ = wrong::<()>(key, "en lista av bara texter", &place, findings),
            }
        }
        Some(texts)
    }

    /// The texts listed at a key that has to be there.
    pub(crate) fn required_list(&mut self, key: &str, findings: &mut Findings) -> Vec<At<String>> {
        self.demand(key, findings);
        self.list(key, findings).unwrap_or_default()
    }

    /// The table at a key.
    pub(crate) fn table(&mut self, key: &str, findings: &mut Findings) -> Option<Section> {
        let At { value, place } = self.entries.remove(key)?;
        match value {
            Item::Table(table) => Some(Self { name: key.to_owned(), ..table }),
            _ => wrong(key, &format!("en tabell: [{key}]"), &place, findings),
        }
    }

    /// The tables written `[[key]]`, or the one written `[key]`.
    pub(crate) fn tables(&mut self, key: &str, findings: &mut Findings) -> Vec<Section> {
        let Some(At { value, place }) = self.entries.remove(key) else { return Vec::new() };
        let elements = match value {
            Item::List(elements) => elements,
            one => vec![At { value: one, place }],
        };
        let mut tables = Vec::new();
        for At { value, place } in elements {
            match value {
                Item::Table(table) => tables.push(Self { name: key.to_owned(), place, ..table }),
                _ => _ = wrong::<()>(key, &format!("en tabell eller flera: [[{key}]]"), &place, findings),
            }
        }
        tables
    }

    /// All tables that are left, in the order they stand.
    pub(crate) fn all_tables(&mut self, findings: &mut Findings) -> Vec<Self> {
        let keys: Vec<String> = self.entries.keys().cloned().collect();
        let mut tables: Vec<Self> = keys.iter().filter_map(|key| self.table(key, findings)).collect();
        tables.sort_by(|a, b| a.place.cmp(&b.place));
        tables
    }

    /// All that is left, as texts by key, in the order they stand.
    pub(crate) fn all_texts(&mut self, findings: &mut Findings) -> Vec<(String, At<String>)> {
        let keys: Vec<String> = self.entries.keys().cloned().collect();
        let texts = keys.into_iter().filter_map(|key| self.text(&key, findings).map(|text| (key, text)));
        let mut texts: Vec<_> = texts.collect();
        texts.sort_by(|(_, a), (_, b)| a.place.cmp(&b.place));
        texts
    }

    /// What is left is no key of this section.
    pub(crate) fn nothing_else(self, known: &str, findings: &mut Findings) {
        for (key, At { place, .. }) in &self.entries {
            findings.stop(place, format!("okänd nyckel «{key}» i [{}]; nycklarna är {known}", self.name));
        }
    }

    fn demand(&self, key: &str, findings: &mut Findings) {
        if !self.entries.contains_key(key) {
            findings.stop(&self.place, format!("«{key}» saknas i [{}]", self.name));
        }
    }
}

fn wrong<T>(key: &str, expected: &str, place: &Place, findings: &mut Findings) -> Option<T> {
    findings.stop(place, format!("«{key}» ska vara {expected}"));
    None
}
