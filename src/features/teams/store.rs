//! The rows of teams and of who is in them.

use std::collections::BTreeSet;

use serde_json::json;

use super::{ManagedBy, Person, Team, TeamRole, model::Seen};
use crate::{
    base::{
        clock::Timestamp,
        id::{MemberId, ProviderId, TeamId, WorkspaceId},
        text::folded,
    },
    db::{Db, DbError, Row, Target, Tx, sql, sql_for},
    features::members::member_from_row,
};

/// A team of a workspace.
pub(super) type TeamOf = (WorkspaceId, TeamId);

/// Adds a team, unless the workspace has `most` already or another of that name; whether it did.
pub(super) async fn insert(tx: &mut Tx, team: &Team, most: i64) -> Result<bool, DbError> {
    let (provider, group) = team.group.clone().unzip();
    let added = sql(
        "INSERT INTO teams (id, workspace_id, name, name_key, managed_by, provider_id, group_name, \
         external_id, created_at, changed_at) \
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $9 \
         WHERE (SELECT COUNT(*) FROM teams WHERE workspace_id = $2 AND removed_at IS NULL) < $10 \
         ON CONFLICT DO NOTHING",
    )
    .bind(team.id)
    .bind(team.workspace)
    .bind(&team.name)
    .bind(folded(&team.name))
    .bind(manager_text(team.managed_by))
    .bind(provider)
    .bind(group)
    .bind(team.external_id.clone())
    .bind(team.created_at)
    .bind(most)
    .execute(tx)
    .await?;
    Ok(added == 1)
}

/// Whether a team of the workspace has this name, in whatever case.
pub(super) async fn has_name(
    tx: &mut Tx,
    workspace: WorkspaceId,
    name: &str,
) -> Result<bool, DbError> {
    let found =
        sql("SELECT 1 FROM teams WHERE workspace_id = $1 AND name_key = $2 AND removed_at IS NULL")
            .bind(workspace)
            .bind(folded(name))
            .optional(tx)
            .await?;
    Ok(found.is_some())
}

/// A team of the workspace.
pub(super) async fn by_id(
    on: impl Into<Target<'_>>,
    (workspace, id): TeamOf,
) -> Result<Option<Team>, DbError> {
    sql("SELECT * FROM teams WHERE workspace_id = $1 AND id = $2 AND removed_at IS NULL")
        .bind(workspace)
        .bind(id)
        .optional(on)
        .await?
        .as_ref()
        .map(team)
        .transpose()
}

/// A team, held for the rest of the transaction: two of its admins who go at once would each rely on
/// the other, and nothing is shared with it while it is removed.
pub(in crate::features) async fn hold(
    tx: &mut Tx,
    (workspace, id): TeamOf,
) -> Result<Option<Team>, DbError> {
    sql_for(
        "SELECT * FROM teams WHERE workspace_id = $1 AND id = $2 AND removed_at IS NULL",
        "SELECT * FROM teams WHERE workspace_id = $1 AND id = $2 AND removed_at IS NULL FOR UPDATE",
    )
    .bind(workspace)
    .bind(id)
    .optional(tx)
    .await?
    .as_ref()
    .map(team)
    .transpose()
}

/// The name of a team, also of one that was removed.
pub(super) async fn name_of(db: &Db, (workspace, id): TeamOf) -> Result<Option<String>, DbError> {
    sql("SELECT name FROM teams WHERE workspace_id = $1 AND id = $2")
        .bind(workspace)
        .bind(id)
        .optional(db)
        .await?
        .map(|row| row.get("name"))
        .transpose()
}

/// A directory's team by what the directory calls it.
pub(super) async fn by_external_id(
    on: impl Into<Target<'_>>,
    workspace: WorkspaceId,
    external_id: &str,
) -> Result<Option<Team>, DbError> {
    sql("SELECT * FROM teams WHERE workspace_id = $1 AND external_id = $2 AND removed_at IS NULL")
        .bind(workspace)
        .bind(external_id)
        .optional(on)
        .await?
        .as_ref()
        .map(team)
        .transpose()
}

/// The teams that are managed in one way, by name.
pub(super) async fn managed_by(
    on: impl Into<Target<'_>>,
    workspace: WorkspaceId,
    manager: ManagedBy,
) -> Result<Vec<Team>, DbError> {
    sql(
        "SELECT * FROM teams WHERE workspace_id = $1 AND managed_by = $2 AND removed_at IS NULL \
         ORDER BY name_key",
    )
    .bind(workspace)
    .bind(manager_text(manager))
    .all(on)
    .await?
    .iter()
    .map(team)
    .collect()
}

/// The teams of a member, by name.
pub(super) async fn of_member(
    on: impl Into<Target<'_>>,
    workspace: WorkspaceId,
    member: MemberId,
) -> Result<Vec<Team>, DbError> {
    sql("SELECT t.* FROM team_members n \
         JOIN teams t ON t.workspace_id = n.workspace_id AND t.id = n.team_id \
         WHERE n.workspace_id = $1 AND n.member_id = $2 AND t.removed_at IS NULL ORDER BY t.name_key")
    .bind(workspace)
    .bind(member)
    .all(on)
    .await?
    .iter()
    .map(team)
    .collect()
}

/// `$1` workspace, `$2` the member who looks.
macro_rules! seen {
    ($rest:literal) => {
        concat!(
            "SELECT t.*, p.name AS provider_name, own.role AS my_role, \
             (SELECT COUNT(*) FROM team_members n \
              WHERE n.workspace_id = t.workspace_id AND n.team_id = t.id) AS people, \
             (SELECT COUNT(*) FROM team_grants g JOIN items i \
              ON i.workspace_id = g.workspace_id AND i.id = g.item_id AND i.deleted_at IS NULL \
              WHERE g.workspace_id = t.workspace_id AND g.team_id = t.id) AS items \
             FROM teams t \
             LEFT JOIN providers p ON p.workspace_id = t.workspace_id AND p.id = t.provider_id \
             LEFT JOIN team_members own ON own.workspace_id = t.workspace_id \
               AND own.team_id = t.id AND own.member_id = $2 \
             WHERE t.workspace_id = $1 AND t.removed_at IS NULL ",
            $rest
        )
    };
}

/// All teams of a workspace by name, as a member sees them.
pub(super) async fn all_seen(
    db: &Db,
    workspace: WorkspaceId,
    by: MemberId,
) -> Result<Vec<Seen>, DbError> {
    sql(seen!("ORDER BY t.name_key"))
        .bind(workspace)
        .bind(by)
        .all(db)
        .await?
        .iter()
        .map(seen)
        .collect()
}

/// One team, as a member sees it.
pub(super) async fn one_seen(
    db: &Db,
    (workspace, id): TeamOf,
    by: MemberId,
) -> Result<Option<Seen>, DbError> {
    sql(seen!("AND t.id = $3"))
        .bind(workspace)
        .bind(by)
        .bind(id)
        .optional(db)
        .await?
        .as_ref()
        .map(seen)
        .transpose()
}

/// Everybody in a team, Team Admins first, then by name.
pub(super) async fn people(
    on: impl Into<Target<'_>>,
    (workspace, id): TeamOf,
) -> Result<Vec<Person>, DbError> {
    sql("SELECT m.*, n.role AS team_role, n.added_at AS added_at \
         FROM team_members n JOIN members m ON m.workspace_id = n.workspace_id AND m.id = n.member_id \
         WHERE n.workspace_id = $1 AND n.team_id = $2 \
         ORDER BY CASE n.role WHEN 'admin' THEN 0 ELSE 1 END, m.last_name, m.first_name, m.id")
    .bind(workspace)
    .bind(id)
    .all(on)
    .await?
    .iter()
    .map(|row| {
        Ok(Person {
            member: member_from_row(row)?,
            role: role(&row.get::<String>("team_role")?)?,
            added_at: row.get("added_at")?,
        })
    })
    .collect()
}

/// Who is in a team.
pub(super) async fn ids_of_people(
    tx: &mut Tx,
    (workspace, id): TeamOf,
) -> Result<BTreeSet<MemberId>, DbError> {
    sql("SELECT member_id FROM team_members WHERE workspace_id = $1 AND team_id = $2")
        .bind(workspace)
        .bind(id)
        .all(tx)
        .await?
        .iter()
        .map(|row| row.get("member_id"))
        .collect()
}

/// What a member may do in a team, if they are in it.
pub(super) async fn role_in(
    on: impl Into<Target<'_>>,
    (workspace, id): TeamOf,
    member: MemberId,
) -> Result<Option<TeamRole>, DbError> {
    sql("SELECT role FROM team_members WHERE workspace_id = $1 AND team_id = $2 AND member_id = $3")
        .bind(workspace)
        .bind(id)
        .bind(member)
        .optional(on)
        .await?
        .map(|row| role(&row.get::<String>("role")?))
        .transpose()
}

/// Gives a team another name; whether it is still there. Another team of that name is refused by
/// the index.
pub(super) async fn rename(
    tx: &mut Tx,
    (workspace, id): TeamOf,
    name: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let renamed = sql(
        "UPDATE teams SET name = $3, name_key = $4, changed_at = $5 \
         WHERE workspace_id = $1 AND id = $2 AND removed_at IS NULL",
    )
    .bind(workspace)
    .bind(id)
    .bind(name)
    .bind(folded(name))
    .bind(now)
    .execute(tx)
    .await?;
    Ok(renamed == 1)
}

/// Says what a directory calls a team. Another team of that identifier is refused by the index.
pub(super) async fn set_external_id(
    tx: &mut Tx,
    (workspace, id): TeamOf,
    external_id: Option<&str>,
    now: Timestamp,
) -> Result<(), DbError> {
    sql("UPDATE teams SET external_id = $3, changed_at = $4 \
         WHERE workspace_id = $1 AND id = $2 AND managed_by = 'scim'")
    .bind(workspace)
    .bind(id)
    .bind(external_id.map(str::to_owned))
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// Lets a team look after itself from now on.
pub(super) async fn release(
    tx: &mut Tx,
    (workspace, id): TeamOf,
    now: Timestamp,
) -> Result<(), DbError> {
    sql(
        "UPDATE teams SET managed_by = 'self', provider_id = NULL, group_name = NULL, \
         external_id = NULL, changed_at = $3 WHERE workspace_id = $1 AND id = $2",
    )
    .bind(workspace)
    .bind(id)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// Whether a team has items that weren't deleted.
pub(super) async fn has_items(tx: &mut Tx, (workspace, id): TeamOf) -> Result<bool, DbError> {
    let found = sql(
        "SELECT 1 FROM team_grants g JOIN items i ON i.workspace_id = g.workspace_id \
         AND i.id = g.item_id AND i.deleted_at IS NULL \
         WHERE g.workspace_id = $1 AND g.team_id = $2 LIMIT 1",
    )
    .bind(workspace)
    .bind(id)
    .optional(tx)
    .await?;
    Ok(found.is_some())
}

/// Removes a team: nobody is in it, and nothing is shared with it. Its row stays for its name, but
/// frees that name, its group and what a directory called it.
pub(super) async fn remove(
    tx: &mut Tx,
    (workspace, id): TeamOf,
    now: Timestamp,
) -> Result<(), DbError> {
    for statement in [
        "DELETE FROM team_members WHERE workspace_id = $1 AND team_id = $2",
        "DELETE FROM team_grants WHERE workspace_id = $1 AND team_id = $2",
    ] {
        let statement = sql(statement).bind(workspace).bind(id);
        statement.execute(&mut *tx).await?;
    }
    release(tx, (workspace, id), now).await?;
    sql("UPDATE teams SET removed_at = $3 WHERE workspace_id = $1 AND id = $2")
        .bind(workspace)
        .bind(id)
        .bind(now)
        .execute(tx)
        .await?;
    Ok(())
}

/// Notes that somebody came or went.
pub(super) async fn touch(
    tx: &mut Tx,
    (workspace, id): TeamOf,
    now: Timestamp,
) -> Result<(), DbError> {
    sql("UPDATE teams SET changed_at = $3 WHERE workspace_id = $1 AND id = $2")
        .bind(workspace)
        .bind(id)
        .bind(now)
        .execute_later(tx)
        .await
}

/// Puts somebody into a team or changes their role in it, unless that would take away its last
/// Team Admin; whether it did.
pub(super) async fn put(
    tx: &mut Tx,
    (workspace, id): TeamOf,
    (member, role): (MemberId, TeamRole),
    now: Timestamp,
) -> Result<bool, DbError> {
    let changed = sql(
        "INSERT INTO team_members (team_id, member_id, workspace_id, role, added_at) \
         VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (workspace_id, team_id, member_id) DO UPDATE SET role = excluded.role \
         WHERE excluded.role = 'admin' OR team_members.role <> 'admin' OR EXISTS ( \
             SELECT 1 FROM team_members o WHERE o.workspace_id = team_members.workspace_id \
             AND o.team_id = team_members.team_id AND o.role = 'admin' \
             AND o.member_id <> team_members.member_id)",
    )
    .bind(id)
    .bind(member)
    .bind(workspace)
    .bind(role_text(role))
    .bind(now)
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// Puts people into a managed team; those who weren't in it.
pub(super) async fn add_all(
    tx: &mut Tx,
    (workspace, id): TeamOf,
    members: &[MemberId],
    now: Timestamp,
) -> Result<Vec<MemberId>, DbError> {
    // SQLite would take ON CONFLICT for a part of the SELECT, were there no WHERE before it.
    let added = sql_for(
        "INSERT INTO team_members (team_id, member_id, workspace_id, role, added_at) \
         SELECT $1, value, $3, 'member', $4 FROM json_each($2) WHERE true \
         ON CONFLICT DO NOTHING RETURNING member_id",
        "INSERT INTO team_members (team_id, member_id, workspace_id, role, added_at) \
         SELECT $1, value, $3, 'member', $4 FROM jsonb_array_elements_text($2::jsonb) \
         ON CONFLICT DO NOTHING RETURNING member_id",
    )
    .bind(id)
    .bind(json!(members).to_string())
    .bind(workspace)
    .bind(now)
    .all(tx)
    .await?;
    added.iter().map(|row| row.get("member_id")).collect()
}

/// Takes people out of a managed team, which has no Team Admin; those who were in it. PostgreSQL gets an
/// array, whose members it looks up one by one: of a set it compares each row with each, should it
/// believe the table to be small.
pub(super) async fn take_all_out(
    tx: &mut Tx,
    (workspace, id): TeamOf,
    members: &[MemberId],
) -> Result<Vec<MemberId>, DbError> {
    let removed = sql_for(
        "DELETE FROM team_members WHERE workspace_id = $1 AND team_id = $2 \
         AND member_id IN (SELECT value FROM json_each($3)) RETURNING member_id",
        "DELETE FROM team_members WHERE workspace_id = $1 AND team_id = $2 \
         AND member_id = ANY (ARRAY(SELECT jsonb_array_elements_text($3::jsonb))) RETURNING member_id",
    )
    .bind(workspace)
    .bind(id)
    .bind(json!(members).to_string())
    .all(tx)
    .await?;
    removed.iter().map(|row| row.get("member_id")).collect()
}

/// Takes somebody out of a team, unless they are its last Team Admin; whether it did.
pub(super) async fn take_out(
    tx: &mut Tx,
    (workspace, id): TeamOf,
    member: MemberId,
) -> Result<bool, DbError> {
    let removed = sql(
        "DELETE FROM team_members WHERE workspace_id = $1 AND team_id = $2 AND member_id = $3 \
         AND (role <> 'admin' OR EXISTS ( \
             SELECT 1 FROM team_members o WHERE o.workspace_id = $1 AND o.team_id = $2 \
             AND o.role = 'admin' AND o.member_id <> $3))",
    )
    .bind(workspace)
    .bind(id)
    .bind(member)
    .execute(tx)
    .await?;
    Ok(removed == 1)
}

/// Takes somebody out of all teams, whoever is left in them; which teams.
pub(super) async fn take_out_everywhere(
    tx: &mut Tx,
    workspace: WorkspaceId,
    member: MemberId,
) -> Result<Vec<TeamId>, DbError> {
    sql("DELETE FROM team_members WHERE workspace_id = $1 AND member_id = $2 RETURNING team_id")
        .bind(workspace)
        .bind(member)
        .all(tx)
        .await?
        .iter()
        .map(|row| row.get("team_id"))
        .collect()
}

fn team(row: &Row) -> Result<Team, DbError> {
    let provider: Option<ProviderId> = row.get("provider_id")?;
    Ok(Team {
        id: row.get("id")?,
        workspace: row.get("workspace_id")?,
        name: row.get("name")?,
        managed_by: match row.get::<String>("managed_by")?.as_str() {
            "self" => ManagedBy::Itself,
            "provider" => ManagedBy::Provider,
            "scim" => ManagedBy::Scim,
            _ => return Err(DbError::Wrong("who manages a team")),
        },
        group: provider.zip(row.get("group_name")?),
        external_id: row.get("external_id")?,
        created_at: row.get("created_at")?,
        changed_at: row.get("changed_at")?,
    })
}

fn seen(row: &Row) -> Result<Seen, DbError> {
    let my_role: Option<String> = row.get("my_role")?;
    Ok(Seen {
        team: team(row)?,
        provider_name: row.get("provider_name")?,
        people: row.get("people")?,
        items: row.get("items")?,
        my_role: my_role.as_deref().map(role).transpose()?,
    })
}

fn role(text: &str) -> Result<TeamRole, DbError> {
    match text {
        "admin" => Ok(TeamRole::Admin),
        "member" => Ok(TeamRole::Member),
        _ => Err(DbError::Wrong("a role in a team")),
    }
}

pub(super) fn role_text(role: TeamRole) -> &'static str {
    match role {
        TeamRole::Admin => "admin",
        TeamRole::Member => "member",
    }
}

fn manager_text(manager: ManagedBy) -> &'static str {
    match manager {
        ManagedBy::Itself => "self",
        ManagedBy::Provider => "provider",
        ManagedBy::Scim => "scim",
    }
}
