//! What this machine needs before tests can run, and how to get it.
//!
//! As root on a Debian system missing packages are installed. Anywhere else the
//! chore ends with the list of what is missing and the command that brings it.

use std::{env, os::unix::fs::MetadataExt, path::PathBuf};

use anyhow::{Result, bail};

use crate::{
    paths::program,
    postgres,
    process::{command, read, run},
};

/// Oldest Node that runs the front end's tools: major and minor.
const NODE: (u32, u32) = (20, 19);

/// Something that is not written in Rust and that tests need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    Node,
    Chromium,
    Postgres,
    /// What keeps PostgreSQL available.
    Cluster,
    /// What makes and mounts a disk of one's own.
    Disks,
}

impl Need {
    fn is_met(self) -> bool {
        match self {
            Need::Node => {
                node_version().is_some_and(|version| version >= NODE) && program("npm").is_some()
            }
            Need::Chromium => chromium().is_some(),
            Need::Postgres => postgres::given().is_some() || postgres::programs().is_some(),
            Need::Cluster => has_all(&["patroni", "etcd", "haproxy"]),
            Need::Disks => has_all(&["mkfs.ext4", "losetup", "mount"]),
        }
    }

    fn name(self) -> String {
        match self {
            Need::Node => format!("Node.js {}.{} or newer with npm", NODE.0, NODE.1),
            Need::Chromium => "Chromium (or GUESTPASS_TEST_CHROMIUM=/path/to/chrome)".into(),
            Need::Postgres => {
                format!(
                    "PostgreSQL's server programs (or {}=postgres://…)",
                    postgres::GIVEN
                )
            }
            Need::Cluster => "Patroni with its client of etcd, etcd, HAProxy".into(),
            Need::Disks => "mkfs.ext4, losetup, mount".into(),
        }
    }

    /// Debian's packages. Node is not among them: the version a release brings may be too old.
    fn packages(self) -> &'static [&'static str] {
        match self {
            Need::Node => &[],
            Need::Chromium => &["chromium"],
            Need::Postgres => &["postgresql"],
            Need::Cluster => &["patroni", "python3-etcd", "etcd-server", "haproxy"],
            Need::Disks => &["e2fsprogs", "mount"],
        }
    }
}

/// Makes sure that everything in `needs` is there.
pub fn provide(needs: &[Need]) -> Result<()> {
    let packages: Vec<&str> = missing(needs)
        .iter()
        .flat_map(|need| need.packages())
        .copied()
        .collect();
    if !packages.is_empty() && is_root() && program("apt-get").is_some() {
        run(&mut apt(&["update"]))?;
        run(apt(&["install", "--yes", "--no-install-recommends"]).args(&packages))?;
    }
    let missing = missing(needs);
    if missing.is_empty() {
        return Ok(());
    }
    let mut report = String::from("this is missing:");
    for need in &missing {
        report += &format!("\n  - {}", need.name());
    }
    let packages: Vec<&str> = missing
        .iter()
        .flat_map(|need| need.packages())
        .copied()
        .collect();
    if !packages.is_empty() {
        report += &format!("\non Debian: sudo apt-get install {}", packages.join(" "));
    }
    if missing.contains(&Need::Node) {
        report += "\nNode.js: https://nodejs.org/en/download, or your system's packages";
    }
    bail!(report)
}

/// Chromium, or the browser named by `GUESTPASS_TEST_CHROMIUM`.
pub fn chromium() -> Option<PathBuf> {
    env::var_os("GUESTPASS_TEST_CHROMIUM")
        .map(PathBuf::from)
        .filter(|path| path.is_file())
        .or_else(|| {
            ["chromium", "chromium-browser", "google-chrome"]
                .into_iter()
                .find_map(program)
        })
}

/// Whether this process may do everything: it owns what it runs as.
pub fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|data| data.uid() == 0)
}

fn missing(needs: &[Need]) -> Vec<Need> {
    needs
        .iter()
        .copied()
        .filter(|need| !need.is_met())
        .collect()
}

fn has_all(programs: &[&str]) -> bool {
    programs.iter().all(|name| program(name).is_some())
}

fn node_version() -> Option<(u32, u32)> {
    program("node")?;
    let printed = read(&mut command("node", &["--version"])).ok()?;
    let printed = String::from_utf8(printed).ok()?;
    let mut numbers = printed.trim().strip_prefix('v')?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

fn apt(args: &[&str]) -> std::process::Command {
    let mut apt = command("apt-get", args);
    // A test run has no use for the services that packages start by themselves.
    apt.env("DEBIAN_FRONTEND", "noninteractive")
        .env("RUNLEVEL", "1");
    apt
}
