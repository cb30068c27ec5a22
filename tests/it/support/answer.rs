//! What came back.

use axum::{
    body::{Body, Bytes, to_bytes},
    http::{HeaderMap, Response, StatusCode},
};
use guestpass_api_types::ProblemBody;
use serde::de::DeserializeOwned;

/// A whole answer.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub async fn read(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX)
            .await
            .expect("the body ends well");
        Self {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    /// Goes on if the status is this one; otherwise shows the whole answer.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        self
    }

    /// Goes on if this is a problem with this status and code.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> ProblemBody {
        let answer = self.is(status);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let problem: ProblemBody = answer.json();
        assert_eq!(problem.code, code, "{}", answer.text());
        assert_eq!(problem.status, status);
        problem
    }

    /// The body as JSON of a known type.
    #[track_caller]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text()))
    }

    /// A header's text, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("headers are text"))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The lines that set cookies.
    pub fn set_cookies(&self) -> Vec<String> {
        let lines = self.headers.get_all("set-cookie").iter();
        lines
            .map(|line| line.to_str().expect("cookies are text").to_owned())
            .collect()
    }
}
