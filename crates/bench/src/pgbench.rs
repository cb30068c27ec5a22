//! The reference for claims on PostgreSQL: pgbench runs the statements of a claim's transaction, on
//! the same schema, in the same cluster, with as many rows.
//!
//! Its rows are made by SQL, so that a script can compute what identifies row `n`.

use std::{path::PathBuf, process::Command};

use anyhow::{Context, Result, ensure};
use tokio_postgres::config::Host;

use crate::{
    bench::Bench,
    child, cluster,
    seed::connect,
    server::{Engine, Installation},
};

const CLIENTS: usize = 16;

/// A claim's transaction, as `features/links/guests.rs` runs it. Links are taken in no particular order, as
/// the load takes the server's: next to each other they would share the pages that a transaction logs as a
/// whole. Each run has the same order, so that none takes what another one took. Times rise, as they do.
const SCRIPT: &str = "\
\\set n permute(:client_id * :each + :i, :links, 1)
\\set at :now + :i * :clients + :client_id
\\set i :i + 1
\\set w :n % 50
\\set epoch :today - :n % 28
BEGIN;
UPDATE links SET
  binder          = CASE WHEN one_time AND state = 'live' THEN decode(md5(:n::text) || md5(:n::text), 'hex') ELSE binder END,
  redeliver_until = CASE WHEN one_time AND state = 'live' THEN :now::bigint + 600000 ELSE redeliver_until END,
  redelivered     = CASE WHEN state = 'live' THEN 0 ELSE redelivered + 1 END,
  opened_browser  = CASE WHEN one_time AND state = 'live' THEN 'Firefox on macOS' ELSE opened_browser END,
  opened_address  = CASE WHEN one_time AND state = 'live' THEN '203.0.113.x' ELSE opened_address END,
  first_opened_at = CASE WHEN first_opened_at IS NULL THEN :now::bigint ELSE first_opened_at END,
  state           = CASE WHEN one_time THEN 'claimed' ELSE state END
WHERE workspace_id = 'wsp_' || md5('w' || :w::text) AND id = 'lnk_' || md5(:n::text) AND epoch = :epoch::bigint
  AND v0 = decode(repeat('07', 32), 'hex') AND v1 IS NULL AND NOT erased AND revoked_at IS NULL
  AND ((state = 'live' AND expires_at > :now::bigint)
    OR (state = 'claimed' AND binder = decode(md5(:n::text) || md5(:n::text), 'hex')
        AND redeliver_until > :now::bigint AND redelivered < 5))
RETURNING redelivered, flags, created_at, commitment, iv,
  (SELECT ct FROM link_payloads WHERE workspace_id = 'wsp_' || md5('w' || :w::text) AND link_id = 'lnk_' || md5(:n::text)
     AND epoch = :epoch::bigint) AS ct;
INSERT INTO link_erasures (at, workspace_id, link_id, epoch)
  VALUES (:at::bigint + 600000, 'wsp_' || md5('w' || :w::text), 'lnk_' || md5(:n::text), :epoch::bigint)
  ON CONFLICT (at, workspace_id, link_id) DO NOTHING;
INSERT INTO events (id, workspace_id, at, action, actor_kind, actor_id, item_id, link_id, target_id, address, browser, details)
  VALUES ('evt_' || md5('e' || :n::text), 'wsp_' || md5('w' || :w::text), :at::bigint, 'link.opened',
    'recipient', NULL, 'itm_' || md5((:n % 10000)::text), 'lnk_' || md5(:n::text), NULL, '203.0.113.x',
    'Firefox on macOS', '');
COMMIT;
";

/// Its rows: small links in all days' partitions, and their payloads.
const ROWS: [&str; 2] = [
    "INSERT INTO links (id, workspace_id, epoch, item_id, item_version, created_by, kind, flags, one_time, \
       notify, created_at, expires_at, lid, v0, commitment, iv, state, erased, redelivered) \
     SELECT 'lnk_' || md5(n::text), 'wsp_' || md5('w' || (n % 50)::text), {today} - n % 28, \
       'itm_' || md5((n % 10000)::text), 1, 'mem_' || md5((n % 1000)::text), 'account', 1, true, false, \
       ({today} - n % 28) * 86400000, ({today} - n % 28) * 86400000 + 2592000000, \
       decode(md5('l' || n::text), 'hex'), decode(repeat('07', 32), 'hex'), \
       decode(md5(n::text) || md5('c' || n::text), 'hex'), substr(decode(md5(n::text), 'hex'), 1, 12), \
       'live', false, 0 \
     FROM generate_series(0::bigint, {count} - 1) n",
    "INSERT INTO link_payloads (workspace_id, link_id, epoch, ct) \
     SELECT 'wsp_' || md5('w' || (n % 50)::text), 'lnk_' || md5(n::text), {today} - n % 28, \
       decode(repeat(md5(n::text) || md5('p' || n::text), 33) || '000000000000000000000000', 'hex') \
     FROM generate_series(0::bigint, {count} - 1) n",
];

/// A database that pgbench claims from.
pub struct Pgbench {
    installation: Installation,
    script: PathBuf,
    program: PathBuf,
    links: usize,
    each: usize,
    runs: usize,
    seconds: u64,
    today: i64,
    now: i64,
}

impl Pgbench {
    /// Makes the database with this many links.
    pub async fn prepare(bench: &Bench, links: usize) -> Result<Self> {
        bench.says(&format!("making {links} rows for pgbench"));
        let program = cluster::program("pgbench").context("pgbench is missing")?;
        let installation = bench.empty(Engine::Postgres).await?;
        // Makes the partitions.
        installation.sealer().await?;
        let now = installation.world(0).now;
        let today = now.div_euclid(crate::seed::DAY);
        let client = connect(installation.database()).await?;
        for rows in ROWS {
            let statement = rows
                .replace("{today}", &today.to_string())
                .replace("{count}", &links.to_string());
            client.batch_execute(&statement).await?;
        }
        // Each by itself: several in one message are one transaction, where VACUUM can't run.
        for statement in ["VACUUM ANALYZE", "CHECKPOINT"] {
            client.batch_execute(statement).await?;
        }
        let script = installation.at("claim.sql");
        std::fs::write(&script, SCRIPT)?;
        Ok(Self {
            installation,
            script,
            program,
            links,
            each: links / CLIENTS,
            runs: bench.options.runs,
            seconds: bench.options.time().as_secs().max(1),
            today,
            now,
        })
    }

    /// Transactions per second.
    pub fn measure(&self, run: usize) -> Result<f64> {
        // Each run has links of its own.
        let first = self.each / self.runs * run;
        let mut command = Command::new(&self.program);
        connected(&mut command, self.installation.database())?;
        // As the server plans them.
        command
            .env("PGOPTIONS", "-c plan_cache_mode=force_generic_plan")
            .args([
                "-M",
                "prepared",
                "-n",
                "-j",
                "1",
                "-c",
                &CLIENTS.to_string(),
            ])
            .args(["-T", &self.seconds.to_string(), "-f"])
            .arg(&self.script)
            .args([
                "-D",
                &format!("i={first}"),
                "-D",
                &format!("each={}", self.each),
                "-D",
                &format!("links={}", self.links),
                "-D",
                &format!("clients={CLIENTS}"),
            ])
            .args([
                "-D",
                &format!("today={}", self.today),
                "-D",
                &format!("now={}", self.now),
            ]);
        let printed = child::read(&mut command)?;
        let (done, rate) = read(&printed).with_context(|| format!("pgbench said: {printed}"))?;
        ensure!(
            // One client may be faster than others.
            done / CLIENTS * 5 / 4 < self.each / self.runs,
            "pgbench ran out of links: {done} were claimed"
        );
        Ok(rate)
    }

    pub async fn remove(self) -> Result<()> {
        self.installation.remove().await
    }
}

/// How many transactions there were, and how many a second.
fn read(printed: &str) -> Option<(usize, f64)> {
    let after = |mark: &str| printed.lines().find_map(|line| line.strip_prefix(mark));
    let done = after("number of transactions actually processed: ")?;
    let rate = after("tps = ")?.split_whitespace().next()?;
    let failed = after("number of failed transactions: ").unwrap_or("0");
    failed.starts_with('0').then_some(())?;
    Some((done.trim().parse().ok()?, rate.parse().ok()?))
}

/// Tells a program of PostgreSQL's where to connect. The password stays out of its arguments.
fn connected(command: &mut Command, url: &str) -> Result<()> {
    let config: tokio_postgres::Config = url.parse()?;
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(host)) => host.clone(),
        Some(Host::Unix(folder)) => folder.display().to_string(),
        None => "127.0.0.1".to_owned(),
    };
    command.env("PGHOST", host);
    if let Some(port) = config.get_ports().first() {
        command.env("PGPORT", port.to_string());
    }
    if let Some(user) = config.get_user() {
        command.env("PGUSER", user);
    }
    if let Some(name) = config.get_dbname() {
        command.env("PGDATABASE", name);
    }
    if let Some(password) = config.get_password() {
        command.env("PGPASSWORD", String::from_utf8_lossy(password).as_ref());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_is_read_and_failures_are_noticed() {
        let report = "number of clients: 16\nnumber of transactions actually processed: 51234\n\
            number of failed transactions: 0 (0.000%)\nlatency average = 1.5 ms\n\
            tps = 10246.812345 (without initial connection time)\n";
        assert_eq!(read(report), Some((51_234, 10_246.812_345)));
        assert_eq!(read(&report.replace(": 0 (", ": 7 (")), None);
        assert_eq!(read("nothing"), None);
    }

    #[test]
    fn the_script_finds_the_rows_where_they_are() {
        for part in ["n % 50", "n % 28", "'lnk_' || md5("] {
            assert!(
                SCRIPT.contains(part) && ROWS.iter().all(|rows| rows.contains(part)),
                "{part}"
            );
        }
    }
}
