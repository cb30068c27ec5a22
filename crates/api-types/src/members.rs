//! The people of a workspace.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{language::Language, sign_in::SignInMethod};

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
    /// Works with the items they were given, as Collaborator only; neither shares nor sees others.
    Guest,
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
    /// No member any more; what they did keeps their name.
    Removed,
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
    /// By last name, then first name. Guests see themselves.
    pub members: Vec<MemberEntry>,
}

/// A member in the list of the workspace's people.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct MemberEntry {
    /// Who they are.
    #[serde(flatten)]
    pub member: MemberBrief,
    /// When they were here last; told to the workspace's Owner and Admins.
    pub last_seen_at: Option<i64>,
    /// How they signed in last; told to the workspace's Owner and Admins.
    pub last_method: Option<SignInMethod>,
}

/// Changes a member's role in the workspace (Owner and Admins).
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeRole {
    /// `admin`, `user` or `guest`. Who owns items can't become a guest.
    pub role: WorkspaceRole,
}

/// Hands the workspace over (its Owner, signed in freshly).
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandOverWorkspace {
    /// The active member who becomes its Owner, `mem_…`.
    pub to: String,
}

/// Changes one's own name.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeName {
    /// First name, 1 to 100 characters.
    pub first_name: String,
    /// Last name, 1 to 100 characters.
    pub last_name: String,
}

/// What a member chose for themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Preferences {
    /// Whether they get a mail when a public link of theirs is first opened. Each link can be without it all the
    /// same. Alarms can't be switched off.
    pub mail_link_opened: bool,
    /// The language of the pages and of the mails they get; none means the browser's.
    #[serde(default)]
    pub language: Option<Language>,
}

/// What becomes of the public links of somebody who leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeaversLinks {
    /// They are revoked.
    Revoke,
    /// They go on, in the name of the member who takes over.
    HandOver,
}

/// Suspends or removes a member.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Leave {
    /// What becomes of their live public links.
    pub links: LeaversLinks,
    /// The active member who takes over: items that would be left without an Owner and, if so
    /// chosen, links.
    #[serde(default)]
    pub hand_over_to: Option<String>,
}

/// What came of it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Left {
    /// How many sessions ended.
    pub sessions: usize,
    /// How many live links were revoked or handed over.
    pub links: usize,
    /// How many items were handed over.
    pub items: usize,
}

/// Relieves a member of everything they own.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandOverItems {
    /// The active member who becomes an Owner of it, `mem_…`.
    pub to: String,
}

/// What came of it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct HandedOver {
    /// How many items.
    pub items: usize,
}

/// What a member would leave behind.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct LeavingPreview {
    /// How many public links of theirs are live.
    pub live_links: usize,
    /// How many items have no other active Owner.
    pub items_without_owner: usize,
    /// How many tokens of theirs a directory may show. They end.
    pub provisioning_tokens: i64,
    /// What they looked at and whose secret hasn't changed since; the latest first, 100 at most.
    pub seen: Vec<SeenItem>,
}

/// An item that somebody looked at.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SeenItem {
    /// `itm_…`
    pub item: String,
    /// Its name, if you have a role on it.
    pub name: Option<String>,
    /// Who can change it.
    pub owners: Vec<String>,
    /// When they looked at it last.
    pub seen_at: i64,
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
    /// `admin`, `user` or `guest`.
    pub role: WorkspaceRole,
}
