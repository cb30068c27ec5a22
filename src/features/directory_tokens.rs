//! The tokens by which a company's directory looks after people end with whoever made them: they know
//! the text, so that a token is a way in of theirs as much as a session is.

mod store;

use crate::{
    base::{
        clock::Timestamp,
        id::{MemberId, WorkspaceId},
    },
    db::{Db, DbError, Tx},
    features::audit::{self, Action, By},
};

/// How many living tokens a member made.
///
/// # Errors
/// When the database refuses.
pub async fn living_of(db: &Db, workspace: WorkspaceId, maker: MemberId) -> Result<i64, DbError> {
    store::living_of(db, workspace, maker).await
}

/// Ends all tokens that a member made, who leaves or looks after the workspace no more, in that
/// transaction.
///
/// # Errors
/// When the database refuses.
pub async fn end_all_of(
    tx: &mut Tx,
    by: &By,
    maker: MemberId,
    now: Timestamp,
) -> Result<(), DbError> {
    for token in store::end_all_of(tx, by.workspace, maker, now).await? {
        let event = by.event(Action::ProvisioningTokenEnded).target(maker);
        audit::record(tx, now, event.details(token.to_string())).await?;
    }
    Ok(())
}
