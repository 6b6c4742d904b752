//! What was not disclosed by `redact` cannot be called so.

use samband_disclosure::Disclosed;

fn main() {
    let _ = Disclosed { payload: b"secret".to_vec() };
}
