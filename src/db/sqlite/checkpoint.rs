//! Checkpoints, off the path of requests: a thread of its own folds the write-ahead log into the file
//! while writes go on.
//!
//! Under steady writes such a checkpoint never reaches the log's end, and a log whose end was never
//! reached can't begin anew. So when the log has grown long, the writer is asked to fold in, between
//! two groups, the few pages that the thread left over; then the log starts at its beginning again.
//!
//! Reaching the end, SQLite also syncs the file: the writer would wait until the disk has all that was folded
//! in since the last time. So before it is asked, the thread syncs the file, as often as it takes
//! until little is left.

use std::{
    fs::File,
    mem::ManuallyDrop,
    path::Path,
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread::JoinHandle,
    time::Duration,
};

use super::{Connection, fault::DiskFault};
use crate::db::DbError;

/// How often the thread looks while there are writes.
const EVERY: Duration = Duration::from_millis(250);
/// Shorter logs are folded in without hurry, in pages: 4 MiB.
const SHORT: i64 = 1024;
/// From this length on the writer helps, in pages: 128 MiB. Each time costs it a moment, and the more
/// pages are folded in at once, the more of them were written several times.
const LONG: i64 = 32 * 1024;
/// As much may be left to the writer, in pages: 4 MiB.
const FEW: i64 = 1024;
/// From this length on it helps whatever is left, since the disk can't keep up: 512 MiB.
const TOO_LONG: i64 = 128 * 1024;

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
    pub(super) fn start(path: &Path, fault: DiskFault) -> Result<Self, DbError> {
        let mut connection = Connection::to_write(path)?;
        // Never closed: with any of its descriptors a process loses its locks on a file (fcntl(2)), and
        // SQLite's connections need theirs.
        let file = ManuallyDrop::new(File::open(path)?);
        let progress: Arc<Progress> = Arc::default();
        let shared = Arc::clone(&progress);
        let thread = std::thread::Builder::new()
            .name("checkpoints".to_owned())
            .spawn(move || {
                work(&mut connection, &file, &shared, &fault);
                close(connection, &fault);
            })?;
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

fn work(connection: &mut Connection, file: &File, progress: &Progress, fault: &DiskFault) {
    let mut pause = EVERY;
    let mut before = 0;
    let mut stop = progress.stop.lock().unwrap_or_else(PoisonError::into_inner);
    while !*stop {
        let waited = progress.stopped.wait_timeout(stop, pause);
        stop = waited.unwrap_or_else(PoisonError::into_inner).0;
        pause = EVERY;
        if !progress.written.swap(false, Relaxed) {
            continue;
        }
        if fault.is_raised() {
            return;
        }
        drop(stop);
        match fold(connection, file, fault) {
            Ok((length, folded)) => {
                match next(length, folded, before) {
                    Next::Rest => {}
                    Next::Again => progress.written(),
                    Next::AgainAtOnce => {
                        progress.written();
                        pause = Duration::ZERO;
                    }
                    Next::AskTheWriter => progress.wanted.store(true, Relaxed),
                }
                before = length;
            }
            Err(error) => {
                tracing::warn!(%error, "the write-ahead log can't be folded in; will be tried again");
                progress.written();
            }
        }
        stop = progress.stop.lock().unwrap_or_else(PoisonError::into_inner);
    }
}

/// Folds in what is there: the pages of the log, and how many of them are in the file. When the writer is about
/// to be asked, they are on the disk, too; before, many a page will be written again.
///
/// What was folded in once isn't folded in again, and is forgotten when the log begins anew. So when the file
/// can't be synced, it stays at that.
fn fold(
    connection: &mut Connection,
    file: &File,
    fault: &DiskFault,
) -> Result<(i64, i64), DbError> {
    let (length, folded) = checked(connection, fault)?;
    if length > LONG {
        file.sync_data().inspect_err(|error| fault.raise(error))?;
    }
    Ok((length, folded))
}

/// Folds in what it can, and raises a fault when SQLite couldn't sync the log or the file.
pub(super) fn checked(
    connection: &mut Connection,
    fault: &DiskFault,
) -> Result<(i64, i64), DbError> {
    connection.checkpoint().inspect_err(|error| {
        if error.is_failed_sync() {
            fault.raise(error);
        }
    })
}

/// Closes a connection. The last one folds the log into the file, unless the disk is at fault.
pub(super) fn close(mut connection: Connection, fault: &DiskFault) {
    if fault.is_raised()
        && let Err(error) = connection.keep_log()
    {
        tracing::error!(%error, "the write-ahead log may be folded in, though the disk can't be trusted");
        std::mem::forget(connection);
    }
}

/// What comes after a look.
#[derive(Debug, PartialEq, Eq)]
enum Next {
    Rest,
    Again,
    AgainAtOnce,
    AskTheWriter,
}

/// What comes next, when the log has so many pages, so many of them are folded in, and there were so many
/// the last time. What was added since then is about what is added until the writer comes.
fn next(length: i64, folded: i64, before: i64) -> Next {
    if length > LONG {
        if length - before <= FEW || length > TOO_LONG {
            Next::AskTheWriter
        } else {
            Next::AgainAtOnce
        }
    } else if length > SHORT && folded < length {
        // What is short now may be the rest of a burst.
        Next::Again
    } else {
        Next::Rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_writer_is_asked_for_little_unless_the_log_is_too_long() {
        assert_eq!(next(10, 10, 0), Next::Rest);
        assert_eq!(next(SHORT + 1, SHORT + 1, 0), Next::Rest);
        assert_eq!(next(SHORT + 1, SHORT, 0), Next::Again);
        assert_eq!(next(LONG, LONG, 0), Next::Rest);
        assert_eq!(next(LONG + 1, LONG + 1, 0), Next::AgainAtOnce);
        assert_eq!(next(LONG + 1 + FEW, LONG, LONG), Next::AgainAtOnce);
        assert_eq!(next(LONG + FEW, LONG, LONG), Next::AskTheWriter);
        assert_eq!(next(TOO_LONG, 0, 0), Next::AgainAtOnce);
        assert_eq!(next(TOO_LONG + 1, 0, 0), Next::AskTheWriter);
    }
}
