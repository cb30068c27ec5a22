//! The mails' rows.

use std::time::Duration;

use super::{MailState, Prepared};
use crate::{
    base::{
        clock::Timestamp,
        id::{MailId, WorkspaceId},
    },
    db::{Db, DbError, Row, Tx, delete_few, sql},
    features::{
        audit::{self, Action, Actor, NewEvent},
        jobs::{self, JobKind},
        signals,
    },
};

/// For how long admins are shown a mail that was given up.
const SHOWN: Duration = Duration::from_secs(7 * 86_400);
/// For how long it is remembered that a mail was sent.
const KEPT: Duration = Duration::from_secs(30 * 86_400);

/// A mail that waits to be sent.
pub(super) struct Waiting {
    pub(super) workspace: WorkspaceId,
    pub(super) recipient: String,
    pub(super) subject: String,
    pub(super) payload: Vec<u8>,
    pub(super) useful_until: Option<Timestamp>,
}

/// A mail that was given up.
#[derive(Clone, Debug)]
pub struct Failure {
    /// `mai_…`
    pub id: MailId,
    /// To whom it was written.
    pub recipient: String,
    /// About what.
    pub subject: String,
    /// When it was given up.
    pub failed_at: Timestamp,
    /// Why.
    pub error: String,
}

pub(super) async fn insert(tx: &mut Tx, mail: &Prepared, now: Timestamp) -> Result<(), DbError> {
    sql("INSERT INTO mails (id, workspace_id, recipient, subject, payload, state, attempts, useful_until, created_at, topic) \
         VALUES ($1, $2, $3, $4, $5, 'queued', 0, $6, $7, $8)")
        .bind(mail.id)
        .bind(mail.workspace)
        .bind(mail.recipient.as_str())
        .bind(&mail.subject)
        .bind(&mail.payload)
        .bind(mail.useful_until)
        .bind(now)
        .bind(mail.topic.clone())
        .execute(&mut *tx)
        .await?;
    jobs::enqueue(
        tx,
        JobKind::Mail,
        Some(mail.workspace),
        &mail.id.to_string(),
        now,
    )
    .await?;
    Ok(())
}

/// How a mail is doing.
///
/// # Errors
/// When there is no such mail, or the database refuses.
pub async fn state(db: &Db, workspace: WorkspaceId, id: MailId) -> Result<MailState, DbError> {
    let row = sql("SELECT state FROM mails WHERE workspace_id = $1 AND id = $2")
        .bind(workspace)
        .bind(id)
        .one(db)
        .await?;
    match row.get::<String>("state")?.as_str() {
        "queued" => Ok(MailState::Queued),
        "delayed" => Ok(MailState::Delayed),
        "sent" => Ok(MailState::Sent),
        "failed" => Ok(MailState::Failed),
        _ => Err(DbError::Wrong("a mail's state")),
    }
}

/// The mail, unless it was sent or given up already.
pub(super) async fn waiting(
    db: &Db,
    workspace: WorkspaceId,
    id: MailId,
) -> Result<Option<Waiting>, DbError> {
    sql(
        "SELECT workspace_id, recipient, subject, payload, useful_until FROM mails \
         WHERE workspace_id = $1 AND id = $2 AND state IN ('queued', 'delayed')",
    )
    .bind(workspace)
    .bind(id)
    .optional(db)
    .await?
    .as_ref()
    .map(waiting_of)
    .transpose()
}

fn waiting_of(row: &Row) -> Result<Waiting, DbError> {
    Ok(Waiting {
        workspace: row.get("workspace_id")?,
        recipient: row.get("recipient")?,
        subject: row.get("subject")?,
        payload: row.get("payload")?,
        useful_until: row.get("useful_until")?,
    })
}

/// Who waits for news of a mail; raises the signal in the transaction of the news.
async fn news(tx: &mut Tx, row: Option<Row>, now: Timestamp) -> Result<News, DbError> {
    let Some(row) = row else { return Ok(None) };
    let topic: Option<String> = row.get("topic")?;
    if let Some(topic) = &topic {
        signals::raise(tx, topic, now).await?;
    }
    Ok(topic)
}

/// The topic to wake after the commit, if anybody may wait.
pub(super) type News = Option<String>;

/// Notes that a mail was handed over, and erases what was in it.
pub(super) async fn sent(
    tx: &mut Tx,
    (workspace, id): (WorkspaceId, MailId),
    attempt: i64,
    now: Timestamp,
) -> Result<News, DbError> {
    let row = sql("UPDATE mails SET state = 'sent', sent_at = $2, attempts = $3, last_error = NULL, payload = NULL \
         WHERE workspace_id = $4 AND id = $1 AND state IN ('queued', 'delayed') RETURNING topic")
        .bind(id)
        .bind(now)
        .bind(attempt)
        .bind(workspace)
        .optional(&mut *tx)
        .await?;
    news(tx, row, now).await
}

/// Notes that a try didn't work and another will follow.
pub(super) async fn delayed(
    tx: &mut Tx,
    (workspace, id): (WorkspaceId, MailId),
    attempt: i64,
    error: &str,
    now: Timestamp,
) -> Result<News, DbError> {
    let row = sql(
        "UPDATE mails SET state = 'delayed', attempts = $2, last_error = $3 \
         WHERE workspace_id = $4 AND id = $1 AND state IN ('queued', 'delayed') RETURNING topic",
    )
    .bind(id)
    .bind(attempt)
    .bind(error)
    .bind(workspace)
    .optional(&mut *tx)
    .await?;
    news(tx, row, now).await
}

/// Gives a mail up, erases what was in it, and puts it on record.
pub(super) async fn failed(
    tx: &mut Tx,
    (workspace, id): (WorkspaceId, MailId),
    attempt: i64,
    error: &str,
    now: Timestamp,
) -> Result<News, DbError> {
    let failed = sql("UPDATE mails SET state = 'failed', failed_at = $2, attempts = $3, last_error = $4, payload = NULL \
         WHERE workspace_id = $5 AND id = $1 AND state IN ('queued', 'delayed') RETURNING topic")
        .bind(id)
        .bind(now)
        .bind(attempt)
        .bind(error)
        .bind(workspace)
        .optional(&mut *tx)
        .await?;
    if failed.is_some() {
        let event = NewEvent::new(workspace, Actor::System, Action::MailFailed);
        audit::record(tx, now, event).await?;
    }
    news(tx, failed, now).await
}

/// The mails of a workspace that were given up in the last week, newest first.
///
/// # Errors
/// When the database refuses.
pub async fn failures(
    db: &Db,
    workspace: WorkspaceId,
    now: Timestamp,
) -> Result<Vec<Failure>, DbError> {
    sql(
        "SELECT id, recipient, subject, failed_at, last_error FROM mails \
         WHERE workspace_id = $1 AND state = 'failed' AND failed_at > $2 \
         ORDER BY failed_at DESC, id DESC LIMIT 50",
    )
    .bind(workspace)
    .bind(now - SHOWN)
    .all(db)
    .await?
    .iter()
    .map(|row| {
        Ok(Failure {
            id: row.get("id")?,
            recipient: row.get("recipient")?,
            subject: row.get("subject")?,
            failed_at: row.get("failed_at")?,
            error: row.get::<Option<String>>("last_error")?.unwrap_or_default(),
        })
    })
    .collect()
}

/// Forgets `most` mails that are long done; how many.
///
/// # Errors
/// When the database refuses.
pub async fn forget_old(tx: &mut Tx, now: Timestamp, most: i64) -> Result<u64, DbError> {
    delete_few!(
        "mails",
        "workspace_id, id",
        "created_at < $1 AND state IN ('sent', 'failed') ORDER BY created_at LIMIT $2"
    )
    .bind(now - KEPT)
    .bind(most)
    .execute(tx)
    .await
}
