//! Only `admit` makes a permit of a command.

use samband_hub::{command::Admitted, identity::Principal};

fn permit(principal: Principal) -> Admitted<()> {
    Admitted { content: (), principal, digest: [0; 32], dropped: 0 }
}

fn main() {
    let _ = permit;
}
