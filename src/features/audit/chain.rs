//! The hash chain: `h_i = SHA-256(label ‖ h_{i-1} ‖ seq ‖ length-prefixed fields)`.

use super::{
    StoredEvent, block_store,
    store::{self, Placed},
};
use crate::{
    base::{id::WorkspaceId, secret::sha256},
    db::{Db, DbError, Tx},
};

const LABEL: &[u8] = b"guestpass/event/v1";
/// What the first event of a workspace is chained to.
pub(super) const GENESIS: [u8; 32] = [0; 32];
/// How many events are chained in one transaction: so few that requests don't notice, and so many that
/// they share the pages they change.
const BATCH: usize = 128;
/// How many events are read at once to verify them.
const STRETCH: i64 = 1000;

/// Why not all events could be chained.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
    /// What is stored of some workspaces isn't what it should be. All others' events are chained.
    #[error(
        "THE LOG OF {first} CAN'T BE CHAINED (of {count} in all): {error}; see `guestpass audit verify`"
    )]
    Stuck {
        /// How many there are.
        count: usize,
        /// One of them.
        first: WorkspaceId,
        /// What is wrong with it.
        #[source]
        error: DbError,
    },
}

impl ChainError {
    /// Whether it stays so until somebody acts.
    pub fn is_lasting(&self) -> bool {
        matches!(self, Self::Stuck { .. })
    }
}

/// Chains all events that wait for it; how many. Nodes may do this at the same time: the row at
/// the chain's end is the lock.
///
/// # Errors
/// When the database refuses, and when the chain of a workspace can't go on; those of the others do.
pub async fn chain_all(db: &Db) -> Result<usize, ChainError> {
    let mut chained = 0;
    let mut stuck = Vec::new();
    let mut workspaces = store::workspaces_to_chain(db).await?;
    while !workspaces.is_empty() {
        let batch = db
            .write(workspaces.clone(), |tx, workspaces| {
                Box::pin(chain_batch(tx, workspaces))
            })
            .await;
        match batch {
            Ok(batch) => {
                chained += batch.chained;
                workspaces.drain(..batch.finished);
            }
            Err(Stop {
                at: Some(workspace),
                error,
            }) if error.is_about_data() => {
                workspaces.retain(|other| *other != workspace);
                stuck.push((workspace, error));
            }
            Err(stop) => return Err(stop.error.into()),
        }
    }
    let count = stuck.len();
    match stuck.into_iter().next() {
        None => Ok(chained),
        Some((first, error)) => Err(ChainError::Stuck {
            count,
            first,
            error,
        }),
    }
}

/// How far one transaction came.
struct Batch {
    chained: usize,
    /// How many of the workspaces have nothing left.
    finished: usize,
}

/// Why one came nowhere.
struct Stop {
    /// Whose chain it was at.
    at: Option<WorkspaceId>,
    error: DbError,
}

impl From<DbError> for Stop {
    fn from(error: DbError) -> Self {
        Self { at: None, error }
    }
}

/// Chains events of these workspaces, in their order, which is the same on all nodes: none waits for
/// a chain that another one holds while it waits for theirs.
async fn chain_batch(tx: &mut Tx, workspaces: &[WorkspaceId]) -> Result<Batch, Stop> {
    let (mut chained, mut finished) = (0, 0);
    for workspace in workspaces {
        let left = BATCH - chained;
        let count = extend(tx, *workspace, left).await.map_err(|error| Stop {
            at: Some(*workspace),
            error,
        })?;
        chained += count;
        if count == left {
            break;
        }
        finished += 1;
    }
    Ok(Batch { chained, finished })
}

/// Chains up to `most` events of a workspace; how many.
async fn extend(tx: &mut Tx, workspace: WorkspaceId, most: usize) -> Result<usize, DbError> {
    let (first, mut hash) = store::take_chain(tx, workspace).await?;
    let mut seq = first;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let events = store::unchained(tx, workspace, most).await?;
    let mut placed = Vec::with_capacity(events.len());
    for event in &events {
        seq += 1;
        hash = link(&hash, seq, event).to_vec();
        placed.push(Placed {
            at: event.at,
            id: event.id,
            seq,
            hash: hash.clone(),
        });
    }
    if !events.is_empty() {
        store::place(tx, workspace, placed).await?;
        store::move_chain(tx, workspace, seq, &hash).await?;
        block_store::add_full(tx, workspace, first, seq).await?;
    }
    Ok(events.len())
}

/// Where a chain doesn't hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainFault {
    /// The entry with this sequence number is missing.
    Missing(i64),
    /// The entry with this sequence number was changed, or is at a wrong place.
    Changed(i64),
    /// The chain's end isn't where its record says.
    End,
}

/// Recomputes a workspace's chain; the number of entries, or the first fault.
///
/// # Errors
/// When the database can't be read.
pub async fn verify(db: &Db, workspace: WorkspaceId) -> Result<Result<i64, ChainFault>, DbError> {
    let store::Ends { first, last } = store::chain_ends(db, workspace).await?;
    let (mut seq, mut hash) = first;
    loop {
        // No further than the end that was read: the chain of a running server goes on meanwhile.
        let left = (last.0 - seq).clamp(0, STRETCH);
        let events = store::chained_after(db, workspace, seq, left).await?;
        if events.is_empty() {
            let ended = last == (seq, hash);
            return Ok(if ended { Ok(seq) } else { Err(ChainFault::End) });
        }
        for event in events {
            seq += 1;
            if event.seq != Some(seq) {
                return Ok(Err(ChainFault::Missing(seq)));
            }
            hash = link(&hash, seq, &event).to_vec();
            if event.hash.as_ref() != Some(&hash) {
                return Ok(Err(ChainFault::Changed(seq)));
            }
        }
    }
}

fn link(previous: &[u8], seq: i64, event: &StoredEvent) -> [u8; 32] {
    let text = |id: Option<String>| id.unwrap_or_default();
    let fields = [
        event.id.to_string(),
        event.workspace.to_string(),
        event.at.millis().to_string(),
        event.action.clone(),
        event.actor_kind.clone(),
        text(event.actor_id.map(|id| id.to_string())),
        text(event.item.map(|id| id.to_string())),
        text(event.link.map(|id| id.to_string())),
        text(event.target.map(|id| id.to_string())),
        text(event.team.map(|id| id.to_string())),
        event.address.clone(),
        event.browser.clone(),
        event.details.clone(),
    ];
    let mut data = Vec::with_capacity(512);
    data.extend(LABEL);
    data.extend(previous);
    data.extend(seq.to_be_bytes());
    for field in fields {
        data.extend((field.len() as u64).to_be_bytes());
        data.extend(field.as_bytes());
    }
    sha256(&data)
}
