//! The database: one SQL text for SQLite and PostgreSQL, grouped writes, reads that never wait.
//!
//! A service calls [`Db::write`] once; that closure is the transaction. It holds database work
//! only: sealing, hashing and the network come before or after it. On SQLite concurrent writes
//! share one commit (see `writer`); on PostgreSQL each is a transaction of its own and the
//! server groups the commits.

mod connect;
mod error;
mod query;
mod value;
mod writer;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use sqlx::{PgPool, SqlitePool};

pub use connect::{DatabaseUrl, InvalidDatabaseUrl};
pub use error::DbError;
pub use query::{Query, Row, Target, sql};
pub use value::{FromColumn, Value};
use writer::Writer;

use crate::base::clock::Timestamp;

/// A handle on the database; cheap to clone.
#[derive(Clone, Debug)]
pub struct Db(Arc<Engine>);

#[derive(Debug)]
enum Engine {
    Sqlite { readers: SqlitePool, writer: Writer },
    Postgres { pool: PgPool },
}

/// A write transaction, lent to the closure of [`Db::write`].
#[derive(Debug)]
pub enum Tx {
    /// The one write connection, inside a transaction or savepoint.
    Sqlite(Box<sqlx::SqliteConnection>),
    /// A transaction on a pooled connection.
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
}

impl Db {
    /// Runs `work` as one transaction, committed durably before this returns `Ok`.
    ///
    /// `input` is what the work needs; it is lent to the closure, so that a transaction can be run
    /// again where that is safe. An `Err` of the closure rolls everything back and is returned.
    ///
    /// # Errors
    /// Whatever `work` returns; and, as `E::from(DbError)`: busy (too many writes wait), disk full,
    /// or the commit's own failure.
    pub async fn write<I, T, E, F>(&self, input: I, work: F) -> Result<T, E>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t I) -> BoxFuture<'t, Result<T, E>> + Send + Sync + 'static,
    {
        match &*self.0 {
            Engine::Sqlite { writer, .. } => writer.run(input, work).await,
            Engine::Postgres { pool } => {
                let mut tx = Tx::Postgres(pool.begin().await.map_err(DbError::from)?);
                let outcome = work(&mut tx, &input).await;
                let Tx::Postgres(inner) = tx else {
                    return Err(DbError::Wrong("a PostgreSQL transaction changed its kind").into());
                };
                match outcome {
                    Ok(value) => {
                        inner.commit().await.map_err(DbError::from)?;
                        Ok(value)
                    }
                    Err(error) => {
                        // The rollback's own failure changes nothing: the server rolls back by itself.
                        let _ = inner.rollback().await;
                        Err(error)
                    }
                }
            }
        }
    }

    /// The database server's clock; `None` for SQLite, which lives on this machine's.
    ///
    /// # Errors
    /// When the server can't be asked.
    pub async fn server_time(&self) -> Result<Option<Timestamp>, DbError> {
        match &*self.0 {
            Engine::Sqlite { .. } => Ok(None),
            Engine::Postgres { .. } => {
                sql("SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT AS now")
                    .one(self)
                    .await?
                    .get("now")
                    .map(Some)
            }
        }
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it doesn't.
    pub async fn ping(&self) -> Result<(), DbError> {
        sql("SELECT 1").one(self).await.map(drop)
    }

    /// Whether several server processes may share this database.
    pub fn is_shared(&self) -> bool {
        matches!(&*self.0, Engine::Postgres { .. })
    }

    /// Finishes waiting writes and closes all connections.
    pub async fn close(&self) {
        match &*self.0 {
            Engine::Sqlite { readers, writer } => {
                // The last connection folds the write-ahead log into the file; it must be able to write.
                readers.close().await;
                writer.close().await;
            }
            Engine::Postgres { pool } => pool.close().await,
        }
    }
}

#[cfg(test)]
mod tests;
