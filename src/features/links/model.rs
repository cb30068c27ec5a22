//! What intents and links are.

use std::time::Duration;

pub use guestpass_api_types::{
    items::ItemKind,
    links::{LinkState, LinkTerms},
    sign_in::FlowState,
};

pub use crate::base::id::IntentId;
use crate::base::{
    clock::Timestamp,
    email_address::EmailAddress,
    id::{ItemId, LinkId, MailId, MemberId, SessionId, WorkspaceId},
    language::Language,
    secret::TokenHash,
};

/// How long a confirmation of a link may take.
pub(super) const INTENT_LIFE: Duration = Duration::from_secs(600);
/// How long after sending the mail it can be sent again.
pub(super) const RESEND_AFTER: Duration = Duration::from_secs(30);
/// How many wrong match codes end an intent.
pub(super) const CODE_TRIES: i64 = 5;
/// How many intents a member may have open.
pub(super) const OPEN_INTENTS: i64 = 5;
/// For how long the browser that claimed a one-time link may fetch it again.
pub(super) const REDELIVERY: Duration = Duration::from_secs(600);

/// How long a link lasts: one minute to 30 days, in whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime(i64);

impl Lifetime {
    /// The shortest, in seconds.
    pub const MIN_SECONDS: i64 = 60;
    /// The longest anywhere, in seconds: 30 days.
    pub const MAX_SECONDS: i64 = 30 * 86_400;

    /// `None` when it is too short or too long.
    pub fn from_seconds(seconds: i64) -> Option<Self> {
        (Self::MIN_SECONDS..=Self::MAX_SECONDS)
            .contains(&seconds)
            .then_some(Self(seconds))
    }

    /// The lifetime in seconds.
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// The lifetime in milliseconds, as it is stored.
    pub const fn millis(self) -> i64 {
        self.0 * 1000
    }
}

/// What tells one recipient's browser from another: a random cookie (or, where cookies are blocked,
/// a random header of that page). The database keeps its hash.
#[derive(Clone, Copy, Debug)]
pub struct Binder(pub TokenHash);

/// A link asked for.
#[derive(Clone, Debug)]
pub(super) struct Intent {
    pub(super) id: IntentId,
    pub(super) workspace: WorkspaceId,
    pub(super) item: ItemId,
    pub(super) item_version: i64,
    pub(super) member: MemberId,
    pub(super) session: SessionId,
    pub(super) lifetime: Lifetime,
    pub(super) one_time: bool,
    pub(super) notify: bool,
    pub(super) state: FlowState,
    pub(super) tries: i64,
    pub(super) mail: MailId,
    pub(super) browser: String,
    pub(super) address: String,
    pub(super) created_at: Timestamp,
    pub(super) expires_at: Timestamp,
    pub(super) resend_at: Timestamp,
    pub(super) confirmed_at: Option<Timestamp>,
    /// Whether the session that asked is still good.
    pub(super) session_alive: bool,
}

/// The longest life of a link.
pub(super) const LONGEST: Duration = Duration::from_secs(30 * 86_400);

/// The day a link was made on, in whole days since the Unix epoch: under that day's key its payload
/// is wrapped, and by it its rows are partitioned.
pub(super) fn epoch_of(link: LinkId) -> i64 {
    link.made_at().day()
}

/// Who made a link, as far as its recipient and the mail about it need to know.
#[derive(Clone, Debug)]
pub(super) struct Sender {
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) email: EmailAddress,
    /// Whether they want mails about openings at all.
    pub(super) hears_of_openings: bool,
    /// The language they chose.
    pub(super) language: Option<Language>,
}

impl Sender {
    pub(super) fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
            .trim()
            .to_owned()
    }
}

/// A link's facts that decide what may happen to it.
#[derive(Clone, Debug)]
pub(super) struct LinkFacts {
    pub(super) id: LinkId,
    pub(super) workspace: WorkspaceId,
    pub(super) workspace_name: String,
    /// One or two letters that stand for it; empty when its name gives them.
    pub(super) monogram: String,
    /// Their colour, in degrees; nothing for the product's own.
    pub(super) hue: Option<u16>,
    /// The day it was made on, see [`epoch_of`].
    pub(super) epoch: i64,
    pub(super) item: ItemId,
    pub(super) sender: Sender,
    pub(super) kind: ItemKind,
    pub(super) one_time: bool,
    pub(super) notify: bool,
    pub(super) expires_at: Timestamp,
    pub(super) state: StoredState,
    pub(super) has_ciphertext: bool,
    pub(super) binder: Option<Vec<u8>>,
    pub(super) redeliver_until: Option<Timestamp>,
    pub(super) redelivered: i64,
    pub(super) first_opened_at: Option<Timestamp>,
    pub(super) disputed_at: Option<Timestamp>,
    pub(super) revoked_at: Option<Timestamp>,
}

/// The state column of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StoredState {
    /// Nobody has claimed it, or it can be viewed many times.
    Live,
    /// A one-time link that was given to a browser.
    Claimed,
    /// Too many wrong passphrases.
    Locked,
}
