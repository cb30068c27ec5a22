//! The rows of grants.

use guestpass_api_types::items::ItemRole;

use crate::{
    base::{
        clock::Timestamp,
        id::{ItemId, MemberId, WorkspaceId},
    },
    db::{Db, DbError, Row, Target, Tx, sql, sql_for},
};

pub(super) fn role_text(role: ItemRole) -> &'static str {
    match role {
        ItemRole::Owner => "owner",
        ItemRole::Collaborator => "collaborator",
    }
}

pub(super) fn role(text: &str) -> Result<ItemRole, DbError> {
    match text {
        "owner" => Ok(ItemRole::Owner),
        "collaborator" => Ok(ItemRole::Collaborator),
        _ => Err(DbError::Wrong("a role on an item")),
    }
}

/// An item that wasn't deleted, with the member's role on it: the outer `None` means no such item.
pub(super) async fn role_on(
    on: impl Into<Target<'_>>,
    workspace: WorkspaceId,
    item: ItemId,
    member: MemberId,
) -> Result<Option<Option<ItemRole>>, DbError> {
    let row = sql("SELECT g.role AS role FROM items i \
         LEFT JOIN grants g ON g.workspace_id = i.workspace_id AND g.item_id = i.id AND g.member_id = $3 \
         WHERE i.id = $1 AND i.workspace_id = $2 AND i.deleted_at IS NULL")
    .bind(item)
    .bind(workspace)
    .bind(member)
    .optional(on)
    .await?;
    let Some(row) = row else { return Ok(None) };
    row.get::<Option<String>>("role")?
        .as_deref()
        .map(role)
        .transpose()
        .map(Some)
}

/// Holds the item for the rest of the transaction; whether it is there.
pub(super) async fn lock(
    tx: &mut Tx,
    workspace: WorkspaceId,
    item: ItemId,
) -> Result<bool, DbError> {
    // SQLite's one writer makes everybody wait already.
    let locked = sql_for(
        "SELECT id FROM items WHERE id = $1 AND workspace_id = $2 AND deleted_at IS NULL",
        "SELECT id FROM items WHERE id = $1 AND workspace_id = $2 AND deleted_at IS NULL FOR UPDATE",
    )
    .bind(item)
    .bind(workspace)
    .optional(tx)
    .await?;
    Ok(locked.is_some())
}

pub(super) async fn is_member(
    tx: &mut Tx,
    workspace: WorkspaceId,
    member: MemberId,
) -> Result<bool, DbError> {
    let row = sql("SELECT id FROM members WHERE workspace_id = $1 AND id = $2")
        .bind(workspace)
        .bind(member)
        .optional(tx)
        .await?;
    Ok(row.is_some())
}

/// A grant to be made.
pub(super) struct NewGrant {
    pub(super) workspace: WorkspaceId,
    pub(super) item: ItemId,
    pub(super) member: MemberId,
    pub(super) role: ItemRole,
    pub(super) by: MemberId,
}

/// Makes or changes a grant, unless that would take away the last Owner; whether it did.
pub(super) async fn upsert(tx: &mut Tx, grant: &NewGrant, now: Timestamp) -> Result<bool, DbError> {
    let changed = sql(
        "INSERT INTO grants (item_id, member_id, workspace_id, role, granted_by, granted_at) \
         VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (workspace_id, item_id, member_id) DO UPDATE \
         SET role = excluded.role, granted_by = excluded.granted_by, granted_at = excluded.granted_at \
         WHERE excluded.role = 'owner' OR grants.role <> 'owner' OR EXISTS ( \
             SELECT 1 FROM grants o WHERE o.workspace_id = grants.workspace_id AND o.item_id = grants.item_id \
             AND o.role = 'owner' AND o.member_id <> grants.member_id)",
    )
    .bind(grant.item)
    .bind(grant.member)
    .bind(grant.workspace)
    .bind(role_text(grant.role))
    .bind(grant.by)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// Removes a grant, unless it is the last Owner's; whether it did.
pub(super) async fn delete(
    tx: &mut Tx,
    workspace: WorkspaceId,
    item: ItemId,
    member: MemberId,
) -> Result<bool, DbError> {
    let removed = sql(
        "DELETE FROM grants WHERE workspace_id = $3 AND item_id = $1 AND member_id = $2 \
         AND (role <> 'owner' OR EXISTS ( \
             SELECT 1 FROM grants o WHERE o.workspace_id = $3 AND o.item_id = $1 \
             AND o.role = 'owner' AND o.member_id <> $2))",
    )
    .bind(item)
    .bind(member)
    .bind(workspace)
    .execute(tx)
    .await?;
    Ok(removed == 1)
}

/// Everybody with a grant, Owners first, then by name.
pub(super) async fn people(
    db: &Db,
    workspace: WorkspaceId,
    item: ItemId,
) -> Result<Vec<Row>, DbError> {
    sql(
        "SELECT m.*, g.role AS item_role, g.granted_at AS granted_at \
         FROM grants g JOIN members m ON m.workspace_id = g.workspace_id AND m.id = g.member_id \
         WHERE g.workspace_id = $1 AND g.item_id = $2 \
         ORDER BY CASE g.role WHEN 'owner' THEN 0 ELSE 1 END, m.last_name, m.first_name, m.id",
    )
    .bind(workspace)
    .bind(item)
    .all(db)
    .await
}
