//! Checkpoints, off the path of requests: a thread of its own folds the write-ahead log into the file
//! while writes go on.
//!
//! Under steady writes such a checkpoint never reaches the log's end, and a log whose end was never
//! reached can't begin anew. So when the log has grown long, the writer is asked to fold in, between
//! two groups, the few pages that the thread left over; then the log starts at its beginning again.

use std::{
    path::Path,
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread::JoinHandle,
    time::Duration,
};

use super::Connection;
use crate::db::DbError;

/// How often the thread looks while there are writes.
const EVERY: Duration = Duration::from_millis(250);
/// Shorter logs are folded in without hurry, in pages: 4 MiB.
const SHORT: i64 = 1024;
/// From this length on the writer helps, in pages: 128 MiB. Each time costs it a moment, and the more
/// pages are folded in at once, the more of them were written several times.
const LONG: i64 = 32 * 1024;

/// What writer and thread tell each other.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// Something was written since the last look.
    written: AtomicBool,
    /// The writer shall fold in what is left.
    wanted: AtomicBool,
    stop: Mutex<bool>,
    stopped: Condvar,
}

impl Progress {
    /// The writer has committed.
    pub(super) fn written(&self) {
        self.written.store(true, Relaxed);
    }

    /// Whether the writer shall fold in what is left; asked once.
    pub(super) fn take_wanted(&self) -> bool {
        self.wanted.load(Relaxed) && self.wanted.swap(false, Relaxed)
    }
}

#[derive(Debug)]
pub(super) struct Checkpointer {
    progress: Arc<Progress>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Checkpointer {
    pub(super) fn start(path: &Path) -> Result<Self, DbError> {
        let mut connection = Connection::to_write(path)?;
        let progress: Arc<Progress> = Arc::default();
        let shared = Arc::clone(&progress);
        let thread = std::thread::Builder::new()
            .name("checkpoints".to_owned())
            .spawn(move || work(&mut connection, &shared))?;
        Ok(Self {
            progress,
            thread: Mutex::new(Some(thread)),
        })
    }

    pub(super) fn progress(&self) -> Arc<Progress> {
        Arc::clone(&self.progress)
    }

    /// Stops the thread and waits for it.
    pub(super) fn stop(&self) {
        *self
            .progress
            .stop
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = true;
        self.progress.stopped.notify_all();
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the thread of the checkpoints had panicked");
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.stop();
    }
}

fn work(connection: &mut Connection, progress: &Progress) {
    let mut stop = progress.stop.lock().unwrap_or_else(PoisonError::into_inner);
    while !*stop {
        let waited = progress.stopped.wait_timeout(stop, EVERY);
        stop = waited.unwrap_or_else(PoisonError::into_inner).0;
        if !progress.written.swap(false, Relaxed) {
            continue;
        }
        drop(stop);
        match connection.checkpoint() {
            Ok((length, _)) if length > LONG => progress.wanted.store(true, Relaxed),
            // What is short now may be the rest of a burst: look again.
            Ok((length, folded)) if length > SHORT && folded < length => progress.written(),
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "the write-ahead log can't be folded in; will be tried again");
            }
        }
        stop = progress.stop.lock().unwrap_or_else(PoisonError::into_inner);
    }
}
