//! What the tests share.

pub(crate) mod adapters;
pub(crate) mod disk;
pub(crate) mod events;
mod locks;
pub(crate) mod random;
pub(crate) mod vfs;
pub(crate) mod work;
