//! The rows of items and their versions.

use guestpass_api_types::items::{ItemKind, ItemRole};

use super::{
    ItemHead,
    seal::{Place, SealedContent, SealedSummary},
};
use crate::{
    base::{
        clock::Timestamp,
        id::{ItemId, LinkId, MemberId, WorkspaceId},
    },
    db::{Db, DbError, Row, Target, Tx, sql},
    features::{access::roles_on_item, keys::WrappedKey},
};

pub(super) fn kind_text(kind: ItemKind) -> &'static str {
    match kind {
        ItemKind::Account => "account",
        ItemKind::Secret => "secret",
    }
}

fn kind(row: &Row) -> Result<ItemKind, DbError> {
    match row.get::<String>("kind")?.as_str() {
        "account" => Ok(ItemKind::Account),
        "secret" => Ok(ItemKind::Secret),
        _ => Err(DbError::Wrong("an item's kind")),
    }
}

/// What a card shows of an item, but for its summary, which is sealed.
pub(super) struct Card {
    pub(super) place: Place,
    pub(super) kind: ItemKind,
    pub(super) role: ItemRole,
    pub(super) created_at: Timestamp,
    pub(super) changed_at: Timestamp,
    pub(super) live_links: i64,
}

/// What a page about one item needs beyond its card.
pub(super) struct Page {
    pub(super) card: Card,
    pub(super) sealed: SealedContent,
    pub(super) created_by: String,
    pub(super) secret_changed_at: Timestamp,
}

/// `$1` workspace, `$2` member, `$3` now; `held` are the items, each with the highest role that the
/// member has on it, by themselves or through a team. Of the two roles, the higher one is also the
/// later one in the alphabet.
macro_rules! cards {
    ($columns:literal, $held:expr, $rest:literal) => {
        concat!(
            "SELECT i.id, i.workspace_id, i.kind, i.version, i.created_at, i.changed_at, held.role, \
             v.kek_id, v.wrapped_key, v.summary, \
             (SELECT COUNT(*) FROM links l WHERE l.workspace_id = i.workspace_id AND l.item_id = i.id \
              AND NOT l.erased AND l.revoked_at IS NULL AND l.state = 'live' \
              AND l.expires_at > $3) AS live_links",
            $columns,
            " FROM (",
            $held,
            ") held JOIN items i ON i.workspace_id = $1 AND i.id = held.item_id ",
            $rest
        )
    };
}

fn wrapped_key(row: &Row) -> Result<WrappedKey, DbError> {
    Ok(WrappedKey {
        kek: row.get("kek_id")?,
        wrapped: row.get("wrapped_key")?,
    })
}

fn card(row: &Row) -> Result<Card, DbError> {
    Ok(Card {
        place: Place {
            workspace: row.get("workspace_id")?,
            item: row.get("id")?,
            version: row.get("version")?,
        },
        kind: kind(row)?,
        role: match row.get::<String>("role")?.as_str() {
            "owner" => ItemRole::Owner,
            "collaborator" => ItemRole::Collaborator,
            _ => return Err(DbError::Wrong("a role on an item")),
        },
        created_at: row.get("created_at")?,
        changed_at: row.get("changed_at")?,
        live_links: row.get("live_links")?,
    })
}

fn summary(row: &Row) -> Result<SealedSummary, DbError> {
    Ok(SealedSummary {
        key: wrapped_key(row)?,
        summary: row.get("summary")?,
    })
}

/// Some of the items a member has a role on, in no particular order.
pub(super) struct Stretch {
    pub(super) cards: Vec<(Card, SealedSummary)>,
    /// The last one that was looked at, by its identifier, if there may be more.
    pub(super) last: Option<ItemId>,
}

/// The cards of the `most` items after one that a member has a role on. What was deleted or is of
/// another kind is looked at and left out.
pub(super) async fn cards_after(
    db: &Db,
    (workspace, member): (WorkspaceId, MemberId),
    only: Option<ItemKind>,
    now: Timestamp,
    after: Option<ItemId>,
    most: i64,
) -> Result<Stretch, DbError> {
    let after = after.map_or_else(String::new, |item| item.to_string());
    // The first so many of both together are among the first so many of each. SQLite takes a CROSS JOIN
    // as it is written: otherwise it would walk along what every team of the workspace has.
    let rows = sql(cards!(
        ", v.item_id AS wanted",
        "SELECT either.item_id, MAX(either.role) AS role FROM ( \
             SELECT own.item_id, own.role FROM ( \
                 SELECT g.item_id, g.role FROM grants g \
                 WHERE g.workspace_id = $1 AND g.member_id = $2 AND g.item_id > $5 \
                 ORDER BY g.item_id LIMIT $6) own \
             UNION ALL \
             SELECT through.item_id, through.role FROM ( \
                 SELECT a.item_id, MAX(a.role) AS role FROM team_members n CROSS JOIN team_grants a \
                 WHERE n.workspace_id = $1 AND n.member_id = $2 \
                   AND a.workspace_id = $1 AND a.team_id = n.team_id AND a.item_id > $5 \
                 GROUP BY a.item_id ORDER BY a.item_id LIMIT $6) through) either \
         GROUP BY either.item_id ORDER BY either.item_id LIMIT $6",
        "LEFT JOIN item_versions v ON v.workspace_id = $1 AND v.item_id = i.id AND v.version = i.version \
           AND i.deleted_at IS NULL AND ($4 IS NULL OR i.kind = $4)"
    ))
    .bind(workspace)
    .bind(member)
    .bind(now)
    .bind(only.map(kind_text))
    .bind(after)
    .bind(most)
    .all(db)
    .await?;
    let (mut cards, mut last) = (Vec::with_capacity(rows.len()), None);
    for row in &rows {
        last = last.max(Some(row.get::<ItemId>("id")?));
        if row.get::<Option<String>>("wanted")?.is_some() {
            cards.push((card(row)?, summary(row)?));
        }
    }
    let more = i64::try_from(rows.len()).unwrap_or(i64::MAX) >= most;
    Ok(Stretch {
        cards,
        last: last.filter(|_| more),
    })
}

/// One item a member has a role on, with its secret.
pub(super) async fn page(
    on: impl Into<Target<'_>>,
    workspace: WorkspaceId,
    member: MemberId,
    item: ItemId,
    now: Timestamp,
) -> Result<Option<Page>, DbError> {
    let row = sql(cards!(
        ", i.secret_changed_at, v.secret, m.first_name, m.last_name",
        concat!(
            "SELECT either.item_id, MAX(either.role) AS role FROM (",
            roles_on_item!("$1", "$4", "$2"),
            ") either GROUP BY either.item_id"
        ),
        "JOIN item_versions v ON v.workspace_id = $1 AND v.item_id = i.id AND v.version = i.version \
         JOIN members m ON m.workspace_id = i.workspace_id AND m.id = i.created_by \
         WHERE i.deleted_at IS NULL"
    ))
    .bind(workspace)
    .bind(member)
    .bind(now)
    .bind(item)
    .optional(on)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let (first, last): (String, String) = (row.get("first_name")?, row.get("last_name")?);
    Ok(Some(Page {
        card: card(&row)?,
        sealed: SealedContent {
            key: wrapped_key(&row)?,
            summary: row.get("summary")?,
            secret: row.get("secret")?,
        },
        created_by: format!("{first} {last}").trim().to_owned(),
        secret_changed_at: row.get("secret_changed_at")?,
    }))
}

/// The current summary of an item a member has a role on, deleted or not.
pub(super) async fn sealed_summary(
    db: &Db,
    workspace: WorkspaceId,
    member: MemberId,
    item: ItemId,
) -> Result<Option<(Place, SealedSummary)>, DbError> {
    let row = sql(concat!(
        "SELECT i.version, v.kek_id, v.wrapped_key, v.summary \
         FROM items i \
         JOIN item_versions v ON v.workspace_id = i.workspace_id AND v.item_id = i.id AND v.version = i.version \
         WHERE i.workspace_id = $3 AND i.id = $1 AND EXISTS (",
        roles_on_item!("$3", "$1", "$2"),
        ")"
    ))
    .bind(item)
    .bind(member)
    .bind(workspace)
    .optional(db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let place = Place {
        workspace,
        item,
        version: row.get("version")?,
    };
    Ok(Some((place, summary(&row)?)))
}

/// What other features decide by.
pub(super) async fn head(
    on: impl Into<Target<'_>>,
    workspace: WorkspaceId,
    item: ItemId,
) -> Result<Option<ItemHead>, DbError> {
    let row = sql("SELECT kind, version, \
         (SELECT COUNT(*) FROM attachments a WHERE a.workspace_id = items.workspace_id \
          AND a.item_id = items.id AND a.complete) AS attachments \
         FROM items WHERE id = $1 AND workspace_id = $2 AND deleted_at IS NULL")
    .bind(item)
    .bind(workspace)
    .optional(on)
    .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(ItemHead {
        kind: kind(&row)?,
        version: row.get("version")?,
        attachments: row.get("attachments")?,
    }))
}

/// One version of an item that wasn't deleted.
pub(super) async fn version(
    on: impl Into<Target<'_>>,
    place: &Place,
) -> Result<Option<(ItemKind, SealedContent)>, DbError> {
    let row = sql(
        "SELECT i.kind, v.kek_id, v.wrapped_key, v.summary, v.secret \
         FROM items i JOIN item_versions v ON v.workspace_id = i.workspace_id AND v.item_id = i.id \
         WHERE i.id = $1 AND i.workspace_id = $2 AND v.version = $3 AND i.deleted_at IS NULL",
    )
    .bind(place.item)
    .bind(place.workspace)
    .bind(place.version)
    .optional(on)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let sealed = SealedContent {
        key: wrapped_key(&row)?,
        summary: row.get("summary")?,
        secret: row.get("secret")?,
    };
    Ok(Some((kind(&row)?, sealed)))
}

pub(super) async fn insert(
    tx: &mut Tx,
    place: &Place,
    kind: ItemKind,
    by: MemberId,
    now: Timestamp,
) -> Result<(), DbError> {
    sql(
        "INSERT INTO items (id, workspace_id, kind, version, created_by, created_at, changed_at, \
         secret_changed_at) VALUES ($1, $2, $3, $4, $5, $6, $6, $6)",
    )
    .bind(place.item)
    .bind(place.workspace)
    .bind(kind_text(kind))
    .bind(place.version)
    .bind(by)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

pub(super) async fn insert_version(
    tx: &mut Tx,
    place: &Place,
    sealed: &SealedContent,
    by: MemberId,
    now: Timestamp,
) -> Result<(), DbError> {
    sql(
        "INSERT INTO item_versions (item_id, version, workspace_id, kek_id, wrapped_key, summary, \
         secret, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(place.item)
    .bind(place.version)
    .bind(place.workspace)
    .bind(sealed.key.kek)
    .bind(&sealed.key.wrapped)
    .bind(&sealed.summary)
    .bind(&sealed.secret)
    .bind(by)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(())
}

/// Makes `place`'s version the current one, if the one before still is; whether it did.
pub(super) async fn advance(
    tx: &mut Tx,
    place: &Place,
    secret_changed: bool,
    now: Timestamp,
) -> Result<bool, DbError> {
    let row = sql("UPDATE items SET version = $4, changed_at = $5, \
         secret_changed_at = CASE WHEN $6 THEN $5 ELSE secret_changed_at END \
         WHERE id = $1 AND workspace_id = $2 AND version = $3 AND deleted_at IS NULL \
         RETURNING version")
    .bind(place.item)
    .bind(place.workspace)
    .bind(place.version - 1)
    .bind(place.version)
    .bind(now)
    .bind(secret_changed)
    .optional(tx)
    .await?;
    Ok(row.is_some())
}

/// Marks an item as deleted; whether it wasn't before.
pub(super) async fn delete(
    tx: &mut Tx,
    workspace: WorkspaceId,
    item: ItemId,
    now: Timestamp,
) -> Result<bool, DbError> {
    let deleted = sql("UPDATE items SET deleted_at = $3 \
         WHERE id = $1 AND workspace_id = $2 AND deleted_at IS NULL")
    .bind(item)
    .bind(workspace)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(deleted == 1)
}

pub(super) async fn secret_changed_at(
    db: &Db,
    workspace: WorkspaceId,
    item: ItemId,
) -> Result<Option<Timestamp>, DbError> {
    sql("SELECT secret_changed_at FROM items \
         WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL")
    .bind(workspace)
    .bind(item)
    .optional(db)
    .await?
    .map(|row| row.get("secret_changed_at"))
    .transpose()
}

/// Takes back every link of an item that still opens for somebody, and erases what it held.
pub(super) async fn revoke_links(
    tx: &mut Tx,
    workspace: WorkspaceId,
    item: ItemId,
    by: MemberId,
    now: Timestamp,
) -> Result<Vec<LinkId>, DbError> {
    let revoked = sql(
        "UPDATE links SET erased = TRUE, revoked_at = $3, revoked_by = $4 \
         WHERE workspace_id = $1 AND item_id = $2 AND NOT erased AND revoked_at IS NULL \
         AND (expires_at > $3 OR redeliver_until > $3) RETURNING id, epoch",
    )
    .bind(workspace)
    .bind(item)
    .bind(now)
    .bind(by)
    .all(&mut *tx)
    .await?;
    let mut links = Vec::with_capacity(revoked.len());
    for row in revoked {
        let link: LinkId = row.get("id")?;
        sql("DELETE FROM link_payloads WHERE workspace_id = $1 AND link_id = $2 AND epoch = $3")
            .bind(workspace)
            .bind(link)
            .bind(row.get::<i64>("epoch")?)
            .execute(&mut *tx)
            .await?;
        links.push(link);
    }
    Ok(links)
}
