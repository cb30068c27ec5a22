//! A data node: Patroni, and the PostgreSQL that it looks after.

use std::{
    fs,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;
use rustix::process::Signal;

use crate::process::{self, Process, free_port, kill_all_in, read, working_in};

/// What all data nodes share.
#[derive(Clone, Debug)]
pub struct Common {
    pub programs: PathBuf,
    pub etcd: u16,
    pub password: String,
    pub synchronous: bool,
    pub user: Option<(u32, u32)>,
}

/// A data node. Its processes all work in its folder, which is how they are found.
#[derive(Debug)]
pub struct DataNode {
    pub name: &'static str,
    pub port: u16,
    pub rest: u16,
    folder: PathBuf,
    user: Option<(u32, u32)>,
    patroni: Option<Process>,
}

impl DataNode {
    /// Writes its configuration. The first node to start makes the database, the second copies it.
    pub fn prepare(name: &'static str, folder: &Path, common: &Common) -> Result<Self> {
        let folder = folder.join(name);
        fs::create_dir_all(&folder)?;
        let node = Self {
            name,
            port: free_port()?,
            rest: free_port()?,
            folder,
            user: common.user,
            patroni: None,
        };
        fs::write(node.folder.join("patroni.yml"), node.configuration(common))?;
        if let Some((user, group)) = common.user {
            chown(&node.folder, Some(user), Some(group))?;
            chown(node.folder.join("patroni.yml"), Some(user), Some(group))?;
        }
        Ok(node)
    }

    /// Starts Patroni, which starts PostgreSQL.
    pub fn start(&mut self) -> Result<()> {
        let mut patroni = Command::new("patroni");
        patroni.arg("patroni.yml").current_dir(&self.folder);
        if let Some((user, group)) = self.user {
            patroni.uid(user).gid(group).env("HOME", &self.folder);
        }
        let log = self.folder.join("log");
        self.patroni = Some(Process::start(self.name, &mut patroni, &log)?);
        Ok(())
    }

    /// The whole node dies: Patroni and every process of PostgreSQL, by `kill -9`.
    pub fn kill(&mut self) {
        kill_all_in(&self.folder);
        self.patroni = None;
    }

    /// Has the processes that send its log to the other node stand still, as if the network did.
    pub fn stall(&self) -> Result<()> {
        for id in working_in(&self.folder) {
            let title = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
            if String::from_utf8_lossy(&title).contains("walsender") {
                process::send(id, Signal::STOP)?;
            }
        }
        Ok(())
    }

    /// The ends of its logs.
    pub fn last_words(&self) -> String {
        self.patroni
            .as_ref()
            .map(Process::last_words)
            .unwrap_or_default()
    }

    /// An error when Patroni has ended.
    pub fn check(&mut self) -> Result<()> {
        self.patroni.as_mut().map_or(Ok(()), Process::check)
    }

    /// Whoever leads renews a lock that lives for `ttl` seconds: after a crash nobody leads until it
    /// is over. It has to be longer than one round and two times the patience with etcd.
    fn configuration(&self, common: &Common) -> String {
        let Self {
            name, port, rest, ..
        } = self;
        let Common {
            programs,
            etcd,
            password,
            synchronous,
            ..
        } = common;
        let programs = programs.display();
        format!(
            "scope: drill
name: {name}
restapi:
  listen: 127.0.0.1:{rest}
  connect_address: 127.0.0.1:{rest}
etcd3:
  host: 127.0.0.1:{etcd}
bootstrap:
  dcs:
    ttl: 10
    loop_wait: 2
    retry_timeout: 3
    maximum_lag_on_failover: 1048576
    synchronous_mode: {synchronous}
    synchronous_mode_strict: false
    postgresql:
      use_pg_rewind: true
      parameters:
        max_connections: 200
        shared_buffers: 64MB
  initdb:
    - encoding: UTF8
    - locale: C
    - data-checksums
postgresql:
  listen: 127.0.0.1:{port}
  connect_address: 127.0.0.1:{port}
  bin_dir: {programs}
  data_dir: data
  pgpass: pgpass
  basebackup:
    - checkpoint: fast
  authentication:
    superuser:
      username: postgres
      password: {password}
    replication:
      username: replicator
      password: {password}
  parameters:
    unix_socket_directories: ''
  pg_hba:
    - host all all 127.0.0.1/32 scram-sha-256
    - host replication replicator 127.0.0.1/32 scram-sha-256
"
        )
    }
}

impl Drop for DataNode {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The user that PostgreSQL runs as: it refuses to be root.
pub fn user() -> Result<Option<(u32, u32)>> {
    let number =
        |args: &[&str]| -> Result<u32> { Ok(read(Command::new("id").args(args))?.trim().parse()?) };
    if number(&["-u"])? != 0 {
        return Ok(None);
    }
    Ok(Some((
        number(&["-u", "postgres"])?,
        number(&["-g", "postgres"])?,
    )))
}
