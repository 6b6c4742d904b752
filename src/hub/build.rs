//! Generates the service stubs over raw bytes: frames are encoded once per disclosure class, and unknown fields are counted before
//! anything decodes.

fn main() {
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
