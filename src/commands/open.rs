//! Opens an installation: its database, its keys, and what is built on them.

use std::{fs::DirBuilder, os::unix::fs::DirBuilderExt, path::Path};

use anyhow::{Context, Result};

use super::{args::ConfigArgs, block_on, logging};
use crate::{
    app::{App, Parts},
    base::clock::Clock,
    config::{Config, Database, KeyProvider, Keys, MailTransport, ROOT_KEY_VARIABLE, Security},
    db::{DatabaseUrl, Db},
    features::{
        keys::{Keyring, RootKey, RootKeyError},
        mail::{Sender, SmtpSecurity, SmtpSettings, Transport},
    },
};

/// `guestpass migrate`
pub(super) fn migrate(args: &ConfigArgs) -> Result<()> {
    let config = args.load()?;
    logging::start(&config.log);
    block_on(async {
        database(&config.database).await?.close().await;
        println!("The schema of {:?} is up to date.", config.database.url);
        Ok(())
    })
}

/// Opens the database and brings its schema up to date.
pub(super) async fn database(
    Database {
        url, connections, ..
    }: &Database,
) -> Result<Db> {
    if let DatabaseUrl::Sqlite(path) = url {
        private_folder(path)
            .with_context(|| format!("no folder can be made for {}", path.display()))?;
    }
    Db::open_with(url, *connections)
        .await
        .with_context(|| format!("the database {url:?} can't be opened"))
}

fn private_folder(file: &Path) -> std::io::Result<()> {
    match file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        Some(folder) => DirBuilder::new().recursive(true).mode(0o700).create(folder),
        None => Ok(()),
    }
}

/// A root key that was just made, and where.
pub(super) type MadeKey = Option<String>;

/// Opens everything a configuration names.
pub(super) async fn app(config: &Config) -> Result<(App, MadeKey)> {
    let clock = Clock::system();
    let db = database(&config.database).await?;
    let (root, made) = root_key(&config.keys, &db).await?;
    let keys = Keyring::open(&db, &root, config.keys.epoch_dir.clone(), clock.now()).await?;
    let public_url = config.server.public_url.clone();
    let parts = Parts {
        mail_from: Sender::new(&config.mail.from, public_url.host())?,
        mail: transport(&config.mail.transport, public_url.host())?,
        open_mailbox: false,
        history: config.database.history,
        trusted_proxies: config.server.trusted_proxies.clone(),
        providers: config.providers.reach,
        db,
        clock,
        keys,
        public_url,
    };
    Ok((App::build(parts), made))
}

fn transport(transport: &MailTransport, hello: &str) -> Result<Transport> {
    match transport {
        MailTransport::Folder(folder) => Ok(Transport::folder(folder.clone())),
        MailTransport::Smtp {
            host,
            port,
            security,
            credentials,
        } => Ok(Transport::smtp(SmtpSettings {
            host: host.clone(),
            hello: hello.to_owned(),
            port: *port,
            security: match security {
                Security::StartTls => SmtpSecurity::StartTls,
                Security::Tls => SmtpSecurity::Tls,
                Security::Plain => SmtpSecurity::Plain,
            },
            credentials: credentials.clone(),
        })?),
    }
}

/// The root key. A new installation gets one; a database that has keys already needs its own.
async fn root_key(keys: &Keys, db: &Db) -> Result<(RootKey, MadeKey)> {
    match &keys.provider {
        KeyProvider::Environment(text) => {
            tracing::warn!("the root key comes from {ROOT_KEY_VARIABLE}: that is for development");
            Ok((RootKey::from_text(ROOT_KEY_VARIABLE, text)?, None))
        }
        KeyProvider::File(path) => match RootKey::read(path) {
            Err(RootKeyError::NotThere(_)) if Keyring::is_new(db).await? => {
                let key = RootKey::create(path)?;
                let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
                Ok((key, Some(path.display().to_string())))
            }
            other => Ok((other?, None)),
        },
    }
}

/// What the operator has to know about a new root key.
pub(super) fn notice(path: &str) -> String {
    format!(
        "MADE A NEW ROOT KEY: {path}\n\
         Without this file nothing in the database can be read, by anybody, ever. Back it up now, apart\n\
         from the database: a thief needs both."
    )
}
