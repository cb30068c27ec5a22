//! From "Continue with" to what comes back: the code flow with PKCE (OpenID Connect Core 1.0,
//! section 3.1; RFC 7636; RFC 9207).

use std::{sync::Arc, time::Duration};

use guestpass_api_types::sign_in::SignInMethod;
use openidconnect::{
    AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl,
    JsonWebKeySet, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    RequestTokenError, Scope, TokenResponse, TokenUrl,
    core::{CoreAuthenticationFlow, CoreClient, CoreErrorResponseType, CoreIdToken},
};
use serde_json::{Map, Value};

use super::{
    Fault, Provider, ProviderError, Providers, Refusal, VISIT_LIFE,
    arrivals::{self, Arrival},
    claims::{self, Claims},
    discovery::Known,
    fetch::NoAnswer,
    flow_store::{self, NewVisit},
    model::StoredVisit,
    store,
    tokens::{self, BadToken},
};
use crate::{
    base::{
        client::Client,
        clock::Timestamp,
        id::{ProviderId, SignInId},
        secret::{PlainToken, SecretText},
    },
    features::{
        audit::{self, Action, Actor, NewEvent},
        keys::Aad,
        members::Me,
        sign_in::{NewSession, SessionStart},
    },
};

/// The page that a provider sends people back to.
pub(super) const RETURN_PAGE: &str = "/sign-in/return";
/// When somebody proved who they are whose provider doesn't say.
const NEVER: Timestamp = Timestamp::from_millis(0);
/// A token that is larger isn't kept to be shown again.
const LARGEST_HINT: usize = 16 * 1024;

/// What somebody visits a provider for.
#[derive(Clone, Copy, Debug)]
pub enum Purpose<'a> {
    /// To sign in.
    SignIn,
    /// To sign in although they are signed in: to prove once more who they are.
    SignInAnew,
    /// To connect their account.
    Connect(&'a Me),
}

/// Somebody who sets out for a provider.
#[derive(Debug)]
pub struct Visit {
    /// Where to.
    pub url: SecretText,
    /// What their browser keeps.
    pub browser: PlainToken,
}

/// The browser that somebody comes back with.
#[derive(Clone, Copy, Debug)]
pub struct Returning<'a> {
    /// The visit it set out for.
    pub visit: Option<&'a PlainToken>,
    /// The session it has: a new one replaces it.
    pub session: Option<&'a PlainToken>,
    /// Whose that is.
    pub me: Option<&'a Me>,
}

/// What somebody comes back with.
#[derive(Debug)]
pub struct WayBack {
    /// Which visit it was.
    pub state: PlainToken,
    /// What the provider gives its consent with.
    pub code: Option<SecretText>,
    /// Why it doesn't.
    pub error: Option<String>,
    /// Which provider says so.
    pub iss: Option<String>,
}

/// What came of a visit.
#[derive(Debug)]
pub enum Returned {
    /// A session of this browser.
    SignedIn(NewSession),
    /// The caller's account is connected.
    Connected,
}

/// What a visit keeps to itself until its return.
struct Secrets {
    verifier: SecretText,
    nonce: SecretText,
}

/// What the provider said.
struct Told {
    claims: Claims,
    id_token: SecretText,
}

/// Why nothing can be made of what the provider said.
enum Untold {
    Refused(Refusal),
    Failed(ProviderError),
}

impl From<Fault> for Untold {
    fn from(fault: Fault) -> Self {
        Self::Failed(fault.into())
    }
}

impl From<NoAnswer> for Untold {
    fn from(why: NoAnswer) -> Self {
        Fault::from(why).into()
    }
}

fn untrusted(what: &'static str) -> Untold {
    Untold::Refused(Refusal::Untrusted(what))
}

impl Providers {
    /// Sends somebody to a provider: to sign in, or, who is signed in, to connect their account.
    ///
    /// # Errors
    /// When there is no such provider, it can't be used, whose account it is to be has to sign in
    /// afresh, or the database refuses.
    pub async fn visit(
        &self,
        id: ProviderId,
        purpose: Purpose<'_>,
        now: Timestamp,
    ) -> Result<Visit, ProviderError> {
        let me = match purpose {
            Purpose::Connect(me) => {
                me.require_fresh(now)?;
                Some(me)
            }
            Purpose::SignIn | Purpose::SignInAnew => None,
        };
        let provider = self.usable(id, me).await?;
        let known = self.discovery.of(&provider.issuer, now).await?;
        let [verifier, nonce] = [(); 2].map(|()| PlainToken::new().to_text());
        let (state, browser) = (PlainToken::new(), PlainToken::new());
        let secrets = Secrets { verifier, nonce };
        let url = self.address(&provider, &known, &state, &secrets, purpose)?;
        let id = SignInId::new(now);
        let text = format!("{} {}", secrets.verifier.expose(), secrets.nonce.expose());
        let new = NewVisit {
            visit: StoredVisit {
                id,
                workspace: provider.workspace,
                provider: provider.id,
                browser_hash: browser.hash().to_vec(),
                secrets: self.keys.seal(text.as_bytes(), &visit_aad(id))?,
                member: me.map(|me| me.member.id),
                expires_at: now + VISIT_LIFE,
            },
            state: state.hash(),
        };
        self.db
            .write(new, |tx, new| Box::pin(flow_store::insert(tx, new)))
            .await?;
        Ok(Visit {
            url: SecretText::new(url),
            browser,
        })
    }

    /// The provider, if the caller may use it.
    async fn usable(&self, id: ProviderId, me: Option<&Me>) -> Result<Provider, ProviderError> {
        let found = store::by_id(&self.db, id).await?;
        let (provider, _) = found.ok_or(ProviderError::NotFound)?;
        let may = match me {
            Some(me) => me.member.workspace == provider.workspace,
            None => {
                let offered = store::offered(&self.db, provider.workspace).await?;
                offered.iter().any(|(offered, _)| *offered == id)
            }
        };
        if !may {
            return Err(ProviderError::NotFound);
        }
        Ok(self.with_groups(provider).await?)
    }

    fn address(
        &self,
        provider: &Provider,
        known: &Known,
        state: &PlainToken,
        secrets: &Secrets,
        purpose: Purpose<'_>,
    ) -> Result<String, Fault> {
        let endpoint = &known.document.authorization_endpoint;
        let endpoint = AuthUrl::new(endpoint.clone());
        let client = client(provider)?
            .set_auth_uri(endpoint.map_err(|_| Fault::Endpoint("authorization_endpoint"))?)
            .set_redirect_uri(self.redirect()?);
        let verifier = PkceCodeVerifier::new(secrets.verifier.expose().to_owned());
        let state = CsrfToken::new(state.to_text().expose().to_owned());
        let nonce = Nonce::new(secrets.nonce.expose().to_owned());
        let mut request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || state,
                move || nonce,
            )
            .add_scope(Scope::new("email".to_owned()))
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        if matches!(purpose, Purpose::SignInAnew) {
            // The provider asks who they are, and says when it did.
            request = request.set_max_age(Duration::ZERO);
        }
        let scopes = known.document.scopes_supported.iter().flatten();
        let mut scopes = scopes.filter(|scope| **scope == provider.groups_claim);
        if provider.asks_for_groups()
            && let Some(scope) = scopes.next()
        {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        Ok(request.url().0.into())
    }

    fn redirect(&self) -> Result<RedirectUrl, Fault> {
        RedirectUrl::new(self.redirect_uri()).map_err(|_| Fault::Endpoint("redirect_uri"))
    }

    /// Takes somebody in who comes back: signs them in, or connects the account of the member who
    /// set out.
    ///
    /// # Errors
    /// When there is no such visit, what came back can't be trusted, or they may not come in; the
    /// provider can't be used; or the database refuses.
    pub async fn come_back(
        &self,
        way: &WayBack,
        returning: Returning<'_>,
        client: &Client,
        now: Timestamp,
    ) -> Result<Returned, ProviderError> {
        let visit = flow_store::by_state(&self.db, way.state.hash()).await?;
        let visit = visit.ok_or(ProviderError::NoVisit)?;
        let found = store::by_id(&self.db, visit.provider).await?;
        let (provider, secret) = found.ok_or(ProviderError::NoVisit)?;
        let provider = self.with_groups(provider).await?;
        let me = returning.me.filter(|_| visit.member.is_some());
        let browser = returning
            .visit
            .filter(|browser| browser.hash().matches(&visit.browser_hash));
        let Some(browser) = browser else {
            let why = Refusal::Untrusted("another browser came back");
            self.note(&provider, why, client, now).await?;
            return Err(ProviderError::NoVisit);
        };
        self.spend(&visit, browser, now).await?;
        if visit.member != me.map(|me| me.member.id) {
            return self.refuse(&provider, Refusal::NotYou, client, now).await;
        }
        let secrets = self.secrets(&visit)?;
        let secret = self.open_secret(&provider, &secret)?;
        let told = match self.ask(way, &provider, &secret, &secrets, now).await {
            Ok(told) => told,
            Err(Untold::Refused(why)) => return self.refuse(&provider, why, client, now).await,
            Err(Untold::Failed(error)) => return Err(error),
        };
        match me {
            Some(me) => self.connect(provider, told.claims, me, client, now).await,
            None => {
                self.sign_in(provider, told, (returning.session, client), now)
                    .await
            }
        }
    }

    async fn spend(
        &self,
        visit: &StoredVisit,
        browser: &PlainToken,
        now: Timestamp,
    ) -> Result<(), ProviderError> {
        let input = (visit.clone(), browser.hash());
        let spent = self.db.write(input, move |tx, (visit, browser)| {
            Box::pin(async move { flow_store::spend(tx, visit, *browser, now).await })
        });
        let spent: bool = spent.await?;
        spent.then_some(()).ok_or(ProviderError::NoVisit)
    }

    fn secrets(&self, visit: &StoredVisit) -> Result<Secrets, ProviderError> {
        let opened = self
            .keys
            .open_sealed(&visit.secrets, &visit_aad(visit.id))?;
        let text = std::str::from_utf8(&opened).unwrap_or_default();
        let (verifier, nonce) = text.split_once(' ').ok_or(ProviderError::NoVisit)?;
        Ok(Secrets {
            verifier: SecretText::new(verifier),
            nonce: SecretText::new(nonce),
        })
    }

    /// Asks the provider who came back.
    async fn ask(
        &self,
        way: &WayBack,
        provider: &Provider,
        secret: &SecretText,
        secrets: &Secrets,
        now: Timestamp,
    ) -> Result<Told, Untold> {
        let known = self.discovery.of(&provider.issuer, now).await?;
        let says_who = known
            .document
            .authorization_response_iss_parameter_supported;
        match &way.iss {
            Some(iss) if *iss != provider.issuer => {
                return Err(untrusted("another provider's answer"));
            }
            None if says_who => return Err(untrusted("an answer that doesn't say whose it is")),
            _ => {}
        }
        if way.error.is_some() {
            return Err(Untold::Refused(Refusal::ByProvider));
        }
        let code = way.code.as_ref().ok_or(untrusted("no code"))?;
        let (token, access) =
            Box::pin(self.exchange(provider, &known, secret, secrets, code)).await?;
        let mut claims = self
            .verified(&token, provider, known.clone(), secrets, now)
            .await?;
        self.add_user_info(&mut claims, provider, &known, &access)
            .await?;
        let claims = claims::read(&claims, &provider.groups_claim);
        let text = token.to_string();
        let hint = if text.len() > LARGEST_HINT {
            String::new()
        } else {
            text
        };
        Ok(Told {
            claims: claims.ok_or(untrusted("no subject"))?,
            id_token: SecretText::new(hint),
        })
    }

    async fn exchange(
        &self,
        provider: &Provider,
        known: &Known,
        secret: &SecretText,
        secrets: &Secrets,
        code: &SecretText,
    ) -> Result<(CoreIdToken, SecretText), Untold> {
        let endpoint = TokenUrl::new(known.document.token_endpoint.clone());
        let methods = known
            .document
            .token_endpoint_auth_methods_supported
            .as_ref();
        let by_header = methods.is_none_or(|methods| {
            let knows = |name: &str| methods.iter().any(|method| method == name);
            knows("client_secret_basic") || !knows("client_secret_post")
        });
        let client = client(provider)?
            .set_client_secret(ClientSecret::new(secret.expose().to_owned()))
            .set_auth_type(if by_header {
                AuthType::BasicAuth
            } else {
                AuthType::RequestBody
            })
            .set_token_uri(endpoint.map_err(|_| Fault::Endpoint("token_endpoint"))?)
            .set_redirect_uri(self.redirect()?);
        let http = |request| {
            let fetch = self.fetch.clone();
            async move { fetch.send(request).await }
        };
        let answer = client
            .exchange_code(AuthorizationCode::new(code.expose().to_owned()))
            .set_pkce_verifier(PkceCodeVerifier::new(secrets.verifier.expose().to_owned()))
            .request_async(&http)
            .await
            .map_err(|error| match error {
                RequestTokenError::ServerResponse(answer) => match answer.error() {
                    CoreErrorResponseType::InvalidClient
                    | CoreErrorResponseType::UnauthorizedClient => Fault::Client.into(),
                    _ => untrusted("the provider doesn't take the code"),
                },
                RequestTokenError::Request(why) => why.into(),
                RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                    untrusted("unreadable token")
                }
            })?;
        let token = answer.id_token().ok_or(untrusted("no identity token"))?;
        let access = SecretText::new(answer.access_token().secret().clone());
        Ok((token.clone(), access))
    }

    /// The verified claims of a token; the provider's keys are fetched again when it names one that
    /// isn't known.
    async fn verified(
        &self,
        token: &CoreIdToken,
        provider: &Provider,
        known: Arc<Known>,
        secrets: &Secrets,
        now: Timestamp,
    ) -> Result<Map<String, Value>, Untold> {
        let whose = (provider.issuer.as_str(), provider.client_id.as_str());
        let nonce = Nonce::new(secrets.nonce.expose().to_owned());
        let mut verified = tokens::verify(token, &known, whose, &nonce, now);
        if verified == Err(BadToken::UnknownKey) {
            let newer = self.discovery.newer(&provider.issuer, &known, now).await?;
            verified = tokens::verify(token, &newer, whose, &nonce, now);
        }
        verified.map_err(|bad| match bad {
            BadToken::UnknownKey => untrusted("signed with an unknown key"),
            BadToken::Wrong(what) => untrusted(what),
        })
    }

    /// Many providers put address, name and groups where only the access token leads
    /// (OpenID Connect Core 1.0, section 5.3).
    async fn add_user_info(
        &self,
        claims: &mut Map<String, Value>,
        provider: &Provider,
        known: &Known,
        access: &SecretText,
    ) -> Result<(), Untold> {
        let groups = !provider.asks_for_groups() || claims.contains_key(&provider.groups_claim);
        if claims.contains_key("email") && groups {
            return Ok(());
        }
        let Some(endpoint) = &known.document.userinfo_endpoint else {
            return Ok(());
        };
        let answer = self.fetch.get_as(endpoint, access.expose()).await?;
        if answer.status().as_u16() != 200 {
            return Err(untrusted("no user info"));
        }
        let more: Option<Map<String, Value>> = serde_json::from_slice(answer.body()).ok();
        let more = more.ok_or(untrusted("unreadable user info"))?;
        if more.get("sub") != claims.get("sub") {
            return Err(untrusted("user info of somebody else"));
        }
        // What was signed counts. An address and who vouches for it belong together.
        let signed_address = claims.contains_key("email");
        for (name, value) in more {
            if !(claims.contains_key(&name) || name == "email_verified" && signed_address) {
                claims.insert(name, value);
            }
        }
        Ok(())
    }

    async fn sign_in(
        &self,
        provider: Provider,
        told: Told,
        (session, client): (Option<&PlainToken>, &Client),
        now: Timestamp,
    ) -> Result<Returned, ProviderError> {
        let token = PlainToken::new();
        // A provider that was signed in already asked nobody anything.
        let proven = told.claims.proven_at.map_or(NEVER, |at| at.min(now));
        let start = SessionStart {
            replaces: session.map(PlainToken::hash),
            confirmed_at: proven,
            ..SessionStart::new(token.hash(), client.clone(), SignInMethod::Oidc, now)
        };
        let aad = Self::hint_aad(provider.workspace, start.id);
        let id_token = self.keys.seal(told.id_token.expose().as_bytes(), &aad)?;
        let arrival = Arrival {
            provider,
            claims: told.claims,
            start,
            id_token,
        };
        let done = self.db.write(arrival, move |tx, arrival| {
            Box::pin(async move { arrivals::let_in(tx, arrival, now).await })
        });
        let done: Result<_, Refusal> = done.await?;
        let (me, expires_at, ended) = done.map_err(ProviderError::Refused)?;
        ended.wake(&self.signals);
        Ok(Returned::SignedIn(NewSession {
            token,
            me,
            expires_at,
        }))
    }

    async fn connect(
        &self,
        provider: Provider,
        claims: Claims,
        me: &Me,
        client: &Client,
        now: Timestamp,
    ) -> Result<Returned, ProviderError> {
        let input = (provider, claims, me.member.clone(), client.clone());
        let done = self
            .db
            .write(input, move |tx, (provider, claims, member, client)| {
                Box::pin(async move {
                    arrivals::connect(tx, (provider, claims), member, client, now).await
                })
            });
        let done: Result<(), Refusal> = done.await?;
        done.map_err(ProviderError::Refused)?;
        Ok(Returned::Connected)
    }

    /// Notes a refusal in the log, and refuses.
    async fn refuse(
        &self,
        provider: &Provider,
        why: Refusal,
        client: &Client,
        now: Timestamp,
    ) -> Result<Returned, ProviderError> {
        self.note(provider, why, client, now).await?;
        Err(ProviderError::Refused(why))
    }

    async fn note(
        &self,
        provider: &Provider,
        why: Refusal,
        client: &Client,
        now: Timestamp,
    ) -> Result<(), ProviderError> {
        tracing::warn!(provider = %provider.id, why = why.details(), "a sign-in was refused");
        let event = NewEvent::new(provider.workspace, Actor::System, Action::SignInRefused)
            .details(why.details())
            .from(client);
        self.db
            .write(event, move |tx, event| {
                Box::pin(async move {
                    audit::record(tx, now, event.clone()).await?;
                    Ok(())
                })
            })
            .await
    }
}

fn client(provider: &Provider) -> Result<CoreClient, Fault> {
    let issuer = IssuerUrl::new(provider.issuer.clone()).map_err(|_| Fault::NotADocument)?;
    let id = ClientId::new(provider.client_id.clone());
    Ok(CoreClient::new(id, issuer, JsonWebKeySet::new(Vec::new())))
}

fn visit_aad(id: SignInId) -> Aad {
    Aad::new("visit to a provider").part(&id.to_string())
}
