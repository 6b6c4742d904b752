//! A stored event is no permit: it cannot be taken where one is asked for.

use samband_disclosure::{Disclosed, EventBytes, Undisclosed};

fn send(_: Disclosed<EventBytes>) {}

fn from_journal(stored: Undisclosed) {
    send(stored);
}

fn main() {
    let _ = from_journal;
}
