//! What a member is.

use guestpass_api_types::members::MemberBrief;
pub use guestpass_api_types::members::{MemberState, WorkspaceRole};

use crate::base::{
    email_address::EmailAddress,
    id::{MemberId, SessionId, WorkspaceId},
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
}

impl Member {
    /// First and last name.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
            .trim()
            .to_owned()
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
}

/// The member who is asking, with the session they ask in. Role and state were read from the
/// database for this very request.
#[derive(Clone, Debug)]
pub struct Me {
    /// Who.
    pub member: Member,
    /// Their session.
    pub session: SessionId,
}
