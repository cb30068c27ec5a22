//! `guestpass audit`

use anyhow::{Result, bail};
use clap::Subcommand;

use super::{args::ConfigArgs, block_on, logging, open};
use crate::features::{
    audit::{self, ChainFault},
    members,
};

/// What can be done with the activity log.
#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// Recompute the hash chain of every workspace, and fail when an entry was changed, moved or
    /// removed.
    Verify(ConfigArgs),
}

pub(super) fn run(command: &AuditCommand) -> Result<()> {
    match command {
        AuditCommand::Verify(args) => verify(args),
    }
}

fn verify(args: &ConfigArgs) -> Result<()> {
    let config = args.load()?;
    logging::start(&config.log);
    block_on(async {
        let db = open::database(&config.database).await?;
        let mut faults = 0;
        for workspace in members::all_workspaces(&db).await? {
            let found = match audit::verify(&db, workspace.id).await {
                Ok(Ok(entries)) => format!("{entries} entries, unbroken"),
                Ok(Err(fault)) => {
                    faults += 1;
                    describe(fault)
                }
                // The others' are looked at all the same.
                Err(error) if error.is_about_data() => {
                    faults += 1;
                    format!("BROKEN: it can't be read: {error}")
                }
                Err(error) => return Err(error.into()),
            };
            println!("{} ({}): {found}", workspace.name, workspace.id);
        }
        db.close().await;
        if faults > 0 {
            bail!("the log of {faults} workspace(s) was tampered with, or restored in part");
        }
        Ok(())
    })
}

fn describe(fault: ChainFault) -> String {
    match fault {
        ChainFault::Missing(seq) => format!("BROKEN: entry {seq} is missing"),
        ChainFault::Changed(seq) => {
            format!("BROKEN: entry {seq} was changed, or stands at a wrong place")
        }
        ChainFault::End => "BROKEN: entries are missing at the end".to_owned(),
    }
}
