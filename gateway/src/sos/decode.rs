//! From a text to an alarm: each segment to its field.

use super::alarm::TextAlarm;
use super::draft::Draft;
use super::field::Field;
use super::fields::{is_station, is_street, is_talkgroup};
use super::flags::Flag;
use super::positional::{self, Positional};
use super::segments::{self, Segment};
use super::types::is_known_type;
use super::{mail, text};

/// Decodes a text alarm of any variant. Total: every input gives an alarm, at worst one with nothing but `raw` and flags.
/// The work is linear in the input, of which at most [`MAX_BYTES`](super::MAX_BYTES) are read.
#[must_use]
pub fn decode(bytes: &[u8]) -> TextAlarm {
    let read = text::read(bytes);
    let mut draft = Draft::new();
    let mail = mail::split(&read.text);
    for (name, value) in &mail.headers {
        draft.extra(&format!("mail_{name}"), value);
    }
    if mail.is_encoded() {
        draft.flag(Flag::EncodedMail);
    }
    let lines = mail::single_spaced(mail.body);
    let segments = segments::split(&lines);
    let mut reader = Reader {
        labelled: segments.iter().any(|segment| segment.field() == Some(Field::Address)),
        position_seen: false,
        draft,
    };
    for segment in segments {
        reader.segment(segment);
    }
    reader.draft.finish(read)
}

struct Reader {
    draft: Draft,
    /// The address has a label, so lines without one continue the field above; else they have a meaning by their place.
    labelled: bool,
    position_seen: bool,
}

impl Reader {
    fn segment(&mut self, mut segment: Segment<'_>) {
        match segment.label.take() {
            None => self.head(&segment.lines),
            Some(Err(key)) => {
                self.draft.unknown(&key, segment.value);
                self.unlabelled(&segment.lines);
            }
            Some(Ok(Field::Description)) => self.description(&segment),
            Some(Ok(Field::Position)) => self.position(segment),
            Some(Ok(Field::Talkgroup)) => self.talkgroup(&segment),
            Some(Ok(field)) if field.is_text() => self.draft.extra(field.key(), &segment.joined("\n")),
            Some(Ok(field)) => {
                if field == Field::Station {
                    segment.take_value_below(is_station);
                }
                self.line(field, &segment);
            }
        }
    }

    fn head(&mut self, lines: &[&str]) {
        let mut read = positional::head(lines);
        if self.labelled {
            // Everything has a label here; what stands before the first is a greeting, unless it is surely a type.
            if !read.types.first().is_some_and(|first| is_known_type(first)) {
                self.draft.loose(std::mem::take(&mut read.types));
            }
            self.draft.loose(std::mem::take(&mut read.text));
            self.draft.loose(read.address.take().into_iter().chain(read.city.take()));
        }
        self.draft.take(read);
    }

    /// The description goes on over the lines below, at the end of which address, city and station may stand.
    fn description(&mut self, segment: &Segment<'_>) {
        self.draft.describe([segment.value]);
        let tail = positional::tail(&segment.lines);
        // After the position the description is the last field, and what follows is all its own.
        let has_tail = !self.labelled && !self.draft.has_address() && (!self.position_seen || tail.station.is_some());
        if has_tail {
            self.draft.take(tail);
        } else {
            self.draft.describe(segment.lines.iter().copied());
        }
    }

    /// The position may stand on the line below its label, and the longitude on the one below that.
    fn position(&mut self, mut segment: Segment<'_>) {
        self.position_seen = true;
        segment.take_value_below(is_coordinate);
        let longitude = segment.lines.iter().take(1).filter(|line| is_coordinate(line.trim())).count();
        let (own, rest) = segment.lines.split_at_checked(longitude).unwrap_or_default();
        self.draft.position([&[segment.value], own].concat().join(" ").trim());
        self.unlabelled(rest);
    }

    fn talkgroup(&mut self, segment: &Segment<'_>) {
        self.draft.talkgroups(segment.value);
        let own = segment.lines.iter().take_while(|line| is_talkgroup(line)).count();
        let (groups, rest) = segment.lines.split_at_checked(own).unwrap_or_default();
        groups.iter().for_each(|list| self.draft.talkgroups(list));
        let with_types =
            positional::address_first(rest).filter(|_| !self.labelled && self.draft.alarm.types.is_empty());
        match with_types {
            Some(read) => self.draft.take(read),
            None => self.unlabelled(rest),
        }
    }

    /// A field of one line, which a narrow printer may have broken: up to a blank line what follows belongs to it.
    fn line(&mut self, field: Field, segment: &Segment<'_>) {
        if !self.labelled {
            self.draft.set(field, segment.value);
            return self.unlabelled(&segment.lines);
        }
        let own = segment.lines.iter().take_while(|line| !line.trim().is_empty()).count();
        let (own, rest) = segment.lines.split_at_checked(own).unwrap_or_default();
        let whole = Segment { label: None, value: segment.value, lines: own.to_vec() };
        self.draft.set(field, &whole.joined(" "));
        self.draft.loose(rest.iter().copied());
    }

    /// Lines below a field that has only one: the address block, if it is surely one.
    fn unlabelled(&mut self, lines: &[&str]) {
        let tail = positional::tail(lines);
        let sure = tail.station.is_some() || tail.address.is_some_and(is_street);
        if sure && !self.labelled && !self.draft.has_address() {
            let text = tail.text.clone();
            self.draft.take(Positional { text: Vec::new(), ..tail });
            self.draft.loose(text);
        } else {
            self.draft.loose(lines.iter().copied());
        }
    }
}

/// A line of a broken position: it begins with a key (`La` is a label of its own), a hemisphere or a number.
fn is_coordinate(line: &str) -> bool {
    let first = line.split(|c: char| !c.is_alphabetic()).next().unwrap_or("").to_lowercase();
    let key = ["lo", "lon", "long", "longitud", "n", "s", "e", "w", "ö", "v"].contains(&first.as_str());
    let number =
        line.starts_with(|c: char| c.is_ascii_digit()) && line.contains(['º', '°', '˚', '\'', '′', '´', '.', ',']);
    line.len() <= 80 && line.contains(|c: char| c.is_ascii_digit()) && (key || number)
}
