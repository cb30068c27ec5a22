//! Reading the mail.

use guestpass::features::mail::MemoryMail;

use super::{TestApp, app::Shared};

/// A mail that arrived.
#[derive(Clone, Debug)]
pub struct Mail(pub MemoryMail);

impl TestApp {
    /// All mails, oldest first, after everything that waits was sent.
    pub async fn mailbox(&self) -> Vec<Mail> {
        self.shared().mailbox().await
    }

    /// The newest mail to this address.
    pub async fn newest_mail_to(&self, address: &str) -> Mail {
        self.shared().newest_mail_to(address).await
    }
}

impl Shared {
    pub async fn mailbox(&self) -> Vec<Mail> {
        self.run_jobs().await;
        self.mailbox.mails().into_iter().map(Mail).collect()
    }

    pub async fn newest_mail_to(&self, address: &str) -> Mail {
        let mails = self.mailbox().await;
        let newest = mails.into_iter().rev().find(|mail| mail.0.to == address);
        newest.unwrap_or_else(|| panic!("there is no mail to {address}"))
    }
}

impl Mail {
    /// The addresses in the text part, in their order.
    pub fn links(&self) -> Vec<String> {
        let words = self.0.text.split_whitespace();
        words
            .filter(|word| word.starts_with("https://"))
            .map(str::to_owned)
            .collect()
    }

    /// The address that confirms.
    pub fn confirm_link(&self) -> String {
        let link = self.links().into_iter().find(|link| link.contains('#'));
        link.unwrap_or_else(|| panic!("no link to confirm with in: {}", self.0.text))
    }

    /// The token of that address.
    pub fn token(&self) -> String {
        let link = self.confirm_link();
        link.split_once('#')
            .map(|(_, token)| token.to_owned())
            .expect("the link has a fragment")
    }
}
