//! The rows of visits to providers, of sessions that came from there, and of logout tokens.

use super::{
    claims::LoggedOut,
    model::{Provider, StoredVisit},
};
use crate::{
    base::{
        clock::Timestamp,
        id::{ProviderId, SessionId, WorkspaceId},
        secret::TokenHash,
    },
    db::{Db, DbError, Tx, delete_few, sql},
};

/// A visit to be stored.
#[derive(Clone, Debug)]
pub(super) struct NewVisit {
    pub visit: StoredVisit,
    pub state: TokenHash,
}

pub(super) async fn insert(tx: &mut Tx, new: &NewVisit) -> Result<(), DbError> {
    sql(
        "INSERT INTO provider_sign_ins (id, workspace_id, provider_id, state_hash, browser_hash, \
         secrets, member_id, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(new.visit.id)
    .bind(new.visit.workspace)
    .bind(new.visit.provider)
    .bind(new.state)
    .bind(&new.visit.browser_hash)
    .bind(&new.visit.secrets)
    .bind(new.visit.member)
    .bind(new.visit.expires_at)
    .execute(tx)
    .await?;
    Ok(())
}

/// The visit that a state belongs to.
pub(super) async fn by_state(db: &Db, state: TokenHash) -> Result<Option<StoredVisit>, DbError> {
    sql("SELECT * FROM provider_sign_ins WHERE state_hash = $1")
        .bind(state)
        .optional(db)
        .await?
        .map(|row| {
            Ok(StoredVisit {
                id: row.get("id")?,
                workspace: row.get("workspace_id")?,
                provider: row.get("provider_id")?,
                browser_hash: row.get("browser_hash")?,
                secrets: row.get("secrets")?,
                member: row.get("member_id")?,
                expires_at: row.get("expires_at")?,
            })
        })
        .transpose()
}

/// Uses a visit up, in the browser that set out; whether it could be used. Of any number of callers
/// at once, one can.
pub(super) async fn spend(
    tx: &mut Tx,
    visit: &StoredVisit,
    browser: TokenHash,
    now: Timestamp,
) -> Result<bool, DbError> {
    let spent = sql("DELETE FROM provider_sign_ins \
         WHERE id = $1 AND browser_hash = $2 AND expires_at > $3")
    .bind(visit.id)
    .bind(browser)
    .bind(now)
    .execute(tx)
    .await?;
    Ok(spent == 1)
}

/// A session at a provider, as it is stored with ours.
#[derive(Clone, Debug)]
pub(super) struct ProviderSession {
    pub workspace: WorkspaceId,
    pub session: SessionId,
    pub provider: ProviderId,
    pub issuer: String,
    pub subject: String,
    pub sid: Option<String>,
    /// Sealed.
    pub id_token: Vec<u8>,
    pub expires_at: Timestamp,
}

pub(super) async fn insert_session(tx: &mut Tx, new: &ProviderSession) -> Result<(), DbError> {
    sql(
        "INSERT INTO provider_sessions (workspace_id, session_id, provider_id, issuer, subject, \
         sid, id_token, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(new.workspace)
    .bind(new.session)
    .bind(new.provider)
    .bind(&new.issuer)
    .bind(&new.subject)
    .bind(new.sid.as_deref())
    .bind(&new.id_token)
    .bind(new.expires_at)
    .execute(tx)
    .await?;
    Ok(())
}

/// From which provider a session came, and the token that says so, sealed.
pub(super) async fn origin(
    db: &Db,
    workspace: WorkspaceId,
    session: SessionId,
) -> Result<Option<(ProviderId, String, Vec<u8>)>, DbError> {
    sql(
        "SELECT provider_id, issuer, id_token FROM provider_sessions \
         WHERE workspace_id = $1 AND session_id = $2",
    )
    .bind(workspace)
    .bind(session)
    .optional(db)
    .await?
    .map(|row| {
        Ok((
            row.get("provider_id")?,
            row.get("issuer")?,
            row.get("id_token")?,
        ))
    })
    .transpose()
}

/// The sessions that a logout token means: the one it names, or all of a person.
pub(super) async fn meant(
    tx: &mut Tx,
    provider: &Provider,
    out: &LoggedOut,
) -> Result<Vec<SessionId>, DbError> {
    let rows = match &out.sid {
        Some(sid) => {
            sql("SELECT session_id, subject FROM provider_sessions \
                 WHERE workspace_id = $1 AND provider_id = $2 AND issuer = $3 AND sid = $4")
            .bind(provider.workspace)
            .bind(provider.id)
            .bind(&provider.issuer)
            .bind(sid)
            .all(tx)
            .await?
        }
        None => {
            sql("SELECT session_id, subject FROM provider_sessions \
                 WHERE workspace_id = $1 AND provider_id = $2 AND issuer = $3 AND subject = $4")
            .bind(provider.workspace)
            .bind(provider.id)
            .bind(&provider.issuer)
            .bind(out.subject.as_deref())
            .all(tx)
            .await?
        }
    };
    let mut sessions = Vec::new();
    for row in rows {
        let subject: String = row.get("subject")?;
        if out.subject.as_ref().is_none_or(|meant| *meant == subject) {
            sessions.push(row.get("session_id")?);
        }
    }
    Ok(sessions)
}

/// Notes that a logout token was used; whether it was the first time.
pub(super) async fn first_use(
    tx: &mut Tx,
    provider: &Provider,
    jti: TokenHash,
    until: Timestamp,
) -> Result<bool, DbError> {
    let noted = sql(
        "INSERT INTO provider_logouts (workspace_id, provider_id, jti_hash, expires_at) \
         VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    )
    .bind(provider.workspace)
    .bind(provider.id)
    .bind(jti)
    .bind(until)
    .execute(tx)
    .await?;
    Ok(noted == 1)
}

/// Forgets `most` of each that is over; how many.
///
/// # Errors
/// When the database refuses.
pub async fn forget_old(tx: &mut Tx, now: Timestamp, most: i64) -> Result<u64, DbError> {
    let mut forgotten = 0;
    for statement in [
        delete_few!(
            "provider_sign_ins",
            "id",
            "expires_at <= $1 ORDER BY expires_at LIMIT $2"
        ),
        delete_few!(
            "provider_sessions",
            "workspace_id, session_id",
            "expires_at <= $1 ORDER BY expires_at LIMIT $2"
        ),
        delete_few!(
            "provider_logouts",
            "workspace_id, provider_id, jti_hash",
            "expires_at <= $1 ORDER BY expires_at LIMIT $2"
        ),
    ] {
        let statement = statement.bind(now).bind(most);
        forgotten += statement.execute(&mut *tx).await?;
    }
    Ok(forgotten)
}
