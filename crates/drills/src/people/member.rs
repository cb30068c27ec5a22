//! A member of the workspace, who shares one item over and over.

use std::{sync::Arc, time::Instant};

use anyhow::{Context, Result};
use futures_util::future::try_join_all;
use guestpass_api_types::links::IntentPayload;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Browser, sealing};
use crate::{ledger::Link, random, server::OWNER, site::Site};

/// A member, signed in, with an account to share.
pub struct Member {
    browser: Browser,
    email: String,
    item: String,
    password: String,
}

/// Signs the owner in, who invites the others, who sign in: `count` members in all.
pub async fn sign_everybody_in(site: &Arc<Site>, count: usize) -> Result<Vec<Member>> {
    let mut owner = Member::sign_in(site, OWNER.to_owned()).await?;
    let mut others = Vec::new();
    for n in 1..count {
        let email = format!("member{n}@larkfield.example");
        let invite =
            json!({ "email": email, "first_name": "Kai", "last_name": "Lind", "role": "user" });
        owner.done(201, Method::POST, "/members", &invite).await?;
        others.push(Member::sign_in(site, email));
    }
    let mut all = try_join_all(others).await?;
    all.push(owner);
    Ok(all)
}

impl Member {
    async fn sign_in(site: &Arc<Site>, email: String) -> Result<Self> {
        let mut member = Self {
            browser: Browser::new(site),
            email,
            item: String::new(),
            password: random::token()?,
        };
        let start = json!({ "email": member.email });
        member.done(202, Method::POST, "/sign-in", &start).await?;
        let token = member.token("/confirm-sign-in#").await;
        let confirm = json!({ "token": token.context("no sign-in mail came")? });
        member
            .done(200, Method::POST, "/sign-in/confirm", &confirm)
            .await?;
        let item = json!({
            "kind": "account", "name": "Beacon Ads", "username": "ops@larkfield.example",
            "website": "https://beacon-ads.example", "password": member.password,
        });
        let made = member.done(201, Method::POST, "/items", &item).await?;
        made["id"]
            .as_str()
            .context("no id")?
            .clone_into(&mut member.item);
        Ok(member)
    }

    /// Something that must go well before a drill begins.
    async fn done(&mut self, status: u16, how: Method, path: &str, body: &Value) -> Result<Value> {
        let answer = self.browser.expect(0, status, how, path, Some(body)).await;
        Ok(answer.with_context(|| format!("{path} failed"))?.body)
    }

    /// Shares the item through the whole protocol with a one-time link; gives the link, and when the
    /// request that made it had left. Nothing when something stood in the way, or everybody was told
    /// to finish.
    pub async fn share(&mut self, node: usize) -> Option<(Link, Instant)> {
        let new =
            json!({ "item": self.item, "expires_in": 3600, "one_time": true, "notify": false });
        let asked = self
            .browser
            .expect(node, 201, Method::POST, "/share-intents", Some(&new))
            .await?;
        let at = format!("/share-intents/{}", asked.body["id"].as_str()?);
        let payload = self.confirmed(node, &at).await?;
        let secret = sealing::new_secret().ok()?;
        let sealed = sealing::seal(&secret, &payload).ok()?;
        let made = self
            .browser
            .expect(node, 201, Method::PUT, &format!("{at}/link"), Some(&sealed))
            .await?;
        let id = made.body["id"].as_str()?.to_owned();
        let proof = sealing::proof(&secret).ok()?;
        let link = Link::new(id, secret, proof, self.password.clone());
        Some((link, made.sent))
    }

    /// Confirms by mail, and gives what is to be sealed.
    async fn confirmed(&mut self, node: usize, at: &str) -> Option<IntentPayload> {
        loop {
            let Some(token) = self.token("/confirm#").await else {
                self.browser.site.seen.surprise("a mail never came".into());
                return None;
            };
            let confirm = json!({ "token": token });
            // Its answer may have been lost, and be another one now: the payload tells.
            self.browser
                .send(node, Method::POST, "/confirm", Some(&confirm))
                .await?;
            let path = format!("{at}/payload");
            let answer = self.browser.send(node, Method::GET, &path, None).await?;
            match (answer.status, answer.code()) {
                (200, _) => return serde_json::from_value(answer.body).ok(),
                // The mail was for a request whose answer was lost; the next one is for this.
                (409, "not_confirmed") => {}
                (status, code) => {
                    let site = &self.browser.site;
                    site.seen
                        .surprise(format!("GET …/payload: {status} {code}"));
                    return None;
                }
            }
        }
    }

    async fn token(&self, mark: &str) -> Option<String> {
        self.browser.site.mailbox.token(&self.email, mark).await
    }
}
