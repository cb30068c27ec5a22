//! Mails on their way out: servers that are down, busy, strict or slow, nodes that die.

use std::{os::unix::fs::PermissionsExt, sync::Arc, time::Duration};

use guestpass::{
    base::{
        clock::Timestamp,
        email_address::EmailAddress,
        id::{MailId, WorkspaceId},
        language::Language,
        secret::SecretText,
    },
    features::{
        jobs::{JobEnd, LEASE},
        mail::{MailError, MailState, Message, Outbox, Recipient, SmtpSecurity, Transport},
        members::WorkspaceRole,
    },
};
use guestpass_api_types::mail::{MailFailures, Mailbox};
use mailparse::MailHeaderMap;
use tokio::sync::Notify;

use crate::support::{SmtpStub, TestApp, person, transport_to};

const TO: &str = "mira@larkfield.example";

/// A workspace to write in the name of.
async fn workspace(app: &TestApp) -> WorkspaceId {
    app.workspace(
        "Larkfield Studio",
        person("mira", "Mira", "Okafor", WorkspaceRole::Owner),
    )
    .await
}

fn confirmation(first_name: &str, now: Timestamp) -> Message {
    Message::ConfirmLink {
        workspace: "Larkfield Studio".to_owned(),
        first_name: first_name.to_owned(),
        url: SecretText::new("https://vault.larkfield.example/confirm#canary-token"),
        asked_at: now,
        expires_at: now + Duration::from_secs(600),
        browser: "Firefox on macOS".to_owned(),
        address: "203.0.113.42".to_owned(),
    }
}

/// Commits a mail, as a service does.
async fn post(app: &TestApp, workspace: WorkspaceId, name: &str, message: &Message) -> MailId {
    let outbox = Outbox::new(app.app.keys().clone(), Arc::<Notify>::default());
    let to = EmailAddress::parse(TO).expect("an address");
    let to = Recipient {
        address: &to,
        name,
        language: Language::En,
    };
    let prepared = outbox
        .prepare(workspace, to, message, app.now())
        .expect("a mail");
    let posted: Result<MailId, MailError> = app
        .app
        .db()
        .write((prepared, app.now()), |tx, (prepared, now)| {
            Box::pin(async move { Ok(Outbox::enqueue(tx, prepared, *now).await?) })
        })
        .await;
    posted.expect("the mail is committed")
}

async fn state(app: &TestApp, mail: MailId) -> MailState {
    let workspace = app.app.members().first_workspace().await;
    let workspace = workspace.expect("it reads").expect("a workspace").id;
    Outbox::state(app.app.db(), workspace, mail)
        .await
        .expect("a mail")
}

async fn payloads(app: &TestApp) -> i64 {
    app.count("SELECT COUNT(*) FROM mails WHERE payload IS NOT NULL")
        .await
}

#[tokio::test]
async fn a_mail_is_handed_over_whole_and_its_token_erased() {
    let server = SmtpStub::start().await;
    let app = TestApp::sending_through(server.transport()).await;
    let workspace = workspace(&app).await;
    let mail = post(
        &app,
        workspace,
        "Mira Okafor",
        &confirmation("Mira", app.now()),
    )
    .await;
    assert_eq!(
        (state(&app, mail).await, payloads(&app).await),
        (MailState::Queued, 1)
    );
    app.run_jobs().await;
    assert_eq!(
        (state(&app, mail).await, payloads(&app).await),
        (MailState::Sent, 0)
    );
    assert!(
        server.lines().contains(&format!("RCPT TO:<{TO}>")),
        "{:?}",
        server.lines()
    );
    let mails = server.mails();
    let [raw] = mails.as_slice() else {
        panic!("one mail: {mails:?}")
    };
    let parsed = mailparse::parse_mail(raw.as_bytes()).unwrap();
    let header = |name: &str| parsed.headers.get_first_value(name).unwrap_or_default();
    assert_eq!(
        header("Message-ID"),
        format!("<{mail}@vault.larkfield.example>")
    );
    assert_eq!(header("To"), format!("\"Mira Okafor\" <{TO}>"));
    assert_eq!(header("Auto-Submitted"), "auto-generated");
    assert_eq!(header("Date"), "Mon, 02 Mar 2026 09:00:00 +0000");
    for part in &parsed.subparts {
        assert!(part.get_body().unwrap().contains("/confirm#canary-token"));
    }
}

#[tokio::test]
async fn a_busy_server_gets_the_same_mail_later() {
    let server = SmtpStub::start().await;
    let app = TestApp::sending_through(server.transport()).await;
    let workspace = workspace(&app).await;
    server.answer(&["451 4.7.1 greylisted, come back"]);
    let mail = post(&app, workspace, "Mira", &confirmation("Mira", app.now())).await;
    app.run_jobs().await;
    assert_eq!(state(&app, mail).await, MailState::Delayed);
    assert_eq!(app.run_jobs().await, 0, "not at once");
    app.advance(Duration::from_secs(5));
    app.run_jobs().await;
    assert_eq!(state(&app, mail).await, MailState::Sent);
    assert_eq!(server.mails().len(), 1);
}

#[tokio::test]
async fn a_server_that_was_down_gets_the_mail_when_it_is_back() {
    let gone = SmtpStub::start().await;
    let (address, transport) = (gone.address, gone.transport());
    drop(gone);
    let app = TestApp::sending_through(transport).await;
    let workspace = workspace(&app).await;
    let mail = post(&app, workspace, "Mira", &confirmation("Mira", app.now())).await;
    app.run_jobs().await;
    assert_eq!(state(&app, mail).await, MailState::Delayed);
    let back = SmtpStub::start_at(address).await;
    app.advance(Duration::from_secs(5));
    app.run_jobs().await;
    assert_eq!(
        (state(&app, mail).await, back.mails().len()),
        (MailState::Sent, 1)
    );
}

#[tokio::test]
async fn a_refused_mail_is_given_up_and_admins_are_told() {
    let app = TestApp::new().await;
    let team = app.team().await;
    let larkfield = app
        .app
        .members()
        .first_workspace()
        .await
        .unwrap()
        .unwrap()
        .id;
    let server = SmtpStub::start().await;
    server.answer(&["550 5.1.1 no such mailbox"]);
    let failing = app.through(server.transport());
    let mail = post(&app, larkfield, "Mira", &confirmation("Mira", app.now())).await;
    failing.run_due().await.unwrap();
    assert_eq!(
        (state(&app, mail).await, payloads(&app).await),
        (MailState::Failed, 0)
    );
    for admin in [&team.mira, &team.ada] {
        let told: MailFailures = admin.get("/workspace/mail-failures").await.is(200).json();
        let [failure] = told.failures.as_slice() else {
            panic!("one failure: {told:?}")
        };
        assert_eq!(
            (failure.id.as_str(), failure.to.as_str()),
            (&*mail.to_string(), TO)
        );
        assert!(
            failure.error.contains("no such mailbox"),
            "{}",
            failure.error
        );
        assert_eq!(failure.failed_at, app.now().millis());
    }
    team.ben
        .get("/workspace/mail-failures")
        .await
        .problem(403, "not_admin");
    app.anon()
        .get("/workspace/mail-failures")
        .await
        .problem(401, "signed_out");
    let (_, zoe) = app.other_workspace().await;
    let theirs: MailFailures = zoe.get("/workspace/mail-failures").await.is(200).json();
    assert!(
        theirs.failures.is_empty(),
        "another workspace's mails are not theirs to know"
    );
    assert_eq!(
        app.count("SELECT COUNT(*) FROM events WHERE action = 'mail.failed'")
            .await,
        1
    );
    app.advance(Duration::from_secs(8 * 86_400));
    let mira = app.sign_in(TO).await;
    let old: MailFailures = mira.get("/workspace/mail-failures").await.is(200).json();
    assert!(old.failures.is_empty(), "old news");
}

#[tokio::test]
async fn a_mail_is_not_sent_after_its_link_expired() {
    let server = SmtpStub::start().await;
    let app = TestApp::sending_through(server.transport()).await;
    let workspace = workspace(&app).await;
    server.answer(&["451 later"; 20]);
    let mail = post(&app, workspace, "Mira", &confirmation("Mira", app.now())).await;
    for _ in 0..600 {
        app.run_jobs().await;
        app.advance(Duration::from_secs(1));
    }
    assert_eq!(state(&app, mail).await, MailState::Delayed);
    // Due exactly when its link expires, to be given up.
    assert_eq!(app.run_jobs().await, 1);
    assert_eq!(state(&app, mail).await, MailState::Failed);
    assert!(server.mails().is_empty());
}

#[tokio::test]
async fn a_mail_without_a_deadline_is_given_up_after_twelve_tries() {
    let server = SmtpStub::start().await;
    let app = TestApp::sending_through(server.transport()).await;
    let workspace = workspace(&app).await;
    server.answer(&["451 later"; 12]);
    let message = Message::Invitation {
        workspace: "Larkfield Studio".to_owned(),
        first_name: "Mira".to_owned(),
        inviter: "Jonas Lindqvist".to_owned(),
        url: "https://vault.larkfield.example/".to_owned(),
    };
    let mail = post(&app, workspace, "Mira", &message).await;
    for tries in 1..=12 {
        assert_eq!(app.run_jobs().await, 1, "try {tries}");
        let wanted = if tries < 12 {
            MailState::Delayed
        } else {
            MailState::Failed
        };
        assert_eq!(state(&app, mail).await, wanted, "try {tries}");
        app.advance(Duration::from_secs(3600));
    }
    assert_eq!(app.run_jobs().await, 0);
}

#[tokio::test]
async fn a_node_that_dies_while_sending_is_replaced_after_its_lease() {
    let server = SmtpStub::start().await;
    let app = TestApp::sending_through(server.transport()).await;
    let workspace = workspace(&app).await;
    let mail = post(&app, workspace, "Mira", &confirmation("Mira", app.now())).await;
    server.hang(true);
    let shared = app.shared();
    let dying = tokio::spawn(async move { shared.run_jobs().await });
    server.hung().await;
    dying.abort();
    assert!(dying.await.unwrap_err().is_cancelled());
    server.hang(false);
    assert_eq!(app.run_jobs().await, 0, "it could still be at work");
    app.advance(LEASE + Duration::from_secs(1));
    assert_eq!(app.run_jobs().await, 1);
    assert_eq!(
        (state(&app, mail).await, server.mails().len()),
        (MailState::Sent, 1)
    );
}

#[tokio::test]
async fn a_job_that_takes_long_stays_with_the_node_that_works_on_it() {
    let app = TestApp::new().await;
    let workspace = workspace(&app).await;
    post(&app, workspace, "Mira", &confirmation("Mira", app.now())).await;
    let (begun, ended) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (theirs, end) = (Arc::clone(&begun), Arc::clone(&ended));
    let slow = app.working(move |_| {
        let (begun, ended) = (Arc::clone(&theirs), Arc::clone(&end));
        Box::pin(async move {
            begun.notify_one();
            ended.notified().await;
            JobEnd::Done
        })
    });
    let slow = slow.keeping_every(Duration::from_millis(20));
    let slow = tokio::spawn(async move { slow.run_due().await });
    begun.notified().await;
    for _ in 0..3 {
        let until = leased_until(&app).await;
        app.advance(LEASE / 2);
        while leased_until(&app).await == until {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    assert_eq!(app.run_jobs().await, 0, "it is still at work");
    ended.notify_one();
    assert_eq!(slow.await.expect("no panic").expect("no failure"), 1);
    assert_eq!(
        app.count("SELECT COUNT(*) FROM jobs WHERE kind = 'mail'")
            .await,
        0
    );
}

async fn leased_until(app: &TestApp) -> i64 {
    app.count("SELECT leased_until FROM jobs WHERE kind = 'mail'")
        .await
}

#[tokio::test]
async fn nodes_that_work_at_the_same_time_send_every_mail_once() {
    let server = SmtpStub::start().await;
    let app = TestApp::sending_through(server.transport()).await;
    let workspace = workspace(&app).await;
    for _ in 0..20 {
        post(&app, workspace, "Mira", &confirmation("Mira", app.now())).await;
    }
    let (one, two, three) = tokio::join!(app.run_jobs(), app.run_jobs(), app.run_jobs());
    assert_eq!(one + two + three, 20);
    let mut ids: Vec<String> = server
        .mails()
        .iter()
        .filter_map(|mail| {
            mail.lines()
                .find(|line| line.starts_with("Message-ID:"))
                .map(str::to_owned)
        })
        .collect();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), server.mails().len()), (20, 20));
}

#[tokio::test]
async fn names_bend_no_header_on_the_wire() {
    let server = SmtpStub::start().await;
    let app = TestApp::sending_through(server.transport()).await;
    let workspace = workspace(&app).await;
    let evil = "Mira\r\nBcc: thief@example.net\r\n\r\n\u{202e}<b>x</b>";
    post(&app, workspace, evil, &confirmation(evil, app.now())).await;
    app.run_jobs().await;
    let mails = server.mails();
    let parsed = mailparse::parse_mail(mails[0].as_bytes()).unwrap();
    assert!(parsed.headers.get_first_value("Bcc").is_none());
    assert_eq!(parsed.headers.get_all_values("To").len(), 1);
    assert_eq!(parsed.subparts.len(), 2, "the mail's shape is its own");
    assert!(
        !server.lines().iter().any(|line| line.contains("thief")),
        "{:?}",
        server.lines()
    );
    for part in &parsed.subparts {
        let body = part.get_body().unwrap();
        assert!(
            !body.contains("\nBcc:") && !body.contains('\u{202e}'),
            "{body}"
        );
    }
}

#[tokio::test]
async fn nothing_is_said_to_a_server_without_the_tls_that_is_wanted() {
    let server = SmtpStub::start().await;
    let password = SecretText::new("canary-password");
    let credentials = Some(("ops".to_owned(), password));
    let transport = transport_to(server.address, SmtpSecurity::StartTls, credentials);
    let app = TestApp::sending_through(transport).await;
    let workspace = workspace(&app).await;
    let mail = post(&app, workspace, "Mira", &confirmation("Mira", app.now())).await;
    app.run_jobs().await;
    assert_eq!(state(&app, mail).await, MailState::Delayed);
    let said = server.lines();
    assert!(
        !said
            .iter()
            .any(|line| line.starts_with("MAIL") || line.starts_with("AUTH")),
        "{said:?}"
    );
}

#[tokio::test]
async fn a_wrong_password_delays_mails_and_is_written_nowhere() {
    let server = SmtpStub::start().await;
    let credentials = Some(("ops".to_owned(), SecretText::new("canary-password")));
    let app = TestApp::sending_through(transport_to(
        server.address,
        SmtpSecurity::Plain,
        credentials,
    ))
    .await;
    let workspace = workspace(&app).await;
    let mail = post(&app, workspace, "Mira", &confirmation("Mira", app.now())).await;
    app.run_jobs().await;
    assert_eq!(
        state(&app, mail).await,
        MailState::Delayed,
        "the operator can mend it in time"
    );
    let with_error = "SELECT COUNT(*) FROM mails WHERE last_error LIKE '%535%' AND last_error NOT LIKE '%canary%'";
    assert_eq!(app.count(with_error).await, 1);
}

#[tokio::test]
async fn a_folder_gets_a_private_file_for_each_mail() {
    let folder = tempfile::tempdir().unwrap();
    let mails = folder.path().join("mails");
    let app = TestApp::sending_through(Transport::folder(mails.clone())).await;
    let workspace = workspace(&app).await;
    let mail = post(&app, workspace, "Mira", &confirmation("Mira", app.now())).await;
    app.run_jobs().await;
    assert_eq!(state(&app, mail).await, MailState::Sent);
    let names: Vec<_> = std::fs::read_dir(&mails)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(
        names,
        [format!("{mail}.eml").as_str()],
        "and no draft is left"
    );
    let file = mails.join(&names[0]);
    assert_eq!(
        std::fs::metadata(&file).unwrap().permissions().mode() & 0o7777,
        0o600
    );
    let parsed = std::fs::read(&file).unwrap();
    assert_eq!(mailparse::parse_mail(&parsed).unwrap().subparts.len(), 2);
}

#[tokio::test]
async fn only_the_demo_shows_its_mails() {
    let app = TestApp::new().await;
    let team = app.team().await;
    team.mira
        .get("/dev/mailbox")
        .await
        .problem(404, "not_found");
    let demo = TestApp::with_open_mailbox().await;
    let (workspace, _) = demo.larkfield().await;
    post(&demo, workspace, "Mira", &confirmation("Mira", demo.now())).await;
    demo.run_jobs().await;
    let mailbox: Mailbox = demo.anon().get("/dev/mailbox").await.is(200).json();
    assert_eq!(
        mailbox.mails[0].subject, "Confirm your identity to get the link",
        "newest first"
    );
    assert!(mailbox.mails[0].text.expose().contains("canary-token"));
}

#[tokio::test]
async fn mails_that_are_long_done_are_forgotten() {
    let app = TestApp::new().await;
    let workspace = workspace(&app).await;
    post(&app, workspace, "Mira", &confirmation("Mira", app.now())).await;
    app.run_jobs().await;
    app.advance(Duration::from_secs(29 * 86_400));
    app.sweep().await;
    assert_eq!(app.count("SELECT COUNT(*) FROM mails").await, 1);
    app.advance(Duration::from_secs(2 * 86_400));
    app.sweep().await;
    assert_eq!(app.count("SELECT COUNT(*) FROM mails").await, 0);
}
