//! `cap issue`.

use std::{io::Write as _, path::PathBuf};

use samband_gateway::{
    cap::{
        self, Polygon,
        outbound::{self, Decision, NotIssued},
        store,
    },
    hub::{Hub, HubError, once},
};

use crate::cli::{
    Failure,
    credentials::{Credentials, block_on, failure},
    exit,
};

#[derive(clap::Args)]
#[command(after_help = "\
The issuer must have the role command (ledning) of the organisation whose notice or hazard it is. What the warning says is what the
receiver 'allmanheten' sees of it: what the owner's decision file does not open to the public stands in no warning, and where it opens
nothing nothing is issued. An exercise is issued as an exercise.
Whether it is new, an update or a cancellation is read from the messages in the folder.
Example:
  samband-gateway cap issue --as lansstyrelsen-z/command --public-as allmanheten/viewer --incident ID --folder varningar \\
    --instruction 'Gå inomhus, stäng dörrar och fönster.'
Exit codes: 0 issued, 64 wrong arguments or settings, 65 not open to the public or no place, 69 no hub, 74 cannot be written,
77 not permitted.")]
pub(super) struct Args {
    #[command(flatten)]
    credentials: Credentials,
    /// Demo token of the public: receiver/role
    #[arg(long, value_name = "RECEIVER/ROLE", required_unless_present = "public_token")]
    public_as: Option<String>,
    /// A signed token of the public
    #[arg(long, env = "SAMBAND_PUBLIC_TOKEN", hide_env_values = true, conflicts_with = "public_as")]
    public_token: Option<String>,
    /// Sender and codes of places
    #[arg(long, value_name = "FILE", default_value = "examples/jamtland/varningar.toml")]
    settings: PathBuf,
    /// The incident or advance notice
    #[arg(long)]
    incident: String,
    /// The hazard; otherwise the advance notice itself
    #[arg(long)]
    hazard: Option<String>,
    /// Folder of the messages
    #[arg(long)]
    folder: PathBuf,
    /// Say that it is over
    #[arg(long)]
    cancel: bool,
    /// A test of the system
    #[arg(long)]
    test: bool,
    /// Print the message and write nothing
    #[arg(long)]
    dry_run: bool,
    #[arg(long, value_parser = ["Immediate", "Expected", "Future", "Past", "Unknown"])]
    urgency: Option<String>,
    #[arg(long, value_parser = ["Extreme", "Severe", "Moderate", "Minor", "Unknown"])]
    severity: Option<String>,
    #[arg(long, value_parser = ["Observed", "Likely", "Possible", "Unlikely", "Unknown"])]
    certainty: Option<String>,
    /// What people are to do, as CAP's word; may be repeated
    #[arg(long, value_parser = ["Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None"])]
    response: Vec<String>,
    /// The same in words
    #[arg(long)]
    instruction: Option<String>,
    /// Outline: lat,lon lat,lon ... in degrees, closed or not
    #[arg(long, value_name = "PLACES", allow_hyphen_values = true)]
    polygon: Option<String>,
}

/// The type that a deployment gives the public, in organisationer.toml.
const PUBLIC: &str = "allmänhet";
const COMMAND: &str = "command";

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let settings = super::settings(&args.settings)?;
    let polygon = args.polygon.as_deref().map(outline).transpose()?;
    let decision = Decision {
        hazard: args.hazard.clone(),
        test: args.test,
        cancel: args.cancel,
        urgency: args.urgency.clone(),
        severity: args.severity.clone(),
        certainty: args.certainty.clone(),
        response: args.response.clone(),
        instruction: args.instruction.clone(),
        polygon,
    };
    block_on(async {
        let issuer = once::look(args.credentials.hub()?, None).await.map_err(|error| failure(&error))?;
        if issuer.welcome.role() != COMMAND {
            return Err(Failure::new(exit::NOT_PERMITTED, "a warning is issued by the role command (ledning)"));
        }
        let public = once::look(public(args)?, None).await.map_err(|error| failure(&error))?;
        let receiver = public.deployment.organisations.iter().find(|one| one.id() == public.welcome.organisation());
        if receiver.is_none_or(|one| !one.nobody() || one.kind() != PUBLIC) {
            return Err(Failure::new(
                exit::USAGE,
                "--public-as is the receiver that is the public, and no organisation",
            ));
        }
        let not_open = || Failure::new(exit::DATA, NotIssued::NotOpen.to_string());
        let incident = public.picture.incident(&args.incident).ok_or_else(not_open)?;
        let key = outbound::key_of(&incident.id, args.hazard.as_deref());
        let unreadable = |error| Failure::new(exit::IO, format!("{}: {error}", args.folder.display()));
        let earlier = store::earlier(&args.folder, &settings.avsandare, &key).map_err(unreadable)?;
        let now = jiff::Timestamp::now().as_second();
        let owner = issuer.welcome.organisation();
        let alert = outbound::alert(incident, &decision, owner, &earlier, &settings, now).map_err(|error| {
            let code = if error == NotIssued::NotOwner { exit::NOT_PERMITTED } else { exit::DATA };
            Failure::new(code, error.to_string())
        })?;
        let written = cap::write(&alert);
        // What we would refuse we do not send.
        cap::read(written.as_bytes())
            .map_err(|error| Failure::new(exit::DATA, format!("not a valid message: {error}")))?;
        let said = if args.dry_run {
            written
        } else {
            format!("{}\n", store::put(&args.folder, &alert).map_err(unreadable)?.display())
        };
        std::io::stdout().lock().write_all(said.as_bytes()).map_err(|error| Failure::new(exit::IO, error.to_string()))
    })
}

fn public(args: &Args) -> Result<Hub, Failure> {
    let demo = args.public_as.as_ref().map(|demo| format!("demo:{demo}"));
    let token = demo.or_else(|| args.public_token.clone()).unwrap_or_default();
    args.credentials.hub_as(&token).map_err(|error: HubError| failure(&error))
}

fn outline(written: &str) -> Result<Polygon, Failure> {
    Polygon::drawn(written)
        .ok_or_else(|| Failure::new(exit::USAGE, "--polygon: three places or more, lat,lon lat,lon ..."))
}
