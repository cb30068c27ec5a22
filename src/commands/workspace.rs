//! `guestpass workspace`

use anyhow::{Context, Result, bail};
use clap::{Args, Subcommand};

use super::{
    args::ConfigArgs,
    block_on,
    init::{OwnerArgs, ask},
    logging, open,
};

/// What can be done with workspaces.
#[derive(Debug, Subcommand)]
pub(super) enum WorkspaceCommand {
    /// Add a workspace with its Owner. Its people and items have nothing to do with those of others.
    Add(AddArgs),
    /// List the workspaces, with their Owners and where their people sign in.
    List(ConfigArgs),
}

/// A further workspace.
#[derive(Debug, Args)]
pub(super) struct AddArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// Its name.
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    owner: OwnerArgs,
}

pub(super) fn run(command: &WorkspaceCommand) -> Result<()> {
    match command {
        WorkspaceCommand::Add(args) => add(args),
        WorkspaceCommand::List(args) => list(args),
    }
}

fn add(args: &AddArgs) -> Result<()> {
    let config = args.config.load()?;
    logging::start(&config.log);
    block_on(async {
        let (app, _) = open::app(&config).await?;
        if app.members().first_workspace().await?.is_none() {
            bail!("there is no workspace yet: `guestpass init` prepares a new installation");
        }
        let name = ask("Name of the workspace", "--name", args.name.as_ref())?;
        let owner = args.owner.owner()?;
        let made = app.members();
        let made = made.create_workspace(&name, owner, app.clock().now());
        let (workspace, owner) = made.await.context("the workspace can't be made")?;
        let address = app.members().sign_in_address(workspace.id);
        app.db().close().await;
        println!(
            "The workspace \"{}\" is ready. {} signs in at {address}",
            workspace.name, owner.email
        );
        Ok(())
    })
}

fn list(args: &ConfigArgs) -> Result<()> {
    let config = args.load()?;
    logging::start(&config.log);
    block_on(async {
        let (app, _) = open::app(&config).await?;
        for found in app.members().overview().await? {
            let workspace = found.workspace;
            println!(
                "{} ({})\n  Owner    {}\n  People   {} active\n  Sign in  {}",
                workspace.name,
                workspace.id,
                found.owner,
                found.active,
                app.members().sign_in_address(workspace.id)
            );
        }
        app.db().close().await;
        Ok(())
    })
}
