//! What a member is.

use std::time::Duration;

pub use guestpass_api_types::members::{MemberState, WorkspaceRole};
use guestpass_api_types::{members::MemberBrief, sign_in::SignInMethod};

use crate::{
    base::{
        client::Client,
        clock::Timestamp,
        email_address::EmailAddress,
        id::{MemberId, SessionId, WorkspaceId},
        language::Language,
    },
    features::audit::{Actor, By},
};

/// A member of a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// `mem_…`
    pub id: MemberId,
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The address that sign-in and confirmation mails go to.
    pub email: EmailAddress,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Role in the workspace.
    pub role: WorkspaceRole,
    /// Whether they can sign in.
    pub state: MemberState,
    /// The language they chose; none means what their browser asks for.
    pub language: Option<Language>,
}

impl Member {
    /// First and last name.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
            .trim()
            .to_owned()
    }

    /// The language of what they asked for in a browser: theirs, or the browser's.
    pub fn reads(&self, client: &Client) -> Language {
        self.language.or(client.language).unwrap_or_default()
    }

    /// Whether they may see every link and event, and invite people.
    pub fn is_admin(&self) -> bool {
        matches!(self.role, WorkspaceRole::Owner | WorkspaceRole::Admin)
    }
}

impl From<&Member> for MemberBrief {
    fn from(member: &Member) -> Self {
        Self {
            id: member.id.to_string(),
            first_name: member.first_name.clone(),
            last_name: member.last_name.clone(),
            email: member.email.to_string(),
            role: member.role,
            state: member.state,
        }
    }
}

/// A member with when, and how, they were here last.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Who.
    pub member: Member,
    /// When; nothing for who never was.
    pub at: Option<Timestamp>,
    /// How they signed in; nothing when it was long ago.
    pub method: Option<SignInMethod>,
}

/// Somebody to be made a member.
#[derive(Clone, Debug)]
pub struct NewMember {
    /// The address mails go to.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Role in the workspace.
    pub role: WorkspaceRole,
}

/// A workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workspace {
    /// `wsp_…`
    pub id: WorkspaceId,
    /// Its name.
    pub name: String,
    /// What stands for it beside its name.
    pub mark: Mark,
}

/// What stands for a workspace beside its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mark {
    /// One or two letters; empty when the name gives them.
    pub monogram: String,
    /// Their colour, in degrees; nothing for the product's own.
    pub hue: Option<u16>,
    /// The version of its logo, if it has one.
    pub logo: Option<String>,
}

/// In which workspace somebody asks to come in, before anybody knows who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedFor {
    /// In none by name: in the one they came to last.
    Any,
    /// In this one.
    This(WorkspaceId),
    /// In one that can't be. They are looked up all the same, and not found, so that it takes as long.
    Unknown,
}

/// Another workspace of somebody.
#[derive(Clone, Debug)]
pub struct Elsewhere {
    /// Which.
    pub workspace: Workspace,
    /// Who they are there.
    pub member: MemberId,
    /// Whether they haven't joined yet.
    pub invited: bool,
    /// Whether a provider is the only way in.
    pub behind_provider: bool,
    /// How long a sign-in lasts there at most.
    pub absolute: Duration,
}

/// A workspace as the operator sees it.
#[derive(Clone, Debug)]
pub struct Overview {
    /// Which.
    pub workspace: Workspace,
    /// Its Owner's address.
    pub owner: String,
    /// How many active members it has.
    pub active: i64,
}

/// The member who is asking, with the session they ask in. Role and state were read from the
/// database for this very request.
#[derive(Clone, Debug)]
pub struct Me {
    /// Who.
    pub member: Member,
    /// Their session.
    pub session: SessionId,
    /// When they last proved who they are. Signing in anew, in a browser that is signed in, counts.
    pub confirmed_at: Timestamp,
}

impl Me {
    /// For how long a proof of who they are is good enough for what needs a fresh one.
    pub const FRESH: Duration = Duration::from_secs(10 * 60);

    /// Goes on only if they proved who they are a short time ago: a browser left alone must not be
    /// enough to change how people sign in.
    ///
    /// # Errors
    /// When it was longer ago than [`Me::FRESH`].
    pub fn require_fresh(&self, now: Timestamp) -> Result<(), NotFresh> {
        if now.since(self.confirmed_at) <= Self::FRESH {
            Ok(())
        } else {
            Err(NotFresh)
        }
    }

    /// What they do, as the log tells it.
    pub fn by(&self, client: &Client) -> By {
        By {
            workspace: self.member.workspace,
            actor: Actor::Member(self.member.id),
            client: client.clone(),
        }
    }
}

/// They proved who they are too long ago for this.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("they proved who they are too long ago for this")]
pub struct NotFresh;
