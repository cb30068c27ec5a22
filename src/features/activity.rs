//! Reading the activity log. Names are resolved for the reader at reading time: the log itself
//! holds identifiers, so that nothing in it has to be taken back when a name must go.

use std::collections::{HashMap, hash_map::Entry};

use guestpass_api_types::activity::{Event, EventList};

use crate::{
    base::id::{ItemId, LinkId, MemberId, TeamId},
    db::{Db, DbError},
    features::{
        audit::{self, EventCursor, EventFilter, StoredEvent},
        items::{ItemError, Items},
        members::{Me, Members},
        permission::{Action, Resource, Standing, decide},
        teams::Teams,
    },
};

/// Which events are wanted; nothing means all that the reader may see.
#[derive(Clone, Debug, Default)]
pub struct ActivityQuery {
    /// About this item.
    pub item: Option<ItemId>,
    /// About this link.
    pub link: Option<LinkId>,
    /// By this member.
    pub member: Option<MemberId>,
    /// Actions that start with this text, e.g. `link.`.
    pub action: Option<String>,
    /// Before this event.
    pub before: Option<EventCursor>,
    /// How many at most.
    pub limit: i64,
}

/// Why the log can't be read.
#[derive(Debug, thiserror::Error)]
pub enum ActivityError {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// An item's name doesn't open.
    #[error(transparent)]
    Item(#[from] ItemError),
}

/// Shows what happened; cheap to clone.
#[derive(Clone, Debug)]
pub struct Activity {
    db: Db,
    items: Items,
}

impl Activity {
    /// Works on `db`, and asks `items` for names.
    pub fn new(db: Db, items: Items) -> Self {
        Self { db, items }
    }

    /// A page of the log, newest first. Workspace Owner and Admins see all of it; others what they
    /// did, and what happened to items they own.
    ///
    /// # Errors
    /// When a name doesn't open, or the database refuses.
    pub async fn list(&self, me: &Me, query: &ActivityQuery) -> Result<EventList, ActivityError> {
        let standing = Standing::in_workspace(me.member.role);
        let all = decide(standing, Resource::Activity, Action::See).is_ok();
        let workspace = me.member.workspace;
        let filter = EventFilter {
            item: query.item,
            link: query.link,
            member: query.member,
            action: query.action.clone(),
            visible_to: (!all).then_some(me.member.id),
            before: query.before,
            // One more than asked for tells whether there is another page.
            limit: query.limit + 1,
        };
        let mut found = audit::find(&self.db, workspace, &filter).await?;
        let page = usize::try_from(query.limit).unwrap_or(usize::MAX);
        let more = found.len() > page;
        found.truncate(page);
        let next = found.last().filter(|_| more).map(|event| {
            EventCursor {
                at: event.at,
                id: event.id,
            }
            .to_string()
        });
        let names = self.names(me, &found).await?;
        let events = found.into_iter().map(|event| names.show(event)).collect();
        Ok(EventList { events, next })
    }

    /// One look-up for each item, member and team on the page; a page is short.
    async fn names(&self, me: &Me, events: &[StoredEvent]) -> Result<Names, ActivityError> {
        let mut names = Names::default();
        for event in events {
            for member in [event.actor_id, event.target].into_iter().flatten() {
                if let Entry::Vacant(place) = names.members.entry(member) {
                    let found = Members::by_id(&self.db, me.member.workspace, member).await?;
                    place.insert(found.map(|member| member.full_name()));
                }
            }
            if let Some(item) = event.item
                && let Entry::Vacant(place) = names.items.entry(item)
            {
                place.insert(self.items.name(me, item).await?);
            }
            if let Some(team) = event.team
                && let Entry::Vacant(place) = names.teams.entry(team)
            {
                place.insert(Teams::name_of(&self.db, me.member.workspace, team).await?);
            }
        }
        Ok(names)
    }
}

#[derive(Default)]
struct Names {
    members: HashMap<MemberId, Option<String>>,
    items: HashMap<ItemId, Option<String>>,
    teams: HashMap<TeamId, Option<String>>,
}

impl Names {
    fn member(&self, id: Option<MemberId>) -> Option<String> {
        self.members.get(&id?).cloned().flatten()
    }

    fn show(&self, event: StoredEvent) -> Event {
        let actor = match event.actor_kind.as_str() {
            "member" => self
                .member(event.actor_id)
                .unwrap_or_else(|| "A former member".to_owned()),
            "recipient" => "A recipient".to_owned(),
            "provisioning" => "Provisioning".to_owned(),
            _ => "Guestpass".to_owned(),
        };
        Event {
            id: event.id.to_string(),
            at: event.at.millis(),
            action: event.action,
            actor,
            actor_id: event.actor_id.map(|id| id.to_string()),
            item: event.item.map(|id| id.to_string()),
            item_name: event
                .item
                .and_then(|id| self.items.get(&id).cloned().flatten()),
            link: event.link.map(|id| id.to_string()),
            target: self.member(event.target),
            team: event
                .team
                .and_then(|id| self.teams.get(&id).cloned().flatten()),
            address: event.address,
            browser: event.browser,
            details: event.details,
            seq: event.seq,
        }
    }
}
