//! The live map: what it shows, to whom, and what it must not tell.

mod admission;
mod behind;
mod lifetimes;
mod noninterference;
mod sockets;
mod world;
