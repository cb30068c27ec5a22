//! A browser: cookies, and patience.

use std::{collections::BTreeMap, sync::Arc, time::Instant};

use anyhow::Result;
use reqwest::{Method, header};
use serde_json::Value;
use tokio::time::{Duration, sleep};

use crate::{
    random,
    site::{ORIGIN, Site},
};

/// How long a page waits before it tries again: at first, and at most. Half of it is left to chance.
const FIRST_PAUSE_MS: u64 = 200;
const LONGEST_PAUSE_MS: u64 = 1600;

/// A browser with its cookies.
#[derive(Clone)]
pub struct Browser {
    pub site: Arc<Site>,
    cookies: BTreeMap<String, String>,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
    /// When the request that was answered had left.
    pub sent: Instant,
}

impl Answer {
    /// The code of a problem, or nothing.
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    /// Whether trying again can help.
    fn passes(&self) -> bool {
        self.status >= 500 || matches!(self.status, 408 | 429)
    }
}

impl Browser {
    pub fn new(site: &Arc<Site>) -> Self {
        Self {
            site: Arc::clone(site),
            cookies: BTreeMap::new(),
        }
    }

    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    /// Sends until there is an answer that stays the same when asked again. Nothing when everybody
    /// was told to finish first.
    pub async fn send(
        &mut self,
        node: usize,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Option<Answer> {
        let mut pause = FIRST_PAUSE_MS;
        loop {
            let sent = Instant::now();
            let trouble = match self.try_once(node, method.clone(), path, body).await {
                Ok(answer) if !answer.passes() => return Some(answer),
                Ok(answer) => format!("{} {}", answer.status, answer.code()),
                Err(error) => describe(&error),
            };
            let trouble = match sent.elapsed().as_secs() {
                0..3 => trouble,
                slow => format!("{trouble}, after {} s or more", slow / 3 * 3),
            };
            self.site.seen.trouble(node, trouble);
            if self.site.is_closing() {
                return None;
            }
            let chance = random::below(pause / 2).unwrap_or_default();
            sleep(Duration::from_millis(pause / 2 + chance)).await;
            pause = (pause * 2).min(LONGEST_PAUSE_MS);
        }
    }

    /// Sends, and expects this status: anything else is noted as a surprise.
    pub async fn expect(
        &mut self,
        node: usize,
        status: u16,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Option<Answer> {
        let answer = self.send(node, method.clone(), path, body).await?;
        if answer.status == status {
            return Some(answer);
        }
        let (got, code) = (answer.status, answer.code());
        // Without the ids, so that the same surprises add up.
        let place: Vec<_> = path
            .split('/')
            .map(|part| if part.contains('_') { "…" } else { part })
            .collect();
        let place = place.join("/");
        self.site
            .seen
            .surprise(format!("{method} {place}: {got} {code}"));
        None
    }

    async fn try_once(
        &mut self,
        node: usize,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Answer, reqwest::Error> {
        let cookies: Vec<_> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let host = ORIGIN.split_once("://").map_or(ORIGIN, |(_, host)| host);
        let address = format!("http://127.0.0.1:{}/api/v1{path}", self.site.ports[node]);
        let mut request = self
            .site
            .http
            .request(method, address)
            .header(header::HOST, host)
            .header(header::ORIGIN, ORIGIN)
            .header(header::COOKIE, cookies.join("; "))
            .header("x-forwarded-for", self.site.new_address());
        if let Some(body) = body {
            request = request.json(body);
        }
        let sent = Instant::now();
        let answer = request.send().await?;
        let set: Vec<_> = answer
            .headers()
            .get_all(header::SET_COOKIE)
            .iter()
            .filter_map(|set| set.to_str().ok()?.split(';').next()?.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        self.cookies.extend(set);
        let status = answer.status().as_u16();
        let text = answer.text().await?;
        Ok(Answer {
            status,
            body: serde_json::from_str(&text).unwrap_or(Value::Null),
            sent,
        })
    }
}

fn describe(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        "no answer".to_owned()
    } else if error.is_connect() {
        "no connection to the node".to_owned()
    } else {
        "connection to the node lost".to_owned()
    }
}
