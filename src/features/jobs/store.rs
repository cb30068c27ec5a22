//! The jobs' rows.

use super::{Job, JobEnd, JobKind};
use crate::{
    base::{
        clock::Timestamp,
        id::{JobId, WorkspaceId},
    },
    db::{Db, DbError, Tx, sql, sql_for},
};

/// Adds a job, in the transaction of its cause. `payload` holds ids only, nothing secret.
///
/// # Errors
/// When the database refuses.
pub async fn enqueue(
    tx: &mut Tx,
    kind: JobKind,
    workspace: Option<WorkspaceId>,
    payload: &str,
    now: Timestamp,
) -> Result<JobId, DbError> {
    let id = JobId::new(now);
    sql("INSERT INTO jobs (id, kind, workspace_id, payload, run_at, attempts, leased_until, created_at) \
         VALUES ($1, $2, $3, $4, $5, 0, 0, $5)")
        .bind(id)
        .bind(kind.as_str())
        .bind(workspace)
        .bind(payload.as_bytes())
        .bind(now)
        .execute(tx)
        .await?;
    Ok(id)
}

/// Makes sure that a recurring job exists. It is one row, however many nodes start.
///
/// # Errors
/// When the database refuses.
pub async fn ensure_recurring(db: &Db, kind: JobKind, now: Timestamp) -> Result<(), DbError> {
    db.write((kind, now), |tx, (kind, now)| {
        Box::pin(async move {
            sql("INSERT INTO jobs (id, kind, name, payload, run_at, attempts, leased_until, created_at) \
                 VALUES ($1, $2, $2, $3, $4, 0, 0, $4) ON CONFLICT (name) DO NOTHING")
                .bind(JobId::new(*now))
                .bind(kind.as_str())
                .bind(Vec::new())
                .bind(*now)
                .execute(tx)
                .await?;
            Ok(())
        })
    })
    .await
}

/// When the next job is due, if any waits.
///
/// # Errors
/// When the database refuses.
pub async fn next_due(db: &Db) -> Result<Option<Timestamp>, DbError> {
    sql("SELECT MIN(run_at) AS at FROM jobs WHERE failed_at IS NULL")
        .one(db)
        .await?
        .get("at")
}

pub(super) async fn any_due(db: &Db, now: Timestamp) -> Result<bool, DbError> {
    let row = sql("SELECT id FROM jobs WHERE failed_at IS NULL AND run_at <= $1 AND leased_until <= $1 LIMIT 1")
        .bind(now)
        .optional(db)
        .await?;
    Ok(row.is_some())
}

/// SQLite has one writer; on PostgreSQL nodes pass by the rows that others are about to take.
macro_rules! leasing {
    ($lock:literal) => {
        concat!(
            "UPDATE jobs SET leased_until = $2, lease = $3, attempts = attempts + 1 \
             WHERE id = (SELECT id FROM jobs WHERE failed_at IS NULL AND run_at <= $1 AND leased_until <= $1 \
                         ORDER BY run_at, id LIMIT 1 ",
            $lock,
            ") RETURNING id, kind, workspace_id, payload, attempts"
        )
    };
}

/// Leases the job that has been due longest.
pub(super) async fn lease(
    tx: &mut Tx,
    lease: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<Job>, DbError> {
    let row = sql_for(leasing!(""), leasing!("FOR UPDATE SKIP LOCKED"))
        .bind(now)
        .bind(until)
        .bind(lease)
        .optional(tx)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let kind = JobKind::parse(&row.get::<String>("kind")?)
        .ok_or(DbError::Wrong("a job of an unknown kind"))?;
    let payload = row.get::<Option<Vec<u8>>>("payload")?.unwrap_or_default();
    Ok(Some(Job {
        id: row.get("id")?,
        kind,
        workspace: row.get("workspace_id")?,
        payload: String::from_utf8(payload).map_err(|_| DbError::Wrong("a job's payload"))?,
        attempt: row.get("attempts")?,
        lease: lease.to_owned(),
    }))
}

/// Keeps a job for longer, unless its lease ran out and another node has it.
pub(super) async fn keep(tx: &mut Tx, job: &Job, until: Timestamp) -> Result<(), DbError> {
    sql("UPDATE jobs SET leased_until = $3 WHERE id = $1 AND lease = $2")
        .bind(job.id)
        .bind(&job.lease)
        .bind(until)
        .execute(tx)
        .await
        .map(drop)
}

/// Records how a job ended, unless its lease ran out and another node has it.
pub(super) async fn end(
    tx: &mut Tx,
    job: &Job,
    end: &JobEnd,
    now: Timestamp,
) -> Result<(), DbError> {
    let query = match end {
        JobEnd::Done => sql("DELETE FROM jobs WHERE id = $1 AND lease = $2").bind(job.id).bind(&job.lease),
        JobEnd::Again(after) => {
            sql("UPDATE jobs SET run_at = $3, leased_until = 0, attempts = 0, last_error = NULL \
                 WHERE id = $1 AND lease = $2")
                .bind(job.id)
                .bind(&job.lease)
                .bind(now + *after)
        }
        JobEnd::Retry(after, error) => {
            sql("UPDATE jobs SET run_at = $3, leased_until = 0, last_error = $4 WHERE id = $1 AND lease = $2")
                .bind(job.id)
                .bind(&job.lease)
                .bind(now + *after)
                .bind(error)
        }
        JobEnd::Failed(error) => {
            sql("UPDATE jobs SET failed_at = $3, last_error = $4 WHERE id = $1 AND lease = $2")
                .bind(job.id)
                .bind(&job.lease)
                .bind(now)
                .bind(error)
        }
    };
    query.execute(tx).await?;
    Ok(())
}
