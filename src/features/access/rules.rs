//! The decision. No database, no clock.

use guestpass_api_types::{items::ItemRole, members::WorkspaceRole};

use super::table::{Action, Resource, Role, TABLE};

/// Where a member stands towards an item of their own workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Their role on the item, if they have one.
    pub item: Option<ItemRole>,
    /// Their role in the workspace.
    pub workspace: WorkspaceRole,
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
    } else if (resource, action) == (Resource::Item, Action::Add)
        // There is nothing yet that could be hidden.
        || allows(standing, Resource::Item, Action::See)
    {
        Err(Refusal::NotAllowed)
    } else {
        Err(Refusal::Hidden)
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
    TABLE.iter().any(|row| {
        row.resource == resource
            && row.action == action
            && [workspace, item]
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
            let same = |other: &&crate::features::access::Row| {
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
            let standing = Standing { item, workspace };
            assert_eq!(
                decide(standing, resource, action),
                expected,
                "{standing:?} {resource:?} {action:?}"
            );
        }
    }
}
