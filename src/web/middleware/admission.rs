//! How many guests are served at once, and who is told to come back.
//!
//! A burst waits for its turn. When a queue doesn't go away again, more comes in than can be done, and
//! waiting would only make everybody late: then most of what comes on top is refused at once, which
//! costs little, and what is admitted is served as quickly as ever. That stays so until nobody was
//! refused for a while: a short queue is often empty for a moment, which doesn't mean that the crowd
//! has gone. A refusal isn't sent at once, since many a client answers it with the next attempt.
//! Members don't pass here, so signing in and confirming go on meanwhile.
//!
//! Who comes to the gate has brought all they have to say: whoever sends slowly, or stops halfway,
//! takes nobody's place. Nor does who has been worked on and waits for the disk (see [`turn`]): then more
//! share each sync.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use axum::{
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, FromRequest, Request, State},
    http::StatusCode,
    middleware::Next,
    response::Response,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{base::turn, web::problem::Problem};

/// How many requests that write are worked on at once, for each core: enough to keep it busy while others
/// wait for the disk.
const WRITING: usize = 4;
/// How many that only read: they wait for nothing but the core. They have places of their own, since
/// behind those that write they would wait many times longer than they take.
const READING: usize = 2;
/// How many may wait in a burst: as many as are served in some hundredths of a second.
const WRITING_BURST: usize = 128;
const READING_BURST: usize = 128;
/// A queue that was there for so long is no burst.
const STANDING: Duration = Duration::from_millis(250);
/// How many may wait while a queue stands, for each core: so that there is always a next one, and that
/// some who come steadily aren't taken for a crowd.
const WRITING_SHORT: usize = 4;
const READING_SHORT: usize = 1;
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
/// A guest's request is this large at most, and so is any other, unless its route says otherwise.
pub const BODY: usize = 16 * 1024;

/// The gate that guests pass.
#[derive(Debug)]
pub struct Gate {
    running: Arc<Semaphore>,
    /// How many are served at once.
    places: usize,
    /// How many may wait in a burst.
    burst: usize,
    /// How many may wait while a queue stands.
    short: usize,
    held: Semaphore,
    /// How many are served or wait.
    inside: AtomicUsize,
    start: Instant,
    /// Since when somebody has been waiting without a break, in milliseconds since the start plus one;
    /// zero when nobody is.
    queue_since: AtomicU64,
    /// Until when the queue is kept short, in milliseconds since the start.
    wary_until: AtomicU64,
}

/// Counts one who is served or waits, for as long as they do. Who waits isn't counted apart: a place
/// that is free again belongs to the next one before they know of it, and would be counted twice.
struct Inside(Arc<Gate>);

impl Drop for Inside {
    fn drop(&mut self) {
        if self.0.inside.fetch_sub(1, Relaxed) == self.0.places + 1 {
            self.0.queue_since.store(0, Relaxed);
        }
    }
}

/// A place to be served in.
struct Place {
    _permit: OwnedSemaphorePermit,
    _inside: Inside,
}

impl Gate {
    /// A gate of requests that write, for a machine with so many cores.
    pub fn for_writing(cores: usize) -> Self {
        Self::new(cores * WRITING, WRITING_BURST, cores * WRITING_SHORT)
    }

    /// A gate of requests that only read, for a machine with so many cores.
    pub fn for_reading(cores: usize) -> Self {
        Self::new(cores * READING, READING_BURST, cores * READING_SHORT)
    }

    fn new(places: usize, burst: usize, short: usize) -> Self {
        Self {
            running: Arc::new(Semaphore::new(places)),
            places,
            burst,
            short,
            held: Semaphore::new(HELD),
            inside: AtomicUsize::new(0),
            start: Instant::now(),
            queue_since: AtomicU64::new(0),
            wary_until: AtomicU64::new(0),
        }
    }

    /// A place to be served in; nothing for who is better told to come back.
    async fn pass(self: &Arc<Self>) -> Option<Place> {
        let inside = self.enter()?;
        let permit = Arc::clone(&self.running).acquire_owned().await.ok()?;
        Some(Place {
            _permit: permit,
            _inside: inside,
        })
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

    fn enter(self: &Arc<Self>) -> Option<Inside> {
        let before = self.inside.fetch_add(1, Relaxed);
        let inside = Inside(Arc::clone(self));
        let Some(waiting) = before.checked_sub(self.places) else {
            return Some(inside);
        };
        let now = milliseconds(self.start.elapsed());
        if waiting == 0 {
            self.queue_since.store(now + 1, Relaxed);
        } else {
            // Whoever left the queue empty may have said so after the first newcomer spoke.
            let _ = self
                .queue_since
                .compare_exchange(0, now + 1, Relaxed, Relaxed);
        }
        let since = self.queue_since.load(Relaxed);
        let standing = since != 0 && Duration::from_millis(now.saturating_sub(since)) > STANDING;
        let wary = now < self.wary_until.load(Relaxed) || self.held_back() > 0;
        let room = if standing || wary {
            self.short
        } else {
            self.burst
        };
        if waiting >= room {
            self.be_wary();
            return None;
        }
        Some(inside)
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
    let request = whole(request).await?;
    let Some(place) = gate.pass().await else {
        drop((request, next));
        gate.hold_back().await;
        return Err(Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            "Too busy right now",
            "Nothing was used up. Try again in a moment.",
        )
        .retry_after(LATER));
    };
    Ok(turn::during(Box::new(place), next.run(request)).await)
}

/// The request, once all of its body is there.
async fn whole(request: Request) -> Result<Request, Problem> {
    let (parts, body) = request.into_parts();
    let mut unread = Request::new(body);
    DefaultBodyLimit::max(BODY).apply(&mut unread);
    match Bytes::from_request(unread, &()).await {
        Ok(body) => Ok(Request::from_parts(parts, Body::from(body))),
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            Err(Problem::too_long())
        }
        Err(_) => Err(Problem::bad_request(
            "The body ended before it was complete. Send it again.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures_util::{FutureExt, future::join_all};

    use super::*;

    /// As many as are served at once.
    fn served(gate: &Arc<Gate>) -> Vec<Inside> {
        (0..gate.places).map_while(|_| gate.enter()).collect()
    }

    /// How many of a hundred may wait.
    fn admitted(gate: &Arc<Gate>) -> usize {
        let admitted: Vec<_> = (0..100).map_while(|_| gate.enter()).collect();
        admitted.len()
    }

    #[tokio::test]
    async fn as_many_as_fit_are_never_taken_for_a_crowd() {
        let gate = Arc::new(Gate::for_writing(2));
        gate.wary_until.store(u64::MAX, Relaxed);
        let visits = join_all((0..16).map(async |_| {
            for _ in 0..100 {
                let place = gate.pass().await;
                tokio::task::yield_now().await;
                assert!(place.is_some());
            }
        }));
        visits.await;
        assert_eq!(gate.inside.load(Relaxed), 0);
    }

    #[tokio::test]
    async fn a_burst_waits_and_is_served() {
        let gate = Arc::new(Gate::for_reading(1));
        let served = join_all((0..READING + READING_BURST).map(async |_| {
            let place = gate.pass().await;
            tokio::task::yield_now().await;
            place.is_some()
        }));
        assert!(served.await.iter().all(|served| *served));
        assert_eq!(gate.inside.load(Relaxed), 0);
        assert_eq!(gate.queue_since.load(Relaxed), 0);
    }

    #[tokio::test]
    async fn a_queue_that_stands_stays_short_and_a_burst_is_bounded() {
        let gate = Arc::new(Gate {
            start: Instant::now() - STANDING - Duration::from_millis(2),
            ..Gate::for_writing(1)
        });
        let _served = served(&gate);
        let burst: Vec<_> = (0..WRITING_BURST + 10)
            .map_while(|_| gate.enter())
            .collect();
        assert_eq!(burst.len(), WRITING_BURST);
        drop(burst);
        gate.wary_until.store(0, Relaxed);
        let _first = gate.enter();
        gate.queue_since.store(1, Relaxed);
        assert_eq!(admitted(&gate), WRITING_SHORT - 1);
    }

    #[tokio::test]
    async fn no_burst_waits_soon_after_a_refusal() {
        let gate = Arc::new(Gate::for_writing(1));
        let _served = served(&gate);
        let crowd: Vec<_> = (0..=WRITING_BURST).map(|_| gate.enter()).collect();
        assert!(crowd.last().is_some_and(Option::is_none), "one too many");
        drop(crowd);
        assert_eq!(gate.queue_since.load(Relaxed), 0, "the queue is empty");
        assert_eq!(admitted(&gate), WRITING_SHORT);
        gate.wary_until.store(0, Relaxed);
        assert_eq!(admitted(&gate), 100, "the crowd has gone");
    }

    #[tokio::test(start_paused = true)]
    async fn no_burst_waits_while_a_refusal_is_held_back_or_just_left() {
        let gate = Arc::new(Gate::for_writing(1));
        let _served = served(&gate);
        let mut held = pin!(gate.hold_back());
        assert!(held.as_mut().now_or_never().is_none(), "it is held back");
        assert_eq!(admitted(&gate), WRITING_SHORT);
        held.await;
        assert_eq!(gate.held_back(), 0);
        assert_eq!(admitted(&gate), WRITING_SHORT);
        gate.wary_until.store(0, Relaxed);
        assert_eq!(admitted(&gate), 100);
    }

    #[tokio::test(start_paused = true)]
    async fn refusals_leave_at_a_pace_and_no_crowd_of_them_is_kept() {
        let gate = Arc::new(Gate::for_writing(1));
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

    #[tokio::test]
    async fn a_place_is_free_again_once_its_turn_is_taken() {
        let gate = Arc::new(Gate::for_writing(1));
        let places = join_all((0..WRITING).map(|_| gate.pass())).await;
        let mut next = pin!(gate.pass());
        assert!(next.as_mut().now_or_never().is_none(), "it waits");
        let mut places = places.into_iter().flatten();
        let waits_for_the_disk = turn::during(Box::new(places.next()), async {
            drop(turn::take());
            next.await.is_some()
        });
        assert!(waits_for_the_disk.await);
        drop(places);
        assert_eq!(gate.inside.load(Relaxed), 0);
    }
}
