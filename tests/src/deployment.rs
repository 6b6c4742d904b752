//! The example deployment, as the tests use it.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use ed25519_dalek::SigningKey;
use samband_domain::Timestamp;
use samband_hub::{identity::Authority, setup};

/// 2026-01-01T00:00:00Z: when every scenario begins.
pub const START: Timestamp = Timestamp(1_767_225_600_000);

/// The secret of every test hub: the same run gives the same identifiers.
pub const SECRET: [u8; 64] = [7; 64];

/// The repository's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Jämtland, loaded once.
///
/// # Panics
/// It does not load, which a test of its own says better.
pub fn jamtland() -> Arc<setup::Setup> {
    static SETUP: OnceLock<Arc<setup::Setup>> = OnceLock::new();
    SETUP.get_or_init(load).clone()
}

fn load() -> Arc<setup::Setup> {
    match setup::load(&root().join("examples/jamtland")) {
        Ok(setup) => Arc::new(setup),
        #[expect(clippy::panic, reason = "a test cannot go on without it")]
        Err(findings) => panic!("{}", findings.join("\n")),
    }
}

/// Signs the tokens of the tests.
pub fn issuer() -> SigningKey {
    SigningKey::from_bytes(&[5; 32])
}

/// Takes demo tokens, and those of [`issuer`].
pub fn authority(setup: &setup::Setup) -> Authority {
    Authority::new(Some(issuer().verifying_key()), true, setup.directory.clone(), setup.nobodies.clone())
}
