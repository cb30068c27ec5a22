//! The one source of time. Everything else is given `now`.

use std::{
    ops::{Add, Sub},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

/// An instant: milliseconds since the Unix epoch, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The instant `ms` milliseconds after the Unix epoch.
    pub const fn from_millis(ms: i64) -> Self {
        Self(ms)
    }

    /// Milliseconds since the Unix epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the Unix epoch, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Whole days since the Unix epoch (UTC), rounded down.
    pub const fn day(self) -> i64 {
        self.0.div_euclid(86_400_000)
    }

    /// How long it is from `earlier` to here; zero when `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

/// A duration in whole milliseconds, as it is kept.
pub fn whole_millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(whole_millis(duration)))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(whole_millis(duration)))
    }
}

/// Tells the time: the machine's, corrected to the database server's where there is one,
/// or a test's own.
///
/// It also remembers the latest instant this installation has lived through (the high-water
/// mark, persisted by a job), so that a clock set back can be noticed.
#[derive(Clone, Debug)]
pub struct Clock {
    source: Source,
    offset_ms: Arc<AtomicI64>,
    high_water_ms: Arc<AtomicI64>,
}

#[derive(Clone, Debug)]
enum Source {
    System,
    Manual(Arc<AtomicI64>),
}

/// How far the clock may stand behind the high-water mark before links refuse to open.
pub const CLOCK_TOLERANCE: Duration = Duration::from_secs(60);

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self::with(Source::System)
    }

    /// A clock that only moves when told to, for tests.
    pub fn manual(start: Timestamp) -> Self {
        Self::with(Source::Manual(Arc::new(AtomicI64::new(start.millis()))))
    }

    fn with(source: Source) -> Self {
        Self {
            source,
            offset_ms: Arc::default(),
            high_water_ms: Arc::new(AtomicI64::new(i64::MIN)),
        }
    }

    /// The current instant; raises the high-water mark.
    ///
    /// Time stands still rather than go back: a clock that was set back a little gives the mark
    /// until it has caught up, so that what was refused as expired a moment ago stays refused. One
    /// that was set back by more than [`CLOCK_TOLERANCE`] is given as it is; see
    /// [`Clock::is_behind`].
    pub fn now(&self) -> Timestamp {
        let told = Timestamp(
            self.raw()
                .saturating_add(self.offset_ms.load(Ordering::Relaxed)),
        );
        let mark = Timestamp(self.high_water_ms.fetch_max(told.0, Ordering::Relaxed));
        if told + CLOCK_TOLERANCE < mark {
            told
        } else {
            told.max(mark)
        }
    }

    /// Makes [`Clock::now`] agree with a server that said `server` just now.
    pub fn follow(&self, server: Timestamp) {
        self.offset_ms.store(
            server.millis().saturating_sub(self.raw()),
            Ordering::Relaxed,
        );
    }

    /// The latest instant seen by this process, or persisted by an earlier one.
    pub fn high_water(&self) -> Timestamp {
        Timestamp(self.high_water_ms.load(Ordering::Relaxed))
    }

    /// Raises the high-water mark to what an earlier process or another node has persisted.
    pub fn raise_high_water(&self, mark: Timestamp) {
        self.high_water_ms
            .fetch_max(mark.millis(), Ordering::Relaxed);
    }

    /// Whether `now` is more than [`CLOCK_TOLERANCE`] behind the high-water mark: somebody set
    /// the clock back, and what had expired must not come back to life.
    pub fn is_behind(&self, now: Timestamp) -> bool {
        now + CLOCK_TOLERANCE < self.high_water()
    }

    /// Moves a manual clock by `by`; does nothing to the machine's.
    pub fn advance(&self, by: Duration) {
        if let Source::Manual(ms) = &self.source {
            ms.fetch_add(whole_millis(by), Ordering::Relaxed);
        }
    }

    /// Sets a manual clock, also backwards; does nothing to the machine's.
    pub fn set(&self, to: Timestamp) {
        if let Source::Manual(ms) = &self.source {
            ms.store(to.millis(), Ordering::Relaxed);
        }
    }

    fn raw(&self) -> i64 {
        match &self.source {
            #[expect(
                clippy::disallowed_methods,
                reason = "the one place that reads the clock"
            )]
            Source::System => std::time::SystemTime::now()
                .duration_since(std::time::UNIX_EPOCH)
                .map_or(0, whole_millis),
            Source::Manual(ms) => ms.load(Ordering::Relaxed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_set_back_is_noticed_after_a_minute() {
        let clock = Clock::manual(Timestamp::from_millis(10_000_000));
        let start = clock.now();
        clock.set(start - Duration::from_secs(60));
        assert!(!clock.is_behind(clock.now()));
        assert_eq!(clock.now(), start, "it stands still until it has caught up");
        clock.set(start - Duration::from_millis(60_001));
        assert!(clock.is_behind(clock.now()));
    }

    #[test]
    fn following_a_server_shifts_now() {
        let clock = Clock::manual(Timestamp::from_millis(5_000));
        clock.follow(Timestamp::from_millis(65_000));
        clock.advance(Duration::from_secs(1));
        assert_eq!(clock.now().millis(), 66_000);
    }
}
