//! Accounts and secrets.

mod at_rest;
mod deletion;

use std::time::Duration;

use futures_util::future::join_all;
use guestpass_api_types::{
    activity::EventList,
    items::{ItemDetails, ItemKind, ItemList, ItemRole, OneTimeCode, Revealed, ShareRefusal},
};
use serde_json::{Value, json};

use crate::support::{MemberCaller, TestApp};

const KEY: &str = "JBSWY3DPEHPK3PXP";

async fn add(member: &MemberCaller, item: Value) -> ItemDetails {
    member.post("/items", item).await.is(201).json()
}

async fn account(member: &MemberCaller, name: &str) -> ItemDetails {
    add(member, json!({ "kind": "account", "name": name })).await
}

async fn list(member: &MemberCaller, query: &str) -> ItemList {
    member.get(&format!("/items?{query}")).await.is(200).json()
}

fn names(list: &ItemList) -> Vec<&str> {
    list.items.iter().map(|item| item.name.as_str()).collect()
}

async fn events(member: &MemberCaller, item: &str) -> Vec<String> {
    let events: EventList = member
        .get(&format!("/activity?item={item}"))
        .await
        .is(200)
        .json();
    events
        .events
        .into_iter()
        .map(|event| event.action)
        .collect()
}

async fn change(member: &MemberCaller, path: &str, change: Value) -> ItemDetails {
    member.patch(path, change).await.is(200).json()
}

#[tokio::test]
async fn an_account_is_added_used_and_deleted() {
    let app = TestApp::new().await;
    let ben = app.team().await.ben;
    let made = add(&ben, json!({
        "kind": "account", "name": " Beacon Ads ", "username": "ops@larkfield.example",
        "website": "beacon.example/login", "app": "Beacon", "password": "pa ss\u{1f511}", "mfa": KEY,
        "notes": "one\ntwo",
    }))
    .await;
    let card = &made.summary;
    let kept = (card.name.as_str(), card.kind, card.role);
    assert_eq!(kept, ("Beacon Ads", ItemKind::Account, ItemRole::Owner));
    assert_eq!(card.website, "https://beacon.example/login");
    assert!(card.has_mfa && card.has_secret && card.share_refusal.is_none());
    assert_eq!((card.version, card.live_links, card.attachments), (1, 0, 0));
    assert_eq!(made.notes.expose(), "one\ntwo");
    assert_eq!(made.created_by, "Ben Tran");

    let path = format!("/items/{}", card.id);
    let (reveal, field) = (format!("{path}/reveal"), json!({ "field": "password" }));
    let revealed: Revealed = ben.post(&reveal, &field).await.is(200).json();
    let seen = (revealed.value.expose(), revealed.version);
    assert_eq!(seen, ("pa ss\u{1f511}", 1));
    ben.delete(&path).await.is(204);
    ben.get(&path).await.problem(404, "not_found");
    ben.delete(&path).await.problem(404, "not_found");
    ben.post(&reveal, &field).await.problem(404, "not_found");
    assert_eq!(list(&ben, "").await.all, 0);
    let log = events(&ben, &card.id).await;
    assert_eq!(log, ["item.deleted", "item.revealed", "item.created"]);
}

#[tokio::test]
async fn a_change_keeps_what_it_leaves_out() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let new = json!({ "kind": "account", "name": "One", "username": "ops", "mfa": KEY });
    let made = add(&mira, new).await;
    let path = format!("/items/{}", made.summary.id);
    app.advance(Duration::from_secs(60));
    let two = change(
        &mira,
        &path,
        json!({ "version": 1, "name": "Two", "mfa": "" }),
    )
    .await;
    let kept = (
        two.summary.version,
        two.summary.name.as_str(),
        two.summary.username.as_str(),
    );
    assert_eq!(kept, (2, "Two", "ops"));
    assert!(!two.summary.has_mfa, "emptied, so it is gone");
    assert_eq!(two.secret_changed_at, app.now().millis());

    app.advance(Duration::from_secs(60));
    let three = change(&mira, &path, json!({ "version": 2, "notes": "three" })).await;
    assert_eq!(
        three.secret_changed_at, two.secret_changed_at,
        "notes are nothing to rotate"
    );
    assert_eq!(three.summary.changed_at, app.now().millis());
    let same = change(&mira, &path, json!({ "version": 3, "name": "Two" })).await;
    assert_eq!(
        same.summary.version, 3,
        "nothing changed, so nothing was saved"
    );
    let log = events(&mira, &made.summary.id).await;
    assert_eq!(log, ["item.changed", "item.changed", "item.created"]);
}

#[tokio::test]
async fn a_secret_keeps_its_text_to_the_letter() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let body = " first\r\n\n\tsecond \u{202e}\u{0}\n";
    let made = add(
        &mira,
        json!({ "kind": "secret", "name": "Wi-Fi", "body": body }),
    )
    .await;
    let path = format!("/items/{}/reveal", made.summary.id);
    let revealed: Revealed = mira
        .post(&path, json!({ "field": "body" }))
        .await
        .is(200)
        .json();
    assert_eq!(revealed.value.expose(), body);
    mira.post(&path, json!({ "field": "mfa" }))
        .await
        .problem(422, "invalid");
    let empty = add(&mira, json!({ "kind": "secret", "name": "Empty" })).await;
    assert_eq!(empty.summary.share_refusal, Some(ShareRefusal::NoBody));
}

#[tokio::test]
async fn a_body_may_have_45_000_characters_of_any_kind() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let with = |body: String| json!({ "kind": "secret", "name": "Long", "body": body });
    let made = add(&mira, with("\u{1f98a}".repeat(45_000))).await;
    // As a client sends it that escapes all but ASCII: twelve bytes each.
    let escaped = format!(
        r#"{{"kind":"secret","name":"Long","body":"{}"}}"#,
        r"\ud83e\udd8a".repeat(45_000)
    );
    let request = mira
        .request(axum::http::Method::POST, "/items")
        .header("content-type", "application/json");
    mira.call(request, escaped.into()).await.is(201);

    let problem = mira
        .post("/items", with("x".repeat(46_000)))
        .await
        .problem(422, "invalid");
    assert_eq!(problem.fields[0].field, "body");
    assert_eq!(problem.fields[0].message, "Use at most 45,000 characters.");
    let path = format!("/items/{}", made.summary.id);
    let change = json!({ "version": 1, "body": "\u{e9}".repeat(46_000) });
    let problem = mira.patch(&path, change).await.problem(422, "invalid");
    assert_eq!(problem.fields[0].field, "body");
    mira.post("/items", with("x".repeat(700_000)))
        .await
        .problem(413, "too_large");
}

#[tokio::test]
async fn what_can_not_be_taken_is_told_field_by_field() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let answer = mira
        .post("/items", json!({
            "kind": "account", "name": " ", "username": "a\nb", "website": "javascript:alert(1)",
            "mfa": "otpauth://hotp/x?secret=JBSWY3DPEHPK3PXP", "body": "x",
        }))
        .await;
    let problem = answer.problem(422, "invalid");
    let fields: Vec<&str> = problem
        .fields
        .iter()
        .map(|field| field.field.as_str())
        .collect();
    assert_eq!(fields, ["name", "username", "website", "mfa", "body"]);
    assert_eq!(list(&mira, "").await.all, 0);
}

#[tokio::test]
async fn what_is_not_theirs_to_set_is_refused() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let made = account(&mira, "Plain").await;
    let path = format!("/items/{}", made.summary.id);
    for (field, value) in [
        ("id", json!("itm_018f00000000700080000000000000ff")),
        (
            "workspace_id",
            json!("wsp_018f00000000700080000000000000ff"),
        ),
        ("created_by", json!("mem_018f00000000700080000000000000ff")),
        ("role", json!("owner")),
        ("live_links", json!(3)),
        ("deleted_at", json!(1)),
    ] {
        let mut new = json!({ "kind": "account", "name": "Mass" });
        new[field] = value.clone();
        mira.post("/items", new).await.problem(400, "bad_request");
        let mut change = json!({ "version": 1 });
        change[field] = value;
        mira.patch(&path, change).await.problem(400, "bad_request");
    }
    mira.patch(&path, json!({ "version": 1, "kind": "secret" }))
        .await
        .problem(400, "bad_request");
    mira.patch(&path, json!({ "name": "no version" }))
        .await
        .problem(400, "bad_request");
    mira.post("/items", json!({ "kind": "file", "name": "x" }))
        .await
        .problem(400, "bad_request");
    assert_eq!(names(&list(&mira, "").await), ["Plain"]);
}

#[tokio::test]
async fn of_changes_made_at_once_one_is_saved() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let made = account(&mira, "Zero").await;
    let path = format!("/items/{}", made.summary.id);
    for version in 1..=5 {
        let tries = (0..8).map(|at| {
            let (mira, path) = (mira.clone(), path.clone());
            let change = json!({ "version": version, "name": format!("{version}.{at}") });
            async move { mira.patch(&path, change).await }
        });
        let answers = join_all(tries).await;
        let saved = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(saved, 1);
        for answer in answers.into_iter().filter(|answer| answer.status != 200) {
            answer.problem(409, "version_conflict");
        }
    }
    let now: ItemDetails = mira.get(&path).await.is(200).json();
    assert_eq!(now.summary.version, 6);
    assert!(now.summary.name.starts_with("5."));
}

#[tokio::test]
async fn items_are_found_filtered_sorted_and_counted() {
    let app = TestApp::new().await;
    let team = app.team().await;
    for (name, username, app_name) in [
        ("Straße", "", ""),
        ("alpha", "mira@larkfield.example", ""),
        ("Beta", "", "GitHub"),
    ] {
        app.advance(Duration::from_secs(1));
        add(
            &team.ben,
            json!({ "kind": "account", "name": name, "username": username, "app": app_name }),
        )
        .await;
    }
    app.advance(Duration::from_secs(1));
    let given = add(&team.cleo, json!({ "kind": "account", "name": "Given" })).await;
    let grant = format!("/items/{}/access/{}", given.summary.id, team.ben.brief.id);
    team.cleo
        .put(&grant, json!({ "role": "collaborator" }))
        .await
        .is(204);
    add(
        &team.ben,
        json!({ "kind": "secret", "name": "Zed", "body": "x" }),
    )
    .await;

    let all = list(&team.ben, "kind=account").await;
    assert_eq!(names(&all), ["alpha", "Beta", "Given", "Straße"]);
    assert_eq!(
        (all.all, all.total, all.owned, all.with_live_links, all.next),
        (4, 4, 3, 0, None)
    );
    assert_eq!(all.items[2].role, ItemRole::Collaborator);
    assert_eq!(all.items[2].share_refusal, Some(ShareRefusal::NotOwner));
    assert_eq!(
        names(&list(&team.ben, "kind=account&sort=changed").await),
        ["Given", "Beta", "alpha", "Straße"]
    );
    assert_eq!(names(&list(&team.ben, "q=STRASSE").await), ["Straße"]);
    assert_eq!(names(&list(&team.ben, "q=github").await), ["Beta"]);
    assert_eq!(
        names(&list(&team.ben, "q=Larkfield%20ALPHA").await),
        ["alpha"]
    );
    let owned = list(&team.ben, "kind=account&filter=owned&q=").await;
    assert_eq!((owned.total, owned.all), (3, 4));
    assert_eq!(list(&team.ben, "filter=live").await.total, 0);
    assert_eq!(names(&list(&team.ben, "kind=secret").await), ["Zed"]);
    assert_eq!(list(&team.ben, "kind=").await.all, 5);

    let first = list(&team.ben, "limit=2").await;
    assert_eq!(
        (names(&first), first.next),
        (vec!["alpha", "Beta"], Some(2))
    );
    let last = list(&team.ben, "limit=2&offset=4").await;
    assert_eq!(
        (names(&last), last.next, last.total),
        (vec!["Zed"], None, 5)
    );
    for bad in [
        "limit=many",
        "sort=secret",
        "filter=x",
        "kind=x",
        "offset=-1",
        "page=2",
    ] {
        team.ben
            .get(&format!("/items?{bad}"))
            .await
            .problem(400, "bad_request");
    }
}

#[tokio::test]
async fn codes_are_shown_and_noted_once_a_minute() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let made = add(
        &mira,
        json!({ "kind": "account", "name": "Acme", "username": "ops", "mfa": KEY }),
    )
    .await;
    let path = format!("/items/{}", made.summary.id);
    let code: OneTimeCode = mira.get(&format!("{path}/code")).await.is(200).json();
    let checked: OneTimeCode = mira
        .post("/mfa/check", json!({ "mfa": KEY }))
        .await
        .is(200)
        .json();
    assert_eq!(code.code, checked.code);
    assert_eq!((code.period_ms, code.remaining_ms), (30_000, 30_000));
    app.advance(Duration::from_secs(30));
    let next: OneTimeCode = mira.get(&format!("{path}/code")).await.is(200).json();
    assert_ne!(next.code, code.code);
    assert_eq!(
        events(&mira, &made.summary.id).await,
        ["item.code_shown", "item.created"]
    );
    app.advance(Duration::from_secs(30));
    mira.get(&format!("{path}/code")).await.is(200);
    assert_eq!(events(&mira, &made.summary.id).await.len(), 3);

    let revealed: Revealed = mira
        .post(&format!("{path}/reveal"), json!({ "field": "mfa" }))
        .await
        .is(200)
        .json();
    assert_eq!(
        revealed.value.expose(),
        "otpauth://totp/Acme:ops?secret=JBSWY3DPEHPK3PXP&issuer=Acme"
    );
    assert_eq!(revealed.mfa_key.expect("the key").expose(), KEY);
    let plain = account(&mira, "Plain").await;
    let path = format!("/items/{}", plain.summary.id);
    mira.get(&format!("{path}/code"))
        .await
        .problem(404, "no_mfa");
    mira.post(&format!("{path}/reveal"), json!({ "field": "mfa" }))
        .await
        .problem(404, "no_mfa");
}

#[tokio::test]
async fn workspaces_never_meet() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let (_, zoe) = app.other_workspace().await;
    let ours = add(
        &mira,
        json!({ "kind": "secret", "name": "Ours", "body": "x" }),
    )
    .await
    .summary
    .id;
    account(&zoe, "Theirs").await;
    assert_eq!(names(&list(&mira, "").await), ["Ours"]);
    assert_eq!(names(&list(&zoe, "").await), ["Theirs"]);
    let item = format!("/items/{ours}");
    zoe.get(&item).await.problem(404, "not_found");
    // Nobody of another workspace can be given a role.
    let grant = format!("{item}/access/{}", zoe.brief.id);
    mira.put(&grant, json!({ "role": "collaborator" }))
        .await
        .problem(404, "no_such_member");
    zoe.put(&grant, json!({ "role": "owner" }))
        .await
        .problem(404, "not_found");
    let theirs: EventList = zoe.get("/activity").await.is(200).json();
    assert!(
        theirs
            .events
            .iter()
            .all(|event| event.item.as_deref() != Some(&ours))
    );
    let none: EventList = zoe
        .get(&format!("/activity?item={ours}"))
        .await
        .is(200)
        .json();
    assert!(none.events.is_empty());
}

#[tokio::test]
async fn a_long_list_is_as_right_as_a_short_one() {
    // More than are read at once.
    const MANY: usize = 1010;
    let app = TestApp::new().await;
    let mut mira = app.team().await.mira;
    // Names in another order than the items are made in.
    let place = |n: usize| n * 7 % MANY;
    for some in (0..MANY).collect::<Vec<_>>().chunks(256) {
        join_all(some.iter().map(async |n| {
            let name = format!("item {:04}", place(*n));
            account(&mira, &name).await;
        }))
        .await;
        // One session may not ask for that much in a minute.
        app.advance(Duration::from_secs(3600));
        mira = app.sign_in(&mira.brief.email).await;
    }
    let expected = |numbers: std::ops::Range<usize>| -> Vec<String> {
        numbers.map(|n| format!("item {n:04}")).collect()
    };
    let part = list(&mira, "limit=3&offset=500").await;
    assert_eq!(names(&part), expected(500..503));
    assert_eq!(
        (part.all, part.total, part.owned, part.next),
        (1010, 1010, 1010, Some(503))
    );
    let last = list(&mira, "limit=20&offset=1000").await;
    assert_eq!(names(&last), expected(1000..1010));
    assert_eq!(last.next, None);
    let changed = list(&mira, "sort=changed&limit=500").await;
    assert!(
        changed
            .items
            .windows(2)
            .all(|pair| pair[0].changed_at >= pair[1].changed_at)
    );
    let found = list(&mira, "q=item%20100&limit=2").await;
    assert_eq!(names(&found), ["item 0100", "item 1000"]);
    assert_eq!((found.all, found.total, found.next), (1010, 11, Some(2)));
    assert_eq!(list(&mira, "offset=2000").await.items.len(), 0);

    // What a team gives to who has it already is neither listed twice nor a lower role.
    let design = mira.makes_team("Design", &[]).await;
    for item in [&part.items[0], &part.items[2], &last.items[9]] {
        let grant = format!("/items/{}/access/teams/{design}", item.id);
        let role = json!({ "role": "collaborator" });
        mira.put(&grant, role).await.is(204);
    }
    let with_team = list(&mira, "limit=3&offset=500").await;
    assert_eq!(names(&with_team), expected(500..503));
    assert_eq!(
        (with_team.all, with_team.owned, with_team.next),
        (1010, 1010, Some(503))
    );
}
