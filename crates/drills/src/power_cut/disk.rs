//! A disk whose power can be cut.
//!
//! It is a file system in a file system, both ext4 on a loop device:
//!
//! ```text
//! vault/            what the server sees
//!   on a loop over drive/volume.img
//! drive/            stands for the drive's own write cache
//!   on a loop over disk.img
//! disk.img          what is found after the cut
//! ```
//!
//! What the server writes without a sync stays in the kernel's memory. What the kernel sends to the
//! drive without telling it to flush is in `volume.img`, that is in the memory of the file system
//! below, as it would be in the cache of a drive. Only a flush, which is what `fsync` ends with, takes
//! it on to `disk.img`. So a copy of `disk.img` holds what was synced, and of the rest only what the
//! kernel wrote by itself; both file systems are told to commit every five minutes instead of every
//! five seconds, so that this is next to nothing. Everything else about them is as usual.
//!
//! The copy is of one moment, as a power cut is: it counts only if the device below took no write from
//! its beginning to its end. Mounting it replays both journals, as a start after a cut does.

use std::{
    fs,
    io::{self, Read},
    path::{Path, PathBuf},
    process::Command,
    thread::sleep,
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::{NotPossible, process::read};

const MIB: usize = 1 << 20;
/// What the file system below needs for itself, and the share of its size that comes on top.
const OVERHEAD_MIB: usize = 32;
const OVERHEAD_SHARE: usize = 10;
const COPIES: usize = 50;

/// A disk, attached and mounted. What is listed first is taken away first.
pub struct Disk {
    vault: Mount,
    drive: Mount,
    image: PathBuf,
}

impl Disk {
    /// Makes a disk with room for what so many cuts leave behind, and for a log of so many bytes.
    pub fn create(folder: &Path, cuts: usize, log: u64) -> Result<Self> {
        // Twice the log: one that is folded in while it is written gets longer than was asked for.
        let size = 64 + 2 * cuts + usize::try_from(2 * log)? / MIB;
        fs::create_dir_all(folder)?;
        let image = folder.join("disk.img");
        let file = fs::File::create(&image)?;
        file.set_len(((size + size / OVERHEAD_SHARE + OVERHEAD_MIB) * MIB) as u64)?;
        make_file_system(&image)?;
        let drive = Mount::new(&image, &folder.join("drive"))?;
        let volume = drive.at.join("volume.img");
        // Written in full, so that writes to it later change its content and nothing else.
        let mut zeros = io::repeat(0).take((size * MIB) as u64);
        io::copy(&mut zeros, &mut fs::File::create(&volume)?)?;
        make_file_system(&volume)?;
        fs::File::open(&volume)?.sync_all()?;
        fs::File::open(&drive.at)?.sync_all()?;
        let vault = Mount::new(&volume, &folder.join("vault"))?;
        Ok(Self {
            vault,
            drive,
            image,
        })
    }

    /// Attaches what was copied of a disk.
    pub fn attach(folder: &Path, image: &Path) -> Result<Self> {
        let drive = Mount::new(image, &folder.join("drive"))?;
        let vault = Mount::new(&drive.at.join("volume.img"), &folder.join("vault"))?;
        Ok(Self {
            vault,
            drive,
            image: image.to_owned(),
        })
    }

    /// The folder that is on this disk.
    pub fn root(&self) -> &Path {
        &self.vault.at
    }

    /// Copies the disk as it is at one moment; how many tries that took.
    pub fn copy(&self, to: &Path) -> Result<usize> {
        for tries in 1..=COPIES {
            let before = self.drive.writes()?;
            fs::copy(&self.image, to)?;
            if before.is_some() && self.drive.writes()? == before {
                return Ok(tries);
            }
            sleep(Duration::from_millis(20));
        }
        bail!("the disk never stands still");
    }
}

fn make_file_system(on: &Path) -> Result<()> {
    let mut mkfs = Command::new("mkfs.ext4");
    // Nothing is left to be initialised later, behind our back.
    mkfs.args(["-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0"])
        .arg(on);
    read(&mut mkfs).map(drop)
}

/// A loop device over a file, and the file system on it.
struct Mount {
    device: Device,
    at: PathBuf,
}

/// A loop device; given back when it is dropped.
struct Device(String);

impl Drop for Device {
    fn drop(&mut self) {
        if let Err(error) = read(Command::new("losetup").args(["-d", &self.0])) {
            eprintln!("{error:#}");
        }
    }
}

impl Mount {
    fn new(image: &Path, at: &Path) -> Result<Self> {
        fs::create_dir_all(at)?;
        let mut attach = Command::new("losetup");
        let device = read(attach.args(["--find", "--show"]).arg(image)).map_err(not_permitted)?;
        let device = Device(device.trim().to_owned());
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "ext4", "-o", "commit=300", &device.0])
            .arg(at);
        read(&mut mount).map_err(not_permitted)?;
        Ok(Self {
            device,
            at: at.to_owned(),
        })
    }

    /// How many writes and flushes the device has done; nothing while it is at one.
    fn writes(&self) -> Result<Option<[u64; 3]>> {
        let name = Path::new(&self.device.0).file_name().context("a device")?;
        let block = Path::new("/sys/block").join(name);
        let numbers = |file: &str| -> Result<Vec<u64>> {
            let text = fs::read_to_string(block.join(file))?;
            Ok(text
                .split_whitespace()
                .map(str::parse)
                .collect::<Result<_, _>>()?)
        };
        // The kernel's Documentation/block/stat.rst: writes are the fifth to eighth number, flushes
        // the sixteenth.
        let (stat, under_way) = (numbers("stat")?, numbers("inflight")?);
        let is_quiet = under_way.iter().all(|count| *count == 0);
        let flushes = stat.get(15).copied().unwrap_or(0);
        Ok(is_quiet.then_some([stat[4], stat[6], flushes]))
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        // Whoever was killed a moment ago may still be giving its files back.
        for _ in 0..50 {
            if read(Command::new("umount").arg(&self.at)).is_ok() {
                return;
            }
            sleep(Duration::from_millis(100));
        }
        eprintln!("{} stays mounted", self.at.display());
    }
}

/// The system's refusal to mount is no fault of the server's.
fn not_permitted(error: anyhow::Error) -> anyhow::Error {
    NotPossible(format!(
        "the power-cut drill needs root, loop devices and ext4, and was refused: {error:#}"
    ))
    .into()
}
