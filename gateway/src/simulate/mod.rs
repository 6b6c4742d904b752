//! A radio that is not there: answers AT commands on a pty, with radios behind it that press buttons. For tests and for training.

mod radio;

pub use radio::{Heard, Radio};
