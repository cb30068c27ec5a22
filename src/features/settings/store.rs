//! What a workspace decided: columns of its row, and its logo.

use super::Settings;
use crate::{
    base::{clock::whole_millis, id::WorkspaceId},
    db::{DbError, Row, Target, Tx, sql, sql_for},
    features::{
        members::{domains_from_row, domains_text, workspace_from_row},
        sign_in::lengths_from_row,
    },
};

pub(super) async fn settings(
    on: impl Into<Target<'_>>,
    workspace: WorkspaceId,
) -> Result<Settings, DbError> {
    let row = sql("SELECT * FROM workspaces WHERE id = $1")
        .bind(workspace)
        .one(on)
        .await?;
    read(&row)
}

/// The settings, held as they are for the rest of the transaction.
pub(super) async fn held(tx: &mut Tx, workspace: WorkspaceId) -> Result<Settings, DbError> {
    let row = sql_for(
        "SELECT * FROM workspaces WHERE id = $1",
        "SELECT * FROM workspaces WHERE id = $1 FOR NO KEY UPDATE",
    )
    .bind(workspace)
    .one(tx)
    .await?;
    read(&row)
}

fn read(row: &Row) -> Result<Settings, DbError> {
    Ok(Settings {
        workspace: workspace_from_row(row)?,
        lengths: lengths_from_row(row)?,
        domains: domains_from_row(row, "mail_domains")?,
    })
}

/// Keeps all but the logo.
pub(super) async fn keep(tx: &mut Tx, settings: &Settings) -> Result<(), DbError> {
    sql(
        "UPDATE workspaces SET name = $2, monogram = $3, hue = $4, session_idle_ms = $5, \
         session_absolute_ms = $6, mail_domains = $7 WHERE id = $1",
    )
    .bind(settings.workspace.id)
    .bind(&settings.workspace.name)
    .bind(&settings.workspace.mark.monogram)
    .bind(settings.workspace.mark.hue.map(i64::from))
    .bind(whole_millis(settings.lengths.idle))
    .bind(whole_millis(settings.lengths.absolute))
    .bind(domains_text(&settings.domains))
    .execute(tx)
    .await?;
    Ok(())
}

/// Gives a workspace a logo, or takes it; whether it had another one before, or one at all.
pub(super) async fn set_logo(
    tx: &mut Tx,
    workspace: WorkspaceId,
    logo: Option<(&str, &[u8])>,
) -> Result<bool, DbError> {
    let version = logo.map(|(version, _)| version);
    let changed = sql("UPDATE workspaces SET logo = $2 WHERE id = $1 AND logo IS DISTINCT FROM $2")
        .bind(workspace)
        .bind(version)
        .execute(&mut *tx)
        .await?;
    if changed == 0 {
        return Ok(false);
    }
    sql("DELETE FROM workspace_logos WHERE workspace_id = $1")
        .bind(workspace)
        .execute(&mut *tx)
        .await?;
    if let Some((_, picture)) = logo {
        sql("INSERT INTO workspace_logos (workspace_id, picture) VALUES ($1, $2)")
            .bind(workspace)
            .bind(picture)
            .execute(tx)
            .await?;
    }
    Ok(true)
}

pub(super) async fn logo(
    on: impl Into<Target<'_>>,
    workspace: WorkspaceId,
) -> Result<Option<Vec<u8>>, DbError> {
    sql("SELECT picture FROM workspace_logos WHERE workspace_id = $1")
        .bind(workspace)
        .optional(on)
        .await?
        .map(|row| row.get("picture"))
        .transpose()
}
