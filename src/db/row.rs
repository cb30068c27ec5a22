//! A row of an answer.

use std::{ops::Range, sync::Arc};

use rusqlite::types::ValueRef;

use super::{DbError, FromColumn};

/// A row of an answer.
#[derive(Debug)]
pub enum Row {
    /// From SQLite.
    Sqlite(SqliteRow),
    /// From PostgreSQL.
    Postgres(tokio_postgres::Row),
}

/// A row of SQLite's, copied out of the statement that gave it. Texts and blobs lie in one piece of memory: a
/// long list has many rows, and each would take one for each column.
#[derive(Debug)]
pub struct SqliteRow {
    columns: Arc<[String]>,
    values: Vec<SqliteValue>,
    bytes: Vec<u8>,
}

/// A value of a row, or where in it a text or a blob is.
#[derive(Debug)]
enum SqliteValue {
    Null,
    Integer(i64),
    Real,
    Text(Range<usize>),
    Blob(Range<usize>),
}

/// A value of a row, as it is read.
pub(super) enum Read<'r> {
    Integer(i64),
    Text(&'r str),
    Blob(&'r [u8]),
}

impl SqliteRow {
    /// Copies what a statement is at, with room for about so many bytes of texts and blobs.
    pub(super) fn copied(
        columns: Arc<[String]>,
        row: &rusqlite::Row<'_>,
        room: usize,
    ) -> Result<Self, DbError> {
        let mut values = Vec::with_capacity(columns.len());
        let mut bytes = Vec::with_capacity(room);
        let mut keep = |part: &[u8]| {
            let start = bytes.len();
            bytes.extend_from_slice(part);
            start..bytes.len()
        };
        for at in 0..columns.len() {
            values.push(match row.get_ref(at)? {
                ValueRef::Null => SqliteValue::Null,
                ValueRef::Integer(number) => SqliteValue::Integer(number),
                ValueRef::Real(_) => SqliteValue::Real,
                ValueRef::Text(text) => SqliteValue::Text(keep(text)),
                ValueRef::Blob(blob) => SqliteValue::Blob(keep(blob)),
            });
        }
        Ok(Self {
            columns,
            values,
            bytes,
        })
    }

    /// How many bytes its texts and blobs take.
    pub(super) fn size(&self) -> usize {
        self.bytes.len()
    }

    fn read(&self, name: &str) -> Result<Option<Read<'_>>, DbError> {
        let at = self.columns.iter().position(|column| column == name);
        self.read_at(at.ok_or(DbError::Wrong("a column is missing"))?)
    }

    fn read_at(&self, at: usize) -> Result<Option<Read<'_>>, DbError> {
        let value = self.values.get(at);
        let part = |range: &Range<usize>| self.bytes.get(range.clone()).unwrap_or_default();
        match value.ok_or(DbError::Wrong("a column is missing"))? {
            SqliteValue::Null => Ok(None),
            SqliteValue::Integer(number) => Ok(Some(Read::Integer(*number))),
            SqliteValue::Text(range) => match std::str::from_utf8(part(range)) {
                Ok(text) => Ok(Some(Read::Text(text))),
                Err(_) => Err(DbError::Wrong("a text that isn't UTF-8")),
            },
            SqliteValue::Blob(range) => Ok(Some(Read::Blob(part(range)))),
            SqliteValue::Real => Err(DbError::Wrong("a column of another type")),
        }
    }
}

/// A type that both databases hold in a column: TEXT, BIGINT, BOOLEAN, BYTEA.
pub(super) trait Cell: Sized + for<'r> tokio_postgres::types::FromSql<'r> {
    fn of_sqlite(value: Read<'_>) -> Option<Self>;
}

impl Cell for String {
    fn of_sqlite(value: Read<'_>) -> Option<Self> {
        match value {
            Read::Text(text) => Some(text.to_owned()),
            _ => None,
        }
    }
}

impl Cell for i64 {
    fn of_sqlite(value: Read<'_>) -> Option<Self> {
        match value {
            Read::Integer(number) => Some(number),
            _ => None,
        }
    }
}

impl Cell for bool {
    fn of_sqlite(value: Read<'_>) -> Option<Self> {
        match value {
            Read::Integer(0) => Some(false),
            Read::Integer(1) => Some(true),
            _ => None,
        }
    }
}

impl Cell for Vec<u8> {
    fn of_sqlite(value: Read<'_>) -> Option<Self> {
        match value {
            Read::Blob(bytes) => Some(bytes.to_vec()),
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
            Self::Sqlite(row) => match row.read(name)?.map(T::of_sqlite) {
                Some(None) => Err(DbError::Wrong("a column of another type")),
                value => Ok(value.flatten()),
            },
        }
    }

    /// The text in the column `name`, or nothing for NULL, without a copy.
    pub(super) fn text(&self, name: &str) -> Result<Option<&str>, DbError> {
        match self {
            Self::Postgres(row) => row.try_get(name).map_err(DbError::from),
            Self::Sqlite(row) => match row.read(name)? {
                None => Ok(None),
                Some(Read::Text(text)) => Ok(Some(text)),
                Some(_) => Err(DbError::Wrong("a column of another type")),
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
            Self::Sqlite(row) => row.read_at(0)?.and_then(i64::of_sqlite),
        };
        number.ok_or(DbError::Wrong("no number"))
    }
}
