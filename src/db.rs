//! The database: one SQL text for SQLite and PostgreSQL, grouped writes, reads that never wait.
//!
//! A service calls [`Db::write`] once; that closure is the transaction. It holds database work
//! only: sealing, hashing and the network come before or after it. On SQLite concurrent writes
//! share one commit (see `sqlite::writer`); on PostgreSQL each is a transaction of its own and the
//! server groups the commits.

mod error;
mod migrate;
pub mod partitions;
mod postgres;
mod query;
mod row;
#[cfg(debug_assertions)]
pub mod seen;
mod sqlite;
mod url;
mod value;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::future::BoxFuture;

pub use error::DbError;
use postgres::{PgTx, Postgres};
pub(crate) use query::delete_few;
pub use query::{Query, Target, sql, sql_for};
pub use row::Row;
use sqlite::{Connection, Sqlite};
pub use url::{DatabaseUrl, InvalidDatabaseUrl, PostgresUrl};
pub use value::{FromColumn, Value};

use crate::base::clock::Timestamp;

/// How many PostgreSQL connections a node holds unless the operator says otherwise: enough to keep
/// the server's cores and its disk busy, few enough for many nodes on one server.
pub const CONNECTIONS: usize = 16;

/// How long [`Db::gently`] rests, as a multiple of what its step took, and at most.
const REST: u32 = 3;
const LONGEST_REST: Duration = Duration::from_secs(1);

/// Who a write is for. What is urgent isn't held up by what isn't: a flood of guests leaves room for
/// members, and work in the background waits for both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lane {
    /// Members, their sign-ins and confirmations.
    #[default]
    Members,
    /// People who open links.
    Guests,
    /// Sweeping, chaining, retention.
    Background,
}

/// A handle on the database; cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    engine: Arc<Engine>,
    lane: Lane,
}

#[derive(Debug)]
enum Engine {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

/// A write transaction, lent to the closure of [`Db::write`].
#[derive(Debug)]
pub enum Tx {
    /// The one write connection, inside a transaction or savepoint.
    Sqlite(Box<Connection>),
    /// A transaction on a pooled connection.
    Postgres(Box<PgTx>),
}

impl Tx {
    /// Whether other nodes may work on the same database.
    pub fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }
}

impl Db {
    /// Opens the database, creating a SQLite file that doesn't exist, and migrates its schema.
    ///
    /// # Errors
    /// When it can't be opened or reached, or a migration fails.
    pub async fn open(url: &DatabaseUrl) -> Result<Self, DbError> {
        Self::open_with(url, CONNECTIONS).await
    }

    /// [`Db::open`] with as many connections to a PostgreSQL server at most.
    ///
    /// # Errors
    /// When it can't be opened or reached, or a migration fails.
    pub async fn open_with(url: &DatabaseUrl, connections: usize) -> Result<Self, DbError> {
        let engine = match url {
            DatabaseUrl::Sqlite(path) => {
                let path = path.clone();
                let opened = tokio::task::spawn_blocking(move || Sqlite::open(path)).await;
                Engine::Sqlite(opened.map_err(|_| DbError::Panicked)??)
            }
            DatabaseUrl::Postgres(url) => {
                Engine::Postgres(Postgres::open(url.clone(), connections).await?)
            }
        };
        Ok(Self {
            engine: Arc::new(engine),
            lane: Lane::default(),
        })
    }

    /// The same database, for writes of another urgency.
    #[must_use]
    pub fn on(&self, lane: Lane) -> Self {
        Self {
            engine: Arc::clone(&self.engine),
            lane,
        }
    }

    /// Runs `work` as one transaction, committed durably before this returns `Ok`.
    ///
    /// `input` is what the work needs; it is lent to the closure, so that a transaction can be run
    /// again where that is safe. An `Err` of the closure rolls everything back and is returned.
    ///
    /// # Errors
    /// Whatever `work` returns; and, as `E::from(DbError)`: busy (too many writes wait), disk full,
    /// the commit's own failure, or that its fate isn't known.
    pub async fn write<I, T, E, F>(&self, input: I, work: F) -> Result<T, E>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t I) -> BoxFuture<'t, Result<T, E>> + Send + Sync + 'static,
    {
        match &*self.engine {
            Engine::Sqlite(sqlite) => sqlite.writer.run(self.lane, input, work).await,
            Engine::Postgres(postgres) => postgres.write(self.lane, &input, &work).await,
        }
    }

    /// Makes a write that is one step of many that nobody waits for. On SQLite it rests afterwards, three times
    /// as long as it took, so that the disk is free for others most of the time. On PostgreSQL it is one
    /// connection among many anyhow.
    pub async fn gently<T>(&self, write: impl Future<Output = T>) -> T {
        let started = Instant::now();
        let done = write.await;
        if !self.is_shared() {
            tokio::time::sleep((started.elapsed() * REST).min(LONGEST_REST)).await;
        }
        done
    }

    /// The database server's clock; `None` for SQLite, which lives on this machine's.
    ///
    /// # Errors
    /// When the server can't be asked.
    pub async fn server_time(&self) -> Result<Option<Timestamp>, DbError> {
        if !self.is_shared() {
            return Ok(None);
        }
        sql("SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT AS now")
            .one(self)
            .await?
            .get("now")
            .map(Some)
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it doesn't.
    pub async fn ping(&self) -> Result<(), DbError> {
        if let Engine::Sqlite(sqlite) = &*self.engine
            && sqlite.is_at_fault()
        {
            return Err(DbError::Wrong("the disk refused to keep what was written"));
        }
        sql("SELECT 1").one(self).await.map(drop)
    }

    /// Whether several server processes may share this database.
    pub fn is_shared(&self) -> bool {
        matches!(&*self.engine, Engine::Postgres(_))
    }

    /// Tells the other nodes that there is something new: a hint, which may be lost. Returns at once.
    pub fn hint(&self) {
        if let Engine::Postgres(postgres) = &*self.engine {
            postgres.hint();
        }
    }

    /// Waits for another node's hint, but no longer than `at_most`.
    pub async fn hinted(&self, at_most: Duration) {
        match &*self.engine {
            Engine::Postgres(postgres) => postgres.hinted(at_most).await,
            Engine::Sqlite(_) => tokio::time::sleep(at_most).await,
        }
    }

    /// Finishes waiting writes and closes all connections.
    pub async fn close(&self) {
        match &*self.engine {
            Engine::Sqlite(sqlite) => sqlite.close().await,
            Engine::Postgres(postgres) => postgres.close(),
        }
    }
}

#[cfg(test)]
mod tests;
