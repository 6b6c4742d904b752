//! Sealed tokens: what a client keeps and cannot read. Constant size; the key survives restarts.

use chacha20poly1305::{
    Key, KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};

/// A journal position inside a sealed token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position(pub u64);

/// Seals and opens tokens.
#[derive(Clone)]
pub struct Sealer {
    cipher: XChaCha20Poly1305,
}

/// Bytes of a resume token: nonce, content, tag.
pub const RESUME_TOKEN_BYTES: usize = 24 + 72 + 16;

impl Sealer {
    /// With the hub's key.
    pub fn new(key: &[u8; 32]) -> Self {
        Self { cipher: XChaCha20Poly1305::new(&Key::from(*key)) }
    }

    /// A resume token: position, whose it is, under which policy, and what was followed.
    pub fn seal(&self, position: Position, principal: [u8; 32], policy: [u8; 32], following: [u8; 16]) -> Vec<u8> {
        let mut content = Vec::with_capacity(72);
        content.extend_from_slice(&position.0.to_be_bytes());
        content.extend_from_slice(&principal);
        content.extend_from_slice(&policy[..16]);
        content.extend_from_slice(&following);
        self.seal_bytes(b"resume", &content)
    }

    /// The position, if the token is this principal's, of this policy, and for the same choice.
    pub fn open(&self, token: &[u8], principal: [u8; 32], policy: [u8; 32], following: [u8; 16]) -> Option<Position> {
        let content = self.open_bytes(b"resume", token)?;
        let (position, rest) = content.split_at_checked(8)?;
        let expected = [principal.as_slice(), &policy[..16], &following].concat();
        (rest == expected).then(|| Some(Position(u64::from_be_bytes(position.try_into().ok()?))))?
    }

    /// Any small content, sealed for one purpose.
    pub fn seal_bytes(&self, purpose: &[u8], content: &[u8]) -> Vec<u8> {
        let mut nonce = [0; 24];
        // Without randomness nothing is sealed: an empty token resumes nothing.
        if getrandom::fill(&mut nonce).is_err() {
            return Vec::new();
        }
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), Payload { msg: content, aad: purpose });
        sealed.map(|sealed| [nonce.as_slice(), &sealed].concat()).unwrap_or_default()
    }

    /// The content of what was sealed for this purpose.
    pub fn open_bytes(&self, purpose: &[u8], token: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = token.split_at_checked(24)?;
        let nonce: [u8; 24] = nonce.try_into().ok()?;
        self.cipher.decrypt(&XNonce::from(nonce), Payload { msg: sealed, aad: purpose }).ok()
    }
}
