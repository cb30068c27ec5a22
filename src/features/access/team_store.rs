//! The rows of what is shared with teams.

use guestpass_api_types::items::ItemRole;

use super::store::{role, role_text};
use crate::{
    base::{
        clock::Timestamp,
        id::{ItemId, MemberId, TeamId, WorkspaceId},
    },
    db::{Db, DbError, Tx, sql},
};

/// The role of a team on an item, if it has one.
pub(super) async fn role_of(
    tx: &mut Tx,
    workspace: WorkspaceId,
    (item, team): (ItemId, TeamId),
) -> Result<Option<ItemRole>, DbError> {
    sql("SELECT role FROM team_grants WHERE workspace_id = $1 AND item_id = $2 AND team_id = $3")
        .bind(workspace)
        .bind(item)
        .bind(team)
        .optional(tx)
        .await?
        .map(|row| role(&row.get::<String>("role")?))
        .transpose()
}

/// Shares an item with a team, or changes the role it has.
pub(super) async fn upsert(
    tx: &mut Tx,
    workspace: WorkspaceId,
    (item, team): (ItemId, TeamId),
    (role, by): (ItemRole, MemberId),
    now: Timestamp,
) -> Result<(), DbError> {
    sql(
        "INSERT INTO team_grants (item_id, team_id, workspace_id, role, granted_by, granted_at) \
         VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (workspace_id, item_id, team_id) DO UPDATE \
         SET role = excluded.role, granted_by = excluded.granted_by, granted_at = excluded.granted_at",
    )
    .bind(item)
    .bind(team)
    .bind(workspace)
    .bind(role_text(role))
    .bind(by)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// Stops sharing an item with a team; what role it had.
pub(super) async fn delete(
    tx: &mut Tx,
    workspace: WorkspaceId,
    (item, team): (ItemId, TeamId),
) -> Result<Option<ItemRole>, DbError> {
    sql(
        "DELETE FROM team_grants WHERE workspace_id = $1 AND item_id = $2 AND team_id = $3 \
         RETURNING role",
    )
    .bind(workspace)
    .bind(item)
    .bind(team)
    .optional(tx)
    .await?
    .map(|row| role(&row.get::<String>("role")?))
    .transpose()
}

/// A team that an item is shared with.
pub(super) struct SharedWith {
    pub(super) team: TeamId,
    pub(super) name: String,
    pub(super) role: ItemRole,
    pub(super) granted_at: Timestamp,
    pub(super) members: i64,
}

/// The teams that an item is shared with, Owners first, then by name.
pub(super) async fn teams(
    db: &Db,
    workspace: WorkspaceId,
    item: ItemId,
) -> Result<Vec<SharedWith>, DbError> {
    sql("SELECT t.id, t.name, a.role, a.granted_at, \
         (SELECT COUNT(*) FROM team_members n \
          WHERE n.workspace_id = t.workspace_id AND n.team_id = t.id) AS members \
         FROM team_grants a JOIN teams t ON t.workspace_id = a.workspace_id AND t.id = a.team_id \
         WHERE a.workspace_id = $1 AND a.item_id = $2 \
         ORDER BY CASE a.role WHEN 'owner' THEN 0 ELSE 1 END, t.name_key")
    .bind(workspace)
    .bind(item)
    .all(db)
    .await?
    .iter()
    .map(|row| {
        Ok(SharedWith {
            team: row.get("id")?,
            name: row.get("name")?,
            role: role(&row.get::<String>("role")?)?,
            granted_at: row.get("granted_at")?,
            members: row.get("members")?,
        })
    })
    .collect()
}
