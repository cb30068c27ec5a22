//! Workspaces, their members and their sessions.

use anyhow::Result;
use guestpass::base::secret::sha256;

use super::{Chance, DAY, Id, Sink, chance::zipf_sizes, rows::Table, sealing::derived};
use crate::row;

const FIRST: [&str; 8] = [
    "Mira", "Jonas", "Aiko", "Femi", "Lena", "Pavel", "Sofia", "Tom",
];
const LAST: [&str; 8] = [
    "Okafor", "Lind", "Tanaka", "Adeyemi", "Vogel", "Novak", "Costa", "Reed",
];
/// What people's browsers are called.
pub const BROWSERS: [&str; 5] = [
    "Chrome on Windows",
    "Firefox on macOS",
    "Safari on iPhone",
    "Edge on Windows",
    "Chrome on Android",
];

/// A workspace.
#[derive(Clone, Debug)]
pub struct Workspace {
    pub id: Id,
    /// Where its log's chain ends.
    pub seq: i64,
    /// What the events since its last full block are about, and when they were.
    pub marks: Vec<[u8; 4]>,
    pub times: Vec<i64>,
    pub hash: [u8; 32],
    /// Which members are its own.
    pub members: std::ops::Range<usize>,
}

/// A member, with a session when they belong to people who are signed in.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    pub workspace: usize,
    pub id: Id,
    pub session: Option<Id>,
}

/// An account or a secret.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    pub workspace: usize,
    pub owner: usize,
    pub id: Id,
    pub account: bool,
}

/// Everybody and everything so far.
#[derive(Clone, Debug)]
pub struct World {
    pub seed: u64,
    /// When the data is made, in milliseconds since the Unix epoch.
    pub now: i64,
    pub chance: Chance,
    pub workspaces: Vec<Workspace>,
    pub members: Vec<Member>,
    pub items: Vec<Item>,
    /// How many links have been made whose secrets are known.
    pub known_links: u64,
    /// How many intents have been asked for.
    pub known_intents: u64,
}

impl World {
    pub fn new(seed: u64, now: i64) -> Self {
        Self {
            seed,
            now,
            chance: Chance::new(seed, 0),
            workspaces: Vec::new(),
            members: Vec::new(),
            items: Vec::new(),
            known_links: 0,
            known_intents: 0,
        }
    }

    /// Adds workspaces with this many members each; gives the members' places.
    pub async fn settle(
        &mut self,
        sink: &mut Sink,
        sizes: &[usize],
        signed_in: bool,
    ) -> Result<std::ops::Range<usize>> {
        let first = self.members.len();
        for size in sizes {
            self.workspace(sink, *size, signed_in).await?;
        }
        Ok(first..self.members.len())
    }

    /// Adds people until there are this many, in workspaces of very different sizes.
    pub async fn populate(&mut self, sink: &mut Sink, members: usize) -> Result<()> {
        let missing = members.saturating_sub(self.members.len());
        if missing > 0 {
            let sizes = zipf_sizes(missing, (missing / 20).max(3));
            self.settle(sink, &sizes, false).await?;
        }
        Ok(())
    }

    /// The session token of a member who is signed in.
    pub fn token(&self, member: usize) -> [u8; 32] {
        derived(self.seed, "session", member as u64)
    }

    async fn workspace(&mut self, sink: &mut Sink, size: usize, signed_in: bool) -> Result<()> {
        let place = self.workspaces.len();
        let created_at = self.now - 200 * DAY;
        let workspace = Workspace {
            id: Id::new(&mut self.chance, created_at),
            seq: 0,
            marks: Vec::new(),
            times: Vec::new(),
            hash: [0; 32],
            members: self.members.len()..self.members.len() + size,
        };
        let id = workspace.id.text("wsp");
        let name = format!("{} {place}", self.chance.pick(&LAST));
        sink.put(Table::Workspaces, row![id.clone(), name, created_at])
            .await?;
        sink.put(
            Table::EventChains,
            row![id.clone(), 0_i64, [0; 32], 0_i64, [0; 32]],
        )
        .await?;
        for n in workspace.members.clone() {
            let role = if n == workspace.members.start {
                "owner"
            } else {
                "user"
            };
            let mut member = Member {
                workspace: place,
                id: Id::new(&mut self.chance, created_at),
                session: None,
            };
            let email = format!("m{n}@w{place}.example");
            sink.put(
                Table::Members,
                row![
                    member.id.text("mem"),
                    id.clone(),
                    email.clone(),
                    email,
                    *self.chance.pick(&FIRST),
                    *self.chance.pick(&LAST),
                    role,
                    "active",
                    created_at,
                ],
            )
            .await?;
            if signed_in {
                member.session = Some(self.sign_in(sink, &id, member.id, n).await?);
            }
            self.members.push(member);
        }
        self.workspaces.push(workspace);
        Ok(())
    }

    async fn sign_in(
        &mut self,
        sink: &mut Sink,
        workspace: &str,
        member: Id,
        n: usize,
    ) -> Result<Id> {
        let session = Id::new(&mut self.chance, self.now);
        // Used a little in the future: noting the use of every session once a minute is not what
        // the rows are about.
        let used_at = self.now + 3 * 3_600_000;
        sink.put(
            Table::Sessions,
            row![
                session.text("ses"),
                workspace.to_owned(),
                member.text("mem"),
                sha256(&self.token(n)),
                *self.chance.pick(&BROWSERS),
                "192.0.2.7",
                "mail",
                self.now,
                self.now,
                used_at,
                self.now + 12 * 3_600_000,
            ],
        )
        .await?;
        Ok(session)
    }
}

/// An address of the networks that documentation is written with.
pub fn address(chance: &mut Chance) -> String {
    format!("203.0.113.{}", chance.below(256))
}
