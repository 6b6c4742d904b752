//! The desk takes what was admitted and nothing else.

use samband_domain::Timestamp;
use samband_hub::{command::Desk, wire::from_proto::command::Request};

fn decide(desk: &mut Desk, request: &Request, now: Timestamp) {
    let _ = desk.submit(request, now);
}

fn main() {
    let _ = decide;
}
