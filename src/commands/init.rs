//! `guestpass init`

use std::io::{IsTerminal, Write};

use anyhow::{Context, Result, bail};
use clap::Args;

use super::{args::ConfigArgs, block_on, logging, open};
use crate::features::members::{NewMember, WorkspaceRole};

/// A new installation.
#[derive(Debug, Args)]
pub(super) struct InitArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// The name of the workspace.
    #[arg(long)]
    workspace: Option<String>,
    #[command(flatten)]
    owner: OwnerArgs,
}

/// Who will own a workspace.
#[derive(Debug, Args)]
pub(super) struct OwnerArgs {
    /// The mail address its Owner signs in with.
    #[arg(long)]
    owner_email: Option<String>,
    /// The Owner's first name.
    #[arg(long)]
    owner_first_name: Option<String>,
    /// The Owner's last name.
    #[arg(long)]
    owner_last_name: Option<String>,
}

impl OwnerArgs {
    /// The Owner, by flags or by what a person answers.
    pub(super) fn owner(&self) -> Result<NewMember> {
        let (email, first, last) = (
            self.owner_email.as_ref(),
            self.owner_first_name.as_ref(),
            self.owner_last_name.as_ref(),
        );
        Ok(NewMember {
            email: ask("Mail address of its Owner", "--owner-email", email)?,
            first_name: ask("First name", "--owner-first-name", first)?,
            last_name: ask("Last name", "--owner-last-name", last)?,
            role: WorkspaceRole::Owner,
        })
    }
}

/// Makes key, database, workspace and Owner. Touches nothing when there is a workspace already.
pub(super) fn run(args: &InitArgs) -> Result<()> {
    let config = args.config.load()?;
    logging::start(&config.log);
    block_on(async {
        let (app, made_key) = open::app(&config).await?;
        if let Some(path) = made_key {
            println!("{}\n", open::notice(&path));
        }
        if let Some(workspace) = app.members().first_workspace().await? {
            bail!(
                "there is a workspace already: {}. `guestpass workspace add` adds another one",
                workspace.name
            );
        }
        let name = ask(
            "Name of the workspace",
            "--workspace",
            args.workspace.as_ref(),
        )?;
        let owner = args.owner.owner()?;
        let now = app.clock().now();
        let (workspace, owner) = app
            .members()
            .create_workspace(&name, owner, now)
            .await
            .context("the workspace can't be made")?;
        app.db().close().await;
        println!(
            "The workspace \"{}\" is ready. Start `guestpass serve`, open {} and sign in as {}.",
            workspace.name,
            app.public_url().origin(),
            owner.email
        );
        Ok(())
    })
}

/// The value of a flag, or what a person answers.
pub(super) fn ask(question: &str, flag: &str, given: Option<&String>) -> Result<String> {
    if let Some(given) = given {
        return Ok(given.clone());
    }
    if !std::io::stdin().is_terminal() {
        bail!("{flag} is missing");
    }
    loop {
        print!("{question}: ");
        std::io::stdout().flush()?;
        let mut line = String::new();
        if std::io::stdin().read_line(&mut line)? == 0 {
            bail!("{flag} is missing");
        }
        let line = line.trim();
        if !line.is_empty() {
            return Ok(line.to_owned());
        }
    }
}
