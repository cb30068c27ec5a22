//! Asking a provider: no redirects, a limit in time and size, TLS wherever the network is, and only where
//! the operator lets the server go. A workspace's admins say where that is, and may not be the operator.

use std::{
    error::Error,
    iter,
    net::SocketAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use openidconnect::{HttpRequest, HttpResponse, http};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::Url;

use super::rules;
use crate::base::reach::Reach;

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
    #[error("the server doesn't go there")]
    OffLimits,
}

/// Asks providers; cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Fetch {
    reach: Reach,
    /// Made when it is first needed: without providers nobody needs certificates.
    client: Arc<OnceLock<Option<reqwest::Client>>>,
}

impl Fetch {
    pub(super) fn new(reach: Reach) -> Self {
        Self {
            reach,
            client: Arc::default(),
        }
    }

    /// How far it goes.
    pub(super) fn reach(&self) -> Reach {
        self.reach
    }

    /// Whether it would go to an address, as far as that can be seen from it.
    pub(super) fn goes_to(&self, url: &str) -> bool {
        Url::parse(url).is_ok_and(|url| rules::is_within(&url, self.reach))
    }

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
        // An address without a name is never looked up.
        if !rules::is_within(&url, self.reach) {
            return Err(NoAnswer::OffLimits);
        }
        let request = reqwest::Request::try_from(request).map_err(|_| NoAnswer::Insecure)?;
        let client = self.client.get_or_init(|| client(self.reach)).as_ref();
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

/// Looks names up, and keeps of the answers those the server may go to. What is connected to is what was
/// looked at: a name can't lead elsewhere the second time.
struct Names(Reach);

/// All that a name leads to is where the server doesn't go.
#[derive(Debug, thiserror::Error)]
#[error("the name leads to where the server doesn't go")]
struct LeadsAstray;

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            // Port 0 stands for the one of the address.
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let may: Vec<SocketAddr> = found.filter(|at| reach.allows(at.ip())).collect();
            if may.is_empty() {
                return Err(LeadsAstray.into());
            }
            Ok(Box::new(may.into_iter()) as Addrs)
        })
    }
}

fn client(reach: Reach) -> Option<reqwest::Client> {
    let built = reqwest::Client::builder()
        .dns_resolver(Arc::new(Names(reach)))
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
    let mut causes = iter::successors(error.source(), |cause| (*cause).source());
    if causes.any(<dyn Error>::is::<LeadsAstray>) {
        NoAnswer::OffLimits
    } else if error.is_timeout() {
        NoAnswer::TooSlow
    } else {
        NoAnswer::CantConnect
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn places_that_are_off_limits_are_never_connected_to() {
        for (reach, url) in [
            (Reach::Private, "https://127.0.0.1:1/"),
            (Reach::Private, "http://localhost:1/"),
            (Reach::Private, "https://app.localhost.:1/"),
            (Reach::Private, "https://169.254.169.254/"),
            (Reach::Private, "https://[::ffff:127.0.0.1]:1/"),
            (Reach::Private, "https://2130706433:1/"),
            (Reach::Public, "https://10.0.0.1:1/"),
        ] {
            let answer = Fetch::new(reach).get(url).await;
            assert_eq!(answer.err(), Some(NoAnswer::OffLimits), "{url}");
        }
        let allowed = Fetch::new(Reach::Any).get("http://127.0.0.1:1/").await;
        assert_eq!(allowed.err(), Some(NoAnswer::CantConnect));
    }

    #[tokio::test]
    async fn a_name_is_worth_what_it_leads_to() {
        // As with any name whose owner points it at this machine: the client knows no names.
        for (reach, why) in [
            (Reach::Private, NoAnswer::OffLimits),
            (Reach::Any, NoAnswer::CantConnect),
        ] {
            let client = client(reach).expect("a client");
            let refused = client.get("http://localhost:1/").send().await;
            let error = refused.expect_err("nobody answers");
            assert_eq!(failed(&error), why, "{reach:?}");
        }
    }
}
