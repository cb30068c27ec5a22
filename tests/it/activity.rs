//! Who did what, when, from where.

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
