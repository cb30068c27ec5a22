//! Who did what, when, from where.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One entry of Activity. Names are resolved for the reader at reading time.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Event {
    /// `evt_…`
    pub id: String,
    /// When.
    pub at: i64,
    /// What, e.g. `link.created`.
    pub action: String,
    /// Who: a member's name, "A recipient" or "Guestpass".
    pub actor: String,
    /// The member, `mem_…`, when it was one.
    pub actor_id: Option<String>,
    /// The item, `itm_…`.
    pub item: Option<String>,
    /// The item's name, when the reader may see it.
    pub item_name: Option<String>,
    /// The link, `lnk_…`.
    pub link: Option<String>,
    /// The other member it was about, by name.
    pub target: Option<String>,
    /// The team it was about, by name.
    pub team: Option<String>,
    /// The network address (masked for recipients), or empty.
    pub address: String,
    /// The browser, or empty.
    pub browser: String,
    /// A short fact more, or empty: the field that was revealed, the new role, the token (`sct_…`) that a
    /// directory showed.
    pub details: String,
    /// The entry's place in the hash chain, once it is chained.
    pub seq: Option<i64>,
}

/// A page of Activity.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct EventList {
    /// Newest first.
    pub events: Vec<Event>,
    /// Pass as `before` for the next page; nothing on the last.
    pub next: Option<String>,
}
