//! `guestpass sign-in-link`

use anyhow::{Context, Result};
use clap::Args;

use super::{args::ConfigArgs, block_on, logging, open};
use crate::base::id::WorkspaceId;

/// Whom the link is for.
#[derive(Debug, Args)]
pub(super) struct SignInLinkArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// The mail address of a workspace's Owner.
    #[arg(long)]
    email: String,
    /// Which workspace, when several have this Owner; `guestpass workspace list` names them.
    #[arg(long, value_name = "ID")]
    workspace: Option<WorkspaceId>,
}

/// Prints a link that signs an Owner in once, within 15 minutes, in whatever browser opens it.
pub(super) fn run(args: &SignInLinkArgs) -> Result<()> {
    let config = args.config.load()?;
    logging::start(&config.log);
    block_on(async {
        let (app, _) = open::app(&config).await?;
        let now = app.clock().now();
        let link = app
            .sign_ins()
            .print_link(&args.email, args.workspace, now)
            .await
            .context("no link can be made")?;
        app.db().close().await;
        println!("{}", link.expose());
        eprintln!(
            "It works once, within 15 minutes, in whatever browser opens it. The activity log says so."
        );
        Ok(())
    })
}
