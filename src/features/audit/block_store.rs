//! What chained events are about, block by block: how those of one item, link or member are found.
//!
//! An index on each of these would have every event change a page at another place, and that costs
//! more than all else a claim writes. A block is written once, at the table's end, and tells with four
//! bytes for each item, link and actor what its events are about. Whoever asks reads the blocks from the
//! newest on, and of the log only the stretches that have what they ask for.

use std::collections::HashSet;

use super::{
    EventFilter, StoredEvent,
    store::{self, Stretch, owned},
};
use crate::{
    base::{
        clock::Timestamp,
        id::{ItemId, LinkId, MemberId, WorkspaceId},
        secret::sha256,
    },
    db::{Db, DbError, Row, Tx, sql},
};

/// How many events a block tells of.
pub(super) const SIZE: i64 = 256;
/// How many blocks are read at once.
const PAGE: usize = 64;
/// By how much the time in an identifier may be ahead of the event that tells of its making.
const AHEAD: std::time::Duration = std::time::Duration::from_secs(60);

/// The first bytes of an identifier's hash. Two that are alike cost a look at a block in vain.
type Mark = [u8; 4];

fn mark(id: &str) -> Mark {
    let hash = sha256(id.as_bytes());
    [hash[0], hash[1], hash[2], hash[3]]
}

/// Writes the blocks that became full when the chain grew from `before` to `now` entries.
pub(super) async fn add_full(
    tx: &mut Tx,
    workspace: WorkspaceId,
    before: i64,
    now: i64,
) -> Result<(), DbError> {
    for number in before / SIZE..now / SIZE {
        let last = (number + 1) * SIZE;
        let rows = sql("SELECT at, actor_id, item_id, link_id FROM events \
             WHERE workspace_id = $1 AND seq > $2 AND seq <= $3")
        .bind(workspace)
        .bind(last - SIZE)
        .bind(last)
        .all(&mut *tx)
        .await?;
        let (mut marks, mut times) = (Vec::new(), Vec::new());
        for row in &rows {
            let actor: Option<MemberId> = row.get("actor_id")?;
            let item: Option<ItemId> = row.get("item_id")?;
            let link: Option<LinkId> = row.get("link_id")?;
            marks.extend(actor.map(|id| mark(&id.to_string())));
            marks.extend(item.map(|id| mark(&id.to_string())));
            marks.extend(link.map(|id| mark(&id.to_string())));
            times.push(row.get::<Timestamp>("at")?);
        }
        marks.sort_unstable();
        marks.dedup();
        let times = times.iter().min().zip(times.iter().max());
        let (from, to) = times.ok_or(DbError::Wrong("a chain without its events"))?;
        sql(
            "INSERT INTO event_blocks (workspace_id, last_at, seq, first_at, marks) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(workspace)
        .bind(*to)
        .bind(last)
        .bind(*from)
        .bind(marks.concat())
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}

/// The newest chained events that a narrow filter asks for; some more, and in no particular order.
pub(super) async fn find(
    db: &Db,
    workspace: WorkspaceId,
    filter: &EventFilter,
) -> Result<Vec<StoredEvent>, DbError> {
    // Read before the rest of the chain: a block that becomes full meanwhile is met twice, not missed.
    let end = store::chain_ends(db, workspace).await?.last.0;
    let rest = Stretch {
        after: end / SIZE * SIZE,
        last: i64::MAX,
        from: Timestamp::from_millis(0),
        to: Timestamp::from_millis(i64::MAX),
    };
    let mut found = store::within(db, workspace, filter, rest).await?;
    let wanted = Wanted::of(db, workspace, filter).await?;
    let limit = usize::try_from(filter.limit).unwrap_or_default();
    let mut next = (Timestamp::from_millis(i64::MAX), i64::MAX);
    loop {
        let page = blocks(db, workspace, filter, next).await?;
        for block in &page {
            let newer = found.iter().filter(|event| event.at > block.stretch.to);
            if newer.count() >= limit {
                return Ok(found);
            }
            if wanted.may_be_in(&block.marks) {
                found.extend(store::within(db, workspace, filter, block.stretch).await?);
            }
            next = (block.stretch.to, block.stretch.last);
        }
        if page.len() < PAGE {
            return Ok(found);
        }
    }
}

struct Block {
    stretch: Stretch,
    marks: Vec<u8>,
}

/// Blocks from the newest on, starting before `next`, which may have what is wanted by their time.
async fn blocks(
    db: &Db,
    workspace: WorkspaceId,
    filter: &EventFilter,
    next: (Timestamp, i64),
) -> Result<Vec<Block>, DbError> {
    let born = filter.item.map(ItemId::made_at);
    let born = born.max(filter.link.map(LinkId::made_at));
    let born = born.map_or(Timestamp::from_millis(0), |born| born - AHEAD);
    let before = filter.before.map(|cursor| cursor.at);
    sql(
        "SELECT seq, first_at, last_at, marks FROM event_blocks \
         WHERE workspace_id = $1 AND (last_at, seq) < ($2, $3) AND last_at >= $4 AND first_at <= $5 \
         ORDER BY last_at DESC, seq DESC LIMIT $6",
    )
    .bind(workspace)
    .bind(next.0)
    .bind(next.1)
    .bind(born)
    .bind(before.unwrap_or(Timestamp::from_millis(i64::MAX)))
    .bind(PAGE as i64)
    .all(db)
    .await?
    .iter()
    .map(block)
    .collect()
}

fn block(row: &Row) -> Result<Block, DbError> {
    let last: i64 = row.get("seq")?;
    Ok(Block {
        stretch: Stretch {
            after: last - SIZE,
            last,
            from: row.get("first_at")?,
            to: row.get("last_at")?,
        },
        marks: row.get("marks")?,
    })
}

/// Of each set, a block must have one.
struct Wanted(Vec<HashSet<Mark>>);

impl Wanted {
    async fn of(db: &Db, workspace: WorkspaceId, filter: &EventFilter) -> Result<Self, DbError> {
        let one = |id: String| HashSet::from([mark(&id)]);
        let mut wanted = Vec::new();
        wanted.extend(filter.item.map(|id| one(id.to_string())));
        wanted.extend(filter.link.map(|id| one(id.to_string())));
        wanted.extend(filter.member.map(|id| one(id.to_string())));
        if let Some(member) = filter.visible_to {
            let mut visible = one(member.to_string());
            let owned = sql(owned!("$1", "$2"))
                .bind(workspace)
                .bind(member)
                .all(db)
                .await?;
            for row in &owned {
                visible.insert(mark(&row.get::<String>("item_id")?));
            }
            wanted.push(visible);
        }
        Ok(Self(wanted))
    }

    fn may_be_in(&self, marks: &[u8]) -> bool {
        let (marks, _) = marks.as_chunks();
        self.0.iter().all(|set| {
            if set.len() < marks.len() {
                set.iter().any(|mark| marks.binary_search(mark).is_ok())
            } else {
                marks.iter().any(|mark| set.contains(mark))
            }
        })
    }
}
