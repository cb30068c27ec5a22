//! Limits by network address, per node, in bounded memory.
//!
//! Limits that protect one link, flow or member are counters in the database instead
//! (the parent module), because they must hold over all nodes.

use std::{
    num::NonZeroU32,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    time::Duration,
};

use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};

use super::Exceeded;
use crate::base::client::Client;

/// How many addresses a limiter remembers before it looks for ones it may forget.
const REMEMBERED: usize = 50_000;
/// How many requests a full limiter serves between two such looks.
const TIDY_EVERY: u32 = 1024;

/// The limiters of a node.
#[derive(Debug)]
pub struct Limiter {
    sign_in: Bucket,
    mail: Bucket,
    peek: Bucket,
    claim: Bucket,
    bad_proof: Bucket,
    member: Bucket,
}

#[derive(Debug)]
struct Bucket {
    by_key: DefaultKeyedRateLimiter<String>,
    /// Used for keys that would not fit any more, all together.
    overflow: governor::DefaultDirectRateLimiter,
    clock: DefaultClock,
    /// How many requests found the limiter full.
    full: AtomicU32,
}

impl Default for Limiter {
    fn default() -> Self {
        let minute = Duration::from_secs(60);
        Self {
            sign_in: Bucket::new(3, 3, minute),
            mail: Bucket::new(5, 1, minute),
            peek: Bucket::new(60, 60, minute),
            claim: Bucket::new(20, 20, minute),
            bad_proof: Bucket::new(30, 30, minute * 10),
            member: Bucket::new(300, 300, minute),
        }
    }
}

impl Bucket {
    /// `burst` at once, then `count` per `period`.
    fn new(burst: u32, count: u32, period: Duration) -> Self {
        let quota = Quota::with_period(period / count)
            .unwrap_or(Quota::per_minute(NonZeroU32::MIN))
            .allow_burst(NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN));
        let wide = NonZeroU32::new(burst.saturating_mul(100)).unwrap_or(NonZeroU32::MIN);
        Self {
            by_key: RateLimiter::keyed(quota),
            overflow: RateLimiter::direct(Quota::per_minute(wide)),
            clock: DefaultClock::default(),
            full: AtomicU32::new(0),
        }
    }

    fn take(&self, key: &str) -> Result<(), Exceeded> {
        // Looking through all of them takes milliseconds: not for every request of a flood.
        if self.by_key.len() >= REMEMBERED
            && self.full.fetch_add(1, Relaxed).is_multiple_of(TIDY_EVERY)
        {
            self.by_key.retain_recent();
        }
        let refused = if self.by_key.len() >= REMEMBERED {
            self.overflow.check().err()
        } else {
            self.by_key.check_key(&key.to_owned()).err()
        };
        match refused {
            None => Ok(()),
            Some(not_until) => Err(Exceeded {
                retry_after: not_until.wait_time_from(self.clock.now()),
            }),
        }
    }
}

impl Limiter {
    /// Sign-in starts: 3 at once, 3 a minute.
    ///
    /// # Errors
    /// When the bucket is empty, with the time to wait.
    pub fn sign_in(&self, client: &Client) -> Result<(), Exceeded> {
        self.sign_in.take(&client.limit_key())
    }

    /// Mails: 5 at once, then one a minute.
    ///
    /// # Errors
    /// When the bucket is empty, with the time to wait.
    pub fn mail(&self, client: &Client) -> Result<(), Exceeded> {
        self.mail.take(&client.limit_key())
    }

    /// Peeks at links: 60 a minute.
    ///
    /// # Errors
    /// When the bucket is empty, with the time to wait.
    pub fn peek(&self, client: &Client) -> Result<(), Exceeded> {
        self.peek.take(&client.limit_key())
    }

    /// Claims of links: 20 a minute.
    ///
    /// # Errors
    /// When the bucket is empty, with the time to wait.
    pub fn claim(&self, client: &Client) -> Result<(), Exceeded> {
        self.claim.take(&client.limit_key())
    }

    /// A proof that didn't hold: 30 in 10 minutes.
    ///
    /// # Errors
    /// When the bucket is empty, with the time to wait.
    pub fn bad_proof(&self, client: &Client) -> Result<(), Exceeded> {
        self.bad_proof.take(&client.limit_key())
    }

    /// A member's requests: 300 a minute per session.
    ///
    /// # Errors
    /// When the bucket is empty, with the time to wait.
    pub fn member(&self, session: &str) -> Result<(), Exceeded> {
        self.member.take(session)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_addresses_fills_no_memory_and_is_slowed_together() {
        let bucket = Bucket::new(1, 1, Duration::from_secs(3600));
        for n in 0..REMEMBERED {
            assert!(bucket.take(&n.to_string()).is_ok(), "{n}");
        }
        // Past what is remembered, all share one bucket.
        let taken = (0..10_000).filter(|n| bucket.take(&format!("more {n}")).is_ok());
        assert!((100..=110).contains(&taken.count()));
        assert_eq!(bucket.by_key.len(), REMEMBERED);
    }
}
