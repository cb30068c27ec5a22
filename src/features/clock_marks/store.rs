//! One row.

use crate::{
    base::clock::Timestamp,
    db::{Db, DbError, sql},
};

/// The mark, if one was ever set.
///
/// # Errors
/// When the database refuses.
pub async fn latest(db: &Db) -> Result<Option<Timestamp>, DbError> {
    let row = sql("SELECT high_water FROM clock_marks WHERE id = 'installation'")
        .optional(db)
        .await?;
    row.map(|row| row.get("high_water")).transpose()
}

/// Raises the mark; never lowers it.
///
/// # Errors
/// When the database refuses.
pub async fn raise(db: &Db, to: Timestamp) -> Result<(), DbError> {
    db.write(to, |tx, to| {
        Box::pin(async move {
            sql(
                "INSERT INTO clock_marks (id, high_water) VALUES ('installation', $1) \
                 ON CONFLICT (id) DO UPDATE SET high_water = $1 WHERE clock_marks.high_water < $1",
            )
            .bind(*to)
            .execute(tx)
            .await?;
            Ok(())
        })
    })
    .await
}
