//! The tokens of one maker.

use crate::{
    base::{
        clock::Timestamp,
        id::{MemberId, ScimTokenId, WorkspaceId},
    },
    db::{Db, DbError, Tx, sql},
};

pub(super) async fn living_of(
    db: &Db,
    workspace: WorkspaceId,
    maker: MemberId,
) -> Result<i64, DbError> {
    let row = sql("SELECT COUNT(*) AS tokens FROM scim_tokens \
         WHERE workspace_id = $1 AND made_by = $2 AND ended_at IS NULL")
    .bind(workspace)
    .bind(maker)
    .one(db)
    .await?;
    row.get("tokens")
}

/// Ends what a member made; which they were.
pub(super) async fn end_all_of(
    tx: &mut Tx,
    workspace: WorkspaceId,
    maker: MemberId,
    now: Timestamp,
) -> Result<Vec<ScimTokenId>, DbError> {
    sql("UPDATE scim_tokens SET ended_at = $3 \
         WHERE workspace_id = $1 AND made_by = $2 AND ended_at IS NULL RETURNING id")
    .bind(workspace)
    .bind(maker)
    .bind(now)
    .all(tx)
    .await?
    .iter()
    .map(|row| row.get("id"))
    .collect()
}
