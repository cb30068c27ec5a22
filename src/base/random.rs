//! The one source of chance: the operating system's generator, through aws-lc.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use uuid::Uuid;

use crate::base::{clock::Timestamp, secret::SecretText};

/// `N` random bytes.
///
/// # Panics
/// When the operating system can't give random bytes: nothing safe can be done then.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    fill(&mut bytes);
    bytes
}

/// Fills `buffer` with random bytes; see [`bytes`].
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that draws randomness"
)]
pub fn fill(buffer: &mut [u8]) {
    aws_lc_rs::rand::fill(buffer).expect("the operating system gives random bytes");
}

/// Six decimal digits, each of the million equally likely.
pub fn six_digits() -> SecretText {
    const RANGE: u32 = 1_000_000;
    // The largest multiple of RANGE: what lies above would favour small codes.
    const LIMIT: u32 = u32::MAX - u32::MAX % RANGE;
    loop {
        let draw = u32::from_be_bytes(bytes());
        if draw < LIMIT {
            return SecretText::new(format!("{:06}", draw % RANGE));
        }
    }
}

/// A UUID version 7 (RFC 9562, section 5.7) for the instant `now`.
///
/// The identifiers of one process rise, also within a millisecond and when the clock goes back: the
/// twelve bits after the timestamp count (section 6.2, method 1), and run over into it.
pub fn uuid_v7(now: Timestamp) -> Uuid {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let wanted = u64::try_from(now.millis()).unwrap_or(0) << 12;
    let next = |last: u64| wanted.max(last + 1);
    let last = LAST.fetch_update(Relaxed, Relaxed, |last| Some(next(last)));
    let place = next(last.unwrap_or_else(|last| last));
    let mut rest: [u8; 10] = bytes();
    let [high, low] = u16::try_from(place & 0xfff).unwrap_or(0).to_be_bytes();
    (rest[0], rest[1]) = (high, low);
    uuid::Builder::from_unix_timestamp_millis(place >> 12, &rest).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_rise_within_a_millisecond_and_over_a_clock_set_back() {
        let at = |ms| uuid_v7(Timestamp::from_millis(ms));
        let first: Vec<Uuid> = (0..5000).map(|_| at(4_000_000_000_000)).collect();
        assert!(first.is_sorted() && first.windows(2).all(|pair| pair[0] != pair[1]));
        assert!(at(3_999_999_999_000) > first[4999]);
        assert_eq!(first[0].get_version_num(), 7);
    }
}
