//! The rows of sessions.

use std::time::Duration;

use super::{CurrentSession, IDLE, SessionStart};
use crate::{
    base::{
        clock::Timestamp,
        id::{MemberId, SessionId, WorkspaceId},
        secret::TokenHash,
    },
    db::{Db, DbError, Target, Tx, sql},
    features::members::{Me, Member, Workspace, member_from_row},
};

/// How long a session's row is kept after its end: it says from where somebody came in.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

pub(super) async fn insert(
    tx: &mut Tx,
    new: &SessionStart,
    member: &Member,
    now: Timestamp,
) -> Result<(), DbError> {
    sql(
        "INSERT INTO sessions (id, workspace_id, member_id, token_hash, browser, address, \
         created_at, last_used_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8)",
    )
    .bind(new.id)
    .bind(member.workspace)
    .bind(member.id)
    .bind(new.token)
    .bind(&new.client.browser)
    .bind(new.client.address.to_string())
    .bind(now)
    .bind(new.expires_at)
    .execute(tx)
    .await?;
    Ok(())
}

/// The active member whose living session this is, and when they used it last.
pub(super) async fn living(
    db: &Db,
    token: TokenHash,
    now: Timestamp,
) -> Result<Option<(Me, Timestamp)>, DbError> {
    sql(
        "SELECT m.*, s.id AS session_id, s.last_used_at FROM sessions s \
         JOIN members m ON m.id = s.member_id \
         WHERE s.token_hash = $1 AND s.ended_at IS NULL AND s.expires_at > $2 \
           AND s.last_used_at > $3 AND m.state = 'active'",
    )
    .bind(token)
    .bind(now)
    .bind(now - IDLE)
    .optional(db)
    .await?
    .map(|row| {
        let me = Me {
            member: member_from_row(&row)?,
            session: row.get("session_id")?,
        };
        Ok((me, row.get("last_used_at")?))
    })
    .transpose()
}

/// Notes a session's use; never backwards.
pub(super) async fn used(tx: &mut Tx, id: SessionId, now: Timestamp) -> Result<(), DbError> {
    sql("UPDATE sessions SET last_used_at = $2 WHERE id = $1 AND last_used_at < $2")
        .bind(id)
        .bind(now)
        .execute(tx)
        .await?;
    Ok(())
}

pub(super) async fn current(db: &Db, id: SessionId) -> Result<CurrentSession, DbError> {
    let row = sql("SELECT w.id, w.name, s.expires_at FROM sessions s \
         JOIN workspaces w ON w.id = s.workspace_id WHERE s.id = $1")
    .bind(id)
    .one(db)
    .await?;
    Ok(CurrentSession {
        workspace: Workspace {
            id: row.get("id")?,
            name: row.get("name")?,
        },
        expires_at: row.get("expires_at")?,
    })
}

pub(super) async fn end(
    tx: &mut Tx,
    id: SessionId,
    now: Timestamp,
) -> Result<Option<(WorkspaceId, MemberId)>, DbError> {
    sql(
        "UPDATE sessions SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL \
         RETURNING workspace_id, member_id",
    )
    .bind(id)
    .bind(now)
    .optional(tx)
    .await?
    .map(|row| Ok((row.get("workspace_id")?, row.get("member_id")?)))
    .transpose()
}

pub(super) async fn end_all(
    tx: &mut Tx,
    member: MemberId,
    now: Timestamp,
) -> Result<Vec<WorkspaceId>, DbError> {
    sql(
        "UPDATE sessions SET ended_at = $2 WHERE member_id = $1 AND ended_at IS NULL \
         RETURNING workspace_id",
    )
    .bind(member)
    .bind(now)
    .all(tx)
    .await?
    .iter()
    .map(|row| row.get("workspace_id"))
    .collect()
}

/// Forgets sessions that have been over for long and that nothing refers to; how many.
pub(in crate::features::sign_in) async fn forget_old(
    on: impl Into<Target<'_>>,
    now: Timestamp,
) -> Result<u64, DbError> {
    sql("DELETE FROM sessions WHERE expires_at < $1 \
         AND NOT EXISTS (SELECT 1 FROM share_intents i WHERE i.session_id = sessions.id)")
    .bind(now - KEPT)
    .execute(on)
    .await
}
