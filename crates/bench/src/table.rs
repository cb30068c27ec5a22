//! The table of all lines, for people and for machines.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use serde_json::json;

use crate::{figures::Line, machine::Machine};

const HEADER: [&str; 7] = [
    "what",
    "value",
    "reference",
    "ratio",
    "target",
    "",
    "against; notes",
];

/// The lines as a Markdown table whose columns stand under each other in a terminal too.
pub fn render(lines: &[Line]) -> String {
    let mut rows: Vec<[String; 7]> = vec![HEADER.map(str::to_owned)];
    rows.extend(lines.iter().map(Line::cells));
    grid(&rows)
}

/// Rows as a Markdown table; the first is its head.
pub fn grid<const N: usize>(rows: &[[String; N]]) -> String {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for (at, row) in rows.iter().enumerate() {
        let cells: Vec<String> = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        text += &format!("| {} |\n", cells.join(" | "));
        if at == 0 {
            let rules: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
            text += &format!("|-{}-|\n", rules.join("-|-"));
        }
    }
    text
}

/// How many targets were met, missed and not judged, in words.
pub fn verdict(lines: &[Line]) -> String {
    let count = |wanted: Option<bool>| lines.iter().filter(|line| line.met() == wanted).count();
    format!(
        "{} targets met, {} not met, {} lines told without one",
        count(Some(true)),
        count(Some(false)),
        count(None)
    )
}

/// Writes the lines with all their samples for machines.
pub fn write_json(path: &Path, machine: &Machine, runs: usize, lines: &[Line]) -> Result<()> {
    let lines: Vec<_> = lines
        .iter()
        .map(|line| {
            json!({
                "line": line,
                "value": line.values(),
                "ratio": line.ratios(),
                "met": line.met(),
            })
        })
        .collect();
    let all = json!({ "machine": machine, "runs": runs, "lines": lines });
    let text = serde_json::to_string_pretty(&all)?;
    fs::write(path, text).with_context(|| format!("can't write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figures::{Target, Unit};

    fn lines() -> Vec<Line> {
        let mut claim = Line::new("claim", Unit::PerSecond, Target::RatioAtLeast(0.25))
            .against("bare SQLite")
            .note("p99 3 ms");
        claim.add(12_000.0, Some(40_000.0));
        claim.add(13_000.0, Some(41_000.0));
        let mut idle = Line::new("idle", Unit::Bytes, Target::AtMost(40e6));
        idle.add(50e6, None);
        vec![claim, idle]
    }

    #[test]
    fn the_table_shows_medians_with_their_spread() {
        let text = render(&lines());
        let shown: Vec<&str> = text.lines().collect();
        assert_eq!(shown.len(), 4);
        let width = shown[0].chars().count();
        assert!(
            shown.iter().all(|line| line.chars().count() == width),
            "{text}"
        );
        assert!(shown[2].contains("12,500/s (12,000/s..13,000/s)"), "{text}");
        assert!(shown[2].contains("pass") && shown[2].contains("bare SQLite; p99 3 ms"));
        assert!(shown[3].contains("NOT") && shown[3].contains("<= 40.0 MB"));
        assert_eq!(
            verdict(&lines()),
            "1 targets met, 1 not met, 0 lines told without one"
        );
    }

    #[test]
    fn machines_get_every_sample() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let machine = Machine::look(&std::env::temp_dir()).unwrap();
        write_json(file.path(), &machine, 2, &lines()).unwrap();
        let text = fs::read_to_string(file.path()).unwrap();
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["lines"][0]["line"]["samples"][1]["value"], 13_000.0);
        assert_eq!(read["lines"][1]["met"], false);
        assert_eq!(read["runs"], 2);
    }
}
