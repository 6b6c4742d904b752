//! The command line: what can be asked for, and what the exit codes mean.

mod audit;
mod check;
mod client;
mod demo;
mod fleet;
mod line;
mod map_line;
mod output;
mod past;
mod policy;
mod serve;
mod submit;
mod tail;
mod texts;
mod token;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

pub use line::line;
use output::Exit;
pub use output::Failure;

/// Samband: one alarm, shared by sovereign organisations, each seeing what its owner lets it see.
#[derive(Debug, Parser)]
#[command(version, about, after_help = EXITS)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXITS: &str = "Exit codes: 0 done, 64 usage or configuration, 65 bad data, 69 unavailable, 77 not permitted.
Example: samband demo        then, in another terminal: samband tail --as polis-nord/operator";

#[derive(Debug, Subcommand)]
enum Command {
    /// Start a hub on loopback and play the example scenario.
    ///
    /// Example: samband demo --seconds 90
    Demo(demo::Args),
    /// Run the hub.
    ///
    /// Example: samband serve --deployment examples/jamtland --data /var/lib/samband --demo-tokens
    Serve(serve::Args),
    /// Check a deployment's files without starting anything.
    ///
    /// Example: samband check examples/jamtland
    Check(check::Args),
    /// Make a signing key, or sign a token.
    ///
    /// Example: samband token --key issuer.key --org polis-nord --role operator --hours 12
    Token(token::Args),
    /// Follow what an organisation receives.
    ///
    /// Example: samband tail --as raddning-jamtland/unit:2311010
    /// With the map: samband tail --as raddning-jamtland/command --area 62.9,14.0,63.6,15.2
    Tail(tail::Args),
    /// Drive a deployment's units on its main roads and report where they are, one gateway session an organisation.
    ///
    /// Example: samband fleet --hub 127.0.0.1:7480 --seconds 600      (the hub takes demo tokens)
    Fleet(fleet::Args),
    /// Search what is stored, newest first; what the asker may not see is not searched.
    ///
    /// Example: samband search --as raddning-jamtland/operator E14 spärrad
    Search(past::Search),
    /// What whoever takes over the shift must know: emergencies, overdue, shut gates, requests, releases, talkgroups.
    ///
    /// Example: samband handover --as sos-alarm/operator
    Handover(past::Handover),
    /// Submit commands from a file of canonical proto JSON, one or several.
    ///
    /// Example: samband submit --as sos-alarm/operator commands.json
    Submit(submit::Args),
    /// Print, compare or explain the disclosure policy.
    #[command(subcommand)]
    Policy(policy::Command),
    /// Verify what is stored.
    #[command(subcommand)]
    Audit(audit::Command),
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers, not errors.
            let wrong = error.use_stderr();
            let _ = error.print();
            return ExitCode::from(if wrong { Exit::Usage as u8 } else { 0 });
        }
    };
    let done = match cli.command {
        Command::Demo(args) => demo::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Token(args) => token::run(&args),
        Command::Tail(args) => tail::run(&args),
        Command::Fleet(args) => fleet::run(&args),
        Command::Search(args) => past::search(&args),
        Command::Handover(args) => past::handover(&args),
        Command::Submit(args) => submit::run(&args),
        Command::Policy(command) => policy::run(&command),
        Command::Audit(command) => audit::run(&command),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output::error(&failure.message);
            ExitCode::from(failure.exit as u8)
        }
    }
}

/// The example deployment, where it is looked for when none is named.
fn default_deployment() -> PathBuf {
    PathBuf::from("examples/jamtland")
}
