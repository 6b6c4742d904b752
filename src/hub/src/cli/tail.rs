//! `samband tail`.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    client::{Client, Who, block_on},
    line::line,
    output::{Failure, error, print},
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    who: Who,
    /// Print the frames as JSON lines.
    #[arg(long)]
    json: bool,
    /// End when all that was outstanding has come.
    #[arg(long)]
    once: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    block_on(async {
        let mut resume: Option<String> = None;
        loop {
            match follow(args, &mut resume).await {
                Ok(Ended::Done) => return Ok(()),
                Ok(Ended::ComeBack) => {}
                // Once it has been connected, a hub that is gone for a moment is waited for.
                Err(failure) if resume.is_none() || failure.exit == super::output::Exit::NotPermitted => {
                    return Err(failure);
                }
                Err(failure) => error(&failure.message),
            }
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
    })
}

enum Ended {
    Done,
    ComeBack,
}

async fn follow(args: &Args, resume: &mut Option<String>) -> Result<Ended, Failure> {
    let (mut client, welcome) = Client::connect(&args.who, resume.as_deref()).await?;
    show(args, &welcome);
    let mut pings = tokio::time::interval(Duration::from_secs(30));
    loop {
        let frame = tokio::select! {
            frame = client.next() => frame?,
            _ = pings.tick() => {
                client.send(&json!({ "ping": {} })).await?;
                continue;
            }
        };
        let Some(frame) = frame else { return Ok(Ended::ComeBack) };
        if let Some(token) = frame["checkpoint"]["resumeToken"].as_str() {
            *resume = Some(token.into());
        }
        show(args, &frame);
        if args.once && frame["caughtUp"].is_object() {
            return Ok(Ended::Done);
        }
        match frame["goodbye"]["code"].as_str() {
            None => {}
            Some("GOODBYE_CODE_DRAINING" | "GOODBYE_CODE_SLOW_CONSUMER" | "GOODBYE_CODE_IDLE") => {
                return Ok(Ended::ComeBack);
            }
            Some(code) => return Err(Failure::not_permitted(code)),
        }
    }
}

fn show(args: &Args, frame: &Value) {
    if args.json {
        print(&frame.to_string());
    } else if let Some(line) = line(frame) {
        print(&line);
    }
}
