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
/// later one in the alphabet. No link lives for longer than 30 days: PostgreSQL needn't look into partitions
/// of before.
macro_rules! cards {
    ($columns:literal, $held:expr, $rest:literal) => {
        concat!(
            "SELECT i.id, i.kind, i.version, i.created_at, i.changed_at, held.role, \
             v.kek_id, v.wrapped_key, v.summary, \
             (SELECT COUNT(*) FROM links l WHERE l.workspace_id = i.workspace_id AND l.item_id = i.id \
              AND NOT l.erased AND l.revoked_at IS NULL AND l.state = 'live' \
              AND l.expires_at > $3 AND l.epoch >= $3 / 86400000 - 31) AS live_links",
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

fn card(workspace: WorkspaceId, row: &Row) -> Result<Card, DbError> {
    Ok(Card {
        place: Place {
            workspace,
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

/// Some of the items that a member has a role on, in no particular order. Of what was deleted or is of
/// another kind there is no summary.
pub(super) struct Stretch {
    workspace: WorkspaceId,
    rows: Vec<Row>,
    /// The last one that was looked at, by its identifier, if there may be more.
    pub(super) last: Option<ItemId>,
}

impl Stretch {
    /// Their cards, but for those that were deleted or are of another kind.
    pub(super) fn cards(&self) -> impl Iterator<Item = Result<(Card, SealedSummary), DbError>> {
        self.rows
            .iter()
            .filter_map(|row| self.card(row).transpose())
    }

    fn card(&self, row: &Row) -> Result<Option<(Card, SealedSummary)>, DbError> {
        let Some(summary) = row.get("summary")? else {
            return Ok(None);
        };
        let key = wrapped_key(row)?;
        let card = card(self.workspace, row)?;
        Ok(Some((card, SealedSummary { key, summary })))
    }
}

/// The items after `$5`, `$6` at most, that a member has a role on by themselves.
macro_rules! own {
    () => {
        "SELECT g.item_id, g.role FROM grants g \
         WHERE g.workspace_id = $1 AND g.member_id = $2 AND g.item_id > $5 \
         ORDER BY g.item_id LIMIT $6"
    };
}

/// The cards of items that are `held`, with summaries of those that are there and, if that is asked for, of
/// the kind `$4`.
macro_rules! summaries {
    ($held:expr) => {
        cards!(
            "",
            $held,
            "LEFT JOIN item_versions v ON v.workspace_id = $1 AND v.item_id = i.id AND v.version = i.version \
             AND i.deleted_at IS NULL AND ($4 IS NULL OR i.kind = $4)"
        )
    };
}

/// For who is in no team: their own items come in order, and needn't be merged with those of teams.
const OWN: &str = summaries!(own!());
// The first so many of both together are among the first so many of each. SQLite takes a CROSS JOIN
// as it is written: otherwise it would walk along what every team of the workspace has.
const OWN_AND_TEAMS: &str = summaries!(concat!(
    "SELECT either.item_id, MAX(either.role) AS role FROM ( \
         SELECT own.item_id, own.role FROM (",
    own!(),
    ") own UNION ALL \
         SELECT through.item_id, through.role FROM ( \
             SELECT a.item_id, MAX(a.role) AS role FROM team_members n CROSS JOIN team_grants a \
             WHERE n.workspace_id = $1 AND n.member_id = $2 \
               AND a.workspace_id = $1 AND a.team_id = n.team_id AND a.item_id > $5 \
             GROUP BY a.item_id ORDER BY a.item_id LIMIT $6) through) either \
     GROUP BY either.item_id ORDER BY either.item_id LIMIT $6"
));

/// A walk along the items that a member has a role on.
pub(super) struct Walk<'d> {
    db: &'d Db,
    workspace: WorkspaceId,
    member: MemberId,
    in_a_team: bool,
    only: Option<ItemKind>,
    now: Timestamp,
}

impl<'d> Walk<'d> {
    /// Begins one, along items of this kind, or of all.
    pub(super) async fn of(
        db: &'d Db,
        (workspace, member): (WorkspaceId, MemberId),
        only: Option<ItemKind>,
        now: Timestamp,
    ) -> Result<Self, DbError> {
        let team = sql(
            "SELECT team_id FROM team_members WHERE workspace_id = $1 AND member_id = $2 LIMIT 1",
        );
        let team = team.bind(workspace).bind(member).optional(db).await?;
        Ok(Self {
            db,
            workspace,
            member,
            in_a_team: team.is_some(),
            only,
            now,
        })
    }

    /// The next items after one, or from the start: `most` of them.
    pub(super) async fn after(&self, after: Option<ItemId>, most: i64) -> Result<Stretch, DbError> {
        let rows = sql(if self.in_a_team { OWN_AND_TEAMS } else { OWN })
            .bind(self.workspace)
            .bind(self.member)
            .bind(self.now)
            .bind(self.only.map(kind_text))
            .bind(after.map_or_else(String::new, |item| item.to_string()))
            .bind(most)
            .all(self.db)
            .await?;
        let mut last = None;
        for row in &rows {
            last = last.max(Some(row.get::<ItemId>("id")?));
        }
        let more = i64::try_from(rows.len()).unwrap_or(i64::MAX) >= most;
        Ok(Stretch {
            workspace: self.workspace,
            rows,
            last: last.filter(|_| more),
        })
    }
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
        card: card(workspace, &row)?,
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
