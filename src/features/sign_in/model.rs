//! What a sign-in and a session are.

pub use guestpass_api_types::sign_in::FlowState;

use crate::{
    base::{
        clock::Timestamp,
        id::{MemberId, SignInId, WorkspaceId},
        secret::{PlainToken, SecretText, TokenHash},
    },
    features::members::Me,
};

/// A sign-in as it is stored.
#[derive(Clone, Debug)]
pub(super) struct Flow {
    pub id: SignInId,
    /// Nobody for an unknown address.
    pub addressee: Option<Addressee>,
    pub browser_hash: Vec<u8>,
    /// For a printed link: what stands for whatever browser opens it.
    pub printed: Option<TokenHash>,
    pub state: FlowState,
    pub tries: i64,
    pub browser: String,
    pub address: String,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

/// Whom a sign-in is for.
#[derive(Clone, Debug)]
pub(super) struct Addressee {
    pub member: MemberId,
    pub first_name: String,
    pub workspace: WorkspaceId,
    pub workspace_name: String,
}

/// A confirmation's state as of `now`: what still waits may have come too late.
pub fn effective_state(stored: FlowState, expires_at: Timestamp, now: Timestamp) -> FlowState {
    match stored {
        FlowState::Waiting | FlowState::Confirmed if expires_at <= now => FlowState::Expired,
        other => other,
    }
}

/// A sign-in that was just asked for.
#[derive(Debug)]
pub struct Started {
    /// What the asking browser shows, for other devices.
    pub match_code: SecretText,
    /// What the asking browser keeps.
    pub browser: PlainToken,
    /// Until when it can be confirmed and used.
    pub expires_at: Timestamp,
    /// From when on another mail can be asked for.
    pub resend_at: Timestamp,
}

/// What a mail's link is about.
#[derive(Clone, Debug)]
pub struct FlowDetails {
    /// Where it stands.
    pub state: FlowState,
    /// Whether the browser that looks is the one that asked.
    pub same_browser: bool,
    /// The workspace's name.
    pub workspace: String,
    /// The member's first name.
    pub first_name: String,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// Until when it can be confirmed.
    pub expires_at: Timestamp,
    /// The browser that asked.
    pub browser: String,
    /// The address that asked.
    pub address: String,
    /// How many wrong match codes are still forgiven.
    pub tries_left: i64,
}

/// A session that was just made.
#[derive(Debug)]
pub struct NewSession {
    /// What the browser keeps.
    pub token: PlainToken,
    /// Whose it is.
    pub me: Me,
    /// When it ends whatever happens.
    pub expires_at: Timestamp,
}

/// What came of a confirmation.
#[derive(Debug)]
pub enum Confirmation {
    /// The browser that asked confirmed: here is its session.
    SignedIn(NewSession),
    /// Another device confirmed: the browser that asked may finish.
    Elsewhere,
}
