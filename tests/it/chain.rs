//! The log's hash chain: what somebody with the database in their hands can't do unnoticed.

use guestpass::{
    db::DbError,
    features::audit::{ChainFault, chain_all, verify},
};

use crate::support::TestApp;

#[tokio::test]
async fn edit_deletion_reordering_and_truncation_are_found() {
    for (statement, expected) in [
        (
            "UPDATE events SET address = '10.9.9.9' WHERE seq = 2",
            ChainFault::Changed(2),
        ),
        (
            "UPDATE events SET action = 'item.revealed' WHERE seq = 1",
            ChainFault::Changed(1),
        ),
        ("DELETE FROM events WHERE seq = 2", ChainFault::Missing(2)),
        (
            "UPDATE events SET seq = 1000 - seq WHERE seq IN (1, 2)",
            ChainFault::Missing(1),
        ),
        (
            "DELETE FROM events WHERE seq = (SELECT seq FROM event_chains)",
            ChainFault::End,
        ),
    ] {
        let app = TestApp::new().await;
        let (workspace, mira) = app.larkfield().await;
        for _ in 0..3 {
            mira.add_account().await;
        }
        let db = app.app.db();
        let chained = chain_all(db).await.expect("it chains");
        assert!(chained >= 5, "{chained}");
        assert_eq!(chain_all(db).await.expect("it chains"), 0);
        let whole = verify(db, workspace).await.expect("it reads");
        assert_eq!(whole, Ok(i64::try_from(chained).expect("a small number")));
        app.change(statement).await;
        let found = verify(db, workspace).await.expect("it reads");
        assert_eq!(found, Err(expected), "{statement}");
    }
}

#[tokio::test]
async fn a_chain_that_cannot_go_on_holds_up_no_other() {
    let app = TestApp::new().await;
    let (broken, mira) = app.larkfield().await;
    let (whole, zoe) = app.other_workspace().await;
    assert!(broken.to_string() < whole.to_string(), "its turn is first");
    let db = app.app.db();
    chain_all(db).await.expect("it chains");
    let before = verify(db, whole).await.expect("it reads");
    app.change(
        "DELETE FROM event_chains WHERE workspace_id IN \
         (SELECT id FROM workspaces WHERE name = 'Larkfield Studio')",
    )
    .await;
    mira.add_account().await;
    zoe.add_account().await;
    let error = chain_all(db).await.expect_err("one can't go on");
    assert!(matches!(error, DbError::NotFound), "{error}");
    let after = verify(db, whole).await.expect("it reads");
    let (Ok(before), Ok(after)) = (before, after) else {
        panic!("the other chain is broken: {before:?}, {after:?}");
    };
    assert_eq!(after, before + 1);
}
