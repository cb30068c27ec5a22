//! The sealed payloads' rows, and when to look whether one can go.

use crate::{
    base::{
        clock::Timestamp,
        id::{LinkId, WorkspaceId},
    },
    db::{DbError, Tx, delete_few, sql},
};

/// Stores a payload, and when its link's life ends.
pub(super) async fn insert(
    tx: &mut Tx,
    (workspace, link, epoch): (WorkspaceId, LinkId, i64),
    ct: &[u8],
    expires_at: Timestamp,
) -> Result<(), DbError> {
    sql("INSERT INTO link_payloads (workspace_id, link_id, epoch, ct) VALUES ($1, $2, $3, $4)")
        .bind(workspace)
        .bind(link)
        .bind(epoch)
        .bind(ct)
        .execute_later(&mut *tx)
        .await?;
    look_again(tx, (workspace, link, epoch), expires_at).await
}

/// Has the sweeper look at a link at this instant.
pub(super) async fn look_again(
    tx: &mut Tx,
    (workspace, link, epoch): (WorkspaceId, LinkId, i64),
    at: Timestamp,
) -> Result<(), DbError> {
    sql(
        "INSERT INTO link_erasures (at, workspace_id, link_id, epoch) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (at, workspace_id, link_id) DO NOTHING",
    )
    .bind(at)
    .bind(workspace)
    .bind(link)
    .bind(epoch)
    .execute_later(tx)
    .await
}

/// Deletes a payload, in the transaction that marks its link as erased.
pub(super) async fn delete(
    tx: &mut Tx,
    workspace: WorkspaceId,
    link: LinkId,
    epoch: i64,
) -> Result<(), DbError> {
    sql("DELETE FROM link_payloads WHERE workspace_id = $1 AND link_id = $2 AND epoch = $3")
        .bind(workspace)
        .bind(link)
        .bind(epoch)
        .execute_later(tx)
        .await
}

/// Looks at the links whose time has come, `limit` of them, and erases what is over: how many were
/// looked at, and how many erased.
pub(super) async fn erase_over(
    tx: &mut Tx,
    now: Timestamp,
    limit: i64,
) -> Result<(usize, u64), DbError> {
    let due = delete_few!(
        "link_erasures",
        "at, workspace_id, link_id",
        "at <= $1 ORDER BY at, workspace_id, link_id LIMIT $2",
        " RETURNING workspace_id, link_id, epoch"
    )
    .bind(now)
    .bind(limit)
    .all(&mut *tx)
    .await?;
    let mut erased = 0;
    for row in &due {
        let (workspace, link): (WorkspaceId, LinkId) =
            (row.get("workspace_id")?, row.get("link_id")?);
        let epoch: i64 = row.get("epoch")?;
        let over = sql("UPDATE links SET erased = TRUE \
             WHERE workspace_id = $1 AND id = $2 AND epoch = $3 AND NOT erased \
               AND ((state <> 'claimed' AND expires_at <= $4) \
                 OR (state = 'claimed' AND redeliver_until <= $4))")
        .bind(workspace)
        .bind(link)
        .bind(epoch)
        .bind(now)
        .execute(&mut *tx)
        .await?;
        if over == 1 {
            delete(tx, workspace, link, epoch).await?;
        }
        erased += over;
    }
    Ok((due.len(), erased))
}
