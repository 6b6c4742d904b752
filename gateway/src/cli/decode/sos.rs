//! `decode sos`.

use std::path::PathBuf;

use samband_gateway::sos::{self, MAX_BYTES};

use super::input;
use crate::cli::Failure;

#[derive(clap::Args)]
#[command(after_help = "\
Example:
  samband-gateway decode sos examples/jamtland/larm/01-trad-over-vag.txt
  samband-gateway decode sos --compact - < larm.txt

A field that cannot be read never stops an alarm: it is named in \"flags\", and the exit code is 0.
Exit codes: 0 decoded, 64 wrong arguments, 65 no text, 66 cannot be read.")]
pub(super) struct Args {
    /// The file, or - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(super) fn decode(args: &Args, compact: bool) -> Result<(), Failure> {
    let bytes = input::read(&args.file, MAX_BYTES)?;
    let refuse = |reason| input::refuse(format_args!("{}: {reason}", input::name(&args.file)));
    sos::check_text(&bytes).map_err(refuse)?;
    input::print(&sos::decode(&bytes), compact)
}
