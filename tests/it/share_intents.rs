//! Asking for a link and confirming it: before that, no link exists.

use std::time::Duration;

use guestpass_api_types::{
    activity::EventList,
    links::{LinkMade, ShareIntent},
    sign_in::{ConfirmDetails, FlowState},
};
use serde_json::{Value, json};

use crate::support::{
    MemberCaller, TestApp,
    sharing::{new_secret, proof, seal},
};

async fn state(member: &MemberCaller, intent: &str) -> FlowState {
    let intent: ShareIntent = member
        .get(&format!("/share-intents/{intent}"))
        .await
        .is(200)
        .json();
    intent.state
}

#[tokio::test]
async fn the_same_browser_confirms_by_itself_and_only_then_there_is_a_payload() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let item = mira.add_account().await;
    let intent = mira.ask(&item, true).await;
    assert_eq!(intent.state, FlowState::Waiting);
    assert_eq!(intent.sent_to, "mira@larkfield.example");
    let code = intent.match_code.expect("a code");
    assert_eq!(code.expose().len(), 6);
    let path = format!("/share-intents/{}/payload", intent.id);
    mira.get(&path).await.problem(409, "not_confirmed");

    let mail = app.newest_mail_to("mira@larkfield.example").await;
    assert!(
        mail.confirm_link()
            .starts_with("https://vault.larkfield.example/confirm#")
    );
    for told in ["Beacon Ads", "ops@larkfield.example", code.expose()] {
        assert!(
            !mail.0.text.contains(told) && !mail.0.html.contains(told),
            "the mail tells {told}"
        );
    }
    // Scanners look; looking changes nothing.
    let look = json!({ "token": mail.token() });
    for _ in 0..5 {
        let seen: ConfirmDetails = app
            .anon()
            .post("/confirm/inspect", &look)
            .await
            .is(200)
            .json();
        assert!(!seen.same_browser);
        assert_eq!(
            (seen.state, seen.item.as_deref()),
            (FlowState::Waiting, Some("Beacon Ads"))
        );
    }
    let seen: ConfirmDetails = mira.post("/confirm/inspect", &look).await.is(200).json();
    assert!(seen.same_browser);
    mira.post("/confirm", &look).await.is(200);
    assert_eq!(state(&mira, &intent.id).await, FlowState::Confirmed);
    mira.post("/confirm", &look).await.problem(410, "flow_over");
    let payload = mira.payload(&intent.id).await;
    assert_eq!(payload.payload.password.expose(), "k7R#vTq2!hLm9");
    assert_eq!(payload.header.expires_at - payload.header.created_at, 3600);
    assert_eq!(payload.header.flags, 1);
}

#[tokio::test]
async fn another_device_needs_the_match_code_and_has_five_tries() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let item = mira.add_account().await;

    let intent = mira.ask(&item, false).await;
    let (phone, token) = (app.anon(), app.token_of(&mira).await);
    let code = intent.match_code.expect("a code").expose().to_owned();
    phone
        .post("/confirm", json!({ "token": token }))
        .await
        .problem(422, "code_needed");
    for nonsense in ["", "12345", "abcdef", "１２３４５６"] {
        phone
            .post("/confirm", json!({ "token": token, "code": nonsense }))
            .await
            .problem(422, "code_needed");
    }
    let wrong = if code == "000000" { "111111" } else { "000000" };
    let missed = phone
        .post("/confirm", json!({ "token": token, "code": wrong }))
        .await;
    assert_eq!(missed.json::<Value>()["tries_left"], 4);
    missed.problem(422, "code_wrong");
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    phone
        .post("/confirm", json!({ "token": token, "code": spaced }))
        .await
        .is(200);
    assert_eq!(state(&mira, &intent.id).await, FlowState::Confirmed);

    let intent = mira.ask(&item, false).await;
    let token = app.token_of(&mira).await;
    let code = intent.match_code.expect("a code").expose().to_owned();
    let wrong = if code == "000000" { "111111" } else { "000000" };
    for _ in 0..4 {
        phone
            .post("/confirm", json!({ "token": token, "code": wrong }))
            .await
            .problem(422, "code_wrong");
    }
    phone
        .post("/confirm", json!({ "token": token, "code": wrong }))
        .await
        .problem(410, "flow_over");
    phone
        .post("/confirm", json!({ "token": token, "code": code }))
        .await
        .problem(410, "flow_over");
    mira.post("/confirm", json!({ "token": token }))
        .await
        .problem(410, "flow_over");
    assert_eq!(state(&mira, &intent.id).await, FlowState::Locked);
}

#[tokio::test]
async fn this_wasnt_me_ends_the_intent_and_the_session_and_tells_the_admins() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let item = team.ben.add_account().await;
    let intent = team.ben.ask(&item, false).await;
    let token = json!({ "token": app.token_of(&team.ben).await });
    app.anon().post("/confirm/refuse", &token).await.is(204);
    team.ben.get("/session").await.problem(401, "signed_out");
    team.ben
        .get(&format!("/share-intents/{}", intent.id))
        .await
        .problem(401, "signed_out");
    app.anon()
        .post("/confirm", &token)
        .await
        .problem(410, "flow_over");
    app.anon()
        .post("/confirm/refuse", &token)
        .await
        .problem(410, "flow_over");
    for admin in ["mira@larkfield.example", "ada@larkfield.example"] {
        let mail = app.newest_mail_to(admin).await;
        assert!(mail.0.text.contains("Ben Tran"), "{}", mail.0.text);
    }
}

#[tokio::test]
async fn a_confirmation_is_late_after_ten_minutes_and_a_confirmed_one_must_be_used_by_then() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let item = mira.add_account().await;
    let late = mira.ask(&item, false).await;
    let token = app.token_of(&mira).await;
    app.advance(Duration::from_secs(600));
    mira.post("/confirm", json!({ "token": token }))
        .await
        .problem(410, "flow_over");
    assert_eq!(state(&mira, &late.id).await, FlowState::Expired);

    let confirmed = app.confirmed(&mira, &item, false).await;
    let sealed = seal(&new_secret(), &mira.payload(&confirmed).await);
    app.advance(Duration::from_secs(600));
    mira.get(&format!("/share-intents/{confirmed}/payload"))
        .await
        .problem(410, "flow_over");
    mira.put(&format!("/share-intents/{confirmed}/link"), sealed)
        .await
        .problem(410, "flow_over");
}

#[tokio::test]
async fn what_changed_in_the_meantime_is_noticed_at_every_step() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let (mira, ben) = (&team.mira, &team.ben);
    let item = mira.add_account().await;
    let access = format!("/items/{item}/access/{}", ben.brief.id);
    mira.put(&access, json!({ "role": "owner" })).await.is(204);

    // Between asking and confirming Ben loses the role, in the same instant as he asks: what he waits
    // for isn't there yet when others like it are ended.
    let lost = "UPDATE grants SET role = 'collaborator' WHERE member_id <> granted_by";
    ben.ask(&item, false).await;
    let token = json!({ "token": app.token_of(ben).await });
    app.change(lost).await;
    ben.post("/confirm", &token).await.problem(403, "not_owner");
    // Between confirming and making.
    mira.put(&access, json!({ "role": "owner" })).await.is(204);
    ben.post("/confirm", &token).await.is(200);
    let intent = app.confirmed(ben, &item, false).await;
    let sealed = seal(&new_secret(), &ben.payload(&intent).await);
    app.change(lost).await;
    ben.get(&format!("/share-intents/{intent}/payload"))
        .await
        .problem(403, "not_owner");
    ben.put(&format!("/share-intents/{intent}/link"), sealed)
        .await
        .problem(403, "not_owner");

    // The item is deleted after the confirmation.
    let other = mira.add_account().await;
    let intent = app.confirmed(mira, &other, false).await;
    let sealed = seal(&new_secret(), &mira.payload(&intent).await);
    mira.delete(&format!("/items/{other}")).await.is(204);
    mira.get(&format!("/share-intents/{intent}/payload"))
        .await
        .problem(409, "item_changed");
    mira.put(&format!("/share-intents/{intent}/link"), sealed)
        .await
        .problem(409, "item_changed");

    // The item is edited, then deleted.
    let intent = app.confirmed(mira, &item, false).await;
    let sealed = seal(&new_secret(), &mira.payload(&intent).await);
    mira.patch(
        &format!("/items/{item}"),
        json!({ "version": 1, "password": "new" }),
    )
    .await
    .is(200);
    mira.get(&format!("/share-intents/{intent}/payload"))
        .await
        .problem(409, "item_changed");
    mira.put(&format!("/share-intents/{intent}/link"), sealed)
        .await
        .problem(409, "item_changed");
    let asked = mira.ask(&item, false).await;
    let token = json!({ "token": app.token_of(mira).await });
    mira.delete(&format!("/items/{item}")).await.is(204);
    let seen: ConfirmDetails = mira.post("/confirm/inspect", &token).await.is(200).json();
    assert_eq!((seen.state, seen.item), (FlowState::Waiting, None));
    mira.post("/confirm", &token)
        .await
        .problem(409, "item_changed");
    assert_eq!(state(mira, &asked.id).await, FlowState::Waiting);
}

#[tokio::test]
async fn nobody_but_owners_asks_and_nobody_else_uses_an_intent() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let (_, zoe) = app.other_workspace().await;
    let item = team.mira.add_account().await;
    let new = json!({ "item": item, "expires_in": 3600 });
    team.mira
        .put(
            &format!("/items/{item}/access/{}", team.ben.brief.id),
            json!({ "role": "collaborator" }),
        )
        .await
        .is(204);
    app.anon()
        .post("/share-intents", &new)
        .await
        .problem(401, "signed_out");
    team.ben
        .post("/share-intents", &new)
        .await
        .problem(403, "not_owner");
    team.ada
        .post("/share-intents", &new)
        .await
        .problem(404, "not_found");
    zoe.post("/share-intents", &new)
        .await
        .problem(404, "not_found");

    let intent = app.confirmed(&team.mira, &item, false).await;
    let sealed = seal(&new_secret(), &team.mira.payload(&intent).await);
    let elsewhere = app.sign_in("mira@larkfield.example").await;
    for other in [&team.ben, &team.ada, &zoe, &elsewhere] {
        other
            .get(&format!("/share-intents/{intent}"))
            .await
            .problem(404, "not_found");
        other
            .get(&format!("/share-intents/{intent}/payload"))
            .await
            .problem(404, "not_found");
        other
            .get(&format!("/share-intents/{intent}/events"))
            .await
            .problem(404, "not_found");
        other
            .put(&format!("/share-intents/{intent}/link"), &sealed)
            .await
            .problem(404, "not_found");
        other
            .delete(&format!("/share-intents/{intent}"))
            .await
            .problem(404, "not_found");
    }
}

#[tokio::test]
async fn a_link_is_made_once_and_exactly_as_confirmed() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let item = mira.add_account().await;
    let intent = app.confirmed(&mira, &item, false).await;
    let path = format!("/share-intents/{intent}/link");
    let payload = mira.payload(&intent).await;
    let good = seal(&new_secret(), &payload);
    for (field, value) in [
        (
            "header",
            json!({ "kind": "account", "flags": 0, "created_at": payload.header.created_at, "expires_at": payload.header.expires_at + 1 }),
        ),
        (
            "header",
            json!({ "kind": "secret", "flags": 0, "created_at": payload.header.created_at, "expires_at": payload.header.expires_at }),
        ),
        (
            "header",
            json!({ "kind": "account", "flags": 1, "created_at": payload.header.created_at, "expires_at": payload.header.expires_at }),
        ),
        ("lid", json!("AAAA")),
        ("v0", json!("not base64url!")),
        ("iv", json!("AAAA")),
        ("ct", json!("AAAA")),
    ] {
        let mut bad = good.clone();
        bad[field] = value;
        mira.put(&path, bad).await.problem(400, "bad_request");
    }
    let mut more = good.clone();
    more["expires_at"] = json!(4_102_444_800_000_i64);
    mira.put(&path, more).await.problem(400, "bad_request");

    let first: LinkMade = mira.put(&path, &good).await.is(201).json();
    // The answer was lost and the browser asks again: the same link.
    let again: LinkMade = mira.put(&path, &good).await.is(201).json();
    assert_eq!(first.id, again.id);
    mira.put(&path, seal(&new_secret(), &payload))
        .await
        .problem(410, "flow_over");
    assert_eq!(state(&mira, &intent).await, FlowState::Spent);
}

#[tokio::test]
async fn lifetimes_beyond_thirty_days_or_below_a_minute_are_refused() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let item = mira.add_account().await;
    for seconds in [-1, 0, 59, 30 * 86_400 + 1, 31 * 86_400, i64::MAX] {
        let new = json!({ "item": item, "expires_in": seconds });
        let problem = mira
            .post("/share-intents", new)
            .await
            .problem(422, "invalid");
        assert_eq!(problem.fields[0].field, "expires_in");
    }
    let huge = mira.post(
        "/share-intents",
        json!({ "item": item, "expires_in": 9_223_372_036_854_775_808_u64 }),
    );
    huge.await.problem(400, "bad_request");
    mira.post(
        "/share-intents",
        json!({ "item": item, "expires_in": 30 * 86_400 }),
    )
    .await
    .is(201);
    app.run_jobs().await;
}

#[tokio::test]
async fn mails_can_be_sent_again_after_a_pause_and_intents_are_limited() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let item = mira.add_account().await;
    let intent = mira.ask(&item, false).await;
    let old = app.token_of(&mira).await;
    let resend = format!("/share-intents/{}/resend", intent.id);
    let soon = mira
        .post(&resend, json!({}))
        .await
        .problem(429, "resend_too_soon");
    assert_eq!(soon.retry_after, Some(30));
    app.advance(Duration::from_secs(30));
    mira.post(&resend, json!({})).await.is(200);
    let new = app.token_of(&mira).await;
    assert_ne!(old, new);
    mira.post("/confirm", json!({ "token": old }))
        .await
        .problem(404, "not_found");
    mira.post("/confirm", json!({ "token": new })).await.is(200);
    mira.delete(&format!("/share-intents/{}", intent.id))
        .await
        .is(204);
    assert_eq!(state(&mira, &intent.id).await, FlowState::Cancelled);

    // Five at once, the mail sent again included; then one every three minutes.
    for _ in 0..3 {
        mira.ask(&item, false).await;
    }
    let new = json!({ "item": item, "expires_in": 3600 });
    let refused = mira
        .post("/share-intents", new)
        .await
        .problem(429, "too_many_requests");
    assert!(
        refused
            .retry_after
            .is_some_and(|seconds| (100..=180).contains(&seconds)),
        "{refused:?}"
    );
    app.run_jobs().await;
}

#[tokio::test]
async fn what_cant_be_shared_says_why() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let add = async |body: &str| -> String {
        let new = json!({ "kind": "secret", "name": "Notes", "body": body });
        let made: Value = mira.post("/items", new).await.is(201).json();
        made["id"].as_str().expect("an id").to_owned()
    };
    let (empty, full) = (add("").await, add("door code 4711").await);
    mira.post(
        "/share-intents",
        json!({ "item": empty, "expires_in": 3600 }),
    )
    .await
    .problem(409, "no_body");
    let announced: Value = mira
        .post(
            &format!("/items/{full}/attachments"),
            json!({ "name": "plan.pdf", "size": 4 }),
        )
        .await
        .is(201)
        .json();
    let content = format!(
        "/items/{full}/attachments/{}/content",
        announced["id"].as_str().expect("an id")
    );
    mira.put_bytes(&content, b"plan".to_vec()).await.is(204);
    mira.post(
        "/share-intents",
        json!({ "item": full, "expires_in": 3600 }),
    )
    .await
    .problem(409, "has_attachments");
    // 45,000 characters are fine for a secret; of four bytes each they don't fit a link.
    let large = add(&"😀".repeat(45_000)).await;
    mira.post(
        "/share-intents",
        json!({ "item": large, "expires_in": 3600 }),
    )
    .await
    .problem(409, "too_large_to_share");
}

#[tokio::test]
async fn this_wasnt_me_also_takes_back_a_link_that_was_made_already() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let item = team.ben.add_account().await;
    let intent = team.ben.ask(&item, true).await;
    let token = json!({ "token": app.token_of(&team.ben).await });
    team.ben.post("/confirm", &token).await.is(200);
    let secret = new_secret();
    let sealed = seal(&secret, &team.ben.payload(&intent.id).await);
    let path = format!("/share-intents/{}/link", intent.id);
    let made: LinkMade = team.ben.put(&path, sealed).await.is(201).json();
    let guest = app.recipient();
    guest.post("/guest/peek", proof(&secret)).await.is(200);

    app.anon().post("/confirm/refuse", &token).await.is(204);
    guest
        .post("/guest/peek", proof(&secret))
        .await
        .problem(404, "link_dead");
    team.ben.get("/session").await.problem(401, "signed_out");
    app.anon()
        .post("/confirm/refuse", &token)
        .await
        .problem(410, "flow_over");
    assert_eq!(
        app.actions_of(&team.mira, &made.id).await,
        ["link.revoked", "link.created"]
    );
    let mail = app.newest_mail_to("mira@larkfield.example").await;
    assert!(mail.0.text.contains("Ben Tran"), "{}", mail.0.text);
}

#[tokio::test]
async fn a_short_link_is_not_made_after_its_end_and_no_lid_is_taken_twice() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let item = mira.add_account().await;
    let new = json!({ "item": item, "expires_in": 60 });
    let short: ShareIntent = mira.post("/share-intents", new).await.is(201).json();
    let token = app.token_of(&mira).await;
    mira.post("/confirm", json!({ "token": token }))
        .await
        .is(200);
    let sealed = seal(&new_secret(), &mira.payload(&short.id).await);
    app.advance(Duration::from_secs(61));
    mira.put(&format!("/share-intents/{}/link", short.id), sealed)
        .await
        .problem(410, "flow_over");

    let first = app.share(&mira, &item, true).await;
    let second = app.confirmed(&mira, &item, true).await;
    let copied = seal(&first.secret, &mira.payload(&second).await);
    mira.put(&format!("/share-intents/{second}/link"), copied)
        .await
        .problem(400, "bad_request");
    app.run_jobs().await;
}

#[tokio::test]
async fn what_leaves_the_vault_for_a_link_is_in_activity_even_if_no_link_follows() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let item = mira.add_account().await;
    let intent = app.confirmed(&mira, &item, true).await;
    mira.payload(&intent).await;
    mira.delete(&format!("/share-intents/{intent}"))
        .await
        .is(204);
    let told: EventList = mira
        .get(&format!("/activity?item={item}"))
        .await
        .is(200)
        .json();
    let actions: Vec<&str> = told.events.iter().map(|event| &*event.action).collect();
    assert_eq!(
        actions,
        [
            "intent.cancelled",
            "item.revealed",
            "intent.confirmed",
            "intent.started",
            "item.created"
        ]
    );
}
