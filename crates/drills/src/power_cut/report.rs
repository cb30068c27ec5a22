//! What came of the power-cut drill.

use std::{fmt, time::Duration};

use anyhow::{Result, ensure};

use super::controls::Left;
use crate::{
    ledger::Known,
    seen::{Deed, Seen},
    table,
    verdict::Fault,
};

/// What the write-ahead log was like when the power failed.
#[derive(Clone, Copy)]
pub enum LogAtCut {
    AsItIs,
    /// Made long, up to a second ago.
    Long,
    /// Made long, and just begun anew.
    BegunAnew,
}

impl LogAtCut {
    /// Every second cut comes to a log that was made long.
    pub fn of(n: usize) -> Self {
        match n % 4 {
            2 => Self::BegunAnew,
            0 => Self::Long,
            _ => Self::AsItIs,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::AsItIs => "as is",
            Self::Long => "long",
            Self::BegunAnew => "anew",
        }
    }
}

/// What came of one cut.
pub struct Cut {
    pub n: usize,
    loaded: Duration,
    copies: usize,
    log: LogAtCut,
    /// How often the log began anew under this load.
    pub begun_anew: u32,
    made: usize,
    claimed: usize,
    /// What is wrong with which link.
    pub faults: Vec<(String, Fault)>,
    pub controls: Left,
    /// How long the server took to start on the copy.
    pub started: Duration,
    /// What else is wrong.
    pub other: Option<String>,
}

impl Cut {
    pub fn new(n: usize, log: LogAtCut, loaded: Duration, copies: usize, known: &[Known]) -> Self {
        let won = |known: &&Known| !known.claims.winners.is_empty();
        Self {
            n,
            loaded,
            copies,
            log,
            begun_anew: 0,
            made: known.len(),
            claimed: known.iter().filter(won).count(),
            faults: Vec::new(),
            controls: Left {
                synced: false,
                unsynced: false,
                unflushed: false,
            },
            started: Duration::ZERO,
            other: None,
        }
    }

    /// Whether everything that was synced is there, and nothing is wrong.
    fn is_survived(&self) -> bool {
        self.faults.is_empty() && self.other.is_none() && self.controls.synced
    }

    fn lost(&self) -> usize {
        self.count(|fault| !is_revival(fault))
    }

    fn revived(&self) -> usize {
        self.count(is_revival)
    }

    fn count(&self, which: impl Fn(Fault) -> bool) -> usize {
        self.faults
            .iter()
            .filter(|(_, fault)| which(*fault))
            .count()
    }

    fn row(&self) -> Vec<String> {
        let word = |left: bool| if left { "there" } else { "gone" }.to_owned();
        vec![
            self.n.to_string(),
            format!("{:.2}", self.loaded.as_secs_f64()),
            self.copies.to_string(),
            self.log.word().to_owned(),
            self.begun_anew.to_string(),
            self.made.to_string(),
            self.claimed.to_string(),
            self.lost().to_string(),
            self.revived().to_string(),
            word(self.controls.synced),
            word(self.controls.unsynced),
            word(self.controls.unflushed),
            self.started.as_millis().to_string(),
        ]
    }
}

/// Whether somebody gets what somebody else has.
fn is_revival(fault: Fault) -> bool {
    matches!(fault, Fault::Revived | Fault::ServedTwice)
}

impl fmt::Display for Cut {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "cut {}: {} links made, {} claimed; lost {}, revived {}",
            self.n,
            self.made,
            self.claimed,
            self.lost(),
            self.revived()
        )?;
        match &self.other {
            Some(other) => write!(out, "\n{other}"),
            None => Ok(()),
        }
    }
}

/// What came of all of them.
#[derive(Default)]
pub struct Report {
    pub cuts: Vec<Cut>,
}

impl Report {
    pub fn print(&self, seen: &Seen) {
        println!("\nWhat was acknowledged before each cut, and what was left of it after:\n");
        let head = [
            "cut",
            "after s",
            "copies",
            "log",
            "begun anew",
            "made",
            "claimed",
            "lost",
            "revived",
            "synced",
            "unsynced",
            "unflushed",
            "start ms",
        ];
        let rows: Vec<_> = self.cuts.iter().map(Cut::row).collect();
        table::print(&head, &rows);
        for (kind, counts) in seen.troubles() {
            println!("  trouble, {} times: {kind}", counts.iter().sum::<u64>());
        }
        for (kind, count) in seen.surprises() {
            println!("  SURPRISE, {count} times: {kind}");
        }
        let gone = |which: fn(Left) -> bool| {
            let gone = self.cuts.iter().filter(|cut| !which(cut.controls)).count();
            format!("{gone} of {}", self.cuts.len())
        };
        println!(
            "\ncontrol files gone: synced {}, unsynced {}, unflushed {}",
            gone(|left| left.synced),
            gone(|left| left.unsynced),
            gone(|left| left.unflushed)
        );
        println!(
            "acknowledged: {} links made, {} claims; lost {}, revived {}",
            seen.acknowledged(Deed::Create),
            seen.acknowledged(Deed::Claim),
            self.lost(),
            self.cuts.iter().map(Cut::revived).sum::<usize>(),
        );
    }

    /// How many acknowledged writes were gone, added up over all cuts.
    pub fn lost(&self) -> usize {
        self.cuts.iter().map(Cut::lost).sum()
    }

    /// An error unless all is well, and the cuts were cuts. Prints the closing line.
    pub fn judge(&self, seen: &Seen) -> Result<()> {
        let passed = self.cuts.iter().filter(|cut| cut.is_survived()).count();
        let failed = self.cuts.len() - passed;
        println!("\npower-cut: {passed} passed, {failed} failed");
        ensure!(failed == 0, "{failed} cuts took something or did damage");
        ensure!(
            seen.surprises().is_empty(),
            "answers that nobody should get"
        );
        let kept = |which: fn(Left) -> bool| self.cuts.iter().all(|cut| which(cut.controls));
        ensure!(
            !kept(|left| left.unsynced) && !kept(|left| left.unflushed),
            "no cut took anything: this was no power cut"
        );
        Ok(())
    }
}
