//! What the figures were measured on.

use std::{
    fmt,
    fs::{File, read_to_string},
    io::{self, Seek, SeekFrom, Write},
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};

/// How often the disk is asked.
const TRIES: usize = 200;

/// The machine, as far as figures depend on it.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Machine {
    pub cores: usize,
    pub processor: String,
    pub memory_gb: f64,
    /// The median time of one synced write of 4 KiB, in milliseconds.
    pub fsync_ms: f64,
}

impl Machine {
    /// Looks at this machine and at the disk that `folder` is on.
    pub fn look(folder: &Path) -> Result<Self> {
        let cpu = read_to_string("/proc/cpuinfo").unwrap_or_default();
        let memory = read_to_string("/proc/meminfo").unwrap_or_default();
        Ok(Self {
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            processor: field(&cpu, "model name").unwrap_or("unknown").to_owned(),
            memory_gb: field(&memory, "MemTotal").and_then(kib).unwrap_or(0.0) / 1024.0 / 1024.0,
            fsync_ms: sync_latency(folder)
                .with_context(|| format!("can't write to {}", folder.display()))?
                .as_secs_f64()
                * 1000.0,
        })
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} cores ({}), {:.0} GB, a synced write of 4 KiB takes {:.2} ms",
            self.cores, self.processor, self.memory_gb, self.fsync_ms
        )
    }
}

/// The median time that writing 4 KiB and waiting for the disk takes.
fn sync_latency(folder: &Path) -> io::Result<Duration> {
    let mut file = tempfile::tempfile_in(folder)?;
    let page = [7; 4096];
    let mut times = Vec::with_capacity(TRIES);
    for _ in 0..TRIES {
        let start = Instant::now();
        write_synced(&mut file, &page)?;
        times.push(start.elapsed());
    }
    times.sort_unstable();
    Ok(times[TRIES / 2])
}

fn write_synced(file: &mut File, page: &[u8]) -> io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    file.write_all(page)?;
    file.sync_data()
}

/// The memory of a process that is in RAM, in bytes.
pub fn resident(pid: u32) -> Result<f64> {
    let status = read_to_string(format!("/proc/{pid}/status"))
        .with_context(|| format!("process {pid} is gone"))?;
    let kib = field(&status, "VmRSS").and_then(kib);
    Ok(kib.context("the system doesn't tell its memory")? * 1024.0)
}

fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim())
}

fn kib(text: &str) -> Option<f64> {
    text.strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_cores_memory_and_a_disk() {
        let machine = Machine::look(&std::env::temp_dir()).unwrap();
        assert!(machine.cores > 0 && machine.memory_gb > 0.1);
        assert!(machine.fsync_ms > 0.0);
        assert!(resident(std::process::id()).unwrap() > 1e6);
    }
}
