//! Which units an event names.

use std::collections::BTreeSet;

use samband_proto::schema::{Schema, Shape};

use crate::{stamp::first_string, wire::fields};

/// The identities of all units that an encoded event names, its author's included.
pub fn named(event: &[u8]) -> BTreeSet<String> {
    let schema = Schema::of_contract();
    let mut units = BTreeSet::new();
    collect(schema, event, schema.event(), &mut units);
    units
}

fn collect(schema: &'static Schema, bytes: &[u8], shape: Shape, units: &mut BTreeSet<String>) {
    let message = schema.message(shape);
    if message.subject {
        let unit = first_string(bytes).and_then(|unit| std::str::from_utf8(unit).ok());
        units.extend(unit.map(str::to_owned));
        return;
    }
    for field in fields(bytes).map_while(Result::ok) {
        if let Some(inner) = message.field(field.number).and_then(|known| known.message) {
            collect(schema, field.content, inner, units);
        }
    }
}
