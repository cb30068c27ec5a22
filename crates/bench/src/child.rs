//! Other programs that live no longer than this one.

use std::{
    ffi::OsStr,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, bail};

/// A command that is killed when this process dies, however it dies. Its program keeps the command's
/// process id. Must be started from the main thread: the system watches that.
pub fn mortal(program: impl AsRef<OsStr>) -> Command {
    let mut command = match find("setpriv") {
        Some(setpriv) => {
            let mut command = Command::new(setpriv);
            command.args(["--pdeathsig", "KILL", "--"]).arg(program);
            command
        }
        None => Command::new(program),
    };
    without_settings(command.stdin(Stdio::null()));
    command
}

/// Takes away this process's own settings: a server would refuse those it doesn't know.
pub fn without_settings(command: &mut Command) -> &mut Command {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GUESTPASS_") {
            command.env_remove(name);
        }
    }
    command
}

/// This program again, for another part.
pub fn own_part(name: &str) -> Result<Command> {
    let own = std::env::current_exe().context("this program's own path")?;
    let mut command = mortal(own);
    command.arg(name);
    Ok(command)
}

/// A program on the search path.
pub fn find(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}

/// A process that is killed when this is dropped.
#[derive(Debug)]
pub struct Process(pub Child);

impl Process {
    /// The first line it prints: says that it is ready, and where.
    pub fn first_line(&mut self) -> Result<String> {
        let out = self.0.stdout.take().context("its output isn't read")?;
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        if line.trim().is_empty() {
            bail!("it ended before it was ready ({})", self.0.wait()?);
        }
        Ok(line.trim().to_owned())
    }

    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Asks it to end, and waits until it has.
    pub fn stop(mut self) -> Result<()> {
        let asked = Command::new("kill")
            .arg("-TERM")
            .arg(self.0.id().to_string())
            .status()?;
        let ended = self.0.wait()?;
        if !asked.success() || !ended.success() {
            bail!("it didn't end well ({ended})");
        }
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs a command to its end and gives what it printed.
pub fn read(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command
        .output()
        .with_context(|| format!("cannot start {name}"))?;
    if !output.status.success() {
        bail!(
            "{name} failed ({}): {}{}",
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    String::from_utf8(output.stdout).with_context(|| format!("{name} printed no text"))
}
