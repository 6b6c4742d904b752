//! Driving along a line: faster, slower before a bend, and to a stop at its end.

use super::network::Leg;

/// Metres a second that speed grows by in a second.
const FASTER: f64 = 1.4;
/// Metres a second that speed falls by in a second.
const BRAKES: f64 = 2.0;
/// What any bend is taken at, metres a second.
const BEND_MIN: f64 = 6.0;
/// Degrees that a vehicle turns in a second.
const TURNS: f64 = 30.0;
/// Metres of a degree of latitude.
const DEGREE_M: f64 = 111_320.0;

/// Metres between two places a few kilometres apart, degrees WGS 84: as on a plane.
pub(super) fn metres(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (north, east) = offset(a, b);
    north.hypot(east)
}

fn offset(from: (f64, f64), to: (f64, f64)) -> (f64, f64) {
    let middle = ((from.0 + to.0) / 2.0).to_radians().cos();
    ((to.0 - from.0) * DEGREE_M, (to.1 - from.1) * DEGREE_M * middle)
}

/// Degrees from north, 0 to 360.
fn bearing(from: (f64, f64), to: (f64, f64)) -> f64 {
    let (north, east) = offset(from, to);
    east.atan2(north).to_degrees().rem_euclid(360.0)
}

/// How far it is from one course to another, the short way: -180 to 180.
fn turn(from: f64, to: f64) -> f64 {
    (to - from + 180.0).rem_euclid(360.0) - 180.0
}

/// A drive along legs that begin where the vehicle is.
pub(super) struct Drive {
    from: (f64, f64),
    legs: Vec<Leg>,
    /// Which leg it is on.
    leg: usize,
    /// Metres driven on it.
    driven: f64,
    /// Metres a second.
    pub(super) speed: f64,
    /// Degrees from north.
    pub(super) course: f64,
    /// What the vehicle can, kilometres an hour.
    top_kmh: u32,
}

impl Drive {
    pub(super) fn new(from: (f64, f64), mut legs: Vec<Leg>, course: f64, top_kmh: u32) -> Self {
        // A leg without length has no bearing.
        let mut at = from;
        legs.retain(|leg| metres(std::mem::replace(&mut at, leg.to), leg.to) > 1.0);
        Self { from, legs, leg: 0, driven: 0.0, speed: 0.0, course, top_kmh }
    }

    fn begins(&self, leg: usize) -> (f64, f64) {
        leg.checked_sub(1).map_or(self.from, |before| self.legs[before].to)
    }

    fn length(&self, leg: usize) -> f64 {
        metres(self.begins(leg), self.legs[leg].to)
    }

    fn bearing(&self, leg: usize) -> f64 {
        bearing(self.begins(leg), self.legs[leg].to)
    }

    fn limit(&self, leg: usize) -> f64 {
        f64::from(self.legs[leg].speed_kmh.min(self.top_kmh)) / 3.6
    }

    /// What the end of a leg may be passed at.
    fn bend(&self, leg: usize) -> f64 {
        if leg + 1 >= self.legs.len() {
            return 0.0;
        }
        let sharp = turn(self.bearing(leg), self.bearing(leg + 1)).abs() / 90.0;
        let limit = self.limit(leg).min(self.limit(leg + 1));
        (limit * (1.0 - sharp)).max(BEND_MIN).min(limit)
    }

    /// What may be driven so that every bend ahead can be braked for.
    fn allowed(&self) -> f64 {
        let mut allowed = self.limit(self.leg);
        let mut ahead = -self.driven;
        for leg in self.leg..self.legs.len() {
            ahead += self.length(leg);
            let bend = self.bend(leg);
            allowed = allowed.min((bend * bend + 2.0 * BRAKES * (ahead - self.speed).max(0.0)).sqrt());
            // Nothing further off can matter: from any speed one has stopped by then.
            if ahead > 1_000.0 {
                break;
            }
        }
        allowed
    }

    /// A second passes; false: it has arrived.
    pub(super) fn step(&mut self) -> bool {
        if self.leg >= self.legs.len() {
            self.speed = 0.0;
            return false;
        }
        // To creep over the last metres is to arrive.
        const CREEP: f64 = 1.5;
        self.speed = self.allowed().min(self.speed + FASTER).max((self.speed - 2.0 * BRAKES).max(CREEP));
        self.driven += self.speed;
        while self.leg < self.legs.len() && self.driven >= self.length(self.leg) {
            self.driven -= self.length(self.leg);
            self.leg += 1;
        }
        if self.leg < self.legs.len() {
            self.course =
                (self.course + turn(self.course, self.bearing(self.leg)).clamp(-TURNS, TURNS)).rem_euclid(360.0);
        }
        true
    }

    /// Degrees WGS 84.
    pub(super) fn at(&self) -> (f64, f64) {
        if self.leg >= self.legs.len() {
            return self.legs.last().map_or(self.from, |leg| leg.to);
        }
        let (from, to) = (self.begins(self.leg), self.legs[self.leg].to);
        let part = (self.driven / self.length(self.leg)).min(1.0);
        (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part)
    }
}
