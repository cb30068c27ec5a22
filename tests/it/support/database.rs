//! A database for one test: a SQLite file, or a fresh database on the PostgreSQL server that
//! `GUESTPASS_TEST_POSTGRES` names when `GUESTPASS_TEST_DB` is `postgres`.

use std::{env, path::Path, time::Duration};

use guestpass::{base::random, db::DatabaseUrl};
use sqlx::{
    ConnectOptions, Connection, Executor, PgConnection, postgres::PgConnectOptions,
    sqlite::SqliteConnectOptions,
};

/// Where a test's data is, and how to look at it without the app.
#[derive(Clone, Debug)]
pub struct Database {
    pub url: DatabaseUrl,
    /// The database's name on its server, and the server: PostgreSQL only.
    server: Option<(String, String)>,
}

impl Database {
    pub async fn create(folder: &Path) -> Self {
        if env::var("GUESTPASS_TEST_DB").as_deref() != Ok("postgres") {
            return Self {
                url: DatabaseUrl::Sqlite(folder.join("guestpass.db")),
                server: None,
            };
        }
        let server =
            env::var("GUESTPASS_TEST_POSTGRES").expect("GUESTPASS_TEST_POSTGRES names a server");
        let name = format!("guestpass_{}", hex::encode(random::bytes::<8>()));
        execute(&server, format!("CREATE DATABASE {name}")).await;
        let url = with_name(&server, &name);
        Self {
            url: url.parse().expect("a database address"),
            server: Some((name, server)),
        }
    }

    /// How many jobs were due at `now` and are neither done nor given up.
    pub async fn jobs_due(&self, now: i64) -> i64 {
        self.count(&format!(
            "SELECT COUNT(*) FROM jobs WHERE failed_at IS NULL AND run_at <= {now}"
        ))
        .await
    }

    /// Whether several nodes may use it.
    pub fn is_shared(&self) -> bool {
        self.server.is_some()
    }

    /// The address, as a configuration names it.
    pub fn address(&self) -> String {
        match &self.url {
            DatabaseUrl::Sqlite(path) => format!("sqlite:{}", path.display()),
            DatabaseUrl::Postgres(url) => url.clone(),
        }
    }

    /// What a statement counts.
    pub async fn count(&self, statement: &str) -> i64 {
        let statement = sqlx::AssertSqlSafe(statement.to_owned());
        match &self.url {
            DatabaseUrl::Sqlite(path) => {
                let options = SqliteConnectOptions::new().filename(path).read_only(true);
                let mut connection = options.connect().await.expect("the database opens");
                sqlx::query_scalar(statement)
                    .fetch_one(&mut connection)
                    .await
                    .expect("a number")
            }
            DatabaseUrl::Postgres(url) => {
                let mut connection = connect(url).await;
                sqlx::query_scalar(statement)
                    .fetch_one(&mut connection)
                    .await
                    .expect("a number")
            }
        }
    }

    /// Forgets who did what how often: limits are for the tests that are about them.
    pub async fn forget_limits(&self) {
        const FORGET: &str = "DELETE FROM limits";
        match &self.url {
            DatabaseUrl::Sqlite(path) => {
                let options = SqliteConnectOptions::new()
                    .filename(path)
                    .busy_timeout(Duration::from_secs(10));
                let mut connection = options.connect().await.expect("the database opens");
                connection
                    .execute(FORGET)
                    .await
                    .expect("limits are forgotten");
            }
            DatabaseUrl::Postgres(url) => execute(url, FORGET.to_owned()).await,
        }
    }

    /// The whole database as `pg_dump` writes it, bytes in plain text where they are text.
    pub fn dump(&self) -> Vec<u8> {
        let done = std::process::Command::new("pg_dump")
            .arg(self.address())
            .output();
        let done = done.expect("pg_dump runs");
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
        done.stdout
    }

    /// Removes a database from its server, whoever still uses it. A file goes with its folder.
    pub async fn drop_it(&self) {
        if let Some((name, server)) = &self.server {
            execute(server, format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

async fn connect(server: &str) -> PgConnection {
    let options: PgConnectOptions = server.parse().expect("a server address");
    options.connect().await.expect("the server can be reached")
}

async fn execute(server: &str, statement: String) {
    let mut connection = connect(server).await;
    connection
        .execute(sqlx::AssertSqlSafe(statement))
        .await
        .expect("the server obeys");
    connection.close().await.expect("the connection closes");
}

/// The server's address with another database.
fn with_name(server: &str, name: &str) -> String {
    let mut url = url::Url::parse(server).expect("a server address");
    url.set_path(name);
    url.to_string()
}
