//! SQLite's one writer: it takes the writes that wait, runs each in a savepoint of its own, commits
//! once, and leaves the answers to whoever syncs the log; meanwhile it takes the next.
//!
//! One disk sync serves many requests. It never waits for more work to come, so an idle system
//! pays nothing. It is a thread rather than a task, since SQLite blocks: a write costs no hand-over
//! between threads but the one that brings it here. The queues are bounded: when one is full,
//! callers hear "busy" at once.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
};

use futures_util::{FutureExt, future::BoxFuture};
use tokio::sync::oneshot;

use super::{
    Connection,
    checkpoint::{self, Progress},
    fault::DiskFault,
    syncer::Syncer,
};
use crate::{
    base::turn::{self, Turn},
    db::{DbError, Lane, Tx},
};

/// How many writes of people share one commit at most.
const GROUP: usize = 64;
/// How many of a group may be members' when guests wait too.
const MEMBERS_OF_A_GROUP: usize = 48;
/// How many writes of each lane may wait. Guests' few: at some thousand a second the last of them
/// waits for some hundredths of a second, and who comes on top of that is better told to come back.
const MEMBERS: usize = 2048;
const GUESTS: usize = 256;
const BACKGROUND: usize = 64;

/// Tells a caller how its write ended, once the commit's fate is known.
pub(super) type Answer = Box<dyn FnOnce(Result<(), DbError>) + Send>;

/// What a job leaves behind: keep its changes or not, the answer it owes, and whose turn may end.
struct Done {
    keep: bool,
    answer: Answer,
    /// The turn in which somebody waits for it.
    turn: Option<Turn>,
}

type Job = Box<dyn FnOnce(&mut Tx) -> Done + Send>;

#[derive(Debug)]
pub(in crate::db) struct Writer {
    queue: Arc<Queue>,
}

#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    more: Condvar,
}

impl std::fmt::Debug for Queue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Queue").finish_non_exhaustive()
    }
}

#[derive(Default)]
struct Waiting {
    members: VecDeque<Job>,
    guests: VecDeque<Job>,
    background: VecDeque<Job>,
    /// Whether the writer sleeps and must be woken.
    asleep: bool,
    /// Told once everything that waited is done and the file is closed.
    closing: Option<oneshot::Sender<()>>,
    closed: bool,
}

impl Waiting {
    fn lane(&mut self, lane: Lane) -> (&mut VecDeque<Job>, usize) {
        match lane {
            Lane::Members => (&mut self.members, MEMBERS),
            Lane::Guests => (&mut self.guests, GUESTS),
            Lane::Background => (&mut self.background, BACKGROUND),
        }
    }

    /// The next group: members first, guests in what room they leave, and one job of the background,
    /// which is short, so that it moves on under any load and holds up nobody.
    fn group(&mut self) -> Vec<Job> {
        let members = if self.guests.is_empty() {
            GROUP
        } else {
            MEMBERS_OF_A_GROUP
        };
        let members = members.min(self.members.len());
        let mut group: Vec<Job> = self.members.drain(..members).collect();
        let guests = (GROUP - members).min(self.guests.len());
        group.extend(self.guests.drain(..guests));
        group.extend(self.background.pop_front());
        group
    }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, lane: Lane, job: Job) -> Result<(), DbError> {
        let mut waiting = self.lock();
        let closed = waiting.closed || waiting.closing.is_some();
        let (queue, most) = waiting.lane(lane);
        if closed || queue.len() >= most {
            return Err(DbError::Busy);
        }
        queue.push_back(job);
        if std::mem::take(&mut waiting.asleep) {
            drop(waiting);
            self.more.notify_one();
        }
        Ok(())
    }

    /// Waits for work; nothing once the writer shall close.
    fn next(&self) -> Option<Vec<Job>> {
        let mut waiting = self.lock();
        loop {
            let group = waiting.group();
            if !group.is_empty() {
                return Some(group);
            }
            if waiting.closing.is_some() {
                return None;
            }
            waiting.asleep = true;
            waiting = self
                .more
                .wait(waiting)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Writer {
    pub(super) fn start(
        connection: Connection,
        syncer: Syncer,
        progress: Arc<Progress>,
        fault: DiskFault,
    ) -> Result<Self, DbError> {
        let queue: Arc<Queue> = Arc::default();
        let shared = Arc::clone(&queue);
        std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || serve(connection, syncer, &shared, &progress, &fault))?;
        Ok(Self { queue })
    }

    pub(in crate::db) async fn run<I, T, E, F>(&self, lane: Lane, input: I, work: F) -> Result<T, E>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t I) -> BoxFuture<'t, Result<T, E>> + Send + Sync + 'static,
    {
        let (send, receive) = oneshot::channel();
        let turn = turn::take();
        let job: Job = Box::new(move |tx| {
            let outcome = catch_unwind(AssertUnwindSafe(|| {
                // Statements don't wait here, so neither does what is made of them.
                work(tx, &input)
                    .now_or_never()
                    .unwrap_or_else(|| Err(DbError::Wrong("a transaction that waits").into()))
            }));
            let outcome = outcome.unwrap_or_else(|_| Err(DbError::Panicked.into()));
            let keep = outcome.is_ok();
            let answer: Answer = Box::new(move |committed| {
                // A caller that went away doesn't undo its write.
                let _ = send.send(match (outcome, committed) {
                    (Ok(value), Ok(())) => Ok(value),
                    (Ok(_), Err(error)) => Err(error.into()),
                    (Err(error), _) => Err(error),
                });
            });
            Done { keep, answer, turn }
        });
        self.queue.push(lane, job)?;
        receive.await.map_err(|_| DbError::Busy)?
    }

    pub(super) async fn close(&self) {
        let (send, receive) = oneshot::channel();
        {
            let mut waiting = self.queue.lock();
            if waiting.closed {
                return;
            }
            waiting.closing = Some(send);
        }
        self.queue.more.notify_one();
        let _ = receive.await;
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // Whoever waited has gone with its handle on the database: the thread ends by itself.
        let mut waiting = self.queue.lock();
        if !waiting.closed && waiting.closing.is_none() {
            waiting.closing = Some(oneshot::channel().0);
        }
        drop(waiting);
        self.queue.more.notify_one();
    }
}

fn serve(
    connection: Connection,
    syncer: Syncer,
    queue: &Queue,
    progress: &Progress,
    fault: &DiskFault,
) {
    let mut tx = Tx::Sqlite(Box::new(connection));
    while let Some(jobs) = queue.next() {
        if fault.is_raised() {
            // Who waits hears "busy".
            continue;
        }
        group(&mut tx, &syncer, jobs);
        progress.written();
        if progress.take_wanted()
            && let Err(error) = of(&mut tx).and_then(|writer| checkpoint::checked(writer, fault))
        {
            tracing::warn!(%error, "the write-ahead log can't be folded in; will be tried again");
        }
    }
    // It answers all first. Closing may still fold the log into the file.
    drop(syncer);
    if let Tx::Sqlite(connection) = tx {
        checkpoint::close(*connection, fault);
    }
    let mut waiting = queue.lock();
    waiting.closed = true;
    if let Some(done) = waiting.closing.take() {
        let _ = done.send(());
    }
}

/// Runs one group of writes and has them answered.
fn group(tx: &mut Tx, syncer: &Syncer, jobs: Vec<Job>) {
    if let Err(error) = statement(tx, "BEGIN IMMEDIATE") {
        tracing::error!(%error, "the database refused to begin a transaction");
        return;
    }
    // A write alone is rolled back by rolling back all; it needs no savepoint.
    let alone = jobs.len() == 1;
    let mut answers = Vec::with_capacity(jobs.len());
    let mut keeps = Vec::with_capacity(jobs.len());
    let mut turns = Vec::with_capacity(jobs.len());
    let mut kept = false;
    let mut broken = None;
    for job in jobs {
        if !alone && let Err(error) = statement(tx, "SAVEPOINT job") {
            broken = Some(error);
            break;
        }
        let done = job(tx);
        kept |= done.keep;
        if !alone && let Err(error) = close_savepoint(tx, done.keep) {
            // With a full disk SQLite rolls back all, the savepoint too. Who met that says so themselves;
            // the others can come again.
            tracing::warn!(%error, "a group of writes is rolled back");
            broken = Some(if done.keep { error } else { DbError::Busy });
        }
        answers.push(done.answer);
        keeps.push(done.keep);
        turns.extend(done.turn);
        if broken.is_some() {
            break;
        }
    }
    let end = match broken {
        // A full disk may have rolled back the whole transaction already: nothing is kept.
        Some(error) => Err(error),
        None if kept => statement(tx, "COMMIT"),
        None => statement(tx, "ROLLBACK"),
    };
    // Those who wait for the disk now shall keep nobody from working.
    drop(turns);
    let Err(error) = end else {
        return syncer.answer(answers, kept);
    };
    let _ = statement(tx, "ROLLBACK");
    // Whose write failed by itself has their own error to tell.
    let mut error = Some(error);
    for (answer, keep) in answers.into_iter().zip(keeps) {
        let told = if keep { error.take() } else { None };
        answer(Err(told.unwrap_or(DbError::Busy)));
    }
}

fn close_savepoint(tx: &mut Tx, keep: bool) -> Result<(), DbError> {
    if !keep {
        statement(tx, "ROLLBACK TO job")?;
    }
    statement(tx, "RELEASE job")
}

fn statement(tx: &mut Tx, text: &'static str) -> Result<(), DbError> {
    of(tx)?.run(text)
}

fn of(tx: &mut Tx) -> Result<&mut Connection, DbError> {
    match tx {
        Tx::Sqlite(connection) => Ok(connection),
        Tx::Postgres(_) => Err(DbError::Wrong("the writer works on SQLite only")),
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    #[test]
    fn a_turn_ends_with_the_commit() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name: &str| folder.path().join(name);
        File::create(file("test.db")).expect("a file");
        let connection = Connection::to_write(&file("test.db")).expect("a database");
        let log = File::create(file("log")).expect("a file");
        let syncer = Syncer::start(log, DiskFault::default()).expect("a thread");
        let place = Arc::new(());
        let theirs = Arc::clone(&place);
        let job: Job = Box::new(|_| Done {
            keep: true,
            answer: Box::new(|committed| committed.expect("nothing to fail")),
            turn: Some(Box::new(theirs)),
        });
        let mut tx = Tx::Sqlite(Box::new(connection));
        group(&mut tx, &syncer, vec![job]);
        assert_eq!(Arc::strong_count(&place), 1);
        drop(syncer);
    }
}
