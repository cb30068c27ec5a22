//! `guestpass-bench`: measures the release server on this machine, against bare references in the
//! same runs. Called by `cargo xtask bench`, which builds what it needs.

#![forbid(unsafe_code)]

mod bare;
mod bench;
mod chart;
mod child;
mod cluster;
mod figures;
mod growing;
mod growth;
mod hello;
mod load;
mod machine;
mod opening;
mod overload;
mod pgbench;
mod requests;
mod rows;
mod seed;
mod server;
mod sweeping;
mod table;
mod unknown;

use std::{future::Future, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result, bail, ensure};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use tokio::runtime;

use bench::{Bench, Options};
use figures::Line;
use machine::Machine;
use rows::Row;

/// Measures Guestpass on this machine: without a command, the table of targets.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask bench", version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    /// Only these rows of the table, by name.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Writes every sample into this file, too.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    #[command(flatten)]
    options: Options,
    /// The server's release binary.
    #[arg(long, env = "GUESTPASS_BENCH_SERVER", global = true, hide = true)]
    server: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Ten times what can be sustained, for a minute.
    Overload(overload::OverloadArgs),
    /// A million unknown identifiers: does memory grow?
    Unknown(unknown::UnknownArgs),
    /// Curves over the number of stored links, as a table and a chart.
    Growth(growing::GrowthArgs),
    #[command(hide = true)]
    Hello(hello::HelloArgs),
    #[command(hide = true)]
    Bare(bare::BareArgs),
}

fn main() -> ExitCode {
    let names: Vec<String> = rows::ALL
        .iter()
        .map(|row| format!("  {:16} {}", row.name, row.about))
        .collect();
    let matches = Cli::command()
        .after_help(format!("Rows of the table:\n{}", names.join("\n")))
        .get_matches();
    let done = Cli::from_arg_matches(&matches)
        .map_err(anyhow::Error::from)
        .and_then(run);
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<()> {
    match &cli.command {
        Some(Command::Bare(args)) => return bare::run(args),
        Some(Command::Hello(args)) => {
            let all_cores = runtime::Builder::new_multi_thread().enable_all().build()?;
            return all_cores.block_on(hello::serve(args));
        }
        _ => {}
    }
    let server = cli
        .server
        .context("no server: run `cargo xtask bench`, or name one in GUESTPASS_BENCH_SERVER")?;
    ensure!(
        server.is_file(),
        "there is no server at {}",
        server.display()
    );
    let machine = Machine::look(&std::env::temp_dir())?;
    println!("Machine: {machine}");
    let bench = Bench::new(cli.options, server);
    let runs = bench.options.runs;
    ensure!(runs > 0, "no runs");
    if bench.options.quick {
        println!("A smoke: these figures mean nothing.");
    }
    // The client has one thread, so that most of the machine is the server's.
    let one_thread = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    one_thread.block_on(async {
        let lines = match &cli.command {
            Some(Command::Growth(args)) => return stoppable(growing::run(&bench, args, &machine)).await,
            Some(Command::Overload(args)) => stoppable(overload::run(&bench, args)).await?,
            Some(Command::Unknown(args)) => stoppable(unknown::run(&bench, args)).await?,
            _ => stoppable(all_rows(&bench, &chosen(&cli.only)?)).await?,
        };
        println!(
            "\nMedians of {runs} runs (min..max); a ratio compares what was measured in the same run.\n\
             Peers can't be run here; figures of theirs are as recorded, and nothing is judged by them.\n"
        );
        print!("{}", table::render(&lines));
        println!("\n{}", table::verdict(&lines));
        match &cli.json {
            Some(path) => table::write_json(path, &machine, runs, &lines),
            None => Ok(()),
        }
    })
}

/// Runs until it is done or somebody interrupts; then everything that was started ends and is
/// removed.
async fn stoppable<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::select! {
        done = work => done,
        _ = tokio::signal::ctrl_c() => bail!("interrupted"),
    }
}

fn chosen(only: &[String]) -> Result<Vec<&'static Row>> {
    let known = |name: &String| rows::ALL.iter().find(|row| row.name == *name);
    if only.is_empty() {
        return Ok(rows::ALL.iter().collect());
    }
    only.iter()
        .map(|name| known(name).with_context(|| format!("no row is called {name}; see --help")))
        .collect()
}

/// Every row; one that fails doesn't keep the others from being measured, but is told at the end.
async fn all_rows(bench: &Bench, rows: &[&Row]) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    let mut failed = Vec::new();
    for row in rows {
        eprintln!("{}: {}", row.name, row.about);
        match (row.run)(bench).await {
            Ok(measured) => {
                for line in &measured {
                    eprintln!("  {line}");
                }
                lines.extend(measured);
            }
            Err(error) => {
                eprintln!("  failed: {error:#}");
                failed.push(row.name);
            }
        }
    }
    if !failed.is_empty() {
        print!("{}", table::render(&lines));
        bail!("could not be measured: {}", failed.join(", "));
    }
    Ok(lines)
}
