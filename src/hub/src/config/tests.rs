//! The example deployment loads; what is wrong is told by file, line and what was expected.

use super::*;

#[test]
fn the_example_deployment_loads() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/jamtland");
    let deployment = load(&folder).unwrap_or_else(|found| {
        panic!("{}", found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    });
    assert_eq!(deployment.name, "Samband Jämtland");
}
