//! Work that outlives a request: committed with its cause, leased by one node at a time, tried
//! again with back-off, picked up by another node when the first one dies.

mod store;

use std::{sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use tokio::sync::Notify;

pub use store::{enqueue, ensure_recurring, next_due};

use crate::{
    base::{
        clock::Clock,
        id::{JobId, WorkspaceId},
        random,
    },
    db::{Db, DbError},
};

/// What kind of work it is. The texts are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobKind {
    /// Hand one mail to the mail server; the payload names it.
    Mail,
    /// Erase what is over: ciphertexts, sign-ins, sessions, buckets, signals, epoch keys.
    Sweep,
    /// Persist the clock's high-water mark.
    ClockMark,
}

impl JobKind {
    const ALL: [Self; 3] = [Self::Mail, Self::Sweep, Self::ClockMark];

    /// The stable text of the kind.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Sweep => "sweep",
            Self::ClockMark => "clock_mark",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A job that this node has leased.
#[derive(Clone, Debug)]
pub struct Job {
    /// `job_…`
    pub id: JobId,
    /// What is to be done.
    pub kind: JobKind,
    /// For which workspace.
    pub workspace: Option<WorkspaceId>,
    /// With what. Holds ids only: nothing secret.
    pub payload: String,
    /// The how-many-th try this is, from 1.
    pub attempt: i64,
    lease: String,
}

/// How a job ended.
#[derive(Clone, Debug)]
pub enum JobEnd {
    /// It is done, and its row goes away.
    Done,
    /// A recurring job: due again after this time.
    Again(Duration),
    /// It didn't work; another try after this time.
    Retry(Duration, String),
    /// It will not work; the row stays for admins to see.
    Failed(String),
}

/// How long nothing may be heard of a node that works on a job before others take it to be dead.
pub const LEASE: Duration = Duration::from_secs(120);
/// How often a node that works on a job says that it still does.
const KEEP_EVERY: Duration = Duration::from_secs(LEASE.as_secs() / 4);

/// What does the work: given a job, says how it ended.
pub type Handler = Arc<dyn Fn(Job) -> BoxFuture<'static, JobEnd> + Send + Sync>;

/// Takes due jobs and has them done; cheap to clone.
#[derive(Clone)]
pub struct Runner {
    db: Db,
    clock: Clock,
    handler: Handler,
    wake: Arc<Notify>,
    keep_every: Duration,
}

impl std::fmt::Debug for Runner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Runner").finish_non_exhaustive()
    }
}

impl Runner {
    /// A runner for the jobs in `db`. `wake` is notified when a job was just committed.
    pub fn new(db: Db, clock: Clock, handler: Handler, wake: Arc<Notify>) -> Self {
        Self {
            db,
            clock,
            handler,
            wake,
            keep_every: KEEP_EVERY,
        }
    }

    /// One that keeps the lease of what it works on so often: every 30 seconds, if nothing is said.
    #[must_use]
    pub fn keeping_every(self, keep_every: Duration) -> Self {
        Self { keep_every, ..self }
    }

    /// Works until the task is dropped: at once when woken, else every second.
    pub async fn run(self) {
        loop {
            match self.run_due().await {
                Ok(0) => {
                    let _ =
                        tokio::time::timeout(Duration::from_secs(1), self.wake.notified()).await;
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "jobs can't be read; trying again");
                    tokio::time::sleep(Duration::from_secs(2)).await;
                }
            }
        }
    }

    /// Does everything that is due now; how many jobs that were.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn run_due(&self) -> Result<usize, DbError> {
        let mut count = 0;
        while let Some(job) = self.lease_one().await? {
            count += 1;
            let end = self.work_on(&job).await;
            self.end(job, end).await?;
        }
        Ok(count)
    }

    /// Has a job done, and keeps its lease for as long as that takes: erasing what is over may take minutes, and
    /// shall not take one runner after the other.
    async fn work_on(&self, job: &Job) -> JobEnd {
        let mut work = (self.handler)(job.clone());
        loop {
            if let Ok(end) = tokio::time::timeout(self.keep_every, &mut work).await {
                return end;
            }
            if let Err(error) = self.keep(job).await {
                tracing::warn!(%error, job = %job.id, "the lease of a job can't be kept; will be tried again");
            }
        }
    }

    async fn keep(&self, job: &Job) -> Result<(), DbError> {
        let until = self.clock.now() + LEASE;
        self.db
            .write((job.clone(), until), |tx, (job, until)| {
                Box::pin(store::keep(tx, job, *until))
            })
            .await
    }

    async fn lease_one(&self) -> Result<Option<Job>, DbError> {
        let now = self.clock.now();
        if !store::any_due(&self.db, now).await? {
            return Ok(None);
        }
        let lease = hex::encode(random::bytes::<16>());
        self.db
            .write((lease, now), |tx, (lease, now)| {
                Box::pin(async move { store::lease(tx, lease, *now, *now + LEASE).await })
            })
            .await
    }

    async fn end(&self, job: Job, end: JobEnd) -> Result<(), DbError> {
        let now = self.clock.now();
        self.db
            .write((job, end, now), |tx, (job, end, now)| {
                Box::pin(async move { store::end(tx, job, end, *now).await })
            })
            .await
    }
}

/// How long to wait before try number `attempt + 1`: 5 s, doubling, at most an hour.
pub fn back_off(attempt: i64) -> Duration {
    let doublings = u32::try_from(attempt.clamp(1, 20) - 1).unwrap_or(0);
    Duration::from_secs(
        5_u64
            .saturating_mul(2_u64.saturating_pow(doublings))
            .min(3600),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_are_spaced_out_up_to_an_hour() {
        assert_eq!(back_off(1), Duration::from_secs(5));
        assert_eq!(back_off(3), Duration::from_secs(20));
        assert_eq!(back_off(50), Duration::from_secs(3600));
    }
}
