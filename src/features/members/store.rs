//! The rows of workspaces and members.

use super::{Member, MemberState, Workspace, WorkspaceRole};
use crate::{
    base::{
        clock::Timestamp,
        email_address::EmailAddress,
        id::{MemberId, WorkspaceId},
    },
    db::{Db, DbError, Row, Target, Tx, sql},
};

pub(super) async fn insert_workspace(
    tx: &mut Tx,
    workspace: &Workspace,
    now: Timestamp,
) -> Result<(), DbError> {
    sql("INSERT INTO workspaces (id, name, created_at) VALUES ($1, $2, $3)")
        .bind(workspace.id)
        .bind(&workspace.name)
        .bind(now)
        .execute(tx)
        .await?;
    Ok(())
}

/// Adds a member, unless the workspace has one with the same address; whether it was added.
pub(super) async fn insert(tx: &mut Tx, member: &Member, now: Timestamp) -> Result<bool, DbError> {
    let added = sql(
        "INSERT INTO members (id, workspace_id, email, email_key, first_name, last_name, \
         role, state, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
         ON CONFLICT (workspace_id, email_key) DO NOTHING",
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

pub(super) async fn workspace(
    on: impl Into<Target<'_>>,
    id: WorkspaceId,
) -> Result<Workspace, DbError> {
    let row = sql("SELECT name FROM workspaces WHERE id = $1")
        .bind(id)
        .one(on)
        .await?;
    Ok(Workspace {
        id,
        name: row.get("name")?,
    })
}

/// Every workspace, oldest first.
///
/// # Errors
/// When the database refuses.
pub async fn all_workspaces(db: &Db) -> Result<Vec<Workspace>, DbError> {
    sql("SELECT id, name FROM workspaces ORDER BY id")
        .all(db)
        .await?
        .iter()
        .map(|row| {
            Ok(Workspace {
                id: row.get("id")?,
                name: row.get("name")?,
            })
        })
        .collect()
}

pub(super) async fn first_workspace(db: &Db) -> Result<Option<Workspace>, DbError> {
    let row = sql("SELECT id, name FROM workspaces ORDER BY id LIMIT 1")
        .optional(db)
        .await?;
    row.map(|row| {
        Ok(Workspace {
            id: row.get("id")?,
            name: row.get("name")?,
        })
    })
    .transpose()
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
    sql("SELECT * FROM members WHERE workspace_id = $1 AND email_key = $2")
        .bind(workspace)
        .bind(email.key())
        .optional(on)
        .await?
        .as_ref()
        .map(member)
        .transpose()
}

/// Everybody who may sign in with an address, in whatever workspace, the newest first. Where a
/// provider is the only way in, nobody may.
pub(super) async fn who_may_sign_in(
    db: &Db,
    email: &EmailAddress,
) -> Result<Option<(Member, String)>, DbError> {
    let row = sql("SELECT m.*, w.name AS workspace_name FROM members m \
         JOIN workspaces w ON w.id = m.workspace_id \
         WHERE m.email_key = $1 AND m.state IN ('invited', 'active') \
           AND NOT EXISTS (SELECT 1 FROM providers p \
                           WHERE p.workspace_id = m.workspace_id AND p.only_way_in) \
         ORDER BY m.id DESC LIMIT 1")
    .bind(email.key())
    .optional(db)
    .await?;
    row.map(|row| Ok((member(&row)?, row.get("workspace_name")?)))
        .transpose()
}

/// The Owner with this address, in whatever workspace, the newest first.
pub(super) async fn owner_with(db: &Db, email: &EmailAddress) -> Result<Option<Member>, DbError> {
    sql(
        "SELECT * FROM members WHERE email_key = $1 AND role = 'owner' AND state <> 'suspended' \
         ORDER BY id DESC LIMIT 1",
    )
    .bind(email.key())
    .optional(db)
    .await?
    .as_ref()
    .map(member)
    .transpose()
}

pub(super) async fn all(db: &Db, workspace: WorkspaceId) -> Result<Vec<Member>, DbError> {
    sql("SELECT * FROM members WHERE workspace_id = $1 ORDER BY last_name, first_name, id")
        .bind(workspace)
        .all(db)
        .await?
        .iter()
        .map(member)
        .collect()
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

/// Gives a member another role; whether they had another one. The Owner stays the Owner.
pub(super) async fn change_role(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: MemberId,
    role: WorkspaceRole,
) -> Result<bool, DbError> {
    let changed = sql("UPDATE members SET role = $3 \
         WHERE workspace_id = $1 AND id = $2 AND role <> $3 AND role <> 'owner'")
    .bind(workspace)
    .bind(id)
    .bind(role_text(role))
    .execute(tx)
    .await?;
    Ok(changed == 1)
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
    let role = match row.get::<String>("role")?.as_str() {
        "owner" => WorkspaceRole::Owner,
        "admin" => WorkspaceRole::Admin,
        "user" => WorkspaceRole::User,
        _ => return Err(DbError::Wrong("a member's role")),
    };
    let state = match row.get::<String>("state")?.as_str() {
        "invited" => MemberState::Invited,
        "active" => MemberState::Active,
        "suspended" => MemberState::Suspended,
        _ => return Err(DbError::Wrong("a member's state")),
    };
    Ok(Member {
        id: row.get("id")?,
        workspace: row.get("workspace_id")?,
        email: EmailAddress::parse(&row.get::<String>("email")?)
            .map_err(|_| DbError::Wrong("a member's mail address"))?,
        first_name: row.get("first_name")?,
        last_name: row.get("last_name")?,
        role,
        state,
    })
}

fn role_text(role: WorkspaceRole) -> &'static str {
    match role {
        WorkspaceRole::Owner => "owner",
        WorkspaceRole::Admin => "admin",
        WorkspaceRole::User => "user",
    }
}

fn state_text(state: MemberState) -> &'static str {
    match state {
        MemberState::Invited => "invited",
        MemberState::Active => "active",
        MemberState::Suspended => "suspended",
    }
}
