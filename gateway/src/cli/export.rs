//! `samband-gateway export`: an incident to take along.

use std::{fs, os::unix::fs::OpenOptionsExt as _, path::PathBuf};

use samband_gateway::{
    export::{self, Head},
    hub::once,
};
use samband_proto::v1::Follow;

use super::{
    Failure,
    credentials::{Credentials, block_on, failure},
    exit,
};

/// An incident, redacted for a named recipient, as a page and as lines of JSON
#[derive(clap::Args)]
#[command(after_help = "\
What is in it is what the hub gives the recipient: the exporter must have the role command or operator, and adds nothing. For WIS name the
receiver or organisation that stands for those who read there; for the event report name your own organisation.
Example:
  samband-gateway export --as raddning-jamtland/command --recipient-as lansstyrelsen-z/viewer --incident ID --folder ut
Writes ID-RECIPIENT.html and ID-RECIPIENT.jsonl, and never over another file.
Exit codes: 0 written, 64 wrong arguments, 65 the recipient may see nothing of it, 69 no hub, 74 cannot be written, 77 not permitted.")]
pub(super) struct Args {
    #[command(flatten)]
    credentials: Credentials,
    /// Demo token of the recipient: organisation or receiver, and role
    #[arg(long, value_name = "RECIPIENT/ROLE", required_unless_present = "recipient_token")]
    recipient_as: Option<String>,
    /// A signed token of the recipient
    #[arg(long, env = "SAMBAND_RECIPIENT_TOKEN", hide_env_values = true, conflicts_with = "recipient_as")]
    recipient_token: Option<String>,
    /// The incident
    #[arg(long)]
    incident: String,
    /// Folder that the files are written to
    #[arg(long)]
    folder: PathBuf,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    block_on(async {
        let only_this = || Some(Follow { incident_ids: vec![args.incident.clone()], ..Follow::default() });
        let exporter = once::look(args.credentials.hub()?, only_this()).await.map_err(|error| failure(&error))?;
        if !matches!(exporter.welcome.role(), "command" | "operator") {
            return Err(Failure::new(exit::NOT_PERMITTED, "an export is made by the role command or operator"));
        }
        if exporter.picture.incident(&args.incident).is_none() {
            return Err(Failure::new(exit::DATA, "the incident is not there, or not for the exporter"));
        }
        let demo = args.recipient_as.as_ref().map(|demo| format!("demo:{demo}"));
        let token = demo.or_else(|| args.recipient_token.clone()).unwrap_or_default();
        let hub = args.credentials.hub_as(&token).map_err(|error| failure(&error))?;
        let recipient = once::look(hub.clone(), only_this()).await.map_err(|error| failure(&error))?;
        let events = match export::timeline(&hub, &args.incident).await {
            Ok(events) if !events.is_empty() => events,
            // Not there and not for the recipient are the same answer.
            Ok(_) | Err(samband_gateway::hub::HubError::Other(_)) => {
                return Err(Failure::new(exit::DATA, "the recipient may see nothing of it"));
            }
            Err(error) => return Err(failure(&error)),
        };
        let organisation = recipient.welcome.organisation();
        let entry = recipient.deployment.organisations.iter().find(|one| one.id() == organisation);
        let head = Head {
            incident: args.incident.clone(),
            recipient: format!("{organisation}/{}", recipient.welcome.role()),
            recipient_name: entry.map_or(organisation, |entry| entry.name()).to_owned(),
            exported_by: format!("{}/{}", exporter.welcome.organisation(), exporter.welcome.role()),
            exported_at: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            policy: recipient.welcome.policy_epoch().to_owned(),
            exercise: events.iter().any(|event| event.envelope.as_ref().is_some_and(|envelope| envelope.exercise())),
            events: events.len(),
        };
        write(args, &head, &events)
    })
}

fn write(args: &Args, head: &Head, events: &[samband_proto::v1::Event]) -> Result<(), Failure> {
    let lines = export::json_lines(head, events).map_err(|error| Failure::new(exit::DATA, error.to_string()))?;
    let name = format!("{}-{}", args.incident, head.recipient.replace('/', "-"));
    for (ending, content) in [("html", export::html(head, events)), ("jsonl", lines)] {
        let path = args.folder.join(format!("{name}.{ending}"));
        let failed = |error: std::io::Error| Failure::new(exit::IO, format!("{}: {error}", path.display()));
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).map_err(failed)?;
        std::io::Write::write_all(&mut file, content.as_bytes()).map_err(failed)?;
        super::say(&path.display().to_string())?;
    }
    Ok(())
}
