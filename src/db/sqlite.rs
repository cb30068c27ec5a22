//! The SQLite file: one connection that writes, a few that read, one that checkpoints.

mod checkpoint;
mod connection;
mod fault;
mod readers;
mod syncer;
mod writer;

use std::{
    fs::OpenOptions,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use super::{DbError, migrate};
use checkpoint::Checkpointer;
pub use connection::Connection;
use fault::DiskFault;
use readers::Readers;
use syncer::Syncer;
use writer::Writer;

#[derive(Debug)]
pub(super) struct Sqlite {
    pub(super) readers: Readers,
    pub(super) writer: Writer,
    checkpointer: Checkpointer,
    fault: DiskFault,
}

impl Sqlite {
    /// Opens the file and migrates it. Blocks.
    pub(super) fn open(path: PathBuf) -> Result<Self, DbError> {
        create_private(&path)?;
        let mut connection = Connection::to_write(&path)?;
        refuse_early_builds(&connection)?;
        migrate::runner(migrate::SQLITE)?
            .run(connection.raw_mut())
            .map_err(migrate::failed)?;
        let fault = DiskFault::default();
        let checkpointer = Checkpointer::start(&path, fault.clone())?;
        connection.sync_no_commits()?;
        let log = OpenOptions::new()
            .read(true)
            .write(true)
            .open(log_of(&path))?;
        let syncer = Syncer::start(log, fault.clone())?;
        let writer = Writer::start(connection, syncer, checkpointer.progress(), fault.clone())?;
        Ok(Self {
            readers: Readers::new(path),
            writer,
            checkpointer,
            fault,
        })
    }

    /// As if a sync had failed.
    #[cfg(test)]
    pub(super) fn fail(&self) {
        self.fault.raise(&"a test");
    }

    /// Whether nothing is written any more, since the disk refused to keep something.
    pub(super) fn is_at_fault(&self) -> bool {
        self.fault.is_raised()
    }

    /// Finishes waiting writes and closes all connections.
    pub(super) async fn close(&self) {
        self.readers.close();
        self.checkpointer.stop();
        // The last connection folds the write-ahead log into the file; it must be able to write.
        self.writer.close().await;
    }
}

/// The write-ahead log, which is there as long as the file is open.
fn log_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

/// Makes the file for its owner alone; SQLite's companion files take its permissions over.
fn create_private(path: &Path) -> std::io::Result<()> {
    match OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
    {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other.map(drop),
    }
}

/// Builds before the first release kept other tables, which nothing reads any more.
fn refuse_early_builds(connection: &Connection) -> Result<(), DbError> {
    if connection.has_table("_sqlx_migrations")? {
        return Err(DbError::Wrong(
            "it was made by a build before the first release; start with a new database",
        ));
    }
    Ok(())
}
