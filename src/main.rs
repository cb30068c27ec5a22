//! Parses arguments, nothing else.

use std::process::ExitCode;

use clap::Parser;
use guestpass::commands::{self, Cli};

fn main() -> ExitCode {
    commands::run(Cli::parse())
}
