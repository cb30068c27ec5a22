//! The templates of the mails, in every language.

use askama::Template;

use super::speech::Frame;
use crate::base::{language::Language, secret::SecretText};

/// What the templates may use. Each message fills what its templates name.
#[derive(Default)]
pub(super) struct Facts {
    /// The words around every mail.
    pub(super) frame: Frame,
    /// To which address it is sent.
    pub(super) to: String,
    pub(super) workspace: String,
    pub(super) first_name: String,
    /// Where the button leads.
    pub(super) url: SecretText,
    /// Another member.
    pub(super) who: String,
    /// When it was asked for.
    pub(super) asked_at: String,
    /// The same, as time of day.
    pub(super) asked_clock: String,
    /// Until when the button works, as time of day.
    pub(super) until_clock: String,
    pub(super) opened_at: String,
    pub(super) disputed_at: String,
    pub(super) changed_at: String,
    pub(super) browser: String,
    pub(super) address: String,
    /// Where mails like this one can be switched off.
    pub(super) profile_url: String,
}

impl Facts {
    /// The letter on the workspace's badge.
    fn initial(&self) -> String {
        self.workspace
            .chars()
            .find(|c| c.is_alphanumeric())
            .map_or_else(String::new, |c| c.to_uppercase().collect())
    }
}

/// A message's templates.
#[derive(Clone, Copy, Debug)]
pub(super) enum Which {
    SignIn,
    Invitation,
    ConfirmLink,
    LinkOpened,
    LinkDisputed,
    IntentRefused,
    AddressChanged,
}

/// The texts that templates give.
macro_rules! mail {
    ($facts:expr, $($path:literal),*) => {
        [$({
            #[derive(Template)]
            #[template(path = $path)]
            struct Part<'a> {
                f: &'a Facts,
            }
            let part = Part { f: $facts };
            // Read here because some subjects name nobody, and an unread field would be a warning.
            debug_assert!(!part.f.to.is_empty(), "a mail goes to somebody");
            part.render()?
        }),*]
    };
}

/// A message's subject, text and HTML in a language.
pub(super) fn render(
    which: Which,
    language: Language,
    facts: &Facts,
) -> Result<[String; 3], askama::Error> {
    match language {
        Language::En => english(which, facts),
        Language::De => german(which, facts),
    }
}

/// In English.
fn english(which: Which, facts: &Facts) -> Result<[String; 3], askama::Error> {
    Ok(match which {
        Which::SignIn => mail!(
            facts,
            "mail/en/sign-in/subject.txt",
            "mail/en/sign-in/body.txt",
            "mail/en/sign-in/body.html"
        ),
        Which::Invitation => mail!(
            facts,
            "mail/en/invitation/subject.txt",
            "mail/en/invitation/body.txt",
            "mail/en/invitation/body.html"
        ),
        Which::ConfirmLink => mail!(
            facts,
            "mail/en/confirm-link/subject.txt",
            "mail/en/confirm-link/body.txt",
            "mail/en/confirm-link/body.html"
        ),
        Which::LinkOpened => mail!(
            facts,
            "mail/en/link-opened/subject.txt",
            "mail/en/link-opened/body.txt",
            "mail/en/link-opened/body.html"
        ),
        Which::LinkDisputed => mail!(
            facts,
            "mail/en/link-disputed/subject.txt",
            "mail/en/link-disputed/body.txt",
            "mail/en/link-disputed/body.html"
        ),
        Which::IntentRefused => mail!(
            facts,
            "mail/en/intent-refused/subject.txt",
            "mail/en/intent-refused/body.txt",
            "mail/en/intent-refused/body.html"
        ),
        Which::AddressChanged => mail!(
            facts,
            "mail/en/address-changed/subject.txt",
            "mail/en/address-changed/body.txt",
            "mail/en/address-changed/body.html"
        ),
    })
}

/// In German.
fn german(which: Which, facts: &Facts) -> Result<[String; 3], askama::Error> {
    Ok(match which {
        Which::SignIn => mail!(
            facts,
            "mail/de/sign-in/subject.txt",
            "mail/de/sign-in/body.txt",
            "mail/de/sign-in/body.html"
        ),
        Which::Invitation => mail!(
            facts,
            "mail/de/invitation/subject.txt",
            "mail/de/invitation/body.txt",
            "mail/de/invitation/body.html"
        ),
        Which::ConfirmLink => mail!(
            facts,
            "mail/de/confirm-link/subject.txt",
            "mail/de/confirm-link/body.txt",
            "mail/de/confirm-link/body.html"
        ),
        Which::LinkOpened => mail!(
            facts,
            "mail/de/link-opened/subject.txt",
            "mail/de/link-opened/body.txt",
            "mail/de/link-opened/body.html"
        ),
        Which::LinkDisputed => mail!(
            facts,
            "mail/de/link-disputed/subject.txt",
            "mail/de/link-disputed/body.txt",
            "mail/de/link-disputed/body.html"
        ),
        Which::IntentRefused => mail!(
            facts,
            "mail/de/intent-refused/subject.txt",
            "mail/de/intent-refused/body.txt",
            "mail/de/intent-refused/body.html"
        ),
        Which::AddressChanged => mail!(
            facts,
            "mail/de/address-changed/subject.txt",
            "mail/de/address-changed/body.txt",
            "mail/de/address-changed/body.html"
        ),
    })
}
