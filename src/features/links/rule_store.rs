//! What confirming a public link takes: a column of the workspace.

use guestpass_api_types::links::ConfirmBy;

use crate::{
    base::id::WorkspaceId,
    db::{DbError, Target, Tx, sql},
};

pub(super) async fn rule(
    on: impl Into<Target<'_>>,
    workspace: WorkspaceId,
) -> Result<ConfirmBy, DbError> {
    let row = sql("SELECT link_confirmation FROM workspaces WHERE id = $1")
        .bind(workspace)
        .one(on)
        .await?;
    match row.get::<String>("link_confirmation")?.as_str() {
        "mail" => Ok(ConfirmBy::Mail),
        "passkey" => Ok(ConfirmBy::Passkey),
        "mail_or_passkey" => Ok(ConfirmBy::MailOrPasskey),
        _ => Err(DbError::Wrong("what confirming a link takes")),
    }
}

/// Sets the rule; whether it was another one before.
pub(super) async fn set_rule(
    tx: &mut Tx,
    workspace: WorkspaceId,
    rule: ConfirmBy,
) -> Result<bool, DbError> {
    let changed = sql(
        "UPDATE workspaces SET link_confirmation = $2 WHERE id = $1 AND link_confirmation <> $2",
    )
    .bind(workspace)
    .bind(text(rule))
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

pub(super) fn text(rule: ConfirmBy) -> &'static str {
    match rule {
        ConfirmBy::Mail => "mail",
        ConfirmBy::Passkey => "passkey",
        ConfirmBy::MailOrPasskey => "mail_or_passkey",
    }
}
