//! A database for one test: a SQLite file, or a fresh database on the PostgreSQL server that
//! `GUESTPASS_TEST_POSTGRES` names when `GUESTPASS_TEST_DB` is `postgres`.

use std::{env, path::Path, time::Duration};

use guestpass::{base::random, db::DatabaseUrl};
use tokio_postgres::NoTls;

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
        execute(&server, &format!("CREATE DATABASE {name}")).await;
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
            DatabaseUrl::Postgres(url) => url.expose().to_owned(),
        }
    }

    /// What a statement counts.
    pub async fn count(&self, statement: &str) -> i64 {
        match &self.url {
            DatabaseUrl::Sqlite(path) => open(path)
                .query_row(statement, [], |row| row.get(0))
                .expect("a number"),
            DatabaseUrl::Postgres(url) => {
                let client = connect(url.expose()).await;
                let row = client.query_one(statement, &[]).await.expect("a row");
                row.get(0)
            }
        }
    }

    /// Waits until a statement no longer counts what it did: on one connection, as quickly as it
    /// answers.
    pub async fn until_changed(&self, statement: &str, before: i64) {
        match &self.url {
            DatabaseUrl::Sqlite(path) => {
                let connection = open(path);
                let count = || connection.query_row(statement, [], |row| row.get::<_, i64>(0));
                while count().expect("a number") == before {
                    tokio::task::yield_now().await;
                }
            }
            DatabaseUrl::Postgres(url) => {
                let client = connect(url.expose()).await;
                let prepared = client.prepare(statement).await.expect("a statement");
                loop {
                    let row = client.query_one(&prepared, &[]).await.expect("a row");
                    if row.get::<_, i64>(0) != before {
                        return;
                    }
                }
            }
        }
    }

    /// Runs a statement behind the server's back.
    pub async fn run(&self, statement: &str) {
        match &self.url {
            DatabaseUrl::Sqlite(path) => {
                let done = open(path).execute_batch(statement);
                done.expect("the statement is fine");
            }
            DatabaseUrl::Postgres(url) => execute(url.expose(), statement).await,
        }
    }

    /// Forgets who did what how often: limits are for the tests that are about them.
    pub async fn forget_limits(&self) {
        self.run("DELETE FROM limits").await;
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
            execute(server, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

fn open(path: &Path) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(path).expect("the database opens");
    let patience = connection.busy_timeout(Duration::from_secs(10));
    patience.expect("it waits");
    connection
}

async fn connect(server: &str) -> tokio_postgres::Client {
    let connected = tokio_postgres::connect(server, NoTls).await;
    let (client, connection) = connected.expect("the server can be reached");
    tokio::spawn(connection);
    client
}

async fn execute(server: &str, statement: &str) {
    let client = connect(server).await;
    client
        .batch_execute(statement)
        .await
        .expect("the server obeys");
}

/// The server's address with another database.
fn with_name(server: &str, name: &str) -> String {
    let mut url = url::Url::parse(server).expect("a server address");
    url.set_path(name);
    url.to_string()
}
