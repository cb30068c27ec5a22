//! What can go wrong with the database, sorted by what a caller can do about it.

use std::error::Error;

use rusqlite::ErrorCode;
use tokio_postgres::error::SqlState;

/// The failure behind a [`DbError`], for the log.
pub type Source = Box<dyn Error + Send + Sync>;

/// A failure of the database.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// Too many writes wait, no connection was free in time, or no server that takes writes can be
    /// reached. Nothing was changed; trying again helps.
    #[error("the database is busy")]
    Busy,
    /// It may have been kept or not: the connection was lost while the commit was under way, or the
    /// disk refused to sync it.
    #[error("the fate of a commit is unknown")]
    Unknown(#[source] Source),
    /// No space left. The operator must act; nothing was changed.
    #[error("the disk of the database is full")]
    DiskFull(#[source] Source),
    /// A unique or foreign key or check constraint refused the change.
    #[error("a constraint refused the change")]
    Constraint(#[source] Source),
    /// A row that was expected isn't there.
    #[error("no such row")]
    NotFound,
    /// Stored data isn't what the code expects.
    #[error("unexpected data in the database: {0}")]
    Wrong(&'static str),
    /// The work inside a transaction panicked; it was rolled back.
    #[error("the work inside a transaction panicked")]
    Panicked,
    /// Anything else.
    #[error(transparent)]
    Other(Source),
}

impl DbError {
    /// Whether it is about certain rows, rather than the database as a whole: trying again won't help, but other
    /// rows may be well.
    pub fn is_about_data(&self) -> bool {
        matches!(self, Self::Constraint(_) | Self::NotFound | Self::Wrong(_))
    }

    /// Whether SQLite couldn't sync a file.
    pub(super) fn is_failed_sync(&self) -> bool {
        let Self::Other(source) = self else {
            return false;
        };
        let code = source
            .downcast_ref::<rusqlite::Error>()
            .and_then(rusqlite::Error::sqlite_error)
            .map(|error| error.extended_code);
        code == Some(rusqlite::ffi::SQLITE_IOERR_FSYNC)
    }
}

impl From<rusqlite::Error> for DbError {
    fn from(error: rusqlite::Error) -> Self {
        if matches!(error, rusqlite::Error::Utf8Error(..)) {
            return Self::Wrong("a text that isn't UTF-8");
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull(error.into()),
            Some(ErrorCode::ConstraintViolation) => Self::Constraint(error.into()),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            _ => Self::Other(error.into()),
        }
    }
}

impl From<tokio_postgres::Error> for DbError {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.code() {
            Some(code) if *code == SqlState::DISK_FULL => Self::DiskFull(error.into()),
            // It took too long, waited too long for a lock, or stood still: nothing was kept.
            Some(code)
                if *code == SqlState::QUERY_CANCELED
                    || *code == SqlState::LOCK_NOT_AVAILABLE
                    || *code == SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT =>
            {
                Self::Busy
            }
            // Class 23: integrity constraint violation.
            Some(code) if code.code().starts_with("23") => Self::Constraint(error.into()),
            _ => Self::Other(error.into()),
        }
    }
}

impl From<std::io::Error> for DbError {
    fn from(error: std::io::Error) -> Self {
        Self::Other(error.into())
    }
}
