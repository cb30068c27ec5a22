//! Opening the database and bringing its schema up to date.

use std::{
    fs::OpenOptions, os::unix::fs::OpenOptionsExt, path::PathBuf, str::FromStr, sync::Arc,
    time::Duration,
};

use sqlx::{
    ConnectOptions, PgPool,
    migrate::Migrator,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{Db, DbError, Engine, Writer};

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// Where the data is: a SQLite file or a PostgreSQL server.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// `sqlite:PATH`
    Sqlite(PathBuf),
    /// `postgres://user:password@host:port/database`
    Postgres(String),
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

/// A text that names no database.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must start with `sqlite:` and a path, or be a `postgres://` address")]
pub struct InvalidDatabaseUrl;

impl FromStr for DatabaseUrl {
    type Err = InvalidDatabaseUrl;

    fn from_str(text: &str) -> Result<Self, InvalidDatabaseUrl> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return if path.is_empty() || path.starts_with(':') {
                Err(InvalidDatabaseUrl)
            } else {
                Ok(Self::Sqlite(PathBuf::from(path)))
            };
        }
        let known = text.starts_with("postgres://") || text.starts_with("postgresql://");
        match text.parse::<PgConnectOptions>() {
            Ok(_) if known => Ok(Self::Postgres(text.to_owned())),
            _ => Err(InvalidDatabaseUrl),
        }
    }
}

impl Db {
    /// Opens the database, creating a SQLite file that doesn't exist, and migrates its schema.
    ///
    /// # Errors
    /// When it can't be opened or reached, or a migration fails.
    pub async fn open(url: &DatabaseUrl) -> Result<Self, DbError> {
        match url {
            DatabaseUrl::Sqlite(path) => open_sqlite(path).await,
            DatabaseUrl::Postgres(url) => open_postgres(url).await,
        }
    }
}

/// Makes the file for its owner alone; SQLite's companion files take its permissions over.
fn create_private(path: &PathBuf) -> std::io::Result<()> {
    match OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
    {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        other => other.map(drop),
    }
}

async fn open_sqlite(path: &PathBuf) -> Result<Db, DbError> {
    create_private(path).map_err(|error| DbError::Other(sqlx::Error::Io(error)))?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // What is deleted is overwritten, so that an erased ciphertext leaves no trace in the file.
        .pragma("secure_delete", "on")
        .busy_timeout(Duration::from_secs(5))
        .disable_statement_logging();
    let mut connection = options.connect().await?;
    MIGRATIONS
        .run_direct(None, &mut connection, false)
        .await
        .map_err(migration_error)?;
    let readers = SqlitePoolOptions::new()
        .max_connections(8)
        .acquire_timeout(Duration::from_secs(5))
        .connect_with(options.read_only(true))
        .await?;
    let writer = Writer::start(connection);
    Ok(Db(Arc::new(Engine::Sqlite { readers, writer })))
}

async fn open_postgres(url: &str) -> Result<Db, DbError> {
    let options: PgConnectOptions = url.parse().map_err(DbError::Other)?;
    let options = options
        .application_name("guestpass")
        .options([("statement_timeout", "15s"), ("synchronous_commit", "on")])
        .disable_statement_logging();
    let pool: PgPool = PgPoolOptions::new()
        .max_connections(16)
        .acquire_timeout(Duration::from_secs(5))
        .connect_with(options)
        .await?;
    MIGRATIONS.run(&pool).await.map_err(migration_error)?;
    Ok(Db(Arc::new(Engine::Postgres { pool })))
}

fn migration_error(error: sqlx::migrate::MigrateError) -> DbError {
    DbError::Other(sqlx::Error::Migrate(Box::new(error)))
}
