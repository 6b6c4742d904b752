//! Bytes of an event for sending come from `redact` alone.

use samband_disclosure::EventBytes;

fn main() {
    let _ = EventBytes(Default::default());
}
