//! `guestpass check-config`

use anyhow::Result;

use super::args::ConfigArgs;
use crate::config;

/// Prints what counts, or fails with all that is wrong.
pub(super) fn run(args: &ConfigArgs) -> Result<()> {
    let sources = args.sources();
    config::Config::load(&sources)?;
    print!("{}", config::show(&sources));
    println!("The configuration is fine.");
    Ok(())
}
