//! What other networks say, made readable for the hub. A client of the public contract: it has no private door.

pub mod bits;
pub mod cap;
pub mod cot;
pub mod export;
pub mod fuzz;
pub mod hub;
pub mod inbox;
pub mod log;
pub mod picture;
pub mod pki;
pub mod simulate;
pub mod sos;
pub mod tetra;
pub mod xml;
pub mod xsd;
