//! `guestpass demo`: a sample workspace on this machine, with a mailbox of its own.

mod sample;

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
};

use anyhow::{Context, Result, bail};
use clap::Args;
use tokio::net::TcpListener;

use super::{block_on, logging, open, serve};
use crate::{
    app::{App, Parts},
    base::{clock::Clock, public_url::PublicUrl, reach::Reach},
    config::{Database, Log, LogFormat},
    db::{self, DatabaseUrl},
    features::{
        keys::{Keyring, RootKey, RootKeyError},
        mail::{MemoryMailbox, Sender, Transport},
    },
};

/// Where the demo runs.
#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// The address to listen on; loopback only.
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8777")]
    listen: SocketAddr,
    /// The folder of its data. What is there is kept.
    #[arg(long, value_name = "PATH", default_value = "data/demo")]
    data: PathBuf,
}

/// Serves the sample workspace until it is stopped.
pub(super) fn run(args: &DemoArgs) -> Result<()> {
    if !args.listen.ip().is_loopback() {
        bail!(
            "the demo listens on loopback addresses only: everybody can read its mails and sign in"
        );
    }
    logging::start(&Log {
        format: LogFormat::Text,
        level: tracing::Level::WARN,
    });
    block_on(async {
        let listen = args.listen;
        let listener = TcpListener::bind(listen)
            .await
            .with_context(|| format!("can't listen on {listen}"))?;
        let public_url = public_url(listener.local_addr()?)?;
        let app = app(args, public_url).await?;
        if app.members().first_workspace().await?.is_none() {
            sample::fill(&app)
                .await
                .context("the sample can't be made")?;
        }
        let data = args.data.display().to_string();
        serve::until_stopped(app.clone(), listener, None, |_| {
            welcome(app.public_url(), &data);
        })
        .await
    })
}

/// The address that browsers are told. Passkeys need a domain name, and `localhost` is one.
fn public_url(listening: SocketAddr) -> Result<PublicUrl> {
    let host = match listening.ip() {
        IpAddr::V4(Ipv4Addr::LOCALHOST) => format!("localhost:{}", listening.port()),
        _ => listening.to_string(),
    };
    Ok(PublicUrl::parse(&format!("http://{host}"))?)
}

async fn app(args: &DemoArgs, public_url: PublicUrl) -> Result<App> {
    let clock = Clock::system();
    let db = open::database(&Database {
        url: DatabaseUrl::Sqlite(args.data.join("guestpass.db")),
        connections: db::CONNECTIONS,
        history: None,
    })
    .await?;
    let key_file = args.data.join("root.key");
    let root = match RootKey::read(&key_file) {
        Err(RootKeyError::NotThere(_)) => RootKey::create(&key_file)?,
        other => other?,
    };
    let keys = Keyring::open(&db, &root, args.data.join("epochs"), clock.now()).await?;
    Ok(App::build(Parts {
        mail_from: Sender::new("Guestpass <guestpass@larkfield.example>", public_url.host())?,
        mail: Transport::memory(MemoryMailbox::default()),
        open_mailbox: true,
        history: None,
        trusted_proxies: Vec::new(),
        // To be tried out with a provider on this machine.
        providers: Reach::Any,
        db,
        clock,
        keys,
        public_url,
    }))
}

fn welcome(public_url: &PublicUrl, data: &str) {
    println!(
        "The sample workspace \"{workspace}\" is ready.\n\n  \
         Open     {open}\n  \
         Sign in  {mira}\n           {others}\n  \
         Mailbox  {mailbox}  (every mail arrives there, none is sent)\n\n\
         The data is in {data} and stays there. Ctrl-C stops the demo.",
        workspace = sample::WORKSPACE,
        open = public_url.origin(),
        mira = sample::MIRA.email,
        others = format_args!(
            "or {} (Admin), {}",
            sample::JONAS.email,
            sample::ANNELIESE.email
        ),
        mailbox = public_url.page("/mailbox"),
    );
}
