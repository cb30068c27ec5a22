//! Whether claims notice that a million expired links are being erased.

use std::{
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use hdrhistogram::Histogram;

use super::Row;
use crate::{
    bench::Bench,
    figures::{Line, Target, Unit},
    load::{Outcome, Pace, Plan, drive, histogram, quantile_ms},
    requests::Claims,
    seed::{LiveLinks, live},
    server::Engine,
    sweeping::{Peephole, expire},
};

/// How many claims come in a second: a busy hour, not a saturated server, so that what is measured
/// is waiting for the sweeper and not for each other.
fn rate(engine: Engine) -> f64 {
    match engine {
        Engine::Sqlite => 1000.0,
        // With the database, the server and the recipients on two cores.
        Engine::Postgres => 300.0,
    }
}
const EXPIRED: usize = 1_000_000;
/// How long claims are watched before the sweeper begins.
const BEFORE: Duration = Duration::from_secs(15);
/// How long they are watched while it works, if it takes longer.
const LONGEST: Duration = Duration::from_secs(60);
/// The time until the server is started and its sweeper waits.
const START: Duration = Duration::from_secs(5);
const WINDOW: Duration = Duration::from_millis(250);

pub const SQLITE: Row = Row {
    name: "sweep",
    about: "claims while 1,000,000 expired links are erased, on SQLite",
    run: |bench| {
        let targets = (Target::RatioAtMost(2.0), Target::AtMost(0.0));
        Box::pin(measure(bench, Engine::Sqlite, targets))
    },
};
pub const POSTGRES: Row = Row {
    name: "sweep-postgres",
    about: "the same on PostgreSQL",
    run: |bench| {
        let targets = (Target::Told, Target::Told);
        Box::pin(measure(bench, Engine::Postgres, targets))
    },
};

/// With targets for the time that claims take, and for how many are refused.
async fn measure(
    bench: &Bench,
    engine: Engine,
    (time, refusals): (Target, Target),
) -> Result<Vec<Line>> {
    let links = bench.options.scaled(EXPIRED);
    let name = engine.name();
    let mut line = Line::new(
        format!("claim p99 while {links} expired links are erased, {name}"),
        Unit::Millis,
        time,
    )
    .against("claim p99 before")
    .note(format!("{} claims a second", rate(engine)));
    let mut left_out = Line::new(
        format!("claims that no connection was free for meanwhile, {name}"),
        Unit::Count,
        Target::Told,
    )
    .note("they count as slower than all others");
    let mut refused = Line::new(
        format!("claims refused meanwhile, {name}"),
        Unit::Count,
        refusals,
    )
    .note("with 503; they count likewise");
    let mut speed = Line::new(
        format!("links erased meanwhile, {name}"),
        Unit::PerSecond,
        Target::Told,
    );
    for run in 0..bench.options.runs {
        bench.says(&format!("the sweeper on {name}, run {}", run + 1));
        let watched = watch(bench, engine, links).await?;
        line.add(watched.during, Some(watched.before));
        left_out.add(watched.left_out, None);
        refused.add(watched.refused, None);
        speed.add(watched.erased_a_second, None);
    }
    Ok(vec![line, left_out, refused, speed])
}

struct Watched {
    before: f64,
    during: f64,
    left_out: f64,
    refused: f64,
    erased_a_second: f64,
}

async fn watch(bench: &Bench, engine: Engine, links: usize) -> Result<Watched> {
    let (before, longest) = if bench.options.quick {
        (Duration::from_secs(2), Duration::from_secs(5))
    } else {
        (BEFORE, LONGEST)
    };
    let mut stage = bench.usual(engine).await?;
    let most = (START + before + longest).as_secs_f64() * rate(engine) * 1.2;
    let (world, mut sink, sealer) = stage.open().await?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rough number"
    )]
    let wanted = LiveLinks {
        count: most as usize,
        notify: false,
        expires_at: None,
    };
    let held = live(world, &mut sink, sealer, wanted).await?;
    sink.finish().await?;
    let until = expire(
        &mut stage,
        links,
        i64::try_from((START + before).as_millis())?,
    )
    .await?;
    let server = stage.serve().await?;
    let peephole = Peephole::open(&stage.installation).await?;

    let stop = Arc::new(AtomicBool::new(false));
    let plan = Plan {
        connections: 128,
        pace: Pace::Open(rate(engine)),
        window: Some(WINDOW),
        stop: Some(Arc::clone(&stop)),
        ..Plan::closed(
            server.address,
            Duration::from_secs(1),
            START + before + longest,
        )
    };
    let counts_from = Instant::now() + plan.warm_up;
    let claims = Arc::new(Claims::new(&server.authority, Arc::new(held)));
    let load = tokio::spawn(drive(plan, claims));
    let swept = follow(&peephole, until, longest).await;
    stop.store(true, Relaxed);
    let outcome = load.await??;
    let (began, ended) = swept?;
    outcome.all_good_or_busy("claims beside the sweeper")?;
    let left = peephole.count(until).await?;
    let calm = Period::new(&outcome, counts_from.min(began), began, counts_from);
    let busy = Period::new(&outcome, began, ended, counts_from);
    ensure!(
        calm.refused == 0,
        "{} claims were refused before the sweeper began",
        calm.refused
    );
    let watched = Watched {
        before: calm.p99().context("before the sweeper began")?,
        during: busy.p99().context("beside the sweeper")?,
        left_out: crate::load::as_f64(busy.left_out),
        refused: crate::load::as_f64(busy.refused),
        erased_a_second: (crate::load::as_f64(links as u64) - left) / (ended - began).as_secs_f64(),
    };
    server.stop()?;
    stage.remove().await?;
    Ok(watched)
}

/// When the sweeper began and when it ended, or was watched long enough.
async fn follow(peephole: &Peephole, until: i64, longest: Duration) -> Result<(Instant, Instant)> {
    let first = peephole.next(until).await?;
    ensure!(first.is_some(), "the sweeper was there before the load");
    let patience = Instant::now() + longest + 4 * START + BEFORE;
    let mut began = None;
    loop {
        let next = peephole.next(until).await?;
        let now = Instant::now();
        if began.is_none() && next != first {
            began = Some(now);
        }
        if let Some(began) = began
            && (next.is_none() || now - began >= longest)
        {
            return Ok((began, now));
        }
        ensure!(now < patience, "the sweeper doesn't begin");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The window that an instant belongs to.
fn window_of(at: Instant, counts_from: Instant) -> usize {
    let place = at.saturating_duration_since(counts_from).as_nanos() / WINDOW.as_nanos();
    usize::try_from(place).unwrap_or(usize::MAX)
}

/// What was sent between two instants, and what should have been.
struct Period {
    latencies: Histogram<u64>,
    left_out: u64,
    refused: u64,
}

impl Period {
    fn new(outcome: &Outcome, from: Instant, to: Instant, counts_from: Instant) -> Self {
        let first = window_of(from, counts_from);
        // A window that belongs to both counts for what comes later; the last one is whole.
        let period = first..window_of(to, counts_from).max(first + 1);
        let mut latencies = histogram();
        for one in within(&outcome.first().windows, &period) {
            // Both have the same bounds.
            latencies += one;
        }
        let left_out = within(&outcome.unsent_windows, &period).iter().sum();
        let refused = within(&outcome.first().refusals, &period).iter().sum();
        Self {
            latencies,
            left_out,
            refused,
        }
    }

    /// In milliseconds. What found no free connection, or was refused, counts as slower than all that was
    /// answered: a server that stalls must not look the better for it.
    ///
    /// # Errors
    /// When that was one in a hundred or more, so that there is no 99th percentile.
    fn p99(&self) -> Result<f64> {
        let answered = crate::load::as_f64(self.latencies.len());
        let all = answered + crate::load::as_f64(self.left_out + self.refused);
        let share = 0.99 * all / answered;
        ensure!(
            share <= 1.0,
            "no connection was free for {} claims, and {} were refused, of {all}",
            self.left_out,
            self.refused
        );
        Ok(quantile_ms(&self.latencies, share))
    }
}

/// The windows of a period, as far as there are any.
fn within<'a, T>(windows: &'a [T], period: &Range<usize>) -> &'a [T] {
    let end = windows.len().min(period.end);
    windows.get(period.start..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left_out_or_refused_counts_as_slowest() {
        let mut latencies = histogram();
        for ms in 1..=1000 {
            latencies.saturating_record(ms * 1000);
        }
        let mut period = Period {
            latencies,
            left_out: 0,
            refused: 0,
        };
        assert!((period.p99().unwrap() - 990.0).abs() < 1.0);
        (period.left_out, period.refused) = (3, 2);
        assert!((period.p99().unwrap() - 995.0).abs() < 1.0);
        period.refused = 50;
        assert!(period.p99().is_err());
        period.refused = 0;
        period.left_out = 50;
        assert!(period.p99().is_err());
    }
}
