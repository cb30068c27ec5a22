//! The drills: `guestpass-drills` takes something away from the real server, which must still know
//! everything that it acknowledged.

use std::{os::unix::process::CommandExt, process::Command};

use anyhow::{Context, Result};

use crate::{
    machine::{self, Need},
    npm,
    paths::{built, released},
    postgres,
    process::{Watched, cargo, command, run, watch},
    rust,
    summary::{NOT_DONE, is_drill_line},
};

/// `cargo xtask failover`: the primary of a replicated PostgreSQL dies under load.
pub fn failover(options: &[String]) -> Result<()> {
    machine::provide(&[Need::Node, Need::Postgres, Need::Cluster])?;
    let programs = postgres::programs().context("PostgreSQL's programs are missing")?;
    become_drill(
        release()?
            .arg("failover")
            .args(options)
            .env("GUESTPASS_DRILLS_POSTGRES", programs),
    )
}

/// `cargo xtask power-cut`: a server on SQLite loses its power under load.
pub fn power_cut(options: &[String]) -> Result<()> {
    machine::provide(&[Need::Node, Need::Disks])?;
    become_drill(release()?.arg("power-cut").args(options))
}

/// Three cuts of a development build, as a part of `cargo xtask test`: one of them after a long log
/// began anew.
pub fn test() -> Result<Watched> {
    rust::build_server()?;
    run(&mut cargo(&["build", "--package", "guestpass-drills"]))?;
    let mut drill = command(built("guestpass-drills"), &["power-cut", "--cuts", "3"]);
    drill.env("GUESTPASS_DRILLS_SERVER", built("guestpass"));
    let mut watched = watch(&mut drill, is_drill_line)?;
    // It fails as well where it isn't allowed, and says why.
    watched.success |= watched.lines.iter().any(|line| line.starts_with(NOT_DONE));
    Ok(watched)
}

/// The drills against an optimised build, which is what people run.
fn release() -> Result<Command> {
    npm::build_web()?;
    run(&mut cargo(&["build", "--release", "--bin", "guestpass"]))?;
    let drills = ["build", "--release", "--package", "guestpass-drills"];
    run(&mut cargo(&drills))?;
    let mut drill = command(released("guestpass-drills"), &[]);
    drill.env("GUESTPASS_DRILLS_SERVER", released("guestpass"));
    Ok(drill)
}

/// Taking this process's place, rather than being waited for, lets Ctrl-C and signals reach the drill,
/// which has to clean up.
fn become_drill(drill: &mut Command) -> Result<()> {
    let failed = drill.exec();
    Err(failed).context("cannot start the drill")
}
