//! The links' rows, as their holders reach them.

use super::{
    model::{ItemKind, LinkFacts, REDELIVERY, StoredState},
    rules::REDELIVERIES,
};
use crate::{
    base::{
        client::Client,
        clock::Timestamp,
        id::{LinkId, ViewId, WorkspaceId},
        secret::TokenHash,
    },
    db::{DbError, Row, Target, Tx, sql},
};

/// A link found by its identifier; the proof is checked by the caller, in constant time.
pub(super) async fn by_lid(
    on: impl Into<Target<'_>>,
    lid: &[u8],
) -> Result<Option<LinkFacts>, DbError> {
    let row = sql("SELECT id, workspace_id, item_id, created_by, kind, one_time, notify, expires_at, v0, state, \
         (ct IS NOT NULL) AS has_ciphertext, binder, redeliver_until, redelivered, first_opened_at, \
         disputed_at, revoked_at FROM links WHERE lid = $1")
        .bind(lid)
        .optional(on)
        .await?;
    row.as_ref().map(facts).transpose()
}

/// A link given to a browser.
#[derive(Debug)]
pub(super) struct Claim {
    pub(super) id: LinkId,
    pub(super) workspace: WorkspaceId,
    pub(super) item_version: i64,
    pub(super) flags: i64,
    pub(super) created_at: Timestamp,
    pub(super) epoch: i64,
    pub(super) commitment: Vec<u8>,
    pub(super) iv: Vec<u8>,
    pub(super) ct: Vec<u8>,
    pub(super) redelivered: i64,
    pub(super) one_time: bool,
}

/// Decides a claim, for links with one view and with many, in one conditional statement.
/// Reading first and writing then would serve a one-time link twice.
pub(super) async fn claim(
    tx: &mut Tx,
    lid: &[u8],
    proof: TokenHash,
    binder: TokenHash,
    now: Timestamp,
) -> Result<Option<Claim>, DbError> {
    let row = sql("UPDATE links SET \
           binder          = CASE WHEN one_time AND state = 'live' THEN $3 ELSE binder END, \
           redeliver_until = CASE WHEN one_time AND state = 'live' THEN $5 ELSE redeliver_until END, \
           redelivered     = CASE WHEN state = 'live' THEN 0 ELSE redelivered + 1 END, \
           first_opened_at = CASE WHEN first_opened_at IS NULL THEN $4 ELSE first_opened_at END, \
           state           = CASE WHEN one_time THEN 'claimed' ELSE state END \
         WHERE lid = $1 AND v0 = $2 AND v1 IS NULL AND ct IS NOT NULL AND revoked_at IS NULL \
           AND ((state = 'live' AND expires_at > $4) \
             OR (state = 'claimed' AND binder = $3 AND redeliver_until > $4 AND redelivered < $6)) \
         RETURNING id, workspace_id, item_version, flags, created_at, epoch, commitment, iv, ct, \
           redelivered, one_time")
        .bind(lid)
        .bind(proof)
        .bind(binder)
        .bind(now)
        .bind(now + REDELIVERY)
        .bind(REDELIVERIES)
        .optional(tx)
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Claim {
        id: row.get("id")?,
        workspace: row.get("workspace_id")?,
        item_version: row.get("item_version")?,
        flags: row.get("flags")?,
        created_at: row.get("created_at")?,
        epoch: row.get("epoch")?,
        commitment: row.get("commitment")?,
        iv: row.get("iv")?,
        ct: row.get("ct")?,
        redelivered: row.get("redelivered")?,
        one_time: row.get("one_time")?,
    }))
}

/// Remembers which browser viewed the link; whether it is new. Unique on link and browser.
pub(super) async fn add_view(
    tx: &mut Tx,
    claim: &Claim,
    binder: TokenHash,
    client: &Client,
    now: Timestamp,
) -> Result<bool, DbError> {
    let added = sql("INSERT INTO link_views (id, workspace_id, link_id, item_version, binder, viewed_at, browser, address) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (link_id, binder) DO NOTHING")
        .bind(ViewId::new(now))
        .bind(claim.workspace)
        .bind(claim.id)
        .bind(claim.item_version)
        .bind(binder)
        .bind(now)
        .bind(&client.browser)
        .bind(client.masked_address())
        .execute(tx)
        .await?;
    Ok(added == 1)
}

/// Records that a browser could show what it was given, and erases a one-time link's ciphertext.
/// The link, when this was news.
pub(super) async fn acknowledge(
    tx: &mut Tx,
    lid: &[u8],
    proof: TokenHash,
    binder: TokenHash,
    now: Timestamp,
) -> Result<Option<LinkId>, DbError> {
    let row = sql("UPDATE link_views SET acked_at = $4 \
         WHERE binder = $3 AND acked_at IS NULL \
           AND link_id = (SELECT id FROM links WHERE lid = $1 AND v0 = $2) \
         RETURNING link_id")
    .bind(lid)
    .bind(proof)
    .bind(binder)
    .bind(now)
    .optional(&mut *tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let link: LinkId = row.get("link_id")?;
    sql("UPDATE links SET ct = NULL, acked_at = $3 \
         WHERE id = $1 AND state = 'claimed' AND binder = $2 AND acked_at IS NULL")
    .bind(link)
    .bind(binder)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(Some(link))
}

/// Records "This wasn't me" on a spent link, which nobody gets again then; the link, when this was
/// news.
pub(super) async fn dispute(
    tx: &mut Tx,
    lid: &[u8],
    proof: TokenHash,
    now: Timestamp,
) -> Result<Option<LinkFacts>, DbError> {
    let changed = sql("UPDATE links SET disputed_at = $3, ct = NULL \
         WHERE lid = $1 AND v0 = $2 AND state = 'claimed' AND revoked_at IS NULL AND disputed_at IS NULL")
        .bind(lid)
        .bind(proof)
        .bind(now)
        .execute(&mut *tx)
        .await?;
    if changed == 0 {
        Ok(None)
    } else {
        by_lid(tx, lid).await
    }
}

/// Erases the ciphertexts of links that are over; how many.
pub(super) async fn erase_over(tx: &mut Tx, now: Timestamp, limit: i64) -> Result<u64, DbError> {
    let expired = sql("UPDATE links SET ct = NULL WHERE id IN \
           (SELECT id FROM links WHERE ct IS NOT NULL AND expires_at <= $1 AND state <> 'claimed' LIMIT $2)")
        .bind(now)
        .bind(limit)
        .execute(&mut *tx)
        .await?;
    let unacknowledged = sql("UPDATE links SET ct = NULL WHERE id IN \
           (SELECT id FROM links WHERE ct IS NOT NULL AND state = 'claimed' AND redeliver_until <= $1 LIMIT $2)")
        .bind(now)
        .bind(limit)
        .execute(tx)
        .await?;
    Ok(expired + unacknowledged)
}

pub(super) fn stored_state(row: &Row) -> Result<StoredState, DbError> {
    Ok(match row.get::<String>("state")?.as_str() {
        "live" => StoredState::Live,
        "claimed" => StoredState::Claimed,
        "locked" => StoredState::Locked,
        _ => return Err(DbError::Wrong("a link in an unknown state")),
    })
}

fn facts(row: &Row) -> Result<LinkFacts, DbError> {
    Ok(LinkFacts {
        id: row.get("id")?,
        workspace: row.get("workspace_id")?,
        item: row.get("item_id")?,
        created_by: row.get("created_by")?,
        kind: kind(&row.get::<String>("kind")?)?,
        one_time: row.get("one_time")?,
        notify: row.get("notify")?,
        expires_at: row.get("expires_at")?,
        v0: row.get("v0")?,
        state: stored_state(row)?,
        has_ciphertext: row.get("has_ciphertext")?,
        binder: row.get("binder")?,
        redeliver_until: row.get("redeliver_until")?,
        redelivered: row.get("redelivered")?,
        first_opened_at: row.get("first_opened_at")?,
        disputed_at: row.get("disputed_at")?,
        revoked_at: row.get("revoked_at")?,
    })
}

fn kind(text: &str) -> Result<ItemKind, DbError> {
    match text {
        "account" => Ok(ItemKind::Account),
        "secret" => Ok(ItemKind::Secret),
        _ => Err(DbError::Wrong("a link of an unknown kind")),
    }
}
