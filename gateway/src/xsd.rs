//! Values as XML Schema writes them (part 2): what CoT and CAP have in common.

use jiff::civil::{Date, date};

/// Milliseconds since 1970, UTC, of an `xs:dateTime` (clause 3.2.7) with a year of four digits: `2026-11-26T13:45:30`, a fraction of any
/// length or none, and `Z`, an offset up to fourteen hours, or no zone, which is taken for UTC. `24:00:00` is midnight at the day's
/// end. Parts of a millisecond are cut off.
#[must_use]
pub fn date_time_ms(written: &str) -> Option<i64> {
    let (moment, rest) = written.split_at_checked(19)?;
    if !has_form(moment, "0000-00-00T00:00:00") {
        return None;
    }
    let day: Date = moment[..10].parse().ok()?;
    let (hour, minute, second) = (number(&moment[11..13])?, number(&moment[14..16])?, number(&moment[17..])?);
    let (fraction, zone) = split_fraction(rest)?;
    let end_of_day = (hour, minute, second) == (24, 0, 0) && fraction.bytes().all(|digit| digit == b'0');
    // The first schema language knows no year 0.
    if day.year() < 1 || !(hour < 24 || end_of_day) || minute > 59 || second > 59 {
        return None;
    }
    let seconds = day.duration_since(EPOCH).as_secs() + hour * 3600 + minute * 60 + second - offset_seconds(zone)?;
    Some(seconds * 1000 + milliseconds(fraction))
}

const EPOCH: Date = date(1970, 1, 1);

/// Digits after the point, and what follows them. A point without a digit is none.
fn split_fraction(rest: &str) -> Option<(&str, &str)> {
    let Some(fraction) = rest.strip_prefix('.') else { return Some(("", rest)) };
    let end = fraction.find(|c: char| !c.is_ascii_digit()).unwrap_or(fraction.len());
    (end > 0).then(|| fraction.split_at(end))
}

fn milliseconds(fraction: &str) -> i64 {
    let digits = fraction.bytes().chain(std::iter::repeat(b'0')).take(3);
    digits.fold(0, |value, digit| value * 10 + i64::from(digit - b'0'))
}

/// East of Greenwich.
fn offset_seconds(zone: &str) -> Option<i64> {
    if matches!(zone, "" | "Z") {
        return Some(0);
    }
    let (sign, offset) = zone.split_at_checked(1)?;
    if !has_form(offset, "00:00") {
        return None;
    }
    let (hours, minutes) = (number(&offset[..2])?, number(&offset[3..])?);
    let seconds = hours * 3600 + minutes * 60;
    match sign {
        _ if minutes > 59 || seconds > 14 * 3600 => None,
        "+" => Some(seconds),
        "-" => Some(-seconds),
        _ => None,
    }
}

/// Whether each character is that of the form, where `0` stands for any digit.
#[must_use]
pub fn has_form(written: &str, form: &str) -> bool {
    let fits = |(octet, form): (u8, u8)| if form == b'0' { octet.is_ascii_digit() } else { octet == form };
    written.len() == form.len() && written.bytes().zip(form.bytes()).all(fits)
}

fn number(digits: &str) -> Option<i64> {
    digits.parse().ok()
}

/// `xs:decimal` (clause 3.2.3): digits with a sign and a point perhaps; no exponent, no infinity.
#[must_use]
pub fn decimal(written: &str) -> Option<f64> {
    let allowed = written.bytes().all(|octet| octet.is_ascii_digit() || matches!(octet, b'.' | b'-' | b'+'));
    if allowed { written.parse().ok().filter(|value: &f64| value.is_finite()) } else { None }
}

/// `xs:language` (clause 3.3.3): `sv`, `sv-SE`, `i-klingon`.
#[must_use]
pub fn is_language(tag: &str) -> bool {
    let part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|octet| octet.is_ascii_alphanumeric());
    let first = tag.split('-').next().unwrap_or_default();
    tag.split('-').all(part) && first.bytes().all(|octet| octet.is_ascii_alphabetic())
}
