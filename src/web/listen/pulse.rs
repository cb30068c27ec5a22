//! Whether anything is asked or answered on a connection.
//!
//! Bytes alone don't tell: a client can answer pings for ever, and one that takes nothing of its
//! answer holds a place without sending any.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::body::{Bytes, HttpBody as Body};
use hyper::body::{Frame, SizeHint};
use tokio::time::Instant;

/// When something was last asked or answered.
#[derive(Debug)]
pub(super) struct Pulse {
    start: Instant,
    /// Milliseconds since the start.
    last: AtomicU64,
}

impl Pulse {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            start: Instant::now(),
            last: AtomicU64::new(0),
        })
    }

    pub(super) fn beat(&self) {
        let now = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.last.store(now, Ordering::Relaxed);
    }

    fn last(&self) -> Instant {
        self.start + Duration::from_millis(self.last.load(Ordering::Relaxed))
    }

    /// Ends when there was nothing for this long.
    pub(super) async fn silent_for(&self, long: Duration) {
        loop {
            let last = self.last();
            tokio::time::sleep_until(last + long).await;
            if self.last() == last {
                return;
            }
        }
    }
}

/// Larger pieces of a body are handed on in parts of this size, so that each shows that the one
/// before was taken.
const PART: usize = 64 * 1024;

/// A body that tells the pulse whenever a part of it moves on.
pub(super) struct Felt<B> {
    body: B,
    /// What the body gave that was not handed on yet.
    rest: Bytes,
    pulse: Arc<Pulse>,
}

impl<B> Felt<B> {
    pub(super) fn new(body: B, pulse: Arc<Pulse>) -> Self {
        Self {
            body,
            rest: Bytes::new(),
            pulse,
        }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Felt<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        if self.rest.is_empty() {
            let frame = match ready!(Pin::new(&mut self.body).poll_frame(context)) {
                Some(Ok(frame)) => frame.into_data(),
                end => {
                    self.pulse.beat();
                    return Poll::Ready(end);
                }
            };
            match frame {
                Ok(data) => self.rest = data,
                Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
            }
        }
        self.pulse.beat();
        let length = self.rest.len().min(PART);
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(length)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let rest = u64::try_from(self.rest.len()).unwrap_or(u64::MAX);
        let body = self.body.size_hint();
        let mut hint = SizeHint::new();
        if let Some(upper) = body.upper() {
            hint.set_upper(upper.saturating_add(rest));
        }
        hint.set_lower(body.lower().saturating_add(rest));
        hint
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_large_piece_is_handed_on_in_parts_and_nothing_is_lost() {
        let content: Vec<u8> = (0..3 * PART + 5).map(|at| (at % 251) as u8).collect();
        let mut body = Felt::new(axum::body::Body::from(content.clone()), Pulse::new());
        let mut got = Vec::new();
        while !body.is_end_stream() {
            let left = (content.len() - got.len()) as u64;
            assert_eq!(body.size_hint().exact(), Some(left));
            let frame = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context));
            let part = frame.await.unwrap().unwrap().into_data().unwrap();
            assert!(part.len() <= PART && !part.is_empty());
            got.extend_from_slice(&part);
        }
        assert!(got == content);
    }

    #[tokio::test]
    async fn silence_ends_with_a_beat_and_starts_anew() {
        let pulse = Pulse::new();
        let long = Duration::from_millis(40);
        let silent = pulse.silent_for(long);
        let mut silent = std::pin::pin!(silent);
        for _ in 0..4 {
            let early = tokio::time::timeout(long / 2, silent.as_mut()).await;
            assert!(early.is_err() || pulse.last().elapsed() >= long);
            pulse.beat();
        }
        silent.await;
        assert!(pulse.last().elapsed() >= long);
    }
}
