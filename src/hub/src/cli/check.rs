//! `samband check`.

use std::path::PathBuf;

use super::{
    default_deployment,
    output::{Failure, print},
};
use crate::setup;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder of the deployment.
    #[arg(default_value_os_t = default_deployment())]
    deployment: PathBuf,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let setup = match setup::load(&args.deployment) {
        Ok(setup) => setup,
        Err(findings) if args.json => {
            print(&serde_json::json!({ "ok": false, "findings": findings }).to_string());
            return Err(Failure::usage(format!("{} fel", findings.len())));
        }
        Err(findings) => return Err(Failure::usage(findings.join("\n"))),
    };
    let warnings: Vec<_> = setup.policy.warnings.iter().map(|one| format!("policy/{one}")).collect();
    let organisations = setup.directory.organisations.len();
    let (units, plans) = (setup.directory.units.len(), setup.directory.plans.len());
    let policy = setup.policy.policy.short_name();
    if args.json {
        let found = serde_json::json!({
            "ok": true, "name": setup.name, "organisations": organisations, "units": units, "plans": plans,
            "policy": policy, "warnings": warnings,
        });
        print(&found.to_string());
        return Ok(());
    }
    warnings.iter().for_each(|warning| print(warning));
    print(&format!(
        "{}: {organisations} organisationer, {units} enheter, {plans} larmplaner, policy {policy}. Allt stämmer.",
        setup.name
    ));
    Ok(())
}
