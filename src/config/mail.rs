//! `[mail]`

use std::{net::IpAddr, path::PathBuf};

use lettre::message::Mailbox;

use super::{Key, Reader, key::Kind, path};
use crate::base::secret::SecretText;

pub(super) const ABOUT: &str = "How mails are sent. People sign in and confirm links by mail.";

const TRANSPORT: Key = Key {
    name: "mail.transport",
    kind: Kind::Text,
    default: Some("smtp"),
    placeholder: "smtp|folder",
    meaning: "`smtp` hands mails to a mail server; `folder` writes each into a file, for trying things out.",
};
const HOST: Key = Key {
    name: "mail.host",
    kind: Kind::Text,
    default: None,
    placeholder: "HOST",
    meaning: "The mail server's name. Its certificate must be for this name.",
};
const PORT: Key = Key {
    name: "mail.port",
    kind: Kind::Whole,
    default: None,
    placeholder: "PORT",
    meaning: "The mail server's port. Without it: 587 for `starttls`, 465 for `tls`, 25 for `plain`.",
};
const SECURITY: Key = Key {
    name: "mail.security",
    kind: Kind::Text,
    default: Some("starttls"),
    placeholder: "starttls|tls|plain",
    meaning: "How the connection is protected: `starttls` switches to TLS before anything is said, `tls` \
              starts with it. `plain` is for a mail server on the same machine only.",
};
const USERNAME: Key = Key {
    name: "mail.username",
    kind: Kind::Text,
    default: None,
    placeholder: "NAME",
    meaning: "The user name at the mail server, if it wants one.",
};
const PASSWORD: Key = Key {
    name: "mail.password",
    kind: Kind::Secret,
    default: None,
    placeholder: "PASSWORD",
    meaning: "The password that belongs to it.",
};
const FROM: Key = Key {
    name: "mail.from",
    kind: Kind::Text,
    default: None,
    placeholder: "SENDER",
    meaning: "Who mails are from, such as `Guestpass <guestpass@company.example>`.",
};
const FOLDER: Key = Key {
    name: "mail.folder",
    kind: Kind::Text,
    default: None,
    placeholder: "PATH",
    meaning: "The folder that `folder` writes to. Its files hold sign-in links: keep it private.",
};
pub(super) const KEYS: &[Key] = &[
    TRANSPORT, HOST, PORT, SECURITY, USERNAME, PASSWORD, FROM, FOLDER,
];

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Switches to TLS before anything is said.
    StartTls,
    /// Starts with TLS.
    Tls,
    /// Not at all: loopback only.
    Plain,
}

/// How mails are sent.
#[derive(Clone, Debug)]
pub enum MailTransport {
    /// Through a mail server.
    Smtp {
        /// Its name.
        host: String,
        /// Its port.
        port: u16,
        /// How the connection is protected.
        security: Security,
        /// User name and password.
        credentials: Option<(String, SecretText)>,
    },
    /// Into files of a folder.
    Folder(PathBuf),
}

/// How mails are sent, and from whom.
#[derive(Clone, Debug)]
pub struct Mail {
    /// How.
    pub transport: MailTransport,
    /// From whom: `Name <address>`.
    pub from: String,
}

pub(super) fn read(reader: &mut Reader) -> Option<Mail> {
    let smtp = reader.required(
        &TRANSPORT,
        |text| match text {
            "smtp" => Ok(true),
            "folder" => Ok(false),
            _ => Err("must be `smtp` or `folder`".to_owned()),
        },
        "Use `smtp`.",
    );
    let from = reader.required(
        &FROM,
        |text| match text.parse::<Mailbox>() {
            Ok(_) => Ok(text.to_owned()),
            Err(_) => Err("must be a mail address, with or without a name".to_owned()),
        },
        "Write for example Guestpass <guestpass@company.example>.",
    );
    let transport = match smtp {
        Some(true) => read_smtp(reader),
        Some(false) => reader
            .required(&FOLDER, path, "Name the folder to write mails to.")
            .map(MailTransport::Folder),
        None => None,
    };
    Some(Mail {
        transport: transport?,
        from: from?,
    })
}

fn read_smtp(reader: &mut Reader) -> Option<MailTransport> {
    let host = reader.required(
        &HOST,
        |text| match url::Host::parse(text) {
            Ok(_) => Ok(text.to_owned()),
            Err(_) => text
                .parse::<IpAddr>()
                .map(|_| text.to_owned())
                .map_err(|_| "must be a host name".to_owned()),
        },
        "Name your mail server, such as smtp.company.example.",
    );
    let security = reader.required(
        &SECURITY,
        |text| match text {
            "starttls" => Ok(Security::StartTls),
            "tls" => Ok(Security::Tls),
            "plain" => Ok(Security::Plain),
            _ => Err("must be `starttls`, `tls` or `plain`".to_owned()),
        },
        "Use `starttls`, or `tls` when your server wants port 465.",
    );
    let port = reader.optional(
        &PORT,
        |text| match text.parse::<u16>() {
            Ok(port) if port > 0 => Ok(port),
            _ => Err("must be a number from 1 to 65535".to_owned()),
        },
        "Leave it out for the usual one.",
    );
    let username = reader.optional(&USERNAME, |text| Ok(text.to_owned()), "");
    let password = reader.secret(&PASSWORD);
    if username.is_some() != password.is_some() {
        let (set, missing) = if username.is_some() {
            (&USERNAME, &PASSWORD)
        } else {
            (&PASSWORD, &USERNAME)
        };
        let wrong = format!("is set, but {} isn't", missing.name);
        reader.refuse(
            set,
            &wrong,
            "Set both, or none for a server that wants no sign-in.",
        );
    }
    let (host, security) = (host?, security?);
    if security == Security::Plain && !is_loopback(&host) {
        reader.refuse(
            &SECURITY,
            &format!("is `plain`, but {host} is another machine: mails hold sign-in links"),
            "Use `starttls` or `tls`; plain is for localhost.",
        );
        return None;
    }
    let port = port.unwrap_or(match security {
        Security::StartTls => 587,
        Security::Tls => 465,
        Security::Plain => 25,
    });
    Some(MailTransport::Smtp {
        host,
        port,
        security,
        credentials: username.zip(password),
    })
}

fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}
