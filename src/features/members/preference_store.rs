//! What members chose for themselves: columns of their rows.

use guestpass_api_types::members::Preferences;

use crate::{
    base::id::{MemberId, WorkspaceId},
    db::{Db, DbError, Tx, sql},
};

pub(super) async fn preferences(
    db: &Db,
    workspace: WorkspaceId,
    id: MemberId,
) -> Result<Preferences, DbError> {
    let row = sql("SELECT mail_link_opened FROM members WHERE workspace_id = $1 AND id = $2")
        .bind(workspace)
        .bind(id)
        .one(db)
        .await?;
    Ok(Preferences {
        mail_link_opened: row.get("mail_link_opened")?,
    })
}

/// Sets what they chose; whether it was anything else before.
pub(super) async fn set_preferences(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: MemberId,
    chosen: Preferences,
) -> Result<bool, DbError> {
    let changed = sql("UPDATE members SET mail_link_opened = $3 \
         WHERE workspace_id = $1 AND id = $2 AND mail_link_opened <> $3")
    .bind(workspace)
    .bind(id)
    .bind(chosen.mail_link_opened)
    .execute(tx)
    .await?;
    Ok(changed == 1)
}
