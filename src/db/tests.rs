//! The writer under pressure. The rest of the suite runs on both databases; this is SQLite's own.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use tokio::sync::Notify;

use super::{DatabaseUrl, Db, DbError, Engine, REST, sql};
use crate::base::turn;

async fn database(folder: &tempfile::TempDir) -> Db {
    let url = DatabaseUrl::Sqlite(folder.path().join("test.db"));
    Db::open(&url).await.expect("the database opens")
}

/// Adds a signal with this topic; fails afterwards when the topic says so.
async fn add(db: &Db, topic: String) -> Result<(), DbError> {
    db.write(topic, |tx, topic| {
        Box::pin(async move {
            sql("INSERT INTO signals (id, topic, at) VALUES ($1, $1, 1)")
                .bind(topic)
                .execute(tx)
                .await?;
            match topic.as_str() {
                topic if topic.starts_with("fail") => Err(DbError::Wrong("as asked")),
                topic if topic.starts_with("panic") => panic!("as asked"),
                _ => Ok(()),
            }
        })
    })
    .await
}

async fn count(db: &Db) -> i64 {
    let row = sql("SELECT COUNT(*) AS n FROM signals")
        .one(db)
        .await
        .expect("a row");
    row.get("n").expect("a number")
}

#[tokio::test]
async fn of_a_group_the_failing_write_rolls_back_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let db = database(&folder).await;
    let topics = (0..200).map(|n| match n % 10 {
        3 => format!("fail {n}"),
        7 => format!("panic {n}"),
        _ => format!("keep {n}"),
    });
    let outcomes = join_all(topics.map(|topic| add(&db, topic))).await;
    let kept = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let panicked = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Err(DbError::Panicked)))
        .count();
    assert_eq!((kept, panicked), (160, 20));
    assert_eq!(count(&db).await, 160);
    // What was answered is there for whoever opens the file next.
    db.close().await;
    assert_eq!(count(&database(&folder).await).await, 160);
}

/// Sets on the writing connection how many pages the file may have.
async fn limit(db: &Db, pragma: &'static str) {
    let set: Result<(), DbError> = db
        .write((), move |tx, ()| {
            Box::pin(async move { sql(pragma).all(tx).await.map(drop) })
        })
        .await;
    set.expect("the limit is set");
}

#[tokio::test]
async fn a_full_disk_refuses_the_write_changes_nothing_and_heals() {
    let folder = tempfile::tempdir().expect("a folder");
    let db = database(&folder).await;
    add(&db, "before".to_owned()).await.expect("there is room");
    limit(&db, "PRAGMA max_page_count = 1").await;
    let large = add(&db, "x".repeat(1_000_000)).await;
    assert!(matches!(large, Err(DbError::DiskFull(_))), "{large:?}");
    assert_eq!(count(&db).await, 1, "reads go on and nothing was changed");
    limit(&db, "PRAGMA max_page_count = 1000000").await;
    add(&db, "x".repeat(1_000_000))
        .await
        .expect("there is room again");
    assert_eq!(count(&db).await, 2);
}

#[tokio::test]
async fn a_full_disk_in_a_group_is_told_to_who_met_it_and_the_others_may_come_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let db = database(&folder).await;
    limit(&db, "PRAGMA max_page_count = 1").await;
    // While this one is written, the others come together.
    let begun = Arc::new(Notify::new());
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let input = (Arc::clone(&begun), std::sync::Mutex::new(wait));
    let first = db.write(input, |_, (begun, wait)| {
        begun.notify_one();
        let told = wait.lock().is_ok_and(|wait| wait.recv().is_ok());
        Box::pin(async move {
            assert!(told, "the others came");
            Ok::<_, DbError>(())
        })
    });
    let others = ["a".into(), "b".into(), "x".repeat(1_000_000), "c".into()];
    let others = async {
        begun.notified().await;
        let release = async move { go.send(()).expect("the first one waits") };
        let come = join_all(others.map(|topic| add(&db, topic)));
        let (outcomes, ()) = tokio::join!(come, release);
        outcomes
    };
    let (first, outcomes) = tokio::join!(first, others);
    first.expect("it changed nothing");
    let [a, b, large, c] = &outcomes[..] else {
        panic!("four were asked for");
    };
    assert!(matches!(large, Err(DbError::DiskFull(_))), "{large:?}");
    for other in [a, b, c] {
        assert!(matches!(other, Err(DbError::Busy)), "{other:?}");
    }
    assert_eq!(count(&db).await, 0);
    limit(&db, "PRAGMA max_page_count = 1000000").await;
    add(&db, "again".to_owned()).await.expect("it goes on");
}

#[tokio::test]
async fn the_file_and_its_companions_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().expect("a folder");
    let db = database(&folder).await;
    add(&db, "something".to_owned())
        .await
        .expect("there is room");
    for name in ["test.db", "test.db-wal", "test.db-shm"] {
        let meta = std::fs::metadata(folder.path().join(name)).expect(name);
        assert_eq!(meta.permissions().mode() & 0o777, 0o600, "{name}");
    }
}

#[tokio::test]
async fn a_gentle_write_leaves_others_most_of_the_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let db = database(&folder).await;
    let taken = Duration::from_millis(20);
    let started = Instant::now();
    let write = db.write(taken, |_, taken| {
        std::thread::sleep(*taken);
        Box::pin(async { Ok::<_, DbError>(()) })
    });
    db.gently(write).await.expect("nothing to fail");
    assert!(started.elapsed() >= taken * (1 + REST));
}

#[tokio::test]
async fn a_turn_lasts_while_a_write_is_worked_on_and_ends_before_it_is_answered() {
    let folder = tempfile::tempdir().expect("a folder");
    let db = database(&folder).await;
    let place = Arc::new(());
    let held = Arc::clone(&place);
    let write = turn::during(Box::new(Arc::clone(&place)), async {
        let counted: Result<usize, DbError> = db
            .write(held, |_, held| {
                // This test's, the write's own, and the turn's.
                let count = Arc::strong_count(held);
                Box::pin(async move { Ok(count) })
            })
            .await;
        assert_eq!(counted.expect("nothing to fail"), 3);
        assert_eq!(Arc::strong_count(&place), 1, "the work goes on without it");
    });
    write.await;
}

#[tokio::test]
async fn after_a_failed_sync_nothing_is_written_or_folded_in_until_the_file_is_opened_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let db = database(&folder).await;
    add(&db, "kept".to_owned()).await.expect("room");
    db.ping().await.expect("an answer");
    let Engine::Sqlite(sqlite) = &*db.engine else {
        panic!("this is about SQLite");
    };
    sqlite.fail();
    let refused = add(&db, "refused".to_owned()).await;
    assert!(matches!(refused, Err(DbError::Busy)), "{refused:?}");
    assert!(
        db.ping().await.is_err(),
        "whoever watches this node hears of it"
    );
    db.close().await;
    let log = std::fs::metadata(folder.path().join("test.db-wal")).expect("the log is left");
    assert!(log.len() > 0);

    let db = database(&folder).await;
    assert_eq!(count(&db).await, 1);
    add(&db, "again".to_owned()).await.expect("room");
    db.ping().await.expect("an answer");
    db.close().await;
    assert!(!folder.path().join("test.db-wal").exists());
}
