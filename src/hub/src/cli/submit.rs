//! `samband submit`.

use std::{io::Read as _, path::PathBuf};

use serde_json::{Value, json};

use super::{
    client::{Client, Who, block_on},
    output::{Failure, print},
};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    who: Who,
    /// File with commands: one JSON object, a list, or one object a line; - for standard input.
    file: PathBuf,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let commands = read(&args.file)?;
    block_on(async {
        let (mut client, _) = Client::connect(&args.who, None).await?;
        let (mut refused, mut not_permitted) = (0, 0);
        for mut command in commands {
            if command.get("commandId").is_none() && command.get("command_id").is_none() {
                command["commandId"] = json!(uuid::Uuid::now_v7().to_string());
            }
            let outcome = client.submit(&command, drop).await?;
            print(&outcome.to_string());
            match outcome["refused"]["code"].as_str() {
                None => {}
                Some("REFUSAL_CODE_NOT_PERMITTED" | "REFUSAL_CODE_UNAUTHENTICATED") => not_permitted += 1,
                Some(_) => refused += 1,
            }
        }
        match (refused, not_permitted) {
            (0, 0) => Ok(()),
            (0, count) => Err(Failure::not_permitted(format!("{count} not permitted"))),
            (count, also) => Err(Failure::data(format!("{} refused", count + also))),
        }
    })
}

fn read(path: &PathBuf) -> Result<Vec<Value>, Failure> {
    let mut text = String::new();
    let read = if path.as_os_str() == "-" {
        std::io::stdin().lock().read_to_string(&mut text).map(drop)
    } else {
        std::fs::File::open(path).and_then(|mut file| file.read_to_string(&mut text)).map(drop)
    };
    read.map_err(|error| Failure::data(format!("{}: {error}", path.display())))?;
    let values: Result<Vec<Value>, _> = serde_json::Deserializer::from_str(&text).into_iter().collect();
    let values =
        values.map_err(|error| Failure::data(format!("{}: line {}: not JSON", path.display(), error.line())))?;
    let commands: Vec<_> = values
        .into_iter()
        .flat_map(|value| match value {
            Value::Array(commands) => commands,
            command => vec![command],
        })
        .collect();
    match commands.iter().position(|command| !command.is_object()) {
        Some(at) => Err(Failure::data(format!("command {}: not an object", at + 1))),
        None if commands.is_empty() => Err(Failure::data(format!("{}: no command", path.display()))),
        None => Ok(commands),
    }
}
