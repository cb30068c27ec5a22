//! A PostgreSQL cluster that lives as long as a test run.
//!
//! Its only door is a socket in a folder of its own. A shell watches over it: when
//! this process ends - well, badly, or by `kill -9` - the pipe between them closes,
//! and the shell stops the server and removes the folder.

use std::{
    env, fs,
    io::{BufRead, BufReader},
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::{
    machine::is_root,
    paths::program,
    process::{command, read},
};

/// Names a PostgreSQL server for the tests; then none is started.
pub const GIVEN: &str = "GUESTPASS_TEST_POSTGRES";

/// Takes the folder of PostgreSQL's programs. Prints one line when ready, ends when its input does.
const WATCHER: &str = r#"
set -eu
umask 077
dir=$(mktemp -d "${TMPDIR:-/tmp}/guestpass-postgres-XXXXXX")
trap 'rm -rf "$dir"' EXIT
cd "$dir"
if ! "$1/initdb" --pgdata=data --username=guestpass --auth=trust --encoding=UTF8 \
    --locale=C --no-sync >initdb.log 2>&1; then
    cat initdb.log >&2
    exit 1
fi
# Nobody needs this data after a crash, so nothing waits for the disk.
"$1/postgres" -D data -k "$dir" -c listen_addresses= -c max_connections=300 \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off >postgres.log 2>&1 &
server=$!
tries=0
until "$1/pg_isready" --quiet --host="$dir"; do
    tries=$((tries + 1))
    if [ "$tries" -gt 300 ] || ! kill -0 "$server" 2>/dev/null; then
        cat postgres.log >&2
        kill -QUIT "$server" 2>/dev/null || true
        exit 1
    fi
    sleep 0.1
done
echo "$dir"
read -r _ || true
kill -QUIT "$server"
wait "$server" || true
"#;

/// A running server, or the one that was given.
pub struct Cluster {
    url: String,
    watcher: Option<Child>,
}

impl Cluster {
    /// Starts a server, unless the environment names one.
    pub fn start() -> Result<Cluster> {
        if let Some(url) = given() {
            return Ok(Cluster { url, watcher: None });
        }
        let programs = programs().context("PostgreSQL's programs are missing")?;
        // PostgreSQL refuses to run as root.
        let mut watcher = if is_root() {
            command("runuser", &["-u", "postgres", "--", "sh"])
        } else {
            command("sh", &[])
        };
        let mut watcher = watcher
            .args(["-c", WATCHER, "watcher"])
            .arg(&programs)
            .current_dir("/")
            // Out of reach of the terminal's Ctrl-C: it ends with this process, after it.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start PostgreSQL")?;
        let mut folder = String::new();
        if let Some(out) = watcher.stdout.take() {
            BufReader::new(out).read_line(&mut folder)?;
        }
        let folder = folder.trim();
        if folder.is_empty() {
            bail!("PostgreSQL did not start ({})", watcher.wait()?);
        }
        Ok(Cluster {
            url: format!("postgres://guestpass@localhost/postgres?host={folder}"),
            watcher: Some(watcher),
        })
    }

    /// Where tests find it.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(mut watcher) = self.watcher.take() {
            drop(watcher.stdin.take());
            // Nothing can be done about a failure here, and the tests have their result.
            let _ = watcher.wait();
        }
    }
}

/// The server that the environment names.
pub fn given() -> Option<String> {
    env::var(GIVEN).ok().filter(|url| !url.is_empty())
}

/// The folder with `initdb` and `postgres`: Debian keeps them off the search path.
pub fn programs() -> Option<PathBuf> {
    if let Some(config) = program("pg_config")
        && let Ok(printed) = read(&mut command(config, &["--bindir"]))
        && let Ok(folder) = String::from_utf8(printed)
        && is_complete(&PathBuf::from(folder.trim()))
    {
        return Some(PathBuf::from(folder.trim()));
    }
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            Some((
                entry.file_name().to_str()?.parse().ok()?,
                entry.path().join("bin"),
            ))
        })
        .filter(|(_, folder)| is_complete(folder))
        .collect();
    versions.sort();
    versions.pop().map(|(_, folder)| folder).or_else(|| {
        program("initdb")?
            .parent()
            .map(PathBuf::from)
            .filter(is_complete)
    })
}

#[expect(clippy::ptr_arg, reason = "used as a filter on owned paths")]
fn is_complete(folder: &PathBuf) -> bool {
    ["initdb", "postgres", "pg_isready"]
        .iter()
        .all(|name| folder.join(name).exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_watcher_is_a_valid_script() {
        let checked = command("sh", &["-n", "-c", WATCHER]).status().unwrap();
        assert!(checked.success());
    }
}
