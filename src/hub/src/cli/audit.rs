//! `samband audit`.

use std::path::{Path, PathBuf};

use samband_journal::{Journal as _, Options, SqliteJournal};
use serde_json::{Value, json};

use super::output::{Failure, print};

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Verify every checksum and chain of the journal and the ledger. The hub must not be running.
    ///
    /// Example: samband audit verify --data /var/lib/samband
    Verify(Args),
}

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Data directory.
    #[arg(long)]
    data: PathBuf,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(command: &Command) -> Result<(), Failure> {
    let Command::Verify(args) = command;
    let journal = verify(&args.data, "journal")?;
    let ledger = verify(&args.data.join("ledger"), "ledger")?;
    if args.json {
        print(&json!({ "journal": journal, "ledger": ledger }).to_string());
        return Ok(());
    }
    for (name, found) in [("journal", journal), ("ledger", ledger)] {
        print(&format!(
            "{name}: {} records in {} streams, {} purged, head {}: intact",
            found["records"], found["streams"], found["purged"], found["head"]
        ));
    }
    Ok(())
}

fn verify(dir: &Path, name: &str) -> Result<Value, Failure> {
    if !dir.join("journal.db").exists() {
        return Err(Failure::usage(format!("{}: no {name} here", dir.display())));
    }
    let opened = SqliteJournal::open(dir, Options::default());
    let journal = opened.map_err(|error| match error {
        samband_journal::OpenError::Locked(_) => Failure::unavailable(format!("{name}: {error}")),
        error => Failure::data(format!("{name}: {error}")),
    })?;
    let report = journal.verify().map_err(|error| Failure::data(format!("{name}: {error}")))?;
    Ok(json!({
        "records": report.records, "streams": report.streams, "purged": report.purged, "head": report.head.0,
    }))
}
