//! The power-cut drill: a server on SQLite loses its power the moment after an acknowledgement.
//!
//! The answer stops the server where it stands, the disk is copied as it would be found (see `disk`),
//! and a second server starts on the copy. It must know everything that was acknowledged.
//!
//! Before every second cut the write-ahead log is made longer than the server likes it, which such a load alone
//! would take minutes for. By turns the power fails right after it was folded in and began anew, or at any moment of
//! the second after it became long.

mod controls;
mod database;
mod disk;
mod report;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use rustix::process::Signal;
use tokio::{task::spawn_blocking, time::sleep};

use self::{
    controls::Controls,
    disk::Disk,
    report::{Cut, LogAtCut, Report},
};
use crate::{
    NotPossible,
    ledger::{Known, Ledger},
    load::Load,
    people::{Mailbox, Member, sign_everybody_in},
    process, random,
    server::{Installation, Node},
    site::Site,
    verdict::{self, Fault},
};

/// How many members share.
const MEMBERS: usize = 24;
/// When the power fails, after the load began: from, and up to how much later.
const EARLIEST_MS: u64 = 1000;
const SPREAD_MS: u64 = 2000;
/// The same, after the log became long: the server looks at it four times a second.
const SPREAD_LONG_MS: u64 = 1000;
/// The same, after the log began anew.
const SPREAD_ANEW_MS: u64 = 20;
/// How long something that should happen at once may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the power-cut drill is told.
#[derive(Debug, Args)]
pub struct Options {
    /// How often the power is cut.
    #[arg(long, default_value_t = 20)]
    cuts: usize,
    /// The server's binary.
    #[arg(long, env = "GUESTPASS_DRILLS_SERVER")]
    server: PathBuf,
    /// Shows that the drill can fail: the server's requests to sync are swallowed (by libeatmydata),
    /// and the drill ends well only if something was lost.
    #[arg(long)]
    broken: bool,
}

/// Everything that runs during the drill. What is listed first is ended first.
struct Stage {
    node: Node,
    site: Arc<Site>,
    ledger: Arc<Ledger>,
    installation: Installation,
    disk: Disk,
    folder: tempfile::TempDir,
}

/// Runs the drill.
pub async fn run(options: &Options) -> Result<()> {
    let (mut stage, mut members) = Stage::set(options).await?;
    println!("{MEMBERS} members are signed in on a disk of its own");
    let mut report = Report::default();
    for n in 1..=options.cuts {
        let (cut, back) = stage.cut(n, members).await?;
        println!("{cut}");
        report.cuts.push(cut);
        members = back;
    }
    report.print(&stage.site.seen);
    if options.broken {
        ensure!(
            report.lost() > 0,
            "nothing was lost: the drill shows nothing"
        );
        println!("\nThe drill notices what is lost.");
        return Ok(());
    }
    stage.node.process.stop()?;
    report.judge(&stage.site.seen)
}

impl Stage {
    async fn set(options: &Options) -> Result<(Self, Vec<Member>)> {
        let folder = tempfile::Builder::new()
            .prefix("guestpass-power-cut-")
            .tempdir()?;
        let disk = Disk::create(
            &folder.path().join("disk"),
            options.cuts,
            database::LONG_LOG,
        )?;
        let mut installation = Installation {
            binary: options.server.clone(),
            preload: None,
            folder: folder.path().join("site"),
            keys: disk.root().to_owned(),
            database: database::url(disk.root()),
        };
        installation.init()?;
        database::make_padding(disk.root())?;
        Controls::prepare(disk.root())?;
        if options.broken {
            installation.preload = Some(swallower_of_syncs()?);
        }
        let node = installation.start("node").await?;
        installation.preload = None;
        let mailbox = Mailbox::new(installation.mails());
        let site = Arc::new(Site::new(vec![node.port], mailbox)?);
        let members = sign_everybody_in(&site, MEMBERS).await?;
        let stage = Self {
            node,
            site,
            ledger: Arc::default(),
            installation,
            disk,
            folder,
        };
        Ok((stage, members))
    }

    /// One cut: load, the cut, and the questions afterwards.
    async fn cut(&mut self, n: usize, members: Vec<Member>) -> Result<(Cut, Vec<Member>)> {
        database::forget_limits(self.disk.root())?;
        let controls = Controls::begin(self.disk.root(), n)?;
        let salt = database::salt_of_log(self.disk.root())?;
        let load = Load::start(&self.site, &self.ledger, members);
        let began = Instant::now();
        sleep(Duration::from_millis(EARLIEST_MS)).await;
        let log = LogAtCut::of(n);
        let spread = match log {
            LogAtCut::AsItIs => SPREAD_MS,
            LogAtCut::Long => {
                self.lengthen_log().await?;
                SPREAD_LONG_MS
            }
            LogAtCut::BegunAnew => {
                let long = self.lengthen_log().await?;
                self.wait_for_new_log(long).await?;
                SPREAD_ANEW_MS
            }
        };
        sleep(Duration::from_millis(random::below(spread)?)).await;
        self.stop_at_next_ack().await?;
        let loaded = began.elapsed();
        controls.hand_over_unflushed()?;
        let salt_after = database::salt_of_log(self.disk.root())?;
        let image = self.folder.path().join("copy.img");
        let copies = self.disk.copy(&image)?;
        // Answers that had left before the cut and were read after it count too.
        sleep(Duration::from_millis(50)).await;
        let known = self.ledger.now();
        self.node.process.signal(Signal::CONT)?;
        let members = load.stop().await;
        self.node.process.check()?;

        let copy = Disk::attach(&self.folder.path().join("copy"), &image)?;
        let mut cut = Cut::new(n, log, loaded, copies, &known);
        cut.begun_anew = salt_after.wrapping_sub(salt);
        cut.controls = controls.look(copy.root());
        self.examine(&mut cut, copy.root(), &known).await?;
        drop(copy);
        fs::remove_file(&image)?;
        Ok((cut, members))
    }

    /// Makes the log long, and gives the salt it has then.
    async fn lengthen_log(&self) -> Result<u32> {
        let root = self.disk.root().to_owned();
        spawn_blocking(move || database::lengthen_log(&root)).await?
    }

    /// Waits until the log, long with this salt, has begun anew.
    async fn wait_for_new_log(&self, long: u32) -> Result<()> {
        let until = Instant::now() + PATIENCE;
        while database::salt_of_log(self.disk.root())? == long {
            ensure!(
                Instant::now() < until,
                "the long log never began anew:\n{}",
                self.node.last_words()
            );
            sleep(Duration::from_millis(1)).await;
        }
        Ok(())
    }

    /// Has the next acknowledgement stop the server, and waits until it stands still.
    async fn stop_at_next_ack(&self) -> Result<()> {
        let id = self.node.process.id();
        self.site.seen.at_next_ack(move || {
            // A server that is gone is noticed below.
            let _ = process::send(id, Signal::STOP);
        });
        let until = Instant::now() + PATIENCE;
        while self.site.seen.is_waiting() || !stands_still(id)? {
            if Instant::now() > until {
                bail!("nothing was acknowledged:\n{}", self.node.last_words());
            }
            sleep(Duration::from_millis(1)).await;
        }
        Ok(())
    }

    /// Starts a server on what the disk held, and asks it for everything.
    async fn examine(&self, cut: &mut Cut, root: &Path, known: &[Known]) -> Result<()> {
        let installation = Installation {
            folder: self.folder.path().join(format!("site-after-{}", cut.n)),
            keys: root.to_owned(),
            database: database::url(root),
            ..self.installation.clone()
        };
        let started = Instant::now();
        let node = match installation.start("node").await {
            Ok(node) => node,
            Err(error) => {
                cut.other = Some(format!("{error:#}"));
                let all = known
                    .iter()
                    .map(|known| (known.link.id.clone(), Fault::Lost));
                cut.faults = all.collect();
                return Ok(());
            }
        };
        cut.started = started.elapsed();
        let site = Arc::new(Site::new(
            vec![node.port],
            Mailbox::new(installation.mails()),
        )?);
        // Nothing is in its way any more: what it refuses once, it has lost.
        site.set_closing(true);
        cut.faults = verdict::ask_for_all(&site, known).await?;
        let config = node.config.clone();
        node.process.stop()?;
        let sound = database::check(root).and_then(|()| installation.verify_audit(&config));
        cut.other = sound.err().map(|error| format!("{error:#}"));
        Ok(())
    }
}

/// Whether every thread of a process has stopped: one that was in the middle of a sync ends it first.
fn stands_still(id: u32) -> Result<bool> {
    for thread in fs::read_dir(format!("/proc/{id}/task"))? {
        let stat = fs::read_to_string(thread?.path().join("stat"))?;
        let (_, after_name) = stat.rsplit_once(')').context("no state of a thread")?;
        if !after_name.trim_start().starts_with('T') {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A library that makes every request to sync a lie.
fn swallower_of_syncs() -> Result<PathBuf> {
    let folders = fs::read_dir("/usr/lib")?.flatten();
    folders
        .map(|folder| folder.path().join("libeatmydata.so"))
        .find(|path| path.exists())
        .ok_or_else(|| {
            NotPossible("--broken needs libeatmydata (on Debian: libeatmydata1)".to_owned()).into()
        })
}
