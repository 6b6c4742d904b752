//! Signed tokens: organisation, role, unit and expiry, bound by an Ed25519 signature of the deployment's issuing key.
//!
//! `smb1.<content>.<signature>`, both base64url. The hub holds the public half only. Demo tokens (`demo:organisation/role[:unit][#person]`)
//! need no signature and are taken on loopback alone, where the hub was started with them.

use std::str::FromStr as _;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use samband_domain::{OrganisationId, Role, Timestamp, UnitId, command::Principal as Who, directory::Directory};
use samband_proto::v1::GoodbyeCode;
use serde::{Deserialize, Serialize};

use super::Principal;

const PREFIX: &str = "smb1";
/// A demo token is good for so long after it was shown, milliseconds.
const DEMO_MS: i64 = 24 * 3_600_000;

/// What a token says.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// Organisation, or a receiver that is nobody.
    pub org: String,
    /// Role.
    pub role: String,
    /// Unit, for the role unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Who at the organisation: staff number, device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// End, seconds since 1970.
    pub exp: i64,
}

/// Why a token is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not a token, or not signed by this deployment's key.
    #[error("the token is not valid here")]
    Invalid,
    /// It has ended.
    #[error("the token has expired")]
    Expired,
    /// Organisation, role or unit are not in this deployment's register, or do not go together.
    #[error("the token names an organisation, role or unit that is not registered here")]
    Unregistered,
    /// Demo tokens are for loopback.
    #[error("demo tokens are taken on loopback only")]
    DemoNotHere,
}

impl TokenError {
    /// What the session ends with.
    pub fn goodbye(self) -> GoodbyeCode {
        match self {
            Self::Expired => GoodbyeCode::TokenExpired,
            Self::Invalid | Self::Unregistered | Self::DemoNotHere => GoodbyeCode::Unauthenticated,
        }
    }

    /// For the client.
    pub fn told(self) -> &'static str {
        match self {
            Self::Invalid => "the token is not valid here",
            Self::Expired => "the token has expired",
            Self::Unregistered => "the token names an organisation, role or unit that is not registered here",
            Self::DemoNotHere => "demo tokens are taken on loopback only",
        }
    }
}

/// Knows whose a token is.
pub struct Authority {
    key: Option<VerifyingKey>,
    demo: bool,
    directory: std::sync::Arc<Directory>,
    /// Receivers that are nobody: they view, and are in no register of organisations.
    nobodies: Vec<OrganisationId>,
}

impl Authority {
    /// `key`: public half of the issuing key. `demo`: demo tokens are taken on loopback.
    pub fn new(
        key: Option<VerifyingKey>,
        demo: bool,
        directory: std::sync::Arc<Directory>,
        nobodies: Vec<OrganisationId>,
    ) -> Self {
        Self { key, demo, directory, nobodies }
    }

    /// Whether demo tokens are taken, on loopback.
    pub fn takes_demo_tokens(&self) -> bool {
        self.demo
    }

    /// Whose the token is.
    ///
    /// # Errors
    /// See [`TokenError`].
    pub fn principal(&self, token: &str, loopback: bool, now: Timestamp) -> Result<Principal, TokenError> {
        let claims = match token.strip_prefix("demo:") {
            Some(_) if !self.demo || !loopback => return Err(TokenError::DemoNotHere),
            Some(named) => demo_claims(named, now).ok_or(TokenError::Invalid)?,
            None => self.signed_claims(token)?,
        };
        let expires_at = Timestamp(claims.exp.saturating_mul(1000));
        if expires_at <= now {
            return Err(TokenError::Expired);
        }
        let who = self.who(&claims).ok_or(TokenError::Unregistered)?;
        Ok(Principal { who, subject: claims.sub, expires_at })
    }

    fn signed_claims(&self, token: &str) -> Result<Claims, TokenError> {
        let mut parts = token.split('.');
        let (Some(PREFIX), Some(content), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(TokenError::Invalid);
        };
        let signed = format!("{PREFIX}.{content}");
        let signature = BASE64.decode(signature).ok().and_then(|bytes| Signature::from_slice(&bytes).ok());
        let key = self.key.as_ref().ok_or(TokenError::Invalid)?;
        let signature = signature.ok_or(TokenError::Invalid)?;
        key.verify_strict(signed.as_bytes(), &signature).map_err(|_| TokenError::Invalid)?;
        let content = BASE64.decode(content).map_err(|_| TokenError::Invalid)?;
        serde_json::from_slice(&content).map_err(|_| TokenError::Invalid)
    }

    fn who(&self, claims: &Claims) -> Option<Who> {
        let organisation = OrganisationId::new(&claims.org).ok()?;
        let role = Role::from_str(&claims.role).ok()?;
        let unit = claims.unit.as_deref().map(UnitId::new).transpose().ok()?;
        let nobody = self.nobodies.contains(&organisation);
        let registered = self.directory.organisation(&organisation).is_some() || nobody;
        let unit_fits = match (&unit, role) {
            (Some(unit), _) => self.directory.owns(&organisation, unit),
            // A unit's rights without a unit would be nobody's.
            (None, Role::Unit) => false,
            (None, _) => true,
        };
        (registered && unit_fits && (!nobody || role == Role::Viewer)).then_some(Who { organisation, role, unit })
    }
}

/// Signs a token.
pub fn issue(key: &SigningKey, claims: &Claims) -> Result<String, serde_json::Error> {
    let signed = format!("{PREFIX}.{}", BASE64.encode(serde_json::to_vec(claims)?));
    let signature = key.sign(signed.as_bytes());
    Ok(format!("{signed}.{}", BASE64.encode(signature.to_bytes())))
}

/// `organisation/role[:unit]`.
fn demo_claims(named: &str, now: Timestamp) -> Option<Claims> {
    let (named, sub) = match named.split_once('#') {
        Some((named, person)) => (named, Some(person.to_owned())),
        None => (named, None),
    };
    let (org, rest) = named.split_once('/')?;
    let (role, unit) = match rest.split_once(':') {
        Some((role, unit)) => (role, Some(unit.to_owned())),
        None => (rest, None),
    };
    Some(Claims { org: org.into(), role: role.into(), unit, sub, exp: (now.0 + DEMO_MS) / 1000 })
}
