//! Values that are recognised by their form: case numbers, station codes, talkgroups, street addresses.

/// What systems write into an empty field.
const EMPTY: [&str; 3] = ["-", "--", "—"];

/// One line, whitespace normalised; None if there is nothing in it.
pub(super) fn value(text: &str) -> Option<String> {
    let value = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!value.is_empty() && !EMPTY.contains(&value.as_str())).then_some(value)
}

/// A case number: six to nine digits (mostly seven), a date and five digits, or a full id `1:18:6546`.
pub(super) fn is_case(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if digits(text) {
        // Eleven and thirteen: date and number without anything between.
        return matches!(text.len(), 6..=9 | 11 | 13);
    }
    if text.contains(':') {
        let parts: Vec<&str> = text.split(':').collect();
        return parts.len() == 3 && parts.iter().all(|part| digits(part) && part.len() <= 9);
    }
    let Some((date, number)) = text.rsplit_once(['-', ' ']) else { return false };
    let date: String = date.chars().filter(|c| *c != '-').collect();
    digits(number) && number.len() == 5 && digits(&date) && matches!(date.len(), 6 | 8)
}

/// A station code (`Z10`) or a station's call sign (`251-1210`).
pub(super) fn is_station(text: &str) -> bool {
    let text = text.trim();
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    match text.split_once('-') {
        Some((region, unit)) => region.len() == 3 && unit.len() == 4 && digits(region) && digits(unit),
        None => {
            let letter = text.starts_with(|c: char| c.is_ascii_alphabetic());
            letter && matches!(text.len(), 3 | 4) && text.get(1..).is_some_and(digits)
        }
    }
}

/// True for a line that is a talkgroup by its name: `RAPS-12`, `VGöt RAPS 60`, `SjvIns-10`, `SamvFlyg-3`, `251 RtjIns60`.
pub(super) fn is_talkgroup(text: &str) -> bool {
    const STEMS: [&str; 5] = ["raps", "sjvins", "samvflyg", "rtjins", "rtjled"];
    let text = text.trim();
    if text.len() > 32 {
        return false;
    }
    let lower = text.to_lowercase();
    let name = lower.trim_end_matches(|c: char| c.is_ascii_digit());
    let stem = name.trim_end_matches(['-', ' ']);
    let ends = |known: &str| stem.strip_suffix(known).is_some_and(|rest| !rest.ends_with(char::is_alphabetic));
    name.len() < lower.len() && STEMS.iter().any(|known| ends(known))
}

/// The names of a list of talkgroups, as written but for whitespace.
pub(super) fn talkgroups(list: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut start = 0;
    for (at, c) in list.char_indices() {
        if divides(list, at, c) {
            names.extend(list.get(start..at).and_then(value));
            start = at + c.len_utf8();
        }
    }
    names.extend(list.get(start..).and_then(value));
    names
}

/// A comma between digits is part of a name (`CO 2,4`), unless a name begins behind it (`RAPS-12,251 RtjIns60`).
fn divides(list: &str, at: usize, c: char) -> bool {
    match c {
        ';' | '|' | '/' | '+' | '\n' | '\t' => true,
        ',' => {
            let digit = |c: char| c.is_ascii_digit();
            let after = list.get(at + 1..).unwrap_or("");
            let next = after.split([',', ';', '|', '/', '+', '\n', '\t']).next().unwrap_or("");
            let within = list.get(..at).is_some_and(|before| before.ends_with(digit)) && after.starts_with(digit);
            !within || next.chars().any(char::is_alphabetic)
        }
        _ => false,
    }
}

/// True for what is surely an address: a street by its name, or a road by its number.
pub(super) fn is_street(text: &str) -> bool {
    const STREETS: [&str; 8] = ["vägen", "gatan", "gränd", "stigen", "torget", "allén", "backen", "väg"];
    // Compounds that end like a street and are none.
    const NOT: [&str; 3] = ["järnväg", "spårväg", "luftväg"];
    let lower = text.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).peekable();
    let mut numbered = false;
    let mut street = false;
    while let Some(word) = words.next() {
        let next_is_number = words.peek().is_some_and(|next| next.starts_with(|c: char| c.is_ascii_digit()));
        let compound = STREETS.iter().any(|end| word.len() > end.len() && word.ends_with(end));
        street |= compound && !NOT.iter().any(|not| word.starts_with(not));
        numbered |=
            next_is_number && matches!(word, "e" | "rv" | "lv" | "riksväg" | "länsväg" | "väg" | "gatan" | "vägen");
        numbered |= is_road(word);
    }
    street || numbered
}

/// `E14`, `Rv45`, `v949`.
fn is_road(word: &str) -> bool {
    ["e", "rv", "lv", "v"].iter().any(|kind| {
        let number = word.strip_prefix(kind).unwrap_or("");
        (1..=4).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit())
    })
}
