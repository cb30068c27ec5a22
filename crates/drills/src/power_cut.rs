//! The power-cut drill.
use anyhow::Result;
#[derive(Debug, clap::Args)]
pub struct Options {}
pub async fn run(_: &Options) -> Result<()> {
    Ok(())
}
