//! `[database]`

use super::{Key, Reader, key::Kind};
use crate::db::DatabaseUrl;

pub(super) const ABOUT: &str = "Where the data is.";

pub(super) const URL: Key = Key {
    name: "database.url",
    // Addresses of PostgreSQL hold a password.
    kind: Kind::Secret,
    default: Some("sqlite:data/guestpass.db"),
    placeholder: "URL",
    meaning: "`sqlite:` and the path of a file, which is made when it doesn't exist; or \
              `postgres://user:password@host:port/database`, which several servers may share. Of several \
              hosts, separated by commas, the one that takes writes is used. `?sslmode=` may be \
              `disable`, `prefer` (the default), `require` or `verify-full`, the last with \
              `sslrootcert=FILE` for an authority of one's own.",
};
pub(super) const KEYS: &[Key] = &[URL];

/// Where the data is.
#[derive(Clone, Debug)]
pub struct Database {
    /// A SQLite file or a PostgreSQL server.
    pub url: DatabaseUrl,
}

pub(super) fn read(reader: &mut Reader) -> Option<Database> {
    let url = reader.required(
        &URL,
        |text| {
            text.parse::<DatabaseUrl>()
                .map_err(|wrong| wrong.to_string())
        },
        "Write for example sqlite:/var/lib/guestpass/guestpass.db.",
    );
    Some(Database { url: url? })
}
