//! Every table of `tests/scenarios`, on every stage.

use std::{fs, path::PathBuf, sync::Arc};

use samband_hub::scenario::{Runner, Scenario, Stage, parse};
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
    let setup = Arc::new(jamtland());
    play(|| CoreStage::new(&setup, samband_disclosure::Policy::new(setup.policy.policy.parts().clone())));
}

fn over(transport: Transport) {
    let setup = Arc::new(jamtland());
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
