//! Samband: gateway. What other networks say, made readable for the hub; a client of the public contract.

pub mod sos;
