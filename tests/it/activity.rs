//! Who did what, when, from where.

use std::time::Duration;

use guestpass::{
    base::{
        clock::Timestamp,
        id::{EventId, ItemId, LinkId, MemberId, WorkspaceId},
    },
    db::Db,
    features::audit::{
        self, Action, Actor, EventCursor, EventFilter, NewEvent, StoredEvent, chain_all,
    },
};
use guestpass_api_types::{
    activity::{Event, EventList},
    items::ItemDetails,
};
use serde_json::json;

use crate::support::{MemberCaller, TestApp};

async fn events(member: &MemberCaller, query: &str) -> Vec<Event> {
    let list: EventList = member
        .get(&format!("/activity?{query}"))
        .await
        .is(200)
        .json();
    list.events
}

#[tokio::test]
async fn members_see_what_they_did_and_what_happened_to_items_they_own() {
    let app = TestApp::new().await;
    app.anon().get("/activity").await.problem(401, "signed_out");
    let team = app.team().await;
    let made: ItemDetails = team
        .ben
        .post(
            "/items",
            json!({ "kind": "secret", "name": "Plans", "body": "x" }),
        )
        .await
        .is(201)
        .json();
    let item = made.summary.id;
    let path = format!("/items/{item}");
    let grant = format!("{path}/access/{}", team.cleo.brief.id);
    team.ben
        .put(&grant, json!({ "role": "collaborator" }))
        .await
        .is(204);
    team.cleo
        .post(&format!("{path}/reveal"), json!({ "field": "body" }))
        .await
        .is(200);

    let query = format!("item={item}");
    let actions = |events: &[Event]| {
        events
            .iter()
            .map(|event| event.action.clone())
            .collect::<Vec<_>>()
    };
    let owner = events(&team.ben, &query).await;
    assert_eq!(
        actions(&owner),
        ["item.revealed", "access.granted", "item.created"]
    );
    assert_eq!(
        (owner[0].actor.as_str(), owner[0].item_name.as_deref()),
        ("Cleo Duarte", Some("Plans"))
    );
    assert_eq!(owner[0].actor_id.as_ref(), Some(&team.cleo.brief.id));
    assert_eq!(owner[1].target.as_deref(), Some("Cleo Duarte"));
    assert_eq!(owner[0].browser, "Firefox on macOS");
    assert_eq!(owner[0].address, team.cleo.address.to_string());
    assert_eq!(
        actions(&events(&team.cleo, &query).await),
        ["item.revealed"],
        "only what she did herself"
    );

    // Admins see everything, and no name of an item that isn't theirs to see.
    let admin = events(&team.ada, &query).await;
    assert_eq!(
        actions(&admin),
        ["item.revealed", "access.granted", "item.created"]
    );
    assert!(
        admin
            .iter()
            .all(|event| event.item_name.is_none() && event.item.as_ref() == Some(&item))
    );
    assert!(events(&team.mira, "action=item.").await.len() == 2);

    team.ben.delete(&path).await.is(204);
    let after = events(&team.ben, &query).await;
    assert_eq!(
        (after[0].action.as_str(), after[0].item_name.as_deref()),
        ("item.deleted", Some("Plans"))
    );
    let nobody = events(&team.cleo, "").await;
    assert!(
        nobody
            .iter()
            .all(|event| event.actor_id.as_ref() == Some(&team.cleo.brief.id))
    );
}

#[tokio::test]
async fn the_log_is_read_page_by_page() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    for name in 0..7 {
        mira.post(
            "/items",
            json!({ "kind": "account", "name": format!("{name}") }),
        )
        .await
        .is(201);
        app.advance(std::time::Duration::from_millis(5));
    }
    let (mut seen, mut next) = (Vec::new(), String::new());
    loop {
        let page: EventList = mira
            .get(&format!(
                "/activity?action=item.created&limit=3&before={next}"
            ))
            .await
            .is(200)
            .json();
        assert!(page.events.len() <= 3);
        seen.extend(
            page.events
                .into_iter()
                .map(|event| event.item_name.expect("a name")),
        );
        match page.next {
            Some(id) => next = id,
            None => break,
        }
    }
    assert_eq!(seen, ["6", "5", "4", "3", "2", "1", "0"]);
    for bad in ["item=itm_x", "before=evt", "limit=x", "who=me"] {
        mira.get(&format!("/activity?{bad}"))
            .await
            .problem(400, "bad_request");
    }
}

#[tokio::test]
async fn pages_follow_the_time_of_what_happened_whatever_the_clock_did() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let start = app.now();
    for minutes in [0_u64, 20, 8, 14] {
        app.app
            .clock()
            .set(start + std::time::Duration::from_secs(minutes * 60));
        mira.add_account().await;
    }
    let mut seen: Vec<Event> = Vec::new();
    let mut before = String::new();
    loop {
        let page: EventList = mira
            .get(&format!("/activity?limit=1{before}"))
            .await
            .is(200)
            .json();
        seen.extend(page.events);
        match page.next {
            Some(next) => before = format!("&before={next}"),
            None => break,
        }
    }
    let added: Vec<i64> = seen
        .iter()
        .filter(|event| event.action == "item.created")
        .map(|event| (event.at - start.millis()) / 60_000)
        .collect();
    assert_eq!(added, [20, 14, 8, 0]);
    assert_eq!(seen.len(), events(&mira, "limit=50").await.len());
}

/// Who and what the events of a long log are about.
struct LongLog {
    workspace: WorkspaceId,
    /// The last one is `member`'s own.
    items: Vec<ItemId>,
    links: Vec<LinkId>,
    member: MemberId,
    members: Vec<MemberId>,
}

impl LongLog {
    async fn write(app: &TestApp) -> Self {
        let (workspace, mira) = app.larkfield().await;
        let now = app.now();
        let mut items: Vec<_> = (0..40).map(|_| ItemId::new(now)).collect();
        items.push(mira.add_account().await.parse().expect("an item"));
        let log = Self {
            workspace,
            items,
            links: (0..40).map(|_| LinkId::new(now)).collect(),
            member: mira.brief.id.parse().expect("a member"),
            members: (0..5).map(|_| MemberId::new(now)).collect(),
        };
        for n in 0..1500_usize {
            // Some happen later than what is chained after them.
            let at = now + Duration::from_millis((n * 40 + n * 7919 % 3000) as u64);
            let db = app.app.db();
            db.write((log.event(n), at), |tx, (event, at)| {
                Box::pin(audit::record(tx, *at, event.clone()))
            })
            .await
            .expect("it is recorded");
            if n % 333 == 100 {
                chain_all(db).await.expect("it chains");
            }
        }
        log
    }

    fn event(&self, n: usize) -> NewEvent {
        let actor = match n % 3 {
            0 => Actor::Recipient,
            _ if n % 211 == 1 => Actor::Member(self.member),
            _ => Actor::Member(self.members[n % self.members.len()]),
        };
        let action = if n.is_multiple_of(2) {
            Action::LinkOpened
        } else {
            Action::ItemRevealed
        };
        let mut event = NewEvent::new(self.workspace, actor, action);
        if !n.is_multiple_of(5) {
            // Few, of the first ones only early on.
            event = event.item(self.items[(n * n + n / 600) % self.items.len()]);
        }
        if n.is_multiple_of(4) && n % 37 < 35 {
            event = event.link(self.links[(n / 4) % self.links.len()]);
        }
        event
    }

    fn filters(&self) -> Vec<EventFilter> {
        let filter = EventFilter::default;
        let mut filters: Vec<EventFilter> = Vec::new();
        for at in [0, 7, 23, 40] {
            let (item, link) = (Some(self.items[at]), self.links.get(at).copied());
            filters.push(EventFilter { item, ..filter() });
            filters.push(EventFilter { link, ..filter() });
            filters.push(EventFilter {
                item,
                visible_to: Some(self.member),
                ..filter()
            });
            filters.push(EventFilter {
                item,
                member: Some(self.members[at % 5]),
                action: Some("item.".to_owned()),
                ..filter()
            });
        }
        let nobody = MemberId::new(Timestamp::from_millis(0));
        for one in [self.member, self.members[2], nobody] {
            let member = Some(one);
            filters.push(EventFilter { member, ..filter() });
            filters.push(EventFilter {
                visible_to: Some(one),
                ..filter()
            });
        }
        filters
    }

    /// What a filter asks for.
    fn is_wanted(&self, filter: &EventFilter, event: &StoredEvent) -> bool {
        let owned = self.items.last().copied();
        filter.item.is_none_or(|item| event.item == Some(item))
            && filter.link.is_none_or(|link| event.link == Some(link))
            && filter.member.is_none_or(|by| event.actor_id == Some(by))
            && filter
                .action
                .as_ref()
                .is_none_or(|action| event.action.starts_with(action))
            && filter.visible_to.is_none_or(|by| {
                event.actor_id == Some(by) || (by == self.member && event.item == owned)
            })
    }
}

/// All that a filter finds, page by page.
async fn paged(db: &Db, workspace: WorkspaceId, filter: &EventFilter) -> Vec<EventId> {
    const PAGE: usize = 7;
    let (mut found, mut page) = (Vec::new(), filter.clone());
    page.limit = PAGE as i64;
    loop {
        let events = audit::find(db, workspace, &page).await.expect("a page");
        found.extend(events.iter().map(|event| event.id));
        let Some(last) = events.last().filter(|_| events.len() == PAGE) else {
            return found;
        };
        page.before = Some(EventCursor {
            at: last.at,
            id: last.id,
        });
    }
}

/// Some thousand events are chained in blocks, and found by what the blocks say of them: whatever is
/// asked for, it is what reading the whole log would give.
#[tokio::test]
async fn what_is_rare_is_found_in_a_long_log() {
    let app = TestApp::new().await;
    let long = LongLog::write(&app).await;
    let db = app.app.db();
    let everything = EventFilter {
        limit: 10_000,
        ..EventFilter::default()
    };
    let log = audit::find(db, long.workspace, &everything)
        .await
        .expect("the log");
    assert!(log.len() > 1500);
    let chained = log.iter().filter(|event| event.seq.is_some()).count();
    assert!((1024..log.len()).contains(&chained), "{chained}");
    let mut met = 0;
    for filter in long.filters() {
        let wanted = log.iter().filter(|event| long.is_wanted(&filter, event));
        let expected: Vec<EventId> = wanted.map(|event| event.id).collect();
        met += expected.len();
        let found = paged(db, long.workspace, &filter).await;
        assert_eq!(found, expected, "{filter:?}");
    }
    assert!(met > 500, "{met}");
}
