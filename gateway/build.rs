//! Generates the client stubs of the contract's services over the messages of `samband-proto`.

use tonic_build::manual::{Builder, Method, Service};

const CODEC: &str = "tonic_prost::ProstCodec";

fn main() {
    let method = |name: &str, route: &str, input: &str, output: &str| {
        Method::builder()
            .name(name)
            .route_name(route)
            .input_type(format!("samband_proto::v1::{input}"))
            .output_type(format!("samband_proto::v1::{output}"))
            .codec_path(CODEC)
    };
    let service = |name: &str| Service::builder().name(name).package("samband.v1");
    let hub = service("Hub")
        .method(
            method("session", "Session", "ClientFrame", "ServerFrame").client_streaming().server_streaming().build(),
        )
        .method(method("submit", "Submit", "Command", "Outcome").build())
        .build();
    let directory = service("Directory")
        .method(method("get_deployment", "GetDeployment", "DeploymentRequest", "Deployment").build())
        .build();
    let history =
        service("History").method(method("timeline", "Timeline", "TimelineRequest", "TimelinePage").build()).build();
    Builder::new().build_server(false).compile(&[hub, directory, history]);
}
