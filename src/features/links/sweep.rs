//! Erasing what is over.

use std::time::Duration;

use super::{guest_store, intent_store};
use crate::{
    base::clock::Timestamp,
    db::{Db, DbError},
};

/// The longest life of a link.
pub(super) const LONGEST: Duration = Duration::from_secs(30 * 86_400);
/// For how long an intent can still tell how it ended.
const INTENTS_KEPT: Duration = Duration::from_secs(86_400);
/// How many rows one transaction touches, so that it holds up nobody.
const BATCH: i64 = 500;

/// Erases the ciphertexts of links that are over and forgets old intents; how many ciphertexts.
///
/// # Errors
/// When the database refuses.
pub async fn sweep(db: &Db, now: Timestamp) -> Result<u64, DbError> {
    let mut erased = 0;
    loop {
        let batch = db
            .write(now, |tx, now| {
                Box::pin(guest_store::erase_over(tx, *now, BATCH))
            })
            .await?;
        erased += batch;
        if batch == 0 {
            break;
        }
    }
    db.write(now - INTENTS_KEPT, |tx, before| {
        Box::pin(intent_store::forget(tx, *before))
    })
    .await?;
    Ok(erased)
}
