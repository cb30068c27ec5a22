//! How many guests are served at once, and who is told to come back.
//!
//! A burst waits for its turn. When a queue doesn't go away again, more comes in than can be done, and
//! waiting would only make everybody late: then most of what comes on top is refused at once, which
//! costs little, and what is admitted is served as quickly as ever. That stays so until nobody was
//! refused for a while: a short queue is often empty for a moment, which doesn't mean that the crowd
//! has gone. A refusal isn't sent at once, since many a client answers it with the next attempt.
//! Members don't pass here, so signing in and confirming go on meanwhile.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use axum::{
    extract::{Request, State},
    http::StatusCode,
    middleware::Next,
    response::Response,
};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::web::problem::Problem;

/// How many requests that write are worked on at once, for each core: enough to keep it busy while others
/// wait for the disk.
const WRITING: usize = 6;
/// How many that only read: they wait for nothing but the core. They have places of their own, since
/// behind those that write they would wait many times longer than they take.
const READING: usize = 2;
/// How many may wait in a burst: as many as are served in some tenths of a second.
const WRITING_BURST: usize = 256;
const READING_BURST: usize = 1024;
/// A queue that was there for so long is no burst.
const STANDING: Duration = Duration::from_millis(250);
/// How many may wait while a queue stands: so that there is always a next one, and that some who come
/// steadily aren't taken for a crowd.
const WRITING_SHORT: usize = 12;
const READING_SHORT: usize = 4;
/// For how long after the last refusal left no burst may wait: who was refused comes back.
const WARY: Duration = Duration::from_secs(1);
/// For how long a refusal is held back at least.
const HOLD: Duration = Duration::from_millis(250);
/// What each refusal that is held back already adds to that: they leave at this pace at most, however
/// many clients there are, so that reading what is refused never takes the machine.
const PACE: Duration = Duration::from_micros(1500);
/// How many refusals are held back at once, the last for six seconds; others are sent without delay.
const HELD: usize = 4096;
/// When to come back.
const LATER: Duration = Duration::from_secs(1);

/// The gate that guests pass.
#[derive(Debug)]
pub struct Gate {
    running: Semaphore,
    /// How many may wait in a burst.
    burst: usize,
    /// How many may wait while a queue stands.
    short: usize,
    held: Semaphore,
    waiting: AtomicUsize,
    start: Instant,
    /// Since when somebody has been waiting without a break, in milliseconds since the start plus one;
    /// zero when nobody is.
    queue_since: AtomicU64,
    /// Until when the queue is kept short, in milliseconds since the start.
    wary_until: AtomicU64,
}

/// Counts one who waits, for as long as they do.
struct Waiting<'a>(&'a Gate);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if self.0.waiting.fetch_sub(1, Relaxed) == 1 {
            self.0.queue_since.store(0, Relaxed);
        }
    }
}

impl Gate {
    /// A gate of requests that write, for a machine with so many cores.
    pub fn for_writing(cores: usize) -> Self {
        Self::new(cores * WRITING, WRITING_BURST, WRITING_SHORT)
    }

    /// A gate of requests that only read, for a machine with so many cores.
    pub fn for_reading(cores: usize) -> Self {
        Self::new(cores * READING, READING_BURST, READING_SHORT)
    }

    fn new(places: usize, burst: usize, short: usize) -> Self {
        Self {
            running: Semaphore::new(places),
            burst,
            short,
            held: Semaphore::new(HELD),
            waiting: AtomicUsize::new(0),
            start: Instant::now(),
            queue_since: AtomicU64::new(0),
            wary_until: AtomicU64::new(0),
        }
    }

    /// A place to be served in; nothing for who is better told to come back.
    async fn pass(&self) -> Option<SemaphorePermit<'_>> {
        if let Ok(place) = self.running.try_acquire() {
            return Some(place);
        }
        let waiting = self.queue()?;
        let place = self.running.acquire().await.ok();
        drop(waiting);
        place
    }

    /// Takes the haste out of a refusal.
    async fn hold_back(&self) {
        if let Ok(one) = self.held.try_acquire() {
            let held = u32::try_from(self.held_back()).unwrap_or(u32::MAX);
            tokio::time::sleep(HOLD.max(PACE * held)).await;
            drop(one);
            self.be_wary();
        }
    }

    fn held_back(&self) -> usize {
        HELD - self.held.available_permits()
    }

    fn be_wary(&self) {
        let until = milliseconds(self.start.elapsed() + WARY);
        self.wary_until.fetch_max(until, Relaxed);
    }

    fn queue(&self) -> Option<Waiting<'_>> {
        let now = milliseconds(self.start.elapsed());
        let before = self.waiting.fetch_add(1, Relaxed);
        let waiting = Waiting(self);
        if before == 0 {
            self.queue_since.store(now + 1, Relaxed);
        }
        let since = self.queue_since.load(Relaxed);
        let standing = since != 0 && Duration::from_millis(now.saturating_sub(since)) > STANDING;
        let wary = now < self.wary_until.load(Relaxed) || self.held_back() > 0;
        let room = if standing || wary {
            self.short
        } else {
            self.burst
        };
        if before >= room {
            self.be_wary();
            return None;
        }
        Some(waiting)
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Serves a guest, or says when to come back.
pub async fn admit_guests(
    State(gate): State<Arc<Gate>>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let Some(place) = gate.pass().await else {
        // Of what came, only the body is kept for as long as that: dropped unread before it has arrived,
        // it would take the connection with it.
        let (_, body) = request.into_parts();
        drop(next);
        gate.hold_back().await;
        drop(body);
        return Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            "Too busy right now",
            "Nothing was used up. Try again in a moment.",
        )
        .retry_after(LATER));
    };
    let response = next.run(request).await;
    drop(place);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures_util::{FutureExt, future::join_all};

    use super::*;

    #[tokio::test]
    async fn a_burst_waits_and_is_served() {
        let gate = Gate::for_reading(1);
        let served = join_all((0..500).map(async |_| {
            let place = gate.pass().await;
            tokio::task::yield_now().await;
            place.is_some()
        }));
        assert!(served.await.iter().all(|served| *served));
        assert_eq!(gate.waiting.load(Relaxed), 0);
        assert_eq!(gate.queue_since.load(Relaxed), 0);
    }

    #[tokio::test]
    async fn a_queue_that_stands_stays_short_and_a_burst_is_bounded() {
        let gate = Gate::for_writing(1);
        let _busy = gate.running.acquire_many(WRITING as u32).await;
        let burst: Vec<_> = (0..WRITING_BURST + 10)
            .map_while(|_| gate.queue())
            .collect();
        assert_eq!(burst.len(), WRITING_BURST);
        drop(burst);
        let first = gate.queue();
        assert!(first.is_some());
        let long_ago = milliseconds(STANDING) + 2;
        let started = Instant::now() - Duration::from_millis(long_ago);
        let gate = Gate {
            start: started,
            queue_since: AtomicU64::new(1),
            waiting: AtomicUsize::new(1),
            wary_until: AtomicU64::new(0),
            running: Semaphore::new(0),
            burst: 100,
            short: 4,
            held: Semaphore::new(HELD),
        };
        let admitted: Vec<_> = (0..100).map_while(|_| gate.queue()).collect();
        assert_eq!(admitted.len(), 3);
    }

    #[tokio::test]
    async fn no_burst_waits_soon_after_a_refusal() {
        let gate = Gate::for_writing(1);
        let crowd: Vec<_> = (0..=WRITING_BURST).map(|_| gate.queue()).collect();
        assert!(crowd.last().is_some_and(Option::is_none), "one too many");
        drop(crowd);
        assert_eq!(gate.queue_since.load(Relaxed), 0, "the queue is empty");
        let next: Vec<_> = (0..100).map_while(|_| gate.queue()).collect();
        assert_eq!(next.len(), WRITING_SHORT);
        drop(next);
        gate.wary_until.store(0, Relaxed);
        let later: Vec<_> = (0..100).map_while(|_| gate.queue()).collect();
        assert_eq!(later.len(), 100, "the crowd has gone");
    }

    #[tokio::test(start_paused = true)]
    async fn no_burst_waits_while_a_refusal_is_held_back_or_just_left() {
        let gate = Gate::for_writing(1);
        let admitted = || {
            let admitted: Vec<_> = (0..100).map_while(|_| gate.queue()).collect();
            admitted.len()
        };
        let mut held = pin!(gate.hold_back());
        assert!(held.as_mut().now_or_never().is_none(), "it is held back");
        assert_eq!(admitted(), WRITING_SHORT);
        held.await;
        assert_eq!(gate.held_back(), 0);
        assert_eq!(admitted(), WRITING_SHORT);
        gate.wary_until.store(0, Relaxed);
        assert_eq!(admitted(), 100);
    }

    #[tokio::test(start_paused = true)]
    async fn refusals_leave_at_a_pace_and_no_crowd_of_them_is_kept() {
        let gate = Gate::for_writing(1);
        let time = async || {
            let start = tokio::time::Instant::now();
            gate.hold_back().await;
            start.elapsed()
        };
        let alone = time().await;
        assert!(alone >= HOLD && alone < HOLD * 2, "{alone:?}");
        let crowd = join_all((0..HELD + 100).map(|_| time())).await;
        let at_once = crowd.iter().filter(|time| time.is_zero()).count();
        assert_eq!(at_once, 100, "who finds all places taken isn't kept");
        for second in 1..6 {
            let left = crowd.iter().filter(|time| time.as_secs() == second).count();
            assert!(left <= 700, "{left} in second {second}");
        }
        assert_eq!(gate.held.available_permits(), HELD);
    }
}
