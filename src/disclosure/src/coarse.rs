//! The closed list of coarse forms. Each is made once, when the event is appended, and stored beside the full value.
//!
//! | form | of | is |
//! |---|---|---|
//! | grid | a location | [`grid`]: a square of a fixed grid |
//! | initials | a name | [`initials`] |
//! | age group | a personal number | [`age_group`]: child, adult, elderly |
//! | last two | a telephone or registration number | [`last_two`] |
//! | yes/no | a yes or no that stands in the full value, or that there is a value | copied |
//! | level | low, medium, high that stands in the full value | copied |
//! | blank | what must leave nothing | not written |
//!
//! None draws a random number: noise can be averaged away by whoever looks often enough, a fixed square cannot.

/// Age as far as help is dispatched by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AgeGroup {
    /// Under 18.
    Child,
    /// 18 to 64.
    Adult,
    /// 65 and over.
    Elderly,
}

/// A square of the fixed grid, by its south-west corner in degrees WGS 84.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// Latitude of its southern edge.
    pub south: f64,
    /// Longitude of its western edge.
    pub west: f64,
    /// Side in metres, about.
    pub side_m: u32,
}

/// More initials than these say more of a name than they hide.
const MOST_INITIALS: usize = 3;

/// The first letters of a name's first words, upper case: "Anna-Karin Öst" is "AKÖ". Words that begin with no letter are left out.
pub fn initials(name: &str) -> String {
    let words = name.split(|letter: char| letter.is_whitespace() || letter == '-');
    let first = words.filter_map(|word| word.chars().next().filter(|letter| letter.is_alphabetic()));
    first.take(MOST_INITIALS).flat_map(char::to_uppercase).collect()
}

/// The last two letters or digits. Nothing of what has fewer than four: two of three would be nearly all.
pub fn last_two(text: &str) -> String {
    let signs: Vec<char> = text.chars().filter(|sign| sign.is_alphanumeric()).collect();
    match signs.as_slice() {
        [.., _, _, before_last, last] => [*before_last, *last].iter().collect(),
        _ => String::new(),
    }
}

/// The age group of a Swedish personal or coordination number (day + 60) of 12 or 10 digits, on the day `today` (year, month, day).
/// None where it cannot be read: a guess would be sent as if it were known. The check digit is not tested, only the date is used.
pub fn age_group(personal_number: &str, today: (i32, u32, u32)) -> Option<AgeGroup> {
    let (born, hundred) = birth(personal_number)?;
    let (month, day) = (born.1, born.2);
    let year = match born.0 {
        Year::Whole(year) => year,
        // Two digits: the latest such year that is not in the future, a hundred years before that where the separator is a plus.
        Year::InCentury(year) => {
            let this_century = today.0 - today.0.rem_euclid(100) + year;
            let future = (this_century, month, day) > today;
            this_century - if future { 100 } else { 0 } - if hundred { 100 } else { 0 }
        }
    };
    if !(1..=days_in(year, month)?).contains(&day) || (year, month, day) > today {
        return None;
    }
    let had_birthday = (month, day) <= (today.1, today.2);
    let age = today.0 - year - i32::from(!had_birthday);
    Some(match age {
        ..18 => AgeGroup::Child,
        18..65 => AgeGroup::Adult,
        65.. => AgeGroup::Elderly,
    })
}

enum Year {
    Whole(i32),
    InCentury(i32),
}

/// Year, month and day as written, and whether the separator says that a hundred years have passed.
fn birth(personal_number: &str) -> Option<((Year, u32, u32), bool)> {
    let compact: String = personal_number.chars().filter(|sign| !sign.is_whitespace()).collect();
    let (digits, hundred) = match compact.as_bytes() {
        [date @ .., separator @ (b'-' | b'+'), a, b, c, d] => ([date, &[*a, *b, *c, *d]].concat(), *separator == b'+'),
        all => (all.to_vec(), false),
    };
    if !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number = |range: std::ops::Range<usize>| {
        digits[range].iter().fold(0_u32, |number, digit| number * 10 + u32::from(digit - b'0'))
    };
    let (year, at) = match digits.len() {
        12 => (Year::Whole(i32::try_from(number(0..4)).ok()?), 4),
        10 => (Year::InCentury(i32::try_from(number(0..2)).ok()?), 2),
        _ => return None,
    };
    let (month, day) = (number(at..at + 2), number(at + 2..at + 4));
    let day = if day > 60 { day - 60 } else { day };
    Some(((year, month, day), hundred))
}

fn days_in(year: i32, month: u32) -> Option<u32> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        4 | 6 | 9 | 11 => Some(30),
        2 => Some(if leap { 29 } else { 28 }),
        _ => None,
    }
}

/// Side of the coarse grid of locations, metres.
pub const GRID_SIDE_M: u32 = 1_000;

/// Metres on the ground per degree of latitude, and of longitude at the equator.
const METRES_PER_DEGREE: f64 = 111_320.0;
/// How far outside a cell, in sides, a point may be and still belong to it: a unit that stands on an edge must not blink between
/// two squares, which would say that it stands on the edge.
const HYSTERESIS: f64 = 0.15;

/// The square of the fixed grid that the point is in. The one `before` is kept until the point is more than 15 % of the side
/// outside it. Depends on nothing but its arguments; a point that is no number is taken for 0.
pub fn grid(latitude: f64, longitude: f64, side_m: u32, before: Option<Cell>) -> Cell {
    let side_m = side_m.max(1);
    let number = |value: f64| if value.is_finite() { value } else { 0.0 };
    let latitude = number(latitude).clamp(-90.0, 90.0);
    let longitude = (number(longitude) + 180.0).rem_euclid(360.0) - 180.0;
    let held = before.filter(|cell| cell.side_m == side_m && on_grid(*cell) && nearly_in(*cell, latitude, longitude));
    held.unwrap_or_else(|| cell_at(latitude, longitude, side_m))
}

/// Rows have one height; each row is cut in as many columns, all of one width, as make its cells about square.
fn cell_at(latitude: f64, longitude: f64, side_m: u32) -> Cell {
    let height = height(side_m);
    let last_row = (180.0 / height).ceil() - 1.0;
    let row = ((latitude + 90.0) / height).floor().clamp(0.0, last_row);
    let south = row * height - 90.0;
    let width = width(south, side_m);
    let last_column = (360.0 / width).round() - 1.0;
    let column = ((longitude + 180.0) / width).floor().clamp(0.0, last_column);
    Cell { south, west: column * width - 180.0, side_m }
}

/// Of a row, in degrees of latitude.
fn height(side_m: u32) -> f64 {
    (f64::from(side_m) / METRES_PER_DEGREE).min(180.0)
}

/// Of a cell of the row that begins at `south`, in degrees of longitude: a whole number of them goes round the earth.
fn width(south: f64, side_m: u32) -> f64 {
    let middle = (south + height(side_m) / 2.0).clamp(-90.0, 90.0);
    let around = 360.0 * METRES_PER_DEGREE * middle.to_radians().cos();
    360.0 / (around / f64::from(side_m)).round().max(1.0)
}

/// A cell that this grid does not have holds nothing: its edges could be put where they tell more.
fn on_grid(cell: Cell) -> bool {
    let middle = (cell.south + height(cell.side_m) / 2.0).min(90.0);
    cell_at(middle, cell.west + width(cell.south, cell.side_m) / 2.0, cell.side_m) == cell
}

fn nearly_in(cell: Cell, latitude: f64, longitude: f64) -> bool {
    let (height, width) = (height(cell.side_m), width(cell.south, cell.side_m));
    let north = latitude - cell.south;
    // East of the cell's middle, the short way round.
    let east = (longitude - cell.west - width / 2.0 + 180.0).rem_euclid(360.0) - 180.0;
    (-HYSTERESIS * height..=(1.0 + HYSTERESIS) * height).contains(&north) && east.abs() <= (0.5 + HYSTERESIS) * width
}
