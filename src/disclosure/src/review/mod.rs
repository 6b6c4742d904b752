//! The policy as people review and sign it: sign-off pages, the full table, what became more open, and why a cell is as it is.

mod cell;
mod diff;
mod explain;
mod sheet;

pub use diff::{Opening, SchemaOpening, diff, diff_schema, schema_fields};
pub use explain::{Explanation, explain};
pub use sheet::{matrix, matrix_json};
