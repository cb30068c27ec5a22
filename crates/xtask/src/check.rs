//! `cargo xtask check`: what review shouldn't have to look for.

use std::{env, fs, path::PathBuf};

use anyhow::{Context, Result, ensure};

use crate::{
    generate,
    machine::{self, Need},
    npm,
    paths::root,
    process::{answers, cargo, command, run as run_shown},
    summary::{Part, close},
    test,
};

/// Runs every check; one that fails doesn't keep the others from running.
pub fn run() -> Result<()> {
    machine::provide(&[Need::Node])?;
    close(&[
        Part::check("front end builds", npm::build_web),
        Part::check("formatting", || {
            run_shown(&mut cargo(&["fmt", "--all", "--check"]))
        }),
        Part::check("clippy", || {
            run_shown(&mut cargo(&[
                "clippy",
                "--workspace",
                "--all-targets",
                "--quiet",
                "--",
                "--deny",
                "warnings",
            ]))
        }),
        Part::check("Rust docs", || {
            run_shown(
                cargo(&[
                    "doc",
                    "--workspace",
                    "--no-deps",
                    "--document-private-items",
                    "--quiet",
                ])
                .env("RUSTDOCFLAGS", "--deny warnings"),
            )
        }),
        Part::check("TypeScript", test::typescript),
        Part::check("generated files", generated),
        Part::check("licences, bans, sources", deny),
        Part::check("advisories", audit),
    ])
}

/// Generates into the tree and sees whether that changed anything.
fn generated() -> Result<()> {
    let paths = generate::FILES.map(|file| root().join(file));
    let before = paths.clone().map(|path| fs::read(path).ok());
    generate::run()?;
    let stale: Vec<&str> = generate::FILES
        .into_iter()
        .zip(paths.iter().zip(&before))
        .filter(|(_, (path, before))| fs::read(path).ok() != **before)
        .map(|(file, _)| file)
        .collect();
    ensure!(
        stale.is_empty(),
        "stale, and now written anew: {} (commit them)",
        stale.join(", ")
    );
    Ok(())
}

fn deny() -> Result<()> {
    ensure!(
        answers("cargo-deny", &["--version"]),
        "cargo-deny is missing: cargo install --locked cargo-deny"
    );
    run_shown(&mut command(
        "cargo-deny",
        &["check", "licenses", "bans", "sources"],
    ))
}

/// Known vulnerabilities, against a copy of the RustSec database: nothing is fetched.
fn audit() -> Result<()> {
    ensure!(
        answers("cargo-audit", &["--version"]),
        "cargo-audit is missing: cargo install --locked cargo-audit"
    );
    let data = advisories().context(
        "no copy of the RustSec database: clone https://github.com/rustsec/advisory-db \
         beside this repository's folder as shared/advisory-db, or name one in GUESTPASS_ADVISORY_DB",
    )?;
    let about = fs::read_to_string(data.join("ABOUT.md")).unwrap_or_default();
    println!("{}", about.lines().next().unwrap_or_default());
    run_shown(
        command(
            "cargo-audit",
            &[
                "audit",
                "--no-fetch",
                "--stale",
                "--deny",
                "warnings",
                "--db",
            ],
        )
        .arg(data),
    )
}

fn advisories() -> Option<PathBuf> {
    env::var_os("GUESTPASS_ADVISORY_DB")
        .map(PathBuf::from)
        .or_else(|| Some(root().parent()?.join("shared/advisory-db")))
        .filter(|folder| folder.is_dir())
}
