//! What a schema must keep for redaction to be right: the real one keeps it, and a broken one is refused by name of the field.

use std::{collections::BTreeSet, fs, path::PathBuf};

use prost_reflect::DescriptorPool;
use samband_disclosure::mask::all_markings;
use samband_proto::{
    check,
    schema::{Message, Schema, Shape},
    v1::Marking,
};

const GOOD: &str = r#"
syntax = "proto3";
package samband.v1;
import "samband/v1/options.proto";
message Event {
  optional string id = 1 [(marking) = MARKING_EXISTENCE];
  oneof body {
    Place place = 10 [(marking) = MARKING_EXISTENCE];
  }
}
message Place {
  optional Point at = 1 [(marking) = MARKING_ADDRESS];
  optional Cell at_coarse = 2 [(marking) = MARKING_ADDRESS, (coarse_of) = "at"];
  repeated string words = 3 [(marking) = MARKING_ADDRESS];
}
message Point { option (value) = true; optional double latitude = 1; }
message Cell { option (value) = true; optional double south = 1; }
message Unit { option (value) = true; option (subject) = true; optional string id = 1; }
message Ref { option (value) = true; option (reference) = true; optional string id = 1; }
message Command { oneof body { Say say = 1; } }
message Say { optional string text = 1; }
"#;

/// The pool of a schema made from the good one by replacing a text, under the contract's own options.
fn pool(old: &str, new: &str) -> DescriptorPool {
    let folder = tempfile::tempdir().expect("a folder");
    let protos = folder.path().join("samband/v1");
    fs::create_dir_all(&protos).expect("a folder");
    let contract = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../proto/samband/v1/options.proto");
    let options = fs::read_to_string(contract).expect("the contract's options");
    // One more than the mask has places for.
    let options =
        options.replace("MARKING_RESOURCE_REQUEST = 44;", "MARKING_RESOURCE_REQUEST = 44;\n  MARKING_TOO_MANY = 64;");
    fs::write(protos.join("options.proto"), options).expect("a file");
    assert!(GOOD.contains(old), "{old}");
    fs::write(protos.join("event.proto"), GOOD.replacen(old, new, 1)).expect("a file");
    let mut compiler = protox::Compiler::new([folder.path()]).expect("a compiler");
    compiler.include_imports(true).open_files(["samband/v1/event.proto"]).expect("a schema that compiles");
    // Custom options survive only in the bytes.
    DescriptorPool::decode(compiler.encode_file_descriptor_set().as_slice()).expect("descriptors")
}

#[test]
fn a_good_schema_passes() {
    assert_eq!(check::events(&pool("", "")), Ok(()));
    assert!(check::events(samband_proto::pool()).is_ok());
}

#[test]
fn a_broken_schema_is_refused_by_name() {
    let words = "repeated string words = 3 [(marking) = MARKING_ADDRESS];";
    for (old, new, refused) in [
        (words, "repeated string words = 3;", "samband.v1.Place.words: has no marking"),
        (
            words,
            "optional string words = 3 [(marking) = MARKING_UNSPECIFIED];",
            "samband.v1.Place.words: has no marking",
        ),
        (words, "string words = 3 [(marking) = MARKING_ADDRESS];", "samband.v1.Place.words: has no explicit presence"),
        (
            words,
            "map<string, string> words = 3 [(marking) = MARKING_ADDRESS];",
            "samband.v1.Place.words: maps are forbidden",
        ),
        (
            words,
            "optional string words = 3 [(marking) = MARKING_TOO_MANY];",
            "samband.v1.Place.words: has a marking over 63",
        ),
        (
            "optional double latitude = 1;",
            "optional double latitude = 1 [(marking) = MARKING_ADDRESS];",
            "samband.v1.Point.latitude: stands inside a value",
        ),
        (
            "optional double latitude = 1;",
            "double latitude = 1;",
            "samband.v1.Point.latitude: has no explicit presence",
        ),
        ("optional double latitude = 1;", "optional Unit unit = 1;", "samband.v1.Unit stands inside a value"),
        ("optional double latitude = 1;", "optional Ref target = 1;", "samband.v1.Ref stands inside a value"),
        (
            "optional double latitude = 1;",
            "map<string, string> words = 3;",
            "samband.v1.Point.words: maps are forbidden",
        ),
        (
            "(coarse_of) = \"at\"",
            "(coarse_of) = \"place\"",
            "samband.v1.Place.at_coarse: is the coarse sibling of a field that is not there",
        ),
        (
            "[(marking) = MARKING_ADDRESS, (coarse_of)",
            "[(marking) = MARKING_INCIDENT, (coarse_of)",
            "samband.v1.Place.at_coarse: has another marking",
        ),
        (
            "message Say { optional string text = 1; }",
            "message Say { optional string text = 1; optional string c = 2 [(coarse_of) = \"text\"]; }",
            "samband.v1.Say.c: a command has a coarse field",
        ),
        ("message Event {", "message Events {", "message samband.v1.Event is not defined"),
    ] {
        let told = check::events(&pool(old, new)).expect_err(refused).to_string();
        assert!(told.starts_with(refused), "wanted {refused}, got {told}");
    }
}

/// Redaction looks at the field inside, the stamp as well: a holder that is narrower than what it holds would have them disagree.
#[test]
fn what_is_in_a_marked_message_has_its_marking() {
    let schema = Schema::of_contract();
    let inner = |shape: Shape| schema.message(shape);
    for message in schema.messages().filter(|message| !message.value) {
        for field in message.fields().filter(|field| field.marking != Some(Marking::Existence)) {
            let Some(held) = field.message.map(inner).filter(|held| !held.value) else { continue };
            let others: Vec<_> = held.fields().filter(|part| part.marking != field.marking).collect();
            assert!(others.is_empty(), "{}.{} holds {}: {others:?}", message.name, field.name, held.name);
        }
    }
}

/// The smallest repeated element is found by one look: there is none inside another.
#[test]
fn no_list_stands_inside_a_list() {
    fn lists(schema: &Schema, message: &Message) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for field in message.fields().filter(|_| !message.value) {
            if field.repeated && field.message.is_some() {
                found.insert(format!("{}.{}", message.name, field.name));
            }
            if let Some(shape) = field.message {
                found.extend(lists(schema, schema.message(shape)));
            }
        }
        found
    }
    let schema = Schema::of_contract();
    for message in schema.messages().filter(|message| !message.value) {
        for field in message.fields().filter(|field| field.repeated) {
            let Some(shape) = field.message else { continue };
            assert!(lists(schema, schema.message(shape)).is_empty(), "{}.{}", message.name, field.name);
        }
    }
}

#[test]
fn every_marking_has_two_bits_of_its_own() {
    assert!(all_markings().all(|marking| (1..64).contains(&(marking as u32))));
    assert_eq!(all_markings().count(), 44);
}
