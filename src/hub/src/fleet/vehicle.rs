//! A vehicle's day: rest at the station, drive somewhere, stay, drive home.

use super::{
    Position,
    chance::Chance,
    drive::Drive,
    network::{Leg, Network},
};

/// How fast one drives from a station to the main road, kilometres an hour.
const STREET_KMH: u32 = 40;
/// Seconds at the station before it drives.
const RESTS_S: (u32, u32) = (120, 900);
/// The first time: some drive soon, so that whoever watches for a minute sees something.
const FIRST_REST_S: (u32, u32) = (0, 300);
/// Seconds where it has driven to.
const STAYS_S: (u32, u32) = (60, 300);

enum Doing {
    Rests { seconds: u32 },
    Drives(Drive, Then),
    Stays { seconds: u32 },
}

/// What comes after a drive.
#[derive(Clone, Copy)]
enum Then {
    Stay,
    Rest,
}

pub(super) struct Vehicle {
    home: (f64, f64),
    at: (f64, f64),
    course: f64,
    /// Metres a second.
    speed: f64,
    top_kmh: u32,
    /// It does not need roads.
    flies: bool,
    chance: Chance,
    doing: Doing,
}

/// What a vehicle of this kind can, kilometres an hour.
fn top_speed(kind: &str) -> u32 {
    match kind {
        "bandvagn" => 45,
        "tankbil" | "höjdfordon" | "kemenhet" => 80,
        "släckbil" | "ledningsenhet" => 90,
        "ambulanshelikopter" => 220,
        _ => 110,
    }
}

impl Vehicle {
    /// At its station.
    pub(super) fn new(home: (f64, f64), kind: &str, mut chance: Chance) -> Self {
        let doing = Doing::Rests { seconds: chance.between(FIRST_REST_S.0, FIRST_REST_S.1) };
        let (top_kmh, flies) = (top_speed(kind), kind == "ambulanshelikopter");
        let course = f64::from(chance.between(0, 359));
        Self { home, at: home, course, speed: 0.0, top_kmh, flies, chance, doing }
    }

    /// A second passes.
    pub(super) fn step(&mut self, network: &Network) {
        match &mut self.doing {
            Doing::Rests { seconds } | Doing::Stays { seconds } if *seconds > 0 => *seconds -= 1,
            Doing::Rests { .. } => self.set_out(network),
            Doing::Stays { .. } => self.go_home(network),
            Doing::Drives(drive, then) => {
                let (on_the_way, then) = (drive.step(), *then);
                (self.at, self.course, self.speed) = (drive.at(), drive.course, drive.speed);
                if !on_the_way {
                    let (least, most) = if matches!(then, Then::Stay) { STAYS_S } else { RESTS_S };
                    let seconds = self.chance.between(least, most);
                    self.doing = match then {
                        Then::Stay => Doing::Stays { seconds },
                        Then::Rest => Doing::Rests { seconds },
                    };
                }
            }
        }
    }

    fn set_out(&mut self, network: &Network) {
        let goals: Vec<_> = network.goals().collect();
        let goal = goals.get(self.chance.index(goals.len())).copied();
        self.drive(network, goal, Then::Stay);
    }

    fn go_home(&mut self, network: &Network) {
        self.drive(network, Some(self.home), Then::Rest);
    }

    /// Where there is no way, it stays where it is for a while.
    fn drive(&mut self, network: &Network, goal: Option<(f64, f64)>, then: Then) {
        let way = goal.and_then(|goal| self.way(network, goal)).unwrap_or_default();
        self.doing = Doing::Drives(Drive::new(self.at, way, self.course, self.top_kmh), then);
    }

    fn way(&self, network: &Network, goal: (f64, f64)) -> Option<Vec<Leg>> {
        if self.flies {
            return Some(vec![Leg { to: goal, speed_kmh: self.top_kmh }]);
        }
        let (entrance, exit) = (network.entrance(self.at)?, network.entrance(goal)?);
        let mut legs = vec![Leg { to: entrance, speed_kmh: STREET_KMH }];
        legs.extend(network.way(entrance, exit)?);
        legs.push(Leg { to: goal, speed_kmh: STREET_KMH });
        Some(legs)
    }

    pub(super) fn position(&self) -> Position {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 360, and not negative")]
        let whole = |number: f64| number.round() as u32;
        Position {
            latitude: self.at.0,
            longitude: self.at.1,
            course_deg: whole(self.course) % 360,
            speed_kmh: whole(self.speed * 3.6),
        }
    }
}
