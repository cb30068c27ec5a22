//! Which partitions PostgreSQL's large tables have. They are made ahead of time by whichever node
//! sweeps, and what is old goes with its partition, however many rows that were.

use std::time::Duration;

use crate::{
    base::clock::Timestamp,
    db::{Db, DbError, partitions::Range},
};

const DAY_MS: i64 = 86_400_000;
/// How many days are in one partition of what is kept for long.
const LONG: i64 = 32;
/// How many are in one of the payloads, which go soon.
const SHORT: i64 = 4;
/// How far ahead partitions are made: longer than a node is likely to be down.
const AHEAD: Duration = Duration::from_secs(7 * 86_400);
/// For how many days after its own a payload may be wanted; see `keys`.
const PAYLOADS_KEPT: i64 = 32;

/// How full pages are made of rows that are never changed, or only with what an index holds, in per cent.
const FULL: u8 = 100;
/// How full those are made whose rows change in what no index holds, as a link does when it is claimed: the new
/// version fits on the page, and no index hears of it.
const ROOMY: u8 = 85;

/// A partitioned table: how many days a partition holds, how long a day is in the units of its key, and how
/// full its pages are made.
struct Table {
    name: &'static str,
    days: i64,
    unit: i64,
    filled: u8,
}

const EVENTS: &str = "events";
const LINKS: &str = "links";
const VIEWS: &str = "link_views";
const PAYLOADS: &str = "link_payloads";
const TABLES: [Table; 4] = [
    Table {
        name: EVENTS,
        days: LONG,
        unit: DAY_MS,
        filled: FULL,
    },
    Table {
        name: LINKS,
        days: LONG,
        unit: 1,
        filled: ROOMY,
    },
    Table {
        name: VIEWS,
        days: LONG,
        unit: 1,
        filled: ROOMY,
    },
    Table {
        name: PAYLOADS,
        days: SHORT,
        unit: 1,
        filled: FULL,
    },
];

/// Makes the partitions for what may be written now and in the days ahead.
///
/// # Errors
/// When the database refuses or can't be reached.
pub async fn ensure_ahead(db: &Db, now: Timestamp) -> Result<(), DbError> {
    ensure(db, now - Duration::from_secs(86_400), now + AHEAD).await
}

/// Makes the partitions of a span of time.
///
/// # Errors
/// When the database refuses or can't be reached.
pub async fn ensure(db: &Db, from: Timestamp, to: Timestamp) -> Result<(), DbError> {
    if !db.is_shared() {
        return Ok(());
    }
    for table in &TABLES {
        let there = db.partitions(table.name).await?;
        let (first, last) = (
            from.day().div_euclid(table.days),
            to.day().div_euclid(table.days),
        );
        for number in (first..=last).filter(|number| !there.contains(number)) {
            db.make_partition(Range {
                table: table.name,
                number,
                from: number * table.days * table.unit,
                to: (number + 1) * table.days * table.unit,
                filled: table.filled,
            })
            .await?;
        }
    }
    Ok(())
}

/// Drops the payloads of the days whose key is destroyed: nobody can open them any more.
///
/// # Errors
/// When the database refuses or can't be reached.
pub async fn drop_old_payloads(db: &Db, now: Timestamp) -> Result<usize, DbError> {
    let oldest = now.day() - PAYLOADS_KEPT;
    let mut dropped = 0;
    for number in db.partitions(PAYLOADS).await? {
        if (number + 1) * SHORT <= oldest {
            db.drop_partition(PAYLOADS, number).await?;
            dropped += 1;
        }
    }
    Ok(dropped)
}

/// A partition of the log: the instants it begins and ends at.
#[derive(Clone, Copy, Debug)]
pub(super) struct OldEvents {
    number: i64,
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
}

/// The log's partitions that ended before an instant.
pub(super) async fn events_before(db: &Db, before: Timestamp) -> Result<Vec<OldEvents>, DbError> {
    let at = |number: i64| Timestamp::from_millis(number * LONG * DAY_MS);
    let mut old: Vec<OldEvents> = db
        .partitions(EVENTS)
        .await?
        .into_iter()
        .map(|number| OldEvents {
            number,
            from: at(number),
            to: at(number + 1),
        })
        .filter(|partition| partition.to <= before)
        .collect();
    old.sort_by_key(|partition| partition.number);
    Ok(old)
}

/// Drops a partition of the log.
pub(super) async fn drop_events(db: &Db, old: OldEvents) -> Result<(), DbError> {
    db.drop_partition(EVENTS, old.number).await
}

/// Drops the partitions of links, and of their views, that ended before an instant.
pub(super) async fn drop_links_before(db: &Db, before: Timestamp) -> Result<(), DbError> {
    for table in [VIEWS, LINKS] {
        for number in db.partitions(table).await? {
            if (number + 1) * LONG <= before.day() {
                db.drop_partition(table, number).await?;
            }
        }
    }
    Ok(())
}
