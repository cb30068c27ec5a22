//! The key-encryption keys' rows.

use crate::{
    base::{clock::Timestamp, id::KeyId},
    db::{Db, DbError, sql},
};

pub(super) struct KekRow {
    pub(super) id: KeyId,
    pub(super) wrapped: Vec<u8>,
}

/// All keys, oldest first.
pub(super) async fn all(db: &Db) -> Result<Vec<KekRow>, DbError> {
    sql("SELECT id, wrapped FROM key_encryption_keys ORDER BY version")
        .all(db)
        .await?
        .iter()
        .map(|row| {
            Ok(KekRow {
                id: row.get("id")?,
                wrapped: row.get("wrapped")?,
            })
        })
        .collect()
}

/// Stores the first key, unless another node just did.
pub(super) async fn insert_first(
    db: &Db,
    id: KeyId,
    wrapped: Vec<u8>,
    now: Timestamp,
) -> Result<(), DbError> {
    db.write((id, wrapped, now), |tx, (id, wrapped, now)| {
        Box::pin(async move {
            sql(
                "INSERT INTO key_encryption_keys (id, version, wrapped, created_at) \
                 VALUES ($1, 1, $2, $3) ON CONFLICT (version) DO NOTHING",
            )
            .bind(*id)
            .bind(wrapped)
            .bind(*now)
            .execute(tx)
            .await?;
            Ok(())
        })
    })
    .await
}
