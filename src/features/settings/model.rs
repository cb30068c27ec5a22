//! What can be decided.

use crate::features::{members::Workspace, sign_in::Lengths};

/// What a workspace decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Its name and looks.
    pub workspace: Workspace,
    /// How long its sessions live.
    pub lengths: Lengths,
    /// Mail domains whose addresses may become members; none means all.
    pub domains: Vec<String>,
}

/// What is to be another way; the rest stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// The name.
    pub name: Option<String>,
    /// The monogram and its hue.
    pub mark: Option<(String, Option<u16>)>,
    /// How long sessions live, in minutes: without a request, and at most.
    pub lengths: Option<(i64, i64)>,
    /// The mail domains.
    pub domains: Option<Vec<String>>,
}
