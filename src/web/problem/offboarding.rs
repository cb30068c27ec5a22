//! What can go wrong when somebody leaves, as told to the outside.

use super::Problem;
use crate::features::offboarding::LeaveError;

impl From<LeaveError> for Problem {
    fn from(error: LeaveError) -> Self {
        match error {
            LeaveError::Db(error) => error.into(),
            LeaveError::Member(error) => error.into(),
            LeaveError::Item(error) => error.into(),
            LeaveError::NotFresh(error) => error.into(),
            LeaveError::NeedsSuccessor(items) => Self::conflict(
                "needs_successor",
                "Items would be left without an Owner",
                "Nobody else owns some of their items. Choose who takes over.",
            )
            .extra("items", items),
            LeaveError::NoSuccessor => Self::conflict(
                "no_successor",
                "Nobody takes over",
                "Choose who takes over the links, or have them revoked.",
            ),
            LeaveError::CantTakeOver => Self::conflict(
                "cant_take_over",
                "This member can't take over",
                "Choose an active member who is no guest.",
            ),
        }
    }
}
