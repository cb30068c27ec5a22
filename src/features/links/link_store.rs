//! The links' rows, as their owners reach them.

use std::collections::{HashMap, hash_map::Entry};

use guestpass_api_types::links::{Link, LinkView};

use super::{
    guest_store::stored_state,
    model::{Intent, ItemKind, epoch_of},
    payload_store, rules,
};
use crate::{
    base::{
        clock::Timestamp,
        id::{IntentId, ItemId, LinkId, MemberId, WorkspaceId},
    },
    db::{Db, DbError, Row, Target, Tx, sql},
    features::{keys::Aad, members::Members},
};

/// A link about to be stored.
#[derive(Debug)]
pub(super) struct NewLink {
    pub(super) id: LinkId,
    pub(super) intent: Intent,
    pub(super) kind: ItemKind,
    pub(super) flags: i64,
    pub(super) created_at: Timestamp,
    pub(super) expires_at: Timestamp,
    pub(super) lid: Vec<u8>,
    pub(super) v0: Vec<u8>,
    pub(super) commitment: Vec<u8>,
    pub(super) iv: Vec<u8>,
    pub(super) ct: Vec<u8>,
}

/// What the wrapping under the day's key is bound to.
pub(super) fn wrap_aad(workspace: WorkspaceId, link: LinkId) -> Aad {
    Aad::new("link")
        .part(&workspace.to_string())
        .part(&link.to_string())
}

pub(super) async fn insert(tx: &mut Tx, new: &NewLink) -> Result<(), DbError> {
    let kind = match new.kind {
        ItemKind::Account => "account",
        ItemKind::Secret => "secret",
    };
    sql("INSERT INTO links (id, workspace_id, item_id, item_version, epoch, created_by, kind, flags, \
         one_time, notify, created_at, expires_at, lid, v0, commitment, iv, state, erased, redelivered) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 'live', FALSE, 0)")
        .bind(new.id)
        .bind(new.intent.workspace)
        .bind(new.intent.item)
        .bind(new.intent.item_version)
        .bind(epoch_of(new.id))
        .bind(new.intent.member)
        .bind(kind)
        .bind(new.flags)
        .bind(new.intent.one_time)
        .bind(new.intent.notify)
        .bind(new.created_at)
        .bind(new.expires_at)
        .bind(&new.lid)
        .bind(&new.v0)
        .bind(&new.commitment)
        .bind(&new.iv)
        .execute(&mut *tx)
        .await?;
    let place = (new.intent.workspace, new.id, epoch_of(new.id));
    payload_store::insert(tx, place, &new.ct, new.expires_at).await
}

/// The link that an intent was spent on, if it is this one.
pub(super) async fn made_by(
    tx: &mut Tx,
    workspace: WorkspaceId,
    intent: IntentId,
    lid: &[u8],
    v0: &[u8],
) -> Result<Option<(LinkId, Timestamp)>, DbError> {
    let row = sql("SELECT l.id, l.expires_at FROM share_intents i \
         JOIN links l ON l.workspace_id = i.workspace_id AND l.id = i.link_id \
         WHERE i.workspace_id = $1 AND i.id = $2 AND l.lid = $3 AND l.v0 = $4")
    .bind(workspace)
    .bind(intent)
    .bind(lid)
    .bind(v0)
    .optional(tx)
    .await?;
    row.map(|row| Ok((row.get("id")?, row.get("expires_at")?)))
        .transpose()
}

/// The item a link belongs to.
pub(super) async fn item_of(
    on: impl Into<Target<'_>>,
    workspace: WorkspaceId,
    link: LinkId,
) -> Result<Option<ItemId>, DbError> {
    let row = sql("SELECT item_id FROM links WHERE workspace_id = $1 AND id = $2 AND epoch = $3")
        .bind(workspace)
        .bind(link)
        .bind(epoch_of(link))
        .optional(on)
        .await?;
    row.map(|row| row.get("item_id")).transpose()
}

/// Takes a link back and erases its ciphertext; whether it wasn't taken back before.
pub(super) async fn revoke(
    tx: &mut Tx,
    workspace: WorkspaceId,
    link: LinkId,
    by: Option<MemberId>,
    now: Timestamp,
) -> Result<bool, DbError> {
    let changed = sql(
        "UPDATE links SET revoked_at = $4, revoked_by = $5, erased = TRUE \
         WHERE workspace_id = $1 AND id = $2 AND epoch = $3 AND revoked_at IS NULL",
    )
    .bind(workspace)
    .bind(link)
    .bind(epoch_of(link))
    .bind(now)
    .bind(by)
    .execute(&mut *tx)
    .await?;
    if changed == 1 {
        payload_store::delete(tx, workspace, link, epoch_of(link)).await?;
    }
    Ok(changed == 1)
}

/// The item of a link that still opens for somebody and is in this member's name.
pub(super) async fn item_of_live(
    on: impl Into<Target<'_>>,
    workspace: WorkspaceId,
    (link, member): (LinkId, MemberId),
    now: Timestamp,
) -> Result<Option<ItemId>, DbError> {
    let row = sql(
        "SELECT item_id FROM links WHERE workspace_id = $1 AND id = $2 AND epoch = $3 \
         AND created_by = $4 AND revoked_at IS NULL AND NOT erased \
         AND (expires_at > $5 OR redeliver_until > $5)",
    )
    .bind(workspace)
    .bind(link)
    .bind(epoch_of(link))
    .bind(member)
    .bind(now)
    .optional(on)
    .await?;
    row.map(|row| row.get("item_id")).transpose()
}

/// Links that were handed over to a member.
pub(super) async fn taken_over(
    db: &Db,
    workspace: WorkspaceId,
    member: MemberId,
) -> Result<Vec<LinkId>, DbError> {
    sql("SELECT id FROM links WHERE workspace_id = $1 AND created_by = $2 AND handed_over")
        .bind(workspace)
        .bind(member)
        .all(db)
        .await?
        .iter()
        .map(|row| row.get("id"))
        .collect()
}

/// Puts a link into another member's name.
pub(super) async fn hand_over(
    tx: &mut Tx,
    workspace: WorkspaceId,
    link: LinkId,
    to: MemberId,
) -> Result<(), DbError> {
    sql("UPDATE links SET created_by = $4, handed_over = TRUE \
         WHERE workspace_id = $1 AND id = $2 AND epoch = $3")
    .bind(workspace)
    .bind(link)
    .bind(epoch_of(link))
    .bind(to)
    .execute(tx)
    .await
    .map(drop)
}

/// All links of an item with their views, newest first.
pub(super) async fn of_item(
    db: &Db,
    workspace: WorkspaceId,
    item: ItemId,
    now: Timestamp,
) -> Result<Vec<Link>, DbError> {
    let mut views = views_of_item(db, workspace, item).await?;
    let mut makers = HashMap::new();
    let rows = sql(
        "SELECT id, item_version, created_by, created_at, expires_at, one_time, state, \
         first_opened_at, opened_browser, opened_address, acked_at, revoked_at, disputed_at \
         FROM links \
         WHERE workspace_id = $1 AND item_id = $2 ORDER BY created_at DESC, id DESC LIMIT 200",
    )
    .bind(workspace)
    .bind(item)
    .all(db)
    .await?;
    let mut links = Vec::with_capacity(rows.len());
    for row in rows {
        let (id, maker): (LinkId, MemberId) = (row.get("id")?, row.get("created_by")?);
        let maker = match makers.entry(maker) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                let member = Members::by_id(db, workspace, maker).await?;
                unknown.insert(member.ok_or(DbError::NotFound)?)
            }
        };
        let (expires_at, revoked_at) = (row.get("expires_at")?, row.get("revoked_at")?);
        let one_time = row.get("one_time")?;
        let views = if one_time {
            only_view(&row)?.into_iter().collect()
        } else {
            views.remove(&id).unwrap_or_default()
        };
        links.push(Link {
            id: id.to_string(),
            item: item.to_string(),
            item_version: row.get("item_version")?,
            state: rules::shown_state(stored_state(&row)?, expires_at, revoked_at, now),
            created_by: (&*maker).into(),
            created_at: row.get("created_at")?,
            expires_at: expires_at.millis(),
            one_time,
            revoked_at: revoked_at.map(Timestamp::millis),
            disputed_at: row.get("disputed_at")?,
            views,
        });
    }
    Ok(links)
}

/// The view of a one-time link, once it was opened.
fn only_view(row: &Row) -> Result<Option<LinkView>, DbError> {
    let viewed_at: Option<i64> = row.get("first_opened_at")?;
    let Some(viewed_at) = viewed_at else {
        return Ok(None);
    };
    let acked_at: Option<i64> = row.get("acked_at")?;
    Ok(Some(LinkView {
        viewed_at,
        browser: row.get("opened_browser")?,
        address: row.get("opened_address")?,
        acknowledged: acked_at.is_some(),
    }))
}

/// The views of an item's links that may be viewed often.
async fn views_of_item(
    db: &Db,
    workspace: WorkspaceId,
    item: ItemId,
) -> Result<HashMap<LinkId, Vec<LinkView>>, DbError> {
    let rows = sql(
        "SELECT v.link_id, v.viewed_at, v.browser, v.address, v.acked_at \
         FROM links l JOIN link_views v \
         ON v.workspace_id = l.workspace_id AND v.link_id = l.id AND v.epoch = l.epoch \
         WHERE l.workspace_id = $1 AND l.item_id = $2 ORDER BY v.viewed_at, v.binder LIMIT 2000",
    )
    .bind(workspace)
    .bind(item)
    .all(db)
    .await?;
    let mut views: HashMap<LinkId, Vec<LinkView>> = HashMap::new();
    for row in rows {
        let acked_at: Option<i64> = row.get("acked_at")?;
        views
            .entry(row.get("link_id")?)
            .or_default()
            .push(LinkView {
                viewed_at: row.get("viewed_at")?,
                browser: row.get("browser")?,
                address: row.get("address")?,
                acknowledged: acked_at.is_some(),
            });
    }
    Ok(views)
}

/// Drops `most` links that were made before an instant, with their views; how many. SQLite only, where the
/// key begins with the identifier, which rises in time: PostgreSQL drops partitions.
pub(super) async fn drop_some_before(
    tx: &mut Tx,
    before: Timestamp,
    most: i64,
) -> Result<u64, DbError> {
    // Whatever follows these digits was made later.
    let first_kept = format!("{}_{:012x}", LinkId::PREFIX, before.millis());
    let old = sql("DELETE FROM links WHERE (id, workspace_id, epoch) IN \
         (SELECT id, workspace_id, epoch FROM links WHERE id < $1 ORDER BY id LIMIT $2) \
         RETURNING workspace_id, id, epoch")
    .bind(first_kept)
    .bind(most)
    .all(&mut *tx)
    .await?;
    for row in &old {
        sql("DELETE FROM link_views WHERE workspace_id = $1 AND link_id = $2 AND epoch = $3")
            .bind(row.get::<WorkspaceId>("workspace_id")?)
            .bind(row.get::<LinkId>("id")?)
            .bind(row.get::<i64>("epoch")?)
            .execute_later(tx)
            .await?;
    }
    Ok(old.len() as u64)
}
