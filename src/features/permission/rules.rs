//! The decision. No database, no clock.

use guestpass_api_types::{items::ItemRole, members::WorkspaceRole, teams::TeamRole};

use super::table::{Action, Resource, Role, TABLE};

/// Where a member stands in their own workspace, and there towards an item or a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Their role on the item, if they have one, whether by themselves or through a team.
    pub item: Option<ItemRole>,
    /// Their role in the team, if they are in it.
    pub team: Option<TeamRole>,
    /// Their role in the workspace.
    pub workspace: WorkspaceRole,
}

impl Standing {
    /// Somebody with this role in the workspace, and no other.
    pub fn in_workspace(workspace: WorkspaceRole) -> Self {
        Self {
            item: None,
            team: None,
            workspace,
        }
    }

    /// The same, with a role on the item in question.
    #[must_use]
    pub fn on_item(self, item: Option<ItemRole>) -> Self {
        Self { item, ..self }
    }

    /// The same, with a role in the team in question.
    #[must_use]
    pub fn in_team(self, team: Option<TeamRole>) -> Self {
        Self { team, ..self }
    }
}

/// What a role on an item, given to somebody or to a team of theirs, comes to: guests are
/// Collaborators, whatever their team is.
pub fn effective(role: ItemRole, workspace: WorkspaceRole) -> ItemRole {
    match workspace {
        WorkspaceRole::Guest => ItemRole::Collaborator,
        _ => role,
    }
}

/// Why something isn't allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// They may not even know that the item is there: answered as if it weren't.
    Hidden,
    /// They may know the item, but not do this to it.
    NotAllowed,
}

/// Whether somebody who stands so may do this.
///
/// # Errors
/// How to refuse it.
pub fn decide(standing: Standing, resource: Resource, action: Action) -> Result<(), Refusal> {
    if allows(standing, resource, action) {
        Ok(())
    } else if action == Action::Add && matches!(resource, Resource::Item | Resource::Team)
        // There is nothing yet that could be hidden.
        || allows(standing, home(resource), Action::See)
    {
        Err(Refusal::NotAllowed)
    } else {
        Err(Refusal::Hidden)
    }
}

/// What somebody has to know of before they may know of this.
fn home(resource: Resource) -> Resource {
    match resource {
        Resource::Team => Resource::Team,
        _ => Resource::Item,
    }
}

fn allows(standing: Standing, resource: Resource, action: Action) -> bool {
    let workspace = match standing.workspace {
        WorkspaceRole::Owner => Some(Role::WorkspaceOwner),
        WorkspaceRole::Admin => Some(Role::WorkspaceAdmin),
        WorkspaceRole::User => Some(Role::WorkspaceUser),
        WorkspaceRole::Guest => None,
    };
    let item = standing.item.map(|role| match (role, standing.workspace) {
        (_, WorkspaceRole::Guest) => Role::GuestCollaborator,
        (ItemRole::Owner, _) => Role::Owner,
        (ItemRole::Collaborator, _) => Role::Collaborator,
    });
    let team = standing.team.map(|role| match (role, standing.workspace) {
        (TeamRole::Admin, WorkspaceRole::User | WorkspaceRole::Admin | WorkspaceRole::Owner) => {
            Role::TeamAdmin
        }
        _ => Role::TeamMember,
    });
    TABLE.iter().any(|row| {
        row.resource == resource
            && row.action == action
            && [workspace, item, team]
                .into_iter()
                .flatten()
                .any(|role| row.roles.contains(&role))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed() -> String {
        let mut text = format!("{:22}", "");
        for role in Role::ALL {
            text.push_str(&format!(" {:17}", format!("{role:?}")));
        }
        for row in TABLE {
            text.push_str(&format!(
                "\n{:22}",
                format!("{:?} {:?}", row.resource, row.action)
            ));
            for role in Role::ALL {
                text.push_str(&format!(
                    " {:17}",
                    if row.roles.contains(&role) {
                        "yes"
                    } else {
                        "-"
                    }
                ));
            }
        }
        text.lines()
            .map(str::trim_end)
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn the_table_is_what_it_was_when_last_reviewed() {
        insta::assert_snapshot!(printed());
    }

    #[test]
    fn every_line_is_there_once() {
        for (at, row) in TABLE.iter().enumerate() {
            let same = |other: &&crate::features::permission::Row| {
                other.resource == row.resource && other.action == row.action
            };
            assert_eq!(TABLE.iter().filter(same).count(), 1, "line {at}");
        }
    }

    #[test]
    fn refusals_tell_only_those_who_may_know() {
        use Action::{Add, Change, Leave, Revoke, See, Use};
        use ItemRole::{Collaborator, Owner};
        use Refusal::{Hidden, NotAllowed};
        use Resource::{Attachment, Grant, Item, Link};
        use WorkspaceRole::{Admin, Guest, User};

        let cases = [
            (Some(Owner), User, Link, Add, Ok(())),
            (Some(Collaborator), User, Link, Add, Err(NotAllowed)),
            (
                Some(Collaborator),
                WorkspaceRole::Owner,
                Link,
                Add,
                Err(NotAllowed),
            ),
            (Some(Collaborator), User, Link, See, Err(NotAllowed)),
            (Some(Collaborator), Admin, Link, See, Ok(())),
            (Some(Collaborator), User, Grant, Leave, Ok(())),
            (Some(Collaborator), User, Item, Change, Err(NotAllowed)),
            (None, Admin, Link, Revoke, Ok(())),
            (None, Admin, Item, See, Err(Hidden)),
            (None, WorkspaceRole::Owner, Item, Use, Err(Hidden)),
            (None, Admin, Item, Change, Err(Hidden)),
            (None, User, Link, Revoke, Err(Hidden)),
            (None, User, Item, Add, Ok(())),
            (None, Guest, Item, Add, Err(NotAllowed)),
            (Some(Collaborator), Guest, Item, Use, Ok(())),
            (Some(Collaborator), Guest, Grant, See, Err(NotAllowed)),
            (Some(Collaborator), User, Grant, See, Ok(())),
            // A role that a guest can't have is none.
            (Some(Owner), Guest, Link, Add, Err(NotAllowed)),
            (Some(Owner), Guest, Item, Change, Err(NotAllowed)),
            // Not in the table at all.
            (
                Some(Owner),
                WorkspaceRole::Owner,
                Attachment,
                Change,
                Err(NotAllowed),
            ),
        ];
        for (item, workspace, resource, action, expected) in cases {
            let standing = Standing::in_workspace(workspace).on_item(item);
            assert_eq!(
                decide(standing, resource, action),
                expected,
                "{standing:?} {resource:?} {action:?}"
            );
        }
    }

    #[test]
    fn teams_are_known_to_members_and_changed_by_those_who_look_after_them() {
        use Action::{Add, Change, Leave, Remove, See};
        use Refusal::{Hidden, NotAllowed};
        use Resource::Team;
        use TeamRole::{Admin, Member};
        use WorkspaceRole::{Guest, Owner, User};

        let cases = [
            (None, User, Add, Ok(())),
            (None, Guest, Add, Err(NotAllowed)),
            (None, User, See, Ok(())),
            (None, Guest, See, Err(Hidden)),
            (Some(Member), Guest, See, Ok(())),
            (Some(Admin), User, Change, Ok(())),
            (None, WorkspaceRole::Admin, Change, Ok(())),
            (None, Owner, Remove, Ok(())),
            (Some(Member), User, Change, Err(NotAllowed)),
            (None, User, Remove, Err(NotAllowed)),
            (Some(Member), Guest, Change, Err(NotAllowed)),
            (None, Guest, Change, Err(Hidden)),
            // A role that a guest can't have is none.
            (Some(Admin), Guest, Change, Err(NotAllowed)),
            (Some(Member), Guest, Leave, Ok(())),
            (None, Owner, Leave, Err(NotAllowed)),
        ];
        for (team, workspace, action, expected) in cases {
            let standing = Standing::in_workspace(workspace).in_team(team);
            let found = decide(standing, Team, action);
            assert_eq!(found, expected, "{standing:?} {action:?}");
        }
    }

    #[test]
    fn a_role_on_an_item_says_nothing_of_a_team_nor_the_other_way_round() {
        let owner = Standing::in_workspace(WorkspaceRole::User).on_item(Some(ItemRole::Owner));
        let refused = decide(owner, Resource::Team, Action::Change);
        assert_eq!(refused, Err(Refusal::NotAllowed));
        let admin = Standing::in_workspace(WorkspaceRole::User).in_team(Some(TeamRole::Admin));
        let refused = decide(admin, Resource::Item, Action::See);
        assert_eq!(refused, Err(Refusal::Hidden));
    }
}
