//! A row of an answer.

use std::sync::Arc;

use rusqlite::types::Value as SqliteValue;

use super::{DbError, FromColumn};

/// A row of an answer.
#[derive(Debug)]
pub enum Row {
    /// From SQLite.
    Sqlite(SqliteRow),
    /// From PostgreSQL.
    Postgres(tokio_postgres::Row),
}

/// A row of SQLite's, copied out of the statement that gave it.
#[derive(Debug)]
pub struct SqliteRow {
    pub(super) columns: Arc<[String]>,
    pub(super) values: Vec<SqliteValue>,
}

impl SqliteRow {
    fn value(&self, name: &str) -> Result<&SqliteValue, DbError> {
        let at = self.columns.iter().position(|column| column == name);
        at.and_then(|at| self.values.get(at))
            .ok_or(DbError::Wrong("a column is missing"))
    }
}

/// A type that both databases hold in a column: TEXT, BIGINT, BOOLEAN, BYTEA.
pub(super) trait Cell: Sized + for<'r> tokio_postgres::types::FromSql<'r> {
    fn of_sqlite(value: &SqliteValue) -> Option<Self>;
}

impl Cell for String {
    fn of_sqlite(value: &SqliteValue) -> Option<Self> {
        match value {
            SqliteValue::Text(text) => Some(text.clone()),
            _ => None,
        }
    }
}

impl Cell for i64 {
    fn of_sqlite(value: &SqliteValue) -> Option<Self> {
        match value {
            SqliteValue::Integer(number) => Some(*number),
            _ => None,
        }
    }
}

impl Cell for bool {
    fn of_sqlite(value: &SqliteValue) -> Option<Self> {
        match value {
            SqliteValue::Integer(0) => Some(false),
            SqliteValue::Integer(1) => Some(true),
            _ => None,
        }
    }
}

impl Cell for Vec<u8> {
    fn of_sqlite(value: &SqliteValue) -> Option<Self> {
        match value {
            SqliteValue::Blob(bytes) => Some(bytes.clone()),
            _ => None,
        }
    }
}

impl Row {
    /// The column `name`.
    ///
    /// # Errors
    /// When there is no such column, or it holds something else.
    pub fn get<T: FromColumn>(&self, name: &str) -> Result<T, DbError> {
        T::from_column(self, name)
    }

    /// The column `name`, or nothing for NULL.
    pub(super) fn cell<T: Cell>(&self, name: &str) -> Result<Option<T>, DbError> {
        match self {
            Self::Postgres(row) => row.try_get(name).map_err(DbError::from),
            Self::Sqlite(row) => match row.value(name)? {
                SqliteValue::Null => Ok(None),
                value => match T::of_sqlite(value) {
                    Some(value) => Ok(Some(value)),
                    None => Err(DbError::Wrong("a column of another type")),
                },
            },
        }
    }

    /// The text in the column `name`, or nothing for NULL, without a copy.
    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, DbError> {
        match self {
            Self::Postgres(row) => row.try_get(name).map_err(DbError::from),
            Self::Sqlite(row) => match row.value(name)? {
                SqliteValue::Null => Ok(None),
                SqliteValue::Text(text) => Ok(Some(text)),
                _ => Err(DbError::Wrong("a column of another type")),
            },
        }
    }

    /// The first column's number: for statements that count.
    ///
    /// # Errors
    /// When there is none.
    pub fn number(&self) -> Result<i64, DbError> {
        let number = match self {
            Self::Postgres(row) => row.try_get(0)?,
            Self::Sqlite(row) => row.values.first().and_then(i64::of_sqlite),
        };
        number.ok_or(DbError::Wrong("no number"))
    }
}
