//! Every table of `tests/scenarios`, on every stage.

use std::{collections::BTreeSet, fs, path::PathBuf};

use samband_hub::scenario::{Runner, Scenario, Stage, Step, parse};
use samband_tests::{
    core_stage::CoreStage,
    deployment::{START, jamtland, root},
    socket_stage::{SocketStage, Transport},
};

fn scenarios() -> Vec<(PathBuf, Scenario)> {
    let mut files: Vec<_> = fs::read_dir(root().join("tests/scenarios"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "scn"))
        .collect();
    files.push(root().join("examples/jamtland/storm-ivar.scn"));
    files.sort();
    let read = |path: PathBuf| {
        let scenario =
            parse(&fs::read_to_string(&path).unwrap()).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        (path, scenario)
    };
    files.into_iter().filter(|path| path.exists()).map(read).collect()
}

/// Plays all of them and tells every failure, not just the first.
fn play<S: Stage>(mut stage: impl FnMut() -> S) {
    let mut failures = Vec::new();
    for (path, scenario) in scenarios() {
        let mut stage = stage();
        if let Err(failure) = Runner::new(&scenario, &mut stage, START).run() {
            failures.push(format!("{}: {failure}", path.file_name().unwrap().to_string_lossy()));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[test]
fn on_the_core_alone() {
    let setup = jamtland();
    play(|| CoreStage::new(&setup, samband_disclosure::Policy::new(setup.policy.policy.parts().clone())));
}

fn over(transport: Transport) {
    let setup = jamtland();
    play(|| SocketStage::new(&setup, transport));
}

#[test]
fn over_grpc() {
    over(Transport::Grpc);
}

#[test]
fn over_websocket_binary() {
    over(Transport::WebSocketProto);
}

#[test]
fn over_websocket_json() {
    over(Transport::WebSocketJson);
}

/// Codes that no table can meet, and why.
const NOT_FROM_A_TABLE: [(&str, &str); 9] = [
    ("unspecified", "is none"),
    ("not_stored", "a journal that cannot be written: the crash and fault suites"),
    ("storage_full", "a full disk: the same"),
    ("overloaded", "more at once than the writer takes: the overload suite"),
    ("unauthenticated", "a session without a token has no commands: the identity tests"),
    ("unknown_critical_field", "a table's words are fields of the contract: the wire tests"),
    ("limit_reached", "a table of 257 parties says nothing to a reader: the domain's tests"),
    ("location_implausible", "a location is no command: the map's tests"),
    ("too_often", "the same"),
];

fn steps() -> Vec<Step> {
    scenarios().into_iter().flat_map(|(_, scenario)| scenario.steps).map(|line| line.step).collect()
}

#[test]
fn every_refusal_is_met() {
    let refused = |step| match step {
        Step::At { expected, .. } => expected.refused,
        _ => None,
    };
    let met: BTreeSet<String> = steps().into_iter().filter_map(refused).collect();
    let codes = samband_proto::pool().get_enum_by_name("samband.v1.RefusalCode").unwrap();
    let known: BTreeSet<_> =
        codes.values().map(|code| code.name().trim_start_matches("REFUSAL_CODE_").to_lowercase()).collect();
    let excused: BTreeSet<_> = NOT_FROM_A_TABLE.iter().map(|(code, _)| (*code).to_owned()).collect();
    let unmet: Vec<_> = known.difference(&met).filter(|code| !excused.contains(*code)).collect();
    assert!(unmet.is_empty(), "no table meets {unmet:?}");
    let unknown: Vec<_> = met.union(&excused).filter(|code| !known.contains(*code)).collect();
    assert!(unknown.is_empty(), "the contract has no {unknown:?}");
    let met_after_all: Vec<_> = excused.intersection(&met).collect();
    assert!(met_after_all.is_empty(), "excused, and met: {met_after_all:?}");
}

#[test]
fn every_kind_of_event_is_seen() {
    let seen = |step| match step {
        Step::Sees { what, .. } => Some(what),
        _ => None,
    };
    let seen: BTreeSet<String> = steps().into_iter().filter_map(seen).collect();
    let event = samband_proto::pool().get_message_by_name("samband.v1.Event").unwrap();
    let body = event.oneofs().find(|oneof| oneof.name() == "body").unwrap();
    let unseen: Vec<_> = body.fields().map(|kind| kind.name().to_owned()).filter(|kind| !seen.contains(kind)).collect();
    assert!(unseen.is_empty(), "no table sees {unseen:?}");
}

/// Storm Ivar with the hub gone in the middle: whatever is kept beside the journal is lost, at every third command in turn.
#[test]
fn storm_ivar_with_the_hub_gone_in_the_middle() {
    let text = fs::read_to_string(root().join("examples/jamtland/storm-ivar.scn")).unwrap();
    let first = |what: &str| text.lines().position(|line| line.contains(what)).unwrap();
    // Who listens is presence, not history: clients affiliate again, which the table does not say. So not between that and what they hear.
    let listening = first(" affiliate ")..=first(" send_message ");
    let breaks = |(number, line): &(usize, &str)| line.starts_with("at ") && !listening.contains(number);
    let commands: Vec<_> = text.lines().enumerate().filter(breaks).collect();
    let setup = jamtland();
    let mut failures = Vec::new();
    for (number, line) in commands.iter().skip(5).step_by(3) {
        let time = line.split_whitespace().nth(1).unwrap();
        let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
        lines.insert(*number, format!("at {time} restart"));
        let scenario = parse(&lines.join("\n")).unwrap();
        let mut stage = CoreStage::new(&setup, samband_disclosure::Policy::new(setup.policy.policy.parts().clone()));
        if let Err(failure) = Runner::new(&scenario, &mut stage, START).run() {
            failures.push(format!("gone before «{line}»: {failure}"));
        }
    }
    assert!(commands.len() > 50 && failures.is_empty(), "\n{}", failures.join("\n"));
}
