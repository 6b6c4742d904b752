//! The command line: one file per command. A command returns an error with its exit code; only this file prints it.

mod cap;
mod cot;
mod credentials;
mod decode;
mod export;
mod pki;
mod simulate;
mod sos;
mod tetra;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Exit codes, after sysexits.h.
pub(crate) mod exit {
    /// Wrong arguments.
    pub(crate) const USAGE: u8 = 64;
    /// The input is no text.
    pub(crate) const DATA: u8 = 65;
    /// The input cannot be read.
    pub(crate) const NO_INPUT: u8 = 66;
    /// The hub cannot be reached, or an address cannot be had.
    pub(crate) const UNAVAILABLE: u8 = 69;
    /// The hub does not take the token.
    pub(crate) const NOT_PERMITTED: u8 = 77;
    /// The output cannot be written.
    pub(crate) const IO: u8 = 74;
}

/// Brings what other networks say to Samband.
#[derive(Parser)]
#[command(name = "samband-gateway", version, about)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Show what Samband reads in a message, without sending it anywhere
    Decode(decode::Args),
    /// Take SOS text alarms in: as incidents, and as alarms that were sent elsewhere
    Sos(sos::Args),
    /// Bring Rakel (TETRA) to the hub: status, positions, texts and emergencies, both ways
    Tetra(tetra::Args),
    /// Warnings to the public, out and in (CAP, VMA)
    Cap(cap::Args),
    /// An incident to take along, redacted for a named recipient
    Export(export::Args),
    /// Bring TAK clients to the hub: positions, chat, emergencies, both ways
    Cot(cot::Args),
    /// Make certificates for TAK clients
    Pki(pki::Args),
    /// Simulate what is not there, for tests and training
    Simulate(simulate::Args),
}

/// Why a command ended early.
#[derive(Debug, thiserror::Error)]
#[error("{reason}")]
pub(crate) struct Failure {
    /// One of [`exit`].
    pub(crate) code: u8,
    /// What happened, for a person.
    pub(crate) reason: String,
}

impl Failure {
    pub(crate) fn new(code: u8, reason: impl Into<String>) -> Self {
        Self { code, reason: reason.into() }
    }
}

/// Reads the arguments. What is not a command to run (help, version, wrong usage) is answered here.
pub(crate) fn parse() -> Result<Cli, ExitCode> {
    Cli::try_parse().map_err(|answer| {
        // Help and version go to stdout, errors to stderr; if neither can be written there is nobody to tell.
        let _ = answer.print();
        if answer.use_stderr() { ExitCode::from(exit::USAGE) } else { ExitCode::SUCCESS }
    })
}

/// Runs the command.
pub(crate) fn run(cli: Cli) -> Result<(), Failure> {
    match cli.command {
        Command::Decode(args) => decode::run(&args),
        Command::Sos(args) => sos::run(&args),
        Command::Tetra(args) => tetra::run(&args),
        Command::Cap(args) => cap::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Cot(args) => cot::run(&args),
        Command::Pki(args) => pki::run(&args),
        Command::Simulate(args) => simulate::run(&args),
    }
}

/// A line on standard output.
pub(crate) fn say(line: &str) -> Result<(), Failure> {
    writeln!(io::stdout().lock(), "{line}").map_err(|error| Failure::new(exit::IO, error.to_string()))
}

/// Turns the outcome into an exit code, with the reason on stderr.
pub(crate) fn finish(outcome: Result<(), Failure>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(io::stderr().lock(), "samband-gateway: {failure}");
            ExitCode::from(failure.code)
        }
    }
}
