//! Limits that protect one link, flow or member, and hold over all nodes: token buckets in the
//! database, each decided by one conditional statement.

mod by_address;

use std::time::Duration;

pub use by_address::Limiter;

use crate::{
    base::{
        client::Client,
        clock::Timestamp,
        secret::{base64url, sha256},
    },
    db::{DbError, Tx, sql},
};

/// A token bucket: `burst` at once, then one every `every`.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// Names what is counted.
    pub name: &'static str,
    /// How many at once.
    pub burst: u32,
    /// How long until the next one is free.
    pub every: Duration,
}

/// Mails that one network may have sent to one address, to sign in: see [`from_network`]. Whoever
/// uses such a mail has shown that it was wanted, so their bucket is filled up again, see [`refill`].
///
/// The network is part of the subject, so that nobody else's requests keep a member from signing in.
pub const SIGN_IN_MAILS: Limit = Limit {
    name: "sign_in_mails",
    burst: 3,
    every: Duration::from_secs(3600),
};

/// Sign-in mails that one address is sent, whoever asks: slows a flood from many networks, and locks
/// nobody out.
pub const SIGN_IN_MAILS_IN_ALL: Limit = Limit {
    name: "sign_in_mails_in_all",
    burst: 30,
    every: Duration::from_secs(60),
};

/// Invitations that one address is sent.
pub const INVITATIONS: Limit = Limit {
    name: "invitations",
    burst: 3,
    every: Duration::from_secs(3600),
};

/// The subject of [`SIGN_IN_MAILS`].
pub fn from_network(address: &str, client: &Client) -> String {
    format!("{address} {}", client.limit_key())
}

/// The bucket is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exceeded {
    /// How long until another try can succeed.
    pub retry_after: Duration,
}

/// Takes one token of `subject`'s bucket (an address, a member), or says when to come back.
///
/// This is the generic cell rate algorithm: the row holds the theoretical arrival time of the next
/// request, and the statement moves it only while it stays within the burst.
///
/// # Errors
/// When the database refuses.
pub async fn take(
    tx: &mut Tx,
    limit: Limit,
    subject: &str,
    now: Timestamp,
) -> Result<Result<(), Exceeded>, DbError> {
    let every = i64::try_from(limit.every.as_millis()).unwrap_or(i64::MAX);
    let latest = now.millis() + every.saturating_mul(i64::from(limit.burst));
    let id = row_id(limit, subject);
    let taken = sql("INSERT INTO limits (id, tat) VALUES ($1, $2 + $3) \
         ON CONFLICT (id) DO UPDATE \
         SET tat = CASE WHEN limits.tat > $2 THEN limits.tat ELSE $2 END + $3 \
         WHERE CASE WHEN limits.tat > $2 THEN limits.tat ELSE $2 END + $3 <= $4 \
         RETURNING tat")
    .bind(&id)
    .bind(now)
    .bind(every)
    .bind(latest)
    .optional(&mut *tx)
    .await?;
    if taken.is_some() {
        return Ok(Ok(()));
    }
    let row = sql("SELECT tat FROM limits WHERE id = $1")
        .bind(&id)
        .one(tx)
        .await?;
    let free_at = row.get::<i64>("tat")? + every - every.saturating_mul(i64::from(limit.burst));
    let wait = u64::try_from(free_at - now.millis()).unwrap_or(0);
    Ok(Err(Exceeded {
        retry_after: Duration::from_millis(wait),
    }))
}

/// Fills `subject`'s bucket up.
///
/// # Errors
/// When the database refuses.
pub async fn refill(tx: &mut Tx, limit: Limit, subject: &str) -> Result<(), DbError> {
    sql("DELETE FROM limits WHERE id = $1")
        .bind(row_id(limit, subject))
        .execute(tx)
        .await?;
    Ok(())
}

/// The subject is hashed: a table of limits is no list of mail addresses.
fn row_id(limit: Limit, subject: &str) -> String {
    format!("{}:{}", limit.name, base64url(&sha256(subject.as_bytes())))
}

/// Forgets `most` buckets that are full again; how many.
///
/// # Errors
/// When the database refuses.
pub async fn forget_full(tx: &mut Tx, now: Timestamp, most: i64) -> Result<u64, DbError> {
    sql("DELETE FROM limits WHERE id IN (SELECT id FROM limits WHERE tat < $1 ORDER BY tat LIMIT $2)")
        .bind(now)
        .bind(most)
        .execute(tx)
        .await
}
