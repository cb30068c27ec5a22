//! The log's rows.

use std::cmp::Reverse;

use serde_json::json;

use super::{Actor, EventCursor, NewEvent, StoredEvent, block_store, chain::GENESIS};
use crate::{
    base::{
        clock::Timestamp,
        id::{EventId, ItemId, LinkId, MemberId, WorkspaceId},
    },
    db::{Db, DbError, Query, Row, Tx, Value, sql},
};

/// Writes an event, in the transaction of what it tells of.
///
/// # Errors
/// When the database refuses.
pub async fn record(tx: &mut Tx, now: Timestamp, event: NewEvent) -> Result<EventId, DbError> {
    let id = EventId::new(now);
    let values = columns(id, now, event).into_iter();
    values
        .fold(sql(INSERT), Query::bind)
        .execute_later(tx)
        .await?;
    Ok(id)
}

/// Writes many events of one action, in its transaction: PostgreSQL gets them together.
///
/// # Errors
/// When the database refuses.
pub async fn record_all(tx: &mut Tx, now: Timestamp, events: Vec<NewEvent>) -> Result<(), DbError> {
    let rows = events.into_iter();
    let rows = rows.map(|event| columns(EventId::new(now), now, event));
    sql(INSERT).each(rows.collect(), tx).await?;
    Ok(())
}

const INSERT: &str = "INSERT INTO events (id, workspace_id, at, action, actor_kind, actor_id, item_id, \
     link_id, target_id, team_id, address, browser, details) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";

/// An event's values, in the order of [`INSERT`].
fn columns(id: EventId, now: Timestamp, event: NewEvent) -> Vec<Value> {
    let (actor_kind, actor_id) = match event.actor {
        Actor::Member(id) => ("member", Some(id)),
        Actor::Recipient => ("recipient", None),
        Actor::System => ("system", None),
        Actor::Provisioning(_) => ("provisioning", None),
    };
    let address = match (&event.client, event.actor) {
        (None, _) => String::new(),
        // A recipient is not one of ours: enough to recognise a place, not a household.
        (Some(client), Actor::Recipient) => client.masked_address(),
        (Some(client), _) => client.address.to_string(),
    };
    // Which of a workspace's tokens it was.
    let details = match event.actor {
        Actor::Provisioning(token) if event.details.is_empty() => token.to_string(),
        Actor::Provisioning(token) => format!("{}, {token}", event.details),
        _ => event.details.into_owned(),
    };
    let browser = event
        .client
        .map(|client| client.browser)
        .unwrap_or_default();
    vec![
        id.into(),
        event.workspace.into(),
        now.into(),
        event.action.as_str().into(),
        actor_kind.into(),
        actor_id.into(),
        event.item.into(),
        event.link.into(),
        event.target.into(),
        event.team.into(),
        address.into(),
        browser.into(),
        details.into(),
    ]
}

/// Begins the chain of a new workspace, in the transaction that creates it.
///
/// # Errors
/// When the database refuses.
pub async fn start_chain(tx: &mut Tx, workspace: WorkspaceId) -> Result<(), DbError> {
    sql(
        "INSERT INTO event_chains (workspace_id, seq, hash, dropped_seq, dropped_hash) \
         VALUES ($1, 0, $2, 0, $2)",
    )
    .bind(workspace)
    .bind(&GENESIS[..])
    .execute(tx)
    .await?;
    Ok(())
}

/// What to look for in the log; nothing means everything.
#[derive(Clone, Debug, Default)]
pub struct EventFilter {
    /// Only about this item.
    pub item: Option<ItemId>,
    /// Only about this link.
    pub link: Option<LinkId>,
    /// Only by this member.
    pub member: Option<MemberId>,
    /// Only actions that start with this text, e.g. `link.`.
    pub action: Option<String>,
    /// Only what this member may see: what they did, and what happened to items they own.
    pub visible_to: Option<MemberId>,
    /// Only events before this one.
    pub before: Option<EventCursor>,
    /// How many at most.
    pub limit: i64,
}

impl EventFilter {
    /// Whether it asks for what may be rare.
    fn is_narrow(&self) -> bool {
        self.item.is_some()
            || self.link.is_some()
            || self.member.is_some()
            || self.visible_to.is_some()
    }
}

/// Events of a workspace, newest first.
///
/// # Errors
/// When the database refuses.
pub async fn find(
    db: &Db,
    workspace: WorkspaceId,
    filter: &EventFilter,
) -> Result<Vec<StoredEvent>, DbError> {
    // What isn't chained yet is looked up first: were it chained in between, it would be found twice
    // rather than not at all.
    let mut found = unchained_of(db, workspace, filter).await?;
    found.extend(if filter.is_narrow() {
        block_store::find(db, workspace, filter).await?
    } else {
        newest(db, workspace, filter).await?
    });
    // By the time of the event; identifiers rise as they are made, and tell apart what happened at
    // the same instant.
    found.sort_by_key(|event| Reverse((event.at, event.id)));
    found.dedup_by_key(|event| event.id);
    found.truncate(usize::try_from(filter.limit).unwrap_or_default());
    Ok(found)
}

/// The items that a member owns, by themselves or, who is no guest, through a team. SQLite takes a CROSS
/// JOIN as it is written: from the member to their teams to what those have.
macro_rules! owned {
    ($workspace:literal, $member:literal) => {
        concat!(
            "SELECT g.item_id FROM grants g WHERE g.workspace_id = ",
            $workspace,
            " AND g.member_id = ",
            $member,
            " AND g.role = 'owner' UNION ALL \
             SELECT a.item_id FROM members m CROSS JOIN team_members n CROSS JOIN team_grants a \
             WHERE n.workspace_id = m.workspace_id AND n.member_id = m.id \
               AND a.workspace_id = n.workspace_id AND a.team_id = n.team_id AND m.workspace_id = ",
            $workspace,
            " AND m.id = ",
            $member,
            " AND m.role <> 'guest' AND a.role = 'owner'"
        )
    };
}

pub(super) use owned;

/// What a filter asks, in the order in which [`asked`] binds it.
macro_rules! filtered {
    ($where:literal, $end:literal) => {
        concat!(
            "SELECT * FROM events WHERE workspace_id = $1 AND ",
            $where,
            " AND ($2 IS NULL OR item_id = $2) \
             AND ($3 IS NULL OR link_id = $3) \
             AND ($4 IS NULL OR actor_id = $4) \
             AND ($5 IS NULL OR substr(action, 1, length($5)) = $5) \
             AND ($6 IS NULL OR actor_id = $6 OR item_id IN (",
            owned!("$1", "$6"),
            ")) AND (at, id) < ($7, $8)",
            $end
        )
    };
}

fn asked(query: Query, workspace: WorkspaceId, filter: &EventFilter) -> Query {
    let (at, id) = before(filter);
    query
        .bind(workspace)
        .bind(filter.item)
        .bind(filter.link)
        .bind(filter.member)
        .bind(filter.action.clone())
        .bind(filter.visible_to)
        .bind(at)
        .bind(id)
}

fn before(filter: &EventFilter) -> (Timestamp, String) {
    match filter.before {
        Some(EventCursor { at, id }) => (at, id.to_string()),
        // Later than anything, and sorted after every identifier.
        None => (Timestamp::from_millis(i64::MAX), "~".to_owned()),
    }
}

async fn all(query: Query, db: &Db) -> Result<Vec<StoredEvent>, DbError> {
    query.all(db).await?.iter().map(event).collect()
}

/// The newest events that aren't chained yet.
async fn unchained_of(
    db: &Db,
    workspace: WorkspaceId,
    filter: &EventFilter,
) -> Result<Vec<StoredEvent>, DbError> {
    let query = sql(filtered!(
        "seq IS NULL",
        " ORDER BY at DESC, id DESC LIMIT $9"
    ));
    all(asked(query, workspace, filter).bind(filter.limit), db).await
}

/// The newest chained events, by their action alone.
async fn newest(
    db: &Db,
    workspace: WorkspaceId,
    filter: &EventFilter,
) -> Result<Vec<StoredEvent>, DbError> {
    let (at, id) = before(filter);
    let query = sql(
        "SELECT * FROM events WHERE workspace_id = $1 AND seq IS NOT NULL \
         AND ($2 IS NULL OR substr(action, 1, length($2)) = $2) \
         AND (at, id) < ($3, $4) ORDER BY at DESC, id DESC LIMIT $5",
    )
    .bind(workspace)
    .bind(filter.action.clone())
    .bind(at)
    .bind(id)
    .bind(filter.limit);
    all(query, db).await
}

/// A stretch of a workspace's chain: the first one's predecessor and the last one, and between which
/// instants its events lie.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch {
    pub(super) after: i64,
    pub(super) last: i64,
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
}

/// The events of a stretch of the chain that are wanted, in no particular order.
pub(super) async fn within(
    db: &Db,
    workspace: WorkspaceId,
    filter: &EventFilter,
    stretch: Stretch,
) -> Result<Vec<StoredEvent>, DbError> {
    let query = sql(filtered!(
        "seq > $9 AND seq <= $10 AND at >= $11 AND at <= $12",
        ""
    ));
    let query = asked(query, workspace, filter)
        .bind(stretch.after)
        .bind(stretch.last)
        .bind(stretch.from)
        .bind(stretch.to);
    all(query, db).await
}

pub(super) fn event(row: &Row) -> Result<StoredEvent, DbError> {
    Ok(StoredEvent {
        id: row.get("id")?,
        workspace: row.get("workspace_id")?,
        at: row.get("at")?,
        action: row.get("action")?,
        actor_kind: row.get("actor_kind")?,
        actor_id: row.get("actor_id")?,
        item: row.get("item_id")?,
        link: row.get("link_id")?,
        target: row.get("target_id")?,
        team: row.get("team_id")?,
        address: row.get("address")?,
        browser: row.get("browser")?,
        details: row.get("details")?,
        seq: row.get("seq")?,
        hash: row.get("hash")?,
    })
}

/// Workspaces with events that aren't chained yet, in the order in which their chains are taken.
pub(super) async fn workspaces_to_chain(db: &Db) -> Result<Vec<WorkspaceId>, DbError> {
    sql("SELECT DISTINCT workspace_id FROM events WHERE seq IS NULL ORDER BY workspace_id LIMIT 1000")
        .all(db)
        .await?
        .iter()
        .map(|row| row.get("workspace_id"))
        .collect()
}

/// Where a workspace's chain ends. Holds the chain for the rest of the transaction.
pub(super) async fn take_chain(
    tx: &mut Tx,
    workspace: WorkspaceId,
) -> Result<(i64, Vec<u8>), DbError> {
    let row = sql("UPDATE event_chains SET seq = seq WHERE workspace_id = $1 RETURNING seq, hash")
        .bind(workspace)
        .one(tx)
        .await?;
    Ok((row.get("seq")?, row.get("hash")?))
}

/// The oldest unchained events of a workspace.
pub(super) async fn unchained(
    tx: &mut Tx,
    workspace: WorkspaceId,
    limit: i64,
) -> Result<Vec<StoredEvent>, DbError> {
    sql("SELECT * FROM events WHERE workspace_id = $1 AND seq IS NULL ORDER BY at, id LIMIT $2")
        .bind(workspace)
        .bind(limit)
        .all(tx)
        .await?
        .iter()
        .map(event)
        .collect()
}

/// An event's place in the chain.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) at: Timestamp,
    pub(super) id: EventId,
    pub(super) seq: i64,
    pub(super) hash: Vec<u8>,
}

/// Puts events, which come in the order of their times, at their places in the chain. PostgreSQL gets one
/// statement for all of them: each by itself would take the locks of all partitions.
///
/// # Errors
/// When the database refuses, or one of them isn't where it was found.
pub(super) async fn place(
    tx: &mut Tx,
    workspace: WorkspaceId,
    placed: Vec<Placed>,
) -> Result<(), DbError> {
    let all = placed.len() as u64;
    let found = if tx.is_shared() {
        place_together(tx, workspace, &placed).await?
    } else {
        place_each(tx, workspace, placed).await?
    };
    if found == all {
        Ok(())
    } else {
        Err(DbError::Wrong("an event lost its place in the chain"))
    }
}

async fn place_each(
    tx: &mut Tx,
    workspace: WorkspaceId,
    placed: Vec<Placed>,
) -> Result<u64, DbError> {
    let rows = placed.into_iter().map(|placed| {
        vec![
            placed.at.into(),
            placed.id.into(),
            placed.seq.into(),
            placed.hash.into(),
        ]
    });
    sql("UPDATE events SET seq = $4, hash = $5 \
         WHERE workspace_id = $1 AND at = $2 AND id = $3 AND seq IS NULL")
    .bind(workspace)
    .each(rows.collect(), tx)
    .await
}

/// In words of PostgreSQL's, which alone is asked: it opens only the partitions between the bounds of the times.
async fn place_together(
    tx: &mut Tx,
    workspace: WorkspaceId,
    placed: &[Placed],
) -> Result<u64, DbError> {
    let (Some(first), Some(last)) = (placed.first(), placed.last()) else {
        return Ok(0);
    };
    let rows = placed.iter().map(|placed| {
        json!({
            "at": placed.at.millis(),
            "id": placed.id,
            "seq": placed.seq,
            "hash": hex::encode(&placed.hash),
        })
    });
    sql(
        "UPDATE events SET seq = p.seq, hash = decode(p.hash, 'hex') \
         FROM jsonb_to_recordset($2::jsonb) AS p (at BIGINT, id TEXT, seq BIGINT, hash TEXT) \
         WHERE events.workspace_id = $1 AND events.at = p.at AND events.id = p.id \
           AND events.seq IS NULL AND events.at >= $3 AND events.at <= $4",
    )
    .bind(workspace)
    .bind(rows.collect::<serde_json::Value>().to_string())
    .bind(first.at)
    .bind(last.at)
    .execute(tx)
    .await
}

/// Moves the end of a chain. Nothing stored may make this fail: being put off, it would fail in the name of the
/// workspace whose turn is next.
pub(super) async fn move_chain(
    tx: &mut Tx,
    workspace: WorkspaceId,
    seq: i64,
    hash: &[u8],
) -> Result<(), DbError> {
    sql("UPDATE event_chains SET seq = $2, hash = $3 WHERE workspace_id = $1")
        .bind(workspace)
        .bind(seq)
        .bind(hash)
        .execute_later(tx)
        .await
}

/// A stretch of a workspace's chain, in order.
pub(super) async fn chained_after(
    db: &Db,
    workspace: WorkspaceId,
    seq: i64,
    limit: i64,
) -> Result<Vec<StoredEvent>, DbError> {
    sql("SELECT * FROM events WHERE workspace_id = $1 AND seq > $2 ORDER BY seq LIMIT $3")
        .bind(workspace)
        .bind(seq)
        .bind(limit)
        .all(db)
        .await?
        .iter()
        .map(event)
        .collect()
}

/// Where a workspace's chain begins, as far as it is kept, and where it ends.
pub(super) struct Ends {
    pub(super) first: (i64, Vec<u8>),
    pub(super) last: (i64, Vec<u8>),
}

pub(super) async fn chain_ends(db: &Db, workspace: WorkspaceId) -> Result<Ends, DbError> {
    let row = sql(
        "SELECT seq, hash, dropped_seq, dropped_hash FROM event_chains WHERE workspace_id = $1",
    )
    .bind(workspace)
    .one(db)
    .await?;
    Ok(Ends {
        first: (row.get("dropped_seq")?, row.get("dropped_hash")?),
        last: (row.get("seq")?, row.get("hash")?),
    })
}
