//! What is stored of items, and what can be done with it without the key.

use guestpass::{
    base::id::ItemId,
    db::{DbError, sql},
};
use serde_json::json;

use super::{account, add};
use crate::support::TestApp;

#[tokio::test]
async fn the_database_names_nothing() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let marks = [
        "CanaryName",
        "canaryuser",
        "canary-site.example",
        "CanaryApp",
        "CanaryPassword",
        "GEZDGNBVGY3TQOJQGEZDGNBV",
        "CanaryNotes",
        "CanaryTitle",
        "CanaryBody",
    ];
    add(&mira, json!({
        "kind": "account", "name": marks[0], "username": marks[1], "website": format!("https://{}", marks[2]),
        "app": marks[3], "password": marks[4], "mfa": marks[5], "notes": marks[6],
    }))
    .await;
    let secret = add(
        &mira,
        json!({ "kind": "secret", "name": marks[7], "body": marks[8] }),
    )
    .await;
    let path = format!("/items/{}", secret.summary.id);
    mira.patch(&path, json!({ "version": 1, "body": "CanaryBody two" }))
        .await
        .is(200);
    mira.post(&format!("{path}/reveal"), json!({ "field": "body" }))
        .await
        .is(200);
    let Some(bytes) = app.database_bytes().await else {
        return;
    };
    let holds = |mark: &str| {
        bytes
            .windows(mark.len())
            .any(|window| window.eq_ignore_ascii_case(mark.as_bytes()))
    };
    assert!(
        holds(&secret.summary.id),
        "the files are those of this test"
    );
    for mark in marks {
        assert!(!holds(mark), "{mark} is in the database's files");
    }
}

#[tokio::test]
async fn a_version_copied_onto_another_item_does_not_open() {
    let app = TestApp::new().await;
    let (_, mira) = app.larkfield().await;
    let mine = account(&mira, "Mine").await.summary.id;
    let other = add(
        &mira,
        json!({ "kind": "account", "name": "Other", "password": "theirs" }),
    )
    .await
    .summary
    .id;
    let ids: (ItemId, ItemId) = (mine.parse().expect("an id"), other.parse().expect("an id"));
    let copied: Result<u64, DbError> = app
        .app
        .db()
        .write(ids, |tx, (mine, other)| {
            Box::pin(async move {
                sql("UPDATE item_versions SET \
                     wrapped_key = (SELECT v.wrapped_key FROM item_versions v WHERE v.item_id = $2), \
                     summary = (SELECT v.summary FROM item_versions v WHERE v.item_id = $2), \
                     secret = (SELECT v.secret FROM item_versions v WHERE v.item_id = $2) WHERE item_id = $1")
                    .bind(*mine)
                    .bind(*other)
                    .execute(tx)
                    .await
            })
        })
        .await;
    assert_eq!(copied.expect("the row is copied"), 1);
    let problem = mira
        .get(&format!("/items/{mine}"))
        .await
        .problem(500, "internal");
    assert!(
        !problem.detail.contains("sealed"),
        "nothing internal is told"
    );
    mira.post(
        &format!("/items/{mine}/reveal"),
        json!({ "field": "password" }),
    )
    .await
    .is(500);
    mira.get(&format!("/items/{other}")).await.is(200);
}
