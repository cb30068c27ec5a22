//! Teams: people who are given items together.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::members::MemberBrief;

/// What a member may do in a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TeamRole {
    /// Renames the team, adds and removes people, removes the team.
    Admin,
    /// Has what the team has.
    Member,
}

/// Who decides about the people of a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ManagedBy {
    /// Its Team Admins, and the workspace's Owner and Admins.
    #[serde(rename = "self")]
    Itself,
    /// A group at a login provider: who is in it is asked at each sign-in.
    Provider,
    /// A directory, by SCIM.
    Scim,
}

/// A team's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TeamBrief {
    /// `tea_…`
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A team as the list shows it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Team {
    /// `tea_…`
    pub id: String,
    /// Its name.
    pub name: String,
    /// Who decides about its people.
    pub managed_by: ManagedBy,
    /// The login provider that does, if one does.
    pub provider_name: Option<String>,
    /// How many people are in it. Guests aren't told.
    pub members: Option<i64>,
    /// How many items are shared with it.
    pub items: i64,
    /// The asking member's role in it, if they are in it.
    pub my_role: Option<TeamRole>,
    /// Whether the asking member may rename and remove it, and change who is in it.
    pub may_manage: bool,
}

/// The teams of the workspace.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TeamList {
    /// By name. Guests see those they are in.
    pub teams: Vec<Team>,
}

/// A team with its people.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TeamDetails {
    /// What the list shows.
    #[serde(flatten)]
    pub team: Team,
    /// Team Admins first, then by name. Guests see themselves.
    pub people: Vec<TeamPerson>,
}

/// Somebody in a team.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TeamPerson {
    /// Who.
    pub member: MemberBrief,
    /// What they may do in it.
    pub role: TeamRole,
    /// Since when.
    pub added_at: i64,
}

/// Makes a team, or gives it another name. Whoever makes it becomes its Team Admin.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TeamName {
    /// 1 to 100 characters; no other team of the workspace has it, in whatever case.
    pub name: String,
}

/// Adds a member to a team, or changes what they may do in it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TeamPlace {
    /// The role to give. Guests are no Team Admins.
    pub role: TeamRole,
}
