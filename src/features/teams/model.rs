//! What a team is.

pub use guestpass_api_types::teams::{ManagedBy, TeamRole};

use super::TeamError;
use crate::{
    base::{
        clock::Timestamp,
        id::{ProviderId, TeamId, WorkspaceId},
    },
    features::members::{Member, checked_name},
};

/// A team of a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// `tea_…`
    pub id: TeamId,
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Its name.
    pub name: String,
    /// Who decides about its people.
    pub managed_by: ManagedBy,
    /// The provider that does, and the group there.
    pub group: Option<(ProviderId, String)>,
    /// What a directory calls it.
    pub external_id: Option<String>,
    /// Since when it is there.
    pub created_at: Timestamp,
    /// When its name or its people changed last.
    pub changed_at: Timestamp,
}

impl Team {
    /// A new team that looks after itself, with nobody in it.
    ///
    /// # Errors
    /// When the name can't be taken.
    pub(super) fn named(
        name: &str,
        workspace: WorkspaceId,
        now: Timestamp,
    ) -> Result<Self, TeamError> {
        Ok(Self {
            id: TeamId::new(now),
            workspace,
            name: checked_name(name).map_err(TeamError::Name)?,
            managed_by: ManagedBy::Itself,
            group: None,
            external_id: None,
            created_at: now,
            changed_at: now,
        })
    }
}

/// Somebody in a team.
#[derive(Clone, Debug)]
pub struct Person {
    /// Who.
    pub member: Member,
    /// What they may do in it.
    pub role: TeamRole,
    /// Since when.
    pub added_at: Timestamp,
}

/// A team as one member sees it.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) team: Team,
    pub(super) provider_name: Option<String>,
    pub(super) people: i64,
    pub(super) items: i64,
    pub(super) my_role: Option<TeamRole>,
}
