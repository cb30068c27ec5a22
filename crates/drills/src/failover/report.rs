//! What came of the failover drill.

use std::{collections::BTreeMap, fmt, time::Duration};

use anyhow::{Result, ensure};

use crate::{
    seen::{Deed, Seen},
    table,
    verdict::Fault,
};

/// How each node reaches its database.
pub const NODES: [&str; 2] = ["through HAProxy", "list of hosts"];

/// What came of one kill: how long after it each thing happened.
#[derive(Debug)]
pub struct Kill {
    n: usize,
    killed: &'static str,
    pub promoted: Option<Duration>,
    /// For each node: the first acknowledged write that was asked for after the kill.
    pub first: [Option<Duration>; 2],
    pub joined: Option<Duration>,
}

impl Kill {
    pub fn new(n: usize, killed: &'static str) -> Self {
        Self {
            n,
            killed,
            promoted: None,
            first: [None; 2],
            joined: None,
        }
    }

    fn row(&self) -> Vec<String> {
        vec![
            self.n.to_string(),
            self.killed.to_owned(),
            seconds(self.promoted),
            seconds(self.first[0]),
            seconds(self.first[1]),
            seconds(self.joined),
        ]
    }
}

impl fmt::Display for Kill {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second] = self.first;
        write!(
            out,
            "kill {} ({}): new primary after {} s, first write {} {} s, {} {} s, two nodes again after {} s",
            self.n,
            self.killed,
            seconds(self.promoted),
            NODES[0],
            seconds(first),
            NODES[1],
            seconds(second),
            seconds(self.joined)
        )
    }
}

fn seconds(duration: Option<Duration>) -> String {
    duration.map_or_else(
        || "never".to_owned(),
        |some| format!("{:.1}", some.as_secs_f64()),
    )
}

/// What came of all of them.
pub struct Report {
    pub kills: Vec<Kill>,
    pub faults: Vec<(String, Fault)>,
    pub audit: String,
}

impl Report {
    pub fn print(&self, seen: &Seen) {
        println!("\nSeconds after each kill:\n");
        let head = [
            "kill",
            "node",
            "new primary",
            "write, HAProxy",
            "write, host list",
            "two nodes again",
        ];
        let rows: Vec<_> = self.kills.iter().map(Kill::row).collect();
        table::print(&head, &rows);

        println!("\nTroubles that people saw and tried again after:\n");
        let rows: Vec<_> = seen
            .troubles()
            .into_iter()
            .map(|(kind, counts)| {
                let count = |node: usize| counts.get(node).copied().unwrap_or(0).to_string();
                vec![kind, count(0), count(1)]
            })
            .collect();
        table::print(&["", NODES[0], NODES[1]], &rows);
        for (kind, count) in seen.surprises() {
            println!("  SURPRISE, {count} times: {kind}");
        }

        println!("\nactivity log: {}", self.audit.trim());
        println!(
            "acknowledged: {} links made, {} claims; lost {}, served twice {}",
            seen.acknowledged(Deed::Create),
            seen.acknowledged(Deed::Claim),
            self.lost(),
            self.count(|fault| fault == Fault::ServedTwice || fault == Fault::Revived),
        );
        let mut kinds: BTreeMap<Fault, Vec<&str>> = BTreeMap::new();
        for (id, fault) in &self.faults {
            kinds.entry(*fault).or_default().push(id);
        }
        for (fault, ids) in kinds {
            println!(
                "  {} {fault}: {}",
                ids.len(),
                ids[..ids.len().min(5)].join(", ")
            );
        }
    }

    /// How many acknowledged writes are gone.
    pub fn lost(&self) -> usize {
        self.count(|fault| fault != Fault::ServedTwice)
    }

    fn count(&self, which: impl Fn(Fault) -> bool) -> usize {
        let mut ids: Vec<&str> = self
            .faults
            .iter()
            .filter(|(_, fault)| which(*fault))
            .map(|(id, _)| id.as_str())
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids.len()
    }

    /// An error unless all is well. Prints the closing line.
    pub fn judge(&self, seen: &Seen) -> Result<()> {
        let failed = self.count(|_| true);
        let kills = self.kills.len();
        println!(
            "\nfailover: {} passed, {} failed",
            if failed == 0 { kills } else { 0 },
            if failed == 0 { 0 } else { kills }
        );
        ensure!(failed == 0, "{failed} links are not as acknowledged");
        ensure!(
            seen.surprises().is_empty(),
            "answers that nobody should get"
        );
        Ok(())
    }
}
