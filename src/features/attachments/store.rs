//! The rows of attachments. Position 0 of the segments holds the upload's nonce prefix, which also
//! tells whose upload it is; the content follows.

use std::{collections::HashMap, time::Duration};

use super::segments::Place;
use crate::{
    base::{
        clock::Timestamp,
        id::{ItemId, MemberId, WorkspaceId},
    },
    db::{Db, DbError, Row, Target, Tx, sql, sql_for},
    features::keys::WrappedKey,
};

/// An attachment, its name still sealed.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) place: Place,
    pub(super) key: WrappedKey,
    pub(super) name: Vec<u8>,
    pub(super) size: i64,
    pub(super) complete: bool,
    pub(super) created_by: String,
    pub(super) created_at: Timestamp,
}

fn place(row: &Row) -> Result<Place, DbError> {
    Ok(Place {
        workspace: row.get("workspace_id")?,
        item: row.get("item_id")?,
        id: row.get("id")?,
    })
}

fn stored(row: &Row) -> Result<Stored, DbError> {
    let (first, last): (String, String) = (row.get("first_name")?, row.get("last_name")?);
    Ok(Stored {
        place: place(row)?,
        key: WrappedKey {
            kek: row.get("kek_id")?,
            wrapped: row.get("wrapped_key")?,
        },
        name: row.get("name")?,
        size: row.get("size")?,
        complete: row.get("complete")?,
        created_by: format!("{first} {last}").trim().to_owned(),
        created_at: row.get("created_at")?,
    })
}

/// Whether an item is a secret.
pub(super) async fn is_secret(tx: &mut Tx, place: &Place) -> Result<bool, DbError> {
    let row = sql("SELECT id FROM items WHERE workspace_id = $1 AND id = $2 AND kind = 'secret'")
        .bind(place.workspace)
        .bind(place.item)
        .optional(tx)
        .await?;
    Ok(row.is_some())
}

/// How long an announced file counts before its content is there: longer than most uploads take.
const UPLOAD: Duration = Duration::from_secs(120);

/// Adds an attachment without content, unless the item has `most` already; whether it did. The
/// caller holds the item.
pub(super) async fn insert(
    tx: &mut Tx,
    new: &Stored,
    by: MemberId,
    most: i64,
) -> Result<bool, DbError> {
    let added = sql("INSERT INTO attachments \
         (id, workspace_id, item_id, kek_id, wrapped_key, name, size, complete, created_by, created_at) \
         SELECT $1, $2, $3, $4, $5, $6, $7, FALSE, $8, $9 \
         WHERE (SELECT COUNT(*) FROM attachments a WHERE a.workspace_id = $2 AND a.item_id = $3 \
                AND (a.complete OR a.created_at > $11)) < $10")
        .bind(new.place.id)
        .bind(new.place.workspace)
        .bind(new.place.item)
        .bind(new.key.kek)
        .bind(&new.key.wrapped)
        .bind(&new.name)
        .bind(new.size)
        .bind(by)
        .bind(new.created_at)
        .bind(most)
        .bind(new.created_at - UPLOAD)
        .execute(tx)
        .await?;
    Ok(added == 1)
}

pub(super) async fn find(
    on: impl Into<Target<'_>>,
    place: &Place,
) -> Result<Option<Stored>, DbError> {
    sql("SELECT a.*, m.first_name, m.last_name FROM attachments a \
         JOIN members m ON m.workspace_id = a.workspace_id AND m.id = a.created_by \
         WHERE a.id = $1 AND a.item_id = $2 AND a.workspace_id = $3")
    .bind(place.id)
    .bind(place.item)
    .bind(place.workspace)
    .optional(on)
    .await?
    .as_ref()
    .map(stored)
    .transpose()
}

/// The complete attachments of an item, oldest first.
pub(super) async fn of_item(
    db: &Db,
    workspace: WorkspaceId,
    item: ItemId,
) -> Result<Vec<Stored>, DbError> {
    sql("SELECT a.*, m.first_name, m.last_name FROM attachments a \
         JOIN members m ON m.workspace_id = a.workspace_id AND m.id = a.created_by \
         WHERE a.item_id = $1 AND a.workspace_id = $2 AND a.complete ORDER BY a.created_at, a.id")
    .bind(item)
    .bind(workspace)
    .all(db)
    .await?
    .iter()
    .map(stored)
    .collect()
}

/// How many complete attachments each of some items has.
pub(super) async fn how_many(
    db: &Db,
    workspace: WorkspaceId,
    items: &[ItemId],
) -> Result<HashMap<ItemId, i64>, DbError> {
    if items.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = sql_for(
        "SELECT item_id, COUNT(*) AS files FROM attachments WHERE workspace_id = $1 AND complete \
         AND item_id IN (SELECT value FROM json_each($2)) GROUP BY item_id",
        "SELECT item_id, COUNT(*) AS files FROM attachments WHERE workspace_id = $1 AND complete \
         AND item_id IN (SELECT jsonb_array_elements_text($2::jsonb)) GROUP BY item_id",
    )
    .bind(workspace)
    .bind(serde_json::json!(items).to_string())
    .all(db)
    .await?;
    rows.iter()
        .map(|row| Ok((row.get("item_id")?, row.get("files")?)))
        .collect()
}

/// Begins an upload: what an earlier one left is gone, and its writes will find no place.
pub(super) async fn begin(tx: &mut Tx, place: &Place, prefix: &[u8]) -> Result<(), DbError> {
    delete_segments(tx, place).await?;
    insert_segment(tx, place, 0, prefix).await
}

/// Holds an upload for the rest of the transaction; whether it is still the current one.
pub(super) async fn hold(tx: &mut Tx, place: &Place, prefix: &[u8]) -> Result<bool, DbError> {
    let held = sql("UPDATE attachment_segments SET position = position \
         WHERE workspace_id = $1 AND attachment_id = $2 AND position = 0 AND data = $3")
    .bind(place.workspace)
    .bind(place.id)
    .bind(prefix)
    .execute(tx)
    .await?;
    Ok(held == 1)
}

async fn insert_segment(tx: &mut Tx, place: &Place, row: i64, data: &[u8]) -> Result<(), DbError> {
    sql(
        "INSERT INTO attachment_segments (workspace_id, attachment_id, position, data) \
         VALUES ($1, $2, $3, $4)",
    )
    .bind(place.workspace)
    .bind(place.id)
    .bind(row)
    .bind(data)
    .execute(tx)
    .await?;
    Ok(())
}

/// Stores the segment at `position`, from 0.
pub(super) async fn put_segment(
    tx: &mut Tx,
    place: &Place,
    position: i64,
    data: &[u8],
) -> Result<(), DbError> {
    insert_segment(tx, place, position + 1, data).await
}

/// Marks an attachment's content as all there; whether it wasn't before.
pub(super) async fn complete(tx: &mut Tx, place: &Place) -> Result<bool, DbError> {
    let completed = sql("UPDATE attachments SET complete = TRUE \
         WHERE workspace_id = $1 AND id = $2 AND NOT complete")
    .bind(place.workspace)
    .bind(place.id)
    .execute(tx)
    .await?;
    Ok(completed == 1)
}

async fn row_of(db: &Db, place: &Place, row: i64) -> Result<Option<Vec<u8>>, DbError> {
    sql("SELECT data FROM attachment_segments \
         WHERE workspace_id = $1 AND attachment_id = $2 AND position = $3")
    .bind(place.workspace)
    .bind(place.id)
    .bind(row)
    .optional(db)
    .await?
    .map(|row| row.get("data"))
    .transpose()
}

/// The nonce prefix of the upload.
pub(super) async fn prefix(db: &Db, place: &Place) -> Result<Option<Vec<u8>>, DbError> {
    row_of(db, place, 0).await
}

/// The segment at `position`, from 0.
pub(super) async fn segment(
    db: &Db,
    place: &Place,
    position: i64,
) -> Result<Option<Vec<u8>>, DbError> {
    row_of(db, place, position + 1).await
}

async fn delete_segments(tx: &mut Tx, place: &Place) -> Result<(), DbError> {
    // First waits for an upload that stores segments just now: on PostgreSQL a statement doesn't
    // see what is committed after it began, and would leave them behind.
    sql("UPDATE attachment_segments SET position = position \
         WHERE workspace_id = $1 AND attachment_id = $2 AND position = 0")
    .bind(place.workspace)
    .bind(place.id)
    .execute(&mut *tx)
    .await?;
    sql("DELETE FROM attachment_segments WHERE workspace_id = $1 AND attachment_id = $2")
        .bind(place.workspace)
        .bind(place.id)
        .execute(tx)
        .await?;
    Ok(())
}

/// Removes an attachment and its content.
pub(super) async fn delete(tx: &mut Tx, place: &Place) -> Result<(), DbError> {
    delete_segments(tx, place).await?;
    sql("DELETE FROM attachments WHERE workspace_id = $1 AND id = $2")
        .bind(place.workspace)
        .bind(place.id)
        .execute(tx)
        .await?;
    Ok(())
}

/// Attachments announced before `then` whose content never arrived.
pub(super) async fn stale(tx: &mut Tx, then: Timestamp) -> Result<Vec<Place>, DbError> {
    sql("SELECT workspace_id, item_id, id FROM attachments WHERE NOT complete AND created_at < $1 LIMIT 100")
        .bind(then)
        .all(tx)
        .await?
        .iter()
        .map(place)
        .collect()
}
