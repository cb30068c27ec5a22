//! The permission table, as data. Reading it is the way to learn who may do what.

use Action::{Add, Change, Download, Leave, Remove, Revoke, See, Use};
use Resource::{Activity, Attachment, Grant, Item, Link, Team};
use Role::{
    Collaborator, GuestCollaborator, Owner, TeamAdmin, TeamMember, WorkspaceAdmin, WorkspaceOwner,
    WorkspaceUser,
};

/// A role that permissions are given to. A member has one in the workspace and perhaps one on
/// the item or in the team; what either of them may, the member may. On an item it makes no difference
/// whether they have their role by themselves or through a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Owner of the item.
    Owner,
    /// Collaborator on the item.
    Collaborator,
    /// Collaborator on the item who is a guest of the workspace. Guests have no other role.
    GuestCollaborator,
    /// Team Admin of the team. No guest is.
    TeamAdmin,
    /// Anybody else in the team, guests too.
    TeamMember,
    /// Owner of the workspace, whatever the item.
    WorkspaceOwner,
    /// Admin of the workspace, whatever the item.
    WorkspaceAdmin,
    /// Any other member of the workspace, whatever the item.
    WorkspaceUser,
}

impl Role {
    /// All of them, in the order of the table's columns.
    pub const ALL: [Self; 8] = [
        Owner,
        Collaborator,
        GuestCollaborator,
        TeamAdmin,
        TeamMember,
        WorkspaceOwner,
        WorkspaceAdmin,
        WorkspaceUser,
    ];
}

/// What something is done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// An account or a secret.
    Item,
    /// Who has which role on an item: members and teams.
    Grant,
    /// A file attached to a secret.
    Attachment,
    /// A public link to an item.
    Link,
    /// What happened to an item.
    Activity,
    /// A team that looks after itself. What a provider or a directory manages, nobody changes.
    Team,
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// See that it is there, and everything about it that isn't secret.
    See,
    /// Get at what is secret: reveal, copy, one-time codes.
    Use,
    /// Make a new one.
    Add,
    /// Change it; of a team, also who is in it.
    Change,
    /// Take it away.
    Remove,
    /// Give up one's own role or place.
    Leave,
    /// Get its content.
    Download,
    /// Make it stop working.
    Revoke,
}

/// One line of the table: who may do this.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// To what.
    pub resource: Resource,
    /// What.
    pub action: Action,
    /// By whom. Nobody else may.
    pub roles: &'static [Role],
}

const fn row(resource: Resource, action: Action, roles: &'static [Role]) -> Row {
    Row {
        resource,
        action,
        roles,
    }
}

/// Who may do what. What isn't listed is refused.
///
/// Workspace Owner and Admins don't read items that nobody gave them: they see and revoke links
/// and see what happened, which is what offboarding needs. Guests use what they were given, and don't
/// see who else has it. Teams are no secret among members; guests know those they are in. Owner and Admins look
/// after teams that nobody else manages, and so may add somebody, themselves too, to one that has items: the
/// log says so.
pub const TABLE: &[Row] = &[
    row(Item, Add, &[WorkspaceOwner, WorkspaceAdmin, WorkspaceUser]),
    row(Item, See, &[Owner, Collaborator, GuestCollaborator]),
    row(Item, Use, &[Owner, Collaborator, GuestCollaborator]),
    row(Item, Change, &[Owner]),
    row(Item, Remove, &[Owner]),
    row(Grant, See, &[Owner, Collaborator]),
    row(Grant, Change, &[Owner]),
    row(Grant, Remove, &[Owner]),
    row(Grant, Leave, &[Owner, Collaborator, GuestCollaborator]),
    row(Attachment, Add, &[Owner]),
    row(
        Attachment,
        Download,
        &[Owner, Collaborator, GuestCollaborator],
    ),
    row(Attachment, Remove, &[Owner]),
    row(Link, Add, &[Owner]),
    row(Link, See, &[Owner, WorkspaceOwner, WorkspaceAdmin]),
    row(Link, Revoke, &[Owner, WorkspaceOwner, WorkspaceAdmin]),
    row(Activity, See, &[Owner, WorkspaceOwner, WorkspaceAdmin]),
    row(Team, Add, &[WorkspaceOwner, WorkspaceAdmin, WorkspaceUser]),
    row(
        Team,
        See,
        &[
            TeamAdmin,
            TeamMember,
            WorkspaceOwner,
            WorkspaceAdmin,
            WorkspaceUser,
        ],
    ),
    row(Team, Change, &[TeamAdmin, WorkspaceOwner, WorkspaceAdmin]),
    row(Team, Remove, &[TeamAdmin, WorkspaceOwner, WorkspaceAdmin]),
    row(Team, Leave, &[TeamAdmin, TeamMember]),
];
