//! What can go wrong with access, as told to the outside.

use axum::http::StatusCode;

use super::Problem;
use crate::features::access::AccessError;

impl From<AccessError> for Problem {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::Db(error) => error.into(),
            AccessError::Hidden => Self::not_found(),
            AccessError::NotAllowed => Self::forbidden(
                "not_owner",
                "Only Owners of this item can do that. Ask one of them, or ask to become one.",
            ),
            AccessError::LastOwner => Self::conflict(
                "last_owner",
                "An item keeps at least one active Owner",
                "Make somebody else an Owner first. Who was only invited, or is suspended, doesn't count.",
            ),
            AccessError::GuestCannotAdd => Self::forbidden(
                "guests_only_use",
                "Guests use what they were given. Ask a member of the workspace to add it.",
            ),
            AccessError::GuestOwner => Self::conflict(
                "guest_cannot_own",
                "Guests can't own items",
                "Make them a Collaborator, or change their role in the workspace first.",
            ),
            AccessError::NoSuchTeam => Self::new(
                StatusCode::NOT_FOUND,
                "no_such_team",
                "No such team",
                "No team of this workspace has this identifier.",
            ),
            AccessError::ThroughTeam => Self::conflict(
                "access_through_team",
                "The access comes from a team",
                "It ends when the item isn't shared with the team any more, or with leaving the team.",
            ),
            AccessError::NoSuchMember => Self::no_such_member(),
        }
    }
}
