//! A client of the public contract, over the WebSocket in JSON: what `tail`, `submit` and `demo` use.

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest as _, http::HeaderValue},
};

use super::output::Failure;
use crate::transport::websocket::JSON;

/// Where the hub is and who asks.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Who {
    /// Demo token: organisation/role[:unit].
    #[arg(long = "as", value_name = "ORGANISATION/ROLE[:UNIT]", conflicts_with = "token")]
    demo: Option<String>,
    /// A signed token.
    #[arg(long, env = "SAMBAND_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// The hub's address for people.
    #[arg(long, default_value = "127.0.0.1:7480")]
    hub: String,
}

impl Who {
    pub(super) fn demo(principal: &str, hub: &str) -> Self {
        Self { demo: Some(principal.into()), token: None, hub: hub.into() }
    }

    fn token(&self) -> Result<String, Failure> {
        match (&self.demo, &self.token) {
            (Some(demo), _) => Ok(format!("demo:{demo}")),
            (None, Some(token)) => Ok(token.clone()),
            (None, None) => Err(Failure::usage("give --as organisation/role or --token")),
        }
    }
}

/// An open session.
pub(super) struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Client {
    /// Connects and says Hello; the first frame that came back is Welcome.
    pub(super) async fn connect(who: &Who, resume: Option<&str>) -> Result<(Self, Value), Failure> {
        Self::connect_following(who, resume, None).await
    }

    /// The same, and says what to follow; otherwise it is everything but the map.
    pub(super) async fn connect_following(
        who: &Who,
        resume: Option<&str>,
        follow: Option<&Value>,
    ) -> Result<(Self, Value), Failure> {
        let token = who.token()?;
        let mut request = format!("ws://{}/v1/session", who.hub).into_client_request().map_err(Failure::usage)?;
        request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static(JSON));
        let connected = connect_async(request).await;
        let (socket, _) = connected.map_err(|error| Failure::unavailable(format!("{}: {error}", who.hub)))?;
        let mut client = Self { socket };
        let mut hello = json!({ "token": token, "client": concat!("samband ", env!("CARGO_PKG_VERSION")) });
        if let Some(resume) = resume {
            hello["resumeToken"] = json!(resume);
        }
        if let Some(follow) = follow {
            hello["follow"] = follow.clone();
        }
        client.send(&json!({ "hello": hello })).await?;
        match client.next().await? {
            Some(frame) if frame["welcome"].is_object() => Ok((client, frame)),
            Some(frame) => {
                let message = frame["goodbye"]["message"].as_str().unwrap_or("the hub did not say welcome").to_owned();
                Err(Failure::not_permitted(message))
            }
            None => Err(Failure::unavailable("the hub closed the connection")),
        }
    }

    /// Sends a frame.
    pub(super) async fn send(&mut self, frame: &Value) -> Result<(), Failure> {
        self.socket.send(Message::text(frame.to_string())).await.map_err(Failure::unavailable)
    }

    /// The next frame; none: the hub has closed.
    pub(super) async fn next(&mut self) -> Result<Option<Value>, Failure> {
        loop {
            match self.socket.next().await {
                None | Some(Ok(Message::Close(_))) => return Ok(None),
                Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).map(Some).map_err(Failure::data),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(Failure::unavailable(error)),
            }
        }
    }

    /// Submits a command and waits for its outcome. Other frames that come meanwhile go to `others`.
    pub(super) async fn submit(&mut self, command: &Value, mut others: impl FnMut(Value)) -> Result<Value, Failure> {
        self.send(&json!({ "submit": command })).await?;
        let wanted = command["commandId"].as_str().or(command["command_id"].as_str()).map(str::to_owned);
        while let Some(mut frame) = self.next().await? {
            let ours = frame["outcome"].is_object()
                && (frame["outcome"]["commandId"].as_str() == wanted.as_deref()
                    || frame["outcome"]["commandId"].is_null());
            if ours {
                return Ok(frame["outcome"].take());
            }
            others(frame);
        }
        Err(Failure::unavailable("the hub closed before it answered"))
    }
}

/// A runtime for one client.
pub(super) fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::unavailable)?;
    runtime.block_on(work)
}
