//! The rows of people whom a directory answers for. Who was removed isn't one of them any more.

use std::collections::HashSet;

use super::user::{Asked, User};
use crate::{
    base::{
        clock::Timestamp,
        email_address::EmailAddress,
        id::{MemberId, WorkspaceId},
        text::folded,
    },
    db::{Db, DbError, Row, Target, Tx, sql, sql_for},
    features::members::member_from_row,
};

/// How many people one look-up finds at most.
const MOST: i64 = 200;

macro_rules! people {
    ($and:literal) => {
        concat!(
            "SELECT m.*, s.user_name, s.external_id, s.display_name, s.adopted, s.created_at AS known_since, \
             s.changed_at AS known_changed FROM scim_users s \
             JOIN members m ON m.workspace_id = s.workspace_id AND m.id = s.member_id \
             AND m.state <> 'removed' WHERE s.workspace_id = $1",
            $and
        )
    };
}

fn user(row: &Row) -> Result<User, DbError> {
    Ok(User {
        member: member_from_row(row)?,
        user_name: row.get("user_name")?,
        external_id: row.get("external_id")?,
        display_name: row.get("display_name")?,
        adopted: row.get("adopted")?,
        created_at: row.get("known_since")?,
        changed_at: row.get("known_changed")?,
    })
}

pub(super) async fn by_id(
    on: impl Into<Target<'_>>,
    (workspace, id): (WorkspaceId, MemberId),
) -> Result<Option<User>, DbError> {
    sql(people!(" AND s.member_id = $2"))
        .bind(workspace)
        .bind(id)
        .optional(on)
        .await?
        .as_ref()
        .map(user)
        .transpose()
}

/// Those of some members whom the directory answers for.
pub(super) async fn ours_of(
    tx: &mut Tx,
    workspace: WorkspaceId,
    ids: &[MemberId],
) -> Result<HashSet<MemberId>, DbError> {
    sql_for(
        "SELECT s.member_id FROM scim_users s \
         JOIN members m ON m.workspace_id = s.workspace_id AND m.id = s.member_id \
         AND m.state <> 'removed' WHERE s.workspace_id = $1 \
         AND s.member_id IN (SELECT value FROM json_each($2))",
        "SELECT s.member_id FROM scim_users s \
         JOIN members m ON m.workspace_id = s.workspace_id AND m.id = s.member_id \
         AND m.state <> 'removed' WHERE s.workspace_id = $1 \
         AND s.member_id = ANY (ARRAY(SELECT jsonb_array_elements_text($2::jsonb)))",
    )
    .bind(workspace)
    .bind(serde_json::json!(ids).to_string())
    .all(tx)
    .await?
    .iter()
    .map(|row| row.get("member_id"))
    .collect()
}

/// Somebody, held for the rest of the transaction, as everything that changes a member does.
pub(super) async fn hold(
    tx: &mut Tx,
    (workspace, id): (WorkspaceId, MemberId),
) -> Result<Option<User>, DbError> {
    sql_for(
        people!(" AND s.member_id = $2"),
        people!(" AND s.member_id = $2 FOR UPDATE OF m"),
    )
    .bind(workspace)
    .bind(id)
    .optional(tx)
    .await?
    .as_ref()
    .map(user)
    .transpose()
}

pub(super) async fn by_name(
    on: impl Into<Target<'_>>,
    workspace: WorkspaceId,
    user_name: &str,
) -> Result<Option<User>, DbError> {
    sql(people!(" AND s.user_name_key = $2"))
        .bind(workspace)
        .bind(folded(user_name))
        .optional(on)
        .await?
        .as_ref()
        .map(user)
        .transpose()
}

pub(super) async fn by_email(
    on: impl Into<Target<'_>>,
    workspace: WorkspaceId,
    email: &EmailAddress,
) -> Result<Option<User>, DbError> {
    sql(people!(" AND m.email_key = $2"))
        .bind(workspace)
        .bind(email.key())
        .optional(on)
        .await?
        .as_ref()
        .map(user)
        .transpose()
}

pub(super) async fn by_external_id(
    db: &Db,
    workspace: WorkspaceId,
    external_id: &str,
) -> Result<Vec<User>, DbError> {
    sql(people!(
        " AND s.external_id = $2 ORDER BY s.member_id LIMIT $3"
    ))
    .bind(workspace)
    .bind(external_id)
    .bind(MOST)
    .all(db)
    .await?
    .iter()
    .map(user)
    .collect()
}

/// A page of everybody, in the order in which they became members.
pub(super) async fn page(
    db: &Db,
    workspace: WorkspaceId,
    (skip, count): (i64, i64),
) -> Result<Vec<User>, DbError> {
    sql(people!(" ORDER BY s.member_id LIMIT $2 OFFSET $3"))
        .bind(workspace)
        .bind(count)
        .bind(skip)
        .all(db)
        .await?
        .iter()
        .map(user)
        .collect()
}

/// Who was removed by hand gives their name free.
async fn free(tx: &mut Tx, workspace: WorkspaceId, key: &str) -> Result<(), DbError> {
    sql(
        "DELETE FROM scim_users WHERE workspace_id = $1 AND user_name_key = $2 AND member_id IN \
           (SELECT m.id FROM members m WHERE m.workspace_id = $1 AND m.id = scim_users.member_id \
            AND m.state = 'removed')",
    )
    .bind(workspace)
    .bind(key)
    .execute(tx)
    .await?;
    Ok(())
}

/// Notes that the directory answers for a member; whether the name was still free.
pub(super) async fn insert(
    tx: &mut Tx,
    (workspace, id, adopted): (WorkspaceId, MemberId, bool),
    asked: &Asked,
    now: Timestamp,
) -> Result<bool, DbError> {
    let key = folded(&asked.user_name);
    free(tx, workspace, &key).await?;
    let added = sql(
        "INSERT INTO scim_users (workspace_id, member_id, user_name, user_name_key, external_id, \
         display_name, created_at, changed_at, adopted) VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8) \
         ON CONFLICT DO NOTHING",
    )
    .bind(workspace)
    .bind(id)
    .bind(&asked.user_name)
    .bind(key)
    .bind(asked.external_id.clone())
    .bind(asked.display_name.clone())
    .bind(now)
    .bind(adopted)
    .execute(tx)
    .await?;
    Ok(added == 1)
}

/// Keeps what the directory calls somebody; whether the name was still free.
pub(super) async fn update(
    tx: &mut Tx,
    (workspace, id): (WorkspaceId, MemberId),
    asked: &Asked,
    now: Timestamp,
) -> Result<bool, DbError> {
    let key = folded(&asked.user_name);
    free(tx, workspace, &key).await?;
    let changed = sql(
        "UPDATE scim_users SET user_name = $3, user_name_key = $4, external_id = $5, \
         display_name = $6, changed_at = $7 \
         WHERE workspace_id = $1 AND member_id = $2 AND NOT EXISTS \
           (SELECT 1 FROM scim_users o WHERE o.workspace_id = $1 AND o.user_name_key = $4 \
            AND o.member_id <> $2)",
    )
    .bind(workspace)
    .bind(id)
    .bind(&asked.user_name)
    .bind(key)
    .bind(asked.external_id.clone())
    .bind(asked.display_name.clone())
    .bind(now)
    .execute(tx)
    .await?;
    Ok(changed == 1)
}

/// Forgets what the directory calls somebody.
pub(super) async fn delete(
    tx: &mut Tx,
    (workspace, id): (WorkspaceId, MemberId),
) -> Result<(), DbError> {
    sql("DELETE FROM scim_users WHERE workspace_id = $1 AND member_id = $2")
        .bind(workspace)
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}
