//! Files that are made from the code and kept in the repository, so that a change
//! of the API or of the configuration shows in review.

use std::fs;

use anyhow::{Context, Result};

use crate::{
    npm,
    paths::{built, root},
    process::{command, read, run as run_shown},
    rust,
};

/// What is generated, below the repository's root.
pub const FILES: [&str; 3] = [
    "web/openapi.json",
    "web/src/shared/api.gen.ts",
    "docs/guide/configuration.md",
];

/// Writes them all.
pub fn run() -> Result<()> {
    npm::build_web()?;
    rust::build_server()?;
    print_into("web/openapi.json", "openapi")?;
    print_into("docs/guide/configuration.md", "config-reference")?;
    run_shown(&mut npm::script("web", "generate"))
}

fn print_into(file: &str, subcommand: &str) -> Result<()> {
    let printed = read(&mut command(built("guestpass"), &[subcommand]))?;
    let path = root().join(file);
    // Written only when it differs: a new date would make the front end build again.
    if fs::read(&path).is_ok_and(|old| old == printed) {
        return Ok(());
    }
    println!("{file} is new");
    fs::write(&path, printed).with_context(|| format!("cannot write {file}"))
}
