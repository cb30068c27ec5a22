//! The log's hash chain: what somebody with the database in their hands can't do unnoticed.

use guestpass::features::audit::{ChainFault, chain_all, verify};

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
