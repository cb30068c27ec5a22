//! Looking into the database from beside, with `psql`.

use std::{collections::HashMap, path::PathBuf, process::Command, time::Duration};

use anyhow::{Context, Result};
use tokio::time::sleep;

use super::Stage;
use crate::{ledger::Known, process::read, random::from_base64url, verdict::Fault};

/// How often limits are forgotten: they are not what this drill is about.
const FORGET_EVERY: Duration = Duration::from_secs(3);

/// Where a database is, and the password of its superuser.
#[derive(Clone, Debug)]
pub struct Psql {
    pub programs: PathBuf,
    pub port: u16,
    pub password: String,
    pub database: &'static str,
}

impl Psql {
    /// Runs statements; what they print, a row a line.
    pub fn run(&self, statements: &str) -> Result<String> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["-XAtq", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1"])
            .args(["-U", "postgres", "-d", self.database, "-c", statements])
            .args(["-p", &self.port.to_string()])
            .env("PGPASSWORD", &self.password)
            .env("PGCONNECT_TIMEOUT", "3");
        read(&mut psql)
    }
}

/// Forgets, again and again, who did what how often. While there is no database, nothing is done.
pub async fn forget_limits(psql: Psql) {
    loop {
        let psql = psql.clone();
        let _ = tokio::task::spawn_blocking(move || psql.run("DELETE FROM limits")).await;
        sleep(FORGET_EVERY).await;
    }
}

impl Stage {
    /// Compares the rows of the primary with what was acknowledged.
    pub async fn compare_rows(&self, known: &[Known]) -> Result<Vec<(String, Fault)>> {
        let primary = self.cluster.primary().await.context("no primary")?;
        let text = self
            .cluster
            .psql(primary)
            .run("SELECT id, state, encode(coalesce(binder, ''), 'hex') FROM links")?;
        let rows: HashMap<&str, (&str, &str)> = text
            .lines()
            .filter_map(|line| {
                let (id, rest) = line.split_once('|')?;
                Some((id, rest.split_once('|')?))
            })
            .collect();
        let mut faults = Vec::new();
        for known in known {
            let id = &known.link.id;
            match (rows.get(id.as_str()), known.claims.winners.first()) {
                (None, _) => faults.push((id.clone(), Fault::Lost)),
                (Some(_), None) => {}
                (Some((state, binder)), Some(winner)) => {
                    let hash = guestpass_link_crypto::proof(&from_base64url(&winner.binder)?);
                    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
                    if *state != "claimed" || *binder != hex {
                        faults.push((id.clone(), Fault::Revived));
                    }
                }
            }
        }
        Ok(faults)
    }
}
