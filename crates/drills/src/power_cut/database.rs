//! Looking into the SQLite file from beside.

use std::{fs::File, io::Read, path::Path, thread, time::Duration};

use anyhow::{Result, bail, ensure};
use rusqlite::Connection;

const FILE: &str = "guestpass.db";
/// The write-ahead log of a file (<https://www.sqlite.org/fileformat2.html#the_write_ahead_log>).
const LOG: &str = "guestpass.db-wal";

/// From this length on, in pages (128 MiB), the server syncs the file beside its writes and has the writer fold
/// in the rest, so that the log begins anew.
const LONG: u32 = 32 * 1024;
/// The log is made so long, in pages: 144 MiB.
const LONGER: u32 = 36 * 1024;
/// The same in bytes.
pub const LONG_LOG: u64 = LONGER as u64 * 4096;
/// A pause after each part of it, so that the server gets its turn.
const PAUSE: Duration = Duration::from_millis(10);
/// What is written over and over to get there, in rows of 64 KiB.
const PADDING_ROWS: u32 = 64;
const PADDING_ROW: u32 = 64 << 10;
/// As many parts at most: a log that begins anew while it is short has to be made long from its beginning.
const PARTS_AT_MOST: usize = 200;

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

/// Makes room for padding. Only before the server starts.
pub fn make_padding(root: &Path) -> Result<()> {
    open(root)?
        .execute_batch("CREATE TABLE drill_padding (n INTEGER PRIMARY KEY, bytes BLOB NOT NULL)")?;
    Ok(())
}

/// Makes the log as long as [`LONG_LOG`], while the server writes into it, too, and gives the salt that it had when
/// it was long. It may have begun anew since.
///
/// No commit is synced and nothing folded in by this: what is on the disk, and when, is the server's doing.
pub fn lengthen_log(root: &Path) -> Result<u32> {
    let connection = open(root)?;
    connection.execute_batch("PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0")?;
    let mut write =
        connection.prepare("INSERT OR REPLACE INTO drill_padding VALUES (?1, zeroblob(?2))")?;
    // It does nothing but tell the log's length (<https://www.sqlite.org/pragma.html#pragma_wal_checkpoint>).
    let mut look = connection.prepare("PRAGMA wal_checkpoint(NOOP)")?;
    let (mut salt, mut length) = (salt_of_log(root)?, 0);
    for _ in 0..PARTS_AT_MOST {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        for n in 0..PADDING_ROWS {
            write.execute((n, PADDING_ROW))?;
        }
        connection.execute_batch("COMMIT")?;
        let salt_now = salt_of_log(root)?;
        if length > LONG && salt_now != salt {
            return Ok(salt);
        }
        salt = salt_now;
        length = look.query_row((), |row| row.get(1))?;
        if length > LONGER {
            return Ok(salt);
        }
        thread::sleep(PAUSE);
    }
    bail!("the log never became long");
}

/// The first salt in the log's header, one more each time the log begins anew.
pub fn salt_of_log(root: &Path) -> Result<u32> {
    let mut header = [0; 20];
    File::open(root.join(LOG))?.read_exact(&mut header)?;
    let [.., a, b, c, d] = header;
    Ok(u32::from_be_bytes([a, b, c, d]))
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
