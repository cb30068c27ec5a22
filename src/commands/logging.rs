//! Lines for the operator, on standard error.

use std::{backtrace::Backtrace, io::IsTerminal};

use tracing_subscriber::{EnvFilter, fmt};

use crate::config::{Log, LogFormat};

/// Starts logging. Panics are logged by their place alone: their message may quote what somebody
/// typed.
pub(super) fn start(log: &Log) {
    let level = log.level.as_str().to_ascii_lowercase();
    let filter = EnvFilter::new(level);
    let builder = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match log.format {
        LogFormat::Text => builder
            .with_ansi(std::io::stderr().is_terminal())
            .try_init(),
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
    };
    if started.is_err() {
        eprintln!("guestpass: logging was started twice");
    }
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panicked\n{}", Backtrace::capture());
    }));
}
