//! `decode lip` and `decode sds`.

use samband_gateway::{
    bits::{BitString, HEX_DIGITS_MAX},
    tetra::{
        lip,
        pei::{Identity, SdsHeader},
        sds::{self, Service},
    },
};
use serde_json::{Map, Value, json};

use super::input;
use crate::cli::Failure;

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  samband-gateway decode lip 0A30000000000007FFE810 --bits 84
  echo 0A457F | samband-gateway decode lip -

The protocol identifier 0A in front may be there or not. Digits beyond the announced bits are filling, and printed as \"surplus\";
only a report with its identifier that is announced with the 76 bits of one without is refused when an octet more is given.
Exit codes: 0 decoded, 64 wrong arguments, 65 refused, with the reason.")]
pub(super) struct LipArgs {
    /// Hexadecimal digits, or - for a line of standard input
    #[arg(value_name = "HEX")]
    hex: String,
    /// How many bits were announced; otherwise all digits count
    #[arg(long, value_name = "N")]
    bits: Option<usize>,
}

#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  samband-gateway decode sds --pei '+CTSDSR: 12,2311010,0,2319999,0,48' 8204070141C5
  samband-gateway decode sds 8204070141C5

Without --pei the digits are user data of type 4.
Exit codes: 0 decoded, 64 wrong arguments, 65 refused, with the reason.")]
pub(super) struct SdsArgs {
    /// The line before the data: +CTSDSR: service,calling,type,called,type,bits
    #[arg(long, value_name = "HEADER")]
    pei: Option<String>,
    /// Hexadecimal digits, or - for a line of standard input
    #[arg(value_name = "HEXLINE")]
    hex: String,
    /// How many bits, where no header says so
    #[arg(long, value_name = "N", conflicts_with = "pei")]
    bits: Option<usize>,
}

pub(super) fn lip(args: &LipArgs, compact: bool) -> Result<(), Failure> {
    let hex = input::word(&args.hex, HEX_DIGITS_MAX + 2)?;
    let bits = BitString::from_hex(&hex, args.bits).map_err(input::refuse)?;
    let mut fields = lip::decode(&bits).map_err(input::refuse)?.to_json();
    surplus(&bits, &mut fields);
    input::print(&fields, compact)
}

pub(super) fn sds(args: &SdsArgs, compact: bool) -> Result<(), Failure> {
    let hex = input::word(&args.hex, HEX_DIGITS_MAX + 2)?;
    let (mut fields, bits) = match &args.pei {
        Some(line) => {
            let header = SdsHeader::parse(line).map_err(input::refuse)?;
            let (message, bits) = header.decode(&hex).map_err(input::refuse)?;
            let mut fields = message.to_json();
            header_json(&header, &mut fields);
            (fields, bits)
        }
        None => {
            let bits = BitString::from_hex(&hex, args.bits).map_err(input::refuse)?;
            (sds::decode(Service::Type4, &bits).map_err(input::refuse)?.to_json(), bits)
        }
    };
    surplus(&bits, &mut fields);
    input::print(&fields, compact)
}

fn header_json(header: &SdsHeader, fields: &mut Map<String, Value>) {
    let identity = |identity: &Option<Identity>| {
        identity
            .as_ref()
            .map(|identity| json!({ "digits": identity.digits, "type": identity.kind, "ssi": identity.ssi() }))
    };
    fields.insert("calling".into(), json!(identity(&header.calling)));
    fields.insert("called".into(), json!(identity(&header.called)));
    fields.insert("end_to_end_encrypted".into(), json!(header.end_to_end_encrypted));
}

fn surplus(bits: &BitString, fields: &mut Map<String, Value>) {
    fields.insert("bits".into(), json!(bits.len()));
    fields.insert("surplus".into(), json!(bits.surplus()));
}
