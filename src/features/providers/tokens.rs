//! What a provider signed: identity tokens (OpenID Connect Core 1.0, section 3.1.3.7) and logout
//! tokens (Back-Channel Logout 1.0, section 2.6).

use std::time::Duration;

use chrono::{DateTime, Utc};
use openidconnect::{
    ClaimsVerificationError, ClientId, IssuerUrl, JsonWebKey, JsonWebKeyId, JsonWebKeySet, Nonce,
    SignatureVerificationError,
    core::{CoreIdToken, CoreIdTokenVerifier, CoreJwsSigningAlgorithm},
};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::discovery::Known;
use crate::base::{clock::Timestamp, secret::from_base64url};

/// How far the provider's clock may be from ours.
pub(super) const SKEW: Duration = Duration::from_secs(60);

/// Public-key signatures only: neither `none`, nor a secret that others may know.
const ALLOWED: [(&str, CoreJwsSigningAlgorithm); 9] = [
    ("RS256", CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256),
    ("RS384", CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384),
    ("RS512", CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512),
    ("PS256", CoreJwsSigningAlgorithm::RsaSsaPssSha256),
    ("PS384", CoreJwsSigningAlgorithm::RsaSsaPssSha384),
    ("PS512", CoreJwsSigningAlgorithm::RsaSsaPssSha512),
    ("ES256", CoreJwsSigningAlgorithm::EcdsaP256Sha256),
    ("ES384", CoreJwsSigningAlgorithm::EcdsaP384Sha384),
    ("EdDSA", CoreJwsSigningAlgorithm::EdDsa),
];

/// Whether tokens signed so are taken.
pub(super) fn is_allowed(name: &str) -> bool {
    ALLOWED.iter().any(|(allowed, _)| *allowed == name)
}

/// Why a token isn't taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadToken {
    /// It names a key that isn't known: perhaps a new one.
    UnknownKey,
    /// What is wrong, for the log.
    Wrong(&'static str),
}

/// Verifies an identity token and gives its claims.
pub(super) fn verify(
    token: &CoreIdToken,
    known: &Known,
    (issuer, client_id): (&str, &str),
    nonce: &Nonce,
    now: Timestamp,
) -> Result<Map<String, Value>, BadToken> {
    let issuer = IssuerUrl::new(issuer.to_owned()).map_err(|_| BadToken::Wrong("issuer"))?;
    // As a public client: then no secret is ever a key.
    let verifier = CoreIdTokenVerifier::new_public_client(
        ClientId::new(client_id.to_owned()),
        issuer,
        JsonWebKeySet::new(known.keys.keys().clone()),
    )
    .set_allowed_algs(ALLOWED.map(|(_, algorithm)| algorithm))
    .set_time_fn(move || instant(now - SKEW))
    .set_issue_time_verifier_fn(move |at| {
        let fine = at <= instant(now + SKEW);
        fine.then_some(()).ok_or_else(|| "issued later".to_owned())
    });
    token
        .claims(&verifier, nonce)
        .map_err(|error| wrong(&error))?;
    let text = token.to_string();
    let claims = text.split('.').nth(1).and_then(object);
    let claims = claims.ok_or(BadToken::Wrong("unreadable token"))?;
    // The library leaves this one to us: a token for us that another was meant to present.
    if claims.get("azp").is_some_and(|azp| azp != client_id) {
        return Err(BadToken::Wrong("authorized party"));
    }
    Ok(claims)
}

fn wrong(error: &ClaimsVerificationError) -> BadToken {
    tracing::warn!(%error, "an identity token was refused");
    match error {
        ClaimsVerificationError::SignatureVerification(
            SignatureVerificationError::NoMatchingKey,
        ) => BadToken::UnknownKey,
        ClaimsVerificationError::SignatureVerification(_) => BadToken::Wrong("signature"),
        ClaimsVerificationError::InvalidIssuer(_) => BadToken::Wrong("issuer"),
        ClaimsVerificationError::InvalidAudience(_) => BadToken::Wrong("audience"),
        ClaimsVerificationError::InvalidNonce(_) => BadToken::Wrong("nonce"),
        ClaimsVerificationError::Expired(_) => BadToken::Wrong("time"),
        _ => BadToken::Wrong("unsupported token"),
    }
}

fn instant(at: Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(at.millis()).unwrap_or(DateTime::UNIX_EPOCH)
}

/// A part of a token that is a JSON object.
fn object(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&from_base64url(part)?).ok()
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<Value>,
}

/// Verifies the signature of a logout token and gives its claims.
pub(super) fn verify_logout(text: &str, known: &Known) -> Result<Map<String, Value>, BadToken> {
    let unreadable = BadToken::Wrong("unreadable token");
    let (signed, signature) = text.rsplit_once('.').ok_or(unreadable)?;
    let (header, payload) = signed.split_once('.').ok_or(unreadable)?;
    let signature = from_base64url(signature).ok_or(unreadable)?;
    let header: Header = object(header)
        .and_then(|header| serde_json::from_value(Value::Object(header)).ok())
        .ok_or(unreadable)?;
    // Providers of before the type was fixed say `JWT`, or nothing.
    let typ = header.typ.as_deref().map(str::to_ascii_lowercase);
    let typ = typ
        .as_deref()
        .map(|typ| typ.strip_prefix("application/").unwrap_or(typ));
    if header.crit.is_some() || !matches!(typ, None | Some("jwt" | "logout+jwt")) {
        return Err(BadToken::Wrong("unsupported token"));
    }
    let allowed = ALLOWED.iter().find(|(name, _)| *name == header.alg);
    let (_, algorithm) = allowed.ok_or(BadToken::Wrong("algorithm"))?;
    let kid = header.kid.map(JsonWebKeyId::new);
    let mut keys = known.keys.keys().iter();
    let named =
        |key: &&openidconnect::core::CoreJsonWebKey| kid.is_none() || key.key_id() == kid.as_ref();
    let mut any = false;
    let good = keys.by_ref().filter(named).any(|key| {
        any = true;
        key.verify_signature(algorithm, signed.as_bytes(), &signature)
            .is_ok()
    });
    match (good, any) {
        (true, _) => object(payload).ok_or(unreadable),
        (false, true) => Err(BadToken::Wrong("signature")),
        (false, false) => Err(BadToken::UnknownKey),
    }
}
