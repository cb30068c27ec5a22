//! What a transaction keeps, on either database.

use guestpass::db::{DbError, sql};

use crate::support::TestApp;

const ADD: &str = "INSERT INTO limits (id, tat) VALUES ($1, $2)";
const COUNTED: &str = "SELECT COUNT(*) FROM limits WHERE tat = 9";

#[tokio::test]
async fn what_is_put_off_comes_before_what_follows() {
    let app = TestApp::new().await;
    let seen: Result<i64, DbError> = app
        .app
        .db()
        .write((), |tx, ()| {
            Box::pin(async move {
                for id in ["a", "b", "c"] {
                    sql(ADD).bind(id).bind(9).execute_later(tx).await?;
                }
                let row = sql("SELECT COUNT(*) AS n FROM limits WHERE tat = 9");
                let seen = row.one(&mut *tx).await?.get("n")?;
                sql(ADD).bind("d").bind(9).execute_later(tx).await?;
                Ok(seen)
            })
        })
        .await;
    assert_eq!(seen.expect("it is kept"), 3);
    assert_eq!(app.count(COUNTED).await, 4);
}

#[tokio::test]
async fn what_was_put_off_and_fails_keeps_nothing_and_is_told() {
    let app = TestApp::new().await;
    for followed in [false, true] {
        let kept: Result<(), DbError> = app
            .app
            .db()
            .write(followed, |tx, followed| {
                Box::pin(async move {
                    sql(ADD).bind("first").bind(9).execute(tx).await?;
                    sql(ADD).bind("twice").bind(9).execute_later(tx).await?;
                    sql(ADD).bind("twice").bind(9).execute_later(tx).await?;
                    if *followed {
                        sql(ADD).bind("last").bind(9).execute(tx).await?;
                    }
                    Ok(())
                })
            })
            .await;
        assert!(matches!(kept, Err(DbError::Constraint(_))), "{kept:?}");
        assert_eq!(app.count(COUNTED).await, 0);
        // The connection is as good as new.
        let again: Result<u64, DbError> = app
            .app
            .db()
            .write((), |tx, ()| {
                Box::pin(sql("DELETE FROM limits WHERE tat = 9").execute(tx))
            })
            .await;
        assert_eq!(again.expect("it works"), 0);
    }
}

#[tokio::test]
async fn more_is_put_off_than_is_sent_together() {
    let app = TestApp::new().await;
    let kept: Result<(), DbError> = app
        .app
        .db()
        .write((), |tx, ()| {
            Box::pin(async move {
                for n in 0..50 {
                    let id = format!("n{n}");
                    sql(ADD).bind(id).bind(9).execute_later(tx).await?;
                }
                Ok(())
            })
        })
        .await;
    kept.expect("it is kept");
    assert_eq!(app.count(COUNTED).await, 50);
}
