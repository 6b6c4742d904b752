//! Who sees what. Pure: it is asked with everything it needs, and looks nothing up.
//!
//! Decision files (one per owner) are loaded, checked against the requirements and compiled to a [`Mask`] per owner, viewer, role and
//! involvement. A [`DisclosureClass`] is what viewers share who get the same bytes. [`redact()`] is the only way to a [`Disclosed`],
//! and only that can be sent.

pub mod class;
pub mod coarse;
pub mod files;
pub mod map;
pub mod mask;
pub mod policy;
pub mod presence;
pub mod redact;
pub mod release;
pub mod review;
pub mod stamp;
pub mod subjects;
pub mod texts;

mod wire;

pub use class::{DisclosureClass, Standing, Viewer};
pub use map::{MapClass, MapUnit, disclose_unit};
pub use mask::Mask;
pub use policy::Policy;
pub use redact::{Disclosed, EventBytes, redact};
pub use release::ReleaseView;
pub use stamp::{Reference, Stamp, Subject, Undisclosed};
