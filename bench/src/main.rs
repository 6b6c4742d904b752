//! Figures, as tables with ratios measured side by side in one run: machines are shared and noisy.
//!
//! `cargo run --release -p samband-bench` runs all; `-- durable`, `-- redaction`, `-- fanout`, `-- map`, `-- pool`, `-- release`, `-- decode` one of them.

mod decode;
mod durable;
mod fanout;
mod map;
mod map_hub;
mod pool;
mod raw;
mod redaction;
mod release;
mod table;
mod watch;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    what: Option<What>,
    /// Seconds a measurement lasts.
    #[arg(long, global = true, default_value_t = 2)]
    seconds: u64,
}

#[derive(Subcommand)]
enum What {
    /// Durable commands a second beside bare group commit on the same disk.
    Durable,
    /// Redaction, nanoseconds for an event and class.
    Redaction,
    /// Deliveries a second and CPU for each, beside the same bytes written raw.
    Fanout,
    /// The live map: CPU and time of a tick, beside the same bytes pushed raw.
    Map,
    /// Alarms that race for the last talkgroups.
    Pool,
    /// A release on an incident with 5000 events, beside late entry to it.
    Release,
    /// Decoders of the gateway, and 10 000 radios through one.
    Decode,
    /// The hub's process of the map, with units that move: not for people.
    #[command(hide = true)]
    MapHub { moving_of_ten: u64 },
    /// The raw writer's process of the map: not for people.
    #[command(hide = true)]
    RawTicks { sessions: usize, frames: usize, frame_bytes: usize },
    /// The raw writer's process: not for people.
    #[command(hide = true)]
    RawWriter { sessions: usize, frame_bytes: usize },
}

#[global_allocator]
static ALLOCATOR: decode::Counting = decode::Counting;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.what {
        Some(What::Durable) => durable::run(cli.seconds),
        Some(What::Redaction) => redaction::run(cli.seconds),
        Some(What::Fanout) => fanout::run(cli.seconds),
        Some(What::Map) => map::run(cli.seconds),
        Some(What::Pool) => pool::run(),
        Some(What::Release) => release::run(),
        Some(What::Decode) => decode::run(cli.seconds),
        Some(What::MapHub { moving_of_ten }) => map_hub::run(moving_of_ten),
        Some(What::RawTicks { sessions, frames, frame_bytes }) => raw::write_ticks(sessions, frames, frame_bytes),
        Some(What::RawWriter { sessions, frame_bytes }) => raw::write_forever(sessions, frame_bytes),
        None => durable::run(cli.seconds)
            .and_then(|()| redaction::run(cli.seconds))
            .and_then(|()| fanout::run(cli.seconds))
            .and_then(|()| map::run(cli.seconds))
            .and_then(|()| pool::run())
            .and_then(|()| release::run())
            .and_then(|()| decode::run(cli.seconds)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            table::say(&format!("bench: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Any error ends a benchmark.
pub(crate) type Done = Result<(), Box<dyn std::error::Error + Send + Sync>>;
