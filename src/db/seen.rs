//! Which statements this process has run: development builds remember them, so that a test can read
//! their plans. Release builds have nothing of it.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{Query, Value};

/// A statement in the words of one database, with the types of its values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seen {
    /// As SQLite was or would be asked.
    pub sqlite: &'static str,
    /// As PostgreSQL was or would be asked.
    pub postgres: &'static str,
    /// PostgreSQL's names of the values' types.
    pub types: Vec<&'static str>,
}

static ALL: Mutex<BTreeMap<&'static str, Seen>> = Mutex::new(BTreeMap::new());

/// All statements that were run so far.
pub fn all() -> Vec<Seen> {
    known().values().cloned().collect()
}

pub(super) fn note(query: &Query) {
    known().entry(query.sqlite).or_insert_with(|| Seen {
        sqlite: query.sqlite,
        postgres: query.postgres,
        types: query.values.iter().map(name).collect(),
    });
}

fn known() -> MutexGuard<'static, BTreeMap<&'static str, Seen>> {
    ALL.lock().unwrap_or_else(PoisonError::into_inner)
}

fn name(value: &Value) -> &'static str {
    match value {
        Value::Text(_) => "TEXT",
        Value::Int(_) => "BIGINT",
        Value::Bool(_) => "BOOLEAN",
        Value::Bytes(_) => "BYTEA",
    }
}
