//! A statement with its values, run on either database.

use super::{Db, DbError, Engine, Row, Tx, Value};

/// Starts a statement: portable SQL with `$1`, `$2`, … for its values.
pub fn sql(text: &'static str) -> Query {
    sql_for(text, text)
}

/// Starts one of the few statements that the two databases want in different words, because only
/// one of them knows a clause. Both take the same values and give the same columns.
pub fn sql_for(sqlite: &'static str, postgres: &'static str) -> Query {
    Query {
        sqlite,
        postgres,
        values: Vec::new(),
    }
}

/// Starts a `DELETE` of a few rows: those of the table with this key for which the rest holds, which says in which
/// order, and ends with a `LIMIT`. A part of a `DELETE` that is only known when it runs is what PostgreSQL plans
/// badly: it would look through the whole table for the few. So it is told where they are; those that somebody else
/// is at are left out. Not for tables in partitions, in which a place isn't unique.
macro_rules! delete_few {
    ($table:literal, $key:literal, $rest:literal) => {
        $crate::db::delete_few!($table, $key, $rest, "")
    };
    ($table:literal, $key:literal, $rest:literal, $returning:literal) => {
        $crate::db::sql_for(
            concat!(
                "DELETE FROM ",
                $table,
                " WHERE (",
                $key,
                ") IN (SELECT ",
                $key,
                " FROM ",
                $table,
                " WHERE ",
                $rest,
                ")",
                $returning
            ),
            concat!(
                "DELETE FROM ",
                $table,
                " WHERE ctid = ANY (ARRAY(SELECT ctid FROM ",
                $table,
                " WHERE ",
                $rest,
                " FOR UPDATE SKIP LOCKED))",
                $returning
            ),
        )
    };
}
pub(crate) use delete_few;

/// A statement and its values.
#[derive(Debug)]
pub struct Query {
    pub(super) sqlite: &'static str,
    pub(super) postgres: &'static str,
    pub(super) values: Vec<Value>,
}

/// What a statement runs on: a transaction, or (reads only) the database itself.
#[derive(Debug)]
pub enum Target<'a> {
    /// A read outside any transaction.
    Db(&'a Db),
    /// Inside a write transaction.
    Tx(&'a mut Tx),
}

impl<'a> From<&'a Db> for Target<'a> {
    fn from(db: &'a Db) -> Self {
        Self::Db(db)
    }
}

impl<'a> From<&'a mut Tx> for Target<'a> {
    fn from(tx: &'a mut Tx) -> Self {
        Self::Tx(tx)
    }
}

impl Query {
    /// Binds the next value: the first call binds `$1`.
    #[must_use]
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// All rows.
    ///
    /// # Errors
    /// When the database refuses or can't be reached.
    pub async fn all(self, on: impl Into<Target<'_>>) -> Result<Vec<Row>, DbError> {
        #[cfg(debug_assertions)]
        super::seen::note(&self);
        match on.into() {
            Target::Db(db) => match &*db.engine {
                Engine::Sqlite(sqlite) => sqlite.readers.all(self).await,
                Engine::Postgres(postgres) => postgres.rows(&self).await,
            },
            Target::Tx(Tx::Sqlite(connection)) => connection.rows(&self, usize::MAX),
            Target::Tx(Tx::Postgres(tx)) => tx.rows(&self).await,
        }
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// When the database refuses or can't be reached.
    pub async fn optional(self, on: impl Into<Target<'_>>) -> Result<Option<Row>, DbError> {
        #[cfg(debug_assertions)]
        super::seen::note(&self);
        let rows = match on.into() {
            Target::Db(db) => match &*db.engine {
                Engine::Sqlite(sqlite) => sqlite.readers.first(&self),
                Engine::Postgres(postgres) => postgres.rows(&self).await,
            },
            Target::Tx(Tx::Sqlite(connection)) => connection.rows(&self, 1),
            Target::Tx(Tx::Postgres(tx)) => tx.rows(&self).await,
        };
        Ok(rows?.into_iter().next())
    }

    /// The one row.
    ///
    /// # Errors
    /// [`DbError::NotFound`] when there is none; or the database refuses or can't be reached.
    pub async fn one(self, on: impl Into<Target<'_>>) -> Result<Row, DbError> {
        self.optional(on).await?.ok_or(DbError::NotFound)
    }

    /// Runs the statement once for each row of further values, which follow those bound already: how
    /// many rows were changed in all. PostgreSQL gets them together, without waiting for each answer.
    ///
    /// # Errors
    /// When the database refuses or can't be reached.
    pub async fn each(self, rows: Vec<Vec<Value>>, tx: &mut Tx) -> Result<u64, DbError> {
        let queries: Vec<Self> = rows
            .into_iter()
            .map(|row| Self {
                sqlite: self.sqlite,
                postgres: self.postgres,
                values: self.values.iter().cloned().chain(row).collect(),
            })
            .collect();
        #[cfg(debug_assertions)]
        queries.first().into_iter().for_each(super::seen::note);
        match tx {
            Tx::Sqlite(connection) => queries
                .iter()
                .try_fold(0, |sum, query| Ok(sum + connection.execute(query)?)),
            Tx::Postgres(tx) => tx.execute_all(&queries).await,
        }
    }

    /// Runs the statement in a transaction, whatever it changes. PostgreSQL may get it together with the
    /// next statement or the commit: then they tell of its failure.
    ///
    /// # Errors
    /// When the database refuses or can't be reached.
    pub async fn execute_later(self, tx: &mut Tx) -> Result<(), DbError> {
        #[cfg(debug_assertions)]
        super::seen::note(&self);
        match tx {
            Tx::Sqlite(connection) => connection.execute(&self).map(drop),
            Tx::Postgres(tx) => tx.execute_later(self).await,
        }
    }

    /// Runs the statement in a transaction; how many rows it changed.
    ///
    /// # Errors
    /// When the database refuses or can't be reached.
    pub async fn execute(self, tx: &mut Tx) -> Result<u64, DbError> {
        #[cfg(debug_assertions)]
        super::seen::note(&self);
        match tx {
            Tx::Sqlite(connection) => connection.execute(&self),
            Tx::Postgres(tx) => tx.execute(&self).await,
        }
    }
}
