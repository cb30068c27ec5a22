//! What the browsers of sender and recipient do with a link, done with the Rust crate.

use guestpass::base::{
    random,
    secret::{base64url, from_base64url},
};
use guestpass_api_types::{
    guest::Claimed,
    items::ItemKind,
    links::{GuestPayload, IntentPayload, LinkMade, ShareIntent},
};
use guestpass_link_crypto::{self as link_crypto, Kind, LinkSecret, Sealed, Terms};
use serde_json::{Value, json};

use super::{MemberCaller, ORIGIN, TestApp};

/// What the sender's browser does with a payload.
pub fn seal(secret: &LinkSecret, intent: &IntentPayload) -> Value {
    let keys = link_crypto::derive(secret).expect("keys");
    let header = &intent.header;
    let terms = Terms::new(
        kind(header.kind),
        header.flags,
        header.created_at,
        header.expires_at,
        &intent.origin,
    );
    let sealed = link_crypto::seal(
        &keys,
        &terms.expect("terms"),
        random::bytes(),
        &intent.payload,
    );
    let sealed = sealed.expect("sealed");
    json!({
        "lid": base64url(keys.lid()),
        "v0": base64url(&link_crypto::proof(keys.auth())),
        "header": header,
        "commit": base64url(sealed.commit()),
        "iv": base64url(sealed.iv()),
        "ct": base64url(sealed.ct()),
    })
}

/// What a recipient's browser does with an answer to a claim.
pub fn open(secret: &LinkSecret, origin: &str, claimed: &Claimed) -> GuestPayload {
    let keys = link_crypto::derive(secret).expect("keys");
    let header = &claimed.header;
    let terms = Terms::new(
        kind(header.kind),
        header.flags,
        header.created_at,
        header.expires_at,
        origin,
    );
    let bytes = |text: &str| from_base64url(text).expect("base64url");
    let sealed = Sealed::from_parts(
        &bytes(&claimed.commit),
        &bytes(&claimed.iv),
        bytes(&claimed.ct),
    );
    link_crypto::open(&keys, &terms.expect("terms"), &sealed.expect("parts")).expect("it opens")
}

/// The proof that a holder of the link sends.
pub fn proof(secret: &LinkSecret) -> Value {
    let keys = link_crypto::derive(secret).expect("keys");
    json!({ "lid": base64url(keys.lid()), "auth": base64url(keys.auth()) })
}

pub fn new_secret() -> LinkSecret {
    LinkSecret::from_bytes(random::bytes())
}

fn kind(kind: ItemKind) -> Kind {
    match kind {
        ItemKind::Account => Kind::Account,
        ItemKind::Secret => Kind::Secret,
    }
}

/// A link that was made, as its sender knows it.
pub struct Shared {
    pub secret: LinkSecret,
    pub id: String,
}

impl Shared {
    pub fn proof(&self) -> Value {
        proof(&self.secret)
    }

    /// Opens what a claim answered.
    pub fn open(&self, claimed: &Claimed) -> GuestPayload {
        open(&self.secret, ORIGIN, claimed)
    }
}

impl MemberCaller {
    /// Adds an account.
    pub async fn add_account(&self) -> String {
        let item = json!({
            "kind": "account", "name": "Beacon Ads", "username": "ops@larkfield.example",
            "website": "https://beacon-ads.example/login", "password": "k7R#vTq2!hLm9",
            "mfa": "otpauth://totp/Beacon:ops?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Beacon",
        });
        let made: Value = self.post("/items", item).await.is(201).json();
        made["id"].as_str().expect("an id").to_owned()
    }

    /// Asks for a link.
    pub async fn ask(&self, item: &str, one_time: bool) -> ShareIntent {
        let new = json!({ "item": item, "expires_in": 3600, "one_time": one_time });
        self.post("/share-intents", new).await.is(201).json()
    }

    /// Gets what is to be sealed.
    pub async fn payload(&self, intent: &str) -> IntentPayload {
        self.get(&format!("/share-intents/{intent}/payload"))
            .await
            .is(200)
            .json()
    }
}

impl TestApp {
    /// The token of the newest mail to a member.
    pub async fn token_of(&self, member: &MemberCaller) -> String {
        self.newest_mail_to(&member.brief.email).await.token()
    }

    /// Asks and confirms in the same browser; gives the intent's id.
    pub async fn confirmed(&self, member: &MemberCaller, item: &str, one_time: bool) -> String {
        let intent = member.ask(item, one_time).await;
        let token = self.token_of(member).await;
        member
            .post("/confirm", json!({ "token": token }))
            .await
            .is(200);
        intent.id
    }

    /// Shares an item through the whole protocol.
    pub async fn share(&self, member: &MemberCaller, item: &str, one_time: bool) -> Shared {
        let intent = self.confirmed(member, item, one_time).await;
        let secret = new_secret();
        let sealed = seal(&secret, &member.payload(&intent).await);
        let path = format!("/share-intents/{intent}/link");
        let made: LinkMade = member.put(&path, sealed).await.is(201).json();
        Shared {
            secret,
            id: made.id,
        }
    }
}
