//! Values on their way into and out of a query, the same for both databases.

use std::str::FromStr;

use zeroize::Zeroize;

use super::{DbError, Row};
use crate::base::{clock::Timestamp, id, secret::TokenHash};

/// A value bound to a query: TEXT, BIGINT, BOOLEAN or BYTEA, each perhaps NULL.
#[derive(Clone, Debug)]
pub enum Value {
    /// TEXT
    Text(Option<String>),
    /// BIGINT
    Int(Option<i64>),
    /// BOOLEAN
    Bool(Option<bool>),
    /// BYTEA
    Bytes(Option<Vec<u8>>),
}

impl Drop for Value {
    fn drop(&mut self) {
        if let Self::Bytes(Some(bytes)) = self {
            bytes.zeroize();
        }
    }
}

macro_rules! values {
    ($($from:ty => $kind:ident($convert:expr);)*) => {$(
        impl From<$from> for Value {
            fn from(value: $from) -> Self {
                let convert: fn($from) -> _ = $convert;
                Self::$kind(Some(convert(value)))
            }
        }

        impl From<Option<$from>> for Value {
            fn from(value: Option<$from>) -> Self {
                let convert: fn($from) -> _ = $convert;
                Self::$kind(value.map(convert))
            }
        }
    )*};
}

values! {
    String => Text(|v| v);
    &str => Text(|v| v.to_owned());
    &String => Text(|v| v.clone());
    i64 => Int(|v| v);
    Timestamp => Int(|v| v.millis());
    bool => Bool(|v| v);
    Vec<u8> => Bytes(|v| v);
    &[u8] => Bytes(|v| v.to_vec());
    &Vec<u8> => Bytes(|v| v.clone());
    TokenHash => Bytes(|v| v.to_vec());
}

/// A value that can be read from a column.
pub trait FromColumn: Sized {
    /// Reads the column `name`.
    ///
    /// # Errors
    /// When there is no such column, or it holds something else.
    fn from_column(row: &Row, name: &str) -> Result<Self, DbError>;
}

fn present<T>(cell: Option<T>) -> Result<T, DbError> {
    cell.ok_or(DbError::Wrong("a column is empty"))
}

macro_rules! plain_columns {
    ($($type:ty),*) => {$(
        impl FromColumn for $type {
            fn from_column(row: &Row, name: &str) -> Result<Self, DbError> {
                present(row.cell(name)?)
            }
        }

        impl FromColumn for Option<$type> {
            fn from_column(row: &Row, name: &str) -> Result<Self, DbError> {
                row.cell(name)
            }
        }
    )*};
}

plain_columns!(String, i64, bool, Vec<u8>);

impl FromColumn for Timestamp {
    fn from_column(row: &Row, name: &str) -> Result<Self, DbError> {
        present(row.cell(name)?).map(Self::from_millis)
    }
}

impl FromColumn for Option<Timestamp> {
    fn from_column(row: &Row, name: &str) -> Result<Self, DbError> {
        let value: Option<i64> = row.cell(name)?;
        Ok(value.map(Timestamp::from_millis))
    }
}

fn parse<T: FromStr>(text: &str) -> Result<T, DbError> {
    text.parse()
        .map_err(|_| DbError::Wrong("an identifier that can't be read"))
}

macro_rules! id_columns {
    ($($type:ident),*) => {$(
        impl From<id::$type> for Value {
            fn from(id: id::$type) -> Self {
                Self::Text(Some(id.to_string()))
            }
        }

        impl From<Option<id::$type>> for Value {
            fn from(id: Option<id::$type>) -> Self {
                Self::Text(id.map(|id| id.to_string()))
            }
        }

        impl FromColumn for id::$type {
            fn from_column(row: &Row, name: &str) -> Result<Self, DbError> {
                parse(present(row.text(name)?)?)
            }
        }

        impl FromColumn for Option<id::$type> {
            fn from_column(row: &Row, name: &str) -> Result<Self, DbError> {
                row.text(name)?.map(parse).transpose()
            }
        }
    )*};
}

id_columns!(
    WorkspaceId,
    MemberId,
    SessionId,
    SignInId,
    ProviderId,
    ItemId,
    AttachmentId,
    IntentId,
    LinkId,
    EventId,
    JobId,
    KeyId,
    MailId,
    PasskeyId,
    CeremonyId,
    ScimTokenId,
    TeamId
);
