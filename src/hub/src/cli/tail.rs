//! `samband tail`.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    client::{Client, Who, block_on},
    line::line,
    map_line::{MapLine, NORTH, area, parse_area},
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
    /// Follow the map too: a line each time something on it has changed.
    #[arg(long)]
    map: bool,
    /// Which part of the map, degrees: south, west, north, east.
    #[arg(long, value_name = "S,W,N,E", value_parser = parse_area, allow_hyphen_values = true)]
    area: Option<[f64; 4]>,
}

impl Args {
    /// What to follow, where it is not what a session follows anyway.
    fn follow(&self) -> Option<Value> {
        let followed = self.area.or(self.map.then_some(NORTH))?;
        Some(json!({ "allIncidents": true, "areas": [area(followed)] }))
    }
}

/// Frames of one tick come together: after so long without one it is told.
const TICK_OVER: Duration = Duration::from_millis(200);
/// With `--once`, the map is waited for so long: longer than from one tick to the next.
const MAP_PATIENCE: Duration = Duration::from_millis(1_500);

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
    let wanted = args.follow();
    let (mut client, welcome) = Client::connect_following(&args.who, resume.as_deref(), wanted.as_ref()).await?;
    let mut map = MapLine::default();
    show(args, &welcome, &mut map);
    let mut pings = tokio::time::interval(Duration::from_secs(30));
    let mut caught_up = false;
    let mut patience = Box::pin(tokio::time::sleep(MAP_PATIENCE));
    loop {
        let frame = tokio::select! {
            frame = client.next() => frame?,
            _ = pings.tick() => {
                client.send(&json!({ "ping": {} })).await?;
                continue;
            }
            () = tokio::time::sleep(TICK_OVER), if map.is_pending() => {
                map.tell().iter().for_each(|line| print(line));
                if caught_up {
                    return Ok(Ended::Done);
                }
                continue;
            }
            () = &mut patience, if caught_up => return Ok(Ended::Done),
        };
        let Some(frame) = frame else { return Ok(Ended::ComeBack) };
        if let Some(token) = frame["checkpoint"]["resumeToken"].as_str() {
            *resume = Some(token.into());
        }
        show(args, &frame, &mut map);
        if args.once && frame["caughtUp"].is_object() {
            if wanted.is_none() {
                return Ok(Ended::Done);
            }
            caught_up = true;
            patience = Box::pin(tokio::time::sleep(MAP_PATIENCE));
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

fn show(args: &Args, frame: &Value, map: &mut MapLine) {
    if args.json {
        print(&frame.to_string());
    } else if frame["map"].is_object() {
        map.fold(&frame["map"]).iter().for_each(|line| print(line));
    } else if let Some(line) = line(frame) {
        print(&line);
    }
}
