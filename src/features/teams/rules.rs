//! Who may do what with a team. No database, no clock.

use super::{ManagedBy, Team, TeamRole};
use crate::features::members::{Member, WorkspaceRole};

/// Why a team can't be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Somebody else decides about it.
    Managed,
    /// They may see it, but not do this.
    NotAllowed,
}

/// Whether `me`, with this role in the team, may rename and remove it and change who is in it.
///
/// # Errors
/// Why not.
pub(super) fn may_manage(me: &Member, team: &Team, own: Option<TeamRole>) -> Result<(), Refusal> {
    if team.managed_by != ManagedBy::Itself {
        return Err(Refusal::Managed);
    }
    let team_admin = own == Some(TeamRole::Admin) && me.role != WorkspaceRole::Guest;
    if me.is_admin() || team_admin {
        Ok(())
    } else {
        Err(Refusal::NotAllowed)
    }
}

/// Whether `me` may know that the team is there: guests know those they are in.
pub(super) fn may_see(me: &Member, own: Option<TeamRole>) -> bool {
    me.role != WorkspaceRole::Guest || own.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::{
            clock::Timestamp,
            email_address::EmailAddress,
            id::{MemberId, TeamId, WorkspaceId},
        },
        features::members::MemberState,
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
        }
    }

    fn team(managed_by: ManagedBy) -> Team {
        let now = Timestamp::from_millis(1_700_000_000_000);
        Team {
            id: TeamId::new(now),
            workspace: WorkspaceId::new(now),
            name: "Design".to_owned(),
            managed_by,
            group: None,
            external_id: None,
            created_at: now,
            changed_at: now,
        }
    }

    #[test]
    fn team_admins_and_workspace_admins_manage_what_manages_itself() {
        use Refusal::{Managed, NotAllowed};
        use WorkspaceRole::{Admin, Guest, Owner, User};

        for (by, managed_by, own, expected) in [
            (Owner, ManagedBy::Itself, None, Ok(())),
            (Admin, ManagedBy::Itself, None, Ok(())),
            (User, ManagedBy::Itself, Some(TeamRole::Admin), Ok(())),
            (
                User,
                ManagedBy::Itself,
                Some(TeamRole::Member),
                Err(NotAllowed),
            ),
            (User, ManagedBy::Itself, None, Err(NotAllowed)),
            (
                Guest,
                ManagedBy::Itself,
                Some(TeamRole::Member),
                Err(NotAllowed),
            ),
            // A role that a guest can't have is none.
            (
                Guest,
                ManagedBy::Itself,
                Some(TeamRole::Admin),
                Err(NotAllowed),
            ),
            (Owner, ManagedBy::Provider, None, Err(Managed)),
            (Admin, ManagedBy::Scim, None, Err(Managed)),
            (User, ManagedBy::Scim, Some(TeamRole::Admin), Err(Managed)),
        ] {
            let found = may_manage(&member(by), &team(managed_by), own);
            assert_eq!(found, expected, "{by:?} {managed_by:?} {own:?}");
        }
    }

    #[test]
    fn guests_know_the_teams_they_are_in() {
        use WorkspaceRole::{Guest, User};

        for (role, own, seen) in [
            (User, None, true),
            (Guest, None, false),
            (Guest, Some(TeamRole::Member), true),
        ] {
            assert_eq!(may_see(&member(role), own), seen, "{role:?} {own:?}");
        }
    }
}
