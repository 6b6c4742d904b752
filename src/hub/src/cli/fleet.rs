//! `samband fleet`: the simulated fleet reports to a hub, a gateway session for each organisation.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::Duration,
};

use samband_domain::{OrganisationId, UnitId};
use serde_json::{Value, json};
use tokio::{sync::mpsc, task::JoinSet};

use super::{
    client::{Client, Who, block_on},
    default_deployment,
    output::{Failure, print},
    serve::shutdown,
};
use crate::{
    config::{self, Deployment, Road},
    fleet::{Fleet, Position},
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder of the deployment: units and roads.
    #[arg(long, default_value_os_t = default_deployment())]
    deployment: PathBuf,
    /// The hub's address for people. It has to take demo tokens.
    #[arg(long, default_value = "127.0.0.1:7480")]
    hub: String,
    /// Seconds to drive; otherwise until Ctrl-C.
    #[arg(long)]
    seconds: Option<u64>,
    /// The same seed drives the same way.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Where the units of one organisation are.
type Reports = Vec<(UnitId, Position)>;
/// Seconds of reports that may wait for a session; what is older than that is of no use.
const SECONDS_WAITING: usize = 2;

/// An organisation whose units report over Rakel instead: a line for each position, as the simulated radio takes it.
#[derive(Clone)]
pub(super) struct OverRadio {
    /// Whose units.
    pub(super) organisation: OrganisationId,
    /// To the radio.
    pub(super) lines: mpsc::Sender<String>,
}

/// What a session has sent and what became of it.
#[derive(Default)]
struct Count {
    sent: u64,
    refused: u64,
    why: Option<String>,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let told = |found: Vec<config::Finding>| found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let deployment = config::load(&args.deployment).map_err(|found| Failure::usage(told(found)))?;
    let roads = config::roads(&args.deployment, &deployment).map_err(|found| Failure::usage(told(found)))?;
    if roads.is_empty() {
        let missing = format!("{}: finns inte, eller är tom", args.deployment.join(config::ROADS).display());
        return Err(Failure::usage(missing));
    }
    block_on(async {
        let told =
            report(&args.hub, &deployment, &roads, args.seed, args.seconds.map(Duration::from_secs), None).await?;
        print(&told);
        Ok(())
    })
}

/// The roads of a deployment that has any, for the demo: what is wrong with them is not its concern.
pub(super) fn roads_of(dir: &Path, deployment: &Deployment) -> Vec<Road> {
    config::roads(dir, deployment).unwrap_or_default()
}

/// Reports every second, for so long or until interrupted. Returns a line that says what was sent.
///
/// # Errors
/// The hub cannot be reached, does not take a session, or has closed one.
pub(super) async fn report(
    hub: &str,
    deployment: &Deployment,
    roads: &[Road],
    seed: u64,
    lasting: Option<Duration>,
    radio: Option<OverRadio>,
) -> Result<String, Failure> {
    let mut fleet = Fleet::new(deployment, roads, seed);
    let owner = |unit: &UnitId| deployment.directory.units.get(unit).map(|unit| unit.organisation.clone());
    let owners: BTreeMap<UnitId, OrganisationId> =
        fleet.positions().filter_map(|(unit, _)| Some((unit.clone(), owner(unit)?))).collect();
    let mut sessions = JoinSet::new();
    let mut queues = BTreeMap::new();
    for organisation in owners.values() {
        if !queues.contains_key(organisation) {
            let (queue, reports) = mpsc::channel(SECONDS_WAITING);
            match radio.as_ref().filter(|radio| radio.organisation == *organisation) {
                Some(radio) => {
                    let issi = |(unit, extra): (&UnitId, &config::UnitExtra)| Some((unit.clone(), extra.issi?));
                    let issis = deployment.units_extra.iter().filter_map(issi).collect();
                    sessions.spawn(over_radio(radio.lines.clone(), issis, reports));
                }
                None => _ = sessions.spawn(session(Who::demo(&format!("{organisation}/gateway"), hub), reports)),
            }
            queues.insert(organisation.clone(), queue);
        }
    }
    let mut driven = 0_usize;
    let mut seconds = tokio::time::interval(Duration::from_secs(1));
    let end = async {
        match lasting {
            Some(lasting) => tokio::time::sleep(lasting).await,
            None => shutdown().await,
        }
    };
    tokio::pin!(end);
    loop {
        tokio::select! {
            () = &mut end => break,
            ended = sessions.join_next() => if let Some(ended) = ended {
                // None of them ends by itself.
                ended.map_err(Failure::unavailable)??;
                return Err(Failure::unavailable("the hub closed a session"));
            },
            _ = seconds.tick() => {}
        }
        fleet.step();
        let mut reports: BTreeMap<&OrganisationId, Reports> = BTreeMap::new();
        for (unit, position) in fleet.positions() {
            if let Some(owner) = owners.get(unit) {
                reports.entry(owner).or_default().push((unit.clone(), position));
            }
        }
        driven = driven.max(reports.values().flatten().filter(|(_, position)| position.speed_kmh > 0).count());
        for (organisation, reports) in reports {
            if let Some(queue) = queues.get(organisation) {
                // A session that has not kept up takes the next second.
                drop(queue.try_send(reports));
            }
        }
    }
    queues.clear();
    let mut all = Count::default();
    while let Some(ended) = sessions.join_next().await {
        let count = ended.map_err(Failure::unavailable)??;
        (all.sent, all.refused) = (all.sent + count.sent, all.refused + count.refused);
        all.why = all.why.or(count.why);
    }
    let why = all.why.map(|why| format!(": {why}")).unwrap_or_default();
    let (units, sent, refused) = (owners.len(), all.sent, all.refused);
    Ok(format!("flottan: {units} enheter, som mest {driven} på väg, {sent} lägen sända, {refused} avvisade{why}"))
}

/// One organisation's session: sends what is handed to it, until nothing more can be.
async fn session(who: Who, mut reports: mpsc::Receiver<Reports>) -> Result<Count, Failure> {
    let (mut client, _) = Client::connect_following(&who, None, Some(&json!({}))).await?;
    let mut count = Count::default();
    loop {
        tokio::select! {
            frame = client.next() => match frame? {
                None => return Err(Failure::unavailable("the hub closed a session")),
                Some(frame) => count.take(&frame)?,
            },
            some = reports.recv() => {
                let Some(some) = some else { return Ok(count) };
                for (unit, position) in some {
                    client.send(&frame(&unit, position)).await?;
                    count.sent += 1;
                }
            }
        }
    }
}

/// The same over Rakel: what is refused there the gateway's log tells.
async fn over_radio(
    lines: mpsc::Sender<String>,
    issis: BTreeMap<UnitId, u32>,
    mut reports: mpsc::Receiver<Reports>,
) -> Result<Count, Failure> {
    let mut count = Count::default();
    while let Some(some) = reports.recv().await {
        for (unit, Position { latitude, longitude, course_deg, speed_kmh }) in some {
            let Some(issi) = issis.get(&unit) else { continue };
            // A radio that does not keep up takes the next second.
            let line = format!("{issi} lip {latitude:.6} {longitude:.6} {speed_kmh} {course_deg}");
            count.sent += u64::from(lines.try_send(line).is_ok());
        }
    }
    Ok(count)
}

impl Count {
    fn take(&mut self, frame: &Value) -> Result<(), Failure> {
        if let Some(code) = frame["goodbye"]["code"].as_str() {
            return Err(Failure::unavailable(code));
        }
        if let Some(message) = frame["outcome"]["refused"]["message"].as_str() {
            self.refused += 1;
            self.why.get_or_insert_with(|| message.to_owned());
        }
        Ok(())
    }
}

fn frame(unit: &UnitId, position: Position) -> Value {
    json!({ "location": {
        "unitId": unit.as_str(),
        "location": { "latitude": position.latitude, "longitude": position.longitude },
        "courseDeg": position.course_deg,
        "speedKmh": position.speed_kmh,
    } })
}
