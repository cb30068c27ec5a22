//! Which statements this process has run: development builds remember them, so that a test can read
//! their plans. Release builds have nothing of it.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
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

/// Counts the statements that bind a certain text, such as a workspace's identifier: however many tests
/// run in this process, they are those of one of them. What PostgreSQL gets together
/// ([`Query::each`]) counts once.
#[derive(Debug)]
pub struct Counted(Arc<AtomicUsize>);

impl Counted {
    /// Counts from now on.
    pub fn binding(text: String) -> Self {
        let count = Arc::default();
        counters().push((text, Arc::clone(&count)));
        Self(count)
    }

    /// How many there were since it was asked last.
    pub fn since(&self) -> usize {
        self.0.swap(0, Ordering::Relaxed)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        counters().retain(|(_, count)| !Arc::ptr_eq(count, &self.0));
    }
}

static COUNTERS: Mutex<Vec<(String, Arc<AtomicUsize>)>> = Mutex::new(Vec::new());

fn counters() -> MutexGuard<'static, Vec<(String, Arc<AtomicUsize>)>> {
    COUNTERS.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn note(query: &Query) {
    for (text, count) in counters().iter() {
        let binds = |value: &Value| matches!(value, Value::Text(Some(bound)) if bound == text);
        if query.values.iter().any(binds) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }
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
