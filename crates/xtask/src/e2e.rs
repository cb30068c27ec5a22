//! The browser tests: Playwright drives the system's Chromium against the built server.

use std::process::Command;

use anyhow::Result;

use crate::{
    machine::{self, Need, chromium},
    npm,
    paths::built,
    process::{Watched, run as run_shown, watch},
    rust,
    summary::is_playwright_line,
};

/// `cargo xtask e2e`: options go to Playwright.
pub fn run(options: &[String]) -> Result<()> {
    prepare()?;
    run_shown(playwright().args(options))
}

/// `cargo xtask screenshots`: the tour of every page and state, with pictures.
pub fn screenshots() -> Result<()> {
    prepare()?;
    run_shown(playwright().arg("tour").env("SCREENSHOTS", "1"))?;
    println!("\nThe pictures are in e2e/screenshots.");
    Ok(())
}

/// All of them, as a part of `cargo xtask test`.
pub fn test() -> Result<Watched> {
    prepare()?;
    watch(&mut playwright(), is_playwright_line)
}

fn prepare() -> Result<()> {
    machine::provide(&[Need::Node, Need::Chromium])?;
    npm::build_web()?;
    npm::install("e2e")?;
    rust::build_server()
}

fn playwright() -> Command {
    let mut playwright = npm::script("e2e", "test");
    playwright
        .arg("--")
        .env("GUESTPASS_TEST_BINARY", built("guestpass"));
    if let Some(browser) = chromium() {
        playwright.env("GUESTPASS_TEST_CHROMIUM", browser);
    }
    playwright
}
