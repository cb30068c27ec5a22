//! A PostgreSQL cluster that lives as long as a run, set up as for production: everything is synced.
//!
//! A shell watches over it: when this process ends - well, badly, or by `kill -9` - the pipe between
//! them closes, and the shell stops the server and removes its folder.

use std::{
    fmt,
    io::{BufRead, BufReader, Write},
    os::unix::{fs::MetadataExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
};

use anyhow::{Context, Result, bail};
use guestpass::base::{random, secret::base64url};

use crate::{child, seed::connect, server::free_port};

/// Names a PostgreSQL server, with a user who may make databases and have a checkpoint made; then none is
/// started.
pub const GIVEN: &str = "GUESTPASS_BENCH_POSTGRES";

/// Takes the folder of PostgreSQL's programs and a port; reads a password. Prints one line when
/// ready, ends when its input does.
const WATCHER: &str = r#"
set -eu
umask 077
dir=$(mktemp -d "${TMPDIR:-/tmp}/guestpass-bench-postgres-XXXXXX")
trap 'rm -rf "$dir"' EXIT
cd "$dir"
read -r password
printf '%s\n' "$password" >password
if ! "$1/initdb" --pgdata=data --username=guestpass --pwfile=password --auth=scram-sha-256 \
    --encoding=UTF8 --locale=C >initdb.log 2>&1; then
    cat initdb.log >&2
    exit 1
fi
rm password
"$1/postgres" -D data -k "$dir" -p "$2" -c listen_addresses=127.0.0.1 -c max_connections=100 \
    -c shared_buffers=512MB -c max_wal_size=4GB -c fsync=on -c synchronous_commit=on \
    -c full_page_writes=on >postgres.log 2>&1 &
server=$!
tries=0
until "$1/pg_isready" --quiet --host=127.0.0.1 --port="$2"; do
    tries=$((tries + 1))
    if [ "$tries" -gt 300 ] || ! kill -0 "$server" 2>/dev/null; then
        cat postgres.log >&2
        kill -QUIT "$server" 2>/dev/null || true
        exit 1
    fi
    sleep 0.1
done
echo ready
read -r _ || true
kill -QUIT "$server"
wait "$server" || true
"#;

/// A PostgreSQL server; cheap to clone, stopped with its last clone.
#[derive(Clone, Debug)]
pub struct Cluster(Arc<Inner>);

struct Inner {
    /// Up to the database's name.
    base: String,
    /// What stands behind the name.
    options: String,
    made: AtomicU32,
    watcher: Option<Child>,
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The address holds a password.
        f.write_str("Cluster(…)")
    }
}

impl Cluster {
    /// Starts a server, unless the environment names one.
    pub fn start() -> Result<Self> {
        if let Ok(url) = std::env::var(GIVEN)
            && !url.is_empty()
        {
            let (base, options) = split(&url)?;
            return Ok(Self::of(base, options, None));
        }
        let programs = programs().context("PostgreSQL's programs are missing")?;
        let (port, password) = (free_port()?, base64url(&random::bytes::<24>()));
        // PostgreSQL refuses to run as root.
        let mut watcher = if std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0) {
            let mut watcher = Command::new("runuser");
            watcher.args(["-u", "postgres", "--", "sh"]);
            watcher
        } else {
            Command::new("sh")
        };
        let mut watcher = watcher
            .args(["-c", WATCHER, "watcher"])
            .arg(&programs)
            .arg(port.to_string())
            .current_dir("/")
            // Out of reach of the terminal's Ctrl-C: it ends with this process, after it.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start PostgreSQL")?;
        if let Some(input) = &mut watcher.stdin {
            writeln!(input, "{password}")?;
        }
        let mut line = String::new();
        if let Some(out) = watcher.stdout.take() {
            BufReader::new(out).read_line(&mut line)?;
        }
        if line.trim() != "ready" {
            bail!("PostgreSQL did not start ({})", watcher.wait()?);
        }
        let base = format!("postgres://guestpass:{password}@127.0.0.1:{port}/");
        Ok(Self::of(base, String::new(), Some(watcher)))
    }

    fn of(base: String, options: String, watcher: Option<Child>) -> Self {
        Self(Arc::new(Inner {
            base,
            options,
            made: AtomicU32::new(0),
            watcher,
        }))
    }

    /// The address of a database.
    pub fn url(&self, database: &str) -> String {
        format!("{}{database}{}", self.0.base, self.0.options)
    }

    /// Makes an empty database; its name.
    pub async fn create(&self) -> Result<String> {
        let n = self.0.made.fetch_add(1, Relaxed);
        let name = format!("guestpass_bench_{}_{n}", std::process::id());
        self.run(&format!("CREATE DATABASE {name}")).await?;
        Ok(name)
    }

    /// Removes a database.
    pub async fn drop(&self, name: &str) -> Result<()> {
        self.run(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            .await
    }

    /// How much a database takes on disk, in bytes.
    pub async fn size(&self, name: &str) -> Result<f64> {
        let client = connect(&self.url("postgres")).await?;
        let row = client
            .query_one("SELECT pg_database_size($1::text::name)::float8", &[&name])
            .await?;
        Ok(row.get(0))
    }

    async fn run(&self, statement: &str) -> Result<()> {
        let client = connect(&self.url("postgres")).await?;
        Ok(client.batch_execute(statement).await?)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(mut watcher) = self.watcher.take() {
            drop(watcher.stdin.take());
            // Nothing can be done about a failure here.
            let _ = watcher.wait();
        }
    }
}

/// An address around the name of its database.
fn split(url: &str) -> Result<(String, String)> {
    let wrong =
        "the address of PostgreSQL must look like postgres://user:password@host:port/database";
    let start = url.find("://").context(wrong)? + 3;
    let slash = start
        + url
            .get(start..)
            .and_then(|rest| rest.find('/'))
            .context(wrong)?;
    let (base, rest) = url.split_at(slash + 1);
    let options = rest.find('?').map_or("", |at| &rest[at..]);
    Ok((base.to_owned(), options.to_owned()))
}

/// A program of PostgreSQL's, such as `pgbench`.
pub fn program(name: &str) -> Option<PathBuf> {
    programs()
        .map(|folder| folder.join(name))
        .filter(|path| path.is_file())
        .or_else(|| child::find(name))
}

/// The folder with `initdb` and `postgres`: Debian keeps them off the search path.
fn programs() -> Option<PathBuf> {
    let is_complete = |folder: &Path| {
        ["initdb", "postgres", "pg_isready"]
            .iter()
            .all(|name| folder.join(name).exists())
    };
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, folder)| is_complete(folder))
        .collect();
    versions.sort();
    let newest = versions.pop().map(|(_, folder)| folder);
    newest.or_else(|| {
        let folder = child::find("initdb")?.canonicalize().ok()?;
        folder
            .parent()
            .filter(|folder| is_complete(folder))
            .map(Path::to_path_buf)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_watcher_is_a_valid_script() {
        let checked = Command::new("sh")
            .args(["-n", "-c", WATCHER])
            .status()
            .unwrap();
        assert!(checked.success());
    }

    #[test]
    fn a_given_server_keeps_its_options() {
        let (base, options) = split("postgres://me:pw@db:5432/any?sslmode=disable").unwrap();
        assert_eq!(
            (base.as_str(), options.as_str()),
            ("postgres://me:pw@db:5432/", "?sslmode=disable")
        );
        assert!(split("postgres://db").is_err());
    }
}
