//! Disk syncs, beside the writer: while what one group wrote travels to the disk, the next is run.
//!
//! The writer commits with `synchronous=NORMAL`: a commit is in the write-ahead log then, which
//! outlives the process, but not yet the machine. Its callers are answered when the log has been synced
//! since. The log is written in order, and a checkpoint syncs it before it folds it in: so what is on the
//! disk includes everything that was committed before, and one sync serves all who wait.
//!
//! Readers may see a commit a moment before it is on the disk. Nobody is told that it happened until
//! it is, and what is done because of it is written behind it.

use std::{
    fs::File,
    mem,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::JoinHandle,
};

use super::{fault::DiskFault, writer::Answer};
use crate::db::{DbError, error::Source};

/// From how many answers on that wait for the next sync the writer waits, too: enough that it never lacks work. Answers
/// are counted, not groups: while the disk is slow, groups that come one after the other are small, and
/// shall share the sync as large ones do. Nobody's answer waits for more than two.
const AHEAD: usize = 256;

/// Answers callers once what they wrote is on the disk.
pub(super) struct Syncer {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    waiting: Mutex<Waiting>,
    changed: Condvar,
    fault: DiskFault,
}

#[derive(Default)]
struct Waiting {
    answers: Vec<Answer>,
    /// Whether any of those writes changed something.
    written: bool,
    stop: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, waiting: MutexGuard<'a, Waiting>) -> MutexGuard<'a, Waiting> {
        self.changed
            .wait(waiting)
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Syncer {
    /// Syncs this write-ahead log, and raises a fault when that fails.
    pub(super) fn start(log: File, fault: DiskFault) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            waiting: Mutex::default(),
            changed: Condvar::new(),
            fault,
        });
        let theirs = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("syncs".to_owned())
            .spawn(move || work(&log, &theirs))?;
        Ok(Self {
            shared,
            thread: Some(thread),
        })
    }

    /// Answers a group that was committed, once it is on the disk. Waits when too many do already.
    pub(super) fn answer(&self, group: Vec<Answer>, written: bool) {
        let mut waiting = self.shared.lock();
        while waiting.answers.len() >= AHEAD {
            waiting = self.shared.wait(waiting);
        }
        waiting.answers.extend(group);
        waiting.written |= written;
        drop(waiting);
        self.shared.changed.notify_all();
    }
}

impl Drop for Syncer {
    fn drop(&mut self) {
        self.shared.lock().stop = true;
        self.shared.changed.notify_all();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread of the syncs had panicked");
        }
    }
}

/// Syncs and answers until it is stopped and nobody waits.
fn work(log: &File, shared: &Shared) {
    let mut waiting = shared.lock();
    loop {
        if waiting.answers.is_empty() {
            if waiting.stop {
                return;
            }
            waiting = shared.wait(waiting);
            continue;
        }
        let answers = mem::take(&mut waiting.answers);
        let written = mem::take(&mut waiting.written);
        drop(waiting);
        // There is room again.
        shared.changed.notify_all();
        let synced = if shared.fault.is_raised() {
            Err("an earlier sync failed".into())
        } else if written {
            log.sync_data().map_err(Source::from)
        } else {
            Ok(())
        };
        if let Err(error) = synced {
            shared.fault.raise(&error);
            refuse(answers);
        } else {
            for answer in answers {
                answer(Ok(()));
            }
        }
        waiting = shared.lock();
    }
}

/// They may find it kept or not, when the server is started again.
fn refuse(answers: Vec<Answer>) {
    for answer in answers {
        let error = "the disk refused to keep what was written";
        answer(Err(DbError::Unknown(error.into())));
    }
}

#[cfg(test)]
mod tests {
    use std::{
        os::fd::OwnedFd,
        sync::mpsc::{Receiver, channel},
    };

    use super::*;

    fn group() -> (Vec<Answer>, Receiver<Result<(), DbError>>) {
        let (send, receive) = channel();
        let answer: Answer = Box::new(move |synced| send.send(synced).expect("somebody asks"));
        (vec![answer], receive)
    }

    #[test]
    fn all_are_answered_even_those_who_wait_when_it_stops() {
        let folder = tempfile::tempdir().expect("a folder");
        let log = File::create(folder.path().join("log")).expect("a file");
        let syncer = Syncer::start(log, DiskFault::default()).expect("a thread");
        let answers: Vec<_> = (0..100)
            .map(|n| {
                let (group, answer) = group();
                syncer.answer(group, n % 3 == 0);
                answer
            })
            .collect();
        drop(syncer);
        for answer in answers {
            assert!(matches!(answer.recv(), Ok(Ok(()))));
        }
    }

    #[test]
    fn after_a_failed_sync_nobody_hears_that_anything_was_kept() {
        // Pipes can't be synced.
        let (_reader, pipe) = std::io::pipe().expect("a pipe");
        let fault = DiskFault::default();
        let syncer =
            Syncer::start(File::from(OwnedFd::from(pipe)), fault.clone()).expect("a thread");
        let (unchanged, answer) = group();
        syncer.answer(unchanged, false);
        assert!(matches!(answer.recv(), Ok(Ok(()))));
        assert!(!fault.is_raised());
        for written in [true, false, true] {
            let (group, answer) = group();
            syncer.answer(group, written);
            assert!(matches!(answer.recv(), Ok(Err(DbError::Unknown(_)))));
            assert!(fault.is_raised());
        }
    }
}
