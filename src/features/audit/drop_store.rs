//! Dropping old entries of the log. A chain is verified from the last entry that was dropped on, whose
//! number and hash are kept.

use super::{block_store::SIZE, store};
use crate::{
    base::{clock::Timestamp, id::WorkspaceId},
    db::{Db, DbError, Tx, sql},
};

/// The next block of a chain is among the oldest by time: they differ in order by some seconds.
const AMONG: i64 = 16;

/// Drops the blocks that ended before an instant, from the beginning of each chain; how many entries. One
/// transaction drops one block: so few rows that requests don't notice.
pub(in crate::features) async fn drop_before(db: &Db, before: Timestamp) -> Result<u64, DbError> {
    let mut dropped = 0;
    for workspace in workspaces(db).await? {
        while let Some(last) = next_block(db, workspace, before).await? {
            dropped += db
                .write((workspace, last), |tx, (workspace, last)| {
                    Box::pin(drop_block(tx, *workspace, *last))
                })
                .await?;
        }
    }
    Ok(dropped)
}

async fn workspaces(db: &Db) -> Result<Vec<WorkspaceId>, DbError> {
    sql("SELECT workspace_id FROM event_chains ORDER BY workspace_id")
        .all(db)
        .await?
        .iter()
        .map(|row| row.get("workspace_id"))
        .collect()
}

/// A block by what its key says: when its last entry happened, and that entry's number.
type Last = (Timestamp, i64);

/// The first block of what is kept of a chain, if it ended before an instant.
async fn next_block(
    db: &Db,
    workspace: WorkspaceId,
    before: Timestamp,
) -> Result<Option<Last>, DbError> {
    let first = store::chain_ends(db, workspace).await?.first.0;
    let next = (first / SIZE + 1) * SIZE;
    let oldest = sql("SELECT last_at, seq FROM event_blocks \
         WHERE workspace_id = $1 AND last_at < $2 ORDER BY last_at, seq LIMIT $3")
    .bind(workspace)
    .bind(before)
    .bind(AMONG)
    .all(db)
    .await?;
    for row in &oldest {
        let seq: i64 = row.get("seq")?;
        if seq == next {
            return Ok(Some((row.get("last_at")?, seq)));
        }
    }
    Ok(None)
}

async fn drop_block(tx: &mut Tx, workspace: WorkspaceId, last: Last) -> Result<u64, DbError> {
    let hash: Vec<u8> = sql("SELECT hash FROM events WHERE workspace_id = $1 AND seq = $2")
        .bind(workspace)
        .bind(last.1)
        .one(&mut *tx)
        .await?
        .get("hash")?;
    begin_after(tx, workspace, last.1, &hash).await?;
    forget_block(tx, workspace, last).await?;
    sql("DELETE FROM events WHERE workspace_id = $1 AND seq > $2 AND seq <= $3")
        .bind(workspace)
        .bind(last.1 - SIZE)
        .bind(last.1)
        .execute(tx)
        .await
}

/// Has the chains begin after the entries that happened between two instants, which are about to go.
pub(in crate::features) async fn drop_between(
    db: &Db,
    from: Timestamp,
    to: Timestamp,
) -> Result<(), DbError> {
    for workspace in workspaces(db).await? {
        let last = sql("SELECT seq, hash FROM events \
             WHERE workspace_id = $1 AND seq IS NOT NULL AND at >= $2 AND at < $3 \
             ORDER BY seq DESC LIMIT 1")
        .bind(workspace)
        .bind(from)
        .bind(to)
        .optional(db)
        .await?;
        let Some(last) = last else { continue };
        let (seq, hash): (i64, Vec<u8>) = (last.get("seq")?, last.get("hash")?);
        let over = sql("SELECT last_at, seq FROM event_blocks \
             WHERE workspace_id = $1 AND last_at < $2 AND seq <= $3")
        .bind(workspace)
        .bind(to)
        .bind(seq)
        .all(db)
        .await?;
        let mut blocks = Vec::with_capacity(over.len());
        for row in &over {
            blocks.push((row.get("last_at")?, row.get("seq")?));
        }
        db.write(
            (workspace, seq, hash, blocks),
            |tx, (workspace, seq, hash, blocks)| {
                Box::pin(async move {
                    begin_after(tx, *workspace, *seq, hash).await?;
                    for block in blocks {
                        forget_block(tx, *workspace, *block).await?;
                    }
                    Ok::<_, DbError>(())
                })
            },
        )
        .await?;
    }
    Ok(())
}

async fn begin_after(
    tx: &mut Tx,
    workspace: WorkspaceId,
    seq: i64,
    hash: &[u8],
) -> Result<(), DbError> {
    sql(
        "UPDATE event_chains SET dropped_seq = $2, dropped_hash = $3 \
         WHERE workspace_id = $1 AND dropped_seq < $2",
    )
    .bind(workspace)
    .bind(seq)
    .bind(hash)
    .execute_later(tx)
    .await
}

async fn forget_block(
    tx: &mut Tx,
    workspace: WorkspaceId,
    (last_at, seq): Last,
) -> Result<(), DbError> {
    sql("DELETE FROM event_blocks WHERE workspace_id = $1 AND last_at = $2 AND seq = $3")
        .bind(workspace)
        .bind(last_at)
        .bind(seq)
        .execute_later(tx)
        .await
}
