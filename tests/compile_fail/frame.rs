//! A stored event becomes a frame only when it has been disclosed.

use samband_disclosure::Undisclosed;
use samband_hub::wire::frame::{Encoding, update};

fn send(stored: &Undisclosed) {
    let _ = update(stored, Encoding::Proto);
}

fn main() {
    let _ = send;
}
