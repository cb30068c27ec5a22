//! The log's hash chain: what somebody with the database in their hands can't do unnoticed.

use guestpass::features::audit::{ChainError, ChainFault, chain_all, verify};

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

/// Of two workspaces the first or the second is damaged: Larkfield's turn comes before the other's.
#[tokio::test]
async fn a_chain_that_cannot_go_on_holds_up_no_other() {
    let no_end = "no such row";
    let not_text = "unexpected data in the database: a text that isn't UTF-8";
    for (first, damage, said, on_postgres) in [
        (
            true,
            "DELETE FROM event_chains WHERE workspace_id = (SELECT MIN(workspace_id) FROM event_chains)",
            no_end,
            true,
        ),
        (
            false,
            "DELETE FROM event_chains WHERE workspace_id = (SELECT MAX(workspace_id) FROM event_chains)",
            no_end,
            true,
        ),
        (
            true,
            "UPDATE events SET details = CAST(x'ff' AS TEXT) WHERE seq IS NULL AND \
             workspace_id = (SELECT MIN(workspace_id) FROM event_chains)",
            not_text,
            // It takes no such text.
            false,
        ),
    ] {
        let app = TestApp::new().await;
        let (larkfield, mira) = app.larkfield().await;
        let (elsewhere, zoe) = app.other_workspace().await;
        let db = app.app.db();
        if db.is_shared() && !on_postgres {
            continue;
        }
        let (damaged, whole) = if first {
            (larkfield, elsewhere)
        } else {
            (elsewhere, larkfield)
        };
        assert_eq!(damaged.to_string() < whole.to_string(), first);
        chain_all(db).await.expect("it chains");
        let before = verify(db, whole).await.expect("it reads").expect("whole");
        mira.add_account().await;
        zoe.add_account().await;
        app.change(damage).await;
        let Err(ChainError::Stuck {
            count: 1,
            first: stuck,
            error,
        }) = chain_all(db).await
        else {
            panic!("nothing stuck: {damage}");
        };
        assert_eq!((stuck, error.to_string().as_str()), (damaged, said));
        let after = verify(db, whole).await.expect("it reads");
        assert_eq!(after, Ok(before + 1), "{damage}");
    }
}
