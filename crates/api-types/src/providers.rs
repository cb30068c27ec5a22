//! Signing in through OpenID Connect providers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{members::WorkspaceRole, secret::SecretText, workspace::Workspace};

/// How people can sign in here.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct WaysIn {
    /// A button each, by name.
    pub providers: Vec<ProviderBrief>,
    /// Whether a mailed link is sent to anybody at all.
    pub mail: bool,
    /// The workspace that was asked about, or the only one; nothing where there are several.
    pub workspace: Option<Workspace>,
}

/// A provider as the sign-in page names it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ProviderBrief {
    /// `idp_…`
    pub id: String,
    /// Its name.
    pub name: String,
}

/// Goes to a provider.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VisitProvider {
    /// `idp_…`
    pub provider: String,
}

/// Where the browser has to go.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Onward {
    /// An address at the provider.
    pub url: SecretText,
}

/// What the provider sent the browser back with: the parameters of the address, as they are.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProviderReturn {
    /// What we gave the browser on its way.
    pub state: SecretText,
    /// The authorization code, if the provider agreed.
    #[serde(default)]
    pub code: Option<SecretText>,
    /// Why it didn't.
    #[serde(default)]
    pub error: Option<String>,
    /// Which provider says so (RFC 9207).
    #[serde(default)]
    pub iss: Option<String>,
}

/// What came of it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ProviderReturned {
    /// Whether it connected an account; otherwise this browser now holds a session.
    pub connected: bool,
}

/// After signing out: where the browser has to go so that the provider's session ends as well.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct SignedOut {
    /// An address at the provider.
    pub url: SecretText,
}

/// A provider as its workspace's Owner and Admins see it. Its secret is never given out.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ProviderDetails {
    /// `idp_…`
    pub id: String,
    /// What the button says after "Continue with".
    pub name: String,
    /// The provider's address, exactly as its discovery document says.
    pub issuer: String,
    /// How Guestpass is called there.
    pub client_id: String,
    /// Mail domains whose verified addresses may join without an invitation.
    pub domains: Vec<String>,
    /// What those who join become, unless a group says otherwise.
    pub default_role: WorkspaceRole,
    /// The claim that lists a person's groups.
    pub groups_claim: String,
    /// What belonging to a group means here.
    pub groups: Vec<GroupRole>,
    /// Which groups are teams here.
    pub teams: Vec<GroupTeam>,
    /// Whether nobody can sign in by mail.
    pub only_way_in: bool,
    /// How many active members haven't connected their account.
    pub unconnected: i64,
    /// Where the provider tells that somebody signed out there (back-channel logout).
    pub logout_uri: String,
    /// Since when.
    pub created_at: i64,
}

/// A group at the provider and the role it gives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupRole {
    /// The group as the provider writes it.
    pub group: String,
    /// `admin` or `user`.
    pub role: WorkspaceRole,
}

/// A group at the provider that is a team here: at each sign-in, people come into the teams of
/// their groups and out of the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupTeam {
    /// The group as the provider writes it.
    pub group: String,
    /// The team's name. A group that is left out of a change leaves its team to look after itself.
    pub team: String,
}

/// The providers of a workspace, and what to enter there.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ProviderList {
    /// By name.
    pub providers: Vec<ProviderDetails>,
    /// Where providers send people back to.
    pub redirect_uri: String,
    /// Where providers send people after they signed out.
    pub post_logout_redirect_uri: String,
}

/// Adds or changes a provider.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProviderSettings {
    /// 1 to 100 characters.
    pub name: String,
    /// An https address.
    pub issuer: String,
    /// How Guestpass is called there.
    pub client_id: String,
    /// What proves it. Nothing leaves it as it is, which only a change can.
    #[serde(default)]
    pub client_secret: Option<SecretText>,
    /// Mail domains whose verified addresses may join without an invitation.
    #[serde(default)]
    pub domains: Vec<String>,
    /// `admin` or `user`.
    pub default_role: WorkspaceRole,
    /// The claim that lists a person's groups; `groups` at most providers.
    pub groups_claim: String,
    /// What belonging to a group means here.
    #[serde(default)]
    pub groups: Vec<GroupRole>,
    /// Which groups are teams here.
    #[serde(default)]
    pub teams: Vec<GroupTeam>,
    /// Whether nobody can sign in by mail.
    #[serde(default)]
    pub only_way_in: bool,
}

/// What a test of a provider found.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ProviderTest {
    /// Whether people can be sent there.
    pub ok: bool,
    /// `ok`, or a stable code of what is wrong, e.g. `issuer_differs`.
    pub code: String,
    /// The same in a sentence that says what to do.
    pub message: String,
    /// Whether signing out here can end the session there.
    pub ends_sessions: bool,
    /// Whether it tells when somebody signs out there.
    pub tells_of_logouts: bool,
}

/// The caller's accounts at providers.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct IdentityList {
    /// One for each provider of the workspace, by name.
    pub identities: Vec<Identity>,
}

/// Whether the caller is known to a provider.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Identity {
    /// The provider.
    pub provider: ProviderBrief,
    /// Since when the accounts are connected; nothing when they aren't.
    pub connected_at: Option<i64>,
}

/// A logout token (OpenID Connect Back-Channel Logout 1.0, section 2.5), sent as a form.
#[derive(Debug, Deserialize, ToSchema)]
pub struct BackChannelLogout {
    /// The signed token.
    pub logout_token: SecretText,
}
