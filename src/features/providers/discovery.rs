//! What a provider says of itself (OpenID Connect Discovery 1.0), and its keys: fetched when first
//! needed, kept for some minutes, fetched again when a token names a key that isn't known.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use openidconnect::core::CoreJsonWebKeySet;
use serde::{Deserialize, de::DeserializeOwned};
use url::Url;

use super::{
    fetch::{Fetch, NoAnswer},
    rules, tokens,
};
use crate::base::clock::Timestamp;

/// How long a document and its keys are kept.
const KEPT: Duration = Duration::from_secs(10 * 60);
/// How many issuers are remembered: more than anybody has.
const MOST: usize = 64;
/// Unknown keys: so many fetches at once, then one so often. Whoever sends made-up tokens makes us
/// ask no more often, and by asking we know the newest keys.
const REFETCH_BURST: u32 = 3;
const REFETCH_EVERY: Duration = Duration::from_secs(20);

/// Why a provider can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Nothing answers there, or its certificate isn't good.
    #[error("it can't be connected to")]
    CantConnect,
    /// It is where the server doesn't go.
    #[error("it is on a network that this server doesn't go to")]
    OffLimits,
    /// It takes too long.
    #[error("it took too long")]
    TooSlow,
    /// Its answer is larger than any document.
    #[error("its answer is too large")]
    TooLarge,
    /// Where its document should be is something else.
    #[error("there is no discovery document (status {0})")]
    NoDocument(u16),
    /// The document can't be read.
    #[error("the discovery document can't be read")]
    NotADocument,
    /// The document names another issuer.
    #[error("the document names another issuer: {0}")]
    IssuerDiffers(String),
    /// An endpoint is missing, or isn't secure.
    #[error("the endpoint {0} is missing or not secure")]
    Endpoint(&'static str),
    /// It doesn't know the code flow.
    #[error("it doesn't know the code flow")]
    NoCodeFlow,
    /// It doesn't know S256.
    #[error("it doesn't know PKCE with S256")]
    NoS256,
    /// It signs in no way that can be trusted.
    #[error("it signs with no algorithm that is taken")]
    NoAlgorithm,
    /// Its keys can't be read, or there are none.
    #[error("its keys can't be read")]
    Keys,
    /// It doesn't take our id or secret.
    #[error("it doesn't take the client's id or secret")]
    Client,
}

impl From<NoAnswer> for Fault {
    fn from(why: NoAnswer) -> Self {
        match why {
            NoAnswer::CantConnect | NoAnswer::Insecure => Self::CantConnect,
            NoAnswer::OffLimits => Self::OffLimits,
            NoAnswer::TooSlow => Self::TooSlow,
            NoAnswer::TooLarge => Self::TooLarge,
        }
    }
}

/// A discovery document, as far as we use it.
#[derive(Debug, Deserialize)]
pub(super) struct Document {
    issuer: String,
    #[serde(default)]
    pub(super) authorization_endpoint: String,
    #[serde(default)]
    pub(super) token_endpoint: String,
    #[serde(default)]
    jwks_uri: String,
    pub(super) userinfo_endpoint: Option<String>,
    pub(super) end_session_endpoint: Option<String>,
    #[serde(default)]
    response_types_supported: Vec<String>,
    #[serde(default)]
    id_token_signing_alg_values_supported: Vec<String>,
    code_challenge_methods_supported: Option<Vec<String>>,
    pub(super) token_endpoint_auth_methods_supported: Option<Vec<String>>,
    pub(super) scopes_supported: Option<Vec<String>>,
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
    #[serde(default)]
    pub(super) backchannel_logout_supported: bool,
}

impl Document {
    /// Whether people can be sent there.
    fn check(&self, issuer: &str) -> Result<(), Fault> {
        if self.issuer != issuer {
            return Err(Fault::IssuerDiffers(self.issuer.clone()));
        }
        let loopback = Url::parse(issuer).is_ok_and(|url| rules::is_loopback(&url));
        let secure =
            |text: &str| Url::parse(text).is_ok_and(|url| rules::is_secure(&url, loopback));
        for (name, endpoint) in [
            ("authorization_endpoint", Some(&self.authorization_endpoint)),
            ("token_endpoint", Some(&self.token_endpoint)),
            ("jwks_uri", Some(&self.jwks_uri)),
            ("userinfo_endpoint", self.userinfo_endpoint.as_ref()),
            ("end_session_endpoint", self.end_session_endpoint.as_ref()),
        ] {
            if endpoint.is_some_and(|endpoint| !secure(endpoint)) {
                return Err(Fault::Endpoint(name));
            }
        }
        if !self
            .response_types_supported
            .iter()
            .any(|kind| kind == "code")
        {
            return Err(Fault::NoCodeFlow);
        }
        // Some large providers know it and don't say so; one that lists others doesn't know it.
        let methods = self.code_challenge_methods_supported.as_ref();
        if methods.is_some_and(|methods| !methods.iter().any(|method| method == "S256")) {
            return Err(Fault::NoS256);
        }
        let mut algorithms = self.id_token_signing_alg_values_supported.iter();
        if !algorithms.any(|name| tokens::is_allowed(name)) {
            return Err(Fault::NoAlgorithm);
        }
        Ok(())
    }
}

/// A provider's document and keys.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) document: Document,
    pub(super) keys: CoreJsonWebKeySet,
    fetched_at: Timestamp,
}

#[derive(Debug)]
struct Entry {
    known: Arc<Known>,
    /// When the next fetch for an unknown key is earned (a token bucket's theoretical arrival time).
    earned_at: Timestamp,
}

/// What is known of providers, on this node; cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Discovery {
    fetch: Fetch,
    entries: Arc<Mutex<HashMap<String, Entry>>>,
}

impl Discovery {
    pub(super) fn new(fetch: Fetch) -> Self {
        Self {
            fetch,
            entries: Arc::default(),
        }
    }

    /// What is known of a provider, or what it says now.
    pub(super) async fn of(&self, issuer: &str, now: Timestamp) -> Result<Arc<Known>, Fault> {
        let kept = self.entries().get(issuer).map(|entry| entry.known.clone());
        match kept.filter(|known| now.since(known.fetched_at) < KEPT) {
            Some(known) => Ok(known),
            None => self.ask(issuer, now).await,
        }
    }

    /// What a provider says now, because `old` doesn't hold a key. Gives `old` when it was asked
    /// often enough.
    pub(super) async fn newer(
        &self,
        issuer: &str,
        old: &Arc<Known>,
        now: Timestamp,
    ) -> Result<Arc<Known>, Fault> {
        {
            let mut entries = self.entries();
            if let Some(entry) = entries.get_mut(issuer) {
                if !Arc::ptr_eq(&entry.known, old) {
                    return Ok(entry.known.clone());
                }
                let earned = entry.earned_at.max(now);
                if earned > now + REFETCH_EVERY * (REFETCH_BURST - 1) {
                    return Ok(entry.known.clone());
                }
                entry.earned_at = earned + REFETCH_EVERY;
            }
        }
        self.ask(issuer, now).await
    }

    /// Asks a provider, whatever is known of it.
    pub(super) async fn ask(&self, issuer: &str, now: Timestamp) -> Result<Arc<Known>, Fault> {
        let path = ".well-known/openid-configuration";
        let slash = if issuer.ends_with('/') { "" } else { "/" };
        let document: Document = self.read(&format!("{issuer}{slash}{path}")).await?;
        document.check(issuer)?;
        if !self.fetch.goes_to(&document.token_endpoint) {
            return Err(Fault::OffLimits);
        }
        let keys: CoreJsonWebKeySet =
            self.read(&document.jwks_uri)
                .await
                .map_err(|fault| match fault {
                    Fault::NoDocument(_) | Fault::NotADocument => Fault::Keys,
                    other => other,
                })?;
        if keys.keys().is_empty() {
            return Err(Fault::Keys);
        }
        let known = Arc::new(Known {
            document,
            keys,
            fetched_at: now,
        });
        self.keep(issuer, known.clone(), now);
        Ok(known)
    }

    fn keep(&self, issuer: &str, known: Arc<Known>, now: Timestamp) {
        let mut entries = self.entries();
        if entries.len() >= MOST && !entries.contains_key(issuer) {
            entries.clear();
        }
        let earned_at = entries.get(issuer).map_or(now, |entry| entry.earned_at);
        entries.insert(issuer.to_owned(), Entry { known, earned_at });
    }

    async fn read<T: DeserializeOwned>(&self, url: &str) -> Result<T, Fault> {
        let answer = self.fetch.get(url).await?;
        if answer.status().as_u16() != 200 {
            return Err(Fault::NoDocument(answer.status().as_u16()));
        }
        serde_json::from_slice(answer.body()).map_err(|_| Fault::NotADocument)
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<String, Entry>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const ISSUER: &str = "https://id.example/realm";

    fn check(change: impl FnOnce(&mut Value)) -> Result<(), Fault> {
        let mut document = json!({
            "issuer": ISSUER,
            "authorization_endpoint": "https://id.example/auth",
            "token_endpoint": "https://id.example/token",
            "jwks_uri": "https://id.example/keys",
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["HS256", "RS256"],
            "code_challenge_methods_supported": ["plain", "S256"],
        });
        change(&mut document);
        let document: Document = serde_json::from_value(document).expect("a document");
        document.check(ISSUER)
    }

    #[test]
    fn a_document_says_all_that_is_needed() {
        assert_eq!(check(|_| ()), Ok(()));
        let unsaid = |document: &mut Value| {
            document
                .as_object_mut()
                .unwrap()
                .remove("code_challenge_methods_supported");
        };
        assert_eq!(check(unsaid), Ok(()), "not said is not denied");
        let cases: [(&str, Value, Fault); 8] = [
            (
                "issuer",
                json!("https://id.example/realm/"),
                Fault::IssuerDiffers("https://id.example/realm/".to_owned()),
            ),
            (
                "authorization_endpoint",
                json!(""),
                Fault::Endpoint("authorization_endpoint"),
            ),
            (
                "token_endpoint",
                json!("http://id.example/token"),
                Fault::Endpoint("token_endpoint"),
            ),
            (
                "jwks_uri",
                json!("http://127.0.0.1/keys"),
                Fault::Endpoint("jwks_uri"),
            ),
            (
                "end_session_endpoint",
                json!("javascript:alert(1)"),
                Fault::Endpoint("end_session_endpoint"),
            ),
            (
                "response_types_supported",
                json!(["id_token"]),
                Fault::NoCodeFlow,
            ),
            (
                "code_challenge_methods_supported",
                json!(["plain"]),
                Fault::NoS256,
            ),
            (
                "id_token_signing_alg_values_supported",
                json!(["none", "HS256"]),
                Fault::NoAlgorithm,
            ),
        ];
        for (name, value, fault) in cases {
            assert_eq!(
                check(|document| document[name] = value),
                Err(fault),
                "{name}"
            );
        }
    }
}
