//! Building and testing the Rust side.

use std::process::Command;

use anyhow::Result;

use crate::{
    postgres::Cluster,
    process::{Watched, answers, cargo, run, watch},
    summary::is_closing_line,
};

/// Builds the server as tests and the demo use it.
pub fn build_server() -> Result<()> {
    run(&mut cargo(&["build", "--bin", "guestpass"]))
}

/// Every Rust test, with SQLite where a test needs a database.
pub fn test_with_sqlite() -> Result<Watched> {
    let mut tests = runner(&["--workspace"], &[]);
    watch(tests.env("GUESTPASS_TEST_DB", "sqlite"), is_closing_line)
}

/// The integration tests once more, with PostgreSQL.
pub fn test_with_postgres() -> Result<Watched> {
    let cluster = Cluster::start()?;
    let mut tests = runner(&["--package", "guestpass", "--test", "it"], &[]);
    tests
        .env("GUESTPASS_TEST_DB", "postgres")
        .env(crate::postgres::GIVEN, cluster.url());
    watch(&mut tests, is_closing_line)
}

/// nextest where it is installed, else cargo's own runner: the tests are the same.
fn runner(selection: &[&str], options: &[&str]) -> Command {
    let has_nextest = answers("cargo-nextest", &["nextest", "--version"]);
    let mut tests = if has_nextest {
        cargo(&["nextest", "run"])
    } else {
        println!("(cargo-nextest is not installed: using cargo test)");
        cargo(&["test", "--no-fail-fast", "--all-targets"])
    };
    tests.args(selection).args(options);
    tests
}
