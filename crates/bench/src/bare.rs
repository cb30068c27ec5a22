//! The reference for writes on SQLite: one thread, one table, one index, 64 writes a commit, and
//! nothing else. It runs as a process of its own.

use std::{
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use clap::Args;
use rusqlite::{Connection, params};

use crate::{child, seed::Chance};

/// How many writes share a commit, as in the server at most.
const GROUP: usize = 64;
const PAYLOAD: usize = 1024 + 16 + 28;

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Write {
    /// The conditional update that decides a claim, giving out the payload.
    Claims,
    /// The insert of a payload of 1 KiB.
    Inserts,
}

/// Bare grouped writes on SQLite.
#[derive(Debug, Args)]
pub struct BareArgs {
    #[arg(value_enum)]
    write: Write,
    /// How many rows the table holds at the beginning.
    #[arg(long)]
    rows: usize,
    /// How long it writes, in seconds.
    #[arg(long)]
    seconds: f64,
}

/// Measures and prints writes per second.
pub fn run(args: &BareArgs) -> Result<()> {
    let folder = tempfile::Builder::new()
        .prefix("guestpass-bench-")
        .tempdir()?;
    let file = folder.path().join("bare.db");
    fill(&file, args.rows)?;
    let connection = Connection::open(&file)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;",
    )?;
    let time = Duration::from_secs_f64(args.seconds);
    let rate = match args.write {
        Write::Claims => claims(&connection, args.rows, time)?,
        Write::Inserts => inserts(&connection, args.rows, time)?,
    };
    println!("{rate}");
    Ok(())
}

/// Runs it as a process of its own; writes per second.
pub fn measure(write: Write, rows: usize, time: Duration) -> Result<f64> {
    let name = match write {
        Write::Claims => "claims",
        Write::Inserts => "inserts",
    };
    let mut command = child::own_part("bare")?;
    command
        .arg(name)
        .args(["--rows", &rows.to_string()])
        .args(["--seconds", &time.as_secs_f64().to_string()])
        .stderr(Stdio::inherit());
    let printed = child::read(&mut command)?;
    printed.trim().parse().context("no figure")
}

fn lid(n: usize) -> [u8; 16] {
    Chance::new(1, n as u64).bytes()
}

fn fill(file: &Path, rows: usize) -> Result<()> {
    let connection = Connection::open(file)?;
    connection.execute_batch(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -524288; \
         CREATE TABLE notes (lid BLOB PRIMARY KEY, v0 BLOB NOT NULL, state TEXT NOT NULL, \
         expires_at INTEGER NOT NULL, revoked_at INTEGER, binder BLOB, redeliver_until INTEGER, \
         redelivered INTEGER NOT NULL, ct BLOB); BEGIN",
    )?;
    let mut insert = connection.prepare(INSERT)?;
    for n in 0..rows {
        insert.execute(params![lid(n), [7_u8; 32], [9_u8; PAYLOAD]])?;
    }
    drop(insert);
    connection.execute_batch("COMMIT; PRAGMA journal_mode = WAL")?;
    Ok(())
}

const INSERT: &str = "INSERT INTO notes (lid, v0, state, expires_at, redelivered, ct) \
    VALUES (?1, ?2, 'live', 9000000000000, 0, ?3)";

/// The statement of the protocol's description.
const CLAIM: &str = "UPDATE notes SET \
      binder          = CASE state WHEN 'live' THEN ?3 ELSE binder END, \
      redeliver_until = CASE state WHEN 'live' THEN ?4 + 600000 ELSE redeliver_until END, \
      redelivered     = CASE state WHEN 'live' THEN 0 ELSE redelivered + 1 END, \
      state = 'claimed' \
    WHERE lid = ?1 AND v0 = ?2 AND ct IS NOT NULL AND revoked_at IS NULL \
      AND ((state = 'live' AND expires_at > ?4) \
        OR (state = 'claimed' AND binder = ?3 AND redeliver_until > ?4 AND redelivered < 5)) \
    RETURNING ct";

fn claims(connection: &Connection, rows: usize, time: Duration) -> Result<f64> {
    let mut claim = connection.prepare(CLAIM)?;
    let mut order: Vec<usize> = (0..rows).collect();
    Chance::new(2, 0).shuffle(&mut order);
    let mut order = order.into_iter();
    grouped(connection, time, |n| {
        let Some(row) = order.next() else {
            return Ok(false);
        };
        let binder = [u8::try_from(n % 251)?; 32];
        let ct: Vec<u8> = claim.query_row(
            params![lid(row), [7_u8; 32], binder, 1_795_000_000_000_i64],
            |row| row.get(0),
        )?;
        ensure!(ct.len() == PAYLOAD, "another payload");
        Ok(true)
    })
}

fn inserts(connection: &Connection, rows: usize, time: Duration) -> Result<f64> {
    let mut insert = connection.prepare(INSERT)?;
    grouped(connection, time, |n| {
        insert.execute(params![lid(rows + n), [7_u8; 32], [9_u8; PAYLOAD]])?;
        Ok(true)
    })
}

/// Writes in groups until the time is over or nothing is left; writes per second.
fn grouped(
    connection: &Connection,
    time: Duration,
    mut write: impl FnMut(usize) -> Result<bool>,
) -> Result<f64> {
    let start = Instant::now();
    let mut written = 0;
    let mut more = true;
    while more && start.elapsed() < time {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        for _ in 0..GROUP {
            more = write(written)?;
            if !more {
                break;
            }
            written += 1;
        }
        connection.execute_batch("COMMIT")?;
    }
    let written = crate::load::as_f64(written as u64);
    Ok(written / start.elapsed().as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_writes_are_measured() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("bare.db");
        fill(&file, 500).unwrap();
        let connection = Connection::open(&file).unwrap();
        assert!(claims(&connection, 500, Duration::from_secs(60)).unwrap() > 1.0);
        let claimed: i64 = connection
            .query_row(
                "SELECT COUNT(*) FROM notes WHERE state = 'claimed'",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(claimed, 500);
        assert!(inserts(&connection, 500, Duration::from_millis(20)).unwrap() > 1.0);
    }
}
