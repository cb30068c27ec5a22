//! `[database]`

use std::time::Duration;

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
const HISTORY: Key = Key {
    name: "database.history_days",
    kind: Kind::Whole,
    default: Some("0"),
    placeholder: "DAYS",
    meaning: "For how many days history is kept: entries of the activity log, and what is known of public \
              links. At least 62; 0 keeps all of it.",
};
pub(super) const KEYS: &[Key] = &[URL, CONNECTIONS, HISTORY];

const DAY: Duration = Duration::from_secs(86_400);
/// Nothing that a link may still need is history: it lives for 30 days, and PostgreSQL's partitions hold 32.
const LEAST_DAYS: u32 = 62;

/// Where the data is.
#[derive(Clone, Debug)]
pub struct Database {
    /// A SQLite file or a PostgreSQL server.
    pub url: DatabaseUrl,
    /// How many connections to PostgreSQL at most.
    pub connections: usize,
    /// For how long history is kept; nothing means for ever.
    pub history: Option<Duration>,
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
    let history = reader.required(
        &HISTORY,
        |text| match text.parse() {
            Ok(0) => Ok(None),
            Ok(days) if (LEAST_DAYS..=36_500).contains(&days) => Ok(Some(DAY * days)),
            _ => Err(format!("must be 0 or a number from {LEAST_DAYS} to 36500")),
        },
        "Leave it out to keep everything.",
    );
    Some(Database {
        url: url?,
        connections: connections?,
        history: history?,
    })
}
