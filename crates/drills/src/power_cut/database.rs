//! Looking into the SQLite file from beside.

use std::{path::Path, time::Duration};

use anyhow::{Result, ensure};
use rusqlite::Connection;

const FILE: &str = "guestpass.db";

/// The address of the database on a disk.
pub fn url(root: &Path) -> String {
    format!("sqlite:{}", root.join(FILE).display())
}

/// Forgets who did what how often: limits are not what this drill is about.
///
/// This syncs whatever the server wrote before, so it must be done before the load begins.
pub fn forget_limits(root: &Path) -> Result<()> {
    open(root)?.execute("DELETE FROM limits", ())?;
    Ok(())
}

/// An error when the file is damaged.
pub fn check(root: &Path) -> Result<()> {
    let query = "PRAGMA integrity_check(3)";
    let said: String = open(root)?.query_row(query, (), |row| row.get(0))?;
    ensure!(said == "ok", "the database is damaged: {said}");
    Ok(())
}

fn open(root: &Path) -> Result<Connection> {
    let connection = Connection::open(root.join(FILE))?;
    connection.busy_timeout(Duration::from_secs(10))?;
    Ok(connection)
}
