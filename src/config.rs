//! The configuration: flags over environment over a TOML file over defaults.
//!
//! Every key is one entry of one table, which reads it, documents it and checks for unknown ones.
//! All mistakes are found at once, each with its place and its remedy; nothing starts before they
//! are gone. Secrets are never printed.

mod database;
mod key;
mod keys;
mod layers;
mod log;
mod mail;
mod problem;
mod providers;
mod reader;
mod reference;
mod server;
mod show;

#[cfg(test)]
mod tests;

use std::path::PathBuf;

pub use database::Database;
pub use keys::{KeyProvider, Keys};
pub use layers::Sources;
pub use log::{Log, LogFormat};
pub use mail::{Mail, MailTransport, Security};
pub use problem::{ConfigError, Problem};
pub use providers::Providers;
pub use reference::reference;
pub use server::{Server, TlsFiles};
pub use show::show;

use key::Key;
use reader::Reader;

/// The variable that holds the root key, when `keys.provider` is `environment`.
pub const ROOT_KEY_VARIABLE: &str = "GUESTPASS_ROOT_KEY";
/// The variable that names the file.
pub const FILE_VARIABLE: &str = "GUESTPASS_CONFIG";

/// Everything the operator decides.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where it listens, and under which address people reach it.
    pub server: Server,
    /// Where the data is.
    pub database: Database,
    /// Where the keys are.
    pub keys: Keys,
    /// How mails are sent.
    pub mail: Mail,
    /// Login providers.
    pub providers: Providers,
    /// What is logged, and how.
    pub log: Log,
}

/// Every section with its keys.
const SECTIONS: [(&str, &str, &[Key]); 6] = [
    ("server", server::ABOUT, server::KEYS),
    ("database", database::ABOUT, database::KEYS),
    ("keys", keys::ABOUT, keys::KEYS),
    ("mail", mail::ABOUT, mail::KEYS),
    ("providers", providers::ABOUT, providers::KEYS),
    ("log", log::ABOUT, log::KEYS),
];

/// Every key.
fn all_keys() -> impl Iterator<Item = &'static Key> {
    SECTIONS.iter().flat_map(|(_, _, keys)| keys.iter())
}

/// The flags that set keys: name, placeholder and meaning. Secrets have none, because every
/// process of a machine can see the flags of every other.
pub fn flags() -> impl Iterator<Item = (String, &'static str, &'static str, &'static str)> {
    all_keys().filter_map(|key| Some((key.flag()?, key.name, key.placeholder, key.meaning)))
}

impl Config {
    /// Reads the configuration from its sources.
    ///
    /// # Errors
    /// All that is wrong with it, at once.
    pub fn load(sources: &Sources) -> Result<Self, ConfigError> {
        let mut reader = Reader::new(sources);
        let server = server::read(&mut reader);
        let database = database::read(&mut reader);
        let keys = keys::read(&mut reader, sources);
        let mail = mail::read(&mut reader);
        let providers = providers::read(&mut reader);
        let log = log::read(&mut reader);
        let problems = reader.into_problems();
        match (server, database, keys, mail, providers, log) {
            (Some(server), Some(database), Some(keys), Some(mail), Some(providers), Some(log))
                if problems.is_empty() =>
            {
                Ok(Self {
                    server,
                    database,
                    keys,
                    mail,
                    providers,
                    log,
                })
            }
            _ => Err(ConfigError {
                file: sources.file.clone(),
                problems,
            }),
        }
    }
}

/// The path a key holds.
fn path(text: &str) -> Result<PathBuf, String> {
    if text.trim().is_empty() {
        Err("is empty".to_owned())
    } else {
        Ok(PathBuf::from(text))
    }
}
