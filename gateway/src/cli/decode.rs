//! `samband-gateway decode FORMAT`: what a message says, as JSON.

mod cap;
mod cot;
mod input;
mod sos;
mod tetra;

use clap::Subcommand;

use super::Failure;

/// The arguments of `decode`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    format: Format,
    /// One line instead of indented
    #[arg(long, global = true)]
    compact: bool,
}

#[derive(Subcommand)]
enum Format {
    /// A text alarm from SOS Alarm or a control room (SMS or mail)
    Sos(sos::Args),
    /// A location PDU of Rakel (LIP)
    Lip(tetra::LipArgs),
    /// Short data of Rakel, as a radio hands it over
    Sds(tetra::SdsArgs),
    /// Cursor on Target events as XML
    Cot(cot::CotArgs),
    /// A stream of TAK protocol frames (protobuf)
    Tak(cot::TakArgs),
    /// A warning in the Common Alerting Protocol 1.2
    Cap(cap::CapArgs),
    /// Warnings in the JSON form of Sveriges Radio's VMA interface
    Vma(cap::VmaArgs),
}

/// Runs `decode`.
pub(crate) fn run(args: &Args) -> Result<(), Failure> {
    match &args.format {
        Format::Sos(sos) => sos::decode(sos, args.compact),
        Format::Lip(lip) => tetra::lip(lip, args.compact),
        Format::Sds(sds) => tetra::sds(sds, args.compact),
        Format::Cot(cot) => cot::cot(cot, args.compact),
        Format::Tak(tak) => cot::tak(tak, args.compact),
        Format::Cap(cap) => cap::cap(cap, args.compact),
        Format::Vma(vma) => cap::vma(vma, args.compact),
    }
}
