//! Preparing mails, and committing them with their cause.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use zeroize::Zeroizing;

use super::{MailError, MailState, Message, compose, store};
use crate::{
    base::{
        clock::Timestamp,
        email_address::EmailAddress,
        id::{MailId, WorkspaceId},
        language::Language,
        secret::SecretText,
    },
    db::{Db, DbError, Tx},
    features::keys::{Aad, Keyring},
};

/// Where services leave their mails; cheap to clone.
#[derive(Clone, Debug)]
pub struct Outbox {
    keys: Keyring,
    wake: Arc<Notify>,
}

/// To whom a mail goes.
#[derive(Clone, Copy, Debug)]
pub struct Recipient<'a> {
    /// Their address.
    pub address: &'a EmailAddress,
    /// Their name.
    pub name: &'a str,
    /// In which language they read it.
    pub language: Language,
}

/// A mail that is composed and sealed, ready to be committed with its cause.
#[derive(Clone, Debug)]
pub struct Prepared {
    pub(super) id: MailId,
    pub(super) workspace: WorkspaceId,
    pub(super) recipient: EmailAddress,
    pub(super) subject: String,
    pub(super) payload: Vec<u8>,
    pub(super) useful_until: Option<Timestamp>,
    pub(super) topic: Option<String>,
}

impl Prepared {
    /// The mail's id, which [`Outbox::enqueue`] will give it.
    pub fn id(&self) -> MailId {
        self.id
    }

    /// Wakes whoever waits for this topic when the mail's state changes.
    #[must_use]
    pub fn about(mut self, topic: String) -> Self {
        self.topic = Some(topic);
        self
    }
}

/// What is sealed.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Payload {
    pub(super) to_name: String,
    pub(super) text: SecretText,
    pub(super) html: SecretText,
}

impl Outbox {
    /// An outbox that seals with `keys`. `wake` is what the jobs' runner listens to.
    pub fn new(keys: Keyring, wake: Arc<Notify>) -> Self {
        Self { keys, wake }
    }

    /// Puts a message into words and seals it: work for outside the transaction.
    ///
    /// # Errors
    /// When a template or sealing fails.
    pub fn prepare(
        &self,
        workspace: WorkspaceId,
        to: Recipient<'_>,
        message: &Message,
        now: Timestamp,
    ) -> Result<Prepared, MailError> {
        let id = MailId::new(now);
        let words = compose::words(message, to.address, to.language)?;
        let payload = Payload {
            to_name: compose::inert(to.name),
            text: words.text,
            html: words.html,
        };
        let json = Zeroizing::new(serde_json::to_vec(&payload).map_err(|_| MailError::Unreadable)?);
        Ok(Prepared {
            id,
            workspace,
            recipient: to.address.clone(),
            subject: words.subject,
            payload: self.keys.seal(&json, &aad(id))?,
            useful_until: message.useful_until(),
            topic: None,
        })
    }

    /// Commits a mail and its job with their cause.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn enqueue(tx: &mut Tx, mail: &Prepared, now: Timestamp) -> Result<MailId, DbError> {
        store::insert(tx, mail, now).await?;
        Ok(mail.id)
    }

    /// How a mail is doing.
    ///
    /// # Errors
    /// When there is no such mail, or the database refuses.
    pub async fn state(db: &Db, workspace: WorkspaceId, id: MailId) -> Result<MailState, DbError> {
        store::state(db, workspace, id).await
    }

    /// Has mails sent at once: call it after the transaction was committed. Without it they go out
    /// within a second.
    pub fn wake(&self) {
        self.wake.notify_one();
    }
}

/// Opens what [`Outbox::prepare`] sealed.
pub(super) fn open(keys: &Keyring, id: MailId, sealed: &[u8]) -> Result<Payload, MailError> {
    let json = keys.open_sealed(sealed, &aad(id))?;
    serde_json::from_slice(&json).map_err(|_| MailError::Unreadable)
}

fn aad(id: MailId) -> Aad {
    Aad::new("mail").part(&id.to_string())
}
