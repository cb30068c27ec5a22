//! Dropping history that is older than its keeper wants it.

use std::time::Duration;

use guestpass::features::{
    audit::{self, Action, Actor, EventFilter, NewEvent, chain_all, verify},
    history, partitions,
};

use crate::support::TestApp;

const DAY: Duration = Duration::from_secs(86_400);

#[tokio::test]
async fn old_history_goes_and_what_is_left_still_verifies() {
    let app = TestApp::new().await;
    // As a server does when it starts.
    partitions::ensure_ahead(app.app.db(), app.now())
        .await
        .expect("partitions");
    let (workspace, mira) = app.larkfield().await;
    let item = mira.add_account().await;
    app.share(&mira, &item, true).await;
    let many = app.share(&mira, &item, false).await;
    let guest = app.recipient();
    guest.post("/guest/peek", many.proof()).await.is(200);
    guest.post("/guest/claim", many.proof()).await.is(200);

    let db = app.app.db();
    let start = app.now();
    // 700 events in 200 days, a little more than three a day.
    for n in 0..700_u32 {
        let at = start + DAY * 2 / 7 * n;
        let event = NewEvent::new(workspace, Actor::System, Action::MailFailed);
        db.write((event, at), |tx, (event, at)| {
            Box::pin(audit::record(tx, *at, event.clone()))
        })
        .await
        .expect("it is recorded");
    }
    let chained = chain_all(db).await.expect("it chains");
    let everything = EventFilter {
        limit: 10_000,
        ..EventFilter::default()
    };
    let log = audit::find(db, workspace, &everything)
        .await
        .expect("the log");
    assert_eq!(log.len(), chained);
    assert_eq!(app.count("SELECT COUNT(*) FROM links").await, 2);
    assert_eq!(app.count("SELECT COUNT(*) FROM link_views").await, 1);

    // Nothing is that old yet.
    history::drop_before(db, start).await.expect("it drops");
    let kept = audit::find(db, workspace, &everything)
        .await
        .expect("the log");
    assert_eq!(kept.len(), log.len());

    // At day 200, with 62 days of history. What was not in a partition is dropped in blocks.
    let before = start + DAY * 138;
    for _ in 0..2 {
        history::drop_before(db, before).await.expect("it drops");
        let kept = audit::find(db, workspace, &everything)
            .await
            .expect("the log");
        let gone = log.len() - kept.len();
        assert!(gone >= 256, "{gone}");
        assert!(kept[..] == log[..kept.len()], "what is newest is kept");
        let wanted = log.iter().filter(|event| event.at >= before).count();
        assert!(kept.len() >= wanted);
        let verified = verify(db, workspace).await.expect("it reads");
        assert_eq!(
            verified,
            Ok(i64::try_from(chained).expect("a small number"))
        );
    }
    assert_eq!(app.count("SELECT COUNT(*) FROM links").await, 0);
    assert_eq!(app.count("SELECT COUNT(*) FROM link_views").await, 0);
    let blocks = "SELECT COUNT(*) FROM event_blocks";
    assert_eq!(app.count(blocks).await, 1);
    app.run_jobs().await;
    // What is dropped can't be hidden: a missing entry after it is found.
    app.change("DELETE FROM events WHERE seq = 650").await;
    let verified = verify(db, workspace).await.expect("it reads");
    assert!(verified.is_err(), "{verified:?}");
}
