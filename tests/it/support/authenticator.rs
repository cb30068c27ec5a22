//! What a browser and its authenticator do with a passkey: one key, ES256, in software. Whatever an
//! honest one would never do can be asked of it.

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use guestpass::base::{
    random,
    secret::{base64url, from_base64url, sha256},
};
use serde_json::{Value, json};

use super::{Browser, MemberCaller, ORIGIN};

const USER_PRESENT: u8 = 1;
const USER_VERIFIED: u8 = 1 << 2;
const WITH_KEY: u8 = 1 << 6;

/// A browser with an authenticator that holds one passkey, once it was made.
pub struct Authenticator {
    key: EcdsaKeyPair,
    id: Vec<u8>,
    /// Whose the passkey is, as the site said when it was made.
    user: Vec<u8>,
    /// How often it signed; 0 for one that doesn't count.
    pub counter: u32,
    /// The origin that the browser shows.
    pub origin: String,
    /// The site that the browser has it sign for.
    pub rp_id: String,
    /// Whether it asks for a fingerprint or PIN.
    pub verifies: bool,
}

impl Authenticator {
    pub fn new() -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
        let rp_id = ORIGIN.trim_start_matches("https://").to_owned();
        Self {
            key,
            id: random::bytes::<32>().to_vec(),
            user: Vec::new(),
            counter: 1,
            origin: ORIGIN.to_owned(),
            rp_id,
            verifies: true,
        }
    }

    /// Makes the passkey, as `navigator.credentials.create` does.
    pub fn create(&mut self, options: &Value) -> Value {
        self.user = bytes(&options["user"]["id"]);
        let point = self.key.public_key().as_ref();
        let mut data = self.data(WITH_KEY);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).expect("short").to_be_bytes());
        data.extend(&self.id);
        // A COSE key (RFC 9053): EC2, ES256, P-256, x, y.
        data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01]);
        data.extend([0x21, 0x58, 0x20]);
        data.extend(&point[1..33]);
        data.extend([0x22, 0x58, 0x20]);
        data.extend(&point[33..]);
        // CBOR: { "fmt": "none", "attStmt": {}, "authData": … }.
        let mut object = vec![0xa3, 0x63];
        object.extend(b"fmt\x64none\x67attStmt\xa0\x68authData\x59");
        object.extend(u16::try_from(data.len()).expect("short").to_be_bytes());
        object.extend(&data);
        json!({
            "id": base64url(&self.id),
            "rawId": base64url(&self.id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": { "credProps": { "rk": true } },
            "response": {
                "attestationObject": base64url(&object),
                "clientDataJSON": base64url(&self.client_data("webauthn.create", options)),
                "transports": ["internal"],
            },
        })
    }

    /// Signs, as `navigator.credentials.get` does.
    pub fn get(&mut self, options: &Value) -> Value {
        if self.counter > 0 {
            self.counter += 1;
        }
        self.get_again(options)
    }

    /// Signs without counting, as a copy of the passkey would.
    #[expect(
        clippy::disallowed_methods,
        reason = "what an authenticator draws is its own affair"
    )]
    pub fn get_again(&self, options: &Value) -> Value {
        let (data, client_data) = (self.data(0), self.client_data("webauthn.get", options));
        let signed = [data.as_slice(), &sha256(&client_data)].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed);
        json!({
            "id": base64url(&self.id),
            "rawId": base64url(&self.id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": {
                "authenticatorData": base64url(&data),
                "clientDataJSON": base64url(&client_data),
                "signature": base64url(signature.expect("a signature").as_ref()),
                "userHandle": base64url(&self.user),
            },
        })
    }

    /// What it says of itself (WebAuthn, section 6.1).
    fn data(&self, flags: u8) -> Vec<u8> {
        let verified = if self.verifies { USER_VERIFIED } else { 0 };
        let mut data = sha256(self.rp_id.as_bytes()).to_vec();
        data.push(flags | USER_PRESENT | verified);
        data.extend(self.counter.to_be_bytes());
        data
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        let said = json!({
            "type": kind,
            "challenge": options["challenge"],
            "origin": self.origin,
            "crossOrigin": false,
        });
        serde_json::to_vec(&said).expect("JSON")
    }
}

fn bytes(text: &Value) -> Vec<u8> {
    from_base64url(text.as_str().expect("a text")).expect("base64url")
}

/// What is sent back for a ceremony that was begun.
pub fn answer(begun: &Value, credential: Value) -> Value {
    json!({ "ceremony": begun["ceremony"], "credential": credential })
}

impl Browser {
    /// Begins a ceremony at `path`.
    pub async fn begin(&self, path: &str) -> Value {
        self.post(path, json!({})).await.is(200).json()
    }
}

impl MemberCaller {
    /// Registers a passkey.
    pub async fn add_passkey(&self) -> Authenticator {
        let mut authenticator = Authenticator::new();
        let begun = self.begin("/passkeys/begin").await;
        let made = answer(&begun, authenticator.create(&begun["options"]));
        self.post("/passkeys", made).await.is(201);
        authenticator
    }
}
