//! A deployment, loaded and checked as a whole: register, plans, codes and policy. Nothing opens before all of it is right.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use samband_disclosure::files::{self, Loaded};
use samband_domain::{OrganisationId, directory::Directory};

use crate::config::{self, Deployment, MapFolder};

/// Everything the hub needs to know before it starts.
#[derive(Debug)]
pub struct Setup {
    /// Name of the deployment.
    pub name: String,
    /// Register, plans and codes.
    pub directory: Arc<Directory>,
    /// Receivers that are nobody.
    pub nobodies: Vec<OrganisationId>,
    /// The deployment's files.
    pub deployment: Deployment,
    /// The map that the deployment has with it.
    pub map: Option<MapFolder>,
    /// The policy and where each decision comes from.
    pub policy: Loaded,
}

/// Loads the folder of a deployment: its `.toml` files, `policy/`, and `karta/` where there is one.
///
/// # Errors
/// Everything that is wrong, as `file:line: what was expected`.
pub fn load(dir: &Path) -> Result<Setup, Vec<String>> {
    let mut deployment =
        config::load(dir).map_err(|found| found.iter().map(ToString::to_string).collect::<Vec<_>>())?;
    let policy = files::load(&dir.join("policy"), &deployment.receivers)
        .map_err(|found| found.iter().map(|one| format!("policy/{one}")).collect::<Vec<_>>())?;
    let map = config::map_of(dir)
        .map_err(|found| found.iter().map(|one| format!("{}/{one}", config::MAP_FOLDER)).collect::<Vec<_>>())?;
    let relayers: BTreeMap<_, _> =
        policy.decisions.owners.iter().map(|(owner, file)| (owner.clone(), file.relayers.clone())).collect();
    config::add_relayers(&mut deployment, &relayers);
    let delegations: BTreeMap<_, _> =
        policy.decisions.owners.iter().map(|(owner, file)| (owner.clone(), file.delegations.clone())).collect();
    config::add_gateways(&mut deployment, &delegations)
        .map_err(|found| found.iter().map(|one| format!("policy/{one}")).collect::<Vec<_>>())?;
    let nobodies = deployment.receivers.iter().filter(|one| one.nobody).map(|one| one.id.clone()).collect();
    let (name, directory) = (deployment.name.clone(), deployment.directory.clone());
    Ok(Setup { name, directory, nobodies, deployment, map, policy })
}
