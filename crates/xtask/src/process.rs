//! Running other programs: shown before they run, and their failure is an error.

use std::{
    ffi::OsStr,
    io::{self, BufRead, BufReader, IsTerminal, Read, Write},
    path::Path,
    process::{Command, Stdio},
    sync::Mutex,
    thread,
};

use anyhow::{Context, Result, bail};

use crate::paths::root;

/// A command that runs in the repository's root.
pub fn command(program: impl AsRef<OsStr>, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(args).current_dir(root());
    command
}

/// The cargo that runs this program, so that `cargo +toolchain xtask` stays with that toolchain.
pub fn cargo(args: &[&str]) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    command(cargo, args)
}

/// Shows the command and runs it; its output goes to the terminal.
pub fn run(command: &mut Command) -> Result<()> {
    let shown = show(command);
    let status = command
        .status()
        .with_context(|| format!("cannot start `{shown}`"))?;
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

/// Runs the command and gives what it printed.
pub fn read(command: &mut Command) -> Result<Vec<u8>> {
    let shown = describe(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start `{shown}`"))?;
    if !output.status.success() {
        bail!("`{shown}` failed ({})", output.status);
    }
    Ok(output.stdout)
}

/// Whether the program can be started and ends well; what it prints is dropped.
pub fn answers(program: impl AsRef<OsStr>, args: &[&str]) -> bool {
    command(program, args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// What a program that was watched came to.
pub struct Watched {
    /// Whether it ended well.
    pub success: bool,
    /// The lines that were wanted, without colours.
    pub lines: Vec<String>,
}

/// Runs the command, passes on what it prints, and keeps the lines that `wanted` accepts.
pub fn watch(command: &mut Command, wanted: fn(&str) -> bool) -> Result<Watched> {
    if io::stdout().is_terminal() {
        command
            .env("CARGO_TERM_COLOR", "always")
            .env("FORCE_COLOR", "1");
    } else {
        // Some runners take any pipe for a place that likes colours.
        command.env("NO_COLOR", "1");
    }
    let shown = show(command);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{shown}`"))?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let kept = Mutex::new(Vec::new());
    thread::scope(|scope| {
        if let Some(out) = out {
            scope.spawn(|| pass_on(out, io::stdout(), wanted, &kept));
        }
        if let Some(err) = err {
            scope.spawn(|| pass_on(err, io::stderr(), wanted, &kept));
        }
    });
    let status = child.wait()?;
    Ok(Watched {
        success: status.success(),
        lines: kept.into_inner().unwrap_or_default(),
    })
}

fn pass_on(
    from: impl Read,
    mut to: impl Write,
    wanted: fn(&str) -> bool,
    kept: &Mutex<Vec<String>>,
) {
    for line in BufReader::new(from).split(b'\n') {
        let Ok(line) = line else { return };
        // A closed terminal must not end the run: its results are still wanted.
        let _ = to.write_all(&line).and_then(|()| to.write_all(b"\n"));
        let plain = without_colours(&String::from_utf8_lossy(&line));
        if wanted(&plain)
            && let Ok(mut kept) = kept.lock()
        {
            kept.push(plain);
        }
    }
}

/// Drops the escape sequences that colour a terminal's text.
fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line.chars();
    while let Some(letter) = rest.next() {
        if letter == '\u{1b}' {
            // A sequence ends with its first letter.
            rest.by_ref().find(char::is_ascii_alphabetic);
        } else {
            plain.push(letter);
        }
    }
    plain
}

fn show(command: &Command) -> String {
    let shown = describe(command);
    match command.get_current_dir() {
        Some(folder) if folder != root() => {
            let folder = folder.strip_prefix(root()).unwrap_or(Path::new("."));
            println!("$ cd {} && {shown}", folder.display());
        }
        _ => println!("$ {shown}"),
    }
    shown
}

fn describe(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    std::iter::once(name)
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_dropped() {
        assert_eq!(without_colours("\u{1b}[32;1mok\u{1b}[0m 3"), "ok 3");
        assert_eq!(without_colours("plain"), "plain");
    }

    #[test]
    fn a_failing_program_is_an_error() {
        assert!(run(&mut command("false", &[])).is_err());
        assert!(run(&mut command("no-such-program", &[])).is_err());
    }

    #[test]
    fn watching_keeps_the_wanted_lines_of_both_streams() {
        let mut shell = command(
            "sh",
            &["-c", "echo keep 1; echo drop; echo keep 2 >&2; exit 3"],
        );
        let mut watched = watch(&mut shell, |line| line.starts_with("keep")).unwrap();
        watched.lines.sort();
        assert!(!watched.success);
        assert_eq!(watched.lines, ["keep 1", "keep 2"]);
    }
}
