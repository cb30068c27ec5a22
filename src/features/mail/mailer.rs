//! Sends one mail: the work of a job.

use std::time::Duration;

use super::{MailError, Sender, Transport, compose, outbox, store};
use crate::{
    base::{
        clock::Timestamp,
        id::{MailId, WorkspaceId},
    },
    db::{Db, DbError},
    features::{
        jobs::{Job, JobEnd, LEASE, back_off},
        keys::Keyring,
        signals::Signals,
    },
};

/// After how many tries a mail is given up: about three and a half hours.
const MAX_TRIES: i64 = 12;
/// Well within a job's lease, so that no second node starts on the same mail meanwhile.
const HAND_OVER: Duration = Duration::from_secs(60);
const _: () = assert!(
    HAND_OVER.as_secs() * 2 <= LEASE.as_secs(),
    "a hand-over ends before its lease"
);

/// Hands mails to the mail server; cheap to clone.
#[derive(Clone, Debug)]
pub struct Mailer {
    db: Db,
    keys: Keyring,
    sender: Sender,
    transport: Transport,
    signals: Signals,
}

impl Mailer {
    /// A mailer that sends through `transport` in the name of `sender`.
    pub fn new(
        db: Db,
        keys: Keyring,
        sender: Sender,
        transport: Transport,
        signals: Signals,
    ) -> Self {
        Self {
            db,
            keys,
            sender,
            transport,
            signals,
        }
    }

    /// Sends the mail a job names.
    ///
    /// A crash between the hand-over and its record sends the mail again, with the same
    /// Message-ID; the other order would lose it.
    pub async fn deliver(&self, job: &Job, now: Timestamp) -> JobEnd {
        let (Some(workspace), Ok(id)) = (job.workspace, job.payload.parse::<MailId>()) else {
            return JobEnd::Failed("the job names no mail".to_owned());
        };
        match self.try_deliver((workspace, id), job.attempt, now).await {
            Ok(end) => end,
            Err(error) => {
                tracing::warn!(mail = %id, %error, "a mail's state can't be read or written");
                JobEnd::Retry(back_off(job.attempt), error.to_string())
            }
        }
    }

    async fn try_deliver(
        &self,
        (workspace, id): (WorkspaceId, MailId),
        attempt: i64,
        now: Timestamp,
    ) -> Result<JobEnd, DbError> {
        let place = (workspace, id);
        let Some(mail) = store::waiting(&self.db, workspace, id).await? else {
            return Ok(JobEnd::Done);
        };
        if mail.useful_until.is_some_and(|until| until <= now) {
            let error = "its link expired before it could be sent".to_owned();
            return self.give_up(id, &mail, attempt, error, now).await;
        }
        let error = match self.hand_over(id, &mail, now).await {
            Ok(()) => {
                let news = self
                    .db
                    .write((place, attempt, now), |tx, (place, attempt, now)| {
                        Box::pin(async move { store::sent(tx, *place, *attempt, *now).await })
                    });
                self.spread(news.await?);
                return Ok(JobEnd::Done);
            }
            Err(error) => error,
        };
        let text = describe(&error);
        if error.is_final() || attempt >= MAX_TRIES {
            return self.give_up(id, &mail, attempt, text, now).await;
        }
        tracing::warn!(mail = %id, attempt, error = text, "a mail couldn't be sent; trying again");
        let news = self.db.write(
            (place, attempt, text.clone(), now),
            |tx, (place, attempt, text, now)| {
                Box::pin(async move { store::delayed(tx, *place, *attempt, text, *now).await })
            },
        );
        self.spread(news.await?);
        // The last look is when its link expires, so that admins hear of it then.
        let left = mail
            .useful_until
            .map_or(Duration::MAX, |until| until.since(now));
        Ok(JobEnd::Retry(back_off(attempt).min(left), text))
    }

    fn spread(&self, news: store::News) {
        if let Some(topic) = news {
            self.signals.wake(&topic);
        }
    }

    async fn hand_over(
        &self,
        id: MailId,
        mail: &store::Waiting,
        now: Timestamp,
    ) -> Result<(), MailError> {
        let payload = outbox::open(&self.keys, id, &mail.payload)?;
        let letter = compose::Letter {
            id,
            at: now,
            to: &mail.recipient,
            to_name: &payload.to_name,
            subject: &mail.subject,
            text: payload.text.expose(),
            html: payload.html.expose(),
        };
        tokio::time::timeout(HAND_OVER, self.transport.send(&self.sender, &letter))
            .await
            .map_err(|_| MailError::TooSlow)?
    }

    async fn give_up(
        &self,
        id: MailId,
        mail: &store::Waiting,
        attempt: i64,
        error: String,
        now: Timestamp,
    ) -> Result<JobEnd, DbError> {
        tracing::error!(mail = %id, workspace = %mail.workspace, to = mail.recipient, error, "a mail was given up");
        let news = self.db.write(
            ((mail.workspace, id), attempt, error, now),
            |tx, (place, attempt, error, now)| {
                Box::pin(async move { store::failed(tx, *place, *attempt, error, *now).await })
            },
        );
        self.spread(news.await?);
        // The mail's own row tells of it; the job has nothing to add.
        Ok(JobEnd::Done)
    }
}

/// The error with its causes, on one line of bounded length: servers may answer anything.
fn describe(error: &MailError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let more = inner.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = inner.source();
    }
    compose::inert(&text).chars().take(300).collect()
}
