//! What the binary does when it is called.

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use crate::support::process;

fn guestpass(folder: &Path) -> Command {
    let mut command = process::guestpass();
    command.current_dir(folder);
    command
}

fn run(folder: &Path, args: &[&str]) -> Output {
    guestpass(folder)
        .args(args)
        .output()
        .expect("guestpass runs")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

const INIT: [&str; 11] = [
    "init",
    "--config",
    "guestpass.toml",
    "--workspace",
    "Larkfield Studio",
    "--owner-email",
    "mira.okafor@larkfield.example",
    "--owner-first-name",
    "Mira",
    "--owner-last-name",
    "Okafor",
];

fn add_workspace(folder: &Path, name: &str) -> Output {
    let flags = [
        "workspace",
        "add",
        "--config",
        "guestpass.toml",
        "--name",
        name,
        "--owner-email",
        "mira.okafor@larkfield.example",
        "--owner-first-name",
        "Mira",
        "--owner-last-name",
        "Okafor",
    ];
    run(folder, &flags)
}

/// A folder with a configuration; SQLite and files only, whatever the rest of the suite runs on.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = "[server]\nlisten = \"127.0.0.1:0\"\npublic_url = \"http://localhost:1\"\n\
                  [mail]\ntransport = \"folder\"\nfolder = \"mails\"\nfrom = \"guestpass@larkfield.example\"\n";
    fs::write(folder.path().join("guestpass.toml"), config).expect("a configuration");
    folder
}

#[test]
fn check_config_prints_what_counts_or_every_mistake() {
    let folder = folder();
    let good = guestpass(folder.path())
        .args([
            "check-config",
            "--config",
            "guestpass.toml",
            "--log-level",
            "debug",
        ])
        .env("GUESTPASS_DATABASE_URL", "postgres://u:canary@localhost/d")
        .output()
        .unwrap();
    assert!(good.status.success(), "{}", err(&good));
    let shown = out(&good);
    for line in [
        "level = \"debug\"",
        "# flag --log-level",
        "url = \"(set, not shown)\"",
        "# guestpass.toml:3",
    ] {
        assert!(shown.contains(line), "{line}\n{shown}");
    }
    assert!(!shown.contains("canary"), "{shown}");

    let bad = guestpass(folder.path())
        .args([
            "check-config",
            "--config",
            "guestpass.toml",
            "--server-listen",
            "nowhere",
        ])
        .env("GUESTPASS_MAIL_FROM", "nobody")
        .env("GUESTPASS_MAIL_FORM", "x")
        .output()
        .unwrap();
    assert_eq!(bad.status.code(), Some(1));
    let said = err(&bad);
    assert!(said.contains("3 mistakes"), "{said}");
    for place in [
        "flag --server-listen",
        "variable GUESTPASS_MAIL_FROM",
        "GUESTPASS_MAIL_FORM (environment)",
    ] {
        assert!(said.contains(place), "{place}\n{said}");
    }
}

#[test]
fn nothing_starts_on_a_mistaken_configuration() {
    let folder = folder();
    fs::write(
        folder.path().join("guestpass.toml"),
        "[server]\npublic_url = \"http://vault.example\"\n",
    )
    .unwrap();
    for command in ["serve", "migrate", "init"] {
        let output = run(folder.path(), &[command, "--config", "guestpass.toml"]);
        assert_eq!(output.status.code(), Some(1), "{command}");
        assert!(
            err(&output).contains("server.public_url (guestpass.toml:2)"),
            "{}",
            err(&output)
        );
    }
    assert!(!folder.path().join("data").exists(), "nothing was made");
}

#[test]
fn init_makes_an_installation_once() {
    let folder = folder();
    let first = run(folder.path(), &INIT);
    assert!(first.status.success(), "{}", err(&first));
    assert!(out(&first).contains("MADE A NEW ROOT KEY") && out(&first).contains("data/root.key"));
    assert!(
        out(&first).contains("sign in as mira.okafor@larkfield.example"),
        "{}",
        out(&first)
    );
    let key = folder.path().join("data/root.key");
    assert_eq!(
        fs::metadata(&key).unwrap().permissions().mode() & 0o7777,
        0o600
    );
    let before = fs::read(&key).unwrap();

    let second = run(folder.path(), &INIT);
    assert!(!second.status.success());
    assert!(
        err(&second).contains("there is a workspace already: Larkfield Studio"),
        "{}",
        err(&second)
    );
    assert_eq!(fs::read(&key).unwrap(), before);

    // Without its key the database is refused rather than given another one.
    fs::rename(&key, folder.path().join("elsewhere.key")).unwrap();
    let lost = run(folder.path(), &["serve", "--config", "guestpass.toml"]);
    assert!(!lost.status.success());
    assert!(
        err(&lost).contains("restore it from its backup"),
        "{}",
        err(&lost)
    );
    assert!(!key.exists(), "no key is made for a database that has one");
}

#[test]
fn init_says_what_is_missing() {
    let folder = folder();
    let output = run(
        folder.path(),
        &[
            "init",
            "--config",
            "guestpass.toml",
            "--workspace",
            "Larkfield Studio",
        ],
    );
    assert!(
        err(&output).contains("--owner-email is missing"),
        "{}",
        err(&output)
    );
    let migrated = run(folder.path(), &["migrate", "--config", "guestpass.toml"]);
    assert!(out(&migrated).contains("up to date"), "{}", err(&migrated));
}

#[test]
fn audit_verify_finds_a_changed_entry() {
    let folder = folder();
    assert!(run(folder.path(), &INIT).status.success());
    let mut server = serve(
        folder.path(),
        &["serve", "--config", "guestpass.toml"],
        "listening",
    );
    // The sequencer chains the first event within a second.
    let verify = || {
        run(
            folder.path(),
            &["audit", "verify", "--config", "guestpass.toml"],
        )
    };
    let patience = std::time::Instant::now() + Duration::from_secs(20);
    while !out(&verify()).contains(": 1 entries, unbroken") {
        assert!(std::time::Instant::now() < patience, "{}", out(&verify()));
        std::thread::sleep(Duration::from_millis(50));
    }
    stop(&mut server);
    let database = folder.path().join("data/guestpass.db");
    assert!(
        !database.with_extension("db-wal").exists(),
        "a stopped server leaves one file"
    );
    let connection = rusqlite::Connection::open(&database).unwrap();
    connection
        .execute("UPDATE events SET browser = 'forged'", [])
        .unwrap();
    connection.close().unwrap();
    let broken = verify();
    assert_eq!(broken.status.code(), Some(1));
    assert!(
        out(&broken).contains("BROKEN: entry 1 was changed"),
        "{}",
        out(&broken)
    );

    // What can't be read of one keeps the other from nothing, whichever comes first.
    for (name, doomed) in [("Aldgate", "Larkfield Studio"), ("Zeeland", "Aldgate")] {
        assert!(add_workspace(folder.path(), name).status.success());
        let connection = rusqlite::Connection::open(&database).unwrap();
        let gone = connection.execute(
            "DELETE FROM event_chains WHERE workspace_id IN (SELECT id FROM workspaces WHERE name = ?1)",
            [doomed],
        );
        assert_eq!(gone.unwrap(), 1);
        connection.close().unwrap();
        let told = verify();
        assert_eq!(told.status.code(), Some(1));
        let line_of = |name: &str| {
            let out = out(&told);
            let line = out.lines().find(|line| line.starts_with(name));
            line.map(str::to_owned).unwrap_or_default()
        };
        let (whole, broken) = (line_of(name), line_of(doomed));
        assert!(whole.ends_with(": 0 entries, unbroken"), "{whole}");
        assert!(broken.contains("BROKEN: it can't be read"), "{broken}");
    }
}

#[test]
fn the_demo_is_ready_at_once_and_keeps_its_data() {
    let folder = folder();
    let args = ["demo", "--listen", "127.0.0.1:0", "--data", "demo"];
    let started = std::time::Instant::now();
    let mut first = serve(folder.path(), &args, "Mailbox");
    assert!(
        started.elapsed() < Duration::from_secs(20),
        "also on a busy machine"
    );
    stop(&mut first);
    let count = || {
        let file = folder.path().join("demo/guestpass.db");
        let connection = rusqlite::Connection::open(file).unwrap();
        let items = connection.query_row("SELECT COUNT(*) FROM items", [], |row| row.get(0));
        let items: i64 = items.unwrap();
        items
    };
    assert_eq!(count(), 14, "nine accounts and five secrets");
    let mut second = serve(folder.path(), &args, "Mailbox");
    stop(&mut second);
    assert_eq!(count(), 14, "not filled again");

    let outside = run(
        folder.path(),
        &["demo", "--listen", "0.0.0.0:0", "--data", "demo"],
    );
    assert!(
        err(&outside).contains("loopback addresses only"),
        "{}",
        err(&outside)
    );
}

#[test]
fn documents_are_printed() {
    let folder = folder();
    let openapi: serde_json::Value =
        serde_json::from_slice(&run(folder.path(), &["openapi"]).stdout).expect("OpenAPI is JSON");
    assert!(openapi["paths"]["/api/v1/workspace/mail-failures"].is_object());
    assert!(
        openapi["paths"]["/api/v1/dev/mailbox"].is_null(),
        "no installation has it"
    );
    let reference = out(&run(folder.path(), &["config-reference"]));
    assert!(
        reference.starts_with("# Configuration") && reference.contains("`GUESTPASS_MAIL_PASSWORD`")
    );
    assert!(
        !reference.contains("--mail-password"),
        "secrets have no flag"
    );
}

/// Starts a server and waits until it says `mark`. What it says meanwhile is read to the end, so
/// that it never waits for us.
fn serve(folder: &Path, args: &[&str], mark: &'static str) -> Child {
    let mut child = guestpass(folder)
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("guestpass runs");
    let (say, heard) = std::sync::mpsc::channel();
    let (out, err) = (
        child.stdout.take().expect("piped"),
        child.stderr.take().expect("piped"),
    );
    for stream in [
        Box::new(out) as Box<dyn std::io::Read + Send>,
        Box::new(err),
    ] {
        let say = say.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                let _ = say.send(line);
            }
        });
    }
    drop(say);
    let mut said = Vec::new();
    while let Ok(line) = heard.recv_timeout(Duration::from_secs(30)) {
        let found = line.contains(mark);
        said.push(line);
        if found {
            return child;
        }
    }
    let _ = child.kill();
    let _ = child.wait();
    panic!("it never said {mark}: {said:#?}");
}

/// Asks a server to stop (SIGTERM), and expects it to do so in order.
fn stop(child: &mut Child) {
    let asked = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status()
        .expect("kill runs");
    assert!(asked.success());
    let status = child.wait().expect("it ends");
    assert!(status.success(), "{status}");
}

#[test]
fn the_operator_prints_a_link_for_the_owner_alone() {
    let folder = folder();
    assert!(run(folder.path(), &INIT).status.success());
    let print = |email: &str| {
        let args = [
            "sign-in-link",
            "--config",
            "guestpass.toml",
            "--email",
            email,
        ];
        run(folder.path(), &args)
    };
    let printed = print("Mira.Okafor@larkfield.example");
    assert!(printed.status.success(), "{}", err(&printed));
    let link = out(&printed);
    let start = "http://localhost:1/confirm-sign-in#";
    assert!(
        link.starts_with(start) && link.trim().len() == start.len() + 43,
        "{link}"
    );
    let refused = print("somebody@larkfield.example");
    assert!(!refused.status.success() && out(&refused).is_empty());
    assert!(
        err(&refused).contains("no workspace's Owner has this address"),
        "{}",
        err(&refused)
    );
}

#[test]
fn workspaces_are_added_and_listed() {
    let folder = folder();
    let add = |name: &str| add_workspace(folder.path(), name);
    let list = || {
        run(
            folder.path(),
            &["workspace", "list", "--config", "guestpass.toml"],
        )
    };
    let early = add("Harbour");
    assert!(!early.status.success());
    assert!(err(&early).contains("guestpass init"), "{}", err(&early));

    assert!(run(folder.path(), &INIT).status.success());
    let again = run(folder.path(), &INIT);
    assert!(
        err(&again).contains("guestpass workspace add"),
        "{}",
        err(&again)
    );
    // One address may own several.
    let added = add("Harbour");
    assert!(added.status.success(), "{}", err(&added));
    let (told, listed) = (out(&added), out(&list()));
    let address = told.split_whitespace().last().expect("an address");
    assert!(
        address.starts_with("http://localhost:1/sign-in/wsp_"),
        "{told}"
    );
    let lines: Vec<&str> = listed.lines().collect();
    assert!(lines[0].starts_with("Larkfield Studio (wsp_"), "{listed}");
    assert!(lines[4].starts_with("Harbour (wsp_"), "{listed}");
    assert_eq!(lines[5], "  Owner    mira.okafor@larkfield.example");
    assert_eq!(lines[6], "  People   1 active");
    assert_eq!(lines[7], format!("  Sign in  {address}"));

    let bad = add(" ");
    assert!(!bad.status.success());
    assert_eq!(out(&list()).matches("wsp_").count(), 4, "nothing was made");
    let id = address.rsplit('/').next().expect("an id");
    let link = |id: &str| {
        let flags = [
            "sign-in-link",
            "--config",
            "guestpass.toml",
            "--email",
            "mira.okafor@larkfield.example",
            "--workspace",
            id,
        ];
        run(folder.path(), &flags)
    };
    assert!(link(id).status.success());
    assert!(!link("wsp_1").status.success());
}
