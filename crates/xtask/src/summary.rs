//! The closing lines of the test runners: found, added up, and printed once more at the end.

use std::{
    fmt,
    iter::Sum,
    time::{Duration, Instant},
};

use anyhow::Result;

use crate::process::Watched;

/// How many tests did what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: u64,
    pub failed: u64,
    pub skipped: u64,
}

impl Sum for Counts {
    fn sum<I: Iterator<Item = Counts>>(all: I) -> Counts {
        all.fold(Counts::default(), |sum, one| Counts {
            passed: sum.passed + one.passed,
            failed: sum.failed + one.failed,
            skipped: sum.skipped + one.skipped,
        })
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{} passed, {} failed, {} skipped",
            self.passed, self.failed, self.skipped
        )
    }
}

impl Counts {
    /// Reads a closing line of nextest, cargo test, vitest or Playwright.
    fn of(line: &str) -> Counts {
        let words: Vec<&str> = line
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        let mut counts = Counts::default();
        for pair in words.windows(2) {
            let Ok(number) = pair[0].parse::<u64>() else {
                continue;
            };
            match pair[1] {
                "passed" => counts.passed += number,
                "failed" | "timed" | "interrupted" | "flaky" => counts.failed += number,
                "skipped" | "ignored" | "did" => counts.skipped += number,
                _ => {}
            }
        }
        counts
    }
}

/// Whether a line is one of the closing lines that [`Counts`] understands.
pub fn is_closing_line(line: &str) -> bool {
    let line = line.trim();
    let mut words = line.split_whitespace();
    line.starts_with("Summary [")
        || line.starts_with("test result:")
        || line.starts_with("Tests  ")
        || (words.next().is_some_and(|word| word.parse::<u64>().is_ok())
            && words.next().is_some_and(|word| {
                ["passed", "failed", "skipped", "flaky", "interrupted", "did"].contains(&word)
            }))
}

/// What came of one part of a run.
pub struct Part {
    name: &'static str,
    took: Duration,
    closing: Vec<String>,
    counts: Counts,
    error: Option<String>,
}

impl Part {
    /// A part that is a test run: it fails when its runner does, and when it ran nothing.
    pub fn tests(name: &'static str, run: impl FnOnce() -> Result<Watched>) -> Part {
        let started = start(name);
        let outcome = run();
        let took = started.elapsed();
        let (closing, success, error) = match outcome {
            Ok(watched) => (watched.lines, watched.success, None),
            Err(error) => (Vec::new(), false, Some(format!("{error:#}"))),
        };
        let counts: Counts = closing.iter().map(|line| Counts::of(line)).sum();
        let error = match error {
            Some(error) => Some(error),
            None if !success => Some("the test runner failed".into()),
            None if counts.passed == 0 => Some("no test ran".into()),
            None => None,
        };
        Part {
            name,
            took,
            closing,
            counts,
            error,
        }
    }

    /// A part that either works or doesn't.
    pub fn check(name: &'static str, run: impl FnOnce() -> Result<()>) -> Part {
        let started = start(name);
        let error = run().err().map(|error| format!("{error:#}"));
        Part {
            name,
            took: started.elapsed(),
            closing: Vec::new(),
            counts: Counts::default(),
            error,
        }
    }
}

fn start(name: &str) -> Instant {
    println!("\n=== {name}");
    Instant::now()
}

/// Prints what came of every part. An error when one failed.
pub fn close(parts: &[Part]) -> Result<()> {
    println!("\n=== Results");
    for part in parts {
        let word = if part.error.is_some() { "FAILED" } else { "ok" };
        println!("{:<6} {} ({:.0?})", word, part.name, part.took);
        for line in &part.closing {
            println!("         {}", line.trim());
        }
        if let Some(error) = &part.error {
            println!("         {error}");
        }
    }
    let counts: Counts = parts.iter().map(|part| part.counts).sum();
    if counts != Counts::default() {
        println!("\n{counts}");
    }
    let failed = parts.iter().filter(|part| part.error.is_some()).count();
    anyhow::ensure!(failed == 0, "{failed} of {} parts failed", parts.len());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passed: u64, failed: u64, skipped: u64) -> Counts {
        Counts {
            passed,
            failed,
            skipped,
        }
    }

    #[test]
    fn closing_lines_are_understood() {
        let cases = [
            (
                "     Summary [   1.513s] 12 tests run: 12 passed (1 slow), 3 skipped",
                counts(12, 0, 3),
            ),
            (
                "     Summary [   9.013s] 5/9 tests run: 2 passed, 2 failed, 1 timed out, 0 skipped",
                counts(2, 3, 0),
            ),
            (
                "test result: FAILED. 7 passed; 1 failed; 2 ignored; 0 measured; 4 filtered out; finished in 0.01s",
                counts(7, 1, 2),
            ),
            (
                "      Tests  2 failed | 30 passed | 1 skipped (33)",
                counts(30, 2, 1),
            ),
            ("  40 passed (1.2m)", counts(40, 0, 0)),
            ("  1 failed", counts(0, 1, 0)),
            ("  2 did not run", counts(0, 0, 2)),
            ("  1 flaky", counts(0, 1, 0)),
        ];
        for (line, expected) in cases {
            assert!(is_closing_line(line), "{line}");
            assert_eq!(Counts::of(line), expected, "{line}");
        }
    }

    #[test]
    fn other_lines_are_not() {
        for line in [
            "",
            " Test Files  3 passed (3)",
            "  ✓  1 passed the door (3ms)",
            "running 3 tests",
        ] {
            assert!(!is_closing_line(line), "{line}");
        }
    }

    #[test]
    fn a_run_without_tests_fails() {
        let empty = Watched {
            success: true,
            lines: vec![],
        };
        assert!(Part::tests("nothing", || Ok(empty)).error.is_some());
        let one = Watched {
            success: true,
            lines: vec!["  1 passed (3s)".into()],
        };
        assert!(Part::tests("one", || Ok(one)).error.is_none());
    }
}
