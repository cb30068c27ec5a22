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

/// nextest's closing line. It also passes on those of cargo test, once for each failing test.
pub fn is_nextest_line(line: &str) -> bool {
    line.trim_start().starts_with("Summary [")
}

/// The closing line of cargo's own runner, one for each binary.
pub fn is_cargo_test_line(line: &str) -> bool {
    line.starts_with("test result:")
}

/// vitest's closing line.
pub fn is_vitest_line(line: &str) -> bool {
    line.trim_start().starts_with("Tests  ")
}

/// A drill's closing lines: what came of it, and why it failed or wasn't done.
pub fn is_drill_line(line: &str) -> bool {
    ["power-cut: ", "drill: ", NOT_DONE]
        .iter()
        .any(|beginning| line.starts_with(beginning))
}

/// How a drill begins to say that this machine doesn't allow it.
pub const NOT_DONE: &str = "NOT DONE: ";

/// Playwright's closing lines, one for each outcome.
pub fn is_playwright_line(line: &str) -> bool {
    let mut words = line.split_whitespace();
    words.next().is_some_and(|word| word.parse::<u64>().is_ok())
        && words.next().is_some_and(|word| {
            ["passed", "failed", "skipped", "flaky", "interrupted", "did"].contains(&word)
        })
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
        let mut part = Part::drill(name, run);
        if part.error.is_none() && part.counts.passed == 0 {
            part.error = Some("no test ran".into());
        }
        part
    }

    /// A test run that says so itself where a machine doesn't allow it.
    pub fn drill(name: &'static str, run: impl FnOnce() -> Result<Watched>) -> Part {
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
            None if counts.passed + counts.skipped == 0 => Some("no test ran".into()),
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
        type Case = (fn(&str) -> bool, &'static str, Counts);
        let cases: [Case; 10] = [
            (
                is_nextest_line,
                "     Summary [   1.513s] 12 tests run: 12 passed (1 slow), 3 skipped",
                counts(12, 0, 3),
            ),
            (
                is_nextest_line,
                "     Summary [   9.013s] 5/9 tests run: 2 passed, 2 failed, 1 timed out, 0 skipped",
                counts(2, 3, 0),
            ),
            (
                is_cargo_test_line,
                "test result: FAILED. 7 passed; 1 failed; 2 ignored; 0 measured; 4 filtered out; finished in 0.01s",
                counts(7, 1, 2),
            ),
            (
                is_vitest_line,
                "      Tests  2 failed | 30 passed | 1 skipped (33)",
                counts(30, 2, 1),
            ),
            (
                is_drill_line,
                "power-cut: 2 passed, 0 failed",
                counts(2, 0, 0),
            ),
            (
                is_drill_line,
                "drill: the long log never began anew:",
                counts(0, 0, 0),
            ),
            (is_playwright_line, "  40 passed (1.2m)", counts(40, 0, 0)),
            (is_playwright_line, "  1 failed", counts(0, 1, 0)),
            (is_playwright_line, "  2 did not run", counts(0, 0, 2)),
            (is_playwright_line, "  1 flaky", counts(0, 1, 0)),
        ];
        for (wanted, line, expected) in cases {
            assert!(wanted(line), "{line}");
            assert_eq!(Counts::of(line), expected, "{line}");
        }
    }

    #[test]
    fn other_lines_are_not() {
        assert!(!is_nextest_line(
            "    test result: FAILED. 0 passed; 1 failed; 0 ignored"
        ));
        assert!(!is_vitest_line(" Test Files  3 passed (3)"));
        for line in [
            "",
            "  ✓  1 passed the door (3ms)",
            "Running 3 tests using 2 workers",
        ] {
            assert!(!is_playwright_line(line), "{line}");
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
        let skipped = || {
            Ok(Watched {
                success: true,
                lines: vec!["power-cut: 0 passed, 0 failed, 1 skipped".into()],
            })
        };
        assert!(Part::tests("skipped", skipped).error.is_some());
        assert!(Part::drill("skipped", skipped).error.is_none());
    }
}
