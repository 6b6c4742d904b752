//! What can be read in a disclosed event: for search, which must find nothing that the viewer may not see.

use samband_proto::schema::{Schema, Shape};

use crate::{Disclosed, EventBytes, wire::fields};

const ENVELOPE: u32 = 1;
const WITHHELD: u32 = 2;

/// All texts of the body, call signs and names included, in order.
pub fn texts(event: &Disclosed<EventBytes>) -> String {
    let schema = Schema::of_contract();
    let mut found = String::new();
    let bytes = event.payload().bytes();
    for field in fields(bytes).map_while(Result::ok) {
        if matches!(field.number, ENVELOPE | WITHHELD) {
            continue;
        }
        if let Some(inner) = schema.message(schema.event()).field(field.number).and_then(|known| known.message) {
            collect(schema, field.content, inner, &mut found);
        }
    }
    found
}

fn collect(schema: &'static Schema, bytes: &[u8], shape: Shape, found: &mut String) {
    for field in fields(bytes).map_while(Result::ok) {
        let Some(known) = schema.message(shape).field(field.number) else { continue };
        match known.message {
            Some(inner) => collect(schema, field.content, inner, found),
            // A number is no text; identities are for programs.
            None if !known.text || known.name.ends_with("_id") => {}
            None => {
                found.push_str(std::str::from_utf8(field.content).unwrap_or_default());
                found.push('\n');
            }
        }
    }
}
