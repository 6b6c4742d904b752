//! `samband-gateway cap`: warnings out and in.

mod issue;
mod take;

use std::path::Path;

use clap::Subcommand;
use samband_gateway::cap::settings::Settings;

use super::{Failure, exit};

/// Warnings in the Common Alerting Protocol
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Issue a warning about an advance notice or a hazard, from what the public may see
    Issue(issue::Args),
    /// Take warnings in, as advance notices: from files, a folder, or an address that is asked
    Take(take::Args),
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    match &args.what {
        What::Issue(issue) => issue::run(issue),
        What::Take(take) => take::run(take),
    }
}

fn settings(path: &Path) -> Result<Settings, Failure> {
    let name = path.display();
    let text =
        std::fs::read_to_string(path).map_err(|error| Failure::new(exit::NO_INPUT, format!("{name}: {error}")))?;
    Settings::read(&text).map_err(|error| Failure::new(exit::USAGE, format!("{name}: {error}")))
}
