//! Looking into the SQLite file from beside.

use std::{path::Path, process::Command};

use anyhow::{Result, ensure};

use crate::process::read;

const FILE: &str = "guestpass.db";

/// The address of the database on a disk.
pub fn url(root: &Path) -> String {
    format!("sqlite:{}", root.join(FILE).display())
}

/// Forgets who did what how often: limits are not what this drill is about.
pub fn forget_limits(root: &Path) -> Result<()> {
    run(root, "PRAGMA busy_timeout = 10000; DELETE FROM limits;").map(drop)
}

/// An error when the file is damaged.
pub fn check(root: &Path) -> Result<()> {
    let said = run(root, "PRAGMA integrity_check(3);")?;
    ensure!(said.trim() == "ok", "the database is damaged: {said}");
    Ok(())
}

fn run(root: &Path, statements: &str) -> Result<String> {
    read(Command::new("sqlite3").arg(root.join(FILE)).arg(statements))
}
