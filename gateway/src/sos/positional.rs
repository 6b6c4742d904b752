//! The lines without labels: their meaning is their place, and an empty line is an empty field.
//!
//! ```text
//! case · type 1 · type 2 · type 3 · [description] · address · city · station code
//! ```

use super::field::Field;
use super::fields::{is_case, is_station, is_street, is_talkgroup};
use super::labels;
use super::types::is_known_type;

/// What was read from unlabelled lines; whoever takes it normalises the values.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Positional<'a> {
    pub(super) case: Option<&'a str>,
    pub(super) talkgroups: Vec<&'a str>,
    pub(super) sender: Vec<&'a str>,
    pub(super) types: Vec<&'a str>,
    /// Running text before the address.
    pub(super) text: Vec<&'a str>,
    pub(super) address: Option<&'a str>,
    pub(super) city: Option<&'a str>,
    /// A name between address and city.
    pub(super) place: Vec<&'a str>,
    pub(super) station: Option<&'a str>,
    /// Codes after the first: further stations or units.
    pub(super) units: Vec<&'a str>,
}

/// Reads the lines before the first label.
pub(super) fn head<'a>(lines: &[&'a str]) -> Positional<'a> {
    let mut read = Positional::default();
    let mut rest = lines;
    while let Some((line, more)) = rest.split_first() {
        let line = line.trim();
        match preamble(&mut read, line) {
            Preamble::Taken => rest = more,
            // Glued behind the number: an SMS that lost its line breaks.
            Preamble::TakenWith(first_type) => {
                read.types.push(first_type);
                rest = more;
                break;
            }
            Preamble::Over => break,
        }
    }
    let rest = types(&mut read, rest);
    merge_tail(&mut read, rest);
    read
}

/// Reads lines that begin with the address and have the types after it, as after `Radiogruppsnamn` in one variant:
/// `address · place · city · types · text`. None if there is no known type among them.
pub(super) fn address_first<'a>(lines: &[&'a str]) -> Option<Positional<'a>> {
    // The address block is at most four lines; a known type much later is a word in a text.
    let at = lines.iter().take(8).position(|line| is_known_type(line))?;
    let (before, after) = lines.split_at_checked(at)?;
    let mut read = Positional::default();
    read.text = types(&mut read, after).to_vec();
    let place: Vec<&str> = before.iter().map(|line| line.trim()).filter(|line| !line.is_empty()).collect();
    read.address = place.first().copied();
    read.city = place.last().filter(|_| place.len() > 1).copied();
    // A name between address and city, and the city twice, are both seen.
    let between = place.get(1..place.len().saturating_sub(1)).unwrap_or_default();
    read.place = between.iter().filter(|name| Some(**name) != read.city).copied().collect();
    Some(read)
}

/// Reads `[text] · address · city · [station code]` from the end: the text may be any number of lines.
pub(super) fn tail<'a>(lines: &[&'a str]) -> Positional<'a> {
    let mut read = Positional::default();
    let mut rest = without_blank_end(lines);
    let mut codes = Vec::new();
    while let Some((code, before)) = rest.split_last().filter(|(last, _)| is_station(last)) {
        // `E14` has the form of a code and is a road: never a second code, nor the only line.
        if is_street(code) && (!codes.is_empty() || before.iter().all(|line| line.trim().is_empty())) {
            break;
        }
        codes.push(code.trim());
        rest = before;
    }
    read.station = codes.pop();
    read.units = codes.into_iter().rev().collect();
    if read.station.is_some() {
        split_by_place(&mut read, rest);
    } else {
        split_by_look(&mut read, rest);
    }
    read
}

/// With a station code the two lines before it are city and address, even when blank.
fn split_by_place<'a>(read: &mut Positional<'a>, lines: &[&'a str]) {
    let filled = |line: &&'a str| Some(line.trim()).filter(|line| !line.is_empty());
    match lines {
        [] => {}
        [address] => read.address = filled(address),
        [text @ .., address, city] => {
            read.address = filled(address);
            read.city = filled(city);
            read.text = text.to_vec();
        }
    }
}

/// Without a code blank lines are not reliable: the last two lines are address and city, unless the last alone looks like
/// an address.
fn split_by_look<'a>(read: &mut Positional<'a>, lines: &[&'a str]) {
    let lines: Vec<&str> = lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty()).collect();
    match lines.as_slice() {
        [] => {}
        [text @ .., address, city] if is_street(address) || !is_street(city) => {
            read.address = Some(address);
            read.city = Some(city);
            read.text = text.to_vec();
        }
        [text @ .., address] => {
            read.address = Some(address);
            read.text = text.to_vec();
        }
    }
}

fn without_blank_end<'s, 'a>(lines: &'s [&'a str]) -> &'s [&'a str] {
    let end = lines.iter().rposition(|line| !line.trim().is_empty()).map_or(0, |last| last + 1);
    lines.get(..end).unwrap_or(lines)
}

fn merge_tail<'a>(read: &mut Positional<'a>, rest: &[&'a str]) {
    let end = tail(rest);
    read.text = end.text;
    read.address = end.address;
    read.city = end.city;
    read.station = end.station.or(read.station);
    read.units = end.units;
}

enum Preamble<'a> {
    Taken,
    TakenWith(&'a str),
    Over,
}

/// What may stand before the types, in any order: case number, talkgroups, sender, the alarmed station.
fn preamble<'a>(read: &mut Positional<'a>, line: &'a str) -> Preamble<'a> {
    let upper = line.to_uppercase();
    if line.is_empty() {
        return Preamble::Taken;
    }
    if is_talkgroup(line) {
        read.talkgroups.push(line);
        return Preamble::Taken;
    }
    if upper.starts_with("FRÅN ") || upper.starts_with("LARMINFORMATION FRÅN ") {
        read.sender.push(line);
        return Preamble::Taken;
    }
    // In capitals: "Larm till ..." is a greeting.
    if line.starts_with("LARM ") && read.station.is_none() {
        read.station = line.get(5..).map(str::trim);
        return Preamble::Taken;
    }
    if read.case.is_some() {
        return Preamble::Over;
    }
    let number = after_case_word(line).unwrap_or(line);
    if is_case(number) {
        read.case = Some(number);
        return Preamble::Taken;
    }
    match line.split_once(char::is_whitespace) {
        Some((number, rest))
            if number.len() == 7 && is_case(number) && rest.trim().starts_with(char::is_alphabetic) =>
        {
            read.case = Some(number);
            Preamble::TakenWith(rest.trim())
        }
        _ => Preamble::Over,
    }
}

/// The number in `Ärende 4711001`, where the colon is missing.
fn after_case_word(line: &str) -> Option<&str> {
    let at = line.find(|c: char| c.is_ascii_digit())?;
    let (word, number) = line.split_at_checked(at)?;
    (labels::field(word.trim_end_matches(['#', ' '])) == Some(Field::Case)).then_some(number.trim())
}

/// Takes the levels that are still missing; gives back the lines after them.
fn types<'s, 'a>(read: &mut Positional<'a>, lines: &'s [&'a str]) -> &'s [&'a str] {
    let mut rest = lines;
    let mut level = read.types.len();
    while level < 3
        && let Some((line, more)) = rest.split_first()
    {
        let line = line.trim();
        if is_talkgroup(line) {
            read.talkgroups.push(line);
        } else if level > 0 && (is_station(line) || is_street(line)) {
            // Empty levels were left out, and this is the address already.
            break;
        } else {
            read.types.push(line);
            level += 1;
        }
        rest = more;
    }
    read.types.retain(|level| !level.is_empty());
    rest
}
