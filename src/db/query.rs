//! A statement with its values, run on either database.

use sqlx::{
    Decode, Postgres, Row as _, Sqlite, Type,
    postgres::{PgArguments, PgRow},
    sqlite::{SqliteArguments, SqliteRow},
};

use super::{Db, DbError, Engine, FromColumn, Tx, Value};

/// Starts a statement: portable SQL with `$1`, `$2`, … for its values.
pub fn sql(text: &'static str) -> Query {
    Query {
        text,
        values: Vec::new(),
    }
}

/// A statement and its values.
#[derive(Debug)]
pub struct Query {
    text: &'static str,
    values: Vec<Value>,
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

/// A row of an answer.
#[derive(Debug)]
pub enum Row {
    /// From SQLite.
    Sqlite(SqliteRow),
    /// From PostgreSQL.
    Postgres(PgRow),
}

impl Row {
    /// The column `name`.
    ///
    /// # Errors
    /// When there is no such column, or it holds something else.
    pub fn get<T: FromColumn>(&self, name: &str) -> Result<T, DbError> {
        T::from_column(self, name)
    }

    pub(super) fn try_get<T>(&self, name: &str) -> Result<T, DbError>
    where
        T: for<'r> Decode<'r, Sqlite>
            + Type<Sqlite>
            + for<'r> Decode<'r, Postgres>
            + Type<Postgres>,
    {
        match self {
            Self::Sqlite(row) => row.try_get(name),
            Self::Postgres(row) => row.try_get(name),
        }
        .map_err(DbError::Other)
    }
}

macro_rules! bound {
    ($query:expr, $database:ty, $arguments:ty) => {{
        let mut bound: sqlx::query::Query<'_, $database, $arguments> = sqlx::query($query.text);
        for value in &$query.values {
            bound = match value {
                Value::Text(v) => bound.bind(v.as_deref().map(str::to_owned)),
                Value::Int(v) => bound.bind(*v),
                Value::Bool(v) => bound.bind(*v),
                Value::Bytes(v) => bound.bind(v.clone()),
            };
        }
        bound
    }};
}

macro_rules! run {
    ($query:ident, $target:expr, $method:ident, $sqlite:expr, $postgres:expr) => {
        match $target.into() {
            Target::Db(db) => match &*db.0 {
                Engine::Sqlite { readers, .. } => {
                    let bound = bound!($query, Sqlite, SqliteArguments);
                    bound.$method(readers).await.map($sqlite)
                }
                Engine::Postgres { pool } => {
                    let bound = bound!($query, Postgres, PgArguments);
                    bound.$method(pool).await.map($postgres)
                }
            },
            Target::Tx(Tx::Sqlite(connection)) => {
                let bound = bound!($query, Sqlite, SqliteArguments);
                bound.$method(&mut **connection).await.map($sqlite)
            }
            Target::Tx(Tx::Postgres(tx)) => {
                let bound = bound!($query, Postgres, PgArguments);
                bound.$method(&mut **tx).await.map($postgres)
            }
        }
        .map_err(DbError::from)
    };
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
        run!(
            self,
            on,
            fetch_all,
            |rows| rows.into_iter().map(Row::Sqlite).collect(),
            |rows| rows.into_iter().map(Row::Postgres).collect()
        )
    }

    /// The first row, if there is one.
    ///
    /// # Errors
    /// When the database refuses or can't be reached.
    pub async fn optional(self, on: impl Into<Target<'_>>) -> Result<Option<Row>, DbError> {
        run!(
            self,
            on,
            fetch_optional,
            |row| row.map(Row::Sqlite),
            |row| row.map(Row::Postgres)
        )
    }

    /// The one row.
    ///
    /// # Errors
    /// [`DbError::NotFound`] when there is none; or the database refuses or can't be reached.
    pub async fn one(self, on: impl Into<Target<'_>>) -> Result<Row, DbError> {
        self.optional(on).await?.ok_or(DbError::NotFound)
    }

    /// Runs the statement; how many rows it changed.
    ///
    /// # Errors
    /// When the database refuses or can't be reached.
    pub async fn execute(self, on: impl Into<Target<'_>>) -> Result<u64, DbError> {
        run!(self, on, execute, |done| done.rows_affected(), |done| done
            .rows_affected())
    }
}
