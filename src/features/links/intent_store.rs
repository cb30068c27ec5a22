//! The intents' rows.

use super::model::{CODE_TRIES, FlowState, Intent, Lifetime, OPEN_INTENTS};
use crate::{
    base::{
        clock::Timestamp,
        id::{IntentId, ItemId, LinkId, MailId, MemberId, WorkspaceId},
        secret::TokenHash,
    },
    db::{DbError, Row, Target, Tx, delete_few, sql},
    features::members::Me,
};

/// What is stored besides the intent itself.
#[derive(Clone, Debug)]
pub(super) struct Hashes {
    pub(super) token: TokenHash,
    pub(super) code: TokenHash,
}

/// Adds an intent unless the member has too many open; whether it was added.
pub(super) async fn insert(tx: &mut Tx, intent: &Intent, hashes: &Hashes) -> Result<bool, DbError> {
    let added = sql("INSERT INTO share_intents (id, workspace_id, item_id, item_version, member_id, \
         session_id, lifetime_ms, one_time, notify, token_hash, code_hash, state, tries, mail_id, \
         browser, address, created_at, expires_at, resend_at) \
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'waiting', 0, $12, $13, $14, $15, $16, $17 \
         WHERE (SELECT COUNT(*) FROM sessions s JOIN share_intents i \
                ON i.workspace_id = s.workspace_id AND i.session_id = s.id \
                WHERE s.workspace_id = $2 AND s.member_id = $5 \
                AND i.state IN ('waiting', 'confirmed') AND i.expires_at > $15) < $18")
        .bind(intent.id)
        .bind(intent.workspace)
        .bind(intent.item)
        .bind(intent.item_version)
        .bind(intent.member)
        .bind(intent.session)
        .bind(intent.lifetime.millis())
        .bind(intent.one_time)
        .bind(intent.notify)
        .bind(hashes.token)
        .bind(hashes.code)
        .bind(intent.mail)
        .bind(&intent.browser)
        .bind(&intent.address)
        .bind(intent.created_at)
        .bind(intent.expires_at)
        .bind(intent.resend_at)
        .bind(OPEN_INTENTS)
        .execute(tx)
        .await?;
    Ok(added == 1)
}

/// An intent, as the session that asked for it may see it.
pub(super) async fn of_session(
    on: impl Into<Target<'_>>,
    id: IntentId,
    me: &Me,
    now: Timestamp,
) -> Result<Option<Intent>, DbError> {
    let row = sql(
        "SELECT i.*, (s.ended_at IS NULL AND s.expires_at > $3) AS session_alive \
         FROM share_intents i JOIN sessions s ON s.workspace_id = i.workspace_id AND s.id = i.session_id \
         WHERE i.workspace_id = $4 AND i.id = $1 AND i.session_id = $2",
    )
    .bind(id)
    .bind(me.session)
    .bind(now)
    .bind(me.member.workspace)
    .optional(on)
    .await?;
    row.as_ref().map(intent).transpose()
}

/// An intent, as the holder of its mail may see it.
pub(super) async fn by_token(
    on: impl Into<Target<'_>>,
    token: TokenHash,
    now: Timestamp,
) -> Result<Option<Intent>, DbError> {
    let row = sql(
        "SELECT i.*, (s.ended_at IS NULL AND s.expires_at > $2) AS session_alive \
         FROM share_intents i JOIN sessions s ON s.workspace_id = i.workspace_id AND s.id = i.session_id \
         WHERE i.token_hash = $1",
    )
    .bind(token)
    .bind(now)
    .optional(on)
    .await?;
    row.as_ref().map(intent).transpose()
}

/// Confirms a waiting intent; whether it still was.
pub(super) async fn confirm(tx: &mut Tx, intent: &Intent, now: Timestamp) -> Result<bool, DbError> {
    let changed = sql(
        "UPDATE share_intents SET state = 'confirmed', confirmed_at = $2 \
         WHERE workspace_id = $3 AND id = $1 AND state = 'waiting' AND expires_at > $2",
    )
    .bind(intent.id)
    .bind(now)
    .bind(intent.workspace)
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// Tries a match code: confirms, counts or locks, in one statement. The new state and tries, or
/// nothing when the intent no longer waits.
pub(super) async fn try_code(
    tx: &mut Tx,
    intent: &Intent,
    code: TokenHash,
    now: Timestamp,
) -> Result<Option<(FlowState, i64)>, DbError> {
    let row = sql("UPDATE share_intents SET tries = tries + 1, \
           state = CASE WHEN code_hash = $2 THEN 'confirmed' WHEN tries + 1 >= $4 THEN 'locked' ELSE state END, \
           confirmed_at = CASE WHEN code_hash = $2 THEN $3 ELSE confirmed_at END \
         WHERE workspace_id = $5 AND id = $1 AND state = 'waiting' AND expires_at > $3 AND tries < $4 \
         RETURNING state, tries")
        .bind(intent.id)
        .bind(code)
        .bind(now)
        .bind(CODE_TRIES)
        .bind(intent.workspace)
        .optional(tx)
        .await?;
    row.map(|row| Ok((state(&row)?, row.get("tries")?)))
        .transpose()
}

/// Ends an open intent as `refused` or `cancelled`; whether it was open.
pub(super) async fn close(
    tx: &mut Tx,
    intent: &Intent,
    end: &'static str,
) -> Result<bool, DbError> {
    let changed = sql("UPDATE share_intents SET state = $2 \
         WHERE workspace_id = $3 AND id = $1 AND state IN ('waiting', 'confirmed')")
    .bind(intent.id)
    .bind(end)
    .bind(intent.workspace)
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// Ends all open intents of a member as `cancelled`; which, and about which items.
pub(super) async fn close_all_of(
    tx: &mut Tx,
    workspace: WorkspaceId,
    member: MemberId,
) -> Result<Vec<(IntentId, ItemId)>, DbError> {
    sql("UPDATE share_intents SET state = 'cancelled' \
         WHERE workspace_id = $1 AND state IN ('waiting', 'confirmed') AND session_id IN \
         (SELECT id FROM sessions WHERE workspace_id = $1 AND member_id = $2) RETURNING id, item_id")
    .bind(workspace)
    .bind(member)
    .all(tx)
    .await?
    .iter()
    .map(|row| Ok((row.get("id")?, row.get("item_id")?)))
    .collect()
}

/// The links that a member's intents were spent on of late.
pub(super) async fn links_of(
    tx: &mut Tx,
    workspace: WorkspaceId,
    member: MemberId,
) -> Result<Vec<LinkId>, DbError> {
    sql("SELECT i.link_id FROM sessions s JOIN share_intents i \
         ON i.workspace_id = s.workspace_id AND i.session_id = s.id \
         WHERE s.workspace_id = $1 AND s.member_id = $2 AND i.link_id IS NOT NULL")
    .bind(workspace)
    .bind(member)
    .all(tx)
    .await?
    .iter()
    .map(|row| row.get("link_id"))
    .collect()
}

/// Gives a waiting intent a new mail and token, once its pause is over; whether it did.
pub(super) async fn renew_mail(
    tx: &mut Tx,
    intent: &Intent,
    mail: MailId,
    token: TokenHash,
    now: Timestamp,
    resend_at: Timestamp,
) -> Result<bool, DbError> {
    let changed = sql(
        "UPDATE share_intents SET mail_id = $2, token_hash = $3, resend_at = $5 \
         WHERE workspace_id = $6 AND id = $1 AND state = 'waiting' AND expires_at > $4 AND resend_at <= $4",
    )
    .bind(intent.id)
    .bind(mail)
    .bind(token)
    .bind(now)
    .bind(resend_at)
    .bind(intent.workspace)
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// Spends a confirmed intent on a link; whether it still was there to be spent.
pub(super) async fn spend(
    tx: &mut Tx,
    intent: &Intent,
    link: LinkId,
    now: Timestamp,
) -> Result<bool, DbError> {
    let changed = sql("UPDATE share_intents SET state = 'spent', link_id = $3 \
         WHERE workspace_id = $5 AND id = $1 AND session_id = $2 AND state = 'confirmed' AND expires_at > $4")
    .bind(intent.id)
    .bind(intent.session)
    .bind(link)
    .bind(now)
    .bind(intent.workspace)
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// The link that an intent was spent on.
pub(super) async fn link_of(tx: &mut Tx, intent: &Intent) -> Result<Option<LinkId>, DbError> {
    sql("SELECT link_id FROM share_intents WHERE workspace_id = $1 AND id = $2")
        .bind(intent.workspace)
        .bind(intent.id)
        .one(tx)
        .await?
        .get("link_id")
}

/// Forgets `most` intents that ended before `before`; how many.
pub(super) async fn forget(tx: &mut Tx, before: Timestamp, most: i64) -> Result<u64, DbError> {
    delete_few!(
        "share_intents",
        "workspace_id, id",
        "expires_at < $1 ORDER BY expires_at LIMIT $2"
    )
    .bind(before)
    .bind(most)
    .execute(tx)
    .await
}

fn state(row: &Row) -> Result<FlowState, DbError> {
    Ok(match row.get::<String>("state")?.as_str() {
        "waiting" => FlowState::Waiting,
        "confirmed" => FlowState::Confirmed,
        "spent" => FlowState::Spent,
        "refused" => FlowState::Refused,
        "cancelled" => FlowState::Cancelled,
        "locked" => FlowState::Locked,
        _ => return Err(DbError::Wrong("an intent in an unknown state")),
    })
}

fn intent(row: &Row) -> Result<Intent, DbError> {
    let lifetime = row.get::<i64>("lifetime_ms")? / 1000;
    Ok(Intent {
        id: row.get("id")?,
        workspace: row.get("workspace_id")?,
        item: row.get("item_id")?,
        item_version: row.get("item_version")?,
        member: row.get("member_id")?,
        session: row.get("session_id")?,
        lifetime: Lifetime::from_seconds(lifetime).ok_or(DbError::Wrong("an intent's lifetime"))?,
        one_time: row.get("one_time")?,
        notify: row.get("notify")?,
        state: state(row)?,
        tries: row.get("tries")?,
        mail: row.get("mail_id")?,
        browser: row.get("browser")?,
        address: row.get("address")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
        resend_at: row.get("resend_at")?,
        confirmed_at: row.get("confirmed_at")?,
        session_alive: row.get("session_alive")?,
    })
}
