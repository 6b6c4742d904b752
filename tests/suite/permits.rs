//! What must not compile: a command that was not admitted, and a frame of what was not disclosed.

#[test]
fn permits_cannot_be_made_outside() {
    trybuild::TestCases::new().compile_fail("compile_fail/*.rs");
}
