//! Certificates for a demo or an exercise: an authority of one organisation, a server, clients. Whoever has an authority of their own
//! uses that.

use std::{
    fs, io,
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};

use crate::cot::port::tls::fingerprint;

/// Names of the files of the authority and the server.
pub const AUTHORITY: &str = "ca";
/// The server's.
pub const SERVER: &str = "server";

/// Why nothing was made.
#[derive(Debug, thiserror::Error)]
pub enum PkiError {
    /// A file.
    #[error("{}: {error}", file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A name or address that cannot stand in a certificate, or a key that is none.
    #[error("{0}")]
    Certificate(#[from] rcgen::Error),
    /// A name that cannot be a file's.
    #[error("\"{0}\" cannot be the name of a file: letters, digits, space, - _ and . only")]
    Name(String),
}

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The certificate's file.
    pub file: PathBuf,
    /// SHA-256 of the certificate, to block it by.
    pub fingerprint: String,
}

/// An authority in a folder: made if it is not there, used if it is.
pub struct Authority {
    folder: PathBuf,
    issuer: Issuer<'static, KeyPair>,
    /// From when until when what it issues holds: years.
    years: (i32, i32),
    day: (u8, u8),
}

impl Authority {
    /// Opens or makes it. `now` is the day from which its certificates hold.
    ///
    /// # Errors
    /// See [`PkiError`].
    pub fn open(
        folder: &Path,
        organisation: &str,
        now: jiff::Timestamp,
        years: i16,
    ) -> Result<(Self, Option<Made>), PkiError> {
        fs::create_dir_all(folder).map_err(|error| PkiError::File { file: folder.to_owned(), error })?;
        // A day before: clocks of devices go wrong.
        let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
        let date = today.yesterday().unwrap_or(today);
        let number = |value: i8| u8::try_from(value).unwrap_or(1);
        // The 29th of February is not in every year.
        let day = (number(date.month()), number(date.day()).min(28));
        let years = (i32::from(date.year()), i32::from(date.year()) + i32::from(years));
        let (certificate, key) = (path(folder, AUTHORITY, "pem"), path(folder, AUTHORITY, "key"));
        let read =
            |path: &Path| fs::read_to_string(path).map_err(|error| PkiError::File { file: path.to_owned(), error });
        if certificate.exists() {
            let issuer = Issuer::from_ca_cert_pem(&read(&certificate)?, KeyPair::from_pem(&read(&key)?)?)?;
            return Ok((Self { folder: folder.to_owned(), issuer, years, day }, None));
        }
        let key = KeyPair::generate()?;
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.distinguished_name = named(&format!("Samband TAK {organisation}"), organisation);
        params.not_before = date_time_ymd(years.0, day.0, day.1);
        params.not_after = date_time_ymd(years.1, day.0, day.1);
        let certificate = params.self_signed(&key)?;
        let made = write(folder, AUTHORITY, &certificate.pem(), &key, &fingerprint(certificate.der()))?;
        Ok((Self { folder: folder.to_owned(), issuer: Issuer::new(params, key), years, day }, Some(made)))
    }

    /// A server's certificate, for its host names and addresses.
    ///
    /// # Errors
    /// See [`PkiError`].
    pub fn server(&self, organisation: &str, hosts: &[String]) -> Result<Made, PkiError> {
        let mut params = CertificateParams::new(hosts)?;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let name = hosts.first().map_or("samband", String::as_str);
        self.issue(params, SERVER, name, organisation)
    }

    /// A client's certificate: a unit's id, or a free name that may look on.
    ///
    /// # Errors
    /// See [`PkiError`].
    pub fn client(&self, organisation: &str, name: &str) -> Result<Made, PkiError> {
        let fits = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.');
        if name.is_empty() || name.starts_with('.') || !name.chars().all(fits) || [AUTHORITY, SERVER].contains(&name) {
            return Err(PkiError::Name(name.to_owned()));
        }
        let mut params = CertificateParams::default();
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.issue(params, name, name, organisation)
    }

    fn issue(
        &self,
        mut params: CertificateParams,
        file: &str,
        name: &str,
        organisation: &str,
    ) -> Result<Made, PkiError> {
        params.distinguished_name = named(name, organisation);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.use_authority_key_identifier_extension = true;
        params.not_before = date_time_ymd(self.years.0, self.day.0, self.day.1);
        params.not_after = date_time_ymd(self.years.1, self.day.0, self.day.1);
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &self.issuer)?;
        write(&self.folder, file, &certificate.pem(), &key, &fingerprint(certificate.der()))
    }
}

fn named(name: &str, organisation: &str) -> DistinguishedName {
    let mut full = DistinguishedName::new();
    full.push(DnType::OrganizationName, organisation);
    full.push(DnType::CommonName, name);
    full
}

fn path(folder: &Path, name: &str, ending: &str) -> PathBuf {
    folder.join(format!("{name}.{ending}"))
}

/// The key first, and for nobody else's eyes: a certificate without its key is of no use, a key that others read is worse.
fn write(folder: &Path, name: &str, pem: &str, key: &KeyPair, fingerprint: &str) -> Result<Made, PkiError> {
    for (ending, text, mode) in [("key", key.serialize_pem(), 0o600), ("pem", pem.to_owned(), 0o644)] {
        let file = path(folder, name, ending);
        let opened = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(&file);
        opened
            .and_then(|mut open| open.write_all(text.as_bytes()))
            .map_err(|error| PkiError::File { file: file.clone(), error })?;
    }
    Ok(Made { file: path(folder, name, "pem"), fingerprint: fingerprint.to_owned() })
}
