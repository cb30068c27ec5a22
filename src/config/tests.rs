//! Every mistake and what is said about it.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use super::{
    Config, KeyProvider, LogFormat, MailTransport, Security, Sources, all_keys, reference, show,
};
use crate::base::{reach::Reach, secret::SecretText};

/// A configuration without mistakes.
const GOOD: &str = r#"
[server]
public_url = "https://vault.example"

[mail]
host = "smtp.example"
from = "Guestpass <guestpass@vault.example>"
"#;

const CANARY: &str = "canary-7f3a";

fn sources(folder: &Path, toml: &str) -> Sources {
    let file = folder.join("guestpass.toml");
    fs::write(&file, toml).unwrap();
    let key_file = folder.join("root.key").display().to_string();
    Sources {
        file: Some(file),
        flags: vec![("keys.file", key_file)],
        variables: Vec::new(),
    }
}

fn load(toml: &str) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    Config::load(&sources(folder.path(), toml)).map_err(|error| {
        error
            .to_string()
            .replace(&folder.path().display().to_string(), "")
    })
}

fn with_variables(toml: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    let mut sources = sources(folder.path(), toml);
    sources.variables = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), SecretText::new(*value)))
        .collect();
    Config::load(&sources).map_err(|error| error.to_string())
}

/// `GOOD` with one line put into a section, in the place of a line with the same key.
fn good_with(section: &str, line: &str) -> String {
    let key = line.split('=').next().unwrap_or_default().trim();
    let mut lines: Vec<&str> = GOOD
        .lines()
        .filter(|old| !old.starts_with(&format!("{key} =")))
        .collect();
    let header = format!("[{section}]");
    match lines.iter().position(|old| *old == header) {
        Some(at) => lines.insert(at + 1, line),
        None => lines.extend([&*header, line]),
    }
    lines.join("\n")
}

#[test]
fn little_is_needed_and_the_rest_is_safe() {
    let config = load(GOOD).unwrap();
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:8080");
    assert!(config.server.trusted_proxies.is_empty());
    assert_eq!(config.log.format, LogFormat::Text);
    assert_eq!(config.providers.reach, Reach::Private);
    assert!(matches!(config.keys.provider, KeyProvider::File(_)));
    let MailTransport::Smtp {
        port,
        security,
        credentials,
        ..
    } = config.mail.transport
    else {
        panic!("mails go to a mail server");
    };
    assert_eq!(
        (port, security, credentials.is_none()),
        (587, Security::StartTls, true)
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "one case a mistake")]
fn every_mistake_is_named_with_its_place_and_remedy() {
    let cases = [
        (
            "server",
            "listen = \"here\"",
            "server.listen (/guestpass.toml:3) must be an IP address and a port, but is `here`",
        ),
        (
            "server",
            "listen = 8080",
            "server.listen (/guestpass.toml:3) must be a text in quotes, but is a number",
        ),
        (
            "server",
            "public_url = \"http://vault.example\"",
            "must start with `https://`",
        ),
        (
            "server",
            "public_url = \"https://vault.example/app\"",
            "must end after the host or port",
        ),
        (
            "server",
            "public_url = \"https://vault.example?x=1\"",
            "must end after the host or port",
        ),
        (
            "server",
            "public_url = \"vault.example\"",
            "must be an address such as `https://vault.example`",
        ),
        (
            "server",
            "trusted_proxies = \"10.0.0.0/8\"",
            "must be an array of texts",
        ),
        (
            "server",
            "trusted_proxies = [\"10.0.0.0/99\"]",
            "must hold only addresses and networks",
        ),
        (
            "server",
            "trusted_proxies = [10]",
            "an array of something else",
        ),
        (
            "server",
            "publik_url = \"https://vault.example\"",
            "server.publik_url (/guestpass.toml:3) is no key of the configuration\n    Did you mean server.public_url?",
        ),
        (
            "database",
            "url = \"mysql://x\"",
            "must start with `sqlite:`",
        ),
        (
            "database",
            "connections = 3",
            "must be a number from 4 to 500, but is `3`",
        ),
        (
            "keys",
            "provider = \"vault\"",
            "must be `file` or `environment`",
        ),
        (
            "keys",
            "provider = \"environment\"",
            "the variable GUESTPASS_ROOT_KEY is not set",
        ),
        (
            "keys",
            "epoch_dir = \"\"",
            "keys.epoch_dir (/guestpass.toml:9) is empty",
        ),
        (
            "mail",
            "transport = \"pigeon\"",
            "must be `smtp` or `folder`",
        ),
        (
            "mail",
            "transport = \"folder\"",
            "mail.folder (not set) is missing",
        ),
        (
            "mail",
            "security = \"plain\"",
            "is `plain`, but smtp.example is another machine",
        ),
        (
            "mail",
            "security = \"ssl\"",
            "must be `starttls`, `tls` or `plain`",
        ),
        (
            "mail",
            "port = \"587\"",
            "mail.port (/guestpass.toml:6) must be a whole number without quotes, but is a text",
        ),
        (
            "mail",
            "port = 70000",
            "must be a number from 1 to 65535, but is `70000`",
        ),
        ("mail", "port = 0", "must be a number from 1 to 65535"),
        (
            "mail",
            "username = \"ops\"",
            "mail.username (/guestpass.toml:6) is set, but mail.password isn't",
        ),
        ("mail", "from = \"nobody\"", "must be a mail address"),
        ("mail", "host = \"smtp example\"", "must be a host name"),
        (
            "log",
            "level = \"verbose\"",
            "must be `error`, `warn`, `info`, `debug` or `trace`",
        ),
        ("log", "format = \"xml\"", "must be `text` or `json`"),
        (
            "colours",
            "red = 1",
            "colours.red (/guestpass.toml:9) is no key of the configuration",
        ),
    ];
    for (section, line, wanted) in cases {
        let error = load(&good_with(section, line)).expect_err(line);
        assert!(error.contains(wanted), "{line}\n{error}");
        assert!(
            error.starts_with("the configuration has 1 mistake:"),
            "{line}\n{error}"
        );
        assert!(
            error
                .lines()
                .last()
                .is_some_and(|remedy| remedy.starts_with("    ")),
            "{line}\n{error}"
        );
    }
}

#[test]
fn all_mistakes_are_named_at_once() {
    let error =
        load("[server]\nlisten = 1\n[mail]\nsecurity = \"x\"\n[log]\nlevel = \"x\"\n").unwrap_err();
    assert!(
        error.starts_with("the configuration has 6 mistakes:"),
        "{error}"
    );
    for key in [
        "server.listen",
        "server.public_url",
        "mail.security",
        "mail.host",
        "mail.from",
        "log.level",
    ] {
        assert!(error.contains(key), "{key}\n{error}");
    }
}

#[test]
fn what_is_no_toml_is_named_by_its_line_and_not_quoted() {
    let error = load(&format!("{GOOD}\npassword = \"{CANARY}\n")).unwrap_err();
    assert!(
        error.contains("/guestpass.toml:9") && error.contains("is no TOML"),
        "{error}"
    );
    assert!(!error.contains(CANARY), "{error}");
    assert!(
        load("public_url = \"https://vault.example\"\n")
            .unwrap_err()
            .contains("Keys belong to a section")
    );
    let missing = Sources {
        file: Some("/nowhere/at-all.toml".into()),
        ..Sources::default()
    };
    assert!(
        Config::load(&missing)
            .unwrap_err()
            .to_string()
            .contains("can't be read")
    );
}

#[test]
fn flags_win_over_variables_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut all = sources(folder.path(), &good_with("mail", "port = 1001"));
    let port = |sources: &Sources| match Config::load(sources).unwrap().mail.transport {
        MailTransport::Smtp { port, .. } => port,
        MailTransport::Folder(_) => 0,
    };
    assert_eq!(port(&all), 1001);
    all.variables
        .push(("GUESTPASS_MAIL_PORT".to_owned(), SecretText::new("1002")));
    assert_eq!(port(&all), 1002);
    all.flags.push(("mail.port", "1003".to_owned()));
    assert_eq!(port(&all), 1003);
    assert!(show(&all).contains("# flag --mail-port"), "{}", show(&all));
    all.flags.push(("mail.port", "x".to_owned()));
    assert!(
        Config::load(&all)
            .unwrap_err()
            .to_string()
            .contains("mail.port (flag --mail-port) must be")
    );
}

#[test]
fn unknown_variables_are_refused() {
    let error = with_variables(GOOD, &[("GUESTPASS_MAIL_HOSTS", "x")]).unwrap_err();
    assert!(
        error.contains("GUESTPASS_MAIL_HOSTS (environment) is no key"),
        "{error}"
    );
    assert!(
        error.contains("Did you mean GUESTPASS_MAIL_HOST?"),
        "{error}"
    );
    with_variables(
        GOOD,
        &[("GUESTPASS_ROOT_KEY", "x"), ("GUESTPASS_CONFIG", "x")],
    )
    .unwrap();
    with_variables(
        GOOD,
        &[(
            "GUESTPASS_SERVER_TRUSTED_PROXIES",
            "10.0.0.1, 192.168.0.0/16",
        )],
    )
    .unwrap();
}

#[test]
fn a_key_file_that_others_can_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let sources = sources(folder.path(), GOOD);
    let key = folder.path().join("root.key");
    fs::write(&key, "x").unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o640)).unwrap();
    let error = Config::load(&sources).unwrap_err().to_string();
    assert!(
        error.contains("keys.file (flag --keys-file) names a file that others can read"),
        "{error}"
    );
    assert!(
        error.contains("mode 0640") && error.contains("Run `chmod 600"),
        "{error}"
    );
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    Config::load(&sources).unwrap();
}

#[test]
fn secrets_are_neither_shown_nor_quoted() {
    let folder = tempfile::tempdir().unwrap();
    let toml = good_with("mail", &format!("password = \"{CANARY}\""));
    let mut all = sources(folder.path(), &toml);
    all.variables.push((
        "GUESTPASS_DATABASE_URL".to_owned(),
        SecretText::new(format!("mysql://u:{CANARY}@h/d")),
    ));
    let error = Config::load(&all).unwrap_err();
    assert_eq!(error.problems.len(), 2, "{error}");
    for text in [
        error.to_string(),
        format!("{error:?}"),
        show(&all),
        format!("{all:?}"),
    ] {
        assert!(!text.contains(CANARY), "{text}");
    }
    all.variables[0].1 = SecretText::new(format!("postgres://u:{CANARY}@localhost/d"));
    all.variables
        .push(("GUESTPASS_MAIL_USERNAME".to_owned(), SecretText::new("ops")));
    let config = Config::load(&all).unwrap();
    assert!(!format!("{config:?}").contains(CANARY));
    assert!(!show(&all).contains(CANARY), "{}", show(&all));
}

#[test]
fn the_reference_names_every_key() {
    let text = reference();
    for key in all_keys() {
        assert!(
            text.contains(&format!("`{}`", key.variable())),
            "{}",
            key.name
        );
        assert!(text.contains(key.meaning), "{}", key.name);
    }
    // Its example is a configuration without mistakes.
    let example = text
        .split("```toml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .unwrap();
    load(example).unwrap();
}

/// `GOOD` with keys for TLS, in a folder with a certificate, its key, and a stranger's.
fn with_tls(keys: &str) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    for name in ["own", "strange"] {
        let made = rcgen::generate_simple_self_signed(["vault.example".to_owned()]).unwrap();
        let key = folder.path().join(format!("{name}.key"));
        fs::write(folder.path().join(format!("{name}.pem")), made.cert.pem()).unwrap();
        fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    }
    let open = folder.path().join("open.key");
    fs::copy(folder.path().join("own.key"), &open).unwrap();
    fs::set_permissions(&open, fs::Permissions::from_mode(0o644)).unwrap();
    let at = folder.path().display().to_string();
    let toml = GOOD.replace(
        "[server]\n",
        &format!("[server]\n{}\n", keys.replace('@', &at)),
    );
    let loaded = Config::load(&sources(folder.path(), &toml));
    loaded.map_err(|error| error.to_string().replace(&at, "@"))
}

#[test]
fn a_certificate_and_its_key_are_checked_together() {
    let tls = with_tls("tls_certificate = \"@/own.pem\"\ntls_key = \"@/own.key\"").unwrap();
    assert!(tls.server.tls.unwrap().key.ends_with("own.key"));
    assert!(load(GOOD).unwrap().server.tls.is_none());
    for (certificate, key, wrong) in [
        (
            "@/own.pem",
            "@/strange.key",
            "server.tls_key (@/guestpass.toml:4) can't be used: @/strange.key is not the key of the certificate in @/own.pem",
        ),
        (
            "@/own.pem",
            "@/open.key",
            "server.tls_key (@/guestpass.toml:4) can't be used: @/open.key can be read by others (mode 0644)\n    Run `chmod 600 @/open.key`.",
        ),
        (
            "@/own.pem",
            "@/none.key",
            "server.tls_key (@/guestpass.toml:4) can't be used: @/none.key can't be read",
        ),
        (
            "@/none.pem",
            "@/own.key",
            "server.tls_certificate (@/guestpass.toml:3) can't be used: @/none.pem can't be read",
        ),
        (
            "@/own.key",
            "@/own.key",
            "server.tls_certificate (@/guestpass.toml:3) can't be used: @/own.key holds no certificate",
        ),
        (
            "@/own.pem",
            "@/own.pem",
            "server.tls_key (@/guestpass.toml:4) can't be used: @/own.pem can be read by others",
        ),
    ] {
        let keys = format!("tls_certificate = \"{certificate}\"\ntls_key = \"{key}\"");
        let error = with_tls(&keys).unwrap_err();
        assert!(error.contains(wrong), "{wrong}\n{error}");
    }
    for (alone, wrong) in [
        (
            "tls_certificate = \"@/own.pem\"",
            "server.tls_certificate (@/guestpass.toml:3) stands without server.tls_key",
        ),
        (
            "tls_key = \"@/own.key\"",
            "server.tls_key (@/guestpass.toml:3) stands without server.tls_certificate",
        ),
    ] {
        let error = with_tls(alone).unwrap_err();
        assert!(error.contains(wrong), "{wrong}\n{error}");
    }
}
