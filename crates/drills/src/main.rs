//! Drills on real processes, run by `cargo xtask failover` and `cargo xtask power-cut`.
//!
//! Both do the same to a server under load: they take something away that it was told would stay,
//! and then ask for everything that it acknowledged before.

mod failover;
mod ledger;
mod load;
mod people;
mod power_cut;
mod process;
mod random;
mod seen;
mod server;
mod site;
mod table;
mod verdict;

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

/// What automake's test drivers take for "skipped": nothing was shown, in either direction.
const NOT_POSSIBLE_HERE: u8 = 77;

/// Drills on real processes.
#[derive(Debug, Parser)]
enum Drill {
    /// Kills the primary of a replicated PostgreSQL under load, again and again.
    Failover(failover::Options),
    /// Cuts the power of a server on SQLite under load, again and again.
    PowerCut(power_cut::Options),
}

impl Drill {
    fn name(&self) -> &'static str {
        match self {
            Self::Failover(_) => "failover",
            Self::PowerCut(_) => "power-cut",
        }
    }
}

/// This machine doesn't allow what the drill needs.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct NotPossible(String);

fn main() -> ExitCode {
    let drill = Drill::parse();
    match run(&drill) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => match error.downcast_ref::<NotPossible>() {
            Some(why) => {
                println!("\nNOT DONE: {why}");
                println!("{}: 0 passed, 0 failed, 1 skipped", drill.name());
                ExitCode::from(NOT_POSSIBLE_HERE)
            }
            None => {
                eprintln!("\ndrill: {error:#}");
                ExitCode::FAILURE
            }
        },
    }
}

#[tokio::main]
async fn run(drill: &Drill) -> Result<()> {
    let (mut interrupt, mut terminate) = (
        signal(SignalKind::interrupt())?,
        signal(SignalKind::terminate())?,
    );
    // A drill that is dropped on the way ends its processes and takes its mounts away.
    tokio::select! {
        done = perform(drill) => done,
        signal = async { tokio::select! { it = interrupt.recv() => it, it = terminate.recv() => it } } => {
            signal.context("no signals any more")?;
            bail!("stopped by a signal");
        }
    }
}

async fn perform(drill: &Drill) -> Result<()> {
    match drill {
        Drill::Failover(options) => failover::run(options).await,
        Drill::PowerCut(options) => power_cut::run(options).await,
    }
}
