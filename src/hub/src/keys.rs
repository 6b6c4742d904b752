//! The hub's own secrets: one for identifiers, one for sealing. They survive restarts, so that identifiers and resume tokens do.

use std::{fs, io, path::Path};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// Keys of this hub.
#[derive(Clone)]
pub struct HubKeys {
    ids: [u8; 32],
    /// For sealed tokens.
    pub seal: [u8; 32],
}

impl std::fmt::Debug for HubKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HubKeys(…)")
    }
}

const FILE: &str = "hub.key";

impl HubKeys {
    /// From 64 bytes of secret.
    pub fn from_secret(secret: [u8; 64]) -> Self {
        let (mut ids, mut seal) = ([0; 32], [0; 32]);
        ids.copy_from_slice(&secret[..32]);
        seal.copy_from_slice(&secret[32..]);
        Self { ids, seal }
    }

    /// Reads the key file of a data directory, or makes one readable by its owner only.
    ///
    /// # Errors
    /// It cannot be read or made, or has another length.
    pub fn open(dir: &Path) -> io::Result<Self> {
        let path = dir.join(FILE);
        match fs::read(&path) {
            Ok(bytes) => {
                let secret = bytes.try_into().map_err(|_| io::Error::other("the hub's key file has not 64 bytes"))?;
                Ok(Self::from_secret(secret))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let mut secret = [0; 64];
                getrandom::fill(&mut secret).map_err(|_| io::Error::other("no randomness for the hub's key"))?;
                write_private(&path, &secret)?;
                Ok(Self::from_secret(secret))
            }
            Err(error) => Err(error),
        }
    }

    /// 128 bits that only this hub can make from these parts, and makes again from the same.
    pub fn id(&self, parts: &[&[u8]], index: u64) -> [u8; 16] {
        let mac = hmac(&self.ids, parts.iter().copied().chain([index.to_be_bytes().as_slice()]));
        let mut id = [0; 16];
        id.copy_from_slice(&mac[..16]);
        id
    }
}

/// Writes a file that only its owner may read, whole or not at all.
pub fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    use std::{io::Write as _, os::unix::fs::OpenOptionsExt as _};
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

fn hmac<'a>(key: &[u8; 32], parts: impl Iterator<Item = &'a [u8]>) -> [u8; 32] {
    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length");
    for part in parts {
        // Each part with its length: no two lists of parts run into the same bytes.
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}
