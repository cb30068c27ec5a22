//! The one source of chance: the operating system's generator, through aws-lc.

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
#[expect(clippy::expect_used, reason = "without randomness no answer would be safe")]
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
pub fn uuid_v7(now: Timestamp) -> Uuid {
    let millis = u64::try_from(now.millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &bytes()).into_uuid()
}
