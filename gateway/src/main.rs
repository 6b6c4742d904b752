//! `samband-gateway`: brings what other networks say to the hub.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::parse() {
        Ok(command) => cli::finish(cli::run(command)),
        Err(early) => early,
    }
}
