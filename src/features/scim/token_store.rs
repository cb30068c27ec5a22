//! The rows of tokens.

use super::Token;
use crate::{
    base::{
        clock::Timestamp,
        id::{ScimTokenId, WorkspaceId},
        secret::TokenHash,
    },
    db::{Db, DbError, Row, Tx, sql},
    features::members::member_from_row,
};

/// Adds a token, unless the workspace has so many; whether it was added.
pub(super) async fn insert(
    tx: &mut Tx,
    (token, hash): (&Token, TokenHash),
    workspace: WorkspaceId,
    most: i64,
) -> Result<bool, DbError> {
    let added = sql(
        "INSERT INTO scim_tokens (id, workspace_id, token_hash, made_by, created_at) \
         SELECT $1, $2, $3, $4, $5 WHERE \
         (SELECT COUNT(*) FROM scim_tokens WHERE workspace_id = $2 AND ended_at IS NULL) < $6",
    )
    .bind(token.id)
    .bind(workspace)
    .bind(hash)
    .bind(token.made_by.id)
    .bind(token.created_at)
    .bind(most)
    .execute(tx)
    .await?;
    Ok(added == 1)
}

/// The tokens of a workspace that haven't ended, the newest first.
pub(super) async fn living(db: &Db, workspace: WorkspaceId) -> Result<Vec<Token>, DbError> {
    sql(
        "SELECT m.*, t.id AS token_id, t.created_at AS made_at, t.last_used_at FROM scim_tokens t \
         JOIN members m ON m.workspace_id = t.workspace_id AND m.id = t.made_by \
         WHERE t.workspace_id = $1 AND t.ended_at IS NULL ORDER BY t.id DESC",
    )
    .bind(workspace)
    .all(db)
    .await?
    .iter()
    .map(token)
    .collect()
}

/// Whether a workspace has a token that hasn't ended.
pub(super) async fn any_lives(tx: &mut Tx, workspace: WorkspaceId) -> Result<bool, DbError> {
    let found =
        sql("SELECT 1 FROM scim_tokens WHERE workspace_id = $1 AND ended_at IS NULL LIMIT 1")
            .bind(workspace)
            .optional(tx)
            .await?;
    Ok(found.is_some())
}

fn token(row: &Row) -> Result<Token, DbError> {
    Ok(Token {
        id: row.get("token_id")?,
        made_by: member_from_row(row)?,
        created_at: row.get("made_at")?,
        last_used_at: row.get("last_used_at")?,
    })
}

/// How many people the directory answers for.
pub(super) async fn people(db: &Db, workspace: WorkspaceId) -> Result<i64, DbError> {
    let row = sql("SELECT COUNT(*) AS people FROM scim_users s \
         JOIN members m ON m.workspace_id = s.workspace_id AND m.id = s.member_id \
         WHERE s.workspace_id = $1 AND m.state <> 'removed'")
    .bind(workspace)
    .one(db)
    .await?;
    row.get("people")
}

/// The living token with this hash: which it is, of which workspace, its hash, and when it was used.
pub(super) type Found = (ScimTokenId, WorkspaceId, Vec<u8>, Option<Timestamp>);

pub(super) async fn by_hash(db: &Db, hash: TokenHash) -> Result<Option<Found>, DbError> {
    let row = sql(
        "SELECT id, workspace_id, token_hash, last_used_at FROM scim_tokens \
         WHERE token_hash = $1 AND ended_at IS NULL",
    )
    .bind(hash)
    .optional(db)
    .await?;
    row.map(|row| {
        Ok((
            row.get("id")?,
            row.get("workspace_id")?,
            row.get("token_hash")?,
            row.get("last_used_at")?,
        ))
    })
    .transpose()
}

/// Notes that a token was used.
pub(super) async fn used(
    tx: &mut Tx,
    (workspace, id): (WorkspaceId, ScimTokenId),
    now: Timestamp,
) -> Result<(), DbError> {
    sql("UPDATE scim_tokens SET last_used_at = $3 WHERE workspace_id = $1 AND id = $2")
        .bind(workspace)
        .bind(id)
        .bind(now)
        .execute(tx)
        .await?;
    Ok(())
}

/// Ends a token; whether it was living.
pub(super) async fn end(
    tx: &mut Tx,
    (workspace, id): (WorkspaceId, ScimTokenId),
    now: Timestamp,
) -> Result<bool, DbError> {
    let ended = sql("UPDATE scim_tokens SET ended_at = $3 \
         WHERE workspace_id = $1 AND id = $2 AND ended_at IS NULL")
    .bind(workspace)
    .bind(id)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(ended == 1)
}
