//! Rakel: the Swedish TETRA network. Short data in and out of a radio that serves as modem.
//!
//! [`sds`] and [`lip`] are the PDUs, [`pei`] is how a radio hands them over, `translate` says what they mean to Samband.
//! Facts are EN 300 392-2 (short data), TS 100 392-18-1 (location) and EN 300 392-5 (peripheral equipment interface), as several
//! independent readers of them agree; where only one was found, the item says so.

pub mod lip;
pub mod pei;

pub mod run;
pub mod sds;
pub mod tables;
pub mod translate;
mod wording;
