//! The effective configuration, for people.

use std::fmt::Write;

use super::{
    SECTIONS, Sources, database,
    key::{Key, Kind},
    layers::{Found, merge},
};

/// Every key with its value and where it comes from; secrets masked.
pub fn show(sources: &Sources) -> String {
    // What is wrong was told already; this shows what counts.
    let values = merge(sources, &mut Vec::new());
    let mut text = String::new();
    for (section, _, keys) in &SECTIONS {
        let _ = writeln!(text, "[{section}]");
        for key in *keys {
            let name = key.name.split_once('.').map_or(key.name, |(_, name)| name);
            let _ = match values.get(key.name) {
                Some(found) => writeln!(
                    text,
                    "{:<42} # {}",
                    format!("{name} = {}", value(key, found)),
                    found.place
                ),
                None => writeln!(text, "{:<42} # not set", format!("# {name}")),
            };
        }
        text.push('\n');
    }
    text
}

fn value(key: &Key, found: &Found) -> String {
    let text = found.text.expose();
    match key.kind {
        Kind::Text => format!("{text:?}"),
        Kind::Whole => text.to_owned(),
        Kind::List => {
            let parts: Vec<_> = text
                .split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .collect();
            format!("{parts:?}")
        }
        // Only files have addresses without a password.
        Kind::Secret if key.name == database::URL.name && text.starts_with("sqlite:") => {
            format!("{text:?}")
        }
        Kind::Secret => "\"(set, not shown)\"".to_owned(),
    }
}
