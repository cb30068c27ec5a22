//! What becomes of the links, and of those asked for, of a member who leaves.

use std::{collections::BTreeSet, time::Duration};

use super::{IntentId, Lifetime, Links, intent_store, link_store};
use crate::{
    base::{
        clock::Timestamp,
        id::{LinkId, MemberId, WorkspaceId},
    },
    db::{Db, DbError, Tx},
    features::{
        audit::{self, Action, By, EventCursor, EventFilter},
        signals,
        withdrawal::intent_topic,
    },
};

/// How many events one look into the log asks for.
const PAGE: i64 = 500;

/// What is done with links.
#[derive(Clone, Copy, Debug)]
pub enum Fate {
    /// They are taken back.
    Revoked,
    /// They go on, in this member's name.
    HandedTo(MemberId),
}

impl Links {
    /// The live links in a member's name.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn live_of(
        &self,
        workspace: WorkspaceId,
        member: MemberId,
        now: Timestamp,
    ) -> Result<Vec<LinkId>, DbError> {
        // Links have no index by who made them, which each new one would pay for: the log knows.
        let mut links = made_by(&self.db, workspace, member, now).await?;
        links.extend(link_store::taken_over(&self.db, workspace, member).await?);
        let mut live = Vec::new();
        for link in links {
            let item = link_store::item_of_live(&self.db, workspace, (link, member), now).await?;
            live.extend(item.map(|_| link));
        }
        Ok(live)
    }
}

async fn made_by(
    db: &Db,
    workspace: WorkspaceId,
    member: MemberId,
    now: Timestamp,
) -> Result<BTreeSet<LinkId>, DbError> {
    let longest = Duration::from_secs(Lifetime::MAX_SECONDS.unsigned_abs());
    let mut found = BTreeSet::new();
    let mut before = None;
    loop {
        let filter = EventFilter {
            member: Some(member),
            action: Some(Action::LinkCreated.as_str().to_owned()),
            before,
            limit: PAGE,
            ..EventFilter::default()
        };
        let events = audit::find(db, workspace, &filter).await?;
        found.extend(events.iter().filter_map(|event| event.link));
        match events.last() {
            Some(last) if last.at > now - longest => {
                before = Some(EventCursor {
                    at: last.at,
                    id: last.id,
                });
            }
            _ => return Ok(found),
        }
    }
}

/// Revokes the live links of a member or hands them over, in the transaction that shuts them out;
/// how many. `known` are those that [`Links::live_of`] found before; what was made since is found
/// by what it was asked for with.
///
/// # Errors
/// When the database refuses.
pub async fn settle(
    tx: &mut Tx,
    by: &By,
    member: MemberId,
    (known, fate): (&[LinkId], Fate),
    now: Timestamp,
) -> Result<usize, DbError> {
    let workspace = by.workspace;
    let mut links: BTreeSet<LinkId> = known.iter().copied().collect();
    links.extend(intent_store::links_of(tx, workspace, member).await?);
    let mut settled = 0;
    for link in links {
        let Some(item) = link_store::item_of_live(&mut *tx, workspace, (link, member), now).await?
        else {
            continue;
        };
        let event = match fate {
            Fate::Revoked => {
                link_store::revoke(tx, workspace, link, by.member(), now).await?;
                by.event(Action::LinkRevoked)
            }
            Fate::HandedTo(next) => {
                link_store::hand_over(tx, workspace, link, next).await?;
                by.event(Action::LinkHandedOver).target(next)
            }
        };
        audit::record(tx, now, event.item(item).link(link)).await?;
        settled += 1;
    }
    Ok(settled)
}

/// Gives up whatever links a member has asked for; which. After the commit the caller wakes
/// [`intent_topic`].
///
/// # Errors
/// When the database refuses.
pub async fn cancel_all_of(
    tx: &mut Tx,
    by: &By,
    member: MemberId,
    now: Timestamp,
) -> Result<Vec<IntentId>, DbError> {
    let closed = intent_store::close_all_of(tx, by.workspace, member).await?;
    let mut intents = Vec::with_capacity(closed.len());
    for (intent, item) in closed {
        let event = by.event(Action::IntentCancelled).item(item).target(member);
        audit::record(tx, now, event).await?;
        signals::raise(tx, &intent_topic(intent), now).await?;
        intents.push(intent);
    }
    Ok(intents)
}
