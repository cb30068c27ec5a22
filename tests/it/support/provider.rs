//! An OpenID Connect provider on loopback that signs its own tokens, and lies where a test tells it to.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use aws_lc_rs::{
    hmac,
    rsa::{self, KeySize},
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256,
        RSA_PSS_SHA256,
    },
};
use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use guestpass::base::{
    clock::Clock,
    secret::{PlainToken, base64url, from_base64url, sha256},
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};
use url::{Url, form_urlencoded};

use super::{Answer, Browser, MemberCaller, TestApp};

pub const CLIENT_ID: &str = "guestpass at larkfield";
pub const CLIENT_SECRET: &str = "canary: the client's secret";

/// How a token is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    Es256,
    Rs256,
    Ps256,
    EdDsa,
    /// Not at all.
    Unsigned,
    /// With the public key as a shared secret.
    HmacOfPublicKey,
    /// With the client's secret, as the standard allows and we don't.
    HmacOfSecret,
    /// With a key of the same name that isn't published.
    Forged,
}

type Change = Arc<dyn Fn(&mut Value) + Send + Sync>;

struct Keys {
    kid: String,
    ecdsa: EcdsaKeyPair,
    rsa: rsa::KeyPair,
    ed25519: Ed25519KeyPair,
    forged: EcdsaKeyPair,
}

/// Somebody agreed to sign in.
struct Grant {
    query: HashMap<String, String>,
    claims: Value,
}

/// What a test may change.
pub struct Ways {
    /// The person at the provider.
    pub person: Value,
    /// What becomes of the identity token's claims.
    pub change: Option<Change>,
    /// What becomes of the token's header.
    pub header: Option<Change>,
    pub sign: Sign,
    /// What becomes of the discovery document.
    pub document: Option<Change>,
    /// Whether the challenge is compared with the verifier.
    pub checks_pkce: bool,
    /// What user info says, if not the person.
    pub user_info: Option<Value>,
    /// Whether only user info says more than who it is.
    pub thin_tokens: bool,
    /// Instead of any answer.
    pub broken: Option<(u16, String)>,
}

struct Shared {
    issuer: String,
    clock: Clock,
    keys: Mutex<Keys>,
    ways: Mutex<Ways>,
    grants: Mutex<HashMap<String, Grant>>,
    granted: Mutex<HashMap<String, Value>>,
    /// How often the keys were asked for.
    key_requests: Mutex<usize>,
}

/// A provider; gone when it is dropped.
pub struct Provider {
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn keys(kid: &str) -> Keys {
    let ecdsa = || EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
    Keys {
        kid: kid.to_owned(),
        ecdsa: ecdsa(),
        rsa: rsa::KeyPair::generate(KeySize::Rsa2048).expect("a key"),
        ed25519: Ed25519KeyPair::generate().expect("a key"),
        forged: ecdsa(),
    }
}

impl Provider {
    pub async fn start(app: &TestApp) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address: SocketAddr = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            issuer: format!("http://{address}"),
            clock: app.app.clock().clone(),
            keys: Mutex::new(keys("one")),
            ways: Mutex::new(Ways {
                person: noor(),
                change: None,
                header: None,
                sign: Sign::Es256,
                document: None,
                checks_pkce: true,
                user_info: None,
                thin_tokens: false,
                broken: None,
            }),
            grants: Mutex::default(),
            granted: Mutex::default(),
            key_requests: Mutex::default(),
        });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(document))
            .route("/keys", get(public_keys))
            .route("/token", post(token))
            .route("/me", get(user_info))
            .with_state(shared.clone());
        let task = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("it serves");
        });
        Self { shared, task }
    }

    pub fn issuer(&self) -> &str {
        &self.shared.issuer
    }

    pub fn ways(&self) -> MutexGuard<'_, Ways> {
        lock(&self.shared.ways)
    }

    /// Who signs in next.
    pub fn is_now(&self, person: Value) {
        self.ways().person = person;
    }

    /// What becomes of the next tokens.
    pub fn twists(&self, change: impl Fn(&mut Value) + Send + Sync + 'static) {
        self.ways().change = Some(Arc::new(change));
    }

    /// What becomes of the discovery document.
    pub fn describes(&self, change: impl Fn(&mut Value) + Send + Sync + 'static) {
        self.ways().document = Some(Arc::new(change));
    }

    /// Takes other keys from now on.
    pub fn rotate(&self, kid: &str) {
        *lock(&self.shared.keys) = keys(kid);
    }

    pub fn key_requests(&self) -> usize {
        *lock(&self.shared.key_requests)
    }

    /// The values that an admin enters.
    pub fn settings(&self) -> Value {
        json!({
            "name": "Larkfield ID",
            "issuer": self.issuer(),
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "domains": ["larkfield.example"],
            "default_role": "user",
            "groups_claim": "groups",
        })
    }

    /// Has an admin add this provider; its id.
    pub async fn added_by(&self, admin: &MemberCaller) -> String {
        let added: Value = admin
            .post("/providers", self.settings())
            .await
            .is(201)
            .json();
        added["id"].as_str().expect("an id").to_owned()
    }

    /// The person agrees at the provider: what the browser comes back with.
    pub fn agrees(&self, url: &str) -> Value {
        let url = Url::parse(url).expect("an address");
        let query: HashMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!(query["response_type"], "code");
        assert_eq!(query["client_id"], CLIENT_ID);
        assert_eq!(query["code_challenge_method"], "S256");
        let (state, code) = (query["state"].clone(), PlainToken::new().to_text());
        let claims = self.ways().person.clone();
        let grant = Grant { query, claims };
        lock(&self.shared.grants).insert(code.expose().to_owned(), grant);
        json!({ "state": state, "code": code.expose(), "iss": self.issuer() })
    }

    /// A browser goes through it all.
    pub async fn signs_in(&self, browser: &Browser, id: &str) -> Answer {
        let back = self.agrees(&set_out(browser, id).await);
        browser.post("/sign-in/providers/return", back).await
    }

    /// A logout token for these claims.
    pub fn logout_token(&self, change: impl Fn(&mut Value)) -> String {
        let now = self.shared.clock.now().seconds();
        let mut claims = json!({
            "iss": self.issuer(),
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 120,
            "jti": PlainToken::new().to_text(),
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} },
        });
        change(&mut claims);
        self.shared.signed(&claims, "logout+jwt")
    }
}

/// A person who isn't a member of anything yet.
pub fn noor() -> Value {
    json!({
        "sub": "noor-7",
        "email": "noor@larkfield.example",
        "email_verified": true,
        "given_name": "Noor",
        "family_name": "Ito",
    })
}

/// Sets out to sign in; where the browser is sent.
pub async fn set_out(browser: &Browser, id: &str) -> String {
    let body = json!({ "provider": id });
    let onward: Value = browser
        .post("/sign-in/providers/visit", body)
        .await
        .is(200)
        .json();
    onward["url"].as_str().expect("an address").to_owned()
}

impl Shared {
    fn signed(&self, claims: &Value, typ: &str) -> String {
        let ways = lock(&self.ways);
        let keys = lock(&self.keys);
        let sign = ways.sign;
        let alg = match sign {
            Sign::Es256 | Sign::Forged => "ES256",
            Sign::Rs256 => "RS256",
            Sign::Ps256 => "PS256",
            Sign::EdDsa => "EdDSA",
            Sign::Unsigned => "none",
            Sign::HmacOfPublicKey | Sign::HmacOfSecret => "HS256",
        };
        let mut header = json!({ "alg": alg, "kid": keys.kid, "typ": typ });
        if let Some(change) = &ways.header {
            change(&mut header);
        }
        let part = |value: &Value| base64url(value.to_string().as_bytes());
        let text = format!("{}.{}", part(&header), part(claims));
        let signature = signature(&keys, sign, text.as_bytes());
        format!("{text}.{}", base64url(&signature))
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a stranger's signatures take their chance where they like"
)]
fn signature(keys: &Keys, sign: Sign, text: &[u8]) -> Vec<u8> {
    let rng = aws_lc_rs::rand::SystemRandom::new();
    let hmac = |key: &[u8]| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, key);
        hmac::sign(&key, text).as_ref().to_vec()
    };
    let rsa = |how| {
        let mut signature = vec![0; keys.rsa.public_modulus_len()];
        keys.rsa
            .sign(how, &rng, text, &mut signature)
            .expect("a signature");
        signature
    };
    let ecdsa = |key: &EcdsaKeyPair| key.sign(&rng, text).expect("a signature").as_ref().to_vec();
    match sign {
        Sign::Es256 => ecdsa(&keys.ecdsa),
        Sign::Forged => ecdsa(&keys.forged),
        Sign::Rs256 => rsa(&RSA_PKCS1_SHA256),
        Sign::Ps256 => rsa(&RSA_PSS_SHA256),
        Sign::EdDsa => keys.ed25519.sign(text).as_ref().to_vec(),
        Sign::Unsigned => Vec::new(),
        Sign::HmacOfPublicKey => hmac(keys.ecdsa.public_key().as_ref()),
        Sign::HmacOfSecret => hmac(CLIENT_SECRET.as_bytes()),
    }
}

fn broken(shared: &Shared) -> Option<Response> {
    let ways = lock(&shared.ways);
    let (status, body) = ways.broken.clone()?;
    let status = StatusCode::from_u16(status).expect("a status");
    let location = [(header::LOCATION, "http://127.0.0.1:1/elsewhere")];
    Some((status, location, body).into_response())
}

async fn document(State(shared): State<Arc<Shared>>) -> Response {
    if let Some(broken) = broken(&shared) {
        return broken;
    }
    let issuer = &shared.issuer;
    let mut document = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "userinfo_endpoint": format!("{issuer}/me"),
        "end_session_endpoint": format!("{issuer}/end"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "ES256"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
        "backchannel_logout_supported": true,
    });
    if let Some(change) = &lock(&shared.ways).document {
        change(&mut document);
    }
    Json(document).into_response()
}

async fn public_keys(State(shared): State<Arc<Shared>>) -> Json<Value> {
    *lock(&shared.key_requests) += 1;
    let keys = lock(&shared.keys);
    let point = keys.ecdsa.public_key().as_ref();
    // `RSAPublicKey` (RFC 8017, appendix A.1.1) of 2048 bits: the modulus has its place.
    let modulus = &keys.rsa.public_key().as_ref()[9..9 + 256];
    Json(json!({ "keys": [
        { "kty": "EC", "crv": "P-256", "kid": keys.kid, "use": "sig",
          "x": base64url(&point[1..33]), "y": base64url(&point[33..]) },
        { "kty": "RSA", "kid": keys.kid, "n": base64url(modulus), "e": "AQAB" },
        { "kty": "OKP", "crv": "Ed25519", "kid": keys.kid,
          "x": base64url(keys.ed25519.public_key().as_ref()) },
        { "kty": "a future one", "kid": "x" },
    ] }))
}

async fn token(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: String) -> Response {
    let refuse = |error: &str| {
        let body = Json(json!({ "error": error }));
        (StatusCode::BAD_REQUEST, body).into_response()
    };
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let wanted = format!("{}:{}", encode(CLIENT_ID), encode(CLIENT_SECRET));
    let given = headers
        .get("authorization")
        .and_then(|value| value.to_str().ok());
    let given = given
        .and_then(|value| value.strip_prefix("Basic "))
        .unwrap_or_default();
    let given = from_base64url(&given.replace('+', "-").replace('/', "_").replace('=', ""));
    if given != Some(wanted.into_bytes()) {
        return refuse("invalid_client");
    }
    let form: HashMap<String, String> = form_urlencoded::parse(body.as_bytes())
        .into_owned()
        .collect();
    let Some(grant) = lock(&shared.grants).remove(&form["code"]) else {
        return refuse("invalid_grant");
    };
    let challenge = base64url(&sha256(form["code_verifier"].as_bytes()));
    if lock(&shared.ways).checks_pkce && grant.query["code_challenge"] != challenge
        || grant.query["redirect_uri"] != form["redirect_uri"]
    {
        return refuse("invalid_grant");
    }
    let now = shared.clock.now().seconds();
    let mut claims = json!({
        "iss": shared.issuer,
        "aud": CLIENT_ID,
        "iat": now,
        "exp": now + 300,
        "nonce": grant.query["nonce"],
    });
    let thin = lock(&shared.ways).thin_tokens;
    for (name, value) in grant.claims.as_object().expect("claims") {
        if !thin || name == "sub" {
            claims[name] = value.clone();
        }
    }
    if let Some(change) = &lock(&shared.ways).change {
        change(&mut claims);
    }
    let access = PlainToken::new().to_text().expose().to_owned();
    lock(&shared.granted).insert(access.clone(), grant.claims);
    Json(json!({
        "access_token": access,
        "token_type": "Bearer",
        "id_token": shared.signed(&claims, "JWT"),
    }))
    .into_response()
}

async fn user_info(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Json<Value> {
    let bearer = headers["authorization"].to_str().expect("text");
    let access = bearer.strip_prefix("Bearer ").expect("a bearer");
    let person = lock(&shared.granted)[access].clone();
    Json(lock(&shared.ways).user_info.clone().unwrap_or(person))
}
