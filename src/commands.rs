//! What the binary can be told to do.

mod args;
mod audit;
mod check_config;
mod demo;
mod init;
mod logging;
mod open;
mod serve;
mod sign_in_link;
mod workspace;

use std::{future::Future, process::ExitCode};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

use crate::{config, web};
use args::ConfigArgs;

/// A self-hosted team vault that hands credentials to people outside the company.
#[derive(Debug, Parser)]
#[command(name = "guestpass", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the pages and the API.
    Serve(ConfigArgs),
    /// Prepare a new installation: root key, database, workspace and its Owner.
    Init(init::InitArgs),
    /// Bring the database's schema up to date.
    Migrate(ConfigArgs),
    /// Say what is wrong with the configuration, or what counts of it.
    CheckConfig(ConfigArgs),
    /// Print the reference of all configuration keys, as Markdown.
    ConfigReference,
    /// Print the description of the API (OpenAPI 3.1).
    Openapi,
    /// Look after the workspaces of the installation.
    #[command(subcommand)]
    Workspace(workspace::WorkspaceCommand),
    /// Look after the activity log.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Print a one-time link that signs a workspace's Owner in, for when mail or provider is down.
    SignInLink(sign_in_link::SignInLinkArgs),
    /// Serve a sample workspace on this machine, with a mailbox of its own.
    Demo(demo::DemoArgs),
}

/// Does what was asked for.
pub fn run(cli: Cli) -> ExitCode {
    let done = match cli.command {
        Command::Serve(args) => serve::run(&args),
        Command::Init(args) => init::run(&args),
        Command::Migrate(args) => open::migrate(&args),
        Command::CheckConfig(args) => check_config::run(&args),
        Command::ConfigReference => {
            print!("{}", config::reference());
            Ok(())
        }
        Command::Openapi => print_openapi(),
        Command::Workspace(command) => workspace::run(&command),
        Command::Audit(command) => audit::run(&command),
        Command::SignInLink(args) => sign_in_link::run(&args),
        Command::Demo(args) => demo::run(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("guestpass: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn print_openapi() -> Result<()> {
    println!(
        "{}",
        web::document()
            .to_pretty_json()
            .context("the description can't be written")?
    );
    Ok(())
}

/// Runs `work` to its end on all cores.
fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the runtime can't be started")?
        .block_on(work)
}
