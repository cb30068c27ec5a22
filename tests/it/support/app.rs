//! An app of one's own, called in-process on the real router.

use std::{ops::Deref, sync::Arc, time::Duration};

use axum::Router;
use futures_util::future::BoxFuture;
use guestpass::{
    app::{App, Parts},
    background,
    base::{
        clock::{Clock, Timestamp},
        public_url::PublicUrl,
        reach::Reach,
        secret::{SecretText, base64url},
    },
    db::{DatabaseUrl, Db, DbError, sql},
    features::{
        jobs::{Job, JobEnd, Runner},
        keys::{Keyring, RootKey},
        mail::{Mailer, MemoryMailbox, Sender, Transport},
    },
    web,
};
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
        let mailbox = MemoryMailbox::default();
        Self::with_mail(
            Transport::memory(mailbox.clone()),
            mailbox,
            false,
            Reach::Any,
        )
        .await
    }

    /// An app whose mails anybody may read, as in the demo.
    pub async fn with_open_mailbox() -> Self {
        let mailbox = MemoryMailbox::default();
        Self::with_mail(
            Transport::memory(mailbox.clone()),
            mailbox,
            true,
            Reach::Any,
        )
        .await
    }

    /// An app whose mails go another way than into its mailbox.
    pub async fn sending_through(transport: Transport) -> Self {
        Self::with_mail(transport, MemoryMailbox::default(), false, Reach::Any).await
    }

    /// An app whose login providers aren't everywhere, as in a test, but as far as is said.
    pub async fn reaching(reach: Reach) -> Self {
        let mailbox = MemoryMailbox::default();
        Self::with_mail(Transport::memory(mailbox.clone()), mailbox, false, reach).await
    }

    async fn with_mail(
        mail: Transport,
        mailbox: MemoryMailbox,
        open_mailbox: bool,
        providers: Reach,
    ) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let database = Database::create(folder.path()).await;
        let db = Db::open(&database.url).await.expect("the database opens");
        let clock = Clock::manual(START);
        let root = SecretText::new(format!("guestpass-root-key-1:{}", base64url(&[7; 32])));
        let root = RootKey::from_text("a test's key", &root).expect("a root key");
        let epochs = folder.path().join("epochs");
        let keys = Keyring::open(&db, &root, epochs, START)
            .await
            .expect("the keys open");
        let app = App::build(Parts {
            db,
            clock,
            keys,
            public_url: PublicUrl::parse(ORIGIN).expect("a public address"),
            trusted_proxies: Vec::new(),
            providers,
            history: None,
            mail_from: sender(),
            mail,
            open_mailbox,
        });
        let runner = background::runner(&app);
        let router = web::router(app.clone());
        let shared = Arc::new(Shared {
            app,
            router,
            mailbox,
            runner,
        });
        Self {
            shared,
            database,
            _folder: folder,
        }
    }

    /// A node on the same database that sends its mails another way.
    pub fn through(&self, transport: Transport) -> Runner {
        let (db, keys) = (self.app.db().clone(), self.app.keys().clone());
        let signals = self.app.signals().clone();
        let mailer = Mailer::new(db.clone(), keys, sender(), transport, signals);
        let time = self.app.clock().clone();
        self.working(move |job| {
            let (mailer, now) = (mailer.clone(), time.now());
            Box::pin(async move { mailer.deliver(&job, now).await })
        })
    }

    /// A node on the same database that does its jobs another way.
    pub fn working(
        &self,
        handler: impl Fn(Job) -> BoxFuture<'static, JobEnd> + Send + Sync + 'static,
    ) -> Runner {
        let (db, clock) = (self.app.db().clone(), self.app.clock().clone());
        Runner::new(db, clock, Arc::new(handler), Arc::default())
    }

    /// What callers need of the app.
    pub fn shared(&self) -> Arc<Shared> {
        self.shared.clone()
    }

    /// Where its data is.
    pub fn url(&self) -> &DatabaseUrl {
        &self.database.url
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
        let row = sql(statement).one(self.app.db()).await.expect("one row");
        row.number().expect("a number")
    }

    /// Erases what is over, as the recurring job does.
    pub async fn sweep(&self) {
        background::sweep(&self.app, self.now())
            .await
            .expect("it sweeps");
    }

    /// What Activity tells of a link, newest first.
    pub async fn actions_of(&self, member: &MemberCaller, link: &str) -> Vec<String> {
        let list: EventList = member
            .get(&format!("/activity?link={link}"))
            .await
            .is(200)
            .json();
        list.events.into_iter().map(|event| event.action).collect()
    }

    /// Changes rows behind the app's back: for what has no page yet.
    pub async fn change(&self, statement: &'static str) {
        let changed = self
            .app
            .db()
            .write((), move |tx, ()| Box::pin(sql(statement).execute(tx)))
            .await;
        let changed: Result<u64, DbError> = changed;
        assert_ne!(changed.expect("the statement is fine"), 0, "{statement}");
    }
}

fn sender() -> Sender {
    Sender::new(
        "Guestpass <guestpass@larkfield.example>",
        "vault.larkfield.example",
    )
    .expect("a sender")
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
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.expect("a runtime").block_on(async {
                let due = database.jobs_due(now).await;
                database.drop_it().await;
                due
            })
        });
        let due = looked.join();
        if !std::thread::panicking() {
            assert_eq!(
                due.expect("the jobs can be counted"),
                0,
                "jobs were due and not run"
            );
        }
    }
}
