//! Who may do what with a team. No database, no clock.

use super::{ManagedBy, Team, TeamRole};
use crate::features::{
    members::Member,
    permission::{self, Action, Resource, Standing, decide},
};

/// Why a team can't be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Somebody else decides about it.
    Managed,
    /// They may not even know that it is there.
    Hidden,
    /// They may see it, but not do this.
    NotAllowed,
}

impl From<permission::Refusal> for Refusal {
    fn from(refusal: permission::Refusal) -> Self {
        match refusal {
            permission::Refusal::Hidden => Self::Hidden,
            permission::Refusal::NotAllowed => Self::NotAllowed,
        }
    }
}

/// Whether `me`, with this role in the team, may do this to it. What somebody else manages isn't
/// changed by hand, whoever asks.
///
/// # Errors
/// Why not.
pub(super) fn may(
    me: &Member,
    (team, own): (&Team, Option<TeamRole>),
    action: Action,
) -> Result<(), Refusal> {
    let standing = Standing::in_workspace(me.role).in_team(own);
    decide(standing, Resource::Team, Action::See)?;
    if team.managed_by != ManagedBy::Itself {
        return Err(Refusal::Managed);
    }
    Ok(decide(standing, Resource::Team, action)?)
}

/// Whether `me` may know that the team is there.
pub(super) fn may_see(me: &Member, own: Option<TeamRole>) -> bool {
    let standing = Standing::in_workspace(me.role).in_team(own);
    decide(standing, Resource::Team, Action::See).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::{
            clock::Timestamp,
            email_address::EmailAddress,
            id::{MemberId, WorkspaceId},
        },
        features::members::{MemberState, WorkspaceRole},
    };

    fn member(role: WorkspaceRole) -> Member {
        let now = Timestamp::from_millis(1_700_000_000_000);
        Member {
            id: MemberId::new(now),
            workspace: WorkspaceId::new(now),
            email: EmailAddress::parse("a@b.example").unwrap(),
            first_name: "A".to_owned(),
            last_name: "B".to_owned(),
            role,
            state: MemberState::Active,
            language: None,
        }
    }

    fn team(managed_by: ManagedBy) -> Team {
        let now = Timestamp::from_millis(1_700_000_000_000);
        Team {
            managed_by,
            ..Team::named("Design", WorkspaceId::new(now), now).expect("a name")
        }
    }

    #[test]
    fn what_somebody_else_manages_is_changed_by_nobody() {
        use Refusal::{Hidden, Managed, NotAllowed};
        use WorkspaceRole::{Admin, Guest, Owner, User};

        for (by, managed_by, own, action, expected) in [
            (Admin, ManagedBy::Itself, None, Action::Change, Ok(())),
            (
                User,
                ManagedBy::Itself,
                None,
                Action::Change,
                Err(NotAllowed),
            ),
            (Guest, ManagedBy::Itself, None, Action::Change, Err(Hidden)),
            (
                Owner,
                ManagedBy::Provider,
                None,
                Action::Change,
                Err(Managed),
            ),
            (Admin, ManagedBy::Scim, None, Action::Remove, Err(Managed)),
            (
                User,
                ManagedBy::Scim,
                Some(TeamRole::Member),
                Action::Leave,
                Err(Managed),
            ),
            (Guest, ManagedBy::Scim, None, Action::Leave, Err(Hidden)),
        ] {
            let found = may(&member(by), (&team(managed_by), own), action);
            assert_eq!(found, expected, "{by:?} {managed_by:?} {own:?} {action:?}");
        }
    }
}
