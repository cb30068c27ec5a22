//! The rows of grants.

use guestpass_api_types::items::ItemRole;

use crate::{
    base::{
        clock::Timestamp,
        id::{ItemId, MemberId, TeamId, WorkspaceId},
    },
    db::{Db, DbError, Target, Tx, sql, sql_for},
    features::members::{Member, member_from_row},
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

/// The roles that a member has on an item, by themselves and through their teams; its rows name the item,
/// too.
macro_rules! roles_on_item {
    ($workspace:literal, $item:literal, $member:literal) => {
        concat!(
            "SELECT g.item_id, g.role FROM grants g WHERE g.workspace_id = ",
            $workspace,
            " AND g.item_id = ",
            $item,
            " AND g.member_id = ",
            $member,
            " UNION ALL SELECT a.item_id, a.role FROM team_grants a \
             JOIN team_members n ON n.workspace_id = a.workspace_id AND n.team_id = a.team_id \
             WHERE a.workspace_id = ",
            $workspace,
            " AND a.item_id = ",
            $item,
            " AND n.member_id = ",
            $member,
        )
    };
}

pub(in crate::features) use roles_on_item;

/// An item that wasn't deleted, with the highest role that the member has on it, by themselves or
/// through a team: the outer `None` means no such item.
pub(super) async fn role_on(
    on: impl Into<Target<'_>>,
    workspace: WorkspaceId,
    item: ItemId,
    member: MemberId,
) -> Result<Option<Option<ItemRole>>, DbError> {
    // Of the two roles, the higher one is also the later one in the alphabet.
    let row = sql(concat!(
        "SELECT (SELECT MAX(held.role) FROM (",
        roles_on_item!("$2", "$1", "$3"),
        ") held) AS role \
         FROM items i WHERE i.id = $1 AND i.workspace_id = $2 AND i.deleted_at IS NULL"
    ))
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

/// The role on an item that a member has by themselves.
pub(super) async fn own_role_on(
    tx: &mut Tx,
    workspace: WorkspaceId,
    item: ItemId,
    member: MemberId,
) -> Result<Option<ItemRole>, DbError> {
    sql("SELECT role FROM grants WHERE workspace_id = $1 AND item_id = $2 AND member_id = $3")
        .bind(workspace)
        .bind(item)
        .bind(member)
        .optional(tx)
        .await?
        .map(|row| role(&row.get::<String>("role")?))
        .transpose()
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

/// The items a member owns, held for the rest of the transaction: on PostgreSQL two Owners who leave
/// at once would each rely on the other.
pub(super) async fn lock_owned(
    tx: &mut Tx,
    workspace: WorkspaceId,
    member: MemberId,
) -> Result<Vec<ItemId>, DbError> {
    sql_for(
        "SELECT i.id FROM grants g JOIN items i ON i.workspace_id = g.workspace_id AND i.id = g.item_id \
         WHERE g.workspace_id = $1 AND g.member_id = $2 AND g.role = 'owner' AND i.deleted_at IS NULL \
         ORDER BY i.id",
        "SELECT i.id FROM grants g JOIN items i ON i.workspace_id = g.workspace_id AND i.id = g.item_id \
         WHERE g.workspace_id = $1 AND g.member_id = $2 AND g.role = 'owner' AND i.deleted_at IS NULL \
         ORDER BY i.id FOR UPDATE OF i",
    )
    .bind(workspace)
    .bind(member)
    .all(tx)
    .await?
    .iter()
    .map(|row| row.get("id"))
    .collect()
}

/// Which items would have no active Owner without this member; held for the rest of the
/// transaction.
pub(super) async fn lock_owned_alone(
    tx: &mut Tx,
    workspace: WorkspaceId,
    member: MemberId,
) -> Result<Vec<ItemId>, DbError> {
    lock_owned(tx, workspace, member).await?;
    owned_alone(tx, workspace, member).await
}

/// Makes a member a Collaborator of whatever has another Owner.
pub(super) async fn step_down_everywhere(
    tx: &mut Tx,
    workspace: WorkspaceId,
    member: MemberId,
) -> Result<u64, DbError> {
    sql(
        "UPDATE grants SET role = 'collaborator' WHERE workspace_id = $1 AND member_id = $2 \
         AND role = 'owner' AND EXISTS ( \
             SELECT 1 FROM grants o WHERE o.workspace_id = $1 AND o.item_id = grants.item_id \
             AND o.role = 'owner' AND o.member_id <> $2)",
    )
    .bind(workspace)
    .bind(member)
    .execute(tx)
    .await
}

/// Which items would have no active Owner without this member.
pub(super) async fn owned_alone(
    on: impl Into<Target<'_>>,
    workspace: WorkspaceId,
    member: MemberId,
) -> Result<Vec<ItemId>, DbError> {
    sql(
        "SELECT g.item_id FROM grants g \
         JOIN items i ON i.workspace_id = g.workspace_id AND i.id = g.item_id AND i.deleted_at IS NULL \
         WHERE g.workspace_id = $1 AND g.member_id = $2 AND g.role = 'owner' AND NOT EXISTS ( \
             SELECT 1 FROM grants o JOIN members m ON m.workspace_id = o.workspace_id AND m.id = o.member_id \
             WHERE o.workspace_id = $1 AND o.item_id = g.item_id AND o.role = 'owner' \
               AND o.member_id <> $2 AND m.state = 'active') \
         ORDER BY g.item_id",
    )
    .bind(workspace)
    .bind(member)
    .all(on)
    .await?
    .iter()
    .map(|row| row.get("item_id"))
    .collect()
}

/// Takes all roles of a member away, but those of the last Owner of an item.
pub(super) async fn delete_all_of(
    tx: &mut Tx,
    workspace: WorkspaceId,
    member: MemberId,
) -> Result<u64, DbError> {
    sql(
        "DELETE FROM grants WHERE workspace_id = $1 AND member_id = $2 \
         AND (role <> 'owner' OR EXISTS ( \
             SELECT 1 FROM grants o WHERE o.workspace_id = $1 AND o.item_id = grants.item_id \
             AND o.role = 'owner' AND o.member_id <> $2) \
           OR EXISTS (SELECT 1 FROM items i WHERE i.workspace_id = $1 AND i.id = grants.item_id \
             AND i.deleted_at IS NOT NULL))",
    )
    .bind(workspace)
    .bind(member)
    .execute(tx)
    .await
}

/// The names of an item's active Owners.
pub(super) async fn owners(
    db: &Db,
    workspace: WorkspaceId,
    item: ItemId,
) -> Result<Vec<String>, DbError> {
    sql("SELECT m.* FROM grants g JOIN members m ON m.workspace_id = g.workspace_id AND m.id = g.member_id \
         WHERE g.workspace_id = $1 AND g.item_id = $2 AND g.role = 'owner' AND m.state = 'active' \
         ORDER BY m.last_name, m.first_name, m.id")
    .bind(workspace)
    .bind(item)
    .all(db)
    .await?
    .iter()
    .map(|row| Ok(member_from_row(row)?.full_name()))
    .collect()
}

/// A grant to be made.
pub(super) struct NewGrant {
    pub(super) workspace: WorkspaceId,
    pub(super) item: ItemId,
    pub(super) member: MemberId,
    pub(super) role: ItemRole,
    pub(super) by: MemberId,
}

/// Makes or changes a grant, unless that would take away the last active Owner; whether it did. Who
/// never came, or may not come in, looks after nothing.
pub(super) async fn upsert(tx: &mut Tx, grant: &NewGrant, now: Timestamp) -> Result<bool, DbError> {
    let changed = sql(
        "INSERT INTO grants (item_id, member_id, workspace_id, role, granted_by, granted_at) \
         VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (workspace_id, item_id, member_id) DO UPDATE \
         SET role = excluded.role, granted_by = excluded.granted_by, granted_at = excluded.granted_at \
         WHERE excluded.role = 'owner' OR grants.role <> 'owner' OR EXISTS ( \
             SELECT 1 FROM grants o JOIN members m ON m.workspace_id = o.workspace_id AND m.id = o.member_id \
             WHERE o.workspace_id = grants.workspace_id AND o.item_id = grants.item_id \
               AND o.role = 'owner' AND o.member_id <> grants.member_id AND m.state = 'active')",
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

/// Removes a grant, unless it is the last active Owner's; whether it did.
pub(super) async fn delete(
    tx: &mut Tx,
    workspace: WorkspaceId,
    item: ItemId,
    member: MemberId,
) -> Result<bool, DbError> {
    let removed = sql(
        "DELETE FROM grants WHERE workspace_id = $3 AND item_id = $1 AND member_id = $2 \
         AND (role <> 'owner' OR EXISTS ( \
             SELECT 1 FROM grants o JOIN members m ON m.workspace_id = o.workspace_id AND m.id = o.member_id \
             WHERE o.workspace_id = $3 AND o.item_id = $1 \
               AND o.role = 'owner' AND o.member_id <> $2 AND m.state = 'active'))",
    )
    .bind(item)
    .bind(member)
    .bind(workspace)
    .execute(tx)
    .await?;
    Ok(removed == 1)
}

/// A role that somebody has on an item, and where it comes from.
pub(super) struct Held {
    pub(super) member: Member,
    pub(super) role: ItemRole,
    pub(super) granted_at: Timestamp,
    /// The team they have it through; nothing for their own.
    pub(super) through: Option<(TeamId, String)>,
}

/// Every role that somebody has on an item, by name; of one person their own first.
pub(super) async fn people(
    db: &Db,
    workspace: WorkspaceId,
    item: ItemId,
) -> Result<Vec<Held>, DbError> {
    sql(
        "SELECT m.*, held.role AS item_role, held.granted_at AS granted_at, held.team_id AS team_id, \
           t.name AS team_name \
         FROM ( \
             SELECT g.member_id, NULL AS team_id, g.role, g.granted_at FROM grants g \
             WHERE g.workspace_id = $1 AND g.item_id = $2 \
             UNION ALL \
             SELECT n.member_id, a.team_id, a.role, a.granted_at FROM team_grants a \
             JOIN team_members n ON n.workspace_id = a.workspace_id AND n.team_id = a.team_id \
             WHERE a.workspace_id = $1 AND a.item_id = $2) held \
         JOIN members m ON m.workspace_id = $1 AND m.id = held.member_id \
         LEFT JOIN teams t ON t.workspace_id = $1 AND t.id = held.team_id \
         ORDER BY m.last_name, m.first_name, m.id, \
           CASE WHEN held.team_id IS NULL THEN 0 ELSE 1 END, t.name_key",
    )
    .bind(workspace)
    .bind(item)
    .all(db)
    .await?
    .iter()
    .map(|row| {
        let team: Option<TeamId> = row.get("team_id")?;
        Ok(Held {
            member: member_from_row(row)?,
            role: role(&row.get::<String>("item_role")?)?,
            granted_at: row.get("granted_at")?,
            through: team.zip(row.get("team_name")?),
        })
    })
    .collect()
}
