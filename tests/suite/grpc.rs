//! What any gRPC tool expects: the services say what they are, and whether they serve.

use samband_tests::{
    deployment::jamtland,
    socket_stage::{SocketStage, Transport},
};
use tonic::transport::Channel;
use tonic_health::pb::{HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient};

const SERVICES: [&str; 4] = ["samband.v1.Hub", "samband.v1.History", "samband.v1.Directory", "grpc.health.v1.Health"];

fn with_channel(test: impl AsyncFn(Channel)) {
    let stage = SocketStage::new(&jamtland(), Transport::Grpc);
    let address = format!("http://{}", stage.devices());
    stage.runtime().block_on(async { test(Channel::from_shared(address).unwrap().connect().await.unwrap()).await });
}

macro_rules! lists_services {
    ($name:ident, $version:ident) => {
        #[test]
        fn $name() {
            use tonic_reflection::pb::$version::{
                ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
                server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
            };
            with_channel(async |channel| {
                let ask = |what| ServerReflectionRequest { host: String::new(), message_request: Some(what) };
                let asked = tokio_stream::iter([
                    ask(MessageRequest::ListServices(String::new())),
                    ask(MessageRequest::FileContainingSymbol("samband.v1.Command".into())),
                ]);
                let mut client = ServerReflectionClient::new(channel);
                let mut answers = client.server_reflection_info(asked).await.unwrap().into_inner();
                let Some(MessageResponse::ListServicesResponse(list)) =
                    answers.message().await.unwrap().unwrap().message_response
                else {
                    panic!("no list of services")
                };
                let names: Vec<_> = list.service.iter().map(|service| service.name.as_str()).collect();
                for service in SERVICES {
                    assert!(names.contains(&service), "{names:?}");
                }
                let Some(MessageResponse::FileDescriptorResponse(file)) =
                    answers.message().await.unwrap().unwrap().message_response
                else {
                    panic!("no file of the contract")
                };
                assert!(!file.file_descriptor_proto.is_empty());
            });
        }
    };
}

lists_services!(reflection_v1_lists_the_services, v1);
lists_services!(reflection_v1alpha_lists_the_services, v1alpha);

#[test]
fn health_says_serving() {
    with_channel(async |channel| {
        let mut client = HealthClient::new(channel);
        for service in ["", "samband.v1.Hub"] {
            let answer = client.check(HealthCheckRequest { service: service.into() }).await.unwrap().into_inner();
            assert_eq!(answer.status(), ServingStatus::Serving);
        }
        assert!(client.check(HealthCheckRequest { service: "samband.v1.Nothing".into() }).await.is_err());
    });
}
