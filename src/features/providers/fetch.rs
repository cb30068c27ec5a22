//! Asking a provider: no redirects, a limit in time and size, and TLS wherever the network is.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use openidconnect::{HttpRequest, HttpResponse, http};
use url::Url;

use super::rules;

/// How long an answer may take in all.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(5);
/// How large an answer may be: keys and documents have a few kilobytes.
const LARGEST: usize = 256 * 1024;

/// Why a provider gave no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoAnswer {
    #[error("it can't be connected to")]
    CantConnect,
    #[error("it took too long")]
    TooSlow,
    #[error("the answer is too large")]
    TooLarge,
    #[error("the address isn't secure")]
    Insecure,
}

/// Asks providers; cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Fetch {
    /// Made when it is first needed: without providers nobody needs certificates.
    client: Arc<OnceLock<Option<reqwest::Client>>>,
}

impl Fetch {
    /// Gets an address.
    pub(super) async fn get(&self, url: &str) -> Result<HttpResponse, NoAnswer> {
        let request = http::Request::get(url)
            .header("accept", "application/json")
            .body(Vec::new());
        self.send(request.map_err(|_| NoAnswer::Insecure)?).await
    }

    /// Gets an address in somebody's name.
    pub(super) async fn get_as(&self, url: &str, token: &str) -> Result<HttpResponse, NoAnswer> {
        let request = http::Request::get(url)
            .header("accept", "application/json")
            .header("authorization", format!("Bearer {token}"))
            .body(Vec::new());
        self.send(request.map_err(|_| NoAnswer::Insecure)?).await
    }

    /// Sends a request.
    pub(super) async fn send(&self, request: HttpRequest) -> Result<HttpResponse, NoAnswer> {
        let url = Url::parse(&request.uri().to_string()).map_err(|_| NoAnswer::Insecure)?;
        if !rules::is_secure(&url, true) {
            return Err(NoAnswer::Insecure);
        }
        let request = reqwest::Request::try_from(request).map_err(|_| NoAnswer::Insecure)?;
        let client = self.client.get_or_init(client).as_ref();
        let sent = client.ok_or(NoAnswer::CantConnect)?.execute(request).await;
        let mut answer = sent.map_err(|error| failed(&error))?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| failed(&error))? {
            if body.len() + chunk.len() > LARGEST {
                return Err(NoAnswer::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        let mut response = HttpResponse::new(body);
        (*response.status_mut(), *response.headers_mut()) = (status, headers);
        Ok(response)
    }
}

fn client() -> Option<reqwest::Client> {
    let built = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(PATIENCE)
        .connect_timeout(CONNECT)
        .user_agent(concat!("Guestpass/", env!("CARGO_PKG_VERSION")))
        .build();
    built
        .inspect_err(|error| tracing::error!(%error, "providers can't be asked"))
        .ok()
}

fn failed(error: &reqwest::Error) -> NoAnswer {
    tracing::warn!(%error, "a provider gave no answer");
    if error.is_timeout() {
        NoAnswer::TooSlow
    } else {
        NoAnswer::CantConnect
    }
}
