//! The server under test: an installation, and nodes that run on it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use reqwest::Client;
use tokio::time::sleep;

use crate::{
    process::{Process, free_port, read},
    site::ORIGIN,
};

/// Who signs in first.
pub const OWNER: &str = "mira.okafor@larkfield.example";

/// Everything that a node is told.
#[derive(Clone, Debug)]
pub struct Installation {
    /// The server's binary.
    pub binary: PathBuf,
    /// A library that the dynamic linker loads before all others.
    pub preload: Option<PathBuf>,
    /// Where configurations, logs and mails go.
    pub folder: PathBuf,
    /// Where the keys are.
    pub keys: PathBuf,
    pub database: String,
}

/// A running node.
#[derive(Debug)]
pub struct Node {
    pub process: Process,
    pub port: u16,
    pub config: PathBuf,
}

impl Installation {
    /// Makes the workspace and its owner.
    pub fn init(&self) -> Result<()> {
        let config = self.configure(free_port()?)?;
        let mut init = self.command("init", &config);
        init.args(["--workspace", "Larkfield Studio", "--owner-email", OWNER])
            .args(["--owner-first-name", "Mira", "--owner-last-name", "Okafor"]);
        read(&mut init).map(drop)
    }

    /// Starts a node, and waits until it is ready.
    pub async fn start(&self, name: &str) -> Result<Node> {
        let port = free_port()?;
        let config = self.configure(port)?;
        let mut serve = self.command("serve", &config);
        if let Some(library) = &self.preload {
            serve.env("LD_PRELOAD", library);
        }
        let log = self.folder.join(format!("{name}.log"));
        let mut process = Process::start(name, &mut serve, &log)?;
        let patience = Instant::now() + Duration::from_secs(60);
        let health = format!("http://127.0.0.1:{port}/healthz");
        let client = Client::builder().timeout(Duration::from_secs(2)).build()?;
        loop {
            let answer = client.get(&health).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(Node {
                    process,
                    port,
                    config,
                });
            }
            process.check()?;
            if Instant::now() > patience {
                bail!("{name} isn't ready:\n{}", process.last_words());
            }
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Where mails go.
    pub fn mails(&self) -> PathBuf {
        self.folder.join("mails")
    }

    /// Recomputes the hash chain of the activity log; what it says.
    pub fn verify_audit(&self, config: &Path) -> Result<String> {
        let mut verify = self.command("audit verify", config);
        read(&mut verify)
    }

    fn configure(&self, port: u16) -> Result<PathBuf> {
        fs::create_dir_all(&self.folder)?;
        let path = self.folder.join(format!("{port}.toml"));
        let at = |folder: &Path, name: &str| folder.join(name).display().to_string();
        let text = format!(
            "[server]\nlisten = \"127.0.0.1:{port}\"\npublic_url = \"{ORIGIN}\"\ntrusted_proxies = [\"127.0.0.1\"]\n\
             [database]\nurl = \"{database}\"\n\
             [keys]\nfile = \"{key}\"\nepoch_dir = \"{epochs}\"\n\
             [mail]\ntransport = \"folder\"\nfolder = \"{mails}\"\nfrom = \"Guestpass <guestpass@larkfield.example>\"\n",
            database = self.database,
            key = at(&self.keys, "root.key"),
            epochs = at(&self.keys, "epochs"),
            mails = self.mails().display(),
        );
        fs::write(&path, text)?;
        Ok(path)
    }

    /// The binary, with nothing of this process's own settings: it would refuse those it doesn't know.
    fn command(&self, what: &str, config: &Path) -> Command {
        let mut command = Command::new(&self.binary);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("GUESTPASS_") {
                command.env_remove(name);
            }
        }
        command.args(what.split(' ')).arg("--config").arg(config);
        command
    }
}

impl Node {
    /// The end of its log.
    pub fn last_words(&self) -> String {
        self.process.last_words()
    }
}
