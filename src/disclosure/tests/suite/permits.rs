//! What must not compile.

#[test]
fn permits_cannot_be_made_outside() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
