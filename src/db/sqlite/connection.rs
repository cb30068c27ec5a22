//! A connection to the file, with its prepared statements.

use std::{collections::HashMap, path::Path, sync::Arc, time::Duration};

use rusqlite::{
    CachedStatement, OpenFlags, ToSql,
    config::DbConfig,
    types::{ToSqlOutput, Value as SqliteValue, ValueRef},
};

use crate::db::{DbError, Query, Row, Value, row::SqliteRow};

/// How many prepared statements a connection keeps: more than there are in the stores.
const STATEMENTS: usize = 256;
/// What is kept of a log that had grown larger, in bytes: as long as logs get under load.
const LARGEST_LOG: i64 = 512 * 1024 * 1024;
/// How long a connection waits for another one's lock: only checkpoints and start-up hold any.
const PATIENCE: Duration = Duration::from_secs(5);

/// A connection, and what it learned about the statements it has prepared.
#[derive(Debug)]
pub struct Connection {
    inner: rusqlite::Connection,
    shapes: HashMap<&'static str, Shape>,
}

/// What is the same for each run of a statement.
#[derive(Debug)]
struct Shape {
    columns: Arc<[String]>,
    /// For each of SQLite's parameters, in the order it numbers them, which of our values it takes:
    /// SQLite numbers `$3, $1` by first appearance, PostgreSQL by the digits.
    parameters: Vec<usize>,
}

impl Shape {
    fn of(statement: &CachedStatement<'_>) -> Result<Self, DbError> {
        let parameters = (1..=statement.parameter_count()).map(|index| {
            let name = statement.parameter_name(index).unwrap_or_default();
            let number: Option<usize> = name.strip_prefix('$').and_then(|n| n.parse().ok());
            number
                .and_then(|number| number.checked_sub(1))
                .ok_or(DbError::Wrong("a parameter without a number"))
        });
        Ok(Self {
            columns: statement.column_names().map(str::to_owned).collect(),
            parameters: parameters.collect::<Result<_, _>>()?,
        })
    }
}

impl Connection {
    /// A connection that writes: every commit is synced to the disk, until [`Self::sync_no_commits`].
    pub(super) fn to_write(path: &Path) -> Result<Self, DbError> {
        let inner = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        inner.pragma_update(None, "journal_mode", "wal")?;
        inner.pragma_update(None, "synchronous", "full")?;
        inner.pragma_update(None, "foreign_keys", true)?;
        // What is deleted is overwritten, so that an erased ciphertext leaves no trace in the file.
        inner.pragma_update(None, "secure_delete", true)?;
        // Savepoints keep a journal of their own; on disk it would cost more than the writes. And what a claim
        // returns is kept there for a moment: on disk nothing would overwrite it.
        inner.pragma_update(None, "temp_store", "memory")?;
        // In KiB. More made no write faster, and stays in memory for as long as the server runs.
        inner.pragma_update(None, "cache_size", -3 * 1024)?;
        // Checkpoints are somebody else's work, see `checkpoint`.
        inner.pragma_update(None, "wal_autocheckpoint", 0)?;
        // While somebody reads for long (a back-up), the log can't begin anew and grows; afterwards it shrinks.
        inner.pragma_update(None, "journal_size_limit", LARGEST_LOG)?;
        Ok(Self::new(inner))
    }

    /// From now on commits are in the log, and somebody else syncs that; checkpoints still sync both.
    pub(super) fn sync_no_commits(&mut self) -> Result<(), DbError> {
        self.inner.pragma_update(None, "synchronous", "normal")?;
        Ok(())
    }

    /// A connection that reads. Its cache is small: each commit empties it, the system keeps the pages
    /// anyhow, and there may be one for each thread.
    pub(super) fn to_read(path: &Path) -> Result<Self, DbError> {
        let inner = open(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        inner.pragma_update(None, "cache_size", -512)?;
        Ok(Self::new(inner))
    }

    fn new(inner: rusqlite::Connection) -> Self {
        inner.set_prepared_statement_cache_capacity(STATEMENTS);
        Self {
            inner,
            shapes: HashMap::new(),
        }
    }

    pub(super) fn raw_mut(&mut self) -> &mut rusqlite::Connection {
        &mut self.inner
    }

    pub(super) fn has_table(&self, name: &str) -> Result<bool, DbError> {
        Ok(self.inner.table_exists(None, name)?)
    }

    /// Runs a statement that takes and gives nothing.
    pub(super) fn run(&mut self, text: &'static str) -> Result<(), DbError> {
        self.inner.prepare_cached(text)?.raw_execute()?;
        Ok(())
    }

    /// Folds what it can of the write-ahead log into the file, waiting for nobody: how many pages the
    /// log holds, and how many of them are in the file now.
    pub(super) fn checkpoint(&mut self) -> Result<(i64, i64), DbError> {
        let mut statement = self
            .inner
            .prepare_cached("PRAGMA wal_checkpoint(PASSIVE)")?;
        Ok(statement.query_row([], |row| Ok((row.get(1)?, row.get(2)?)))?)
    }

    /// Leaves the write-ahead log as it is when this connection is closed as the last one.
    pub(super) fn keep_log(&mut self) -> Result<(), DbError> {
        self.inner
            .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        Ok(())
    }

    /// The first rows of an answer, `at_most` as many.
    pub(in crate::db) fn rows(
        &mut self,
        query: &Query,
        at_most: usize,
    ) -> Result<Vec<Row>, DbError> {
        let (mut statement, columns) = self.bound(query)?;
        let count = columns.len();
        let mut rows = statement.raw_query();
        let mut found = Vec::new();
        while found.len() < at_most
            && let Some(row) = rows.next()?
        {
            let mut values = Vec::with_capacity(count);
            for at in 0..count {
                values.push(row.get::<_, SqliteValue>(at)?);
            }
            let columns = Arc::clone(&columns);
            found.push(Row::Sqlite(SqliteRow { columns, values }));
        }
        Ok(found)
    }

    /// Runs a statement that gives no rows; how many it changed.
    pub(in crate::db) fn execute(&mut self, query: &Query) -> Result<u64, DbError> {
        let (mut statement, _) = self.bound(query)?;
        Ok(statement.raw_execute()? as u64)
    }

    fn bound(&mut self, query: &Query) -> Result<(CachedStatement<'_>, Arc<[String]>), DbError> {
        let mut statement = self.inner.prepare_cached(query.sqlite)?;
        let shape = match self.shapes.entry(query.sqlite) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(unknown) => {
                unknown.insert(Shape::of(&statement)?)
            }
        };
        for (at, number) in shape.parameters.iter().enumerate() {
            let value = query.values.get(*number);
            let value = value.ok_or(DbError::Wrong("a statement without all its values"))?;
            statement.raw_bind_parameter(at + 1, value)?;
        }
        Ok((statement, Arc::clone(&shape.columns)))
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let bound = match self {
            Self::Text(Some(text)) => ValueRef::Text(text.as_bytes()),
            Self::Int(Some(number)) => ValueRef::Integer(*number),
            Self::Bool(Some(truth)) => ValueRef::Integer(i64::from(*truth)),
            Self::Bytes(Some(bytes)) => ValueRef::Blob(bytes),
            Self::Text(None) | Self::Int(None) | Self::Bool(None) | Self::Bytes(None) => {
                ValueRef::Null
            }
        };
        Ok(ToSqlOutput::Borrowed(bound))
    }
}

fn open(path: &Path, access: OpenFlags) -> Result<rusqlite::Connection, DbError> {
    // One thread at a time uses a connection: SQLite needs no locks of its own.
    let connection =
        rusqlite::Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(PATIENCE)?;
    // A statement is planned once, whatever its values: they must not have it prepared again.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(connection)
}
