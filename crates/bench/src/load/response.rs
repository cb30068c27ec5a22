//! As much of HTTP/1.1 (RFC 9112) as reading a server's answers takes.

use std::{fmt, str};

/// An answer that can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an answer that is no HTTP/1.1")
    }
}

impl std::error::Error for Malformed {}

/// The head of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    pub status: u16,
    /// How many bytes it takes, with the empty line.
    pub length: usize,
    pub framing: Framing,
    /// Whether it says when to come back.
    pub retry_after: bool,
    /// Whether the server closes the connection after it.
    pub closes: bool,
}

/// How the end of a body is found (RFC 9112, section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    Length(usize),
    Chunked,
}

/// Reads a head; nothing while it isn't complete.
pub fn head(buffer: &[u8]) -> Result<Option<Head>, Malformed> {
    let Some(end) = memchr::memmem::find(buffer, b"\r\n\r\n") else {
        return Ok(None);
    };
    let mut lines = buffer
        .get(..end)
        .ok_or(Malformed)?
        .split(|byte| *byte == b'\n');
    let status = status(lines.next().ok_or(Malformed)?)?;
    let mut length = None;
    let mut chunked = false;
    let (mut retry_after, mut closes) = (false, false);
    for line in lines {
        let Some(colon) = memchr::memchr(b':', line) else {
            return Err(Malformed);
        };
        let (name, value) = line.split_at(colon);
        // The lengths alone rule out nearly every other header.
        match name.len() {
            14 if name.eq_ignore_ascii_case(b"content-length") => {
                length = Some(number(value)?);
            }
            17 if name.eq_ignore_ascii_case(b"transfer-encoding") => {
                chunked = trimmed(value).eq_ignore_ascii_case(b"chunked");
            }
            11 if name.eq_ignore_ascii_case(b"retry-after") => retry_after = true,
            10 if name.eq_ignore_ascii_case(b"connection") => {
                closes = trimmed(value).eq_ignore_ascii_case(b"close");
            }
            _ => {}
        }
    }
    let bodiless = matches!(status, 100..=199 | 204 | 304);
    let framing = match length {
        _ if bodiless => Framing::Length(0),
        _ if chunked => Framing::Chunked,
        Some(length) => Framing::Length(length),
        None => return Err(Malformed),
    };
    Ok(Some(Head {
        status,
        length: end + 4,
        framing,
        retry_after,
        closes,
    }))
}

/// Where reading a chunked body got to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chunks {
    /// It ends before this byte.
    Done(usize),
    /// More is needed; go on from this byte.
    More(usize),
}

/// Follows the chunks (RFC 9112, section 7.1) that begin at `at`. Trailers are not read: ours have
/// none.
pub fn chunks(buffer: &[u8], mut at: usize) -> Result<Chunks, Malformed> {
    loop {
        let rest = buffer.get(at..).unwrap_or_default();
        let Some(line) = memchr::memmem::find(rest, b"\r\n") else {
            return Ok(Chunks::More(at));
        };
        let size = rest.get(..line).unwrap_or_default();
        let size = size.split(|byte| *byte == b';').next().unwrap_or_default();
        let size = str::from_utf8(size).map_err(|_| Malformed)?;
        let size = usize::from_str_radix(size.trim(), 16).map_err(|_| Malformed)?;
        let next = at + line + 2 + size + 2;
        if buffer.len() < next {
            return Ok(Chunks::More(at));
        }
        if size == 0 {
            return Ok(Chunks::Done(next));
        }
        at = next;
    }
}

/// The content of a chunked body.
pub fn joined(mut body: &[u8]) -> Vec<u8> {
    let mut content = Vec::with_capacity(body.len());
    while let Some(line) = memchr::memmem::find(body, b"\r\n") {
        let size = str::from_utf8(&body[..line]).unwrap_or_default();
        let size = usize::from_str_radix(size.trim(), 16).unwrap_or(0);
        let from = line + 2;
        if size == 0 || body.len() < from + size + 2 {
            break;
        }
        content.extend_from_slice(&body[from..from + size]);
        body = &body[from + size + 2..];
    }
    content
}

fn status(line: &[u8]) -> Result<u16, Malformed> {
    let digits = line.strip_prefix(b"HTTP/1.1 ").ok_or(Malformed)?;
    let digits = digits.get(..3).ok_or(Malformed)?;
    let text = str::from_utf8(digits).map_err(|_| Malformed)?;
    text.parse().map_err(|_| Malformed)
}

fn number(value: &[u8]) -> Result<usize, Malformed> {
    let text = str::from_utf8(trimmed(value)).map_err(|_| Malformed)?;
    text.parse().map_err(|_| Malformed)
}

/// A header's value without its colon and white space.
fn trimmed(value: &[u8]) -> &[u8] {
    value.strip_prefix(b":").unwrap_or(value).trim_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_once_it_is_complete() {
        let text = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nContent-Length: 5\r\n\r\nhello";
        for cut in 0..text.len() - 5 {
            assert_eq!(head(&text[..cut]), Ok(None), "{cut}");
        }
        let read = head(text).unwrap().unwrap();
        assert_eq!(read.status, 200);
        assert_eq!(read.framing, Framing::Length(5));
        assert_eq!(read.length, text.len() - 5);
        assert!(!read.closes && !read.retry_after);
    }

    #[test]
    fn a_refusal_says_when_to_come_back() {
        let text = b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
        let read = head(text).unwrap().unwrap();
        assert_eq!(
            (read.status, read.retry_after, read.closes),
            (503, true, true)
        );
    }

    #[test]
    fn some_answers_have_no_body_whatever_they_say() {
        for (text, status) in [
            ("HTTP/1.1 204 No Content\r\n\r\n", 204),
            ("HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\n", 103),
            (
                "HTTP/1.1 304 Not Modified\r\ncontent-length: 9\r\n\r\n",
                304,
            ),
        ] {
            let read = head(text.as_bytes()).unwrap().unwrap();
            assert_eq!((read.status, read.framing), (status, Framing::Length(0)));
        }
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        for text in [
            "HTTP/2 200 OK\r\n\r\n",
            "HTTP/1.1 abc\r\ncontent-length: 1\r\n\r\n",
            "HTTP/1.1 200 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n",
        ] {
            assert_eq!(head(text.as_bytes()), Err(Malformed), "{text}");
        }
    }

    #[test]
    fn chunks_are_followed_however_they_arrive() {
        let text = b"4\r\nwiki\r\n6;x=y\r\npedia \r\n0\r\n\r\n";
        for cut in 0..text.len() {
            let got = chunks(&text[..cut], 0).unwrap();
            let Chunks::More(at) = got else {
                panic!("done after {cut} bytes")
            };
            assert_eq!(chunks(text, at), Ok(Chunks::Done(text.len())), "{cut}");
        }
        assert_eq!(
            joined(b"4\r\nwiki\r\n6\r\npedia \r\n0\r\n\r\n"),
            b"wikipedia "
        );
        assert_eq!(chunks(b"zz\r\n", 0), Err(Malformed));
    }
}
