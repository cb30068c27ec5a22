//! The rows of passkeys and ceremonies.

use super::{
    MAX_PASSKEYS, Passkey,
    model::{NewPasskey, Stored},
};
use crate::{
    base::{
        clock::Timestamp,
        id::{CeremonyId, MemberId, PasskeyId, WorkspaceId},
    },
    db::{Db, DbError, Row, Target, Tx, delete_few, sql},
    features::members::Me,
};

/// What came of adding a passkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Added {
    Yes,
    Known,
    TooMany,
}

/// Adds a passkey, unless it is somebody's already or the member has too many.
pub(super) async fn insert(tx: &mut Tx, me: &Me, new: &NewPasskey) -> Result<Added, DbError> {
    let added = sql(
        "INSERT INTO passkeys (id, workspace_id, member_id, credential_id, credential, counter, name, created_at) \
         SELECT $1, $2, $3, $4, $5, 0, $6, $7 \
         WHERE (SELECT COUNT(*) FROM passkeys WHERE workspace_id = $2 AND member_id = $3) < $8 \
         ON CONFLICT (credential_id) DO NOTHING",
    )
    .bind(new.passkey.id)
    .bind(me.member.workspace)
    .bind(me.member.id)
    .bind(&new.credential_id)
    .bind(&new.credential)
    .bind(&new.passkey.name)
    .bind(new.passkey.created_at)
    .bind(MAX_PASSKEYS)
    .execute(&mut *tx)
    .await?;
    Ok(match added {
        1 => Added::Yes,
        _ if by_credential(tx, &new.credential_id).await?.is_some() => Added::Known,
        _ => Added::TooMany,
    })
}

/// A member's passkeys, oldest first.
pub(super) async fn all_of(db: &Db, me: &Me) -> Result<Vec<Passkey>, DbError> {
    sql("SELECT id, name, created_at, last_used_at FROM passkeys \
         WHERE workspace_id = $1 AND member_id = $2 ORDER BY created_at, id")
    .bind(me.member.workspace)
    .bind(me.member.id)
    .all(db)
    .await?
    .iter()
    .map(passkey)
    .collect()
}

/// What authenticators know a member's passkeys by.
pub(super) async fn credentials_of(db: &Db, me: &Me) -> Result<Vec<Vec<u8>>, DbError> {
    sql("SELECT credential_id FROM passkeys WHERE workspace_id = $1 AND member_id = $2")
        .bind(me.member.workspace)
        .bind(me.member.id)
        .all(db)
        .await?
        .iter()
        .map(|row| row.get("credential_id"))
        .collect()
}

pub(super) async fn by_credential(
    on: impl Into<Target<'_>>,
    credential: &[u8],
) -> Result<Option<Stored>, DbError> {
    sql("SELECT id, workspace_id, member_id, credential FROM passkeys WHERE credential_id = $1")
        .bind(credential)
        .optional(on)
        .await?
        .map(|row| {
            Ok(Stored {
                id: row.get("id")?,
                workspace: row.get("workspace_id")?,
                member: row.get("member_id")?,
                credential: row.get("credential")?,
            })
        })
        .transpose()
}

pub(super) async fn rename(
    tx: &mut Tx,
    me: &Me,
    id: PasskeyId,
    name: &str,
) -> Result<Option<Passkey>, DbError> {
    sql(
        "UPDATE passkeys SET name = $4 WHERE workspace_id = $1 AND member_id = $2 AND id = $3 \
         RETURNING id, name, created_at, last_used_at",
    )
    .bind(me.member.workspace)
    .bind(me.member.id)
    .bind(id)
    .bind(name)
    .optional(tx)
    .await?
    .as_ref()
    .map(passkey)
    .transpose()
}

/// Removes a member's passkey; whether it was there.
pub(super) async fn remove(tx: &mut Tx, me: &Me, id: PasskeyId) -> Result<bool, DbError> {
    let removed =
        sql("DELETE FROM passkeys WHERE workspace_id = $1 AND member_id = $2 AND id = $3")
            .bind(me.member.workspace)
            .bind(me.member.id)
            .bind(id)
            .execute(tx)
            .await?;
    Ok(removed == 1)
}

/// Forgets the passkeys of a member who left for good.
///
/// # Errors
/// When the database refuses.
pub async fn forget_all_of(
    tx: &mut Tx,
    (workspace, member): (WorkspaceId, MemberId),
) -> Result<(), DbError> {
    sql("DELETE FROM passkeys WHERE workspace_id = $1 AND member_id = $2")
        .bind(workspace)
        .bind(member)
        .execute(tx)
        .await?;
    Ok(())
}

/// Notes a use; whether the passkey is still there and its counter went on. One that doesn't count
/// says 0 each time.
pub(super) async fn used(
    tx: &mut Tx,
    (workspace, id): (WorkspaceId, PasskeyId),
    (credential, counter): (&str, i64),
    now: Timestamp,
) -> Result<bool, DbError> {
    let used = sql(
        "UPDATE passkeys SET credential = $3, counter = $4, last_used_at = $5 \
         WHERE workspace_id = $1 AND id = $2 AND (counter < $4 OR (counter = 0 AND $4 = 0))",
    )
    .bind(workspace)
    .bind(id)
    .bind(credential)
    .bind(counter)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(used == 1)
}

pub(super) async fn begin(
    tx: &mut Tx,
    id: CeremonyId,
    bound_to: &str,
    state: &[u8],
    expires_at: Timestamp,
) -> Result<(), DbError> {
    sql("INSERT INTO passkey_ceremonies (id, bound_to, state, expires_at) VALUES ($1, $2, $3, $4)")
        .bind(id)
        .bind(bound_to)
        .bind(state)
        .bind(expires_at)
        .execute(tx)
        .await?;
    Ok(())
}

/// The sealed state of a ceremony that still can be answered here.
pub(super) async fn ceremony(
    db: &Db,
    id: CeremonyId,
    bound_to: &str,
    now: Timestamp,
) -> Result<Option<Vec<u8>>, DbError> {
    sql("SELECT state FROM passkey_ceremonies WHERE id = $1 AND bound_to = $2 AND expires_at > $3")
        .bind(id)
        .bind(bound_to)
        .bind(now)
        .optional(db)
        .await?
        .map(|row| row.get("state"))
        .transpose()
}

/// Ends a ceremony; whether it was still there. Of any number of answers one finds it.
pub(super) async fn end(
    tx: &mut Tx,
    id: CeremonyId,
    bound_to: &str,
    now: Timestamp,
) -> Result<bool, DbError> {
    let ended =
        sql("DELETE FROM passkey_ceremonies WHERE id = $1 AND bound_to = $2 AND expires_at > $3")
            .bind(id)
            .bind(bound_to)
            .bind(now)
            .execute(tx)
            .await?;
    Ok(ended == 1)
}

/// Forgets `most` ceremonies that nobody answered in time; how many.
///
/// # Errors
/// When the database refuses.
pub async fn forget_old(tx: &mut Tx, now: Timestamp, most: i64) -> Result<u64, DbError> {
    delete_few!(
        "passkey_ceremonies",
        "id",
        "expires_at < $1 ORDER BY expires_at LIMIT $2"
    )
    .bind(now)
    .bind(most)
    .execute(tx)
    .await
}

fn passkey(row: &Row) -> Result<Passkey, DbError> {
    Ok(Passkey {
        id: row.get("id")?,
        name: row.get("name")?,
        created_at: row.get("created_at")?,
        last_used_at: row.get("last_used_at")?,
    })
}
