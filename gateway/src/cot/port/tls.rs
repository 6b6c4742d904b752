//! TLS: who a client is stands in its certificate, from the organisation's own authority.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::{
    ClientConfig, RootCertStore, ServerConfig, ServerConnection,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    server::{NoServerSessionStorage, WebPkiClientVerifier},
};
use sha2::{Digest as _, Sha256};

/// Files of PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// The authority whose certificates are taken.
    pub authority: PathBuf,
    /// Own certificate, with those between it and an authority.
    pub certificate: Option<PathBuf>,
    /// Its key.
    pub key: Option<PathBuf>,
}

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file.
    #[error("{}: {reason}", file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// Why.
        reason: String,
    },
    /// A server has a certificate and key.
    #[error("a server needs a certificate and its key")]
    NoCertificate,
    /// What the files hold does not go together.
    #[error("{0}")]
    Config(String),
}

/// Why a client is sent away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// No name to know it by.
    #[error("certifikatet har inget namn (CN)")]
    NoName,
    /// It was taken back.
    #[error("certifikatet är spärrat")]
    Blocked,
}

/// The server's side.
#[derive(Clone)]
pub struct Server {
    config: Arc<ServerConfig>,
    blocked: Arc<[String]>,
}

impl Server {
    /// From files; `blocked` are names (CN) or SHA-256 fingerprints in hexadecimal of certificates that were taken back.
    ///
    /// # Errors
    /// See [`TlsError`].
    pub fn new(files: &Files, blocked: &[String]) -> Result<Self, TlsError> {
        let other = |error: &dyn std::fmt::Display| TlsError::Config(error.to_string());
        let (chain, key) = own(files)?.ok_or(TlsError::NoCertificate)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let roots = Arc::new(roots(&files.authority)?);
        let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider.clone())
            .build()
            .map_err(|error| other(&error))?;
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| other(&error))?
            .with_client_cert_verifier(verifier)
            .with_single_cert(chain, key)
            .map_err(|error| other(&error))?;
        // A ticket from before a certificate was blocked would be taken after it.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        let blocked = blocked.iter().map(|one| one.replace(':', "").to_lowercase()).collect();
        Ok(Self { config: Arc::new(config), blocked })
    }

    pub(super) fn config(&self) -> Arc<ServerConfig> {
        self.config.clone()
    }

    /// The name in the client's certificate.
    pub(super) fn client(&self, connection: &ServerConnection) -> Result<String, Refused> {
        let certificate = connection.peer_certificates().and_then(<[_]>::first).ok_or(Refused::NoName)?;
        let name = common_name(certificate).ok_or(Refused::NoName)?;
        let named = [name.to_lowercase(), fingerprint(certificate)];
        if named.iter().any(|one| self.blocked.contains(one)) { Err(Refused::Blocked) } else { Ok(name) }
    }
}

/// As a client of another server.
///
/// # Errors
/// See [`TlsError`].
pub fn client(files: &Files) -> Result<Arc<ClientConfig>, TlsError> {
    let other = |error: rustls::Error| TlsError::Config(error.to_string());
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(other)?
        .with_root_certificates(roots(&files.authority)?);
    Ok(Arc::new(match own(files)? {
        Some((chain, key)) => builder.with_client_auth_cert(chain, key).map_err(other)?,
        None => builder.with_no_client_auth(),
    }))
}

/// SHA-256 of a certificate, in hexadecimal.
#[must_use]
pub fn fingerprint(certificate: &CertificateDer<'_>) -> String {
    Sha256::digest(certificate).iter().map(|octet| format!("{octet:02x}")).collect()
}

fn common_name(certificate: &CertificateDer<'_>) -> Option<String> {
    let (_, read) = x509_parser::parse_x509_certificate(certificate).ok()?;
    let name = read.subject().iter_common_name().next()?.as_str().ok()?.trim().to_owned();
    (!name.is_empty()).then_some(name)
}

type Own = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

fn own(files: &Files) -> Result<Option<Own>, TlsError> {
    let (Some(certificate), Some(key)) = (&files.certificate, &files.key) else { return Ok(None) };
    let read = PrivateKeyDer::from_pem_file(key);
    Ok(Some((certificates(certificate)?, read.map_err(|error| file(key, &error))?)))
}

fn roots(authority: &Path) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(authority)? {
        roots.add(certificate).map_err(|error| file(authority, &error))?;
    }
    Ok(roots)
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let read = CertificateDer::pem_file_iter(path).map_err(|error| file(path, &error))?;
    let all: Vec<_> = read.collect::<Result<_, _>>().map_err(|error| file(path, &error))?;
    if all.is_empty() { Err(file(path, &"no certificate")) } else { Ok(all) }
}

fn file(path: &Path, reason: &dyn std::fmt::Display) -> TlsError {
    TlsError::File { file: path.to_owned(), reason: reason.to_string() }
}
