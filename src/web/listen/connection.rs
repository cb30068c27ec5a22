//! One connection, from its first byte to its last.

use std::{convert::Infallible, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::ConnectInfo};
use hyper::{
    Request, Response,
    body::Incoming,
    rt::{Read, Write},
    server::conn::{http1, http2},
    service::{HttpService, service_fn},
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::graceful::GracefulConnection,
};
use tokio::{net::TcpStream, sync::watch};
use tower::ServiceExt;

use super::{
    Limits,
    pulse::{Felt, Pulse},
    tls::Tls,
};

/// How long the headers of a request may take, and how long an HTTP/1.1 connection may wait for
/// the next.
const HEADERS: Duration = Duration::from_secs(10);
/// What one HTTP/1.1 connection may make us keep: the longest headers, and what isn't sent yet.
const BUFFER: usize = 64 * 1024;

/// Answers under way at once on one HTTP/2 connection; RFC 9113 recommends no fewer.
const STREAMS: u32 = 100;
/// The longest headers of an HTTP/2 request.
const HEADER_LIST: u32 = 16 * 1024;
/// What a client may send before we have taken it, of one request and of all together. The
/// second bounds the memory of a connection; a file of 10 MB still comes in at 4 MB/s over 60 ms.
const STREAM_WINDOW: u32 = 256 * 1024;
const CONNECTION_WINDOW: u32 = 512 * 1024;
/// What may wait to be sent, of one answer.
const SEND_BUFFER: usize = 64 * 1024;
/// Requests that a client takes back before we looked at them (CVE-2023-44487), and that we take
/// back because they were wrong: more of them at once end the connection.
const RESETS: usize = 32;
/// How often a client is asked whether it is still there, and how long it has to answer.
const PING: Duration = Duration::from_secs(30);
const PONG: Duration = Duration::from_secs(10);

pub(super) struct Connection {
    pub(super) peer: SocketAddr,
    pub(super) router: Router,
    pub(super) stopping: watch::Receiver<()>,
    pub(super) limits: Limits,
}

impl Connection {
    pub(super) async fn serve(self, stream: TcpStream, tls: Option<Tls>) {
        // Small answers must not wait for more to come (43 ms a page on reused connections).
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection is gone already");
            return;
        }
        match tls {
            None => self.http1(TokioIo::new(stream)).await,
            // Set apart, so that a plain connection doesn't hold the room for it.
            Some(tls) => Box::pin(self.encrypted(stream, tls)).await,
        }
    }

    async fn encrypted(self, stream: TcpStream, tls: Tls) {
        let shaken = tokio::time::timeout(self.limits.handshake, tls.accept(stream)).await;
        match shaken {
            Ok(Ok(stream)) if stream.get_ref().1.alpn_protocol() == Some(b"h2") => {
                Box::pin(self.http2(TokioIo::new(stream))).await;
            }
            Ok(Ok(stream)) => Box::pin(self.http1(TokioIo::new(stream))).await,
            Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
            Err(_) => tracing::debug!("a TLS handshake took too long"),
        }
    }

    fn answers(
        &self,
        pulse: &Arc<Pulse>,
    ) -> impl HttpService<Incoming, ResBody = Felt<Body>, Error = Infallible, Future: Send + 'static>
    + 'static {
        let (router, peer, pulse) = (self.router.clone(), self.peer, pulse.clone());
        // Boxed, so that a connection holds the room for an answer only while it is worked on.
        service_fn(move |request| Box::pin(answer(request, peer, router.clone(), pulse.clone())))
    }

    async fn http1(self, io: impl Read + Write + Unpin + Send + 'static) {
        let pulse = Pulse::new();
        let answers = self.answers(&pulse);
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADERS)
            .max_buf_size(BUFFER)
            .serve_connection(io, answers);
        drive(connection, self.stopping, &pulse, self.limits).await;
    }

    async fn http2(self, io: impl Read + Write + Unpin + Send + 'static) {
        let pulse = Pulse::new();
        let answers = self.answers(&pulse);
        let connection = http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .max_concurrent_streams(STREAMS)
            .max_header_list_size(HEADER_LIST)
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_send_buf_size(SEND_BUFFER)
            .max_pending_accept_reset_streams(RESETS)
            .max_local_error_reset_streams(RESETS)
            .keep_alive_interval(PING)
            .keep_alive_timeout(PONG)
            .serve_connection(io, answers);
        drive(connection, self.stopping, &pulse, self.limits).await;
    }
}

/// Serves a connection until it ends, the server stops, or nothing happens on it any more. What is
/// under way then may end.
async fn drive<C>(connection: C, mut stopping: watch::Receiver<()>, pulse: &Pulse, limits: Limits)
where
    C: GracefulConnection<Error = hyper::Error>,
{
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => Some(ended),
        // An error is the server's end, too.
        _ = stopping.changed() => None,
        () = pulse.silent_for(limits.silence) => None,
    };
    let ended = if let Some(ended) = ended {
        ended
    } else {
        connection.as_mut().graceful_shutdown();
        let rest = tokio::time::timeout(limits.grace, connection).await;
        rest.unwrap_or(Ok(()))
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

async fn answer(
    mut request: Request<Incoming>,
    peer: SocketAddr,
    router: Router,
    pulse: Arc<Pulse>,
) -> Result<Response<Felt<Body>>, Infallible> {
    pulse.beat();
    request.extensions_mut().insert(ConnectInfo(peer));
    let request = request.map(|body| Body::new(Felt::new(body, pulse.clone())));
    let response = router.oneshot(request).await?;
    pulse.beat();
    Ok(response.map(|body| Felt::new(body, pulse)))
}
