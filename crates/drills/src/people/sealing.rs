//! What the browsers of sender and recipient do with a link.

use anyhow::Result;
use guestpass_api_types::{
    guest::Claimed,
    items::ItemKind,
    links::{GuestPayload, IntentPayload, LinkTerms},
};
use guestpass_link_crypto::{self as link_crypto, Kind, LinkSecret, Sealed, Terms};
use serde_json::{Value, json};

use crate::{
    random::{self, base64url, from_base64url},
    site::ORIGIN,
};

/// A new link's secret.
pub fn new_secret() -> Result<LinkSecret> {
    Ok(LinkSecret::from_bytes(random::bytes()?))
}

/// The sealed link that the sender's browser sends.
pub fn seal(secret: &LinkSecret, intent: &IntentPayload) -> Result<Value> {
    let keys = link_crypto::derive(secret)?;
    let terms = terms(&intent.header)?;
    let sealed = link_crypto::seal(&keys, &terms, random::bytes()?, &intent.payload)?;
    Ok(json!({
        "lid": base64url(keys.lid()),
        "v0": base64url(&link_crypto::proof(keys.auth())),
        "header": intent.header,
        "commit": base64url(sealed.commit()),
        "iv": base64url(sealed.iv()),
        "ct": base64url(sealed.ct()),
    }))
}

/// What the recipient's browser shows.
pub fn open(secret: &LinkSecret, claimed: &Claimed) -> Result<GuestPayload> {
    let keys = link_crypto::derive(secret)?;
    let sealed = Sealed::from_parts(
        &from_base64url(&claimed.commit)?,
        &from_base64url(&claimed.iv)?,
        from_base64url(&claimed.ct)?,
    )?;
    Ok(link_crypto::open(&keys, &terms(&claimed.header)?, &sealed)?)
}

/// What whoever holds the link sends to prove it.
pub fn proof(secret: &LinkSecret) -> Result<Value> {
    let keys = link_crypto::derive(secret)?;
    Ok(json!({ "lid": base64url(keys.lid()), "auth": base64url(keys.auth()) }))
}

fn terms(header: &LinkTerms) -> Result<Terms<'static>> {
    let kind = match header.kind {
        ItemKind::Account => Kind::Account,
        ItemKind::Secret => Kind::Secret,
    };
    let (from, until) = (header.created_at, header.expires_at);
    Ok(Terms::new(kind, header.flags, from, until, ORIGIN)?)
}
