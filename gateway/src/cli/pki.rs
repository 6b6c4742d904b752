//! `samband-gateway pki`: certificates for TAK clients.

use std::{io::Write as _, path::PathBuf};

use samband_gateway::pki::{Authority, Made, PkiError};

use super::{Failure, exit};

/// An authority, a server's certificate and clients' certificates
#[derive(clap::Args)]
#[command(after_help = "\
Example:
  samband-gateway pki --folder pki --organisation raddning-jamtland --host 127.0.0.1 --host tak.example --client 2311010 --client Stab

Writes ca.pem, server.pem and CLIENT.pem, each with its .key, and prints what was made with its SHA-256 fingerprint. Run again with
the same folder, it uses the authority that is there. A client whose name (CN) is a unit's id speaks for that unit; any other looks on.
For ATAK, WinTAK and iTAK, which want PKCS #12:
  openssl pkcs12 -export -legacy -in 2311010.pem -inkey 2311010.key -certfile ca.pem -out 2311010.p12 -passout pass:atakatak
  openssl pkcs12 -export -legacy -nokeys -in ca.pem -caname ca -out truststore.p12 -passout pass:atakatak
Exit codes: 0 made, 64 wrong arguments, 74 cannot be written.")]
pub(super) struct Args {
    /// Where the files are
    #[arg(long, value_name = "FOLDER")]
    folder: PathBuf,
    /// Whose authority it is: one an organisation
    #[arg(long, value_name = "ORGANISATION")]
    organisation: String,
    /// A name or address that clients find the server by; several times
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,
    /// A client: a unit's id or a free name; several times
    #[arg(long, value_name = "NAME")]
    client: Vec<String>,
    /// Years that what is made holds
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(i16).range(1..=20))]
    years: i16,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let now = jiff::Timestamp::now();
    let (authority, made) = Authority::open(&args.folder, &args.organisation, now, args.years).map_err(failure)?;
    made.iter().try_for_each(print)?;
    if !args.host.is_empty() {
        print(&authority.server(&args.organisation, &args.host).map_err(failure)?)?;
    }
    for client in &args.client {
        print(&authority.client(&args.organisation, client).map_err(failure)?)?;
    }
    Ok(())
}

fn print(made: &Made) -> Result<(), Failure> {
    writeln!(std::io::stdout().lock(), "{}  {}", made.fingerprint, made.file.display())
        .map_err(|error| Failure::new(exit::IO, error.to_string()))
}

fn failure(error: PkiError) -> Failure {
    let code = match error {
        PkiError::File { .. } => exit::IO,
        PkiError::Certificate(_) | PkiError::Name(_) => exit::USAGE,
    };
    Failure::new(code, error.to_string())
}
