//! A recipient's browser.

use std::{sync::Arc, time::Instant};

use anyhow::Result;
use guestpass_api_types::guest::Claimed;
use reqwest::Method;

use super::{Browser, sealing};
use crate::{ledger::Link, random, site::Site};

/// A browser with a binder.
pub struct Guest {
    browser: Browser,
    pub binder: String,
}

/// What a claim came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was given the item, and could read it; the request had left at this instant.
    Opened(Instant),
    /// It was given something that isn't the item.
    Garbled,
    /// 410: another browser was given the item.
    Spent,
    /// 404: there is no such link.
    Dead,
    /// Nothing before everybody was told to finish, or an answer that nobody should get.
    Unknown,
}

impl Guest {
    /// A browser that nobody has seen before.
    pub fn new(site: &Arc<Site>) -> Result<Self> {
        Ok(Self::with_binder(site, random::token()?))
    }

    /// The browser that has this binder.
    pub fn with_binder(site: &Arc<Site>, binder: String) -> Self {
        let mut browser = Browser::new(site);
        browser.set_cookie("__Host-binder", &binder);
        Self { browser, binder }
    }

    /// Looks at the link, as its page does before anybody presses a button.
    pub async fn peek(&mut self, node: usize, link: &Link) {
        self.browser
            .send(node, Method::POST, "/guest/peek", Some(&link.proof))
            .await;
    }

    /// Presses the button, until there is an answer.
    pub async fn claim(&mut self, node: usize, link: &Link) -> Outcome {
        let answer = self
            .browser
            .send(node, Method::POST, "/guest/claim", Some(&link.proof))
            .await;
        let Some(answer) = answer else {
            return Outcome::Unknown;
        };
        let seen = &self.browser.site.seen;
        match (answer.status, answer.code()) {
            (200, _) => {
                let claimed: Option<Claimed> = serde_json::from_value(answer.body).ok();
                let shown = claimed.and_then(|claimed| sealing::open(&link.secret, &claimed).ok());
                match shown {
                    Some(item) if item.password.expose() == link.password => {
                        Outcome::Opened(answer.sent)
                    }
                    _ => Outcome::Garbled,
                }
            }
            (410, "link_spent") => Outcome::Spent,
            (404, "link_dead") => Outcome::Dead,
            (status, code) => {
                seen.surprise(format!("POST /guest/claim: {status} {code}"));
                Outcome::Unknown
            }
        }
    }
}
