//! The connections that read. They see what was committed and wait for nobody.
//!
//! Looking up one row takes microseconds, less than handing it to another thread would: it is done
//! on the spot. Whatever may give many rows goes to the threads for blocking work.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::Semaphore;

use super::Connection;
use crate::db::{DbError, Query, Row};

/// How many long reads run at once, and how long one may wait for its turn.
const LONG_READS: usize = 4;
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Clone, Debug)]
pub(in crate::db) struct Readers(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    /// Nothing once they are closed.
    idle: Mutex<Option<Vec<Connection>>>,
    long: Arc<Semaphore>,
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        Self(Arc::new(Inner {
            path,
            idle: Mutex::new(Some(Vec::new())),
            long: Arc::new(Semaphore::new(LONG_READS)),
        }))
    }

    /// The first row, read on this very thread.
    pub(in crate::db) fn first(&self, query: &Query) -> Result<Vec<Row>, DbError> {
        self.read(query, 1)
    }

    /// All rows, read on another thread.
    pub(in crate::db) async fn all(&self, query: Query) -> Result<Vec<Row>, DbError> {
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(&self.0.long).acquire_owned()).await;
        let turn = turn
            .map_err(|_| DbError::Busy)?
            .map_err(|_| DbError::Busy)?;
        let readers = self.clone();
        let read = tokio::task::spawn_blocking(move || {
            let rows = readers.read(&query, usize::MAX);
            drop(turn);
            rows
        });
        read.await.map_err(|_| DbError::Panicked)?
    }

    pub(super) fn close(&self) {
        self.idle().take();
    }

    fn read(&self, query: &Query, at_most: usize) -> Result<Vec<Row>, DbError> {
        let idle = self.idle().as_mut().ok_or(DbError::Busy)?.pop();
        let mut connection = match idle {
            Some(connection) => connection,
            // At most one for each thread that reads at the same time.
            None => Connection::to_read(&self.0.path)?,
        };
        let rows = connection.rows(query, at_most);
        if let Some(idle) = self.idle().as_mut() {
            idle.push(connection);
        }
        rows
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Option<Vec<Connection>>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
