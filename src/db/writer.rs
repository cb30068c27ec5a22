//! SQLite's one writer: it takes the writes that wait, runs each in a savepoint of its own,
//! commits once, and only then answers them all.
//!
//! One disk sync serves many requests. It never waits for more work to come, so an idle system
//! pays nothing. The queue is bounded: when it is full, callers hear "busy" at once.

use std::panic::AssertUnwindSafe;

use futures_util::{FutureExt, future::BoxFuture};
use sqlx::{Connection, SqliteConnection};
use tokio::sync::{mpsc, oneshot};

use super::{DbError, Tx};

/// How many writes share one commit at most.
const GROUP: usize = 64;
/// How many writes may wait.
const QUEUE: usize = 4096;

/// Tells a caller how its write ended, once the commit's fate is known.
type Answer = Box<dyn FnOnce(Result<(), DbError>) + Send>;

/// What a job leaves behind: keep its changes or not, and the answer it owes.
struct Done {
    keep: bool,
    answer: Answer,
}

type Job = Box<dyn for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Done> + Send>;

#[derive(Debug)]
pub(super) struct Writer {
    queue: mpsc::Sender<Message>,
}

enum Message {
    Job(Job),
    Close(oneshot::Sender<()>),
}

impl Writer {
    pub(super) fn start(connection: SqliteConnection) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(serve(connection, waiting));
        Self { queue }
    }

    pub(super) async fn run<I, T, E, F>(&self, input: I, work: F) -> Result<T, E>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
        F: for<'t> Fn(&'t mut Tx, &'t I) -> BoxFuture<'t, Result<T, E>> + Send + Sync + 'static,
    {
        let (send, receive) = oneshot::channel();
        let job: Job = Box::new(move |tx| {
            async move {
                let outcome = AssertUnwindSafe(work(tx, &input)).catch_unwind().await;
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
                Done { keep, answer }
            }
            .boxed()
        });
        self.queue
            .try_send(Message::Job(job))
            .map_err(|_| DbError::Busy)?;
        receive.await.map_err(|_| DbError::Busy)?
    }

    pub(super) async fn close(&self) {
        let (send, receive) = oneshot::channel();
        if self.queue.send(Message::Close(send)).await.is_ok() {
            let _ = receive.await;
        }
    }
}

async fn serve(connection: SqliteConnection, mut waiting: mpsc::Receiver<Message>) {
    let mut tx = Tx::Sqlite(Box::new(connection));
    let mut taken = Vec::with_capacity(GROUP);
    while waiting.recv_many(&mut taken, GROUP).await > 0 {
        let mut jobs = Vec::with_capacity(taken.len());
        let mut closing = None;
        for message in taken.drain(..) {
            match message {
                Message::Job(job) => jobs.push(job),
                Message::Close(done) => closing = Some(done),
            }
        }
        if !jobs.is_empty() {
            group(&mut tx, jobs).await;
        }
        if let Some(done) = closing {
            if let Tx::Sqlite(connection) = tx {
                let _ = connection.close().await;
            }
            let _ = done.send(());
            return;
        }
    }
}

/// Runs one group of writes and answers them.
async fn group(tx: &mut Tx, jobs: Vec<Job>) {
    if let Err(error) = statement(tx, "BEGIN IMMEDIATE").await {
        tracing::error!(%error, "the database refused to begin a transaction");
        return;
    }
    // A write alone is rolled back by rolling back all; it needs no savepoint.
    let alone = jobs.len() == 1;
    let mut answers = Vec::with_capacity(jobs.len());
    let mut kept = false;
    let mut broken = None;
    for job in jobs {
        if !alone && let Err(error) = statement(tx, "SAVEPOINT job").await {
            broken = Some(error);
            break;
        }
        let done = job(tx).await;
        kept |= done.keep;
        if !alone {
            let end = if done.keep {
                "RELEASE job"
            } else {
                "ROLLBACK TO job; RELEASE job"
            };
            if let Err(error) = statement(tx, end).await {
                broken = Some(error);
            }
        }
        answers.push(done.answer);
        if broken.is_some() {
            break;
        }
    }
    let end = match broken {
        // A full disk may have rolled back the whole transaction already: nothing is kept.
        Some(error) => Err(error),
        None if kept => statement(tx, "COMMIT").await,
        None => statement(tx, "ROLLBACK").await,
    };
    if end.is_err() {
        let _ = statement(tx, "ROLLBACK").await;
    }
    let mut first = Some(end);
    for answer in answers {
        answer(match &mut first {
            Some(Ok(())) => Ok(()),
            other => match other.take() {
                Some(Err(error)) => Err(error),
                _ => Err(DbError::Busy),
            },
        });
    }
}

async fn statement(tx: &mut Tx, text: &'static str) -> Result<(), DbError> {
    let Tx::Sqlite(connection) = tx else {
        return Err(DbError::Wrong("the writer works on SQLite only"));
    };
    sqlx::raw_sql(text).execute(&mut **connection).await?;
    Ok(())
}
