//! `samband search` and `samband handover`: what is stored, as far as the asker may see it.

use bytes::Bytes;
use prost::Message as _;
use samband_proto::v1 as pb;
use tonic::Request;

use super::{
    client::block_on,
    line::{handover_line, line},
    output::{Failure, print},
};
use crate::{transport::stubs::history::history_client::HistoryClient, wire::json};

/// Where the hub is for devices and gateways, and who asks.
#[derive(Debug, Clone, clap::Args)]
struct Who {
    /// Demo token: organisation/role[:unit].
    #[arg(long = "as", value_name = "ORGANISATION/ROLE[:UNIT]", conflicts_with = "token")]
    demo: Option<String>,
    /// A signed token.
    #[arg(long, env = "SAMBAND_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// The hub's address for devices and gateways.
    #[arg(long, default_value = "127.0.0.1:7443")]
    hub: String,
    /// Print JSON lines.
    #[arg(long)]
    json: bool,
}

impl Who {
    fn request(&self, content: Vec<u8>) -> Result<Request<Bytes>, Failure> {
        let token = match (&self.demo, &self.token) {
            (Some(demo), _) => format!("demo:{demo}"),
            (None, Some(token)) => token.clone(),
            (None, None) => return Err(Failure::usage("give --as organisation/role or --token")),
        };
        let mut request = Request::new(content.into());
        let header = format!("Bearer {token}").parse().map_err(Failure::usage)?;
        request.metadata_mut().insert("authorization", header);
        Ok(request)
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct Search {
    #[command(flatten)]
    who: Who,
    /// Words that all have to be there, of at least two letters.
    #[arg(required = true)]
    words: Vec<String>,
    /// In this incident only.
    #[arg(long)]
    incident: Option<String>,
    /// At most so many events.
    #[arg(long, default_value_t = 100)]
    most: usize,
}

#[derive(Debug, clap::Args)]
pub(super) struct Handover {
    #[command(flatten)]
    who: Who,
}

/// Newest first, a line an event.
pub(super) fn search(args: &Search) -> Result<(), Failure> {
    block_on(async {
        let mut history = connect(&args.who).await?;
        let mut left = args.most;
        let mut page_token = None;
        while left > 0 {
            let ask = pb::SearchRequest {
                text: Some(args.words.join(" ")),
                incident_id: args.incident.clone(),
                page_size: Some(u32::try_from(left.min(100)).unwrap_or(100)),
                page_token,
                ..Default::default()
            };
            let answer = history.search(args.who.request(ask.encode_to_vec())?).await.map_err(failure)?;
            let page = pb::TimelinePage::decode(answer.into_inner()).map_err(Failure::data)?;
            for event in &page.events {
                show(args.who.json, &json::value("samband.v1.Event", &event.encode_to_vec()));
            }
            left = left.saturating_sub(page.events.len());
            page_token = page.next_page_token;
            if page_token.is_none() || page.events.is_empty() {
                return Ok(());
            }
        }
        Ok(())
    })
}

fn show(as_json: bool, event: &serde_json::Value) {
    if as_json {
        print(&event.to_string());
    } else if let Some(line) = line(&serde_json::json!({ "update": { "event": event } })) {
        print(&line);
    }
}

/// Most urgent first, a line an item.
pub(super) fn handover(args: &Handover) -> Result<(), Failure> {
    block_on(async {
        let mut history = connect(&args.who).await?;
        let ask = pb::HandoverRequest {}.encode_to_vec();
        let answer = history.handover(args.who.request(ask)?).await.map_err(failure)?;
        let list = json::value("samband.v1.HandoverList", &answer.into_inner());
        for item in list["items"].as_array().into_iter().flatten() {
            print(&if args.who.json { item.to_string() } else { handover_line(item) });
        }
        Ok(())
    })
}

async fn connect(who: &Who) -> Result<HistoryClient<tonic::transport::Channel>, Failure> {
    let address = format!("http://{}", who.hub);
    HistoryClient::connect(address).await.map_err(|error| Failure::unavailable(format!("{}: {error}", who.hub)))
}

fn failure(status: tonic::Status) -> Failure {
    let message = status.message().to_owned();
    match status.code() {
        tonic::Code::Unauthenticated | tonic::Code::PermissionDenied => Failure::not_permitted(message),
        tonic::Code::InvalidArgument | tonic::Code::NotFound => Failure::data(message),
        _ => Failure::unavailable(message),
    }
}
