//! `samband-gateway decode sos FILE`: what a text alarm says, as JSON.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use clap::Subcommand;
use samband_gateway::sos::{self, MAX_BYTES};

use super::{Failure, exit};

/// The arguments of `decode`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    format: Format,
}

#[derive(Subcommand)]
enum Format {
    /// A text alarm from SOS Alarm or a control room (SMS or mail), as JSON
    #[command(after_help = "\
Example:
  samband-gateway decode sos examples/jamtland/larm/01-trad-over-vag.txt
  samband-gateway decode sos --compact - < larm.txt

A field that cannot be read never stops an alarm: it is named in \"flags\", and the exit code is 0.
Exit codes: 0 decoded, 64 wrong arguments, 65 no text, 66 cannot be read.")]
    Sos {
        /// The file, or - for standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// One line instead of indented
        #[arg(long)]
        compact: bool,
    },
}

/// Runs `decode`.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    match &args.format {
        Format::Sos { file, compact } => decode_sos(file, *compact),
    }
}

fn decode_sos(file: &Path, compact: bool) -> Result<(), Failure> {
    let name = if is_stdin(file) { "standard input".to_owned() } else { file.display().to_string() };
    let bytes = read(file).map_err(|error| Failure::new(exit::NO_INPUT, format!("cannot read {name}: {error}")))?;
    sos::check_text(&bytes).map_err(|reason| Failure::new(exit::DATA, format!("{name}: {reason}")))?;
    let alarm = sos::decode(&bytes);
    let written = if compact { serde_json::to_string(&alarm) } else { serde_json::to_string_pretty(&alarm) };
    written
        .map_err(io::Error::from)
        .and_then(|json| writeln!(io::stdout().lock(), "{json}"))
        .map_err(|error| Failure::new(exit::IO, format!("cannot write: {error}")))
}

/// One byte more than the decoder reads, so that it notices a longer text.
fn read(file: &Path) -> io::Result<Vec<u8>> {
    let limit = MAX_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    if is_stdin(file) {
        io::stdin().lock().take(limit).read_to_end(&mut bytes)?;
    } else {
        File::open(file)?.take(limit).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

fn is_stdin(file: &Path) -> bool {
    file.as_os_str() == "-"
}
