//! The live map: ten thousand units that report once a second, two hundred sessions of six classes.

use std::{
    process::Command,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use samband_disclosure::{Policy, Viewer};
use samband_domain::{OrganisationId, Timestamp};
use samband_hub::{
    clock::Moment,
    fanout::{
        Item, SessionId, Sink,
        sink::{Full, Gauge},
    },
    limits,
    live::{Area, Entries, Fix, Live, MapJoin, Opening},
    wire::frame::Encoding,
};
use samband_proto::v1 as pb;
use tokio::{net::TcpStream, sync::mpsc};

use crate::{
    Done,
    fanout::{Counted, Error, SEATS, connect, read_frames, spawn},
    map_hub::{UNITS, deployment, moves, place, register, standings, view},
    table::{Stopwatch, count, cpu_of, say},
};

/// Sessions that follow the map.
const SESSIONS: u32 = 200;
/// Ticks that are timed.
const TICKS: u32 = 60;
/// Seconds a measurement over sockets lasts at least: CPU is counted in hundredths of a second.
const SECONDS_MIN: u64 = 8;

/// 2026-01-01: times are as long on the wire as they are in a hub.
const START_MS: i64 = 1_767_225_600_000;

/// What sessions follow: rectangles in degrees.
const COUNTRY: [f64; 4] = [55.0, 10.5, 69.1, 24.2];
const COUNTY: [f64; 4] = [61.0, 12.0, 63.0, 16.0];

/// How many of ten units move, what is followed, and what it is called.
const ROWS: [(u64, [f64; 4], &str); 4] = [
    (2, COUNTY, "a county, 1 unit of 5 moves"),
    (10, COUNTY, "a county, all move"),
    (2, COUNTRY, "the country, 1 unit of 5 moves"),
    (10, COUNTRY, "the country, all move"),
];

pub(crate) fn run(seconds: u64) -> Done {
    say(&format!("\n## Live map: {UNITS} units at 1 Hz, {SESSIONS} sessions of six classes\n"));
    say(
        "The tick in process, without sockets; raw pushes the same frames into the same queues and does nothing else.\n",
    );
    say("| followed | frames a session | bytes a session | tick p50 ms | tick p99 ms | raw p50 ms | tick / raw |");
    say("|---|--:|--:|--:|--:|--:|--:|");
    for (moving, area, what) in ROWS {
        let tick = ticks(moving, area)?;
        say(&format!(
            "| {what} | {:.0} | {} | {:.1} | {:.1} | {:.2} | {:.1} |",
            tick.frames,
            count(tick.bytes),
            tick.p50,
            tick.p99,
            tick.raw,
            tick.p50 / tick.raw
        ));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    say(
        "\nOver WebSocket: CPU of the serving process for each second, kernel included. The hub's also admits every location.\n",
    );
    say("| followed | frames a session | bytes a session | hub CPU ms | raw, 16 a write, CPU ms | hub / raw |");
    say("|---|--:|--:|--:|--:|--:|");
    for (moving, area, what) in ROWS {
        let hub = runtime.block_on(hub(moving, area, seconds.max(SECONDS_MIN)))?;
        let raw = runtime.block_on(raw(&hub, seconds.max(SECONDS_MIN)))?;
        say(&format!(
            "| {what} | {:.0} | {} | {:.0} | {:.0} | {:.1} |",
            hub.frames,
            count(hub.bytes),
            hub.cpu_ms,
            raw.cpu_ms,
            hub.cpu_ms / raw.cpu_ms
        ));
    }
    Ok(())
}

/// An outbox as the hub's are: a bounded channel, here without a task at its end.
struct Box1024 {
    frames: mpsc::Sender<Item>,
    gauge: Arc<Gauge>,
}

impl Sink for Box1024 {
    fn push(&self, item: Item) -> Result<(), Full> {
        self.frames.try_send(item).map_err(|_| Full)
    }

    fn room(&self) -> usize {
        self.frames.capacity()
    }

    fn capacity(&self) -> usize {
        self.frames.max_capacity()
    }

    fn gauge(&self) -> &Arc<Gauge> {
        &self.gauge
    }
}

/// A ledger that takes everything: what it costs is measured elsewhere.
struct NoLedger;

impl Entries for NoLedger {
    fn enter(&self, _: &[Opening<'_>], _: Timestamp) -> bool {
        true
    }
}

struct Tick {
    frames: f64,
    bytes: f64,
    p50: f64,
    p99: f64,
    raw: f64,
}

type Outbox = (mpsc::Sender<Item>, mpsc::Receiver<Item>);

fn ticks(moving: u64, area: [f64; 4]) -> Result<Tick, Error> {
    let [south, west, north, east] = area;
    let area = Area::new(south, west, north, east).ok_or("an area")?;
    let (mut live, mut outboxes) = world(area)?;
    let (mut took, mut raw) = (Vec::new(), Vec::new());
    let (mut frames, mut bytes) = (0_u64, 0_u64);
    for second in 0..TICKS + 2 {
        let passed = i64::from(second) * limits::MAP_TICK_MS;
        let now = Moment { wall: Timestamp(START_MS + passed), steady: Timestamp(passed) };
        fixes(&mut live, second, moving, now);
        let watch = Stopwatch::start();
        live.tick(now);
        let mut spent = watch.elapsed();
        let mut sent: Vec<Vec<Item>> = outboxes.iter_mut().map(taken).collect();
        // What did not fit into half an outbox comes as soon as there is room; that is part of the tick.
        loop {
            let watch = Stopwatch::start();
            live.serve(now.wall);
            spent += watch.elapsed();
            let more: Vec<_> = outboxes.iter_mut().map(taken).collect();
            if more.iter().all(Vec::is_empty) {
                break;
            }
            sent.iter_mut().zip(more).for_each(|(sent, more)| sent.extend(more));
        }
        // The first two tell everybody who everybody is.
        if second >= 2 {
            took.push(spent);
            raw.push(push_raw(&sent, &mut outboxes));
            frames += sent.iter().flatten().count() as u64;
            bytes += sent.iter().flatten().map(|item| item.frame.bytes().len() as u64).sum::<u64>();
        }
    }
    took.sort();
    raw.sort();
    let at = |times: &[Duration], hundredths: usize| times[(times.len() - 1) * hundredths / 100].as_secs_f64() * 1e3;
    #[expect(clippy::cast_precision_loss, reason = "a mean")]
    let mean = |sum: u64| sum as f64 / f64::from(SESSIONS * TICKS);
    Ok(Tick { frames: mean(frames), bytes: mean(bytes), p50: at(&took, 50), p99: at(&took, 99), raw: at(&raw, 50) })
}

fn taken(outbox: &mut Outbox) -> Vec<Item> {
    std::iter::from_fn(|| outbox.1.try_recv().ok()).collect()
}

/// The same frames into the same queues; emptied between, untimed, as the sockets would.
fn push_raw(sent: &[Vec<Item>], outboxes: &mut [Outbox]) -> Duration {
    let mut spent = Duration::ZERO;
    for (items, outbox) in sent.iter().zip(outboxes) {
        for some in items.chunks(limits::SESSION_OUTBOX_FRAMES_MAX) {
            let watch = Stopwatch::start();
            for item in some {
                let _ = outbox.0.try_send(item.clone());
            }
            spent += watch.elapsed();
            taken(outbox);
        }
    }
    spent
}

fn fixes(live: &mut Live, second: u32, moving: u64, now: Moment) {
    for number in 0..UNITS {
        let (latitude, longitude) = place(number, if moves(number, moving) { second } else { 0 });
        let fix = Fix {
            latitude,
            longitude,
            accuracy_m: None,
            fix_at: now.wall,
            course_deg: Some(90),
            speed_kmh: Some(if moves(number, moving) { 70 } else { 0 }),
            heard: now.steady,
        };
        live.fix(number as usize, fix);
    }
}

fn world(area: Area) -> Result<(Live, Vec<Outbox>), Error> {
    let policy = Arc::new(Policy::new(deployment()?.policy.policy.parts().clone()));
    let register = Arc::new(register()?);
    let mut live = Live::new(register.clone(), policy, Box::new(NoLedger));
    for (incident, organisation, involvement) in standings()? {
        live.standing(incident, organisation, involvement);
    }
    for (number, unit) in (0..).zip(register.units()) {
        live.unit(&unit.identity.unit, view(number));
    }
    let mut outboxes = Vec::new();
    for session in 0..SESSIONS {
        let (organisation, role) = SEATS[session as usize % SEATS.len()].split_once('/').ok_or("a seat")?;
        let (frames, taken) = mpsc::channel(limits::SESSION_OUTBOX_FRAMES_MAX);
        let join = MapJoin {
            session: SessionId(u64::from(session)),
            name: session.to_string(),
            viewer: Viewer { organisation: OrganisationId::new(organisation)?, role: role.parse()? },
            unit: None,
            encoding: Encoding::Proto,
            areas: vec![area],
            sink: Box::new(Box1024 { frames: frames.clone(), gauge: Arc::default() }),
        };
        live.join(join, Timestamp(0));
        outboxes.push((frames, taken));
    }
    Ok((live, outboxes))
}

struct Second {
    frames: f64,
    bytes: f64,
    frame_bytes: u64,
    cpu_ms: f64,
}

async fn hub(moving: u64, area: [f64; 4], seconds: u64) -> Result<Second, Error> {
    let moving = moving.to_string();
    let (serving, address) = spawn(Command::new(std::env::current_exe()?).args(["map-hub", &moving]))?;
    let [south, west, north, east] = area.map(Some);
    let counted = Counted::default();
    for session in 0..SESSIONS {
        let area = pb::Area { south, west, north, east };
        let follow = pb::Follow { areas: vec![area], ..Default::default() };
        let socket = connect(&address, SEATS[session as usize % SEATS.len()], Some(follow)).await?;
        tokio::spawn(read_frames(socket, counted.clone()));
    }
    measure(serving.0.id(), &counted, seconds).await
}

/// As many frames of the mean size, to as many sockets, as often.
async fn raw(hub: &Second, seconds: u64) -> Result<Second, Error> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
    let frames = (hub.frames.round() as u64).to_string();
    let sessions = SESSIONS.to_string();
    let arguments = ["raw-ticks", &sessions, &frames, &hub.frame_bytes.to_string()];
    let (serving, address) = spawn(Command::new(std::env::current_exe()?).args(arguments))?;
    let counted = Counted::default();
    for _ in 0..SESSIONS {
        tokio::spawn(read_frames(TcpStream::connect(&address).await?, counted.clone()));
    }
    measure(serving.0.id(), &counted, seconds).await
}

async fn measure(pid: u32, counted: &Counted, seconds: u64) -> Result<Second, Error> {
    // Key frames and the first ticks are not what a tick costs.
    tokio::time::sleep(Duration::from_secs(4)).await;
    let (watch, cpu) = (Stopwatch::start(), cpu_of(pid));
    let (frames, bytes) = (counted.frames.load(Ordering::Relaxed), counted.bytes.load(Ordering::Relaxed));
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    let frames = counted.frames.load(Ordering::Relaxed) - frames;
    let bytes = counted.bytes.load(Ordering::Relaxed) - bytes;
    let (elapsed, cpu) = (watch.elapsed().as_secs_f64(), cpu_of(pid) - cpu);
    counted.ended.store(true, Ordering::Relaxed);
    if frames == 0 {
        return Err("nothing was delivered".into());
    }
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    let of_session = |sum: u64| sum as f64 / elapsed / f64::from(SESSIONS);
    Ok(Second {
        frames: of_session(frames),
        bytes: of_session(bytes),
        frame_bytes: bytes / frames,
        cpu_ms: cpu.as_secs_f64() * 1e3 / elapsed,
    })
}
