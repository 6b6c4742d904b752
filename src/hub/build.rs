//! Generates the service stubs over raw bytes: frames are encoded once per disclosure class, and unknown fields are counted before
//! anything decodes.

use std::path::Path;

fn main() {
    consoles();
    stubs();
}

/// The consoles are part of the program when they have been built; the hub builds without them, and without node.
fn consoles() {
    let dist = Path::new("../../web/dist");
    println!("cargo:rerun-if-changed=build.rs");
    // A folder that is not there counts as changed every time. A debug build reads it when it serves, so only a release has to be made anew.
    if dist.exists() || std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo:rerun-if-changed={}", dist.display());
    }
    if !dist.join("index.html").exists() {
        println!(
            "cargo:warning=the consoles are not built, the hub serves a placeholder: npm --prefix web ci && npm --prefix web run build"
        );
    }
}

fn stubs() {
    let bytes = "bytes::Bytes";
    let codec = "crate::transport::codec::BytesCodec";
    let method = |name: &str, route: &str| {
        tonic_build::manual::Method::builder()
            .name(name)
            .route_name(route)
            .input_type(bytes)
            .output_type(bytes)
            .codec_path(codec)
    };
    let hub = tonic_build::manual::Service::builder()
        .name("Hub")
        .package("samband.v1")
        .method(method("session", "Session").client_streaming().server_streaming().build())
        .method(method("submit", "Submit").build())
        .build();
    let history = tonic_build::manual::Service::builder()
        .name("History")
        .package("samband.v1")
        .method(method("timeline", "Timeline").build())
        .method(method("versions", "Versions").build())
        .method(method("search", "Search").build())
        .method(method("handover", "Handover").build())
        .build();
    let directory = tonic_build::manual::Service::builder()
        .name("Directory")
        .package("samband.v1")
        .method(method("get_deployment", "GetDeployment").build())
        .build();
    tonic_build::manual::Builder::new().compile(&[hub, history, directory]);
}
