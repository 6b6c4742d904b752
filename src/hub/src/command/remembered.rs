//! Accepted commands, remembered: repeating one gives its first answer.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use samband_proto::internal::CommandStamp;

use crate::limits::COMMANDS_REMEMBERED_MAX;

/// A command's name: who sent it, and its id.
type Name = ([u8; 32], String);

/// What is known of a command id.
pub(super) enum Known {
    /// Nothing.
    New,
    /// The same command: its answer.
    Same(Bytes),
    /// Another command had this id.
    Other,
}

/// The newest accepted commands.
#[derive(Default)]
pub(super) struct Remembered {
    answers: BTreeMap<Name, ([u8; 32], Bytes)>,
    order: VecDeque<Name>,
}

impl Remembered {
    pub(super) fn look_up(&self, principal: [u8; 32], command_id: &str, content: [u8; 32]) -> Known {
        match self.answers.get(&(principal, command_id.to_owned())) {
            None => Known::New,
            Some((known, outcome)) if *known == content => Known::Same(outcome.clone()),
            Some(_) => Known::Other,
        }
    }

    /// Takes in the stamp of an accepted command; the oldest gives way at the limit.
    pub(super) fn take_in(&mut self, stamp: &CommandStamp) {
        let (Some(principal), Some(command_id), Some(content), Some(outcome)) =
            (&stamp.principal, &stamp.command_id, &stamp.content, &stamp.outcome)
        else {
            return;
        };
        let (Ok(principal), Ok(content)) = (principal.as_ref().try_into(), content.as_ref().try_into()) else { return };
        let name = (principal, command_id.clone());
        if self.answers.insert(name.clone(), (content, outcome.clone())).is_none() {
            self.order.push_back(name);
        }
        if self.order.len() > COMMANDS_REMEMBERED_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.answers.remove(&oldest);
        }
    }
}
