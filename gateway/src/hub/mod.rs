//! The hub, as the contract has it: a gateway is a client like any other, with credentials of its own.

pub mod lines;
pub mod link;
pub mod once;
pub mod spool;
pub mod uplink;

use std::collections::VecDeque;

use samband_proto::v1::{
    Command, Deployment, DeploymentRequest, Outcome, RefusalCode, TimelinePage, TimelineRequest, client_frame::Frame,
    command::Body,
};
use tonic::{
    Request, Status,
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
    pub(super) mod hub {
        include!(concat!(env!("OUT_DIR"), "/samband.v1.Hub.rs"));
    }
    pub(super) mod directory {
        include!(concat!(env!("OUT_DIR"), "/samband.v1.Directory.rs"));
    }
    pub(super) mod history {
        include!(concat!(env!("OUT_DIR"), "/samband.v1.History.rs"));
    }
}

/// Why there is no answer.
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

impl From<Status> for HubError {
    fn from(status: Status) -> Self {
        match status.code() {
            tonic::Code::Unavailable | tonic::Code::DeadlineExceeded | tonic::Code::Cancelled => {
                Self::Unavailable(status.message().into())
            }
            tonic::Code::Unauthenticated | tonic::Code::PermissionDenied => Self::NotPermitted(status.message().into()),
            _ => Self::Other(status.message().into()),
        }
    }
}

/// A connection that is made when it is needed, and made again when it was lost.
#[derive(Clone)]
pub struct Hub {
    channel: Channel,
    token: String,
    authorization: MetadataValue<Ascii>,
}

impl Hub {
    /// To the hub's address for devices, with a token.
    ///
    /// # Errors
    /// The address or the token is not of its form.
    pub fn new(address: &str, token: &str) -> Result<Self, HubError> {
        let endpoint = Endpoint::from_shared(address.to_owned()).map_err(|_| HubError::Address(address.into()))?;
        let channel = endpoint
            .connect_timeout(std::time::Duration::from_secs(5))
            .http2_keep_alive_interval(std::time::Duration::from_secs(20))
            .keep_alive_while_idle(true)
            .connect_lazy();
        let authorization = format!("Bearer {token}").parse().map_err(|_| HubError::Token)?;
        Ok(Self { channel, token: token.to_owned(), authorization })
    }

    fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        request.metadata_mut().insert("authorization", self.authorization.clone());
        request.set_timeout(std::time::Duration::from_secs(30));
        request
    }

    /// Submits a command.
    ///
    /// # Errors
    /// See [`HubError`]. A refusal is an outcome, not an error.
    pub async fn submit(&mut self, command: Command) -> Result<Outcome, HubError> {
        let mut client = stub::hub::hub_client::HubClient::new(self.channel.clone());
        Ok(client.submit(self.request(command)).await?.into_inner())
    }

    /// What the deployment looks like to whoever asks.
    ///
    /// # Errors
    /// See [`HubError`].
    pub async fn deployment(&self) -> Result<Deployment, HubError> {
        let mut client = stub::directory::directory_client::DirectoryClient::new(self.channel.clone());
        Ok(client.get_deployment(self.request(DeploymentRequest::default())).await?.into_inner())
    }

    /// A page of an incident's past, as far as whoever asks may see it.
    ///
    /// # Errors
    /// See [`HubError`].
    pub async fn timeline(&self, request: TimelineRequest) -> Result<TimelinePage, HubError> {
        let mut client = stub::history::history_client::HistoryClient::new(self.channel.clone());
        Ok(client.timeline(self.request(request)).await?.into_inner())
    }

    /// The token, for the first frame of a session.
    fn token(&self) -> &str {
        &self.token
    }
}

/// A refusal's code, as it is logged and shown.
#[must_use]
pub fn name_of(code: RefusalCode) -> &'static str {
    code.as_str_name().trim_start_matches("REFUSAL_CODE_")
}

/// Whether a refusal is none for good: the hub could not store it, and may when it is asked again.
#[must_use]
pub fn may_come_later(code: RefusalCode) -> bool {
    matches!(code, RefusalCode::NotStored | RefusalCode::StorageFull | RefusalCode::Overloaded)
}

/// A command that the gateway says for a unit, as pressed at a time.
pub(crate) fn for_unit(id: String, unit: &str, incident: Option<&str>, body: Body, pressed_ms: i64) -> Command {
    Command {
        command_id: Some(id),
        pressed_at: Some(crate::picture::timestamp(pressed_ms)),
        incident_id: incident.map(str::to_owned),
        for_unit: Some(unit.to_owned()),
        body: Some(body),
        ..Command::default()
    }
}

/// Keeps a queue at its size: the oldest gives way.
pub(crate) fn keep<T>(queue: &mut VecDeque<T>, item: T, most: usize) {
    if queue.len() >= most {
        queue.pop_front();
    }
    queue.push_back(item);
}

/// A frame to the hub.
pub(crate) fn client_frame(frame: Frame) -> samband_proto::v1::ClientFrame {
    samband_proto::v1::ClientFrame { frame: Some(frame) }
}
