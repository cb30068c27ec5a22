//! One keep-alive connection.

use std::{io, net::SocketAddr};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::response::{self, Chunks, Framing, Head};

/// How much room reading has at least.
const ROOM: usize = 4096;

/// What was answered.
#[derive(Clone, Copy, Debug)]
pub struct Answer {
    pub status: u16,
    pub retry_after: bool,
}

/// A connection to the server.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// Where the body of the last answer is, and whether it is chunked.
    body: (std::ops::Range<usize>, bool),
    closed: bool,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(4 * ROOM),
            body: (0..0, false),
            closed: false,
        })
    }

    /// Whether the server said that it closes the connection.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Sends a request and reads its answer to the end.
    pub async fn ask(&mut self, request: &[u8]) -> io::Result<Answer> {
        self.buffer.clear();
        self.stream.write_all(request).await?;
        let head = self.read_head().await?;
        let end = match head.framing {
            Framing::Length(length) => {
                let end = head.length + length;
                while self.buffer.len() < end {
                    self.read().await?;
                }
                end
            }
            Framing::Chunked => self.read_chunks(head.length).await?,
        };
        self.body = (head.length..end, head.framing == Framing::Chunked);
        self.closed = head.closes;
        Ok(Answer {
            status: head.status,
            retry_after: head.retry_after,
        })
    }

    /// Sends a request whose answer doesn't end; gives its status. What came of the body so far, and
    /// what comes later, is read by [`Connection::more`].
    pub async fn follow(&mut self, request: &[u8]) -> io::Result<u16> {
        self.buffer.clear();
        self.stream.write_all(request).await?;
        let head = self.read_head().await?;
        self.buffer.drain(..head.length);
        Ok(head.status)
    }

    /// Waits until what came of a body that doesn't end has what `look` looks for.
    pub async fn more(&mut self, mut look: impl FnMut(&[u8]) -> bool) -> io::Result<()> {
        while !look(&self.buffer) {
            self.read().await?;
        }
        Ok(())
    }

    /// The body of the last answer, without its chunks.
    pub fn body(&self) -> Vec<u8> {
        let (range, chunked) = &self.body;
        let body = self.buffer.get(range.clone()).unwrap_or_default();
        if *chunked {
            response::joined(body)
        } else {
            body.to_vec()
        }
    }

    /// The head of the last answer, as it came.
    pub fn head(&self) -> String {
        let end = self.body.0.start;
        String::from_utf8_lossy(self.buffer.get(..end).unwrap_or_default()).into_owned()
    }

    async fn read_head(&mut self) -> io::Result<Head> {
        loop {
            match response::head(&self.buffer).map_err(io::Error::other)? {
                // Early hints and the like come before the answer.
                Some(head) if head.status < 200 => {
                    self.buffer.drain(..head.length);
                }
                Some(head) => return Ok(head),
                None => self.read().await?,
            }
        }
    }

    async fn read_chunks(&mut self, mut at: usize) -> io::Result<usize> {
        loop {
            match response::chunks(&self.buffer, at).map_err(io::Error::other)? {
                Chunks::Done(end) => return Ok(end),
                Chunks::More(from) => {
                    at = from;
                    self.read().await?;
                }
            }
        }
    }

    async fn read(&mut self) -> io::Result<()> {
        self.buffer.reserve(ROOM);
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }
}
