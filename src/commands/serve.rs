//! `guestpass serve`

use std::time::Duration;

use anyhow::{Context, Result};
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
};

use super::{args::ConfigArgs, block_on, logging, open};
use crate::{
    app::App,
    background,
    config::TlsFiles,
    web::{
        self,
        listen::{self, Tls},
    },
};

/// How often the certificate's files are looked at.
const LOOK_FOR_RENEWAL: Duration = Duration::from_secs(60);

/// Serves until SIGTERM or SIGINT.
pub(super) fn run(args: &ConfigArgs) -> Result<()> {
    let config = args.load()?;
    logging::start(&config.log);
    block_on(async {
        let (app, made_key) = open::app(&config).await?;
        if let Some(path) = made_key {
            tracing::warn!("{}", open::notice(&path));
        }
        if !app.passkeys().available() {
            tracing::info!(
                "no passkeys: server.public_url has an IP address, and they need a name"
            );
        }
        let tls = config.server.tls.as_ref().map(open_tls).transpose()?;
        let host = config.server.public_url.host();
        if tls.as_ref().is_some_and(|tls| !tls.is_for(host)) {
            tracing::warn!("the certificate is not for {host}: browsers refuse it");
        }
        let listen = config.server.listen;
        let listener = TcpListener::bind(listen)
            .await
            .with_context(|| format!("can't listen on {listen}"))?;
        let protocol = if tls.is_some() { "https" } else { "http" };
        until_stopped(app, listener, tls, |address| {
            let public_url = config.server.public_url.origin();
            tracing::info!(%address, protocol, public_url, "listening");
        })
        .await
    })
}

/// Serves and works in the background until SIGTERM or SIGINT. `ready` is told the address once
/// requests are answered.
pub(super) async fn until_stopped(
    app: App,
    listener: TcpListener,
    tls: Option<Tls>,
    ready: impl FnOnce(std::net::SocketAddr),
) -> Result<()> {
    // Before anything is promised to anybody: from here on a signal ends things in order.
    let (term, int) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    background::prepare(&app)
        .await
        .context("what an earlier start left can't be taken up")?;
    let work = tokio::spawn(background::run_all(app.clone()));
    let renewing = tls.clone().map(renewals).transpose()?.map(tokio::spawn);
    ready(listener.local_addr()?);
    listen::serve(listener, tls, web::router(app.clone()), either(term, int)).await;
    work.abort();
    if let Some(renewing) = renewing {
        renewing.abort();
    }
    app.db().close().await;
    tracing::info!("stopped");
    Ok(())
}

async fn either(mut term: Signal, mut int: Signal) {
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
    tracing::info!("stopping");
}

fn open_tls(files: &TlsFiles) -> Result<Tls> {
    Tls::open(files.certificate.clone(), files.key.clone()).context("TLS can't be spoken")
}

/// Takes up renewed certificates: once a minute if the files have changed, and whenever SIGHUP asks.
fn renewals(tls: Tls) -> Result<impl Future<Output = ()>> {
    let mut asked = signal(SignalKind::hangup())?;
    let mut minute = tokio::time::interval(LOOK_FOR_RENEWAL);
    Ok(async move {
        loop {
            let renewed = tokio::select! {
                _ = minute.tick() => tls.renew_if_changed(),
                _ = asked.recv() => tls.renew().map(|()| true),
            };
            match renewed {
                Ok(true) => tracing::info!("the certificate was renewed"),
                Ok(false) => {}
                Err(error) => {
                    tracing::error!(%error, "the certificate can't be renewed, the old one stays");
                }
            }
        }
    })
}
