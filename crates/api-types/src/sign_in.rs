//! Signing in by e-mailed link, and the session it gives.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{language::Language, members::MemberBrief, secret::SecretText, workspace::Workspace};

/// Asks for a sign-in mail.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartSignIn {
    /// The member's mail address.
    pub email: String,
    /// `wsp_…`: where to. Without it, it is the workspace they came to last.
    #[serde(default)]
    pub workspace: Option<String>,
}

/// A sign-in under way. The same answer is given whether the address is known or not.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SignInStarted {
    /// Six digits, shown by the browser that asked, typed on any other device.
    pub match_code: SecretText,
    /// When the mail stops working.
    pub expires_at: i64,
    /// From when on another mail can be asked for.
    pub resend_at: i64,
}

/// How somebody proved who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignInMethod {
    /// By the button of a mail.
    Mail,
    /// By a passkey.
    Passkey,
    /// By the company's own login (OpenID Connect).
    Oidc,
    /// By a link that the operator made on the server.
    Link,
}

/// The sessions in which one is signed in.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SessionList {
    /// The last used one first.
    pub sessions: Vec<SessionEntry>,
}

/// A session of one's own.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SessionEntry {
    /// `ses_…`
    pub id: String,
    /// Whether it is the one that asks.
    pub current: bool,
    /// The browser.
    pub browser: String,
    /// The address it was made from.
    pub address: String,
    /// How it was made.
    pub method: SignInMethod,
    /// When it was made.
    pub created_at: i64,
    /// When it was used last, to the minute.
    pub last_used_at: i64,
}

/// How many sessions ended.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SessionsEnded {
    /// All of one's own but the one that asked.
    pub sessions: usize,
}

/// Where a confirmation (of a sign-in or of a link) stands, as the waiting browser sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FlowState {
    /// The mail was asked for and nobody has confirmed yet.
    Waiting,
    /// Confirmed: the waiting browser may go on.
    Confirmed,
    /// It led to a session or to a link, and can't again.
    Spent,
    /// Ended by "This wasn't me".
    Refused,
    /// Ended by whoever asked.
    Cancelled,
    /// Five wrong match codes: ended.
    Locked,
    /// Too late.
    Expired,
}

/// The state of the sign-in that this browser started.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SignInState {
    /// Where it stands.
    pub state: FlowState,
    /// When the mail stops working.
    pub expires_at: i64,
}

/// The token of a mail's link, taken from the address's fragment.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MailToken {
    /// The 43 characters after the `#`.
    pub token: SecretText,
}

/// Confirms what a mail asked about.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Confirm {
    /// The 43 characters after the `#`.
    pub token: SecretText,
    /// The match code, wanted in any browser but the one that asked.
    #[serde(default)]
    pub code: Option<SecretText>,
}

/// What a mail's link is about, shown before anything is confirmed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ConfirmDetails {
    /// Where it stands; anything but `waiting` can no longer be confirmed.
    pub state: FlowState,
    /// Whether this is the browser that asked: then no code is wanted.
    pub same_browser: bool,
    /// The workspace's name.
    pub workspace: String,
    /// The member's first name.
    pub first_name: String,
    /// What is released: the item's name for a link, nothing for a sign-in.
    pub item: Option<String>,
    /// How long the link would last, in seconds; nothing for a sign-in.
    pub expires_in: Option<i64>,
    /// Whether the link could be viewed only once; nothing for a sign-in.
    pub one_time: Option<bool>,
    /// When it was asked for.
    pub asked_at: i64,
    /// Until when it can be confirmed.
    pub expires_at: i64,
    /// The browser that asked, e.g. "Firefox on macOS".
    pub browser: String,
    /// The network address that asked.
    pub address: String,
    /// How many wrong match codes are still forgiven.
    pub tries_left: i64,
}

/// What came of a confirmation.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Confirmed {
    /// Whether this very browser now holds a session (sign-in in the browser that asked).
    pub signed_in: bool,
}

/// Who is signed in, and until when.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// The signed-in member.
    pub member: MemberBrief,
    /// The workspace they are signed in to.
    pub workspace: Workspace,
    /// The language they chose; none means the browser's.
    pub language: Option<Language>,
    /// When the session ends whatever happens.
    pub expires_at: i64,
}
