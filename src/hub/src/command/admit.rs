//! The permit of a command: only what was checked here reaches a writer.

use prost::Message as _;
use samband_proto::v1 as pb;
use sha2::{Digest as _, Sha256};

use crate::{
    identity::Principal,
    limits,
    wire::{
        from_proto::command::{Request, request},
        incoming::Incoming,
        refusal::{Malformed, Rejection},
    },
};

/// What was admitted. Made by [`admit`] and nowhere else.
pub struct Admitted<T> {
    content: T,
    principal: Principal,
    digest: [u8; 32],
    dropped: u32,
}

impl<T> Admitted<T> {
    /// What is asked.
    pub fn content(&self) -> &T {
        &self.content
    }

    /// Who asks.
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// The same, as the unit that the gateway speaks for. Whether it may is the desk's to ask.
    pub(super) fn as_unit(&self, who: samband_domain::command::Principal) -> Self
    where
        T: Clone,
    {
        let principal = Principal { who, subject: None, ..self.principal.clone() };
        Self { content: self.content.clone(), principal, digest: self.digest, dropped: self.dropped }
    }

    /// Digest of the command as it was sent.
    pub fn digest(&self) -> [u8; 32] {
        self.digest
    }

    /// Fields that were dropped.
    pub fn dropped(&self) -> u32 {
        self.dropped
    }
}

/// Admits a command of an authenticated principal.
///
/// # Errors
/// The outcome that says why not.
#[expect(clippy::result_large_err, reason = "the outcome is what is sent; it is made once")]
pub fn admit(principal: &Principal, incoming: Incoming<pb::Command>) -> Result<Admitted<Request>, pb::Outcome> {
    let command_id = incoming.content.command_id.clone();
    let encoded = incoming.content.encode_to_vec();
    let refuse = |rejection: Rejection| rejected(command_id.as_deref(), &rejection, incoming.dropped);
    if encoded.len() > limits::COMMAND_BYTES_MAX {
        return Err(refuse(Malformed::form("command", "at most 131072 bytes").into()));
    }
    let content = request(incoming.content).map_err(|malformed| refuse(malformed.into()))?;
    Ok(Admitted {
        content,
        principal: principal.clone(),
        digest: Sha256::digest(&encoded).into(),
        dropped: incoming.dropped,
    })
}

/// The outcome of what was refused.
pub fn rejected(command_id: Option<&str>, rejection: &Rejection, dropped: u32) -> pb::Outcome {
    pb::Outcome {
        command_id: command_id.map(str::to_owned),
        result: Some(pb::outcome::Result::Refused(crate::wire::refusal::refused(rejection))),
        dropped_fields: (dropped > 0).then_some(dropped),
    }
}
