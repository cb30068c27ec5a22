//! The intents of people who are no Owners.

use crate::{
    base::{
        clock::Timestamp,
        id::{IntentId, ItemId, MemberId, WorkspaceId},
    },
    db::{DbError, Tx, sql},
};

/// An intent that ended.
pub(super) struct Closed {
    pub(super) intent: IntentId,
    pub(super) item: ItemId,
    pub(super) member: MemberId,
}

/// Ends the open intents of everybody who isn't an Owner of the item any more, neither by
/// themselves nor through a team.
pub(super) async fn close_unentitled(
    tx: &mut Tx,
    workspace: WorkspaceId,
    now: Timestamp,
) -> Result<Vec<Closed>, DbError> {
    sql("UPDATE share_intents SET state = 'cancelled' \
         WHERE workspace_id = $1 AND state IN ('waiting', 'confirmed') AND expires_at > $2 \
         AND NOT EXISTS (SELECT 1 FROM grants g WHERE g.workspace_id = $1 \
             AND g.item_id = share_intents.item_id AND g.member_id = share_intents.member_id \
             AND g.role = 'owner') \
         AND NOT EXISTS (SELECT 1 FROM team_grants t \
             JOIN team_members n ON n.workspace_id = t.workspace_id AND n.team_id = t.team_id \
             JOIN members m ON m.workspace_id = n.workspace_id AND m.id = n.member_id \
             WHERE t.workspace_id = $1 AND t.item_id = share_intents.item_id AND t.role = 'owner' \
             AND n.member_id = share_intents.member_id AND m.role <> 'guest') \
         RETURNING id, item_id, member_id")
    .bind(workspace)
    .bind(now)
    .all(tx)
    .await?
    .iter()
    .map(|row| {
        Ok(Closed {
            intent: row.get("id")?,
            item: row.get("item_id")?,
            member: row.get("member_id")?,
        })
    })
    .collect()
}
