//! "There is something new", from node to node, by NOTIFY. A hint and nothing more: it may be lost,
//! and whoever waits for one also looks by themselves now and then.

use std::{sync::Arc, time::Duration};

use deadpool_postgres::Pool;
use futures_util::{StreamExt, stream};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::Notify,
    task::JoinHandle,
};
use tokio_postgres::{AsyncMessage, Config, Connection, NoTls};

use super::tls;
use crate::db::{DbError, PostgresUrl};

/// How long to wait before listening again after the connection was lost.
const PAUSE: Duration = Duration::from_secs(1);
/// How many waiting hints are sent as one: none is, while another is on its way.
const SPREAD: Duration = Duration::from_millis(5);

#[derive(Debug)]
pub(super) struct Hints {
    heard: Arc<Notify>,
    wanted: Arc<Notify>,
    tasks: [JoinHandle<()>; 2],
}

impl Hints {
    pub(super) fn start(config: Config, url: PostgresUrl, pool: Pool) -> Self {
        let (heard, wanted): (Arc<Notify>, Arc<Notify>) = Default::default();
        let listening = tokio::spawn(listen(config, url, Arc::clone(&heard)));
        let sending = tokio::spawn(send(pool, Arc::clone(&wanted)));
        Self {
            heard,
            wanted,
            tasks: [listening, sending],
        }
    }

    /// Sends a hint soon, together with others that are asked for meanwhile.
    pub(super) fn send(&self) {
        self.wanted.notify_one();
    }

    pub(super) async fn wait(&self, at_most: Duration) {
        let _ = tokio::time::timeout(at_most, self.heard.notified()).await;
    }
}

impl Drop for Hints {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// After the commit and outside of it: NOTIFY within a transaction makes commits wait for each other.
async fn send(pool: Pool, wanted: Arc<Notify>) {
    loop {
        wanted.notified().await;
        if let Ok(connection) = pool.get().await {
            // Lost hints are made up for by looking.
            let _ = connection.batch_execute("NOTIFY guestpass_signals").await;
        }
        tokio::time::sleep(SPREAD).await;
    }
}

async fn listen(mut config: Config, url: PostgresUrl, heard: Arc<Notify>) {
    loop {
        let listened = match tls::connector(&url.tls) {
            Ok(Some((mode, connector))) => match config.ssl_mode(mode).connect(connector).await {
                Ok((client, connection)) => until_lost(client, connection, &heard).await,
                Err(error) => Err(error.into()),
            },
            Ok(None) => match config.connect(NoTls).await {
                Ok((client, connection)) => until_lost(client, connection, &heard).await,
                Err(error) => Err(error.into()),
            },
            Err(error) => Err(error),
        };
        if let Err(error) = listened {
            tracing::debug!(%error, "other nodes' hints aren't heard; will be tried again");
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn until_lost<S, T>(
    client: tokio_postgres::Client,
    mut connection: Connection<S, T>,
    heard: &Notify,
) -> Result<(), DbError>
where
    S: AsyncRead + AsyncWrite + Unpin,
    T: AsyncRead + AsyncWrite + Unpin,
{
    let mut messages = stream::poll_fn(move |context| connection.poll_message(context));
    let asked = client.batch_execute("LISTEN guestpass_signals");
    let mut asked = std::pin::pin!(asked);
    let mut listening = false;
    loop {
        tokio::select! {
            answer = &mut asked, if !listening => {
                answer?;
                listening = true;
            }
            message = messages.next() => match message {
                Some(Ok(AsyncMessage::Notification(_))) => heard.notify_one(),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error.into()),
                None => return Ok(()),
            },
        }
    }
}
