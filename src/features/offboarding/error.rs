//! What can go wrong when somebody leaves.

use crate::{
    db::DbError,
    features::{
        items::ItemError,
        members::{MemberError, NotFresh},
    },
};

/// Why somebody can't be suspended, removed or relieved of their items.
#[derive(Debug, thiserror::Error)]
pub enum LeaveError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// They can't be managed, or not so.
    #[error(transparent)]
    Member(#[from] MemberError),
    /// An item's name doesn't open.
    #[error(transparent)]
    Item(#[from] ItemError),
    /// Who asks proved who they are too long ago.
    #[error(transparent)]
    NotFresh(#[from] NotFresh),
    /// So many items would be left without an Owner.
    #[error("{0} items would be left without an Owner")]
    NeedsSuccessor(usize),
    /// Links are to be handed over, to nobody.
    #[error("nobody was named to take over the links")]
    NoSuccessor,
    /// Whoever takes over is an active member, no guest, and somebody else.
    #[error("this member can't take over")]
    CantTakeOver,
}
