//! `cargo xtask test`: every test there is, with what they need.

use anyhow::{Result, bail};

use crate::{
    drills, e2e,
    machine::{self, Need},
    npm,
    process::{run as run_shown, watch},
    rust,
    summary::{Part, close, is_vitest_line},
};

const PARTS: [&str; 5] = ["web", "rust", "postgres", "power-cut", "e2e"];

/// Runs the named parts, or all. A failing part doesn't keep the others from running.
pub fn run(names: &[String]) -> Result<()> {
    if let Some(unknown) = names.iter().find(|name| !PARTS.contains(&name.as_str())) {
        bail!(
            "no part is called {unknown}; there are {}",
            PARTS.join(", ")
        );
    }
    let wanted = |name: &str| names.is_empty() || names.iter().any(|wanted| wanted == name);

    let mut needs = vec![Need::Node];
    if wanted("postgres") {
        needs.push(Need::Postgres);
    }
    if wanted("power-cut") {
        needs.push(Need::Disks);
    }
    if wanted("e2e") {
        needs.push(Need::Chromium);
    }
    machine::provide(&needs)?;

    let mut parts = Vec::new();
    // First, because the server embeds it.
    parts.push(Part::check("front end builds", npm::build_web));
    if wanted("web") {
        parts.push(Part::check("TypeScript", typescript));
        parts.push(Part::tests("front end", || {
            watch(&mut npm::script("web", "test"), is_vitest_line)
        }));
    }
    if wanted("rust") {
        parts.push(Part::tests("Rust, SQLite", rust::test_with_sqlite));
    }
    if wanted("postgres") {
        parts.push(Part::tests("Rust, PostgreSQL", rust::test_with_postgres));
    }
    if wanted("power-cut") {
        parts.push(Part::drill("power cut", drills::test));
    }
    if wanted("e2e") {
        parts.push(Part::tests("browser", e2e::test));
    }
    close(&parts)
}

/// Types and lint of both npm projects.
pub fn typescript() -> Result<()> {
    for project in ["web", "e2e"] {
        npm::install(project)?;
        run_shown(&mut npm::script(project, "check"))?;
    }
    Ok(())
}
