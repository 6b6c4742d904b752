//! The labels of all variants, and where they stand in a line.

use super::field::Field;
use super::text::boundary;

/// How sure a label is in the middle of a line, where labels are glued together in an SMS.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    /// Never said in running text (`Stationskod`).
    Own,
    /// Also an everyday word (`Adress`, `Nyckel`), so it must look like a label.
    Common,
}

/// Label without `R_`, in lower case with a, a, o for å, ä, ö and without whitespace and signs; what it announces.
const LABELS: &[(&str, Field, Word)] = &[
    ("adress", Field::Address, Word::Common),
    ("adressbeskriv", Field::AddressNote, Word::Own),
    ("adressbeskrivning", Field::AddressNote, Word::Own),
    ("arende", Field::Case, Word::Common),
    ("arendenr", Field::Case, Word::Own),
    ("arendenummer", Field::Case, Word::Own),
    ("fritext", Field::FreeText, Word::Common),
    ("handelsebeskrivning", Field::Description, Word::Own),
    ("htkommentar", Field::TerminalComment, Word::Own),
    ("httext1", Field::TerminalText(1), Word::Own),
    ("httext2", Field::TerminalText(2), Word::Own),
    ("httext3", Field::TerminalText(3), Word::Own),
    ("kompletterandekategoritext", Field::CategoryText, Word::Own),
    ("larmkategori", Field::Category, Word::Own),
    ("larmkategorinamn", Field::Category, Word::Own),
    ("namn", Field::Name, Word::Common),
    ("notering", Field::Note, Word::Common),
    ("nyckel", Field::Key, Word::Common),
    ("objekt", Field::Object, Word::Common),
    ("objektinfo", Field::ObjectInfo, Word::Own),
    ("objektskort", Field::ObjectCard, Word::Own),
    ("ort", Field::City, Word::Common),
    ("plats", Field::Place, Word::Common),
    ("position", Field::Position, Word::Common),
    ("positionwgs84", Field::Position, Word::Own),
    ("poswgs84", Field::Position, Word::Own),
    // Sic: so it is spelt in the variant with R_.
    ("poswsg84", Field::Position, Word::Own),
    ("presentationsgrupp", Field::Presentation, Word::Own),
    ("radiogruppsnamn", Field::Talkgroup, Word::Own),
    ("rapsgrupp", Field::Talkgroup, Word::Own),
    ("samhalle", Field::City, Word::Common),
    ("sosarendenr", Field::Case, Word::Own),
    ("sosarendenummer", Field::Case, Word::Own),
    ("stationskod", Field::Station, Word::Own),
    ("talgrupp", Field::Talkgroup, Word::Own),
    ("tid", Field::Time, Word::Common),
    ("zon", Field::Zone, Word::Common),
];

/// The longest label that is looked for, in bytes; bounds the work per colon.
const LONGEST: usize = 48;

/// A label found in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Known, or unknown with its label as key (lower case, `_` for spaces).
    pub(super) label: Result<Field, String>,
    /// Where the label begins, in bytes.
    pub(super) start: usize,
    /// Where its value begins.
    pub(super) value: usize,
}

/// Every label of the table, normalised, with the key under which its value is kept: for tests and documentation.
pub fn known_labels() -> impl Iterator<Item = (&'static str, &'static str)> {
    LABELS.iter().map(|(label, field, _)| (*label, field.key()))
}

/// The field a label announces, however it is spelt.
pub(super) fn field(label: &str) -> Option<Field> {
    lookup(label).map(|(field, _)| field)
}

fn lookup(label: &str) -> Option<(Field, Word)> {
    let bare = label.strip_prefix("R_").or_else(|| label.strip_prefix("r_"));
    let folded = fold(bare.unwrap_or(label));
    let (_, field, word) = LABELS.iter().find(|(known, ..)| *known == folded)?;
    // No one says R_Adress.
    Some((*field, if bare.is_some() { Word::Own } else { *word }))
}

fn fold(label: &str) -> String {
    let plain = |c| match c {
        'å' | 'ä' => 'a',
        'ö' => 'o',
        other => other,
    };
    label.chars().flat_map(char::to_lowercase).map(plain).filter(|c| c.is_alphanumeric()).collect()
}

/// Finds the labels of a line, in order. `in_text` is true where running text goes on from the line before: there a word
/// with a colon is rarely a label that we do not know.
pub(super) fn find(line: &str, in_text: bool) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    // All labels of a line are written alike: with space before the colon (as SOS Alarm does) or without.
    let mut style = true;
    let mut from = 0;
    for (nth, (colon, sign)) in line.char_indices().filter(|(_, c)| matches!(c, ':' | '=')).enumerate() {
        // No label contains a colon, and none is in the value before it.
        let start = window(line, from, colon);
        from = colon + 1;
        let Some(before) = line.get(start..colon) else { continue };
        let is_spaced = before.ends_with(char::is_whitespace);
        let hit = if is_latitude(before) {
            // The position is the one field that also comes without label: `La = ...`. Inside its field it is no new one.
            let inside = found.last().is_some_and(|last| last.label == Ok(Field::Position));
            last_words(before, 1).filter(|_| !inside).map(|at| (Ok(Field::Position), start + at, start + at))
        } else if sign == '=' {
            None
        } else {
            known(before, start == 0, is_spaced == style).map(|(field, at)| (Ok(field), start + at, colon + 1)).or_else(
                || if nth == 0 { unknown(line, colon, in_text) } else { None }.map(|key| (Err(key), 0, colon + 1)),
            )
        };
        if let Some((label, start, value)) = hit {
            style = if found.is_empty() { is_spaced } else { style };
            found.push(Found { label, start, value });
        }
    }
    found
}

/// Where to begin looking for a label that ends at `colon`.
fn window(line: &str, from: usize, colon: usize) -> usize {
    let start = from.max(colon.saturating_sub(LONGEST));
    boundary(line, start).max(from)
}

/// `La`, `Lat` or `Latitud` right before the sign.
fn is_latitude(before: &str) -> bool {
    let word = last_words(before, 1).and_then(|at| before.get(at..)).unwrap_or("").trim();
    ["la", "lat", "latitud"].iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// The longest known label of one to three words that `before` ends in, and where it begins.
fn known(before: &str, from_line_start: bool, same_style: bool) -> Option<(Field, usize)> {
    (1..=3).rev().find_map(|count| {
        let at = last_words(before, count)?;
        let label = before.get(at..)?;
        let (field, word) = lookup(label)?;
        let first = from_line_start && before.get(..at)?.trim().is_empty();
        let capital = label.starts_with(char::is_uppercase);
        (first || word == Word::Own || capital && same_style).then_some((field, at))
    })
}

/// Where the last `count` words begin; `|`, `;` and `,` also divide words.
fn last_words(before: &str, count: usize) -> Option<usize> {
    let divides = |c: char| c.is_whitespace() || matches!(c, '|' | ';' | ',');
    let mut end = before.trim_end_matches(divides).len();
    let mut start = end;
    for _ in 0..count {
        if end == 0 {
            return None;
        }
        let words = before.get(..end)?;
        start = words.rfind(divides).and_then(|at| Some(at + words.get(at..)?.chars().next()?.len_utf8())).unwrap_or(0);
        end = words.get(..start)?.trim_end_matches(divides).len();
    }
    Some(start)
}

/// A label that is in no table: one to three words at the start of the line, capitalised, before its first colon.
fn unknown(line: &str, colon: usize, in_text: bool) -> Option<String> {
    let before = line.get(..colon)?;
    let name = before.trim();
    let is_spaced = before.ends_with(char::is_whitespace);
    let label_like = name.starts_with(char::is_uppercase)
        && name.len() <= LONGEST
        && name.split_whitespace().count() <= 3
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '\t' | '_' | '-' | '.' | '/'));
    // "OBS:" and "kl 12:30" belong to the text they stand in.
    let said = name.eq_ignore_ascii_case("obs") || in_text && !is_spaced && !name.starts_with("R_");
    (label_like && !said).then(|| name.to_lowercase().split_whitespace().collect::<Vec<_>>().join("_"))
}
