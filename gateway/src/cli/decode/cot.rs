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
    // A file with one event is a document, which a stream would cut at the first end tag, also in a comment or CDATA.
    match xml_form::read(&bytes) {
        Ok(event) => input::print(&event.to_json(), compact),
        Err(reason) => pieces(&bytes, compact, reason),
    }
}

pub(super) fn tak(args: &TakArgs, compact: bool) -> Result<(), Failure> {
    let bytes = input::read(&args.file, FILE_BYTES_MAX)?;
    match datagram_payload(&bytes) {
        Some(payload) => frame(without_stray_nuls(payload), compact),
        None => pieces(&bytes, compact, CotError::Protobuf),
    }
}

/// A message may end with zeros of its own. Those that keep it from being one were put after it, as some clients do.
fn without_stray_nuls(payload: &[u8]) -> &[u8] {
    const STRAY_NULS_MAX: usize = 8;
    let zeros = payload.iter().rev().take_while(|octet| **octet == 0).count();
    let shorter = (0..=zeros.min(STRAY_NULS_MAX)).map(|dropped| &payload[..payload.len() - dropped]);
    shorter.into_iter().find(|payload| protobuf::read(payload).is_ok()).unwrap_or(payload)
}

/// Everything in the file; what comes before the first piece that is refused has been printed. `whole` is why the file is no single
/// message: the reason when there is no piece at all.
fn pieces(bytes: &[u8], compact: bool, whole: CotError) -> Result<(), Failure> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(input::refuse(format_args!("more than {FILE_BYTES_MAX} bytes")));
    }
    let mut cutter = Cutter::default();
    cutter.push(bytes);
    let mut count = 0;
    while let Some(piece) = cutter.next_piece().map_err(|error| no_piece(count, error, &whole))? {
        count += 1;
        match piece {
            Piece::Xml(xml) => input::print(&xml_form::read(&xml).map_err(input::refuse)?.to_json(), compact)?,
            Piece::Frame(payload) => frame(&payload, compact)?,
            Piece::Auth => {}
        }
    }
    match (cutter.held(), count) {
        (0, 1..) => Ok(()),
        (_, 0) => Err(input::refuse(whole)),
        (held, _) => Err(input::refuse(format_args!("{held} bytes at the end are no whole message"))),
    }
}

fn no_piece(count: usize, error: CotError, whole: &CotError) -> Failure {
    match (count, error) {
        (0, CotError::NotEvent) => input::refuse(whole),
        (_, CotError::NotEvent) => input::refuse(CotError::Trailing),
        (_, error) => input::refuse(error),
    }
}

fn frame(payload: &[u8], compact: bool) -> Result<(), Failure> {
    let message = protobuf::read(payload).map_err(input::refuse)?;
    input::print(&message.to_json().map_err(input::refuse)?, compact)
}
