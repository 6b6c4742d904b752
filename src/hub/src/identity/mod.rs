//! Who a session belongs to.

pub mod token;

pub use token::Authority;

use samband_domain::command::Principal as Who;
use sha2::{Digest as _, Sha256};

/// An authenticated person or device.
#[derive(Clone, PartialEq, Eq)]
pub struct Principal {
    /// Organisation, role and unit: what rules and policy ask for.
    pub who: Who,
    /// The token's subject, where it names a person or device.
    pub subject: Option<String>,
    /// When the token ends; the session ends with it.
    pub expires_at: samband_domain::Timestamp,
}

impl std::fmt::Debug for Principal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The subject is a person.
        write!(f, "Principal({}/{})", self.who.organisation, self.who.role.as_str())
    }
}

impl Principal {
    /// Names the principal without saying who it is: commands are remembered under it.
    pub fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        for part in [
            self.who.organisation.as_str(),
            self.who.role.as_str(),
            self.who.unit.as_ref().map_or("", |unit| unit.as_str()),
            self.subject.as_deref().unwrap_or(""),
        ] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        hash.finalize().into()
    }
}
