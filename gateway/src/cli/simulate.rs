//! `samband-gateway simulate radio`: a radio on a pty, with buttons on standard input.

use std::{
    fs::File,
    io::{BufRead as _, Read as _, Write as _},
    os::fd::OwnedFd,
    path::PathBuf,
    sync::mpsc::{SyncSender, sync_channel},
    time::Duration,
};

use clap::Subcommand;
use rustix::{
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{self, OptionalActions},
};
use samband_gateway::{
    bits::BitString,
    simulate::Radio,
    tetra::{
        lip::{Additional, Direction, HorizontalVelocity, Position, PositionError, ShortReport, TimeElapsed},
        sds::{DeliveryReport, Service, TextMessage},
    },
};
use serde_json::json;

use super::{Failure, exit};

/// The arguments of `simulate`.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// A radio that answers AT commands on a pty; radios behind it press buttons that stand on standard input
    Radio(RadioArgs),
}

#[derive(clap::Args)]
#[command(after_help = "\
Prints {\"pty\": PATH} first, then a line of JSON for each message that was sent to a radio or group behind it.
Lines of standard input:
  ISSI status 8002              a pre-coded status, four hexadecimal digits (0000: emergency)
  ISSI lip LAT LON [KMH [DEG [REASON]]]
  ISSI text WORDS               to this radio
  ISSI text @GSSI WORDS         to a group
  ISSI hex 12 BITS HEXDIGITS    anything, as service 9 to 13
  restart                       as after a loss of power
  wait SECONDS
Example:
  samband-gateway simulate radio --link /tmp/radio")]
struct RadioArgs {
    /// Number of the radio itself
    #[arg(long, default_value_t = 2_319_999)]
    issi: u32,
    /// A symbolic link to the pty
    #[arg(long, value_name = "PATH")]
    link: Option<PathBuf>,
    /// Radios behind it do not report what they receive
    #[arg(long)]
    no_reports: bool,
    /// Ends when standard input does; otherwise it goes on until it is ended
    #[arg(long)]
    until_input_ends: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    match &args.what {
        What::Radio(radio) => simulate(radio),
    }
}

enum Work {
    Octets(Vec<u8>),
    Line(String),
    InputEnded,
}

fn simulate(args: &RadioArgs) -> Result<(), Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::new(exit::IO, format!("pty: {error}"));
    let (master, path, _held) = pty().map_err(|error| failed(&error))?;
    if let Some(link) = &args.link {
        let _ = std::fs::remove_file(link);
        std::os::unix::fs::symlink(&path, link).map_err(|error| failed(&error))?;
    }
    print(&json!({ "pty": path }))?;
    let (work, to_do) = sync_channel(256);
    let reader = master.try_clone().map_err(|error| failed(&error))?;
    let octets = work.clone();
    std::thread::spawn(move || read(reader, &octets));
    std::thread::spawn(move || {
        let lines = std::io::stdin().lock().lines().map_while(Result::ok);
        let _ = lines.map(Work::Line).chain([Work::InputEnded]).try_for_each(|one| {
            // Who presses waits; the radio goes on answering.
            if let Work::Line(line) = &one {
                std::thread::sleep(wait(line));
            }
            work.send(one)
        });
    });
    let mut wire = master;
    let mut radio = Radio::new(args.issi, !args.no_reports);
    for one in to_do {
        match one {
            Work::Octets(octets) => radio.octets(&octets),
            Work::Line(line) => {
                if let Err(reason) = press(&mut radio, line.trim()) {
                    print(&json!({ "refused": reason }))?;
                }
            }
            Work::InputEnded if args.until_input_ends => return Ok(()),
            Work::InputEnded => {}
        }
        let octets = radio.output();
        wire.write_all(&octets).map_err(|error| failed(&error))?;
        for heard in radio.heard() {
            print(&json!({ "to": heard.to, "text": heard.text(), "message": heard.message.to_json() }))?;
        }
    }
    Ok(())
}

/// Both ends: the other one is held open, so that the wire is not hung up while nobody uses it.
fn pty() -> Result<(File, String, OwnedFd), rustix::io::Errno> {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
    grantpt(&master)?;
    unlockpt(&master)?;
    let path = ptsname(&master, Vec::new())?.to_string_lossy().into_owned();
    let flags = rustix::fs::OFlags::RDWR | rustix::fs::OFlags::NOCTTY;
    let other = rustix::fs::open(path.as_str(), flags, rustix::fs::Mode::empty())?;
    let mut settings = termios::tcgetattr(&other)?;
    settings.make_raw();
    termios::tcsetattr(&other, OptionalActions::Now, &settings)?;
    Ok((File::from(master), path, other))
}

fn read(mut wire: File, work: &SyncSender<Work>) {
    let mut octets = [0; 1024];
    while let Ok(count) = wire.read(&mut octets) {
        if count == 0 || work.send(Work::Octets(octets[..count].to_vec())).is_err() {
            return;
        }
    }
}

fn print(line: &serde_json::Value) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).map_err(|error| Failure::new(exit::IO, error.to_string()))
}

fn seconds<'a>(words: &mut impl Iterator<Item = &'a str>) -> Result<f64, String> {
    let seconds: Option<f64> = words.next().and_then(|word| word.parse().ok());
    seconds.filter(|seconds| (0.0..=600.0).contains(seconds)).ok_or_else(|| "wait SECONDS, 600 at most".to_owned())
}

/// How long a line says to wait before the next.
fn wait(line: &str) -> Duration {
    let mut words = line.split_whitespace();
    let waits = words.next() == Some("wait");
    let seconds = if waits { seconds(&mut words).unwrap_or(0.0) } else { 0.0 };
    Duration::from_secs_f64(seconds)
}

/// A button, by a line.
fn press(radio: &mut Radio, line: &str) -> Result<(), String> {
    let mut words = line.split_whitespace();
    match words.next() {
        None => Ok(()),
        Some("restart") => {
            radio.restart();
            Ok(())
        }
        Some("wait") => seconds(&mut words).map(drop),
        Some(issi) => {
            let from: u32 = issi.parse().map_err(|_| "a line begins with an ISSI, restart or wait".to_owned())?;
            button(radio, from, &mut words)
        }
    }
}

fn button<'a>(radio: &mut Radio, from: u32, words: &mut impl Iterator<Item = &'a str>) -> Result<(), String> {
    match words.next() {
        Some("status") => {
            let digits = words.next().ok_or("status, four hexadecimal digits")?;
            let status = u16::from_str_radix(digits, 16).map_err(|_| "status, four hexadecimal digits")?;
            radio.receive(Service::Status, from, None, &BitString::from_octets(&status.to_be_bytes()));
        }
        Some("lip") => {
            let numbers: Vec<f64> = words.map_while(|word| word.parse().ok()).collect();
            let [latitude, longitude, ..] = numbers[..] else { return Err("lip LAT LON [KMH [DEG [REASON]]]".into()) };
            radio.receive(Service::Type4, from, None, &lip(latitude, longitude, &numbers[2..]));
        }
        Some("text") => {
            let mut words: Vec<&str> = words.collect();
            let group = words.first().and_then(|word| word.strip_prefix('@')).map(str::parse::<u32>);
            let to = group.transpose().map_err(|_| "@GSSI")?;
            if to.is_some() {
                words.remove(0);
            }
            let bits = TextMessage::to_sds(&words.join(" "), 1, DeliveryReport::None, false);
            radio.receive(Service::Type4, from, to, &bits);
        }
        Some("hex") => {
            let mut number = || words.next().and_then(|word| word.parse::<usize>().ok());
            let (service, bits) = number().zip(number()).ok_or("hex SERVICE BITS HEXDIGITS")?;
            let service = u32::try_from(service).ok().and_then(Service::from_pei).ok_or("a service from 9 to 13")?;
            let digits = words.next().ok_or("hex SERVICE BITS HEXDIGITS")?;
            let bits = BitString::from_hex(digits, Some(bits)).map_err(|error| error.to_string())?;
            radio.receive(service, from, None, &bits);
        }
        _ => return Err("ISSI status, lip, text or hex".into()),
    }
    Ok(())
}

fn lip(latitude: f64, longitude: f64, rest: &[f64]) -> BitString {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to an octet")]
    let reason = rest.get(2).map_or(129, |reason| reason.clamp(0.0, 255.0) as u8);
    ShortReport {
        time_elapsed: TimeElapsed(0),
        position: Position::from_degrees(latitude, longitude),
        position_error: PositionError(1),
        velocity: rest.first().map_or(HorizontalVelocity(0), |kmh| HorizontalVelocity::from_kmh(*kmh)),
        direction: rest.get(1).map_or(Direction(15), |degrees| Direction::from_degrees(*degrees)),
        additional: Additional::Reason(reason),
        remainder: BitString::default(),
    }
    .to_sds()
}
