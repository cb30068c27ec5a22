//! The rows of sessions.

use std::time::Duration;

use guestpass_api_types::sign_in::{SessionEntry, SignInMethod};

use super::{CurrentSession, Lengths, ProvedAddress, SessionStart};
use crate::{
    base::{
        clock::{Timestamp, whole_millis},
        id::{MemberId, SessionId, WorkspaceId},
        secret::TokenHash,
    },
    db::{Db, DbError, Row, Target, Tx, delete_few, sql, sql_for},
    features::members::{Me, Member, duration, member_from_row, method_of, workspace_from_row},
};

/// How long a session's row is kept after its end: it says from where somebody came in.
const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

pub(super) async fn insert(
    tx: &mut Tx,
    new: &SessionStart,
    (member, expires_at, idle): (&Member, Timestamp, Duration),
    now: Timestamp,
) -> Result<(), DbError> {
    let address = new.address.as_ref();
    sql(
        "INSERT INTO sessions (id, workspace_id, member_id, token_hash, browser, address, \
         method, confirmed_at, created_at, last_used_at, expires_at, idle_ms, address_key, \
         address_proved_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, $11, $12, $13)",
    )
    .bind(new.id)
    .bind(member.workspace)
    .bind(member.id)
    .bind(new.token)
    .bind(&new.client.browser)
    .bind(new.client.address.to_string())
    .bind(method_text(new.method))
    .bind(new.confirmed_at)
    .bind(now)
    .bind(expires_at)
    .bind(whole_millis(idle))
    .bind(address.map(|address| address.key.as_str()))
    .bind(address.map(|address| address.at))
    .execute(tx)
    .await?;
    Ok(())
}

/// How long the sessions of a workspace live; for the rest of the transaction nobody says otherwise.
pub(super) async fn lengths(tx: &mut Tx, workspace: WorkspaceId) -> Result<Lengths, DbError> {
    let row = sql_for(
        "SELECT session_idle_ms, session_absolute_ms FROM workspaces WHERE id = $1",
        "SELECT session_idle_ms, session_absolute_ms FROM workspaces WHERE id = $1 FOR SHARE",
    )
    .bind(workspace)
    .one(tx)
    .await?;
    lengths_from_row(&row)
}

/// How long sessions live, by a row of workspaces.
pub(in crate::features) fn lengths_from_row(row: &Row) -> Result<Lengths, DbError> {
    Ok(Lengths {
        idle: duration(row, "session_idle_ms")?,
        absolute: duration(row, "session_absolute_ms")?,
    })
}

/// Has no living session of a workspace live longer than this. What was said to be shorter stays.
pub(super) async fn shorten(
    tx: &mut Tx,
    workspace: WorkspaceId,
    lengths: Lengths,
) -> Result<(), DbError> {
    sql(
        "UPDATE sessions SET idle_ms = CASE WHEN idle_ms > $2 THEN $2 ELSE idle_ms END, \
           expires_at = CASE WHEN expires_at > COALESCE(address_proved_at, created_at) + $3 \
             THEN COALESCE(address_proved_at, created_at) + $3 ELSE expires_at END \
         WHERE workspace_id = $1 AND ended_at IS NULL",
    )
    .bind(workspace)
    .bind(whole_millis(lengths.idle))
    .bind(whole_millis(lengths.absolute))
    .execute(tx)
    .await?;
    Ok(())
}

/// The address that a living session proves, if it proves one.
pub(super) async fn proved_address(
    on: impl Into<Target<'_>>,
    me: &Me,
) -> Result<Option<ProvedAddress>, DbError> {
    let row = sql("SELECT address_key, address_proved_at FROM sessions \
         WHERE workspace_id = $1 AND id = $2 AND ended_at IS NULL AND address_key IS NOT NULL")
    .bind(me.member.workspace)
    .bind(me.session)
    .optional(on)
    .await?;
    row.map(|row| {
        Ok(ProvedAddress {
            key: row.get("address_key")?,
            at: row.get("address_proved_at")?,
        })
    })
    .transpose()
}

/// The active member whose living session this is, and when they used it last.
pub(super) async fn living(
    db: &Db,
    token: TokenHash,
    now: Timestamp,
) -> Result<Option<(Me, Timestamp)>, DbError> {
    sql(
        "SELECT m.*, s.id AS session_id, s.last_used_at, s.confirmed_at FROM sessions s \
         JOIN members m ON m.workspace_id = s.workspace_id AND m.id = s.member_id \
         WHERE s.token_hash = $1 AND s.ended_at IS NULL AND s.expires_at > $2 \
           AND s.last_used_at + s.idle_ms > $2 AND m.state = 'active'",
    )
    .bind(token)
    .bind(now)
    .optional(db)
    .await?
    .map(|row| {
        let me = Me {
            member: member_from_row(&row)?,
            session: row.get("session_id")?,
            confirmed_at: row.get("confirmed_at")?,
        };
        Ok((me, row.get("last_used_at")?))
    })
    .transpose()
}

/// Whose session this is, whether it lives or not.
pub(super) async fn by_token(
    tx: &mut Tx,
    token: TokenHash,
) -> Result<Option<(WorkspaceId, SessionId)>, DbError> {
    sql("SELECT workspace_id, id FROM sessions WHERE token_hash = $1")
        .bind(token)
        .optional(tx)
        .await?
        .map(|row| Ok((row.get("workspace_id")?, row.get("id")?)))
        .transpose()
}

/// Whose living session this is.
pub(super) async fn holder(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: SessionId,
) -> Result<Option<MemberId>, DbError> {
    sql("SELECT member_id FROM sessions WHERE workspace_id = $1 AND id = $2 AND ended_at IS NULL")
        .bind(workspace)
        .bind(id)
        .optional(tx)
        .await?
        .map(|row| row.get("member_id"))
        .transpose()
}

/// The living sessions of the member who asks, the last used one first.
pub(super) async fn living_of(
    db: &Db,
    me: &Me,
    now: Timestamp,
) -> Result<Vec<SessionEntry>, DbError> {
    sql(
        "SELECT id, browser, address, method, created_at, last_used_at FROM sessions \
         WHERE workspace_id = $1 AND member_id = $2 AND ended_at IS NULL AND expires_at > $3 \
           AND last_used_at + idle_ms > $3 ORDER BY last_used_at DESC, id DESC",
    )
    .bind(me.member.workspace)
    .bind(me.member.id)
    .bind(now)
    .all(db)
    .await?
    .iter()
    .map(|row| {
        let id: SessionId = row.get("id")?;
        Ok(SessionEntry {
            id: id.to_string(),
            current: id == me.session,
            browser: row.get("browser")?,
            address: row.get("address")?,
            method: method_of(&row.get::<String>("method")?)?,
            created_at: row.get("created_at")?,
            last_used_at: row.get("last_used_at")?,
        })
    })
    .collect()
}

pub(super) fn method_text(method: SignInMethod) -> &'static str {
    match method {
        SignInMethod::Mail => "mail",
        SignInMethod::Passkey => "passkey",
        SignInMethod::Oidc => "oidc",
        SignInMethod::Link => "link",
    }
}

/// Gives a living session another token, and notes when identity was proven. How it began stays.
pub(super) async fn renew(
    tx: &mut Tx,
    me: &Me,
    token: TokenHash,
    now: Timestamp,
) -> Result<bool, DbError> {
    let renewed = sql(
        "UPDATE sessions SET token_hash = $3, confirmed_at = $4, last_used_at = $4 \
         WHERE workspace_id = $1 AND id = $2 AND ended_at IS NULL AND expires_at > $4",
    )
    .bind(me.member.workspace)
    .bind(me.session)
    .bind(token)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(renewed == 1)
}

/// Notes a session's use; never backwards.
pub(super) async fn used(tx: &mut Tx, me: &Me, now: Timestamp) -> Result<(), DbError> {
    sql("UPDATE sessions SET last_used_at = $3 WHERE workspace_id = $1 AND id = $2 AND last_used_at < $3")
        .bind(me.member.workspace)
        .bind(me.session)
        .bind(now)
        .execute(tx)
        .await?;
    Ok(())
}

pub(super) async fn current(db: &Db, me: &Me) -> Result<CurrentSession, DbError> {
    let row = sql(
        "SELECT w.id, w.name, w.monogram, w.hue, w.logo, s.expires_at FROM sessions s \
         JOIN workspaces w ON w.id = s.workspace_id WHERE s.workspace_id = $1 AND s.id = $2",
    )
    .bind(me.member.workspace)
    .bind(me.session)
    .one(db)
    .await?;
    Ok(CurrentSession {
        workspace: workspace_from_row(&row)?,
        expires_at: row.get("expires_at")?,
    })
}

pub(super) async fn end(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: SessionId,
    now: Timestamp,
) -> Result<Option<MemberId>, DbError> {
    sql(
        "UPDATE sessions SET ended_at = $3 WHERE workspace_id = $1 AND id = $2 AND ended_at IS NULL \
         RETURNING member_id",
    )
    .bind(workspace)
    .bind(id)
    .bind(now)
    .optional(tx)
    .await?
    .map(|row| row.get("member_id"))
    .transpose()
}

pub(super) async fn end_all(
    tx: &mut Tx,
    workspace: WorkspaceId,
    member: MemberId,
    now: Timestamp,
) -> Result<Vec<SessionId>, DbError> {
    sql("UPDATE sessions SET ended_at = $3 \
         WHERE workspace_id = $1 AND member_id = $2 AND ended_at IS NULL RETURNING id")
    .bind(workspace)
    .bind(member)
    .bind(now)
    .all(tx)
    .await?
    .iter()
    .map(|row| row.get("id"))
    .collect()
}

/// Forgets sessions that have been over for long and that nothing refers to; how many.
pub(in crate::features::sign_in) async fn forget_old(
    tx: &mut Tx,
    now: Timestamp,
    most: i64,
) -> Result<u64, DbError> {
    delete_few!(
        "sessions",
        "workspace_id, id",
        "expires_at < $1 \
         AND NOT EXISTS (SELECT 1 FROM share_intents i \
                         WHERE i.workspace_id = sessions.workspace_id AND i.session_id = sessions.id) \
         ORDER BY expires_at LIMIT $2"
    )
    .bind(now - KEPT)
    .bind(most)
    .execute(tx)
    .await
}
