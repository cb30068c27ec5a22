//! etcd, two data nodes, and HAProxy in front of them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use reqwest::Client;
use tokio::time::sleep;

use super::{
    data_node::{self, Common, DataNode},
    database::Psql,
};
use crate::{
    process::{Process, free_port},
    random,
};

/// How long starting may take.
const PATIENCE: Duration = Duration::from_secs(90);
const DATABASE: &str = "guestpass";

/// The whole cluster. What is listed first is ended first.
pub struct Cluster {
    proxy: Process,
    nodes: [DataNode; 2],
    _etcd: Process,
    proxy_port: u16,
    programs: PathBuf,
    password: String,
    synchronous: bool,
    http: Client,
}

impl Cluster {
    /// Starts everything, and waits until the second data node has all that the first has.
    pub async fn start(folder: &Path, programs: &Path, synchronous: bool) -> Result<Self> {
        let (etcd, etcd_port) = start_etcd(folder)?;
        let common = Common {
            programs: programs.to_owned(),
            etcd: etcd_port,
            password: random::token()?,
            synchronous,
            user: data_node::user()?,
        };
        let mut nodes = [
            DataNode::prepare("one", folder, &common)?,
            DataNode::prepare("two", folder, &common)?,
        ];
        nodes[0].start()?;
        let (proxy, proxy_port) = start_proxy(folder, &nodes)?;
        let mut cluster = Self {
            proxy,
            nodes,
            _etcd: etcd,
            proxy_port,
            programs: programs.to_owned(),
            password: common.password,
            synchronous,
            http: Client::builder().timeout(Duration::from_secs(2)).build()?,
        };
        cluster.wait_for_primary().await?;
        cluster.create_database()?;
        cluster.nodes[1].start()?;
        cluster.wait_until_joined(1, PATIENCE).await?;
        println!("two data nodes are ready");
        Ok(cluster)
    }

    /// Which data node is the primary, by its own word.
    pub async fn primary(&self) -> Option<usize> {
        for n in 0..2 {
            if self.says(n, "primary").await {
                return Some(n);
            }
        }
        None
    }

    pub fn name(&self, n: usize) -> &'static str {
        self.nodes[n].name
    }

    pub fn kill(&mut self, n: usize) {
        self.nodes[n].kill();
    }

    pub fn restart(&mut self, n: usize) -> Result<()> {
        self.nodes[n].start()
    }

    pub fn stall(&self, n: usize) -> Result<()> {
        self.nodes[n].stall()
    }

    /// Waits until the node follows the primary, and commits wait for it.
    pub async fn wait_until_joined(&mut self, n: usize, patience: Duration) -> Result<()> {
        let until = Instant::now() + patience;
        let state = if self.synchronous {
            "synchronous"
        } else {
            "replica?lag=1MB"
        };
        while !self.says(n, state).await {
            self.nodes[n].check()?;
            if Instant::now() > until {
                bail!(
                    "data node {} doesn't join:\n{}",
                    self.name(n),
                    self.last_words()
                );
            }
            sleep(Duration::from_millis(200)).await;
        }
        Ok(())
    }

    /// The address that leads to whichever node is the primary.
    pub fn proxy_url(&self) -> String {
        self.url(&format!("127.0.0.1:{}", self.proxy_port), "")
    }

    /// The address that names both nodes.
    pub fn list_url(&self) -> String {
        let hosts = self
            .nodes
            .each_ref()
            .map(|node| format!("127.0.0.1:{}", node.port));
        self.url(&hosts.join(","), "?target_session_attrs=read-write")
    }

    fn url(&self, hosts: &str, options: &str) -> String {
        format!(
            "postgres://guestpass:{}@{hosts}/{DATABASE}{options}",
            self.password
        )
    }

    /// The superuser's way to a data node.
    pub fn psql(&self, n: usize) -> Psql {
        self.superuser(self.nodes[n].port, DATABASE)
    }

    /// The superuser's way to whichever node is the primary.
    pub fn psql_through_proxy(&self) -> Psql {
        self.superuser(self.proxy_port, DATABASE)
    }

    /// The ends of all logs.
    pub fn last_words(&self) -> String {
        let nodes = self.nodes.iter().map(DataNode::last_words);
        nodes
            .chain([self.proxy.last_words()])
            .collect::<Vec<_>>()
            .join("\n--\n")
    }

    fn superuser(&self, port: u16, database: &'static str) -> Psql {
        Psql {
            programs: self.programs.clone(),
            port,
            password: self.password.clone(),
            database,
        }
    }

    fn create_database(&self) -> Result<()> {
        let psql = self.superuser(self.nodes[0].port, "postgres");
        let password = &self.password;
        psql.run(&format!(
            "CREATE ROLE guestpass LOGIN PASSWORD '{password}'"
        ))?;
        psql.run(&format!("CREATE DATABASE {DATABASE} OWNER guestpass"))?;
        Ok(())
    }

    async fn wait_for_primary(&mut self) -> Result<()> {
        let until = Instant::now() + PATIENCE;
        while self.primary().await.is_none() {
            self.nodes[0].check()?;
            self.proxy.check()?;
            if Instant::now() > until {
                bail!("no primary:\n{}", self.last_words());
            }
            sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    }

    async fn says(&self, n: usize, state: &str) -> bool {
        let address = format!("http://127.0.0.1:{}/{state}", self.nodes[n].rest);
        let answer = self.http.get(address).send().await;
        answer.is_ok_and(|answer| answer.status().is_success())
    }
}

fn start_etcd(folder: &Path) -> Result<(Process, u16)> {
    let (clients, peers) = (free_port()?, free_port()?);
    let (clients_at, peers_at) = (
        format!("http://127.0.0.1:{clients}"),
        format!("http://127.0.0.1:{peers}"),
    );
    let mut etcd = Command::new("etcd");
    etcd.args(["--name", "drill", "--data-dir"])
        .arg(folder.join("etcd"))
        .args(["--listen-client-urls", &clients_at])
        .args(["--advertise-client-urls", &clients_at])
        .args(["--listen-peer-urls", &peers_at])
        .args(["--initial-advertise-peer-urls", &peers_at])
        .args(["--initial-cluster", &format!("drill={peers_at}")]);
    let etcd = Process::start("etcd", &mut etcd, &folder.join("etcd.log"));
    Ok((etcd.context("is etcd-server installed?")?, clients))
}

/// HAProxy asks each node's Patroni whether it is the primary, and breaks the connections to one that
/// isn't any more.
fn start_proxy(folder: &Path, nodes: &[DataNode; 2]) -> Result<(Process, u16)> {
    let port = free_port()?;
    let mut text = format!(
        "defaults
  mode tcp
  timeout connect 2s
  timeout client 30m
  timeout server 30m
  timeout check 1s
listen primary
  bind 127.0.0.1:{port}
  option httpchk OPTIONS /primary
  http-check expect status 200
  default-server inter 500ms fall 2 rise 1 on-marked-down shutdown-sessions
"
    );
    for node in nodes {
        let (name, port, rest) = (node.name, node.port, node.rest);
        text += &format!("  server {name} 127.0.0.1:{port} check port {rest}\n");
    }
    let configuration = folder.join("haproxy.cfg");
    fs::write(&configuration, text)?;
    let mut proxy = Command::new("haproxy");
    proxy.arg("-db").arg("-f").arg(configuration);
    let proxy = Process::start("haproxy", &mut proxy, &folder.join("haproxy.log"));
    Ok((proxy.context("is haproxy installed?")?, port))
}
