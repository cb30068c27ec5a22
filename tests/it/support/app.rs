//! An app of one's own, called in-process on the real router.

use std::{ops::Deref, sync::Arc, time::Duration};

use axum::Router;
use guestpass::{
    app::{App, Parts},
    background,
    base::{
        clock::{Clock, Timestamp},
        public_url::PublicUrl,
        secret::{SecretText, base64url},
    },
    db::{Db, DbError, Row, sql},
    features::{
        jobs::Runner,
        keys::{Keyring, RootKey},
        mail::{MemoryMailbox, Sender, Transport},
    },
    web,
};
use sqlx::Row as _;
use guestpass_api_types::activity::EventList;
use tempfile::TempDir;

use super::{MemberCaller, database::Database};

/// The address of every test's installation.
pub const ORIGIN: &str = "https://vault.larkfield.example";
/// When every test starts: 2 March 2026, 09:00 UTC.
pub const START: Timestamp = Timestamp::from_millis(1_772_442_000_000);

/// An app with a database, a clock and a mailbox of its own.
///
/// When it is dropped, no job may be due that wasn't run: what a test causes, it also
/// looks at.
pub struct TestApp {
    shared: Arc<Shared>,
    database: Database,
    _folder: TempDir,
}

/// What callers need of the app.
pub struct Shared {
    pub app: App,
    pub router: Router,
    pub mailbox: MemoryMailbox,
    runner: Runner,
}

impl TestApp {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let database = Database::create(folder.path()).await;
        let db = Db::open(&database.url).await.expect("the database opens");
        let clock = Clock::manual(START);
        let root = SecretText::new(format!("guestpass-root-key-1:{}", base64url(&[7; 32])));
        let root = RootKey::from_text("a test's key", &root).expect("a root key");
        let epochs = folder.path().join("epochs");
        let keys = Keyring::open(&db, &root, epochs, START).await.expect("the keys open");
        let mailbox = MemoryMailbox::default();
        let sender = Sender::new("Guestpass <guestpass@larkfield.example>", "vault.larkfield.example");
        let app = App::build(Parts {
            db,
            clock,
            keys,
            public_url: PublicUrl::parse(ORIGIN).expect("a public address"),
            trusted_proxies: Vec::new(),
            mail_from: sender.expect("a sender"),
            mail: Transport::memory(mailbox.clone()),
            open_mailbox: false,
        });
        let runner = background::runner(&app);
        let router = web::router(app.clone());
        let shared = Arc::new(Shared { app, router, mailbox, runner });
        Self { shared, database, _folder: folder }
    }

    /// What callers need of the app.
    pub fn shared(&self) -> Arc<Shared> {
        self.shared.clone()
    }

    /// Does all work that is due; how many jobs that were.
    pub async fn run_jobs(&self) -> usize {
        self.shared.run_jobs().await
    }

    /// Moves the clock.
    pub fn advance(&self, by: Duration) {
        self.app.clock().advance(by);
    }

    /// The instant it is now.
    pub fn now(&self) -> Timestamp {
        self.app.clock().now()
    }

    /// What a statement counts: for what no page shows.
    pub async fn count(&self, statement: &'static str) -> i64 {
        match sql(statement).one(self.app.db()).await.expect("one row") {
            Row::Sqlite(row) => row.get(0),
            Row::Postgres(row) => row.get(0),
        }
    }

    /// Erases what is over, as the recurring job does.
    pub async fn sweep(&self) {
        background::sweep(&self.app, self.now()).await.expect("it sweeps");
    }

    /// What Activity tells of a link, newest first.
    pub async fn actions_of(&self, member: &MemberCaller, link: &str) -> Vec<String> {
        let list: EventList = member.get(&format!("/activity?link={link}")).await.is(200).json();
        list.events.into_iter().map(|event| event.action).collect()
    }

    /// Changes rows behind the app's back: for what has no page yet.
    pub async fn change(&self, statement: &'static str) {
        let changed = self.app.db().write((), move |tx, ()| Box::pin(sql(statement).execute(tx))).await;
        let changed: Result<u64, DbError> = changed;
        assert_ne!(changed.expect("the statement is fine"), 0, "{statement}");
    }
}

impl Deref for TestApp {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.shared
    }
}

impl Shared {
    /// Does all work that is due; how many jobs that were.
    pub async fn run_jobs(&self) -> usize {
        self.runner.run_due().await.expect("jobs are run")
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        let (database, now) = (self.database.clone(), self.now().millis());
        // On a thread of its own with connections of its own: whatever runs this test may not be
        // able to wait here.
        let looked = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("a runtime").block_on(async {
                let due = database.jobs_due(now).await;
                database.drop_it().await;
                due
            })
        });
        let due = looked.join();
        if !std::thread::panicking() {
            assert_eq!(due.expect("the jobs can be counted"), 0, "jobs were due and not run");
        }
    }
}
