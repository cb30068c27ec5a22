//! What a provider is.

use std::time::Duration;

use super::discovery::{Fault, Known};
use crate::{
    base::{
        clock::Timestamp,
        id::{MemberId, ProviderId, SignInId, WorkspaceId},
        secret::SecretText,
    },
    features::members::{Workspace, WorkspaceRole},
};

/// How long somebody may take at the provider.
pub const VISIT_LIFE: Duration = Duration::from_secs(10 * 60);

/// How people can sign in.
#[derive(Clone, Debug)]
pub struct WaysIn {
    /// To which workspace; nothing where there are several and none was named.
    pub workspace: Option<Workspace>,
    /// The providers to choose from, by name.
    pub providers: Vec<(ProviderId, String)>,
    /// Whether mail is a way in for anybody.
    pub mail: bool,
}

/// A provider as it is stored, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// `idp_…`
    pub id: ProviderId,
    /// The workspace.
    pub workspace: WorkspaceId,
    /// What its button says.
    pub name: String,
    /// Its address, exactly as it writes it.
    pub issuer: String,
    /// How we are called there.
    pub client_id: String,
    /// Mail domains it may vouch for.
    pub domains: Vec<String>,
    /// What those become who join by themselves.
    pub default_role: WorkspaceRole,
    /// The claim that lists groups.
    pub groups_claim: String,
    /// What belonging to a group means.
    pub groups: Vec<(String, WorkspaceRole)>,
    /// Which groups are teams, and their names.
    pub teams: Vec<(String, String)>,
    /// Whether nobody can sign in by mail.
    pub only_way_in: bool,
    /// Since when.
    pub created_at: Timestamp,
}

impl Provider {
    /// Whether it matters here in which groups somebody is.
    pub(super) fn asks_for_groups(&self) -> bool {
        !(self.groups.is_empty() && self.teams.is_empty())
    }
}

/// What somebody wants a provider to be.
#[derive(Clone, Debug)]
pub struct NewProvider {
    /// What its button says.
    pub name: String,
    /// Its address.
    pub issuer: String,
    /// How we are called there.
    pub client_id: String,
    /// What proves it; nothing leaves it as it is.
    pub client_secret: Option<SecretText>,
    /// Mail domains it may vouch for.
    pub domains: Vec<String>,
    /// What those become who join by themselves.
    pub default_role: WorkspaceRole,
    /// The claim that lists groups.
    pub groups_claim: String,
    /// What belonging to a group means.
    pub groups: Vec<(String, WorkspaceRole)>,
    /// Which groups are teams, and their names.
    pub teams: Vec<(String, String)>,
    /// Whether nobody can sign in by mail.
    pub only_way_in: bool,
}

/// What a test of a provider found.
#[derive(Debug)]
pub struct Tested {
    /// What is wrong, if anything is.
    pub fault: Option<Fault>,
    /// Whether signing out here can end the session there.
    pub ends_sessions: bool,
    /// Whether it tells when somebody signs out there.
    pub tells_of_logouts: bool,
}

impl From<Result<std::sync::Arc<Known>, Fault>> for Tested {
    fn from(found: Result<std::sync::Arc<Known>, Fault>) -> Self {
        match found {
            Ok(known) => Self {
                fault: None,
                ends_sessions: known.document.end_session_endpoint.is_some(),
                tells_of_logouts: known.document.backchannel_logout_supported,
            },
            Err(fault) => Self {
                fault: Some(fault),
                ends_sessions: false,
                tells_of_logouts: false,
            },
        }
    }
}

/// Somebody who is at a provider, as it is stored.
#[derive(Clone, Debug)]
pub(super) struct StoredVisit {
    pub id: SignInId,
    pub workspace: WorkspaceId,
    pub provider: ProviderId,
    pub browser_hash: Vec<u8>,
    pub secrets: Vec<u8>,
    /// Whose account it connects; nobody for a sign-in.
    pub member: Option<MemberId>,
    pub expires_at: Timestamp,
}
