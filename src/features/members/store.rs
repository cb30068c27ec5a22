//! The rows of members.

use guestpass_api_types::sign_in::SignInMethod;

use super::{AskedFor, Member, MemberState, Seen, WorkspaceRole};
use crate::{
    base::{
        clock::Timestamp,
        email_address::EmailAddress,
        id::{MemberId, WorkspaceId},
        language::{self, Language},
    },
    db::{Db, DbError, Row, Target, Tx, sql, sql_for},
    features::audit::{Actor, By},
};

/// Adds a member, unless the workspace has one with the same address; whether it was added.
pub(super) async fn insert(tx: &mut Tx, member: &Member, now: Timestamp) -> Result<bool, DbError> {
    let added = sql(
        "INSERT INTO members (id, workspace_id, email, email_key, first_name, last_name, \
         role, state, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         ON CONFLICT (workspace_id, email_key) WHERE state <> 'removed' DO NOTHING",
    )
    .bind(member.id)
    .bind(member.workspace)
    .bind(member.email.as_str())
    .bind(member.email.key())
    .bind(&member.first_name)
    .bind(&member.last_name)
    .bind(role_text(member.role))
    .bind(state_text(member.state))
    .bind(now)
    .execute(tx)
    .await?;
    Ok(added == 1)
}

pub(super) async fn by_id(
    on: impl Into<Target<'_>>,
    workspace: WorkspaceId,
    id: MemberId,
) -> Result<Option<Member>, DbError> {
    sql("SELECT * FROM members WHERE workspace_id = $1 AND id = $2")
        .bind(workspace)
        .bind(id)
        .optional(on)
        .await?
        .as_ref()
        .map(member)
        .transpose()
}

pub(super) async fn by_email(
    on: impl Into<Target<'_>>,
    workspace: WorkspaceId,
    email: &EmailAddress,
) -> Result<Option<Member>, DbError> {
    sql("SELECT * FROM members WHERE workspace_id = $1 AND email_key = $2 AND state <> 'removed'")
        .bind(workspace)
        .bind(email.key())
        .optional(on)
        .await?
        .as_ref()
        .map(member)
        .transpose()
}

/// Whom an address signs in where it is asked for, with the name of their workspace. Where a provider
/// is the only way in, nobody.
pub(super) async fn who_may_sign_in(
    db: &Db,
    email: &EmailAddress,
    workspace: AskedFor,
) -> Result<Option<(Member, String)>, DbError> {
    let (any, this) = match workspace {
        AskedFor::Any => (true, None),
        AskedFor::This(id) => (false, Some(id)),
        AskedFor::Unknown => (false, None),
    };
    let row = sql("SELECT m.*, w.name AS workspace_name FROM members m \
         JOIN workspaces w ON w.id = m.workspace_id \
         WHERE m.email_key = $1 AND m.state IN ('invited', 'active') \
           AND ($2 OR m.workspace_id = $3) \
           AND NOT EXISTS (SELECT 1 FROM providers p \
                           WHERE p.workspace_id = m.workspace_id AND p.only_way_in) \
         ORDER BY COALESCE(m.last_seen_at, 0) DESC, m.id DESC LIMIT 1")
    .bind(email.key())
    .bind(any)
    .bind(this)
    .optional(db)
    .await?;
    row.map(|row| Ok((member(&row)?, row.get("workspace_name")?)))
        .transpose()
}

/// The Owner with this address, in the workspace that is asked for, or in the newest.
pub(super) async fn owner_with(
    db: &Db,
    email: &EmailAddress,
    workspace: Option<WorkspaceId>,
) -> Result<Option<Member>, DbError> {
    sql(
        "SELECT * FROM members WHERE email_key = $1 AND role = 'owner' \
           AND state IN ('invited', 'active') AND ($2 IS NULL OR workspace_id = $2) \
         ORDER BY id DESC LIMIT 1",
    )
    .bind(email.key())
    .bind(workspace)
    .optional(db)
    .await?
    .as_ref()
    .map(member)
    .transpose()
}

/// Whether it was a person, and no directory, who put out whoever had this address last.
pub(super) async fn was_put_out(
    tx: &mut Tx,
    workspace: WorkspaceId,
    email: &EmailAddress,
) -> Result<bool, DbError> {
    let last = sql(
        "SELECT held_by_directory FROM members WHERE workspace_id = $1 AND email_key = $2 \
         AND state = 'removed' ORDER BY id DESC LIMIT 1",
    )
    .bind(workspace)
    .bind(email.key())
    .optional(tx)
    .await?;
    let by_directory = last.map(|row| row.get::<bool>("held_by_directory"));
    Ok(by_directory.transpose()? == Some(false))
}

/// Whether somebody with this address was removed.
pub(super) async fn was_removed(
    tx: &mut Tx,
    workspace: WorkspaceId,
    email: &EmailAddress,
) -> Result<bool, DbError> {
    let found = sql(
        "SELECT 1 FROM members WHERE workspace_id = $1 AND email_key = $2 \
         AND state = 'removed' LIMIT 1",
    )
    .bind(workspace)
    .bind(email.key())
    .optional(tx)
    .await?;
    Ok(found.is_some())
}

/// Everybody but who was removed, with their last session's last use and method.
pub(super) async fn all(db: &Db, workspace: WorkspaceId) -> Result<Vec<Seen>, DbError> {
    sql(
        "SELECT m.*, s.last_used_at AS session_used_at, s.method FROM members m \
         LEFT JOIN sessions s ON s.workspace_id = m.workspace_id AND s.id = \
           (SELECT l.id FROM sessions l WHERE l.workspace_id = m.workspace_id AND l.member_id = m.id \
            ORDER BY l.last_used_at DESC LIMIT 1) \
         WHERE m.workspace_id = $1 AND m.state <> 'removed' ORDER BY m.last_name, m.first_name, m.id",
    )
    .bind(workspace)
    .all(db)
    .await?
    .iter()
    .map(|row| {
        let used_at: Option<Timestamp> = row.get("session_used_at")?;
        let came_at: Option<Timestamp> = row.get("last_seen_at")?;
        let method: Option<String> = row.get("method")?;
        Ok(Seen {
            member: member(row)?,
            at: used_at.max(came_at),
            method: method.as_deref().map(method_of).transpose()?,
        })
    })
    .collect()
}

/// A member, held for the rest of the transaction: on PostgreSQL whoever gives them a role, or
/// takes their own away, waits.
pub(super) async fn lock(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: MemberId,
) -> Result<Option<Member>, DbError> {
    sql_for(
        "SELECT * FROM members WHERE workspace_id = $1 AND id = $2",
        "SELECT * FROM members WHERE workspace_id = $1 AND id = $2 FOR UPDATE",
    )
    .bind(workspace)
    .bind(id)
    .optional(tx)
    .await?
    .as_ref()
    .map(member)
    .transpose()
}

/// The role in the workspace of somebody who wasn't removed. On PostgreSQL it stays so for the rest
/// of the transaction.
pub(super) async fn hold_role(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: MemberId,
) -> Result<Option<WorkspaceRole>, DbError> {
    let row = sql_for(
        "SELECT * FROM members WHERE workspace_id = $1 AND id = $2 AND state <> 'removed'",
        "SELECT * FROM members WHERE workspace_id = $1 AND id = $2 AND state <> 'removed' FOR SHARE",
    )
    .bind(workspace)
    .bind(id)
    .optional(tx)
    .await?;
    row.map(|row| Ok(member(&row)?.role)).transpose()
}

/// How many of these weren't removed. On PostgreSQL they stay so for the rest of the transaction; held
/// in the order of their identifiers, so that two who hold several don't wait for each other.
pub(super) async fn hold_all(
    tx: &mut Tx,
    workspace: WorkspaceId,
    ids: &[MemberId],
) -> Result<usize, DbError> {
    let held = sql_for(
        "SELECT id FROM members WHERE workspace_id = $1 \
         AND id IN (SELECT value FROM json_each($2)) AND state <> 'removed'",
        "SELECT id FROM members WHERE workspace_id = $1 \
         AND id = ANY (ARRAY(SELECT jsonb_array_elements_text($2::jsonb))) AND state <> 'removed' \
         ORDER BY id FOR SHARE",
    )
    .bind(workspace)
    .bind(serde_json::json!(ids).to_string())
    .all(tx)
    .await?;
    Ok(held.len())
}

/// Whether somebody shared an item with a member by name.
pub(super) async fn is_entrusted(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: MemberId,
) -> Result<bool, DbError> {
    let found = sql("SELECT 1 FROM grants g JOIN items i \
         ON i.workspace_id = g.workspace_id AND i.id = g.item_id AND i.deleted_at IS NULL \
         WHERE g.workspace_id = $1 AND g.member_id = $2 LIMIT 1")
    .bind(workspace)
    .bind(id)
    .optional(tx)
    .await?;
    Ok(found.is_some())
}

/// Gives a member another role; never the workspace's Owner, and nobody who owns an item becomes
/// a guest. Whether it did.
pub(super) async fn set_role(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: MemberId,
    role: WorkspaceRole,
) -> Result<bool, DbError> {
    let changed = sql(
        "UPDATE members SET role = $3 WHERE workspace_id = $1 AND id = $2 \
         AND role <> 'owner' AND state <> 'removed' \
         AND ($3 <> 'guest' OR NOT EXISTS (SELECT 1 FROM grants g JOIN items i \
             ON i.workspace_id = g.workspace_id AND i.id = g.item_id AND i.deleted_at IS NULL \
             WHERE g.workspace_id = $1 AND g.member_id = $2 AND g.role = 'owner'))",
    )
    .bind(workspace)
    .bind(id)
    .bind(role_text(role))
    .execute(&mut *tx)
    .await?;
    if changed == 1 && role == WorkspaceRole::Guest {
        // Guests look after no team.
        sql("UPDATE team_members SET role = 'member' WHERE workspace_id = $1 AND member_id = $2")
            .bind(workspace)
            .bind(id)
            .execute(tx)
            .await?;
    }
    Ok(changed == 1)
}

/// The one member who is a workspace's Owner.
pub(super) async fn owner(tx: &mut Tx, workspace: WorkspaceId) -> Result<Member, DbError> {
    let row = sql("SELECT * FROM members WHERE workspace_id = $1 AND role = 'owner'")
        .bind(workspace)
        .one(tx)
        .await?;
    member(&row)
}

/// Lets a member out; never the workspace's Owner. Whether they were in one of the states it begins
/// from. A directory that removes somebody whom a person suspended doesn't make that its own decision.
pub(super) async fn set_state(
    tx: &mut Tx,
    by: &By,
    member: &Member,
    state: MemberState,
) -> Result<bool, DbError> {
    let changed = sql("UPDATE members SET state = $3, \
           held_by_directory = ($4 AND (state <> 'suspended' OR held_by_directory)) \
         WHERE workspace_id = $1 AND id = $2 \
         AND role <> 'owner' AND state <> 'removed' AND state <> $3")
    .bind(member.workspace)
    .bind(member.id)
    .bind(state_text(state))
    .bind(matches!(by.actor, Actor::Provisioning(_)))
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// Ends a suspension: active who was here before, invited who never was. Whether there was one.
pub(super) async fn reinstate(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: MemberId,
) -> Result<bool, DbError> {
    let changed = sql(
        "UPDATE members SET state = CASE WHEN last_seen_at IS NULL THEN 'invited' ELSE 'active' END \
         WHERE workspace_id = $1 AND id = $2 AND state = 'suspended'",
    )
    .bind(workspace)
    .bind(id)
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// Ends a suspension that a directory decided, likewise.
pub(super) async fn release(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: MemberId,
) -> Result<bool, DbError> {
    let changed = sql(
        "UPDATE members SET state = CASE WHEN last_seen_at IS NULL THEN 'invited' ELSE 'active' END \
         WHERE workspace_id = $1 AND id = $2 AND state = 'suspended' AND held_by_directory",
    )
    .bind(workspace)
    .bind(id)
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// Gives a member another name and address, unless another member has the address.
pub(super) async fn revise(
    tx: &mut Tx,
    (workspace, id): (WorkspaceId, MemberId),
    email: &EmailAddress,
    (first, last): (&str, &str),
) -> Result<Option<Member>, DbError> {
    sql(
        "UPDATE members SET email = $3, email_key = $4, first_name = $5, last_name = $6 \
         WHERE workspace_id = $1 AND id = $2 AND state <> 'removed' AND NOT EXISTS \
           (SELECT 1 FROM members o WHERE o.workspace_id = $1 AND o.email_key = $4 \
            AND o.state <> 'removed' AND o.id <> $2) RETURNING *",
    )
    .bind(workspace)
    .bind(id)
    .bind(email.as_str())
    .bind(email.key())
    .bind(first)
    .bind(last)
    .optional(tx)
    .await?
    .as_ref()
    .map(member)
    .transpose()
}

/// Makes the workspace's Owner an Admin and an active member its Owner; whether both could be.
pub(super) async fn hand_over(
    tx: &mut Tx,
    workspace: WorkspaceId,
    from: MemberId,
    to: MemberId,
) -> Result<bool, DbError> {
    let left = sql(
        "UPDATE members SET role = 'admin' WHERE workspace_id = $1 AND id = $2 AND role = 'owner'",
    )
    .bind(workspace)
    .bind(from)
    .execute(&mut *tx)
    .await?;
    let taken = sql("UPDATE members SET role = 'owner' WHERE workspace_id = $1 AND id = $2 AND state = 'active'")
        .bind(workspace)
        .bind(to)
        .execute(tx)
        .await?;
    Ok(left == 1 && taken == 1)
}

pub(super) async fn rename(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: MemberId,
    (first, last): (&str, &str),
) -> Result<Option<Member>, DbError> {
    sql("UPDATE members SET first_name = $3, last_name = $4 \
         WHERE workspace_id = $1 AND id = $2 RETURNING *")
    .bind(workspace)
    .bind(id)
    .bind(first)
    .bind(last)
    .optional(tx)
    .await?
    .as_ref()
    .map(member)
    .transpose()
}

pub(super) async fn admins(
    on: impl Into<Target<'_>>,
    workspace: WorkspaceId,
) -> Result<Vec<Member>, DbError> {
    sql(
        "SELECT * FROM members WHERE workspace_id = $1 AND role IN ('owner', 'admin') \
         AND state = 'active' ORDER BY id",
    )
    .bind(workspace)
    .all(on)
    .await?
    .iter()
    .map(member)
    .collect()
}

/// Turns an invited member active; whether they were invited.
pub(super) async fn join(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: MemberId,
) -> Result<bool, DbError> {
    let joined = sql("UPDATE members SET state = 'active' \
         WHERE workspace_id = $1 AND id = $2 AND state = 'invited'")
    .bind(workspace)
    .bind(id)
    .execute(tx)
    .await?;
    Ok(joined == 1)
}

/// Whether people of a workspace come in by a provider only.
pub(super) async fn is_behind_provider(
    on: impl Into<Target<'_>>,
    workspace: WorkspaceId,
) -> Result<bool, DbError> {
    let found = sql("SELECT 1 FROM providers WHERE workspace_id = $1 AND only_way_in LIMIT 1")
        .bind(workspace)
        .optional(on)
        .await?;
    Ok(found.is_some())
}

/// Notes that an active member was here; nothing when they aren't active.
pub(super) async fn seen(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: MemberId,
    now: Timestamp,
) -> Result<Option<Member>, DbError> {
    sql("UPDATE members SET last_seen_at = $3 \
         WHERE workspace_id = $1 AND id = $2 AND state = 'active' RETURNING *")
    .bind(workspace)
    .bind(id)
    .bind(now)
    .optional(tx)
    .await?
    .as_ref()
    .map(member)
    .transpose()
}

/// Reads a member from the columns of its table.
pub(in crate::features) fn member(row: &Row) -> Result<Member, DbError> {
    let state = match row.get::<String>("state")?.as_str() {
        "invited" => MemberState::Invited,
        "active" => MemberState::Active,
        "suspended" => MemberState::Suspended,
        "removed" => MemberState::Removed,
        _ => return Err(DbError::Wrong("a member's state")),
    };
    Ok(Member {
        id: row.get("id")?,
        workspace: row.get("workspace_id")?,
        email: EmailAddress::parse(&row.get::<String>("email")?)
            .map_err(|_| DbError::Wrong("a member's mail address"))?,
        first_name: row.get("first_name")?,
        last_name: row.get("last_name")?,
        role: role_of(&row.get::<String>("role")?)?,
        state,
        language: language_of(row)?,
    })
}

/// Reads the language that a member chose. One that this version doesn't know counts as none.
pub(in crate::features) fn language_of(row: &Row) -> Result<Option<Language>, DbError> {
    let tag: Option<String> = row.get("language")?;
    Ok(tag.as_deref().and_then(language::by_tag))
}

/// Reads how somebody signed in.
pub(in crate::features) fn method_of(text: &str) -> Result<SignInMethod, DbError> {
    Ok(match text {
        "mail" => SignInMethod::Mail,
        "passkey" => SignInMethod::Passkey,
        "oidc" => SignInMethod::Oidc,
        "link" => SignInMethod::Link,
        _ => return Err(DbError::Wrong("how somebody signed in")),
    })
}

/// Reads a role in the workspace.
pub(in crate::features) fn role_of(text: &str) -> Result<WorkspaceRole, DbError> {
    Ok(match text {
        "owner" => WorkspaceRole::Owner,
        "admin" => WorkspaceRole::Admin,
        "user" => WorkspaceRole::User,
        "guest" => WorkspaceRole::Guest,
        _ => return Err(DbError::Wrong("a role in the workspace")),
    })
}

pub(in crate::features) fn role_text(role: WorkspaceRole) -> &'static str {
    match role {
        WorkspaceRole::Owner => "owner",
        WorkspaceRole::Admin => "admin",
        WorkspaceRole::User => "user",
        WorkspaceRole::Guest => "guest",
    }
}

fn state_text(state: MemberState) -> &'static str {
    match state {
        MemberState::Invited => "invited",
        MemberState::Active => "active",
        MemberState::Suspended => "suspended",
        MemberState::Removed => "removed",
    }
}
