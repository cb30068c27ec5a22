//! What can go wrong with the database, sorted by what a caller can do about it.

/// A failure of the database.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// Too many writes wait, or no connection was free in time. Trying again helps.
    #[error("the database is busy")]
    Busy,
    /// No space left. The operator must act; nothing was changed.
    #[error("the disk of the database is full")]
    DiskFull(#[source] sqlx::Error),
    /// A unique or foreign key or check constraint refused the change.
    #[error("a constraint refused the change")]
    Constraint(#[source] sqlx::Error),
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
    Other(sqlx::Error),
}

/// SQLite's extended result codes are multiples of 256 above the primary one.
const SQLITE_FULL: i32 = 13;

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::PoolTimedOut => Self::Busy,
            sqlx::Error::RowNotFound => Self::NotFound,
            sqlx::Error::Database(db) => {
                let code = db.code().unwrap_or_default();
                let sqlite_full = code.parse().is_ok_and(|code: i32| code == SQLITE_FULL);
                // PostgreSQL's class 53: insufficient resources, 53100: disk full.
                if sqlite_full || code == "53100" {
                    Self::DiskFull(error)
                } else if db.is_unique_violation()
                    || db.is_foreign_key_violation()
                    || db.is_check_violation()
                {
                    Self::Constraint(error)
                } else {
                    Self::Other(error)
                }
            }
            _ => Self::Other(error),
        }
    }
}
