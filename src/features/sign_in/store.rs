//! The rows of sign-ins.

use std::time::Duration;

use super::{
    FlowState, MAX_TRIES,
    model::{Addressee, Flow},
};
use crate::{
    base::{
        client::Client,
        clock::Timestamp,
        id::{MemberId, SignInId, WorkspaceId},
        secret::TokenHash,
    },
    db::{Db, DbError, Row, Tx, delete_few, sql},
};

/// How long a sign-in that is over can still say why.
const KEPT: Duration = Duration::from_secs(24 * 3600);

/// A sign-in to be stored.
#[derive(Clone, Debug)]
pub(super) struct NewFlow {
    pub id: SignInId,
    pub member: Option<(WorkspaceId, MemberId)>,
    /// The address that its mail goes to; nothing for a printed link.
    pub address_key: Option<String>,
    pub token: TokenHash,
    pub browser: TokenHash,
    pub code: TokenHash,
    pub client: Client,
    /// Whether it works in any browser.
    pub printed: bool,
    pub expires_at: Timestamp,
}

/// A sign-in that was used up.
#[derive(Debug)]
pub(super) struct Spent {
    /// Whose it was.
    pub whose: (WorkspaceId, MemberId),
    /// The address that it proves.
    pub address_key: Option<String>,
}

pub(super) async fn insert(tx: &mut Tx, flow: &NewFlow, now: Timestamp) -> Result<(), DbError> {
    sql(
        "INSERT INTO sign_ins (id, workspace_id, member_id, token_hash, browser_hash, code_hash, state, \
         tries, browser, address, created_at, expires_at, printed, address_key) \
         VALUES ($1, $2, $3, $4, $5, $6, 'waiting', 0, $7, $8, $9, $10, $11, $12)",
    )
    .bind(flow.id)
    .bind(flow.member.map(|(workspace, _)| workspace))
    .bind(flow.member.map(|(_, member)| member))
    .bind(flow.token)
    .bind(flow.browser)
    .bind(flow.code)
    .bind(&flow.client.browser)
    .bind(flow.client.address.to_string())
    .bind(now)
    .bind(flow.expires_at)
    .bind(flow.printed)
    .bind(flow.address_key.as_deref())
    .execute(tx)
    .await?;
    Ok(())
}

pub(super) async fn by_token(db: &Db, token: TokenHash) -> Result<Option<Flow>, DbError> {
    sql(
        "SELECT f.*, m.first_name, w.name AS workspace_name FROM sign_ins f \
         LEFT JOIN members m ON m.workspace_id = f.workspace_id AND m.id = f.member_id \
         LEFT JOIN workspaces w ON w.id = f.workspace_id \
         WHERE f.token_hash = $1",
    )
    .bind(token)
    .optional(db)
    .await?
    .as_ref()
    .map(flow)
    .transpose()
}

pub(super) async fn by_browser(db: &Db, browser: TokenHash) -> Result<Option<Flow>, DbError> {
    sql(
        "SELECT f.*, m.first_name, w.name AS workspace_name FROM sign_ins f \
         LEFT JOIN members m ON m.workspace_id = f.workspace_id AND m.id = f.member_id \
         LEFT JOIN workspaces w ON w.id = f.workspace_id \
         WHERE f.browser_hash = $1",
    )
    .bind(browser)
    .optional(db)
    .await?
    .as_ref()
    .map(flow)
    .transpose()
}

/// Gives up a sign-in that a newer one of the same browser replaces.
pub(super) async fn replace(tx: &mut Tx, browser: TokenHash) -> Result<(), DbError> {
    sql("UPDATE sign_ins SET state = 'cancelled' \
         WHERE browser_hash = $1 AND state IN ('waiting', 'confirmed')")
    .bind(browser)
    .execute(tx)
    .await?;
    Ok(())
}

/// Tries a match code: the state after it, and the number of wrong tries. Nothing when the
/// sign-in doesn't wait any more.
pub(super) async fn try_code(
    tx: &mut Tx,
    id: SignInId,
    code: TokenHash,
    now: Timestamp,
) -> Result<Option<(FlowState, i64)>, DbError> {
    sql("UPDATE sign_ins SET \
           state = CASE WHEN code_hash = $2 THEN 'confirmed' WHEN tries + 1 >= $4 THEN 'locked' ELSE 'waiting' END, \
           tries = CASE WHEN code_hash = $2 THEN tries ELSE tries + 1 END \
         WHERE id = $1 AND state = 'waiting' AND expires_at > $3 AND member_id IS NOT NULL \
         RETURNING state, tries")
        .bind(id)
        .bind(code)
        .bind(now)
        .bind(MAX_TRIES)
        .optional(tx)
        .await?
        .map(|row| Ok((state(&row)?, row.get("tries")?)))
        .transpose()
}

/// Uses a sign-in up, in the browser that asked for it: whose it was, and the address it proves.
/// Nothing when it can't be used (any more), also because a provider has become the only way in. `also_waiting`: having the mail's token, this browser needs no confirmation.
pub(super) async fn spend(
    tx: &mut Tx,
    id: SignInId,
    browser: TokenHash,
    also_waiting: bool,
    now: Timestamp,
) -> Result<Option<Spent>, DbError> {
    sql("UPDATE sign_ins SET state = 'spent' \
         WHERE id = $1 AND browser_hash = $2 AND expires_at > $3 AND member_id IS NOT NULL \
           AND (state = 'confirmed' OR (state = 'waiting' AND $4)) \
           AND (printed OR NOT EXISTS (SELECT 1 FROM providers p \
             WHERE p.workspace_id = sign_ins.workspace_id AND p.only_way_in)) \
         RETURNING workspace_id, member_id, address_key")
    .bind(id)
    .bind(browser)
    .bind(now)
    .bind(also_waiting)
    .optional(tx)
    .await?
    .map(|row| {
        Ok(Spent {
            whose: (row.get("workspace_id")?, row.get("member_id")?),
            address_key: row.get("address_key")?,
        })
    })
    .transpose()
}

/// Ends a sign-in on behalf of the mail's reader; whether it was still under way.
pub(super) async fn refuse(tx: &mut Tx, id: SignInId, now: Timestamp) -> Result<bool, DbError> {
    let refused = sql("UPDATE sign_ins SET state = 'refused' \
         WHERE id = $1 AND state IN ('waiting', 'confirmed') AND expires_at > $2")
    .bind(id)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(refused == 1)
}

pub(super) async fn forget_old(tx: &mut Tx, now: Timestamp, most: i64) -> Result<u64, DbError> {
    delete_few!(
        "sign_ins",
        "id",
        "expires_at < $1 ORDER BY expires_at LIMIT $2"
    )
    .bind(now - KEPT)
    .bind(most)
    .execute(tx)
    .await
}

fn flow(row: &Row) -> Result<Flow, DbError> {
    let addressee = match row.get::<Option<MemberId>>("member_id")? {
        Some(member) => Some(Addressee {
            member,
            first_name: row.get("first_name")?,
            workspace: row.get("workspace_id")?,
            workspace_name: row.get("workspace_name")?,
        }),
        None => None,
    };
    let browser_hash: Vec<u8> = row.get("browser_hash")?;
    let printed = row.get::<bool>("printed")?;
    let printed = printed.then(|| <[u8; 32]>::try_from(browser_hash.as_slice()));
    let printed = printed.transpose();
    Ok(Flow {
        id: row.get("id")?,
        addressee,
        printed: printed
            .map_err(|_| DbError::Wrong("a browser's hash"))?
            .map(TokenHash::from_bytes),
        browser_hash,
        state: state(row)?,
        tries: row.get("tries")?,
        browser: row.get("browser")?,
        address: row.get("address")?,
        created_at: row.get("created_at")?,
        expires_at: row.get("expires_at")?,
    })
}

fn state(row: &Row) -> Result<FlowState, DbError> {
    Ok(match row.get::<String>("state")?.as_str() {
        "waiting" => FlowState::Waiting,
        "confirmed" => FlowState::Confirmed,
        "spent" => FlowState::Spent,
        "refused" => FlowState::Refused,
        "cancelled" => FlowState::Cancelled,
        "locked" => FlowState::Locked,
        _ => return Err(DbError::Wrong("a sign-in's state")),
    })
}
