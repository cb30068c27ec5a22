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
mod workspace_store;
mod workspaces;

pub use error::{Invalid, MemberError};
pub use management::{held, managed, may_manage, owner, shut_out};
pub use model::{
    AskedFor, Elsewhere, Mark, Me, Member, MemberState, NewMember, NotFresh, Overview, Seen,
    Workspace, WorkspaceRole,
};
pub use provisioning::{adopted, provision, release, revise, was_put_out};
pub use rules::{NAME_MAX, NameFault, mailed_name, name as checked_name};
pub use service::{
    Members, add, admit, admit_invited, by_email, change_role, hold_all, hold_role,
    is_behind_provider, is_entrusted, let_back_in, newcomer, was_removed,
};
pub(super) use store::{language_of, member as member_from_row, method_of, role_of, role_text};
pub use workspace_store::all as all_workspaces;
pub(super) use workspace_store::{
    domains as domains_from_row, domains_text, duration, workspace as workspace_from_row,
};
pub use workspaces::{elsewhere, may_belong, only_workspace, workspace};
