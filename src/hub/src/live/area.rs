//! Rectangles of the map, and its fixed grid of cells.

use samband_disclosure::{coarse::Cell, map::Place};
use samband_proto::v1 as pb;

/// Cells in a degree: 0.25 degrees are 28 km north and, in Jämtland, 12 km east.
const PER_DEGREE: i32 = 4;
/// Hundred-thousandths of a degree in a cell.
const SIDE_E5: i32 = 100_000 / PER_DEGREE;

/// A cell of the map's grid: its row north of the equator and its column east of Greenwich.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellId {
    row: i16,
    column: i16,
}

impl CellId {
    /// The cell in which a viewer sees a unit. Made of what the viewer sees: the cell of a square is that of its south-west corner.
    pub fn of(place: &Place) -> Self {
        match place {
            Place::Point { latitude_e5, longitude_e5, .. } => {
                Self { row: narrow(latitude_e5.div_euclid(SIDE_E5)), column: narrow(longitude_e5.div_euclid(SIDE_E5)) }
            }
            Place::Square(Cell { south, west, .. }) => Self { row: number(*south), column: number(*west) },
        }
    }

    /// As the contract has it.
    pub fn to_proto(self) -> pb::MapCell {
        let degrees = |number: i16| f64::from(number) / f64::from(PER_DEGREE);
        let side = 1.0 / f64::from(PER_DEGREE);
        pb::MapCell { south: Some(degrees(self.row)), west: Some(degrees(self.column)), side_deg: Some(side) }
    }
}

/// The row or column of degrees.
fn number(degrees: f64) -> i16 {
    #[expect(clippy::cast_possible_truncation, reason = "a float cast saturates")]
    let whole = (degrees * f64::from(PER_DEGREE)).floor() as i32;
    narrow(whole)
}

fn narrow(number: i32) -> i16 {
    i16::try_from(number).unwrap_or(if number < 0 { i16::MIN } else { i16::MAX })
}

/// A part of the map that a session follows, as the cells it touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    first: CellId,
    last: CellId,
}

impl Area {
    /// Degrees WGS 84; none: not a rectangle of the earth. It does not reach over 180 degrees east.
    pub fn new(south: f64, west: f64, north: f64, east: f64) -> Option<Self> {
        Ground::new(south, west, north, east)?;
        let first = CellId { row: number(south), column: number(west) };
        Some(Self { first, last: CellId { row: number(north), column: number(east) } })
    }

    /// Whether the cell is part of it.
    pub fn contains(&self, cell: CellId) -> bool {
        (self.first.row..=self.last.row).contains(&cell.row)
            && (self.first.column..=self.last.column).contains(&cell.column)
    }

    /// Whether all of the other is part of it, cell by cell.
    pub fn covers(&self, other: &Self) -> bool {
        self.contains(other.first) && self.contains(other.last)
    }

    /// How many cells it has.
    pub fn cells(&self) -> usize {
        let span = |first: i16, last: i16| usize::try_from(i32::from(last) - i32::from(first) + 1).unwrap_or(0);
        span(self.first.row, self.last.row) * span(self.first.column, self.last.column)
    }
}

/// The ground a deployment works on: a location outside it is a receiver without a fix, or somebody's mistake.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ground {
    south: f64,
    west: f64,
    north: f64,
    east: f64,
}

impl Ground {
    /// The whole earth.
    pub const EARTH: Self = Self { south: -90.0, west: -180.0, north: 90.0, east: 180.0 };

    /// Degrees WGS 84; none: not a rectangle of the earth.
    pub fn new(south: f64, west: f64, north: f64, east: f64) -> Option<Self> {
        let within = |value: f64, most: f64| (-most..=most).contains(&value);
        let on_earth = within(south, 90.0) && within(north, 90.0) && within(west, 180.0) && within(east, 180.0);
        (on_earth && south <= north && west <= east).then_some(Self { south, west, north, east })
    }

    /// South, west, north and east, degrees WGS 84.
    pub fn degrees(&self) -> [f64; 4] {
        [self.south, self.west, self.north, self.east]
    }

    /// Whether a location can be. Null island is where receivers without a fix are, also where a deployment has no ground of its own.
    pub fn contains(&self, latitude: f64, longitude: f64) -> bool {
        const NULL_ISLAND_DEG: f64 = 0.01;
        let null = latitude.abs() < NULL_ISLAND_DEG && longitude.abs() < NULL_ISLAND_DEG;
        !null && (self.south..=self.north).contains(&latitude) && (self.west..=self.east).contains(&longitude)
    }
}
