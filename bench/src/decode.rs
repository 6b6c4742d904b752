//! What a gateway takes in a second: decoders alone, and 10 000 radios through one gateway.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    fs,
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use prost::Message as _;
use samband_gateway::{
    bits::BitString,
    cap::{self, vma},
    cot::{protobuf, xml_form},
    tetra::{
        lip::{self, Additional, Direction, HorizontalVelocity, Position, PositionError, ShortReport, TimeElapsed},
        pei::{Event, Modem},
        sds::{self, Service},
        tables::Settings,
        translate::{Out, Translation},
    },
};
use samband_proto::v1 as pb;

use crate::{
    Done,
    table::{Stopwatch, count, say},
};

/// Counts allocations of the whole process.
pub(crate) struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

#[allow(unsafe_code, reason = "a memory allocator cannot be written without; it only counts and hands on")]
// SAFETY: every call is handed to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        unsafe { System.dealloc(place, layout) }
    }
}

pub(crate) fn run(seconds: u64) -> Done {
    say("\n## Decoders of the gateway, one core\n");
    say("| decoder | bytes | messages/s | allocations each |");
    say("|---|--:|--:|--:|");
    let corpus = Path::new("gateway/fuzz/corpus");
    let short = report(63.2, 14.6).to_sds();
    let text = BitString::from_hex("820C2A01E5E4F6", None)?;
    let (xml, frame) = (fs::read(corpus.join("cot/00-full"))?, fs::read(corpus.join("tak/00-event"))?);
    let (warning, alerts) = (fs::read(corpus.join("cap/00-full"))?, fs::read(corpus.join("vma/00"))?);
    let payload = frame.get(3..).unwrap_or_default();
    protobuf::read(payload)?;
    let half = Duration::from_millis(seconds * 500);
    measure("LIP short report", short.octets().len(), half, || lip::decode(&short).is_ok());
    measure("SDS text with header", text.octets().len(), half, || sds::decode(Service::Type4, &text).is_ok());
    measure("CoT, XML", xml.len(), half, || xml_form::read(&xml).is_ok());
    let as_event = || protobuf::read(payload).ok().and_then(|one| one.cot_event?.to_event().ok()).is_some();
    measure("CoT, protobuf to event", payload.len(), half, as_event);
    measure("CAP 1.2", warning.len(), half, || cap::read(&warning).is_ok());
    measure("VMA, JSON", alerts.len(), half, || vma::read(&alerts).is_ok());
    ten_thousand_radios(seconds)
}

fn measure(name: &str, bytes: usize, lasting: Duration, mut work: impl FnMut() -> bool) {
    let (watch, mut done, before) = (Stopwatch::start(), 0u64, ALLOCATIONS.load(Ordering::Relaxed));
    let mut fits = true;
    while watch.elapsed() < lasting {
        for _ in 0..200 {
            fits &= std::hint::black_box(work());
        }
        done += 200;
    }
    let spent = watch.elapsed().as_secs_f64();
    let each = (ALLOCATIONS.load(Ordering::Relaxed) - before) as f64 / done as f64;
    let rate = if fits { count(done as f64 / spent) } else { "refused".to_owned() };
    say(&format!("| {name} | {bytes} | {rate} | {each:.1} |"));
}

fn report(latitude: f64, longitude: f64) -> ShortReport {
    ShortReport {
        time_elapsed: TimeElapsed(0),
        position: Position::from_degrees(latitude, longitude),
        position_error: PositionError(1),
        velocity: HorizontalVelocity(50),
        direction: Direction(3),
        additional: Additional::Reason(lip::reason::INTERVAL),
        remainder: BitString::default(),
    }
}

const RADIOS: u32 = 10_000;
const FIRST_ISSI: u32 = 3_000_000;
/// Seconds between two reports of a radio.
const INTERVAL: f64 = 10.0;

/// From the octets of the interface to the encoded frame for the hub, everything in the gateway but the two sockets.
fn ten_thousand_radios(seconds: u64) -> Done {
    let settings = Settings::read("port = \"/dev/null\"\negen_issi = 1\n")?;
    let unit = |issi: u32| pb::UnitEntry {
        unit_id: Some(issi.to_string()),
        organisation: Some("a".into()),
        issi: Some(issi),
        ..Default::default()
    };
    let units = (FIRST_ISSI..FIRST_ISSI + RADIOS).map(unit).collect();
    let mut gateway = Translation::new(settings, Box::new(String::new));
    let welcome = pb::Welcome { organisation: Some("sos-alarm".into()), ..Default::default() };
    gateway.hub_up(&welcome, &pb::Deployment { units, ..Default::default() }, 0);
    let mut modem = Modem::default();
    modem.opened(0);
    while modem.output().is_some() {
        modem.octets(b"OK\r\n", 0);
    }
    let lines: Vec<Vec<u8>> = (FIRST_ISSI..FIRST_ISSI + RADIOS)
        .map(|issi| {
            let place = f64::from(issi - FIRST_ISSI) / 20_000.0;
            let hex = report(62.0 + place, 13.0 + place).to_sds().to_hex();
            format!("+CTSDSR: 12,{issi},0,1,0,84\r\n{hex}\r\n").into_bytes()
        })
        .collect();
    let (watch, mut rounds, mut frames, mut bytes) = (Stopwatch::start(), 0u32, 0u64, 0usize);
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    while watch.elapsed() < Duration::from_secs(seconds) || rounds == 0 {
        rounds += 1;
        for line in &lines {
            modem.octets(line, 1_000);
            while let Some(event) = modem.event() {
                if let Event::Received(received) = event {
                    gateway.from_radio(&received, 1_000);
                }
            }
            while let Some(out) = gateway.next_out() {
                if let Out::Frame(frame) = out {
                    bytes += pb::ClientFrame { frame: Some(*frame) }.encode_to_vec().len();
                    frames += 1;
                }
            }
        }
    }
    let spent = watch.elapsed().as_secs_f64();
    let each = spent / frames as f64;
    let allocations = (ALLOCATIONS.load(Ordering::Relaxed) - before) as f64 / frames as f64;
    say("\n## 10 000 radios that report every 10 s, through one gateway\n");
    say(
        "| reports | reports/s on one core | µs each | allocations each | bytes to the hub each | of one core at 1 000 a second |",
    );
    say("|--:|--:|--:|--:|--:|--:|");
    let load = f64::from(RADIOS) / INTERVAL * each * 100.0;
    say(&format!(
        "| {frames} | {} | {:.1} | {allocations:.1} | {:.0} | {load:.2} % |",
        count(frames as f64 / spent),
        each * 1e6,
        bytes as f64 / frames as f64
    ));
    Ok(())
}
