//! The people of a workspace.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a member may do in the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WorkspaceRole {
    /// The one who answers for the workspace.
    Owner,
    /// Invites people, sees every link and event.
    Admin,
    /// Works with items.
    User,
}

/// Whether a member can sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MemberState {
    /// Invited, never signed in.
    Invited,
    /// Signed in at least once.
    Active,
    /// Kept out for the time being.
    Suspended,
}

/// A member as others see them.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MemberBrief {
    /// `mem_…`
    pub id: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Mail address, as it was entered.
    pub email: String,
    /// Role in the workspace.
    pub role: WorkspaceRole,
    /// Whether they can sign in.
    pub state: MemberState,
}

/// Everybody in the workspace.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct MemberList {
    /// By last name, then first name.
    pub members: Vec<MemberBrief>,
}

/// Invites somebody by mail (workspace Owner and Admins).
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Invite {
    /// Where the invitation goes; it becomes the sign-in address.
    pub email: String,
    /// First name, 1 to 100 characters.
    pub first_name: String,
    /// Last name, 1 to 100 characters.
    pub last_name: String,
    /// `admin` or `user`.
    pub role: WorkspaceRole,
}
