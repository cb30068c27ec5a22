//! What a load came to.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use hdrhistogram::Histogram;

use super::Answer;

/// The longest latency that is told apart, in microseconds.
const LONGEST: u64 = 120_000_000;

/// A histogram of latencies in microseconds.
pub fn histogram() -> Histogram<u64> {
    // Valid bounds are no error.
    Histogram::new_with_bounds(1, LONGEST, 3).unwrap_or_else(|_| unreachable!("valid bounds"))
}

/// What one kind of request came to.
#[derive(Clone, Debug)]
pub struct Class {
    /// Latencies of what was answered with 2xx.
    pub good: Histogram<u64>,
    /// Latencies of what was refused with 429 or 503.
    pub refused: Histogram<u64>,
    /// How often each status came.
    pub statuses: BTreeMap<u16, u64>,
    /// How many refusals said when to come back.
    pub with_retry_after: u64,
    /// Latencies of good answers by when they were sent, if that was asked for.
    pub windows: Vec<Histogram<u64>>,
    /// Likewise how many were refused.
    pub refusals: Vec<u64>,
}

impl Class {
    fn new() -> Self {
        Self {
            good: histogram(),
            refused: histogram(),
            statuses: BTreeMap::new(),
            with_retry_after: 0,
            windows: Vec::new(),
            refusals: Vec::new(),
        }
    }

    /// The latency in milliseconds that this share of good answers stayed within.
    pub fn ms(&self, share: f64) -> f64 {
        quantile_ms(&self.good, share)
    }
}

/// The value in milliseconds that this share stayed within.
pub fn quantile_ms(latencies: &Histogram<u64>, share: f64) -> f64 {
    Duration::from_micros(latencies.value_at_quantile(share)).as_secs_f64() * 1000.0
}

/// What a whole load came to.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub classes: Vec<Class>,
    /// How long it was measured.
    pub elapsed: Duration,
    /// Requests of an open loop that were never sent, because every connection was waiting.
    pub unsent: u64,
    /// The same by when they should have been sent, if windows were asked for.
    pub unsent_windows: Vec<u64>,
    /// Connections that broke, and requests with them.
    pub broken: u64,
}

impl Outcome {
    /// The first kind of request.
    pub fn first(&self) -> &Class {
        &self.classes[0]
    }

    /// Good answers a second, of all kinds.
    pub fn rate(&self) -> f64 {
        let good: u64 = self.classes.iter().map(|class| class.good.len()).sum();
        as_f64(good) / self.elapsed.as_secs_f64()
    }

    /// The latency in milliseconds that this share of good answers of all kinds stayed within.
    pub fn ms(&self, share: f64) -> f64 {
        let mut all = histogram();
        for class in &self.classes {
            // All have the same bounds: what fits into one fits into the sum.
            all += &class.good;
        }
        quantile_ms(&all, share)
    }

    /// Goes on only when everything was answered, and well.
    pub fn all_good(&self, what: &str) -> Result<()> {
        self.all_of(what, |status| (200..300).contains(&status))
    }

    /// Goes on only when everything was answered, be it with "come back later".
    pub fn all_good_or_busy(&self, what: &str) -> Result<()> {
        self.all_of(what, |status| (200..300).contains(&status) || status == 503)
    }

    fn all_of(&self, what: &str, expected: impl Fn(u16) -> bool) -> Result<()> {
        let mut bad = BTreeMap::new();
        let mut good = 0;
        for class in &self.classes {
            good += class.good.len();
            for (status, count) in &class.statuses {
                if !expected(*status) {
                    *bad.entry(*status).or_insert(0_u64) += count;
                }
            }
        }
        ensure!(
            bad.is_empty() && self.broken == 0,
            "{what}: {good} were answered well, but statuses were {bad:?} and {} connections broke",
            self.broken
        );
        ensure!(good > 0, "{what}: nothing was asked");
        Ok(())
    }
}

/// Takes down what comes back.
#[derive(Debug)]
pub struct Recorder {
    classes: Vec<Class>,
    /// From when on it counts.
    from: Instant,
    window: Option<Duration>,
    last: Instant,
    unsent: u64,
    unsent_windows: Vec<u64>,
    pub broken: u64,
}

impl Recorder {
    pub fn new(classes: usize, from: Instant, window: Option<Duration>) -> Self {
        Self {
            classes: (0..classes).map(|_| Class::new()).collect(),
            from,
            window,
            last: from,
            unsent: 0,
            unsent_windows: Vec::new(),
            broken: 0,
        }
    }

    /// Notes an answer to a request that was (or should have been) sent at `sent`.
    pub fn note(&mut self, class: usize, sent: Instant, done: Instant, answer: Answer) {
        if sent < self.from {
            return;
        }
        self.last = self.last.max(done);
        let Some(class) = self.classes.get_mut(class) else {
            return;
        };
        let took = u64::try_from((done - sent).as_micros()).unwrap_or(LONGEST);
        let took = took.clamp(1, LONGEST);
        *class.statuses.entry(answer.status).or_insert(0) += 1;
        let window = window_of(self.window, sent - self.from);
        match answer.status {
            200..300 => {
                class.good.saturating_record(took);
                if let Some(at) = window {
                    at_window(&mut class.windows, at, histogram).saturating_record(took);
                }
            }
            429 | 503 => {
                class.refused.saturating_record(took);
                class.with_retry_after += u64::from(answer.retry_after);
                if let Some(at) = window {
                    *at_window(&mut class.refusals, at, || 0) += 1;
                }
            }
            _ => {}
        }
    }

    /// Notes a request that was never sent, though it should have been at `at`.
    pub fn leave_out(&mut self, at: Instant) {
        if at < self.from {
            return;
        }
        self.unsent += 1;
        if let Some(at) = window_of(self.window, at - self.from) {
            *at_window(&mut self.unsent_windows, at, || 0) += 1;
        }
    }

    pub fn finish(self) -> Outcome {
        Outcome {
            classes: self.classes,
            elapsed: self.last - self.from,
            unsent: self.unsent,
            unsent_windows: self.unsent_windows,
            broken: self.broken,
        }
    }
}

/// The window that an instant so long after the start belongs to, if there are any.
fn window_of(window: Option<Duration>, after: Duration) -> Option<usize> {
    let at = after.as_nanos() / window?.as_nanos().max(1);
    Some(usize::try_from(at).unwrap_or(usize::MAX))
}

/// What belongs to a window, with as many windows as that takes.
fn at_window<T>(windows: &mut Vec<T>, at: usize, empty: fn() -> T) -> &mut T {
    if windows.len() <= at {
        windows.resize_with(at + 1, empty);
    }
    &mut windows[at]
}

/// A count as a number to compute with; counts are far below 2^53.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub fn as_f64(count: u64) -> f64 {
    count as f64
}

/// Reads JSON from an answer's body.
pub fn json(body: &[u8]) -> Result<serde_json::Value> {
    serde_json::from_slice(body)
        .with_context(|| format!("no JSON: {}", String::from_utf8_lossy(body)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16) -> Answer {
        Answer {
            status,
            retry_after: status == 503,
        }
    }

    #[test]
    fn what_was_sent_before_the_start_does_not_count() {
        let start = Instant::now();
        let ms = Duration::from_millis;
        let mut recorder = Recorder::new(1, start + ms(10), None);
        recorder.note(0, start, start + ms(11), answer(200));
        recorder.note(0, start + ms(10), start + ms(14), answer(200));
        recorder.note(0, start + ms(12), start + ms(20), answer(201));
        let outcome = recorder.finish();
        assert_eq!(outcome.first().good.len(), 2);
        assert_eq!(outcome.elapsed, ms(10));
        assert!((outcome.rate() - 200.0).abs() < 1e-6);
        assert!((outcome.first().ms(0.5) - 4.0).abs() < 0.01);
        outcome.all_good("test").unwrap();
    }

    #[test]
    fn refusals_are_kept_apart() {
        let start = Instant::now();
        let mut recorder = Recorder::new(1, start, None);
        for status in [200, 503, 429, 404] {
            recorder.note(0, start, start + Duration::from_millis(1), answer(status));
        }
        let outcome = recorder.finish();
        let class = outcome.first();
        assert_eq!(
            (
                class.good.len(),
                class.refused.len(),
                class.with_retry_after
            ),
            (1, 2, 1)
        );
        assert_eq!(class.statuses[&404], 1);
        assert!(outcome.all_good("test").is_err());
    }

    #[test]
    fn windows_follow_the_time_of_sending() {
        let start = Instant::now();
        let s = Duration::from_secs;
        let mut recorder = Recorder::new(1, start, Some(s(1)));
        recorder.note(0, start, start + s(5), answer(200));
        recorder.note(0, start + s(2), start + s(3), answer(200));
        let windows = &recorder.finish().classes[0].windows;
        assert_eq!(
            windows.iter().map(Histogram::len).collect::<Vec<_>>(),
            [1, 0, 1]
        );
    }
}
