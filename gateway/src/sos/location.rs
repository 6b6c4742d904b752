//! Positions: `La = 59º 22,267'N    Lo = 016º 31,964'E` and its relatives.

use serde::Serialize;

use super::flags::Flag;
use super::text::boundary;

/// A place in WGS 84.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Location {
    /// Degrees north, six decimals (a decimetre).
    pub lat: f64,
    /// Degrees east, six decimals.
    pub lon: f64,
}

/// Sweden and what a Swedish station may be sent to help with: degrees south, north, west, east.
const AREA: (f64, f64, f64, f64) = (54.0, 70.5, 7.0, 28.0);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Token {
    Number {
        value: f64,
        negative: bool,
    },
    LatitudeKey,
    LongitudeKey,
    /// N, S, E (Ö) or W (V): which axis, and whether it counts negative.
    Hemisphere {
        latitude: bool,
        negative: bool,
    },
}

/// Reads a position. The flag says what was wrong; with a location it is a doubt, without one a reason.
pub(super) fn read(text: &str) -> (Option<Location>, Option<Flag>) {
    let tokens = tokens(text);
    if !tokens.iter().any(|token| matches!(token, Token::Number { .. })) {
        return (None, Some(Flag::NoLocation));
    }
    let Some((lat, lon)) = halves(&tokens) else { return (None, Some(Flag::LocationUnreadable)) };
    match (degrees(lat, true), degrees(lon, false)) {
        (Ok(lat), Ok(lon)) => judge(lat, lon),
        (Err(Flag::LocationIncomplete), Err(Flag::LocationIncomplete)) => (None, Some(Flag::LocationUnreadable)),
        (Err(flag), _) | (_, Err(flag)) => (None, Some(flag)),
    }
}

fn judge(lat: f64, lon: f64) -> (Option<Location>, Option<Flag>) {
    if lat == 0.0 && lon == 0.0 {
        // What a system writes when it has no position, not a place off Africa.
        return (None, Some(Flag::LocationUnreadable));
    }
    let (south, north, west, east) = AREA;
    let inside = (south..=north).contains(&lat) && (west..=east).contains(&lon);
    (Some(Location { lat, lon }), (!inside).then_some(Flag::LocationOutsideArea))
}

/// Divides the tokens into those of the latitude and those of the longitude; an empty half is a missing one.
fn halves(tokens: &[Token]) -> Option<(&[Token], &[Token])> {
    let lat_key = tokens.iter().position(|token| *token == Token::LatitudeKey);
    let lon_key = tokens.iter().position(|token| *token == Token::LongitudeKey);
    match (lat_key, lon_key) {
        (Some(lat), Some(lon)) if lat < lon => Some((tokens.get(lat + 1..lon)?, tokens.get(lon + 1..)?)),
        (Some(lat), Some(lon)) => Some((tokens.get(lat + 1..)?, tokens.get(lon + 1..lat)?)),
        (Some(lat), None) => by_letters(tokens.get(lat + 1..)?, true),
        (None, Some(lon)) => Some((&[], tokens.get(lon + 1..)?)),
        (None, None) => by_letters(tokens, false),
    }
}

/// Without both keys the hemisphere letters divide, and without those the number of numbers.
fn by_letters(tokens: &[Token], latitude_only: bool) -> Option<(&[Token], &[Token])> {
    let axis = |wanted: bool| {
        tokens.iter().position(|t| matches!(t, Token::Hemisphere { latitude, .. } if *latitude == wanted))
    };
    // `N 59 22,2 E 16 31,9`: the letter stands before its numbers.
    let before = matches!(tokens.first(), Some(Token::Hemisphere { .. }));
    match (axis(true), axis(false)) {
        (Some(lat), Some(lon)) if before && lat < lon => Some(tokens.split_at(lon)),
        (Some(lat), Some(lon)) if before => Some((tokens.get(lat..)?, tokens.get(lon..lat)?)),
        (Some(lat), Some(lon)) if lat < lon => Some(tokens.split_at(lat + 1)),
        (Some(_), Some(lon)) => Some((tokens.get(lon + 1..)?, tokens.get(..=lon)?)),
        (Some(_), None) => Some((tokens, &[])),
        (None, Some(_)) => Some((&[], tokens)),
        (None, None) if latitude_only => Some((tokens, &[])),
        (None, None) if tokens.len().is_multiple_of(2) && tokens.len() <= 6 => Some(tokens.split_at(tokens.len() / 2)),
        (None, None) => None,
    }
}

/// Degrees, degrees and minutes, or degrees, minutes and seconds, with the sign of the hemisphere.
fn degrees(half: &[Token], latitude: bool) -> Result<f64, Flag> {
    let mut parts: Vec<f64> = Vec::new();
    let mut sign = 1.0;
    for token in half {
        match token {
            Token::Number { value, negative } => {
                // Only the first number has a sign; later ones only look so (`59-22,267`).
                if parts.is_empty() && *negative {
                    sign = -1.0;
                }
                parts.push(*value);
            }
            Token::Hemisphere { latitude: axis, .. } if *axis != latitude => return Err(Flag::LocationUnreadable),
            Token::Hemisphere { negative, .. } => {
                sign = if *negative { -1.0 } else { sign };
                if !parts.is_empty() {
                    // Complete; other systems' coordinates may follow.
                    break;
                }
            }
            Token::LatitudeKey | Token::LongitudeKey => {}
        }
    }
    let value = match parts.as_slice() {
        [] => return Err(Flag::LocationIncomplete),
        [degrees] => *degrees,
        [degrees, minutes] if sexagesimal(*degrees, *minutes) => degrees + minutes / 60.0,
        [degrees, minutes, seconds] if sexagesimal(*degrees, *minutes) && sexagesimal(*minutes, *seconds) => {
            degrees + minutes / 60.0 + seconds / 3600.0
        }
        [_, _] | [_, _, _] => return Err(Flag::LocationOutOfRange),
        _ => return Err(Flag::LocationUnreadable),
    };
    let limit = if latitude { 90.0 } else { 180.0 };
    if value > limit { Err(Flag::LocationOutOfRange) } else { Ok((sign * value * 1e6).round() / 1e6) }
}

/// True if the coarser part is whole and the finer below sixty.
fn sexagesimal(coarse: f64, fine: f64) -> bool {
    coarse.fract() == 0.0 && fine < 60.0
}

/// Numbers, keys and hemisphere letters; the signs for degree and minute differ so much that they are not read at all.
fn tokens(text: &str) -> Vec<Token> {
    // No position is longer; a huge field must not be a huge list.
    let mut rest = text.get(..boundary(text, 200)).unwrap_or(text);
    let mut tokens = Vec::new();
    let mut minus = false;
    while let Some(c) = rest.chars().next() {
        let length = if c.is_ascii_digit() {
            let length = number_length(rest);
            let value = rest.get(..length).map(|n| n.replace(',', ".")).and_then(|n| n.parse().ok());
            tokens.extend(value.map(|value| Token::Number { value, negative: minus }));
            length
        } else if is_letter(c) {
            let length = rest.find(|c| !is_letter(c)).unwrap_or(rest.len());
            tokens.extend(rest.get(..length).and_then(word));
            length
        } else {
            c.len_utf8()
        };
        minus = matches!(c, '-' | '−');
        rest = rest.get(length..).unwrap_or("");
    }
    tokens
}

/// The degree sign º is a letter to Unicode.
fn is_letter(c: char) -> bool {
    c.is_alphabetic() && c != 'º'
}

/// Digits, and a comma or point with digits after it.
fn number_length(text: &str) -> usize {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits(text);
    let fraction = text.get(whole..).and_then(|rest| rest.strip_prefix([',', '.'])).map_or(0, digits);
    if fraction == 0 { whole } else { whole + 1 + fraction }
}

fn word(word: &str) -> Option<Token> {
    match word.to_lowercase().as_str() {
        "la" | "lat" | "latitud" | "latitude" => Some(Token::LatitudeKey),
        "lo" | "lon" | "long" | "longitud" | "longitude" => Some(Token::LongitudeKey),
        "n" => Some(Token::Hemisphere { latitude: true, negative: false }),
        "s" => Some(Token::Hemisphere { latitude: true, negative: true }),
        // Not "o" for Ost: it is also how a degree sign is written where there is none (`59o`).
        "e" | "ö" => Some(Token::Hemisphere { latitude: false, negative: false }),
        "w" | "v" => Some(Token::Hemisphere { latitude: false, negative: true }),
        _ => None,
    }
}
