//! The rows of providers and identities.

use super::{MOST, Provider};
use crate::{
    base::{
        clock::Timestamp,
        id::{MemberId, ProviderId, WorkspaceId},
    },
    db::{Db, DbError, Row, Target, Tx, sql},
    features::members::{WorkspaceRole, domains_from_row, domains_text, role_of, role_text},
};

/// Whom a provider means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meant {
    /// A member, whatever their state.
    Member(MemberId),
    /// Somebody who was removed.
    Gone,
}

/// Adds a provider, unless the workspace has [`MOST`]; whether it was added.
pub(super) async fn insert(
    tx: &mut Tx,
    provider: &Provider,
    secret: &[u8],
) -> Result<bool, DbError> {
    let added = sql(
        "INSERT INTO providers (id, workspace_id, name, issuer, client_id, client_secret, domains, \
         default_role, groups_claim, only_way_in, created_at) \
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 \
         WHERE (SELECT COUNT(*) FROM providers WHERE workspace_id = $2) < $12",
    )
    .bind(provider.id)
    .bind(provider.workspace)
    .bind(&provider.name)
    .bind(&provider.issuer)
    .bind(&provider.client_id)
    .bind(secret)
    .bind(domains_text(&provider.domains))
    .bind(role_text(provider.default_role))
    .bind(&provider.groups_claim)
    .bind(provider.only_way_in)
    .bind(provider.created_at)
    .bind(MOST)
    .execute(&mut *tx)
    .await?;
    if added == 1 {
        insert_groups(tx, provider).await?;
    }
    Ok(added == 1)
}

/// Changes a provider; whether it is there. Without a `secret` the one it has stays.
pub(super) async fn update(
    tx: &mut Tx,
    provider: &Provider,
    secret: Option<Vec<u8>>,
) -> Result<bool, DbError> {
    let changed = sql(
        "UPDATE providers SET name = $3, issuer = $4, client_id = $5, \
           client_secret = COALESCE($6, client_secret), domains = $7, default_role = $8, \
           groups_claim = $9, only_way_in = $10 \
         WHERE workspace_id = $1 AND id = $2",
    )
    .bind(provider.workspace)
    .bind(provider.id)
    .bind(&provider.name)
    .bind(&provider.issuer)
    .bind(&provider.client_id)
    .bind(secret)
    .bind(domains_text(&provider.domains))
    .bind(role_text(provider.default_role))
    .bind(&provider.groups_claim)
    .bind(provider.only_way_in)
    .execute(&mut *tx)
    .await?;
    if changed == 1 {
        remove_groups(tx, provider.workspace, provider.id).await?;
        insert_groups(tx, provider).await?;
    }
    Ok(changed == 1)
}

async fn insert_groups(tx: &mut Tx, provider: &Provider) -> Result<(), DbError> {
    for (group, role) in &provider.groups {
        sql(
            "INSERT INTO provider_groups (workspace_id, provider_id, group_name, role) \
             VALUES ($1, $2, $3, $4)",
        )
        .bind(provider.workspace)
        .bind(provider.id)
        .bind(group)
        .bind(role_text(*role))
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

async fn remove_groups(tx: &mut Tx, workspace: WorkspaceId, id: ProviderId) -> Result<(), DbError> {
    sql("DELETE FROM provider_groups WHERE workspace_id = $1 AND provider_id = $2")
        .bind(workspace)
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}

/// Removes a provider and whom it meant; whether it was there. Sessions go on.
pub(super) async fn remove(
    tx: &mut Tx,
    workspace: WorkspaceId,
    id: ProviderId,
) -> Result<bool, DbError> {
    remove_groups(tx, workspace, id).await?;
    for statement in [
        "DELETE FROM identities WHERE workspace_id = $1 AND provider_id = $2",
        "DELETE FROM provider_sign_ins WHERE workspace_id = $1 AND provider_id = $2",
        "DELETE FROM provider_sessions WHERE workspace_id = $1 AND provider_id = $2",
        "DELETE FROM provider_logouts WHERE workspace_id = $1 AND provider_id = $2",
    ] {
        let statement = sql(statement).bind(workspace).bind(id);
        statement.execute(&mut *tx).await?;
    }
    let removed = sql("DELETE FROM providers WHERE workspace_id = $1 AND id = $2")
        .bind(workspace)
        .bind(id)
        .execute(tx)
        .await?;
    Ok(removed == 1)
}

/// The providers of a workspace, by name.
pub(super) async fn all(db: &Db, workspace: WorkspaceId) -> Result<Vec<Provider>, DbError> {
    let mut groups = sql("SELECT provider_id, group_name, role FROM provider_groups \
         WHERE workspace_id = $1 ORDER BY group_name")
    .bind(workspace)
    .all(db)
    .await?
    .iter()
    .map(|row| {
        Ok((
            row.get("provider_id")?,
            row.get("group_name")?,
            role_of(&row.get::<String>("role")?)?,
        ))
    })
    .collect::<Result<Vec<(ProviderId, String, WorkspaceRole)>, DbError>>()?;
    let rows = sql("SELECT * FROM providers WHERE workspace_id = $1 ORDER BY name, id")
        .bind(workspace)
        .all(db)
        .await?;
    let of = |row: &Row| {
        let mut found = provider(row)?;
        let own = groups.extract_if(.., |(id, ..)| *id == found.id);
        found.groups = own.map(|(_, group, role)| (group, role)).collect();
        Ok(found)
    };
    rows.iter().map(of).collect()
}

/// The id and name of every provider that people of a workspace may use, by name.
pub(super) async fn offered(
    db: &Db,
    workspace: WorkspaceId,
) -> Result<Vec<(ProviderId, String)>, DbError> {
    sql("SELECT p.id, p.name FROM providers p \
         WHERE p.workspace_id = $1 AND (p.only_way_in OR NOT EXISTS (SELECT 1 FROM providers o \
           WHERE o.workspace_id = p.workspace_id AND o.only_way_in)) \
         ORDER BY p.name, p.id")
    .bind(workspace)
    .all(db)
    .await?
    .iter()
    .map(|row| Ok((row.get("id")?, row.get("name")?)))
    .collect()
}

/// A provider by its id, with its sealed secret.
pub(super) async fn by_id(
    on: impl Into<Target<'_>>,
    id: ProviderId,
) -> Result<Option<(Provider, Vec<u8>)>, DbError> {
    sql("SELECT * FROM providers WHERE id = $1")
        .bind(id)
        .optional(on)
        .await?
        .map(|row| Ok((provider(&row)?, row.get("client_secret")?)))
        .transpose()
}

/// What belonging to the groups of a provider means.
pub(super) async fn groups_of(
    on: impl Into<Target<'_>>,
    provider: &Provider,
) -> Result<Vec<(String, WorkspaceRole)>, DbError> {
    sql("SELECT group_name, role FROM provider_groups \
         WHERE workspace_id = $1 AND provider_id = $2 ORDER BY group_name")
    .bind(provider.workspace)
    .bind(provider.id)
    .all(on)
    .await?
    .iter()
    .map(|row| {
        Ok((
            row.get("group_name")?,
            role_of(&row.get::<String>("role")?)?,
        ))
    })
    .collect()
}

/// Whether the account of the workspace's Owner is connected to a provider.
pub(super) async fn knows_owner(tx: &mut Tx, provider: &Provider) -> Result<bool, DbError> {
    let found = sql("SELECT 1 FROM members m JOIN identities i \
           ON i.workspace_id = m.workspace_id AND i.member_id = m.id \
         WHERE m.workspace_id = $1 AND m.role = 'owner' AND i.provider_id = $2 AND i.issuer = $3")
    .bind(provider.workspace)
    .bind(provider.id)
    .bind(&provider.issuer)
    .optional(tx)
    .await?;
    Ok(found.is_some())
}

/// Whether a member can come in: by mail, or because their account is connected to a provider that is
/// a way in.
pub(super) async fn gets_in(
    tx: &mut Tx,
    (workspace, member): (WorkspaceId, MemberId),
) -> Result<bool, DbError> {
    let found = sql(
        "SELECT 1 FROM workspaces w WHERE w.id = $1 AND (NOT EXISTS ( \
             SELECT 1 FROM providers o WHERE o.workspace_id = w.id AND o.only_way_in) \
           OR EXISTS (SELECT 1 FROM identities i \
             JOIN providers p ON p.workspace_id = i.workspace_id AND p.id = i.provider_id \
               AND p.issuer = i.issuer \
             WHERE i.workspace_id = w.id AND i.member_id = $2 AND p.only_way_in))",
    )
    .bind(workspace)
    .bind(member)
    .optional(tx)
    .await?;
    Ok(found.is_some())
}

/// How many active members haven't connected their account.
pub(super) async fn unconnected(db: &Db, provider: &Provider) -> Result<i64, DbError> {
    sql("SELECT COUNT(*) AS n FROM members m \
         WHERE m.workspace_id = $1 AND m.state = 'active' AND NOT EXISTS \
           (SELECT 1 FROM identities i WHERE i.workspace_id = m.workspace_id \
            AND i.member_id = m.id AND i.provider_id = $2 AND i.issuer = $3)")
    .bind(provider.workspace)
    .bind(provider.id)
    .bind(&provider.issuer)
    .one(db)
    .await?
    .get("n")
}

/// Whom a provider means, if anybody.
pub(super) async fn member_of(
    tx: &mut Tx,
    provider: &Provider,
    subject: &str,
) -> Result<Option<Meant>, DbError> {
    sql("SELECT i.member_id, m.state FROM identities i \
         JOIN members m ON m.workspace_id = i.workspace_id AND m.id = i.member_id \
         WHERE i.workspace_id = $1 AND i.provider_id = $2 AND i.issuer = $3 AND i.subject = $4")
    .bind(provider.workspace)
    .bind(provider.id)
    .bind(&provider.issuer)
    .bind(subject)
    .optional(tx)
    .await?
    .map(|row| {
        let state: String = row.get("state")?;
        if state == "removed" {
            return Ok(Meant::Gone);
        }
        row.get("member_id").map(Meant::Member)
    })
    .transpose()
}

/// Forgets whom a provider meant.
pub(super) async fn forget(tx: &mut Tx, provider: &Provider, subject: &str) -> Result<(), DbError> {
    sql("DELETE FROM identities \
         WHERE workspace_id = $1 AND provider_id = $2 AND issuer = $3 AND subject = $4")
    .bind(provider.workspace)
    .bind(provider.id)
    .bind(&provider.issuer)
    .bind(subject)
    .execute(tx)
    .await?;
    Ok(())
}

/// Connects an account to a member; whether neither was connected already.
pub(super) async fn connect(
    tx: &mut Tx,
    provider: &Provider,
    subject: &str,
    member: MemberId,
    now: Timestamp,
) -> Result<bool, DbError> {
    let connected = sql(
        "INSERT INTO identities (workspace_id, provider_id, issuer, subject, member_id, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
    )
    .bind(provider.workspace)
    .bind(provider.id)
    .bind(&provider.issuer)
    .bind(subject)
    .bind(member)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(connected == 1)
}

/// Disconnects a member's accounts at a provider; whether there were any.
pub(super) async fn disconnect(
    tx: &mut Tx,
    (workspace, member): (WorkspaceId, MemberId),
    provider: ProviderId,
) -> Result<bool, DbError> {
    let disconnected = sql(
        "DELETE FROM identities WHERE workspace_id = $1 AND member_id = $2 AND provider_id = $3",
    )
    .bind(workspace)
    .bind(member)
    .bind(provider)
    .execute(tx)
    .await?;
    Ok(disconnected > 0)
}

/// The providers a member's account is connected to, under their current issuers, and since when.
pub(super) async fn connected(
    db: &Db,
    (workspace, member): (WorkspaceId, MemberId),
) -> Result<Vec<(ProviderId, Timestamp)>, DbError> {
    sql("SELECT i.provider_id, i.created_at FROM identities i \
         JOIN providers p ON p.workspace_id = i.workspace_id AND p.id = i.provider_id \
           AND p.issuer = i.issuer \
         WHERE i.workspace_id = $1 AND i.member_id = $2")
    .bind(workspace)
    .bind(member)
    .all(db)
    .await?
    .iter()
    .map(|row| Ok((row.get("provider_id")?, row.get("created_at")?)))
    .collect()
}

fn provider(row: &Row) -> Result<Provider, DbError> {
    Ok(Provider {
        id: row.get("id")?,
        workspace: row.get("workspace_id")?,
        name: row.get("name")?,
        issuer: row.get("issuer")?,
        client_id: row.get("client_id")?,
        domains: domains_from_row(row, "domains")?,
        default_role: role_of(&row.get::<String>("default_role")?)?,
        groups_claim: row.get("groups_claim")?,
        groups: Vec::new(),
        teams: Vec::new(),
        only_way_in: row.get("only_way_in")?,
        created_at: row.get("created_at")?,
    })
}
