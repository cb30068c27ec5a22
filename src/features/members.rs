//! The people of a workspace: who they are, how they come in, who they are to others.

mod error;
mod management;
mod model;
mod preference_store;
mod preferences;
mod provisioning;
mod rules;
mod service;
mod store;

pub use error::{Invalid, MemberError};
pub use management::{held, managed, may_manage, owner, shut_out};
pub use model::{Me, Member, MemberState, NewMember, NotFresh, Seen, Workspace, WorkspaceRole};
pub use provisioning::{adopted, provision, release, revise};
pub use rules::{NAME_MAX, NameFault, name as checked_name};
pub use service::{
    Members, add, admit, admit_invited, by_email, change_role, let_back_in, newcomer, was_removed,
};
pub use store::all_workspaces;
pub(super) use store::{member as member_from_row, method_of, role_of, role_text};
