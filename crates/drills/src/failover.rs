//! The failover drill: the primary of a replicated PostgreSQL dies under load, again and again.
//!
//! Patroni replicates synchronously: a commit is answered only when a second data node has it on disk.
//! Its *strict* mode is off. Then, when the second node is gone, Patroni takes it out of the list of
//! nodes that commits wait for, so that the site goes on with one; and it never promotes a node that
//! isn't on the list. So whatever was acknowledged survives the loss of any one node; losing the
//! second one before the first is back stops the site, and loses nothing that comes back with it. In
//! strict mode all writes would stop with the first node lost, which two nodes can't afford.

mod cluster;
mod data_node;
mod database;
mod report;

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use tokio::time::{sleep, timeout};

use self::{
    cluster::Cluster,
    report::{Kill, Report},
};
use crate::{
    ledger::Ledger,
    load::Load,
    people::{Mailbox, sign_everybody_in},
    server::{Installation, Node},
    site::Site,
    verdict,
};

/// How many members share.
const MEMBERS: usize = 24;
/// How long the load runs before each kill.
const WARM_UP: Duration = Duration::from_secs(5);
/// How long until a site that nobody repairs must work again.
const PATIENCE: Duration = Duration::from_secs(120);

/// What the failover drill is told.
#[derive(Debug, Args)]
pub struct Options {
    /// How often the primary is killed.
    #[arg(long, default_value_t = 5)]
    kills: usize,
    /// The server's binary.
    #[arg(long, env = "GUESTPASS_DRILLS_SERVER")]
    server: PathBuf,
    /// The folder of PostgreSQL's programs.
    #[arg(long, env = "GUESTPASS_DRILLS_POSTGRES")]
    postgres: PathBuf,
    /// How long the primary's log stops reaching the other node before each kill, in seconds.
    #[arg(long, default_value_t = 0)]
    stall: u64,
    /// Shows that the drill can fail: replicates asynchronously, with a stall of 3 seconds, and ends
    /// well only if something was lost.
    #[arg(long)]
    broken: bool,
}

/// Everything that runs during the drill. What is listed first is ended first.
struct Stage {
    nodes: Vec<Node>,
    cluster: Cluster,
    installation: Installation,
    _folder: tempfile::TempDir,
}

/// Runs the drill.
pub async fn run(options: &Options) -> Result<()> {
    let mut stage = Stage::set(options).await?;
    let mailbox = Mailbox::new(stage.installation.mails());
    let ports = stage.nodes.iter().map(|node| node.port).collect();
    let site = Arc::new(Site::new(ports, mailbox)?);
    let members = sign_everybody_in(&site, MEMBERS).await?;
    println!("{MEMBERS} members are signed in; the load begins");

    let ledger = Arc::new(Ledger::default());
    let load = Load::start(&site, &ledger, members);
    let forgetful = tokio::spawn(database::forget_limits(stage.cluster.psql_through_proxy()));
    let mut kills = Vec::new();
    for n in 1..=options.kills {
        kills.push(stage.kill_primary(n, &site, options).await?);
    }
    sleep(WARM_UP).await;
    load.stop().await;
    forgetful.abort();

    let known = ledger.now();
    println!("\nasking for {} links", known.len());
    let mut faults = stage.compare_rows(&known).await?;
    site.set_closing(false);
    let answers = timeout(PATIENCE, verdict::ask_for_all(&site, &known)).await;
    faults.extend(answers.context("no answers")??);
    let audit = stage.stop_nodes()?;
    let report = Report {
        kills,
        faults,
        audit,
    };
    report.print(&site.seen);
    if options.broken {
        ensure!(
            report.lost() > 0,
            "nothing was lost: the drill shows nothing"
        );
        println!("\nThe drill notices what is lost.");
        return Ok(());
    }
    report.judge(&site.seen)
}

impl Stage {
    async fn set(options: &Options) -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("guestpass-failover-")
            .tempdir()?;
        // PostgreSQL runs as a user of its own, and its folder is below.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o711))?;
        let synchronous = !options.broken;
        let cluster = Cluster::start(folder.path(), &options.postgres, synchronous).await?;
        let data = folder.path().join("site");
        let mut installation = Installation {
            binary: options.server.clone(),
            preload: None,
            folder: data.clone(),
            keys: data,
            database: cluster.proxy_url(),
        };
        installation.init()?;
        let mut nodes = vec![installation.start("node-1").await?];
        installation.database = cluster.list_url();
        nodes.push(installation.start("node-2").await?);
        Ok(Self {
            nodes,
            cluster,
            installation,
            _folder: folder,
        })
    }

    /// Kills the primary and waits until everything is as before.
    async fn kill_primary(
        &mut self,
        n: usize,
        site: &Arc<Site>,
        options: &Options,
    ) -> Result<Kill> {
        sleep(WARM_UP).await;
        let primary = self.cluster.primary().await.context("no primary")?;
        let standby = 1 - primary;
        let stall = Duration::from_secs(options.stall.max(if options.broken { 3 } else { 0 }));
        if !stall.is_zero() {
            self.cluster.stall(primary)?;
            sleep(stall).await;
        }
        self.cluster.kill(primary);
        // From here on, nothing that is acknowledged can come from the node that was killed.
        let killed = Instant::now();
        let mut kill = Kill::new(n, self.cluster.name(primary));
        while kill.promoted.is_none() || kill.first.iter().any(Option::is_none) {
            sleep(Duration::from_millis(20)).await;
            if kill.promoted.is_none() && self.cluster.primary().await == Some(standby) {
                kill.promoted = Some(killed.elapsed());
            }
            for (node, first) in kill.first.iter_mut().enumerate() {
                let ack = site.seen.first_ack(node, killed);
                *first = first.or(ack.map(|at| at - killed));
            }
            if killed.elapsed() > PATIENCE {
                println!("{kill}");
                bail!("the site doesn't come back\n{}", self.last_words());
            }
        }
        self.cluster.restart(primary)?;
        self.cluster.wait_until_joined(primary, PATIENCE).await?;
        kill.joined = Some(killed.elapsed());
        println!("{kill}");
        Ok(kill)
    }

    /// Ends both server nodes in order, and has the activity log checked.
    fn stop_nodes(&mut self) -> Result<String> {
        let mut config = None;
        for node in self.nodes.drain(..) {
            config = Some(node.config.clone());
            node.process.stop()?;
        }
        self.installation.verify_audit(&config.context("no node")?)
    }

    fn last_words(&self) -> String {
        let nodes = self.nodes.iter().map(Node::last_words);
        nodes
            .chain([self.cluster.last_words()])
            .collect::<Vec<_>>()
            .join("\n--\n")
    }
}
