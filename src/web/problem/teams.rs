//! What can go wrong with teams, as told to the outside.

use guestpass_api_types::FieldProblem;

use super::{Problem, members::name_fault};
use crate::features::teams::{MOST, TeamError};

impl From<TeamError> for Problem {
    fn from(error: TeamError) -> Self {
        match error {
            TeamError::Db(error) => error.into(),
            TeamError::Hidden => Self::not_found(),
            TeamError::GuestCannotMake => Self::forbidden(
                "guests_only_use",
                "Guests use what they were given. Ask a member of the workspace to make the team.",
            ),
            TeamError::NotAllowed => Self::forbidden(
                "not_team_admin",
                "Only Team Admins, and the workspace's Owner and Admins, can do that. Ask one of them.",
            ),
            TeamError::Managed => Self::conflict(
                "team_managed",
                "This team is managed elsewhere",
                "Your company's login or directory decides who is in it. Change it there.",
            ),
            TeamError::Name(fault) => Self::invalid(vec![FieldProblem {
                field: "name".to_owned(),
                message: name_fault(fault),
            }]),
            TeamError::NameTaken => {
                let detail = "Another team has this name. Choose a different one.";
                Self::conflict("team_name_taken", "The name is taken", detail).field("name", detail)
            }
            TeamError::ExternalIdTaken => Self::conflict(
                "external_id_taken",
                "The identifier is taken",
                "Another team of the directory has this identifier.",
            ),
            TeamError::TooMany => Self::conflict(
                "too_many_teams",
                "Too many teams",
                format!("A workspace has {MOST} teams at most. Remove one you don't need."),
            ),
            TeamError::LastAdmin => Self::conflict(
                "last_team_admin",
                "A team keeps at least one Team Admin",
                "Make somebody else a Team Admin first, or remove the team.",
            ),
            TeamError::GuestAdmin => Self::conflict(
                "guest_cannot_manage",
                "Guests can't be Team Admins",
                "Make them a member of the team, or change their role in the workspace first.",
            ),
            TeamError::NotFresh(error) => error.into(),
            TeamError::NoSuchMember => Self::no_such_member(),
        }
    }
}
