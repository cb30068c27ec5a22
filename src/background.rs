//! Work that goes on beside requests: jobs, the log's chain, other nodes' signals, the clock.

use std::{future::Future, sync::Arc, time::Duration};

use futures_util::future::{BoxFuture, join_all};

use crate::{
    app::App,
    base::clock::Timestamp,
    db::{Db, DbError, Lane, Tx},
    features::{
        attachments,
        audit::{self, ChainError},
        clock_marks, history,
        jobs::{Job, JobEnd, JobKind, Runner, back_off, ensure_recurring},
        limits, links, mail, partitions, passkeys, providers, sign_in,
        signals::{self, Follower, POLL_EVERY},
    },
};

/// How many jobs this node does at once.
const RUNNERS: usize = 3;
/// How often what is over is erased.
const SWEEP_EVERY: Duration = Duration::from_secs(30);
/// How many rows one step of it removes: so few that no request notices.
const BATCH: i64 = 64;
/// How often the clock's high-water mark is persisted.
const MARK_EVERY: Duration = Duration::from_secs(30);
/// How often events are chained: well within the second that the log promises.
const CHAIN_EVERY: Duration = Duration::from_millis(500);
/// How often the database server's clock is asked.
const FOLLOW_CLOCK_EVERY: Duration = Duration::from_secs(30);

/// Takes up what an earlier process left behind, before the first request: the recurring jobs and
/// the latest instant lived through.
///
/// # Errors
/// When the database refuses.
pub async fn prepare(app: &App) -> Result<(), DbError> {
    follow_clock(app).await?;
    if let Some(mark) = clock_marks::latest(app.db()).await? {
        app.clock().raise_high_water(mark);
    }
    let now = app.clock().now();
    partitions::ensure_ahead(app.db(), now).await?;
    for kind in [JobKind::Sweep, JobKind::ClockMark] {
        ensure_recurring(app.db(), kind, now).await?;
    }
    Ok(())
}

/// The runner of this node's jobs.
pub fn runner(app: &App) -> Runner {
    let handler_app = app.clone();
    let handler = move |job: Job| -> BoxFuture<'static, JobEnd> {
        let app = handler_app.clone();
        Box::pin(async move { run(&app, &job).await })
    };
    Runner::new(
        app.db().clone(),
        app.clock().clone(),
        Arc::new(handler),
        app.jobs_wake().clone(),
    )
}

/// Everything that runs for as long as the server does. Ends when it is dropped.
pub async fn run_all(app: App) {
    let signals = pass_on_signals(app.clone());
    let chain = || async {
        let db = app.db().on(Lane::Background);
        audit::chain_all(&db).await.map(drop)
    };
    let chain = every(
        CHAIN_EVERY,
        "chaining events",
        chain,
        ChainError::is_lasting,
    );
    let clock = every(
        FOLLOW_CLOCK_EVERY,
        "asking the database's clock",
        || follow_clock(&app),
        |_| false,
    );
    // A mail server that takes its time holds up one runner, not the sweeping and other mails.
    let runners = join_all((0..RUNNERS).map(|_| runner(&app).run()));
    tokio::join!(runners, signals, chain, clock);
}

/// Does the same work again and again. Of a failure it speaks once, and not twice a second for as long as that lasts.
async fn every<F, E: std::fmt::Display>(
    pause: Duration,
    what: &str,
    mut work: impl FnMut() -> F,
    is_lasting: fn(&E) -> bool,
) where
    F: Future<Output = Result<(), E>>,
{
    let mut told = None;
    loop {
        let failure = work().await.err();
        let text = failure.as_ref().map(ToString::to_string);
        if text != told {
            match failure {
                None => tracing::info!(what, "works again"),
                Some(error) if is_lasting(&error) => {
                    tracing::error!(%error, what, "stays so until it is mended");
                }
                Some(error) => tracing::warn!(%error, what, "will be tried again"),
            }
            told = text;
        }
        tokio::time::sleep(pause).await;
    }
}

async fn pass_on_signals(app: App) {
    let mut follower = Follower::default();
    loop {
        app.db().hinted(POLL_EVERY).await;
        // One node alone wakes its streams itself.
        if !app.db().is_shared() || !app.signals().has_listeners() {
            continue;
        }
        let now = app.clock().now();
        if let Err(error) = follower.pass_on(app.db(), app.signals(), now).await {
            tracing::warn!(%error, "other nodes' signals can't be read; will be tried again");
        }
    }
}

async fn follow_clock(app: &App) -> Result<(), DbError> {
    if let Some(server) = app.db().server_time().await? {
        app.clock().follow(server);
    }
    Ok(())
}

async fn run(app: &App, job: &Job) -> JobEnd {
    let now = app.clock().now();
    match job.kind {
        JobKind::Mail => app.mailer().deliver(job, now).await,
        JobKind::Sweep => recurring(job, sweep(app, now).await, SWEEP_EVERY),
        JobKind::ClockMark => {
            let marked = clock_marks::raise(app.db(), app.clock().high_water()).await;
            recurring(job, marked.map_err(Into::into), MARK_EVERY)
        }
    }
}

fn recurring(job: &Job, done: anyhow::Result<()>, again: Duration) -> JobEnd {
    match done {
        Ok(()) => JobEnd::Again(again),
        Err(error) => {
            tracing::warn!(
                kind = job.kind.as_str(),
                error = format!("{error:#}"),
                "will be tried again"
            );
            JobEnd::Retry(back_off(job.attempt), error.to_string())
        }
    }
}

/// Repeats a short step of tidying until it finds nothing more.
async fn repeat<F>(db: &Db, now: Timestamp, step: F) -> Result<(), DbError>
where
    F: for<'t> Fn(&'t mut Tx, Timestamp) -> BoxFuture<'t, Result<u64, DbError>>
        + Copy
        + Send
        + Sync
        + 'static,
{
    while db
        .gently(db.write(now, move |tx, now| step(tx, *now)))
        .await?
        > 0
    {}
    Ok(())
}

/// Erases what is over. A clock that was set back holds nothing up: what was over at the latest
/// instant lived through is over.
///
/// # Errors
/// When the database or the epoch keys can't be reached.
pub async fn sweep(app: &App, now: Timestamp) -> anyhow::Result<()> {
    let now = now.max(app.clock().high_water());
    let db = &app.db().on(Lane::Background);
    partitions::ensure_ahead(db, now).await?;
    // First: however much there is to erase, or whatever is wrong with it, it must not keep old keys alive.
    let destroyed = app.keys().destroy_old_epochs(now)?;
    let erased = links::sweep(db, now).await?;
    attachments::remove_stale(db, now).await?;
    limits::forget_full(db, now).await?;
    repeat(db, now, |tx, now| {
        Box::pin(signals::forget_old(tx, now, BATCH))
    })
    .await?;
    repeat(db, now, |tx, now| {
        Box::pin(sign_in::forget_old(tx, now, BATCH))
    })
    .await?;
    repeat(db, now, |tx, now| {
        Box::pin(providers::forget_old(tx, now, BATCH))
    })
    .await?;
    repeat(db, now, |tx, now| {
        Box::pin(passkeys::forget_old(tx, now, BATCH))
    })
    .await?;
    repeat(db, now, |tx, now| {
        Box::pin(mail::forget_old(tx, now, BATCH))
    })
    .await?;
    let dropped = partitions::drop_old_payloads(db, now).await?;
    if dropped > 0 {
        tracing::info!(
            dropped,
            "dropped the payloads of days whose key is destroyed"
        );
    }
    if erased > 0 || destroyed > 0 {
        tracing::info!(erased, destroyed_epochs = destroyed, "erased what is over");
    }
    if let Some(kept) = app.history() {
        history::drop_before(db, now - kept).await?;
    }
    Ok(())
}
