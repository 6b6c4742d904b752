//! `decode cot` and `decode tak`.

use std::path::PathBuf;

use samband_gateway::cot::{
    CotError, EVENT_BYTES_MAX,
    frame::{Cutter, Piece, datagram_payload},
    protobuf, xml_form,
};

use super::input;
use crate::cli::Failure;

/// A recorded stream that is read at most.
const FILE_BYTES_MAX: usize = 64 * EVENT_BYTES_MAX;

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  samband-gateway decode cot event.xml
  samband-gateway decode cot --compact - < stream.xml

One JSON object per event. Exit codes: 0 decoded, 64 wrong arguments, 65 refused, with the reason, 66 cannot be read.")]
pub(super) struct CotArgs {
    /// The file, or - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

#[derive(clap::Args)]
#[command(after_help = "\
Example:
  samband-gateway decode tak --compact frames.bin

One JSON object per frame; what is about the protocol stands under \"takControl\". A datagram (BF 01 BF) is read as well.
Exit codes: 0 decoded, 64 wrong arguments, 65 refused, with the reason, 66 cannot be read.")]
pub(super) struct TakArgs {
    /// The file, or - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(super) fn cot(args: &CotArgs, compact: bool) -> Result<(), Failure> {
    let bytes = input::read(&args.file, FILE_BYTES_MAX)?;
    // A file without the end of an event: what is wrong with it as XML.
    let reason = || xml_form::read(&bytes).err().unwrap_or(CotError::NotEvent).to_string();
    pieces(&bytes, compact, reason)
}

pub(super) fn tak(args: &TakArgs, compact: bool) -> Result<(), Failure> {
    let bytes = input::read(&args.file, FILE_BYTES_MAX)?;
    match datagram_payload(&bytes) {
        Some(payload) => frame(payload, compact),
        None => pieces(&bytes, compact, || CotError::Protobuf.to_string()),
    }
}

/// Everything in the file; what comes before the first piece that is refused has been printed.
fn pieces(bytes: &[u8], compact: bool, no_piece_at_all: impl Fn() -> String) -> Result<(), Failure> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(input::refuse(format_args!("more than {FILE_BYTES_MAX} bytes")));
    }
    let mut cutter = Cutter::default();
    cutter.push(bytes);
    let mut count = 0;
    while let Some(piece) = cutter.next_piece().map_err(|error| no_piece(count, error))? {
        count += 1;
        match piece {
            Piece::Xml(xml) => input::print(&xml_form::read(&xml).map_err(input::refuse)?.to_json(), compact)?,
            Piece::Frame(payload) => frame(&payload, compact)?,
            Piece::Auth => {}
        }
    }
    match (cutter.held(), count) {
        (0, 1..) => Ok(()),
        (_, 0) => Err(input::refuse(no_piece_at_all())),
        (held, _) => Err(input::refuse(format_args!("{held} bytes at the end are no whole message"))),
    }
}

fn no_piece(count: usize, error: CotError) -> Failure {
    input::refuse(if count > 0 && error == CotError::NotEvent { CotError::Trailing } else { error })
}

fn frame(payload: &[u8], compact: bool) -> Result<(), Failure> {
    let message = protobuf::read(payload).map_err(input::refuse)?;
    input::print(&message.to_json().map_err(input::refuse)?, compact)
}
