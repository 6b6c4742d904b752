//! What goes to a radio, and what comes of it.

use super::{CmeError, HeaderError, modem::WAITING_MAX};
use crate::{
    bits::BitString,
    tetra::sds::{Sds, Service},
};

/// What goes before what when much waits for the radio.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// Alarms, their recalls, distress and what a crew must know of them.
    Urgent,
    /// Texts and reports.
    Usual,
    /// What the gateway asks for its own sake.
    Background,
}

/// Something to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Whoever sends tells messages apart by it.
    pub tag: u64,
    /// Which service.
    pub service: Service,
    /// To which radio or group.
    pub to: u32,
    /// What.
    pub bits: BitString,
    /// Before what it goes.
    pub priority: Priority,
    /// After this time, milliseconds, it is not sent any more: what was true then may mislead now.
    pub until_ms: i64,
}

/// What a radio handed over.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    /// From which radio; the short forms of the header do not say.
    pub calling: Option<u32>,
    /// To which radio or group.
    pub called: Option<u32>,
    /// What.
    pub message: Sds,
    /// As it came.
    pub bits: BitString,
}

/// What comes of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The radio answers and is set up.
    Up {
        /// The longest message that it takes, in bits, where it says so.
        longest_bits: Option<usize>,
    },
    /// It does not.
    Down(Why),
    /// Short data came in.
    Received(Box<Received>),
    /// Something came in that cannot be read. It is not lost: here it is.
    Unreadable {
        /// From which radio.
        calling: Option<u32>,
        /// As it came.
        hex: String,
        /// Why.
        reason: HeaderError,
    },
    /// A message went out, or did not.
    Sent {
        /// Which.
        tag: u64,
        /// Why not.
        result: Result<(), Why>,
    },
}

/// Why a radio is not used, or a message not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// It does not answer.
    #[error("the radio does not answer")]
    Silent,
    /// The line was closed.
    #[error("the line is closed")]
    Closed,
    /// It refused.
    #[error("the radio refused")]
    Refused,
    /// It refused, and said why.
    #[error(transparent)]
    Cme(CmeError),
    /// It was restarted.
    #[error("the radio has restarted")]
    Restarted,
    /// It has waited too long.
    #[error("it has waited too long")]
    Expired,
    /// Too many messages wait.
    #[error("{WAITING_MAX} messages wait already")]
    Full,
}
