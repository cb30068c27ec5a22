//! Parses arguments, nothing else.

use std::process::ExitCode;

use clap::Parser;
use guestpass::commands::{self, Cli};

/// Requests make many small, short-lived things on several threads: the system's allocator spends more
/// on them, and keeps more memory after a burst.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    commands::run(Cli::parse())
}
