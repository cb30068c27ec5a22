//! Limits that protect one link, flow or member, and hold over all nodes: token buckets in the
//! database, each decided by one conditional statement.

mod by_address;

use std::time::Duration;

pub use by_address::Limiter;

use crate::{
    base::{
        client::Client,
        clock::{Timestamp, whole_millis},
        random,
        secret::{base64url, sha256},
    },
    db::{Db, DbError, Tx, sql},
};

/// How many buckets one turn of tidying looks at.
const LOOKED_AT: i64 = 4096;
/// How many it forgets in one transaction: so few that requests don't notice.
const FORGOTTEN_AT_ONCE: usize = 64;

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

/// Invitations that one mailbox is sent.
pub const INVITATIONS: Limit = Limit {
    name: "invitations",
    burst: 3,
    every: Duration::from_secs(3600),
};

/// Invitations that one member sends.
pub const INVITATIONS_BY_MEMBER: Limit = Limit {
    name: "invitations_by_member",
    burst: 60,
    every: Duration::from_secs(60),
};

/// Invitations that one workspace sends: 300 at once, then 300 a day.
pub const INVITATIONS_BY_WORKSPACE: Limit = Limit {
    name: "invitations_by_workspace",
    burst: 300,
    every: Duration::from_secs(24 * 3600 / 300),
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
    let every = whole_millis(limit.every);
    let latest = now.millis() + every.saturating_mul(i64::from(limit.burst));
    let id = row_id(limit, subject);
    let taken = sql("INSERT INTO limits (id, tat) VALUES ($1, $2 + $3) \
         ON CONFLICT (id) DO UPDATE \
         SET tat = CASE WHEN limits.tat > $2 THEN limits.tat ELSE $2 END + $3 \
         WHERE CASE WHEN limits.tat > $2 THEN limits.tat ELSE $2 END + $3 <= $4")
    .bind(&id)
    .bind(now)
    .bind(every)
    .bind(latest)
    .execute(&mut *tx)
    .await?;
    if taken == 1 {
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

/// The subject is hashed: a table of limits is no list of mail addresses. It comes first, so that what is
/// counted of one subject lies together.
fn row_id(limit: Limit, subject: &str) -> String {
    format!("{}:{}", base64url(&sha256(subject.as_bytes())), limit.name)
}

/// Forgets buckets that are full again, of a part of the table that begins somewhere: each turn looks
/// at another part, and at all of a table that isn't larger than that. An index by age would
/// have to change with each token that is taken.
///
/// # Errors
/// When the database refuses.
pub async fn forget_full(db: &Db, now: Timestamp) -> Result<(), DbError> {
    let anywhere = base64url(&random::bytes::<6>());
    for start in [anywhere.as_str(), ""] {
        let rows = sql("SELECT id, tat FROM limits WHERE id > $1 ORDER BY id LIMIT $2")
            .bind(start)
            .bind(LOOKED_AT)
            .all(db)
            .await?;
        let mut full = Vec::new();
        for row in &rows {
            if row.get::<Timestamp>("tat")? < now {
                full.push(row.get::<String>("id")?);
            }
        }
        for some in full.chunks(FORGOTTEN_AT_ONCE) {
            db.write((some.to_vec(), now), |tx, (some, now)| {
                Box::pin(forget(tx, some, *now))
            })
            .await?;
        }
    }
    Ok(())
}

async fn forget(tx: &mut Tx, full: &[String], now: Timestamp) -> Result<(), DbError> {
    let rows = full.iter().map(|id| vec![id.clone().into(), now.into()]);
    sql("DELETE FROM limits WHERE id = $1 AND tat < $2")
        .each(rows.collect(), tx)
        .await?;
    Ok(())
}
