//! `decode cap` and `decode vma`.

use std::path::PathBuf;

use samband_gateway::cap::{self, MESSAGE_BYTES_MAX, vma};

use super::input;
use crate::cli::Failure;

#[derive(clap::Args)]
#[command(after_help = "\
Example:
  samband-gateway decode cap warning.xml

Keys are CAP's element names, lists where CAP repeats. What breaks the schema or the standard's prose is refused.
Exit codes: 0 decoded, 64 wrong arguments, 65 refused, with the reason, 66 cannot be read.")]
pub(super) struct CapArgs {
    /// The file, or - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(clap::Args)]
#[command(after_help = "\
Example:
  samband-gateway decode vma alerts.json

Prints \"alerts\", and \"refused\" with place, identifier and reason: one that cannot be read does not harm the others.
Exit codes: 0 decoded, 64 wrong arguments, 65 no JSON of alerts, 66 cannot be read.")]
pub(super) struct VmaArgs {
    /// The file, or - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(super) fn cap(args: &CapArgs, compact: bool) -> Result<(), Failure> {
    let bytes = input::read(&args.file, MESSAGE_BYTES_MAX)?;
    input::print(&cap::read(&bytes).map_err(input::refuse)?, compact)
}

pub(super) fn vma(args: &VmaArgs, compact: bool) -> Result<(), Failure> {
    let bytes = input::read(&args.file, MESSAGE_BYTES_MAX)?;
    input::print(&vma::read(&bytes).map_err(input::refuse)?, compact)
}
