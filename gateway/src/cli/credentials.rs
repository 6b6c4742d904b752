//! Who the gateway is to the hub, and where that is: the same arguments for every network.

use samband_gateway::hub::{Hub, HubError, uplink::RunError};

use super::{Failure, exit};

/// Credentials and address.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Credentials {
    /// Demo token: organisation/role
    #[arg(long = "as", value_name = "ORGANISATION/ROLE", required_unless_present = "token")]
    demo: Option<String>,
    /// A signed token
    #[arg(long, env = "SAMBAND_TOKEN", hide_env_values = true, conflicts_with = "demo")]
    token: Option<String>,
    /// The hub's address for devices
    #[arg(long, default_value = "http://127.0.0.1:7443")]
    hub: String,
}

impl Credentials {
    /// A connection, made when it is needed.
    pub(super) fn hub(&self) -> Result<Hub, Failure> {
        let demo = self.demo.as_ref().map(|demo| format!("demo:{demo}"));
        let token = demo.or_else(|| self.token.clone()).unwrap_or_default();
        self.hub_as(&token).map_err(|error| failure(&error))
    }

    /// The same hub, as somebody else.
    pub(super) fn hub_as(&self, token: &str) -> Result<Hub, HubError> {
        Hub::new(&self.hub, token)
    }
}

/// The exit code of what the hub says.
pub(super) fn failure(error: &HubError) -> Failure {
    let code = match error {
        HubError::Unavailable(_) => exit::UNAVAILABLE,
        HubError::NotPermitted(_) => exit::NOT_PERMITTED,
        HubError::Address(_) | HubError::Token => exit::USAGE,
        HubError::Other(_) => exit::DATA,
    };
    Failure::new(code, error.to_string())
}

/// The exit code of a gateway that ended.
pub(super) fn ended(error: &RunError) -> Failure {
    match error {
        RunError::Hub(error) => failure(error),
        RunError::Spool(error) => Failure::new(exit::IO, error.to_string()),
    }
}

/// Runs to its end.
pub(super) fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::new(exit::UNAVAILABLE, error.to_string()))?;
    runtime.block_on(work)
}
