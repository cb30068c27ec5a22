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
const CONNECTIONS: Key = Key {
    name: "database.connections",
    kind: Kind::Whole,
    default: Some("16"),
    placeholder: "NUMBER",
    meaning: "How many connections this server holds to PostgreSQL at most, from 4 to 500. All servers \
              together must stay below what PostgreSQL allows (`max_connections`).",
};
pub(super) const KEYS: &[Key] = &[URL, CONNECTIONS];

/// Where the data is.
#[derive(Clone, Debug)]
pub struct Database {
    /// A SQLite file or a PostgreSQL server.
    pub url: DatabaseUrl,
    /// How many connections to PostgreSQL at most.
    pub connections: usize,
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
    let connections = reader.required(
        &CONNECTIONS,
        |text| match text.parse() {
            Ok(number) if (4..=500).contains(&number) => Ok(number),
            _ => Err("must be a number from 4 to 500".to_owned()),
        },
        "Leave it out for 16.",
    );
    Some(Database {
        url: url?,
        connections: connections?,
    })
}
