//! Erasing what is over.

use std::time::Duration;

use super::{intent_store, link_store, payload_store};
use crate::{
    base::clock::Timestamp,
    db::{Db, DbError},
};

/// For how long an intent can still tell how it ended.
const INTENTS_KEPT: Duration = Duration::from_secs(86_400);
/// How many links one transaction looks at: so few that nobody notices on whose heels it comes.
const BATCH: i64 = 32;

/// Erases the ciphertexts of links that are over and forgets old intents; how many ciphertexts.
///
/// # Errors
/// When the database refuses.
pub async fn sweep(db: &Db, now: Timestamp) -> Result<u64, DbError> {
    let mut erased = 0;
    loop {
        let erase = db.write(now, |tx, now| {
            Box::pin(payload_store::erase_over(tx, *now, BATCH))
        });
        let (looked_at, batch) = db.gently(erase).await?;
        erased += batch;
        if looked_at == 0 {
            break;
        }
    }
    loop {
        let forget = db.write(now - INTENTS_KEPT, |tx, before| {
            Box::pin(intent_store::forget(tx, *before, BATCH))
        });
        if db.gently(forget).await? == 0 {
            break;
        }
    }
    Ok(erased)
}

/// Drops links that were made before an instant, with what is known of them; how many. On PostgreSQL they
/// are in partitions, which are dropped as a whole.
///
/// # Errors
/// When the database refuses.
pub async fn drop_before(db: &Db, before: Timestamp) -> Result<u64, DbError> {
    if db.is_shared() {
        return Ok(0);
    }
    let mut dropped = 0;
    loop {
        let drop = db.write(before, |tx, before| {
            Box::pin(link_store::drop_some_before(tx, *before, BATCH))
        });
        let batch = db.gently(drop).await?;
        if batch == 0 {
            return Ok(dropped);
        }
        dropped += batch;
    }
}
