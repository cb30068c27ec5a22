//! The ways out: a mail server, a folder, or memory.

use std::{
    collections::VecDeque,
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Tokio1Executor,
    transport::smtp::{
        authentication::Credentials,
        client::{Tls, TlsParameters},
        extension::ClientId,
    },
};

use super::{MailError, Sender, compose::Letter};
use crate::base::{
    clock::Timestamp,
    id::MailId,
    secret::{SecretText, base64url},
};

/// How long one step of the conversation with a mail server may take.
const STEP: Duration = Duration::from_secs(15);
/// How many mails memory holds: the oldest go first.
const MEMORY: usize = 500;

/// How the connection to a mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// Starts in the clear and must switch to TLS before anything is said (port 587).
    StartTls,
    /// TLS from the first byte (port 465).
    Tls,
    /// No protection: for a mail server on the same machine.
    Plain,
}

/// How to reach a mail server.
#[derive(Clone, Debug)]
pub struct SmtpSettings {
    /// Its name or address.
    pub host: String,
    /// How we introduce ourselves: the host of our public address.
    pub hello: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: SmtpSecurity,
    /// User name and password, if it wants them.
    pub credentials: Option<(String, SecretText)>,
}

/// Carries mails away; cheap to clone.
#[derive(Clone, Debug)]
pub struct Transport(Way);

#[derive(Clone)]
enum Way {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Folder(PathBuf),
    Memory(MemoryMailbox),
}

impl fmt::Debug for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A mail server's settings hold its password.
        f.write_str(match self {
            Self::Smtp(_) => "Smtp",
            Self::Folder(_) => "Folder",
            Self::Memory(_) => "Memory",
        })
    }
}

/// A mail as [`Transport::memory`] keeps it. Its bodies hold tokens and aren't shown by `Debug`.
#[derive(Clone)]
pub struct MemoryMail {
    /// `mai_…`
    pub id: MailId,
    /// When it was sent.
    pub at: Timestamp,
    /// To which address.
    pub to: String,
    /// About what.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

impl fmt::Debug for MemoryMail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryMail")
            .field("id", &self.id)
            .field("subject", &self.subject)
            .finish_non_exhaustive()
    }
}

/// Mails kept in memory, for the demo and for tests; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct MemoryMailbox(Arc<Mutex<VecDeque<MemoryMail>>>);

impl MemoryMailbox {
    /// All mails, oldest first.
    pub fn mails(&self) -> Vec<MemoryMail> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .cloned()
            .collect()
    }

    fn keep(&self, mail: MemoryMail) {
        let mut mails = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if mails.len() == MEMORY {
            mails.pop_front();
        }
        mails.push_back(mail);
    }
}

impl Transport {
    /// Sends through a mail server. Every mail has a connection of its own: one that was left in the
    /// middle of a mail would take the answers to it for answers to the next.
    ///
    /// # Errors
    /// When the system's certificates can't be read.
    pub fn smtp(settings: SmtpSettings) -> Result<Self, MailError> {
        let parameters = || TlsParameters::new(settings.host.clone());
        let tls = match settings.security {
            SmtpSecurity::StartTls => Tls::Required(parameters()?),
            SmtpSecurity::Tls => Tls::Wrapper(parameters()?),
            SmtpSecurity::Plain => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port)
            .tls(tls)
            .timeout(Some(STEP))
            .hello_name(ClientId::Domain(settings.hello));
        if let Some((username, password)) = settings.credentials {
            builder = builder.credentials(Credentials::new(username, password.expose().to_owned()));
        }
        Ok(Self(Way::Smtp(builder.build())))
    }

    /// Writes each mail into a file `<id>.eml`.
    pub fn folder(folder: PathBuf) -> Self {
        Self(Way::Folder(folder))
    }

    /// Keeps mails in memory.
    pub fn memory(mailbox: MemoryMailbox) -> Self {
        Self(Way::Memory(mailbox))
    }

    /// The mails kept in memory, if that is where they go.
    pub fn mailbox(&self) -> Option<&MemoryMailbox> {
        match &self.0 {
            Way::Memory(mailbox) => Some(mailbox),
            Way::Smtp(_) | Way::Folder(_) => None,
        }
    }

    pub(super) async fn send(&self, sender: &Sender, letter: &Letter<'_>) -> Result<(), MailError> {
        let message = sender.put_together(letter)?;
        match &self.0 {
            Way::Smtp(server) => {
                server.send(message).await?;
            }
            Way::Folder(folder) => write(folder, letter.id, &message.formatted()).await?,
            Way::Memory(mailbox) => mailbox.keep(MemoryMail {
                id: letter.id,
                at: letter.at,
                to: letter.to.to_owned(),
                subject: letter.subject.to_owned(),
                text: letter.text.to_owned(),
                html: letter.html.to_owned(),
            }),
        }
        Ok(())
    }
}

/// The file appears whole or not at all, readable by its owner alone: it holds a token.
async fn write(folder: &Path, id: MailId, data: &[u8]) -> Result<(), MailError> {
    tokio::fs::create_dir_all(folder).await?;
    let draft = folder.join(format!(
        ".draft-{}",
        base64url(&crate::base::random::bytes::<9>())
    ));
    let mut options = tokio::fs::OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)
        .await?;
    tokio::io::AsyncWriteExt::write_all(&mut file, data).await?;
    file.sync_all().await?;
    tokio::fs::rename(draft, folder.join(format!("{id}.eml"))).await?;
    Ok(())
}
