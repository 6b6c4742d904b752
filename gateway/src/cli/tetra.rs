//! `samband-gateway tetra`: a radio of Rakel as modem.

use std::path::PathBuf;

use samband_gateway::{
    log::Log,
    tetra::{run, tables::Settings},
};

use super::{
    Failure,
    credentials::{Credentials, block_on, ended},
    exit,
};

/// A radio on a serial line, a pty or TCP
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  samband-gateway tetra --as raddning-jamtland/gateway --settings examples/jamtland/rakel.toml --spool /var/lib/samband/rakel

Speaks for units of its own organisation and of those that delegated identities to it ('ombud' in their decision file). What comes
over the radio while the hub is away is kept in the spool, and said when it is back, with its own time.
Exit codes: 0 ended, 64 wrong arguments or settings, 66 settings cannot be read, 74 nothing can be kept, 77 not permitted.")]
pub(super) struct Args {
    #[command(flatten)]
    credentials: Credentials,
    /// Port, own number, talkgroups and status tables
    #[arg(long, value_name = "FILE")]
    settings: PathBuf,
    /// Instead of the port in the settings: a device or tcp:host:port
    #[arg(long)]
    port: Option<String>,
    /// Folder for what the hub has not yet answered
    #[arg(long, value_name = "FOLDER")]
    spool: PathBuf,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let name = args.settings.display();
    let text = std::fs::read_to_string(&args.settings)
        .map_err(|error| Failure::new(exit::NO_INPUT, format!("{name}: {error}")))?;
    let usage =
        |error: samband_gateway::tetra::tables::SettingsError| Failure::new(exit::USAGE, format!("{name}: {error}"));
    let mut settings = Settings::read(&text).map_err(usage)?;
    if let Some(port) = &args.port {
        port.parse::<samband_gateway::tetra::pei::port::Address>()
            .map_err(|error| Failure::new(exit::USAGE, format!("--port: {error}")))?;
        settings.port.clone_from(port);
    }
    block_on(async {
        let hub = args.credentials.hub()?;
        run::run(hub, settings, args.spool.clone(), Log::new("tetra")).await.map_err(|error| ended(&error))
    })
}
