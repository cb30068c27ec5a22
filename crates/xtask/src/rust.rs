//! Building and testing the Rust side.

use anyhow::Result;

use crate::{
    postgres::{self, Cluster},
    process::{Watched, answers, cargo, run, watch},
    summary,
};

/// Builds the server as tests and the demo use it.
pub fn build_server() -> Result<()> {
    run(&mut cargo(&["build", "--bin", "guestpass"]))
}

/// Every Rust test, with SQLite where a test needs a database.
pub fn test_with_sqlite() -> Result<Watched> {
    test(&["--workspace"], &[("GUESTPASS_TEST_DB", "sqlite")])
}

/// The integration tests once more, with PostgreSQL.
pub fn test_with_postgres() -> Result<Watched> {
    let cluster = Cluster::start()?;
    test(
        &["--package", "guestpass", "--test", "it"],
        &[
            ("GUESTPASS_TEST_DB", "postgres"),
            (postgres::GIVEN, cluster.url()),
        ],
    )
}

/// nextest where it is installed, else cargo's own runner: the tests are the same.
fn test(selection: &[&str], variables: &[(&str, &str)]) -> Result<Watched> {
    let has_nextest = answers("cargo-nextest", &["nextest", "--version"]);
    let (mut tests, closing): (_, fn(&str) -> bool) = if has_nextest {
        (cargo(&["nextest", "run"]), summary::is_nextest_line)
    } else {
        println!("(cargo-nextest is not installed: using cargo test)");
        (
            cargo(&["test", "--no-fail-fast", "--all-targets"]),
            summary::is_cargo_test_line,
        )
    };
    tests.args(selection).envs(variables.iter().copied());
    watch(&mut tests, closing)
}
