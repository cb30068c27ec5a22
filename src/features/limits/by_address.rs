//! Limits by network address, per node, in memory that never grows.
//!
//! Limits that protect one link, flow or member are counters in the database instead
//! (the parent module), because they must hold over all nodes.
//!
//! Whoever asks is remembered in two of a fixed number of places, found by a keyed hash. Each place
//! holds the theoretical arrival time of the generic cell rate algorithm; of the two the earlier one is
//! nearer the truth, since others can only have made a place later (a count-min sketch with
//! conservative update). So a flood from any number of addresses takes no memory, and slows a
//! bystander only when both of their places are taken by addresses that are over their limit.

use std::{
    hash::{BuildHasher, RandomState},
    sync::atomic::{
        AtomicU64,
        Ordering::{AcqRel, Acquire},
    },
    time::{Duration, Instant},
};

use super::Exceeded;
use crate::base::{
    client::Client,
    id::{ScimTokenId, SessionId},
};

/// How many places each of the two rows of a limit has.
const PLACES: usize = 1 << 15;
/// The time of the start, in microseconds: what every place holds at first.
const FIRST: u64 = 1;

/// The limiters of a node.
#[derive(Debug)]
pub struct Limiter {
    /// What times are counted from.
    start: Instant,
    /// Keyed at random, so that nobody can choose addresses that share a place with somebody.
    hash: RandomState,
    sign_in: Bucket,
    visit: Bucket,
    mail: Bucket,
    passkey: Bucket,
    peek: Bucket,
    claim: Bucket,
    bad_proof: Bucket,
    member: Bucket,
    directory: Bucket,
    bad_directory: Bucket,
}

impl Default for Limiter {
    fn default() -> Self {
        let minute = Duration::from_secs(60);
        Self {
            start: Instant::now(),
            hash: RandomState::new(),
            sign_in: Bucket::new(3, minute / 3),
            visit: Bucket::new(30, minute / 30),
            mail: Bucket::new(5, minute),
            passkey: Bucket::new(20, minute / 20),
            peek: Bucket::new(60, minute / 60),
            claim: Bucket::new(20, minute / 20),
            bad_proof: Bucket::new(30, minute * 10 / 30),
            member: Bucket::new(300, minute / 300),
            directory: Bucket::new(1200, minute / 1200),
            bad_directory: Bucket::new(30, minute / 30),
        }
    }
}

#[derive(Debug)]
struct Bucket {
    /// How long until the next one is free, in microseconds.
    every: u64,
    /// How far ahead of now the theoretical arrival time may lie, in microseconds.
    ahead: u64,
    rows: [Box<[AtomicU64]>; 2],
}

impl Bucket {
    /// `burst` at once, then one `every` so often.
    fn new(burst: u64, every: Duration) -> Self {
        let every = micros(every);
        // Not zero, which the system would keep for nothing until it is changed: a flood must not be
        // what makes the memory real.
        let row = || (0..PLACES).map(|_| AtomicU64::new(FIRST)).collect();
        Self {
            every,
            ahead: every * burst,
            rows: [row(), row()],
        }
    }

    /// Takes one for the key with this hash at `now`, in microseconds since the start.
    fn take(&self, hash: u64, now: u64) -> Result<(), Exceeded> {
        let now = now + FIRST;
        // Two independent places: the low and the high half of the hash.
        let places = [hash, hash >> 32].map(|half| usize::try_from(half).unwrap_or(0) % PLACES);
        let [one, two] = [&self.rows[0][places[0]], &self.rows[1][places[1]]];
        loop {
            let (first, second) = (one.load(Acquire), two.load(Acquire));
            let (truest, known, other) = if first <= second {
                (one, first, two)
            } else {
                (two, second, one)
            };
            let arrival = known.max(now) + self.every;
            if arrival > now + self.ahead {
                let wait = Duration::from_micros(arrival - now - self.ahead);
                return Err(Exceeded { retry_after: wait });
            }
            // The other place first: whoever looks now still finds this one the truer of the two, and of
            // two requests at once one finds it changed and looks again.
            other.fetch_max(arrival, AcqRel);
            if truest
                .compare_exchange(known, arrival, AcqRel, Acquire)
                .is_ok()
            {
                return Ok(());
            }
        }
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

impl Limiter {
    /// Sign-in starts: 3 at once, 3 a minute.
    ///
    /// # Errors
    /// When the bucket is empty, with the time to wait.
    pub fn sign_in(&self, client: &Client) -> Result<(), Exceeded> {
        self.take(&self.sign_in, client)
    }

    /// Visits to providers, and what providers tell: 30 at once, 30 a minute. An office signs in from
    /// one address.
    ///
    /// # Errors
    /// When the bucket is empty, with the time to wait.
    pub fn visit(&self, client: &Client) -> Result<(), Exceeded> {
        self.take(&self.visit, client)
    }

    /// Mails: 5 at once, then one a minute.
    ///
    /// # Errors
    /// When the bucket is empty, with the time to wait.
    pub fn mail(&self, client: &Client) -> Result<(), Exceeded> {
        self.take(&self.mail, client)
    }

    /// Passkeys asked for to sign in: 20 a minute. The sign-in page asks once when it is opened.
    ///
    /// # Errors
    /// When the bucket is empty, with the time to wait.
    pub fn passkey(&self, client: &Client) -> Result<(), Exceeded> {
        self.take(&self.passkey, client)
    }

    /// Peeks at links: 60 a minute.
    ///
    /// # Errors
    /// When the bucket is empty, with the time to wait.
    pub fn peek(&self, client: &Client) -> Result<(), Exceeded> {
        self.take(&self.peek, client)
    }

    /// Claims of links: 20 a minute.
    ///
    /// # Errors
    /// When the bucket is empty, with the time to wait.
    pub fn claim(&self, client: &Client) -> Result<(), Exceeded> {
        self.take(&self.claim, client)
    }

    /// A proof that didn't hold: 30 in 10 minutes.
    ///
    /// # Errors
    /// When the bucket is empty, with the time to wait.
    pub fn bad_proof(&self, client: &Client) -> Result<(), Exceeded> {
        self.take(&self.bad_proof, client)
    }

    /// A member's requests: 300 a minute per session.
    ///
    /// # Errors
    /// When the bucket is empty, with the time to wait.
    pub fn member(&self, session: SessionId) -> Result<(), Exceeded> {
        self.member.take(self.hash.hash_one(session), self.now())
    }

    /// A directory's requests: 1,200 a minute per token.
    ///
    /// # Errors
    /// When the bucket is empty, with the time to wait.
    pub fn directory(&self, token: ScimTokenId) -> Result<(), Exceeded> {
        self.directory.take(self.hash.hash_one(token), self.now())
    }

    /// Requests of directories without a living token: 30 a minute.
    ///
    /// # Errors
    /// When the bucket is empty, with the time to wait.
    pub fn bad_directory(&self, client: &Client) -> Result<(), Exceeded> {
        self.take(&self.bad_directory, client)
    }

    fn take(&self, bucket: &Bucket, client: &Client) -> Result<(), Exceeded> {
        bucket.take(self.hash.hash_one(client.network()), self.now())
    }

    fn now(&self) -> u64 {
        micros(self.start.elapsed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000;

    /// Hashes as random as those of addresses.
    fn hashes(count: u64) -> impl Iterator<Item = u64> {
        let random = RandomState::new();
        (0..count).map(move |n| random.hash_one(n))
    }

    #[test]
    fn a_burst_passes_then_one_at_a_time() {
        let bucket = Bucket::new(3, Duration::from_secs(20));
        let taken = |now| bucket.take(7, now).is_ok();
        assert!(taken(0) && taken(0) && taken(0) && !taken(0));
        let refused = bucket.take(7, 5 * SECOND).expect_err("it is empty");
        assert_eq!(refused.retry_after, Duration::from_secs(15));
        assert!(!taken(20 * SECOND - 1));
        assert!(taken(20 * SECOND) && !taken(20 * SECOND));
        let later = 1000 * SECOND;
        assert!(taken(later) && taken(later) && taken(later) && !taken(later));
    }

    #[test]
    fn many_threads_get_no_more_than_one() {
        let bucket = Bucket::new(100, Duration::from_secs(3600));
        let taken = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| (0..100).filter(|_| bucket.take(7, 0).is_ok()).count()))
                .collect();
            threads
                .into_iter()
                .map(|t| t.join().expect("it counts"))
                .sum::<usize>()
        });
        assert_eq!(taken, 100);
    }

    #[test]
    fn addresses_over_their_limit_slow_few_others() {
        let bucket = Bucket::new(10, Duration::from_secs(60));
        for attacker in hashes(2000) {
            while bucket.take(attacker, 0).is_ok() {}
        }
        let refused = hashes(10_000).filter(|hash| bucket.take(*hash, 0).is_err());
        let refused = refused.count();
        // Both places are taken with a chance of (2000 / 32,768)², about 37 in 10,000.
        assert!(refused < 100, "{refused} of 10,000 bystanders");
    }
}
