//! `cargo xtask demo`: from a fresh checkout to a workspace one can click through.

use std::os::unix::process::CommandExt;

use anyhow::{Context, Result};

use crate::{
    machine::{self, Need},
    npm,
    paths::built,
    process::command,
    rust,
};

/// Builds both halves and becomes `guestpass demo`.
///
/// The development build serves the demo: it is there minutes sooner than an
/// optimised one, and cryptography and SQLite are optimised in both.
pub fn run(args: &[String]) -> Result<()> {
    machine::provide(&[Need::Node])?;
    npm::build_web()?;
    rust::build_server()?;
    // Taking its place, rather than waiting for it, lets Ctrl-C and signals reach the server.
    let failed = command(built("guestpass"), &["demo"]).args(args).exec();
    Err(failed).context("cannot start the server")
}
