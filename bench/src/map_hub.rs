//! A nation's units, and the process of a hub in which they move.

use std::sync::Arc;

use samband_disclosure::{Policy, map::UnitIdentity};
use samband_domain::{IncidentId, Involvement, OrganisationId, Role, UnitId, command::Principal};
use samband_hub::{
    app::{Hub, Stores},
    clock::SystemClock,
    identity::Authority,
    live::{Ground, Register, Registered, UnitView},
    setup,
    transport::http,
    wire::deployment::Deployments,
};
use samband_proto::v1 as pb;

use crate::{
    Done,
    table::{Stopwatch, say},
};

/// Units of the nation.
pub(crate) const UNITS: u32 = 10_000;
/// Municipalities they are kept in.
const TOWNS: u32 = 290;
/// Incidents they are on.
const INCIDENTS: u8 = 20;
/// Whose they are.
const OWNERS: [&str; 4] = ["raddning-jamtland", "region-jh", "polis-nord", "sos-alarm"];

/// Spread over 0 to 1 by a number: every run has the same nation.
fn spread(number: u32, salt: u32) -> f64 {
    let mixed = (number ^ salt.rotate_left(16)).wrapping_mul(0x9e37_79b1);
    let mixed = (mixed ^ (mixed >> 15)).wrapping_mul(0x85eb_ca6b);
    f64::from(mixed ^ (mixed >> 13)) / f64::from(u32::MAX)
}

/// Where a unit is in a second: within some fifteen kilometres of its town, on a slow round.
pub(crate) fn place(number: u32, second: u32) -> (f64, f64) {
    let town = number % TOWNS;
    let (south, west) = (55.5 + 13.0 * spread(town, 1), 11.5 + 11.0 * spread(town, 2));
    let round = f64::from(second) / 600.0 + spread(number, 3) * std::f64::consts::TAU;
    let far = spread(number, 4) * 0.13;
    (south + far * round.sin(), west + 2.0 * far * round.cos())
}

/// Whether a unit moves, when so many of ten do. The others report that they stand.
pub(crate) fn moves(number: u32, of_ten: u64) -> bool {
    u64::from(number / TOWNS) % 10 < of_ten
}

fn name<T, E: std::fmt::Debug>(made: Result<T, E>) -> Result<T, String> {
    made.map_err(|error| format!("{error:?}"))
}

/// All units, each of one of four organisations.
pub(crate) fn register() -> Result<Register, String> {
    let unit = |number: u32| {
        let identity = UnitIdentity {
            unit: name(UnitId::new(&format!("{:07}", 2_000_000 + number)))?,
            organisation: name(OrganisationId::new(OWNERS[number as usize % OWNERS.len()]))?,
            call_sign: format!("2 {:02}-{:04}", number / 10_000, number % 10_000),
            kind: "släckbil".into(),
        };
        Ok(Registered { identity: Arc::new(identity), home: Some(place(number, 0)), gateways: Default::default() })
    };
    let units = (0..UNITS).map(unit).collect::<Result<Vec<_>, String>>()?;
    Ok(Register::new(units, Ground::EARTH))
}

/// What a unit is on.
pub(crate) fn view(number: u32) -> UnitView {
    let incident = u8::try_from(number % u32::from(INCIDENTS)).unwrap_or(0);
    UnitView { incidents: [IncidentId([incident; 16])].into(), code: Some("U".into()), ..UnitView::default() }
}

/// Four are alarmed to everything, the county board is near to all of it, the security company to nothing.
pub(crate) fn standings() -> Result<Vec<(IncidentId, OrganisationId, Involvement)>, String> {
    let mut standings = Vec::new();
    for incident in 0..INCIDENTS {
        for owner in OWNERS {
            standings.push((IncidentId([incident; 16]), name(OrganisationId::new(owner))?, Involvement::Alarmed));
        }
        let near = name(OrganisationId::new("lansstyrelsen-z"))?;
        standings.push((IncidentId([incident; 16]), near, Involvement::Near));
    }
    Ok(standings)
}

/// The policy of the example deployment.
pub(crate) fn deployment() -> Result<setup::Setup, String> {
    setup::load(std::path::Path::new("examples/jamtland")).map_err(|found| found.join("\n"))
}

/// A hub whose units report once a second, so many of ten of them from another place. Runs until it is ended.
pub(crate) fn run(moving_of_ten: u64) -> Done {
    let setup = deployment()?;
    let register = register()?;
    let policy = Arc::new(Policy::new(setup.policy.policy.parts().clone()));
    let deployments = Deployments::of(&setup.deployment, &setup.policy);
    let authority = Authority::new(None, true, setup.directory.clone(), setup.nobodies.clone());
    let ids: Vec<_> = register.units().iter().map(|unit| unit.identity.clone()).collect();
    let clock = Arc::new(SystemClock::default());
    let stores = Stores::memory([7; 64]);
    let hub = Hub::start(stores, setup.directory, register, policy, deployments, authority, clock.clone())?;
    for (incident, organisation, involvement) in standings()? {
        hub.live.standing(incident, organisation, involvement);
    }
    for (number, identity) in (0..).zip(&ids) {
        hub.live.unit(identity.unit.clone(), view(number));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let people = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))?;
    let address = people.local_addr()?;
    runtime.spawn(http::serve(hub.clone(), Arc::default(), people));
    say(&address.to_string());
    for second in 0.. {
        let watch = Stopwatch::start();
        let now = samband_hub::clock::Clock::moment(clock.as_ref());
        for (number, identity) in (0..).zip(&ids) {
            let moves = moves(number, moving_of_ten);
            let (latitude, longitude) = place(number, if moves { second } else { 0 });
            let report = pb::LocationReport {
                unit_id: Some(identity.unit.to_string()),
                location: Some(pb::GeoPoint { latitude: Some(latitude), longitude: Some(longitude), accuracy_m: None }),
                course_deg: Some(90),
                speed_kmh: Some(if moves { 70 } else { 0 }),
                fix_at: None,
            };
            let who = Principal { organisation: identity.organisation.clone(), role: Role::Gateway, unit: None };
            hub.live.report(&who, &report, now)?;
        }
        std::thread::sleep(std::time::Duration::from_secs(1).saturating_sub(watch.elapsed()));
    }
    Ok(())
}
