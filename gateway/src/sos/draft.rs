//! The alarm while it is being put together: what counts when a field comes twice, and what stands in for a missing one.

use std::collections::{BTreeMap, BTreeSet};

use super::alarm::TextAlarm;
use super::field::Field;
use super::fields::{is_case, is_talkgroup, talkgroups, value};
use super::flags::Flag;
use super::location;
use super::positional::Positional;
use super::text::Text;
use super::types::is_known_type;

/// So many unknown labels are listed; a text that is no alarm can have thousands.
const MAX_UNKNOWN: usize = 16;

/// A [`TextAlarm`] in the making.
pub(super) struct Draft {
    pub(super) alarm: TextAlarm,
    /// Lines that belong to no field. They become the description if nothing else does.
    loose: Vec<String>,
    description: Vec<String>,
    terminal_texts: BTreeMap<u8, String>,
    /// The talkgroups so far: the list in the alarm keeps their order.
    groups: BTreeSet<String>,
    unknown: usize,
    position: Option<Flag>,
}

impl Draft {
    pub(super) fn new() -> Self {
        let alarm = TextAlarm {
            case: None,
            types: Vec::new(),
            description: None,
            address: None,
            city: None,
            station: None,
            talkgroups: Vec::new(),
            location: None,
            flags: BTreeSet::new(),
            raw: String::new(),
            extra: BTreeMap::new(),
        };
        Self {
            alarm,
            loose: Vec::new(),
            description: Vec::new(),
            terminal_texts: BTreeMap::new(),
            groups: BTreeSet::new(),
            unknown: 0,
            position: None,
        }
    }

    pub(super) fn flag(&mut self, flag: Flag) {
        self.alarm.flags.insert(flag.code().to_owned());
    }

    /// Keeps a value that has no place of its own in the alarm.
    pub(super) fn extra(&mut self, key: &str, text: &str) {
        let text = text.trim();
        if !text.is_empty() {
            self.alarm.extra.entry(key.to_owned()).or_default().push(text.to_owned());
        }
    }

    /// Keeps the value of a label that is in no table.
    pub(super) fn unknown(&mut self, label: &str, text: &str) {
        self.extra(label, text);
        let flag = format!("unknown_field:{label}");
        if self.alarm.flags.contains(&flag) {
            return;
        }
        self.unknown += 1;
        if self.unknown > MAX_UNKNOWN {
            self.flag(Flag::MoreUnknownFields);
        } else {
            self.alarm.flags.insert(flag);
        }
    }

    /// Keeps lines that belong to no field.
    pub(super) fn loose<'a>(&mut self, lines: impl IntoIterator<Item = &'a str>) {
        self.loose.extend(lines.into_iter().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned));
    }

    /// Adds lines to the description.
    pub(super) fn describe<'a>(&mut self, lines: impl IntoIterator<Item = &'a str>) {
        self.description.extend(lines.into_iter().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned));
    }

    /// Takes a labelled value of one line.
    pub(super) fn set(&mut self, field: Field, text: &str) {
        let Some(text) = value(text) else { return };
        match field {
            Field::Case => self.set_case(text),
            Field::Address => self.set_once(field, text, Flag::ConflictingAddress),
            Field::City => self.set_once(field, text, Flag::ConflictingCity),
            Field::Station => self.set_once(field, text, Flag::ConflictingStation),
            Field::TerminalText(level) => {
                self.extra(field.key(), &text);
                self.terminal_texts.entry(level).or_insert(text);
            }
            _ => self.extra(field.key(), &text),
        }
    }

    fn set_case(&mut self, text: String) {
        let first = text.split(' ').next().unwrap_or("");
        if !is_case(&text) && is_case(first) {
            self.extra(Field::Case.key(), &text);
            return self.set_once(Field::Case, first.to_owned(), Flag::ConflictingCase);
        }
        if !is_case(&text) {
            self.flag(Flag::UnusualCaseNumber);
        }
        self.set_once(Field::Case, text, Flag::ConflictingCase);
    }

    /// The first value counts, a different second one is kept beside it and flagged.
    fn set_once(&mut self, field: Field, text: String, conflict: Flag) {
        let slot = match field {
            Field::Case => &mut self.alarm.case,
            Field::Address => &mut self.alarm.address,
            Field::City => &mut self.alarm.city,
            _ => &mut self.alarm.station,
        };
        match slot {
            None => *slot = Some(text),
            Some(first) if first.to_lowercase() == text.to_lowercase() => {}
            Some(_) => {
                self.flag(conflict);
                self.extra(field.key(), &text);
            }
        }
    }

    /// Takes a list of talkgroups.
    pub(super) fn talkgroups(&mut self, list: &str) {
        for name in talkgroups(list) {
            if self.groups.insert(name.clone()) {
                self.alarm.talkgroups.push(name);
            }
        }
    }

    /// Takes a position; the first that can be read counts.
    pub(super) fn position(&mut self, text: &str) {
        let (found, flag) = location::read(text);
        if self.alarm.location.is_some() || found.is_none() {
            self.extra(Field::Position.key(), text);
        }
        if self.alarm.location.is_none() {
            self.alarm.location = found;
            // That one field is empty says nothing against what another had.
            if found.is_some() || self.position.is_none() || flag != Some(Flag::NoLocation) {
                self.position = flag;
            }
        }
    }

    /// Takes what unlabelled lines said.
    pub(super) fn take(&mut self, read: Positional<'_>) {
        let labelled = [
            (Field::Case, read.case),
            (Field::Address, read.address),
            (Field::City, read.city),
            (Field::Station, read.station),
        ];
        for (field, text) in labelled {
            self.set(field, text.unwrap_or(""));
        }
        for (key, texts) in [("sender", &read.sender), ("place", &read.place), ("unit", &read.units)] {
            texts.iter().for_each(|text| self.extra(key, text));
        }
        read.talkgroups.iter().for_each(|list| self.talkgroups(list));
        if self.alarm.types.is_empty() {
            self.alarm.types = read.types.iter().filter_map(|level| value(level)).collect();
        } else {
            self.loose(read.types);
        }
        let (groups, text): (Vec<&str>, Vec<&str>) = read.text.iter().partition(|line| is_talkgroup(line));
        groups.into_iter().for_each(|list| self.talkgroups(list));
        self.describe(text);
    }

    /// True if an address is already there.
    pub(super) fn has_address(&self) -> bool {
        self.alarm.address.is_some()
    }

    /// The finished alarm: stand-ins for what is missing, then the flags.
    pub(super) fn finish(mut self, read: Text) -> TextAlarm {
        self.stand_in();
        let alarm = &self.alarm;
        let checks = [
            (alarm.case.is_none(), Flag::NoCaseNumber),
            (alarm.types.is_empty(), Flag::NoType),
            (alarm.types.first().is_some_and(|first| !is_known_type(first)), Flag::UnknownType),
            (alarm.address.is_none(), Flag::NoAddress),
            (alarm.location.is_none() && self.position.is_none(), Flag::NoLocation),
            (read.has_bad_characters(), Flag::BadCharacters),
            (read.too_long, Flag::TooLong),
        ];
        for flag in checks.into_iter().filter_map(|(so, flag)| so.then_some(flag)).chain(self.position) {
            self.alarm.flags.insert(flag.code().to_owned());
        }
        self.alarm.raw = read.text;
        self.alarm
    }

    /// Some variants have a type, a description or a town only under another label.
    fn stand_in(&mut self) {
        if self.alarm.types.is_empty() {
            self.alarm.types = std::mem::take(&mut self.terminal_texts).into_values().collect();
        }
        if self.alarm.types.is_empty() {
            let category = self.first_extra(Field::Category).filter(|category| is_known_type(category));
            self.alarm.types = self.first_extra(Field::Presentation).or(category).into_iter().collect();
        }
        if self.alarm.city.is_none() {
            self.alarm.city = self.first_extra(Field::Place);
        }
        let description = std::mem::take(&mut self.description).join("\n");
        self.alarm.description = Some(description)
            .filter(|text| !text.is_empty())
            .or_else(|| self.first_extra(Field::TerminalComment))
            .or_else(|| self.first_extra(Field::FreeText))
            .or_else(|| self.first_extra(Field::Note));
        let loose = std::mem::take(&mut self.loose).join("\n");
        if loose.is_empty() {
            return;
        }
        if self.alarm.description.is_none() {
            self.alarm.description = Some(loose);
        } else {
            self.flag(Flag::UnplacedText);
            self.extra("unplaced", &loose);
        }
    }

    fn first_extra(&self, field: Field) -> Option<String> {
        self.alarm.extra.get(field.key())?.first().cloned()
    }
}
