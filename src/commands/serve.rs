//! `guestpass serve`

use anyhow::{Context, Result};
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
};

use super::{args::ConfigArgs, block_on, logging, open};
use crate::{
    app::App,
    background,
    web::{self, listen},
};

/// Serves until SIGTERM or SIGINT.
pub(super) fn run(args: &ConfigArgs) -> Result<()> {
    let config = args.load()?;
    logging::start(&config.log);
    block_on(async {
        let (app, made_key) = open::app(&config).await?;
        if let Some(path) = made_key {
            tracing::warn!("{}", open::notice(&path));
        }
        let listen = config.server.listen;
        let listener = TcpListener::bind(listen)
            .await
            .with_context(|| format!("can't listen on {listen}"))?;
        until_stopped(app, listener, |address| {
            tracing::info!(%address, public_url = config.server.public_url.origin(), "listening");
        })
        .await
    })
}

/// Serves and works in the background until SIGTERM or SIGINT. `ready` is told the address once
/// requests are answered.
pub(super) async fn until_stopped(
    app: App,
    listener: TcpListener,
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
    ready(listener.local_addr()?);
    listen::serve(listener, web::router(app.clone()), either(term, int)).await;
    work.abort();
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
