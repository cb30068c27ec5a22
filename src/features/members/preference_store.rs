//! What members chose for themselves: columns of their rows.

use guestpass_api_types::members::Preferences;

use super::store::language_of;
use crate::{
    base::{
        id::{MemberId, WorkspaceId},
        language::{self, Language},
    },
    db::{Db, DbError, Tx, sql},
};

pub(super) async fn preferences(
    db: &Db,
    workspace: WorkspaceId,
    id: MemberId,
) -> Result<Preferences, DbError> {
    let row =
        sql("SELECT mail_link_opened, language FROM members WHERE workspace_id = $1 AND id = $2")
            .bind(workspace)
            .bind(id)
            .one(db)
            .await?;
    Ok(Preferences {
        mail_link_opened: row.get("mail_link_opened")?,
        language: language_of(&row)?,
    })
}

/// Sets whether they hear of opened links; whether it was anything else before.
pub(super) async fn set_mail_link_opened(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: MemberId,
    wanted: bool,
) -> Result<bool, DbError> {
    let changed = sql("UPDATE members SET mail_link_opened = $3 \
         WHERE workspace_id = $1 AND id = $2 AND mail_link_opened <> $3")
    .bind(workspace)
    .bind(id)
    .bind(wanted)
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// Sets the language of their pages and mails.
pub(super) async fn set_language(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: MemberId,
    chosen: Option<Language>,
) -> Result<(), DbError> {
    sql("UPDATE members SET language = $3 WHERE workspace_id = $1 AND id = $2")
        .bind(workspace)
        .bind(id)
        .bind(chosen.map(language::tag))
        .execute(tx)
        .await?;
    Ok(())
}
