//! The server under test: the release binary as a process, on an installation of its own.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Stdio,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use guestpass::{
    base::clock::Clock,
    db::{DatabaseUrl, Db},
    features::{
        keys::{Keyring, RootKey},
        partitions,
    },
};
use tempfile::TempDir;

use crate::{
    child::{self, Process},
    cluster::Cluster,
    load::Connection,
    machine,
    seed::{Sealer, Sink, World},
};

/// How long a server may take until it answers.
const PATIENCE: Duration = Duration::from_secs(120);
/// Ports below those that outgoing connections are given.
const PORTS: std::ops::Range<u16> = 21_000..32_000;

/// How far back there is data, and how far ahead it may be written.
const PAST: Duration = Duration::from_secs(200 * 86_400);
const AHEAD: Duration = Duration::from_secs(7 * 86_400);

/// Which database the server works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// A folder with configuration, keys, mails and logs, and a database.
#[derive(Debug)]
pub struct Installation {
    folder: TempDir,
    binary: PathBuf,
    pub engine: Engine,
    port: u16,
    database: String,
    /// Whose database it is, and its name there.
    cluster: Option<(Cluster, String)>,
}

impl Installation {
    /// Prepares an empty one on `cluster`, or on SQLite without one.
    pub async fn new(binary: &Path, cluster: Option<&Cluster>) -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("guestpass-bench-")
            .tempdir()?;
        let (engine, database, cluster) = match cluster {
            None => {
                let file = folder.path().join("guestpass.db");
                (Engine::Sqlite, format!("sqlite:{}", file.display()), None)
            }
            Some(cluster) => {
                let name = cluster.create().await?;
                let url = cluster.url(&name);
                (Engine::Postgres, url, Some((cluster.clone(), name)))
            }
        };
        let installation = Self {
            folder,
            binary: binary.to_owned(),
            engine,
            port: free_port()?,
            database,
            cluster,
        };
        installation.write_config()?;
        let mut init = child::mortal(&installation.binary);
        init.args(["init", "--config"])
            .arg(installation.at("config.toml"))
            .args(["--workspace", "Larkfield Studio"])
            .args(["--owner-email", "mira@larkfield.example"])
            .args(["--owner-first-name", "Mira", "--owner-last-name", "Okafor"]);
        child::read(&mut init)?;
        Ok(installation)
    }

    fn write_config(&self) -> Result<()> {
        let at = |name: &str| self.at(name).display().to_string();
        let text = format!(
            "[server]\nlisten = \"127.0.0.1:{port}\"\npublic_url = \"{origin}\"\n\
             trusted_proxies = [\"127.0.0.1\"]\n\
             [database]\nurl = \"{url}\"\n\
             [keys]\nfile = \"{key}\"\nepoch_dir = \"{epochs}\"\n\
             [mail]\ntransport = \"folder\"\nfolder = \"{mails}\"\n\
             from = \"Guestpass <guestpass@larkfield.example>\"\n\
             [log]\nlevel = \"warn\"\n",
            port = self.port,
            origin = self.origin(),
            url = self.database,
            key = at("root.key"),
            epochs = at("epochs"),
            mails = at("mails"),
        );
        fs::write(self.at("config.toml"), text).context("the configuration can't be written")
    }

    /// A file of it.
    pub fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The host that requests name.
    pub fn authority(&self) -> String {
        format!("localhost:{}", self.port)
    }

    pub fn origin(&self) -> String {
        format!("http://{}", self.authority())
    }

    /// The database's address, as the configuration has it.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// Opens the database for writing in bulk. No server must be running.
    pub async fn sink(&self) -> Result<Sink> {
        match self.engine {
            Engine::Sqlite => Sink::sqlite(&self.at("guestpass.db")),
            Engine::Postgres => Sink::postgres(&self.database).await,
        }
    }

    /// What seals as the server does. Makes the partitions of the past, too: the server makes those
    /// of days to come.
    pub async fn sealer(&self) -> Result<Sealer> {
        let url: DatabaseUrl = self.database.parse()?;
        let db = Db::open(&url).await?;
        let now = Clock::system().now();
        partitions::ensure(&db, now - PAST, now + AHEAD).await?;
        let root = RootKey::read(&self.at("root.key"))?;
        let keys = Keyring::open(&db, &root, self.at("epochs"), now).await?;
        db.close().await;
        Ok(Sealer::new(keys, self.origin()))
    }

    /// An empty world of this installation, as of now.
    pub fn world(&self, seed: u64) -> World {
        World::new(seed, Clock::system().now().millis())
    }

    /// How much the database takes on disk, in bytes. Of SQLite when no server is running, so that
    /// the log is in the file.
    pub async fn size(&self) -> Result<f64> {
        match &self.cluster {
            None => {
                let bytes = fs::metadata(self.at("guestpass.db"))?.len();
                Ok(crate::load::as_f64(bytes))
            }
            Some((cluster, name)) => cluster.size(name).await,
        }
    }

    /// Starts the server and waits until it answers.
    pub async fn serve(&self) -> Result<Server> {
        let log = fs::File::create(self.at("server.log"))?;
        let mut command = child::mortal(&self.binary);
        command
            .args(["serve", "--config"])
            .arg(self.at("config.toml"))
            .stdout(Stdio::null())
            .stderr(log);
        let start = Instant::now();
        let process = Process(command.spawn().context("the server can't be started")?);
        let mut server = Server {
            process,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)),
            authority: self.authority(),
            started_in: Duration::ZERO,
        };
        loop {
            if server.is_healthy().await {
                server.started_in = start.elapsed();
                return Ok(server);
            }
            if let Some(status) = server.process.0.try_wait()? {
                bail!("the server ended ({status}): {}", self.log());
            }
            if start.elapsed() > PATIENCE {
                bail!("the server doesn't answer: {}", self.log());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// The last lines the server wrote.
    pub fn log(&self) -> String {
        let text = fs::read_to_string(self.at("server.log")).unwrap_or_default();
        let lines: Vec<&str> = text.lines().rev().take(5).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }

    /// Removes the database. (The folder goes by itself.)
    pub async fn remove(self) -> Result<()> {
        match self.cluster {
            Some((cluster, name)) => cluster.drop(&name).await,
            None => Ok(()),
        }
    }
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    process: Process,
    pub address: SocketAddr,
    pub authority: String,
    /// How long it took from its start to its first good answer.
    pub started_in: Duration,
}

impl Server {
    async fn is_healthy(&self) -> bool {
        let Ok(mut connection) = Connection::open(self.address).await else {
            return false;
        };
        let request = format!("GET /healthz HTTP/1.1\r\nhost: {}\r\n\r\n", self.authority);
        let answer = connection.ask(request.as_bytes()).await;
        answer.is_ok_and(|answer| answer.status == 200)
    }

    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Its memory in RAM, in bytes.
    pub fn resident(&self) -> Result<f64> {
        machine::resident(self.process.id())
    }

    /// Ends it in order.
    pub fn stop(self) -> Result<()> {
        self.process.stop().context("the server")
    }
}

/// A port that nobody listens on, and that wasn't given before: whoever was given one may not listen yet.
pub fn free_port() -> Result<u16> {
    static GIVEN: AtomicUsize = AtomicUsize::new(0);
    let span = usize::from(PORTS.end - PORTS.start);
    let first = usize::try_from(std::process::id()).unwrap_or(0) * 37 % span;
    (0..span)
        .filter_map(|_| {
            let mut from = PORTS;
            from.nth((first + GIVEN.fetch_add(1, Relaxed)) % span)
        })
        .find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
        .context("there is no free port")
}
