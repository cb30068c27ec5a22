//! Opening a link.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{body::Body, http::Method};
use futures_util::{FutureExt, StreamExt, stream};
use guestpass::db::{DbError, sql};
use guestpass_api_types::{
    guest::{Claimed, Peek},
    links::{LinkList, LinkState},
};
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::support::{
    TestApp,
    sharing::{new_secret, proof},
};

#[tokio::test]
async fn a_one_time_link_is_looked_at_freely_and_opened_once() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let item = mira.add_account().await;
    let link = app.share(&mira, &item, true).await;
    let (first, second) = (app.recipient(), app.recipient());
    for _ in 0..5 {
        let peek: Peek = first.post("/guest/peek", link.proof()).await.is(200).json();
        assert_eq!(
            (peek.sender_first_name.as_str(), peek.one_time),
            ("Mira", true)
        );
        assert_eq!(peek.workspace, "Larkfield Studio");
    }
    second.post("/guest/peek", link.proof()).await.is(200);
    let claimed: Claimed = first
        .post("/guest/claim", link.proof())
        .await
        .is(200)
        .json();
    let seen = link.open(&claimed);
    assert_eq!(seen.name, "Beacon Ads");
    assert_eq!(seen.password.expose(), "k7R#vTq2!hLm9");
    assert!(
        seen.otpauth.expose().starts_with("otpauth://totp/"),
        "{}",
        seen.otpauth.expose()
    );
    for _ in 0..2 {
        let spent = second.post("/guest/claim", link.proof()).await;
        assert_eq!(spent.json::<Value>()["spent"]["disputed"], false);
        spent.problem(410, "link_spent");
    }
    // The answer was lost on its way: the same browser gets it again, until it says that it has it.
    first.post("/guest/claim", link.proof()).await.is(200);
    first.post("/guest/ack", link.proof()).await.is(204);
    first
        .post("/guest/claim", link.proof())
        .await
        .problem(410, "link_spent");

    let links: LinkList = mira
        .get(&format!("/items/{item}/links"))
        .await
        .is(200)
        .json();
    assert_eq!(links.links[0].state, LinkState::Viewed);
    assert_eq!(links.links[0].views.len(), 1);
    let view = &links.links[0].views[0];
    assert!(
        view.acknowledged && view.address.ends_with(".x"),
        "{view:?}"
    );
    let mail = app.newest_mail_to("mira@larkfield.example").await;
    assert!(
        mail.0.text.contains(&item),
        "the owner is told: {}",
        mail.0.text
    );
    assert!(!mail.0.text.contains("Beacon Ads"));
}

#[tokio::test]
async fn redelivery_ends_after_ten_minutes_and_the_sweeper_erases() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let item = mira.add_account().await;
    let link = app.share(&mira, &item, true).await;
    let browser = app.recipient();
    browser.post("/guest/peek", link.proof()).await.is(200);
    browser.post("/guest/claim", link.proof()).await.is(200);
    // Another browser that knows everything but the cookie.
    let thief = app.recipient();
    thief
        .post("/guest/peek", link.proof())
        .await
        .problem(410, "link_spent");
    thief.set_cookie(
        "__Host-binder",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    );
    thief
        .post("/guest/claim", link.proof())
        .await
        .problem(410, "link_spent");
    app.advance(Duration::from_secs(599));
    browser.post("/guest/claim", link.proof()).await.is(200);
    app.advance(Duration::from_secs(1));
    browser
        .post("/guest/claim", link.proof())
        .await
        .problem(410, "link_spent");
    assert_eq!(app.count("SELECT COUNT(*) FROM link_payloads").await, 1);
    app.sweep().await;
    assert_eq!(app.count("SELECT COUNT(*) FROM link_payloads").await, 0);
    app.run_jobs().await;
}

#[tokio::test]
async fn the_same_browser_gets_a_one_time_link_six_times_at_most() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let item = mira.add_account().await;
    let link = app.share(&mira, &item, true).await;
    let browser = app.recipient();
    browser.post("/guest/peek", link.proof()).await.is(200);
    for _ in 0..6 {
        browser.post("/guest/claim", link.proof()).await.is(200);
    }
    browser
        .post("/guest/claim", link.proof())
        .await
        .problem(410, "link_spent");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_link_with_many_views_counts_each_browser_once_until_it_expires() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let item = mira.add_account().await;
    let link = app.share(&mira, &item, false).await;
    for browser in [app.recipient(), app.recipient()] {
        browser.post("/guest/peek", link.proof()).await.is(200);
        for _ in 0..3 {
            let claimed: Claimed = browser
                .post("/guest/claim", link.proof())
                .await
                .is(200)
                .json();
            assert_eq!(
                link.open(&claimed).username.expose(),
                "ops@larkfield.example"
            );
            browser.post("/guest/ack", link.proof()).await.is(204);
        }
    }
    let links: LinkList = mira
        .get(&format!("/items/{item}/links"))
        .await
        .is(200)
        .json();
    assert_eq!(links.links[0].views.len(), 2);
    app.advance(Duration::from_secs(3600));
    app.recipient()
        .post("/guest/peek", link.proof())
        .await
        .problem(404, "link_dead");
    app.sweep().await;
    assert_eq!(app.count("SELECT COUNT(*) FROM link_payloads").await, 0);
    app.run_jobs().await;
}

#[tokio::test]
async fn unknown_wrong_expired_and_revoked_links_get_one_and_the_same_answer() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let item = mira.add_account().await;
    let (revoked, expired, live) = (
        app.share(&mira, &item, true).await,
        app.share(&mira, &item, false).await,
        app.share(&mira, &item, true).await,
    );
    mira.post(&format!("/links/{}/revoke", revoked.id), json!({}))
        .await
        .is(204);
    mira.post(&format!("/links/{}/revoke", revoked.id), json!({}))
        .await
        .is(204);
    let mut wrong = live.proof();
    wrong["auth"] = proof(&new_secret())["auth"].clone();
    app.advance(Duration::from_secs(3600));
    let mut malformed = live.proof();
    malformed["lid"] = json!("%31");
    let proofs = [
        proof(&new_secret()),
        wrong,
        revoked.proof(),
        expired.proof(),
        malformed,
    ];
    for path in ["/guest/peek", "/guest/claim"] {
        let mut answers = Vec::new();
        for proof in &proofs {
            let browser = app.recipient();
            browser.set_cookie(
                "__Host-binder",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            );
            let answer = browser.post(path, proof).await;
            let mut names: Vec<String> = answer
                .headers
                .iter()
                .map(|pair| format!("{pair:?}"))
                .collect();
            names.sort();
            answers.push((answer.status, names, answer.text()));
            answer.problem(404, "link_dead");
        }
        assert!(
            answers.iter().all(|answer| *answer == answers[0]),
            "{path}: {answers:#?}"
        );
    }
    app.run_jobs().await;
}

#[tokio::test]
async fn the_holder_of_a_spent_link_can_say_that_it_wasnt_them() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let item = mira.add_account().await;
    let link = app.share(&mira, &item, true).await;
    let (thief, rightful) = (app.recipient(), app.recipient());
    rightful
        .post("/guest/dispute", link.proof())
        .await
        .problem(404, "link_dead");
    thief.post("/guest/peek", link.proof()).await.is(200);
    thief.post("/guest/claim", link.proof()).await.is(200);
    for _ in 0..2 {
        rightful.post("/guest/dispute", link.proof()).await.is(204);
    }
    let mail = app.newest_mail_to("mira@larkfield.example").await;
    assert!(mail.0.text.contains(&item), "{}", mail.0.text);
    // Sign-in, confirmation, "opened" and, once for two presses, "this wasn't me".
    assert_eq!(app.mailbox().await.len(), 4);
    let spent = rightful.post("/guest/peek", link.proof()).await;
    assert_eq!(spent.json::<Value>()["spent"]["disputed"], true);
    let links: LinkList = mira
        .get(&format!("/items/{item}/links"))
        .await
        .is(200)
        .json();
    assert!(links.links[0].disputed_at.is_some());
    let actions = app.actions_of(&mira, &link.id).await;
    assert_eq!(
        actions,
        [
            "link.retried",
            "link.disputed",
            "link.opened",
            "link.created"
        ]
    );
}

#[tokio::test]
async fn a_browser_without_cookies_opens_with_a_header() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let item = mira.add_account().await;
    let link = app.share(&mira, &item, true).await;
    let browser = app.recipient();
    let send = async |path: &str, binder: Option<&str>| {
        let mut request = browser
            .without_cookies()
            .request(Method::POST, path)
            .header("content-type", "application/json");
        if let Some(binder) = binder {
            request = request.header("x-binder", binder);
        }
        browser
            .without_cookies()
            .call(request, Body::from(link.proof().to_string()))
            .await
    };
    let binder = "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA";
    let peek = send("/guest/peek", None).await.is(200);
    assert_eq!(peek.header("x-binder"), "set");
    send("/guest/claim", None).await.problem(400, "no_binder");
    assert_eq!(
        send("/guest/peek", Some(binder))
            .await
            .is(200)
            .header("x-binder"),
        "kept"
    );
    send("/guest/claim", Some(binder)).await.is(200);
    send(
        "/guest/claim",
        Some("CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCA"),
    )
    .await
    .problem(410, "link_spent");
    send("/guest/claim", Some(binder)).await.is(200);
    app.run_jobs().await;
}

#[tokio::test]
async fn a_clock_set_back_revives_nothing() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let item = mira.add_account().await;
    let link = app.share(&mira, &item, false).await;
    let browser = app.recipient();
    browser.post("/guest/peek", link.proof()).await.is(200);
    let start = app.now();
    app.advance(Duration::from_secs(3600));
    browser
        .post("/guest/claim", link.proof())
        .await
        .problem(404, "link_dead");
    app.app.clock().set(start);
    browser
        .post("/guest/claim", link.proof())
        .await
        .problem(503, "clock_behind");
    browser
        .post("/guest/peek", link.proof())
        .await
        .problem(503, "clock_behind");
    app.run_jobs().await;
}

#[tokio::test]
async fn wrong_proofs_and_many_claims_slow_an_address_down() {
    let app = TestApp::new().await;
    app.larkfield().await;
    let guesser = app.recipient();
    let mut refused = 0;
    for _ in 0..40 {
        let answer = guesser.post("/guest/peek", proof(&new_secret())).await;
        refused += usize::from(answer.status.as_u16() == 429);
    }
    assert!((9..=11).contains(&refused), "{refused}");
    app.recipient()
        .post("/guest/peek", proof(&new_secret()))
        .await
        .problem(404, "link_dead");
}

#[tokio::test]
async fn who_stops_halfway_takes_nobodys_place() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let item = mira.add_account().await;
    let link = app.share(&mira, &item, true).await;
    let guest = app.recipient();
    let asks = |path, body| {
        let request = guest.request(Method::POST, path);
        guest.call(request.header("content-type", "application/json"), body)
    };
    // More than are served at once on any machine that runs tests.
    let mut stalled: Vec<_> = ["/guest/peek", "/guest/claim"]
        .into_iter()
        .cycle()
        .take(2000)
        .map(|path| {
            let begun = stream::iter([Ok::<_, Infallible>("{\"lid\":")]).chain(stream::pending());
            Box::pin(asks(path, Body::from_stream(begun)))
        })
        .collect();
    for each in &mut stalled {
        assert!(each.now_or_never().is_none(), "it waits for the rest");
    }
    let browser = app.recipient();
    browser.post("/guest/peek", link.proof()).await.is(200);
    browser.post("/guest/claim", link.proof()).await.is(200);
    drop(stalled);

    let long = Body::from("x".repeat(17_000));
    asks("/guest/claim", long).await.problem(413, "too_large");
    let broken = stream::iter([Ok("{"), Err(std::io::Error::other("the line broke"))]);
    asks("/guest/claim", Body::from_stream(broken))
        .await
        .problem(400, "bad_request");
    app.run_jobs().await;
}

#[tokio::test]
async fn a_link_whose_payload_is_missing_is_not_used_up() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let link = app.share(&mira, &mira.add_account().await, true).await;
    let browser = app.recipient();
    browser.post("/guest/peek", link.proof()).await.is(200);
    app.change("UPDATE link_payloads SET link_id = '~' || link_id")
        .await;
    browser.post("/guest/claim", link.proof()).await.is(500);
    app.change("UPDATE link_payloads SET link_id = substr(link_id, 2)")
        .await;
    let other = app.recipient();
    other.post("/guest/peek", link.proof()).await.is(200);
    let claimed: Claimed = other
        .post("/guest/claim", link.proof())
        .await
        .is(200)
        .json();
    assert_eq!(link.open(&claimed).name, "Beacon Ads");
    app.run_jobs().await;
}

/// What a claim gives out is read as of when its statement began; whether it does is decided by the link as it is
/// when nobody else holds it any more.
#[tokio::test]
async fn a_claim_that_waits_for_a_revocation_gives_nothing() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let link = app.share(&mira, &mira.add_account().await, true).await;
    let browser = app.recipient();
    browser.post("/guest/peek", link.proof()).await.is(200);
    let held = Arc::new(Notify::new());
    let told = Arc::clone(&held);
    let revoking = app.app.db().write(told, |tx, told| {
        Box::pin(async move {
            sql("UPDATE links SET revoked_at = 1, erased = TRUE")
                .execute(&mut *tx)
                .await?;
            told.notify_one();
            // SQLite has one writer: there a claim waits its turn, and none can be seen to.
            while tx.is_shared() {
                let waiting = sql(WAITING).one(&mut *tx).await?.get::<i64>("n")?;
                if waiting > 0 {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            sql("DELETE FROM link_payloads").execute(tx).await
        })
    });
    let claiming = async {
        held.notified().await;
        browser.post("/guest/claim", link.proof()).await
    };
    let both = async { tokio::join!(revoking, claiming) };
    let both = tokio::time::timeout(Duration::from_secs(20), both).await;
    let (revoked, answer): (Result<u64, DbError>, _) =
        both.expect("the claim never waited for the revocation");
    assert_eq!(revoked.expect("it is revoked"), 1);
    answer.problem(404, "link_dead");
    app.run_jobs().await;
}

/// How many transactions wait for this one.
const WAITING: &str = "SELECT COUNT(*) AS n FROM pg_locks w JOIN pg_locks h ON h.transactionid = w.transactionid \
    WHERE NOT w.granted AND h.granted AND h.pid = pg_backend_pid()";
