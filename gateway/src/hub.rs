//! The hub, as the contract has it: commands go in, outcomes come back.

use samband_proto::v1::{Command, Outcome};
use tonic::{
    Request,
    metadata::{Ascii, MetadataValue},
    transport::{Channel, Endpoint},
};

mod stub {
    #![allow(
        missing_docs,
        unreachable_pub,
        unused_qualifications,
        dead_code,
        clippy::all,
        clippy::allow_attributes_without_reason,
        reason = "generated"
    )]
    include!(concat!(env!("OUT_DIR"), "/samband.v1.Hub.rs"));
}

/// Why there is no outcome.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// The address is not one.
    #[error("{0} is not an address like http://127.0.0.1:7443")]
    Address(String),
    /// The token cannot stand in a header.
    #[error("the token has characters that a token has not")]
    Token,
    /// The hub cannot be reached, or is not ready: try again.
    #[error("the hub cannot be reached: {0}")]
    Unavailable(String),
    /// The hub does not know the token.
    #[error("the hub does not take the token: {0}")]
    NotPermitted(String),
    /// Anything else it says.
    #[error("the hub answered: {0}")]
    Other(String),
}

/// A connection that is made when it is needed, and made again when it was lost.
#[derive(Clone)]
pub struct Hub {
    client: stub::hub_client::HubClient<Channel>,
    authorization: MetadataValue<Ascii>,
}

impl Hub {
    /// To the hub's address for devices, with a token.
    ///
    /// # Errors
    /// The address or the token is not of its form.
    pub fn new(address: &str, token: &str) -> Result<Self, HubError> {
        let endpoint = Endpoint::from_shared(address.to_owned()).map_err(|_| HubError::Address(address.into()))?;
        let channel = endpoint.connect_timeout(std::time::Duration::from_secs(5)).connect_lazy();
        let authorization = format!("Bearer {token}").parse().map_err(|_| HubError::Token)?;
        Ok(Self { client: stub::hub_client::HubClient::new(channel), authorization })
    }

    /// Submits a command.
    ///
    /// # Errors
    /// See [`HubError`]. A refusal is an outcome, not an error.
    pub async fn submit(&mut self, command: Command) -> Result<Outcome, HubError> {
        let mut request = Request::new(command);
        request.metadata_mut().insert("authorization", self.authorization.clone());
        request.set_timeout(std::time::Duration::from_secs(30));
        match self.client.submit(request).await {
            Ok(outcome) => Ok(outcome.into_inner()),
            Err(status) => Err(match status.code() {
                tonic::Code::Unavailable | tonic::Code::DeadlineExceeded | tonic::Code::Cancelled => {
                    HubError::Unavailable(status.message().into())
                }
                tonic::Code::Unauthenticated | tonic::Code::PermissionDenied => {
                    HubError::NotPermitted(status.message().into())
                }
                _ => HubError::Other(status.message().into()),
            }),
        }
    }
}
