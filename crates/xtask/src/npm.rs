//! The two npm projects: `web` (the front end) and `e2e` (the browser tests).

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result};

use crate::{
    paths::{changed, latest_change, root},
    process::{command, run},
};

/// Installs a project's packages, unless they are as new as its lock file.
pub fn install(project: &str) -> Result<()> {
    let folder = root().join(project);
    let locked = changed(&folder.join("package-lock.json"))
        .with_context(|| format!("{project}/package-lock.json is missing"))?;
    let installed = changed(&folder.join("node_modules/.package-lock.json"));
    if installed.is_some_and(|installed| installed >= locked) {
        return Ok(());
    }
    run(npm(project, &["ci", "--no-audit", "--no-fund"])
        // Browsers come from the system; nothing is downloaded behind our back.
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))
}

/// A script of a project's `package.json`.
pub fn script(project: &str, name: &str) -> Command {
    npm(project, &["run", "--silent", name])
}

/// Builds the front end, unless the last build is newer than everything it is made of.
pub fn build_web() -> Result<()> {
    install("web")?;
    let web = root().join("web");
    let built = changed(&web.join("dist/app.html"));
    if built.is_some() && built > sources_changed(&web)? {
        return Ok(());
    }
    run(&mut script("web", "build"))
}

fn sources_changed(web: &Path) -> Result<Option<std::time::SystemTime>> {
    let mut latest = None;
    for entry in std::fs::read_dir(web)? {
        let path = entry?.path();
        if !is_made(&path) {
            latest = latest.max(latest_change(&path)?);
        }
    }
    Ok(latest)
}

/// Folders that tools write.
fn is_made(path: &Path) -> bool {
    let made = ["node_modules", "dist", "coverage", ".svelte-kit", ".vite"];
    path.file_name()
        .is_some_and(|name| made.iter().any(|made| name == *made))
}

fn npm(project: &str, args: &[&str]) -> Command {
    let mut npm = command("npm", args);
    let folder: PathBuf = root().join(project);
    npm.current_dir(folder);
    npm
}
