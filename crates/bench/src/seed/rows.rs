//! The tables that are written to, with their columns. The order is that of references: what is
//! referred to comes first.

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Int,
    Bool,
    Bytes,
}

/// What one place of a row holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Text(String),
    Word(&'static str),
    Int(i64),
    Bool(bool),
    Bytes(Vec<u8>),
    Null,
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&'static str> for Cell {
    fn from(text: &'static str) -> Self {
        Self::Word(text)
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<bool> for Cell {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<Vec<u8>> for Cell {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl<const N: usize> From<[u8; N]> for Cell {
    fn from(bytes: [u8; N]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

macro_rules! tables {
    ($($name:ident = $sql:literal { $($column:literal $kind:ident),* $(,)? })*) => {
        /// A table.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Table { $($name),* }

        impl Table {
            /// All of them, in the order of their references.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $sql),* }
            }

            pub const fn columns(self) -> &'static [(&'static str, Kind)] {
                match self { $(Self::$name => &[$(($column, Kind::$kind)),*]),* }
            }
        }
    };
}

tables! {
    Workspaces = "workspaces" { "id" Text, "name" Text, "created_at" Int }
    EventChains = "event_chains" {
        "workspace_id" Text, "seq" Int, "hash" Bytes, "dropped_seq" Int, "dropped_hash" Bytes,
    }
    Members = "members" {
        "id" Text, "workspace_id" Text, "email" Text, "email_key" Text, "first_name" Text,
        "last_name" Text, "role" Text, "state" Text, "created_at" Int,
    }
    Sessions = "sessions" {
        "id" Text, "workspace_id" Text, "member_id" Text, "token_hash" Bytes, "browser" Text,
        "address" Text, "method" Text, "confirmed_at" Int, "created_at" Int, "last_used_at" Int, "expires_at" Int,
    }
    Items = "items" {
        "id" Text, "workspace_id" Text, "kind" Text, "version" Int, "created_by" Text,
        "created_at" Int, "changed_at" Int, "secret_changed_at" Int,
    }
    ItemVersions = "item_versions" {
        "item_id" Text, "version" Int, "workspace_id" Text, "kek_id" Text, "wrapped_key" Bytes,
        "summary" Bytes, "secret" Bytes, "created_by" Text, "created_at" Int,
    }
    Grants = "grants" {
        "item_id" Text, "member_id" Text, "workspace_id" Text, "role" Text, "granted_by" Text,
        "granted_at" Int,
    }
    Mails = "mails" {
        "id" Text, "workspace_id" Text, "recipient" Text, "subject" Text, "state" Text,
        "attempts" Int, "created_at" Int, "sent_at" Int,
    }
    ShareIntents = "share_intents" {
        "id" Text, "workspace_id" Text, "item_id" Text, "item_version" Int, "member_id" Text,
        "session_id" Text, "lifetime_ms" Int, "one_time" Bool, "notify" Bool, "token_hash" Bytes,
        "code_hash" Bytes, "state" Text, "tries" Int, "mail_id" Text, "browser" Text, "address" Text,
        "created_at" Int, "expires_at" Int, "resend_at" Int, "confirmed_at" Int,
    }
    Links = "links" {
        "id" Text, "workspace_id" Text, "epoch" Int, "item_id" Text, "item_version" Int,
        "created_by" Text, "kind" Text, "flags" Int, "one_time" Bool, "notify" Bool, "created_at" Int,
        "expires_at" Int, "lid" Bytes, "v0" Bytes, "commitment" Bytes, "iv" Bytes, "state" Text,
        "erased" Bool, "binder" Bytes, "redeliver_until" Int, "redelivered" Int,
        "first_opened_at" Int, "opened_browser" Text, "opened_address" Text, "acked_at" Int, "revoked_at" Int, "revoked_by" Text,
    }
    LinkPayloads = "link_payloads" { "workspace_id" Text, "link_id" Text, "epoch" Int, "ct" Bytes }
    LinkErasures = "link_erasures" { "at" Int, "workspace_id" Text, "link_id" Text, "epoch" Int }
    LinkViews = "link_views" {
        "workspace_id" Text, "link_id" Text, "epoch" Int, "binder" Bytes,
        "viewed_at" Int, "browser" Text, "address" Text, "acked_at" Int,
    }
    Events = "events" {
        "id" Text, "workspace_id" Text, "at" Int, "action" Text, "actor_kind" Text, "actor_id" Text,
        "item_id" Text, "link_id" Text, "address" Text, "browser" Text, "details" Text, "seq" Int,
        "hash" Bytes,
    }
    EventBlocks = "event_blocks" {
        "workspace_id" Text, "last_at" Int, "seq" Int, "first_at" Int, "marks" Bytes,
    }
}

/// Collects a row, cell by cell.
#[macro_export]
macro_rules! row {
    ($($value:expr),* $(,)?) => { [$($crate::seed::Cell::from($value)),*] };
}
