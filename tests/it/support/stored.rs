//! What is on the disk.

use guestpass::db::sql;

use super::TestApp;

impl TestApp {
    /// The bytes of all files of a SQLite database; nothing on PostgreSQL, whose files aren't ours.
    pub async fn database_bytes(&self) -> Option<Vec<u8>> {
        let db = self.app.db();
        if db.is_shared() {
            return None;
        }
        let row = sql("PRAGMA database_list")
            .one(db)
            .await
            .expect("the list of files");
        let path: String = row.get("file").expect("a path");
        let files = ["", "-wal", "-shm"].map(|end| std::fs::read(format!("{path}{end}")));
        Some(files.into_iter().flatten().flatten().collect())
    }
}
