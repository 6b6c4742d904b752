//! `samband policy`.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    str::FromStr as _,
};

use samband_disclosure::{Viewer, files::Loaded, review};
use samband_domain::{Involvement, OrganisationId, Role};
use samband_proto::v1::Marking;
use serde_json::json;

use super::{
    default_deployment,
    output::{Failure, print},
};
use crate::setup;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Print the sign-off page of each owner, or the full table for machines.
    ///
    /// Example: samband policy matrix --owner polis-nord
    Matrix(Matrix),
    /// Print only what becomes more open, in decisions and in the schema.
    ///
    /// Example: samband policy diff deployment-old deployment-new --old-schema schema-old.json
    Diff(Diff),
    /// Print the line that decides a cell.
    ///
    /// Example: samband policy explain --owner polis-nord --viewer region-jh/operator --involvement larmad --marking hotbild
    Explain(Explain),
    /// Print the schema's fields and their markings as JSON, for a later diff.
    Schema,
}

#[derive(Debug, clap::Args)]
pub(super) struct Matrix {
    /// Folder of the deployment.
    #[arg(long, default_value_os_t = default_deployment())]
    deployment: PathBuf,
    /// Only this owner's page.
    #[arg(long)]
    owner: Option<String>,
    /// The full table as JSON.
    #[arg(long)]
    json: bool,
    /// Write a page per owner, and the full table as matrix.json, into this folder.
    #[arg(long)]
    out: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Diff {
    /// Folder of the deployment as it is.
    old: PathBuf,
    /// Folder of the deployment as it is to be.
    new: PathBuf,
    /// Output of `samband policy schema` of the version in use.
    #[arg(long)]
    old_schema: Option<PathBuf>,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct Explain {
    /// Folder of the deployment.
    #[arg(long, default_value_os_t = default_deployment())]
    deployment: PathBuf,
    /// Whose information.
    #[arg(long)]
    owner: String,
    /// Who looks: organisation/role.
    #[arg(long)]
    viewer: String,
    /// ingen, nära, larmad or leder.
    #[arg(long)]
    involvement: String,
    /// The marking's key in the files, or its name in the contract.
    #[arg(long)]
    marking: String,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Matrix(args) => matrix(args),
        Command::Diff(args) => diff(args),
        Command::Explain(args) => explain(args),
        Command::Schema => {
            print(&json!(review::schema_fields()).to_string());
            Ok(())
        }
    }
}

fn load(dir: &Path) -> Result<Loaded, Failure> {
    setup::load(dir).map(|setup| setup.policy).map_err(|findings| Failure::usage(findings.join("\n")))
}

fn matrix(args: &Matrix) -> Result<(), Failure> {
    let loaded = load(&args.deployment)?;
    let mut pages = review::matrix(&loaded);
    if let Some(owner) = &args.owner {
        pages.retain(|page, _| page.as_str() == owner);
        if pages.is_empty() {
            return Err(Failure::usage(format!("{owner}: no such owner")));
        }
    }
    if let Some(dir) = &args.out {
        let write = |name: String, text: &str| {
            let path = dir.join(name);
            fs::write(&path, text).map_err(|error| Failure::usage(format!("{}: {error}", path.display())))
        };
        fs::create_dir_all(dir).map_err(|error| Failure::usage(format!("{}: {error}", dir.display())))?;
        for (owner, page) in &pages {
            write(format!("{owner}.md"), page)?;
        }
        return write("matrix.json".into(), &review::matrix_json(&loaded).to_string());
    }
    if args.json {
        print(&review::matrix_json(&loaded).to_string());
    } else {
        pages.values().for_each(|page| print(page));
    }
    Ok(())
}

fn diff(args: &Diff) -> Result<(), Failure> {
    let (old, new) = (load(&args.old)?, load(&args.new)?);
    let mut openings: Vec<String> = review::diff(&old, &new).iter().map(ToString::to_string).collect();
    if let Some(path) = &args.old_schema {
        let text = fs::read_to_string(path).map_err(|error| Failure::usage(format!("{}: {error}", path.display())))?;
        let fields: BTreeMap<String, String> = serde_json::from_str(&text)
            .map_err(|error| Failure::data(format!("{}:{}: {error}", path.display(), error.line())))?;
        let schema = review::diff_schema(&new, &fields, &review::schema_fields());
        openings.extend(schema.iter().map(ToString::to_string));
    }
    if args.json {
        print(&json!({ "more_open": openings }).to_string());
    } else if openings.is_empty() {
        print("Ingenting blir öppnare.");
    } else {
        openings.iter().for_each(|opening| print(opening));
    }
    Ok(())
}

fn explain(args: &Explain) -> Result<(), Failure> {
    let loaded = load(&args.deployment)?;
    let owner = organisation(&args.owner)?;
    if !loaded.policy.parts().owners.contains_key(&owner) {
        return Err(Failure::usage(format!("{owner}: no such owner")));
    }
    let (name, role) = args.viewer.split_once('/').ok_or_else(|| Failure::usage("--viewer organisation/role"))?;
    let viewer = Viewer { organisation: organisation(name)?, role: Role::from_str(role).map_err(Failure::usage)? };
    if !loaded.policy.parts().receivers.iter().any(|receiver| receiver.id == viewer.organisation) {
        return Err(Failure::usage(format!("{name}: no such receiver")));
    }
    let involvement = Involvement::ALL
        .into_iter()
        .find(|involvement| involvement.swedish() == args.involvement)
        .ok_or_else(|| Failure::usage("--involvement ingen, nära, larmad or leder"))?;
    let marking = marking(&loaded, &args.marking)?;
    let why = review::explain(&loaded, &owner, &viewer, involvement, marking);
    if args.json {
        let why = json!({ "level": why.level.swedish(), "file": why.file, "line": why.line, "text": why.text });
        print(&why.to_string());
    } else {
        print(&why.to_string());
    }
    Ok(())
}

fn organisation(name: &str) -> Result<OrganisationId, Failure> {
    OrganisationId::new(name).map_err(|error| Failure::usage(format!("{name}: {error}")))
}

fn marking(loaded: &Loaded, key: &str) -> Result<Marking, Failure> {
    let by_key = loaded.policy.parts().markings.iter().find(|(_, entry)| entry.key == key).map(|(marking, _)| *marking);
    by_key
        .or_else(|| Marking::from_str_name(&format!("MARKING_{}", key.to_uppercase())))
        .ok_or_else(|| Failure::usage(format!("{key}: no such marking")))
}
