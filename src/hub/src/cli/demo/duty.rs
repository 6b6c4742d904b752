//! Who is on duty when the demo begins: every unit, with the code by which its organisation says that it is free.

use samband_domain::{OrganisationId, status::UnitState};
use serde_json::{Value, json};

use crate::{
    cli::{
        client::{Client, Who},
        output::Failure,
    },
    config::Deployment,
};

/// Each organisation's desk reports its units.
///
/// # Errors
/// The hub does not take a session, or has closed one.
pub(super) async fn report(hub: &str, deployment: &Deployment) -> Result<(), Failure> {
    for organisation in deployment.directory.organisations.keys() {
        let commands: Vec<Value> = commands(deployment, organisation).collect();
        if commands.is_empty() {
            continue;
        }
        let who = Who::demo(&format!("{organisation}/operator"), hub);
        let (mut client, _) = Client::connect_following(&who, None, Some(&json!({}))).await?;
        for command in commands {
            client.submit(&command, |_| {}).await?;
        }
    }
    Ok(())
}

fn commands<'a>(deployment: &'a Deployment, organisation: &'a OrganisationId) -> impl Iterator<Item = Value> + 'a {
    let entry = deployment.directory.organisation(organisation);
    // Any of the codes that say so will do.
    let free = entry.and_then(|entry| entry.statuses.0.iter().rfind(|(_, code)| code.state == UnitState::Available));
    let code = free.map(|(code, _)| code.clone());
    let own = deployment.directory.units.values().filter(move |unit| unit.organisation == *organisation);
    own.map(move |unit| {
        let state = json!({ "unitId": unit.id.as_str(), "onDuty": true, "code": code });
        json!({ "commandId": uuid::Uuid::now_v7().to_string(), "reportUnitState": state })
    })
}
