//! Dropping history that is older than its keeper wants it: entries of the log, and what is known of links.
//!
//! On PostgreSQL whole partitions go, whatever was in them; on SQLite some rows at a time.

use crate::{
    base::clock::Timestamp,
    db::{Db, DbError},
    features::{audit, links, partitions},
};

/// Drops what happened before `before`; some of it may stay until the rest of its block or partition is as
/// old.
///
/// # Errors
/// When the database refuses or can't be reached.
pub async fn drop_before(db: &Db, before: Timestamp) -> Result<(), DbError> {
    for old in partitions::events_before(db, before).await? {
        // The chains first: they are verified from what is left on.
        audit::drop_between(db, old.from, old.to).await?;
        partitions::drop_events(db, old).await?;
    }
    partitions::drop_links_before(db, before).await?;
    let events = audit::drop_before(db, before).await?;
    let links = links::drop_before(db, before).await?;
    if events > 0 || links > 0 {
        tracing::info!(events, links, "dropped old history");
    }
    Ok(())
}
