//! `[log]`

use super::{Key, Reader, key::Kind};

pub(super) const ABOUT: &str = "What is written to standard error, and how.";

const FORMAT: Key = Key {
    name: "log.format",
    kind: Kind::Text,
    default: Some("text"),
    placeholder: "text|json",
    meaning: "`text` for people, `json` for machines.",
};
const LEVEL: Key = Key {
    name: "log.level",
    kind: Kind::Text,
    default: Some("info"),
    placeholder: "error|warn|info|debug|trace",
    meaning: "The least important lines to write. No level writes secrets.",
};
pub(super) const KEYS: &[Key] = &[FORMAT, LEVEL];

/// How lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

/// What is logged, and how.
#[derive(Clone, Debug)]
pub struct Log {
    /// How lines look.
    pub format: LogFormat,
    /// The least important lines to write.
    pub level: tracing::Level,
}

pub(super) fn read(reader: &mut Reader) -> Option<Log> {
    let format = reader.required(
        &FORMAT,
        |text| match text {
            "text" => Ok(LogFormat::Text),
            "json" => Ok(LogFormat::Json),
            _ => Err("must be `text` or `json`".to_owned()),
        },
        "Use `text`, or `json` when a program reads it.",
    );
    let level = reader.required(
        &LEVEL,
        |text| match text {
            "error" => Ok(tracing::Level::ERROR),
            "warn" => Ok(tracing::Level::WARN),
            "info" => Ok(tracing::Level::INFO),
            "debug" => Ok(tracing::Level::DEBUG),
            "trace" => Ok(tracing::Level::TRACE),
            _ => Err("must be `error`, `warn`, `info`, `debug` or `trace`".to_owned()),
        },
        "Use `info`.",
    );
    Some(Log {
        format: format?,
        level: level?,
    })
}
