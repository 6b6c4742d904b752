//! `samband token`.

use std::{fs, path::PathBuf};

use ed25519_dalek::{SigningKey, VerifyingKey};

use super::{
    default_deployment,
    output::{Failure, print},
};
use crate::{
    clock::{Clock as _, SystemClock},
    identity::{
        Authority,
        token::{Claims, issue},
    },
    keys::write_private,
    setup,
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// File with the issuing key.
    #[arg(long)]
    key: PathBuf,
    /// Make the key file, and its public half beside it with the ending .pub, instead of a token.
    #[arg(long)]
    new_key: bool,
    /// Organisation, or a receiver that is nobody.
    #[arg(long, required_unless_present = "new_key")]
    org: Option<String>,
    /// viewer, unit, operator, command or gateway.
    #[arg(long, required_unless_present = "new_key")]
    role: Option<String>,
    /// Unit, for the role unit.
    #[arg(long)]
    unit: Option<String>,
    /// Who: staff number or device.
    #[arg(long)]
    subject: Option<String>,
    /// Hours until it ends.
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=24 * 366))]
    hours: u32,
    /// Folder of the deployment, whose register the token is checked against.
    #[arg(long, default_value_os_t = default_deployment())]
    deployment: PathBuf,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    if args.new_key {
        return new_key(args);
    }
    let key = signing_key(&args.key)?;
    let now = SystemClock::default().now();
    let claims = Claims {
        org: args.org.clone().unwrap_or_default(),
        role: args.role.clone().unwrap_or_default(),
        unit: args.unit.clone(),
        sub: args.subject.clone(),
        exp: now.0 / 1000 + i64::from(args.hours) * 3600,
    };
    let token = issue(&key, &claims).map_err(Failure::data)?;
    let setup = setup::load(&args.deployment).map_err(|findings| Failure::usage(findings.join("\n")))?;
    let authority = Authority::new(Some(key.verifying_key()), false, setup.directory, setup.nobodies);
    // What no hub of this deployment would take is not handed out.
    authority.principal(&token, false, now).map_err(Failure::data)?;
    print(&token);
    Ok(())
}

fn new_key(args: &Args) -> Result<(), Failure> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|_| Failure::unavailable("no randomness"))?;
    let key = SigningKey::from_bytes(&secret);
    write_private(&args.key, hex(&secret).as_bytes())
        .map_err(|error| Failure::usage(format!("{}: {error}", args.key.display())))?;
    let public = public_path(&args.key);
    fs::write(&public, hex(key.verifying_key().as_bytes()))
        .map_err(|error| Failure::usage(format!("{}: {error}", public.display())))?;
    print(&format!("{} (secret), {} (for samband serve --token-key)", args.key.display(), public.display()));
    Ok(())
}

fn public_path(key: &std::path::Path) -> PathBuf {
    let mut name = key.as_os_str().to_owned();
    name.push(".pub");
    name.into()
}

fn signing_key(path: &std::path::Path) -> Result<SigningKey, Failure> {
    let bytes = key_bytes(path)?;
    Ok(SigningKey::from_bytes(&bytes))
}

/// The public half, as the hub reads it.
pub(super) fn verifying_key(path: &std::path::Path) -> Result<VerifyingKey, Failure> {
    let bytes = key_bytes(path)?;
    VerifyingKey::from_bytes(&bytes).map_err(|_| Failure::usage(format!("{}: not a public key", path.display())))
}

fn key_bytes(path: &std::path::Path) -> Result<[u8; 32], Failure> {
    let text = fs::read_to_string(path).map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?;
    let text = text.trim();
    let wrong = || Failure::usage(format!("{}: a key has 64 hexadecimal digits", path.display()));
    if text.len() != 64 || !text.is_ascii() {
        return Err(wrong());
    }
    let mut bytes = [0; 32];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).map_err(|_| wrong())?;
    }
    Ok(bytes)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
