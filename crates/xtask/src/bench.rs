//! `cargo xtask bench`: the release server, measured on this machine.

use std::path::PathBuf;

use anyhow::Result;

use crate::{
    machine::{self, Need, chromium},
    npm,
    paths::released,
    process::{cargo, command, run as run_shown},
};

/// Builds the release server and the bench, and hands all options to the bench.
pub fn run(options: &[String]) -> Result<()> {
    machine::provide(&[Need::Node, Need::Chromium, Need::Postgres])?;
    npm::build_web()?;
    npm::install("e2e")?;
    run_shown(&mut cargo(&[
        "build",
        "--release",
        "--package",
        "guestpass",
        "--package",
        "guestpass-bench",
    ]))?;
    let server: PathBuf = released("guestpass");
    // Ten thousand open streams take as many files, on both sides.
    let mut bench = command(
        "sh",
        &["-c", "ulimit -n \"$(ulimit -Hn)\"; exec \"$@\"", "sh"],
    );
    bench
        .arg(released("guestpass-bench"))
        .args(options)
        .env("GUESTPASS_BENCH_SERVER", server);
    if let Some(browser) = chromium() {
        bench.env("GUESTPASS_TEST_CHROMIUM", browser);
    }
    run_shown(&mut bench)
}
