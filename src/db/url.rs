//! The addresses of databases.

use std::{path::PathBuf, str::FromStr, sync::Arc};

/// Where the data is: a SQLite file or a PostgreSQL cluster.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `sqlite:PATH`
    Sqlite(PathBuf),
    /// `postgres://user:password@host:port/database`, with several hosts separated by commas.
    Postgres(PostgresUrl),
}

impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            // The address holds a password.
            Self::Postgres(_) => f.write_str("postgres://…"),
        }
    }
}

/// How the connection to PostgreSQL is protected (`sslmode` of libpq).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Tls {
    /// `disable`: plain text.
    Off,
    /// `prefer`: encrypted when the server can, without checking who it is.
    #[default]
    Preferred,
    /// `require`: encrypted, without checking who it is.
    Required,
    /// `verify-full`: encrypted, and the certificate must be for the host, by an authority of the
    /// system or of the file in `sslrootcert`.
    Verified(Option<PathBuf>),
}

/// A `postgres://` address.
#[derive(Clone)]
pub struct PostgresUrl {
    text: Arc<str>,
    pub(super) config: Arc<tokio_postgres::Config>,
    pub(super) tls: Tls,
}

impl PartialEq for PostgresUrl {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for PostgresUrl {}

impl std::fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("postgres://…")
    }
}

impl PostgresUrl {
    /// The address as it was written, with its password.
    pub fn expose(&self) -> &str {
        &self.text
    }
}

/// A text that names no database.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidDatabaseUrl {
    /// Neither kind.
    #[error("must start with `sqlite:` and a path, or be a `postgres://` address")]
    Scheme,
    /// PostgreSQL, but not readable.
    #[error("is no valid `postgres://` address")]
    Postgres,
    /// An unknown way of protecting the connection.
    #[error("has an `sslmode` other than disable, prefer, require and verify-full")]
    SslMode,
}

impl FromStr for DatabaseUrl {
    type Err = InvalidDatabaseUrl;

    fn from_str(text: &str) -> Result<Self, InvalidDatabaseUrl> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return if path.is_empty() || path.starts_with(':') {
                Err(InvalidDatabaseUrl::Scheme)
            } else {
                Ok(Self::Sqlite(PathBuf::from(path)))
            };
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            postgres(text).map(Self::Postgres)
        } else {
            Err(InvalidDatabaseUrl::Scheme)
        }
    }
}

fn postgres(text: &str) -> Result<PostgresUrl, InvalidDatabaseUrl> {
    let (address, query) = text.split_once('?').unwrap_or((text, ""));
    let (mut mode, mut authority, mut rest) = ("prefer", None, Vec::new());
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        match parameter.split_once('=') {
            // The driver doesn't know all of libpq's modes.
            Some(("sslmode", value)) => mode = value,
            Some(("sslrootcert", value)) => authority = Some(PathBuf::from(value)),
            _ => rest.push(parameter),
        }
    }
    let tls = match mode {
        "disable" => Tls::Off,
        "prefer" => Tls::Preferred,
        "require" => Tls::Required,
        "verify-full" => Tls::Verified(authority),
        _ => return Err(InvalidDatabaseUrl::SslMode),
    };
    let config = if rest.is_empty() {
        address.parse()
    } else {
        format!("{address}?{}", rest.join("&")).parse()
    };
    let config: tokio_postgres::Config = config.map_err(|_| InvalidDatabaseUrl::Postgres)?;
    if config.get_hosts().is_empty() || config.get_dbname().is_none() {
        return Err(InvalidDatabaseUrl::Postgres);
    }
    Ok(PostgresUrl {
        text: text.into(),
        config: Arc::new(config),
        tls,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tls_of(text: &str) -> Tls {
        match text.parse() {
            Ok(DatabaseUrl::Postgres(url)) => url.tls,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn lists_of_hosts_and_ways_of_protection_are_read() {
        let url = "postgres://u:p@one:5432,two:5433/vault?target_session_attrs=read-write";
        let Ok(DatabaseUrl::Postgres(url)) = url.parse() else {
            panic!("it is read");
        };
        assert_eq!(url.config.get_hosts().len(), 2);
        assert_eq!(url.config.get_ports(), [5432, 5433]);
        assert_eq!(tls_of("postgres://u@h/d"), Tls::Preferred);
        assert_eq!(tls_of("postgres://u@h/d?sslmode=disable"), Tls::Off);
        assert_eq!(
            tls_of("postgres://u@h/d?sslmode=verify-full&sslrootcert=/ca.pem"),
            Tls::Verified(Some("/ca.pem".into()))
        );
    }

    #[test]
    fn what_names_no_database_is_refused() {
        for (text, why) in [
            ("mysql://h/d", InvalidDatabaseUrl::Scheme),
            ("sqlite:", InvalidDatabaseUrl::Scheme),
            ("sqlite::memory:", InvalidDatabaseUrl::Scheme),
            ("postgres://u@h", InvalidDatabaseUrl::Postgres),
            ("postgres://u@h/d?nonsense=1", InvalidDatabaseUrl::Postgres),
            (
                "postgres://u@h/d?sslmode=verify-ca",
                InvalidDatabaseUrl::SslMode,
            ),
        ] {
            assert_eq!(text.parse::<DatabaseUrl>(), Err(why), "{text}");
        }
    }
}
