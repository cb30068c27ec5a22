//! Files that show what the cut takes and what it leaves.

use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    os::unix::fs::{FileExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use anyhow::Result;
use rustix::fs::OFlags;

const UNFLUSHED: &str = "control-unflushed";

/// What is written past the kernel's memory has to begin at a whole block of it, too.
#[repr(align(4096))]
struct Block([u8; 4096]);

/// The files of one cut.
pub struct Controls {
    root: PathBuf,
    n: usize,
}

/// What was left of them.
#[derive(Clone, Copy, Debug)]
pub struct Left {
    /// Written and synced.
    pub synced: bool,
    /// Written, not synced.
    pub unsynced: bool,
    /// Written past the kernel's memory to the drive, which wasn't told to flush its own.
    pub unflushed: bool,
}

impl Controls {
    /// Makes what all cuts share.
    pub fn prepare(root: &Path) -> Result<()> {
        let mut file = File::create(root.join(UNFLUSHED))?;
        file.write_all(&[0; 4096])?;
        file.sync_all()?;
        File::open(root)?.sync_all().map_err(Into::into)
    }

    /// Writes one file with a sync and one without.
    pub fn begin(root: &Path, n: usize) -> Result<Self> {
        let controls = Self {
            root: root.to_owned(),
            n,
        };
        fs::write(controls.path("unsynced"), controls.text())?;
        let mut file = File::create(controls.path("synced"))?;
        file.write_all(controls.text().as_bytes())?;
        file.sync_all()?;
        File::open(root)?.sync_all()?;
        Ok(controls)
    }

    /// Hands the drive a block, and doesn't tell it to flush. Only while nobody else does.
    pub fn hand_over_unflushed(&self) -> Result<()> {
        let mut block = Block([0; 4096]);
        let text = self.text();
        block.0[..text.len()].copy_from_slice(text.as_bytes());
        let direct = i32::try_from(OFlags::DIRECT.bits())?;
        OpenOptions::new()
            .write(true)
            .custom_flags(direct)
            .open(self.root.join(UNFLUSHED))?
            .write_all_at(&block.0, 0)
            .map_err(Into::into)
    }

    /// What is left of them on another disk.
    pub fn look(&self, root: &Path) -> Left {
        let holds = |name: &str| {
            let found = fs::read(root.join(name)).unwrap_or_default();
            found.starts_with(self.text().as_bytes())
        };
        Left {
            synced: holds(&self.name("synced")),
            unsynced: holds(&self.name("unsynced")),
            unflushed: holds(UNFLUSHED),
        }
    }

    fn path(&self, kind: &str) -> PathBuf {
        self.root.join(self.name(kind))
    }

    fn name(&self, kind: &str) -> String {
        format!("control-{kind}-{}", self.n)
    }

    fn text(&self) -> String {
        format!("written before cut {}.", self.n)
    }
}
