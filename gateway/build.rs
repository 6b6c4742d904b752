//! Generates the client stub of the contract's service over the messages of `samband-proto`.

fn main() {
    let submit = tonic_build::manual::Method::builder()
        .name("submit")
        .route_name("Submit")
        .input_type("samband_proto::v1::Command")
        .output_type("samband_proto::v1::Outcome")
        .codec_path("tonic_prost::ProstCodec")
        .build();
    let hub = tonic_build::manual::Service::builder().name("Hub").package("samband.v1").method(submit).build();
    tonic_build::manual::Builder::new().build_server(false).compile(&[hub]);
}
