//! The rows of workspaces, and who belongs to several.

use std::time::Duration;

use super::{Elsewhere, Mark, Overview, Workspace};
use crate::{
    base::{clock::Timestamp, id::WorkspaceId},
    db::{Db, DbError, Row, Target, Tx, sql},
};

pub(super) async fn insert(
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

pub(super) async fn by_id(
    on: impl Into<Target<'_>>,
    id: WorkspaceId,
) -> Result<Option<Workspace>, DbError> {
    sql("SELECT id, name, monogram, hue, logo FROM workspaces WHERE id = $1")
        .bind(id)
        .optional(on)
        .await?
        .as_ref()
        .map(workspace)
        .transpose()
}

/// Every workspace, oldest first.
///
/// # Errors
/// When the database refuses.
pub async fn all(db: &Db) -> Result<Vec<Workspace>, DbError> {
    sql("SELECT id, name, monogram, hue, logo FROM workspaces ORDER BY id")
        .all(db)
        .await?
        .iter()
        .map(workspace)
        .collect()
}

/// The oldest ones.
pub(super) async fn first(db: &Db, most: i64) -> Result<Vec<Workspace>, DbError> {
    sql("SELECT id, name, monogram, hue, logo FROM workspaces ORDER BY id LIMIT $1")
        .bind(most)
        .all(db)
        .await?
        .iter()
        .map(workspace)
        .collect()
}

/// Every workspace with its Owner and how many people it has, oldest first.
pub(super) async fn overview(db: &Db) -> Result<Vec<Overview>, DbError> {
    sql(
        "SELECT w.id, w.name, w.monogram, w.hue, w.logo, o.email, \
           (SELECT COUNT(*) FROM members m WHERE m.workspace_id = w.id AND m.state = 'active') AS active \
         FROM workspaces w JOIN members o ON o.workspace_id = w.id AND o.role = 'owner' ORDER BY w.id",
    )
    .all(db)
    .await?
    .iter()
    .map(|row| {
        Ok(Overview {
            workspace: workspace(row)?,
            owner: row.get("email")?,
            active: row.get("active")?,
        })
    })
    .collect()
}

/// Where else than in `but` somebody with an address may come in, by name.
pub(super) async fn elsewhere(
    on: impl Into<Target<'_>>,
    address_key: &str,
    but: WorkspaceId,
) -> Result<Vec<Elsewhere>, DbError> {
    sql(
        "SELECT w.id, w.name, w.monogram, w.hue, w.logo, m.id AS member_id, m.state, \
           EXISTS (SELECT 1 FROM providers p WHERE p.workspace_id = w.id AND p.only_way_in) \
             AS behind_provider, w.session_absolute_ms \
         FROM members m JOIN workspaces w ON w.id = m.workspace_id \
         WHERE m.email_key = $1 AND m.state IN ('invited', 'active') AND m.workspace_id <> $2 \
         ORDER BY w.name, w.id LIMIT 50",
    )
    .bind(address_key)
    .bind(but)
    .all(on)
    .await?
    .iter()
    .map(|row| {
        Ok(Elsewhere {
            workspace: workspace(row)?,
            member: row.get("member_id")?,
            invited: row.get::<String>("state")? == "invited",
            behind_provider: row.get("behind_provider")?,
            absolute: duration(row, "session_absolute_ms")?,
        })
    })
    .collect()
}

/// The mail domains whose addresses may become members; none means all.
pub(super) async fn mail_domains(
    on: impl Into<Target<'_>>,
    id: WorkspaceId,
) -> Result<Vec<String>, DbError> {
    let row = sql("SELECT mail_domains FROM workspaces WHERE id = $1")
        .bind(id)
        .one(on)
        .await?;
    domains(&row, "mail_domains")
}

/// Reads mail domains from a column that lists them.
pub(in crate::features) fn domains(row: &Row, name: &str) -> Result<Vec<String>, DbError> {
    serde_json::from_str(&row.get::<String>(name)?).map_err(|_| DbError::Wrong("mail domains"))
}

/// Mail domains as such a column keeps them.
pub(in crate::features) fn domains_text(domains: &[String]) -> String {
    serde_json::Value::from(domains).to_string()
}

/// Reads a duration from a column that counts milliseconds.
pub(in crate::features) fn duration(row: &Row, name: &str) -> Result<Duration, DbError> {
    let millis = u64::try_from(row.get::<i64>(name)?);
    millis
        .map(Duration::from_millis)
        .map_err(|_| DbError::Wrong("a duration"))
}

/// Reads a workspace from the columns of its table.
pub(in crate::features) fn workspace(row: &Row) -> Result<Workspace, DbError> {
    let hue = row.get::<Option<i64>>("hue")?.map(u16::try_from);
    Ok(Workspace {
        id: row.get("id")?,
        name: row.get("name")?,
        mark: Mark {
            monogram: row.get("monogram")?,
            hue: hue
                .transpose()
                .map_err(|_| DbError::Wrong("a workspace's colour"))?,
            logo: row.get("logo")?,
        },
    })
}
