//! Workspaces: how they look, which ones somebody belongs to, and what each decides for itself.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Workspace {
    /// `wsp_…`
    pub id: String,
    /// Its name.
    pub name: String,
    /// What stands for it beside its name.
    pub mark: Mark,
}

/// What stands for a workspace beside its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Mark {
    /// One or two letters; empty when the name gives them.
    pub monogram: String,
    /// Their colour, in degrees; nothing for the product's own.
    pub hue: Option<u16>,
    /// The address of its logo, if it has one. It is shown instead of the letters.
    pub logo: Option<String>,
}

/// The other workspaces of whoever is signed in.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct OtherWorkspaces {
    /// Whether a sign-in by mail may find some. Unless a mail proved the address in this session
    /// nothing is listed: neither a provider nor a passkey of one workspace finds out about another.
    pub ask_by_mail: bool,
    /// By name.
    pub workspaces: Vec<OtherWorkspace>,
}

/// Another workspace of whoever is signed in.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct OtherWorkspace {
    /// Which.
    pub workspace: Workspace,
    /// Whether they haven't joined yet.
    pub invited: bool,
    /// Whether it wants a sign-in of its own.
    pub sign_in: bool,
}

/// Goes on in another workspace.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GoElsewhere {
    /// `wsp_…`
    pub workspace: String,
}

/// What a workspace decides for itself, as its Owner and Admins see it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct WorkspaceSettings {
    /// Name and looks.
    pub workspace: Workspace,
    /// How long sessions live.
    pub sessions: SessionLengths,
    /// Mail domains whose addresses may become members; none means all. Guests come from anywhere.
    pub mail_domains: Vec<String>,
    /// Where its people sign in.
    pub sign_in_address: String,
}

/// How long sessions live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SessionLengths {
    /// Without a request: 5 minutes to 24 hours.
    pub idle_minutes: i64,
    /// At most, however busy: 1 hour to 7 days, and no less than without a request.
    pub absolute_minutes: i64,
}

/// Changes a workspace; what is left out stays.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeWorkspace {
    /// 1 to 100 characters.
    #[serde(default)]
    pub name: Option<String>,
    /// What stands for it where it has no logo.
    #[serde(default)]
    pub mark: Option<ChangeMark>,
    /// How long sessions live, also those that are under way.
    #[serde(default)]
    pub sessions: Option<SessionLengths>,
    /// Mail domains whose addresses may become members; none means all.
    #[serde(default)]
    pub mail_domains: Option<Vec<String>>,
}

/// The letters that stand for a workspace.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeMark {
    /// One or two characters; empty for those of the name.
    pub monogram: String,
    /// 0 to 359; nothing for the product's own colour.
    #[serde(default)]
    pub hue: Option<u16>,
}
