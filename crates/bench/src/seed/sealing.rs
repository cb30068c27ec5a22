//! Sealing as the server and the browsers do it.

use anyhow::{Result, anyhow};
use guestpass::{
    base::secret::sha256,
    features::{
        items::Summary,
        keys::{Aad, Keyring},
    },
};
use guestpass_api_types::{links::GuestPayload, secret::SecretText};
use guestpass_link_crypto::{Kind, LinkSecret, Terms, derive, proof, seal};
use serde_json::json;

use super::Chance;

/// Seals items and links so that they open.
#[derive(Clone, Debug)]
pub struct Sealer {
    keys: Keyring,
    /// The public origin, which links are bound to.
    origin: String,
}

/// The sealed columns of an item's version.
pub struct SealedItem {
    pub kek: String,
    pub wrapped_key: Vec<u8>,
    pub summary: Vec<u8>,
    pub secret: Vec<u8>,
}

/// The sealed columns of a link, and what opens it.
pub struct SealedLink {
    pub lid: [u8; 16],
    pub auth: [u8; 32],
    pub v0: [u8; 32],
    pub commitment: [u8; 32],
    pub iv: [u8; 12],
    /// As the browser sends it.
    pub ct: Vec<u8>,
}

/// What a link promises.
#[derive(Clone, Copy, Debug)]
pub struct Promise {
    pub account: bool,
    pub one_time: bool,
    /// In seconds.
    pub created_at: i64,
    pub expires_at: i64,
}

impl Promise {
    pub fn flags(self) -> u8 {
        u8::from(self.one_time)
    }
}

/// The secret of link number `n` of a seed: nothing needs to be stored to open it.
pub fn link_secret(seed: u64, n: u64) -> [u8; 32] {
    derived(seed, "link", n)
}

/// Token number `n` for one purpose.
pub fn derived(seed: u64, purpose: &str, n: u64) -> [u8; 32] {
    let mut data = Vec::with_capacity(purpose.len() + 16);
    data.extend_from_slice(&seed.to_be_bytes());
    data.extend_from_slice(&n.to_be_bytes());
    data.extend_from_slice(purpose.as_bytes());
    sha256(&data)
}

impl Sealer {
    pub fn new(keys: Keyring, origin: impl Into<String>) -> Self {
        Self {
            keys,
            origin: origin.into(),
        }
    }

    /// Seals version 1 of an item.
    pub fn item(
        &self,
        workspace: &str,
        item: &str,
        summary: &Summary,
        secret: &serde_json::Value,
    ) -> Result<SealedItem> {
        let aad = |part: &str| {
            Aad::new("item")
                .part(workspace)
                .part(item)
                .part("1")
                .part(part)
        };
        let (key, wrapped) = self.keys.new_data_key(&aad("key"))?;
        Ok(SealedItem {
            kek: wrapped.kek.to_string(),
            wrapped_key: wrapped.wrapped,
            summary: key.seal(&serde_json::to_vec(summary)?, &aad("summary"))?,
            secret: key.seal(&serde_json::to_vec(secret)?, &aad("secret"))?,
        })
    }

    /// Seals a payload as the sender's browser does.
    pub fn link(
        &self,
        secret: [u8; 32],
        promise: Promise,
        payload: &GuestPayload,
        chance: &mut Chance,
    ) -> Result<SealedLink> {
        let keys = derive(&LinkSecret::from_bytes(secret)).map_err(|error| anyhow!("{error}"))?;
        let kind = if promise.account {
            Kind::Account
        } else {
            Kind::Secret
        };
        let terms = Terms::new(
            kind,
            promise.flags(),
            promise.created_at,
            promise.expires_at,
            &self.origin,
        );
        let terms = terms.map_err(|error| anyhow!("{error}"))?;
        let sealed =
            seal(&keys, &terms, chance.bytes(), payload).map_err(|error| anyhow!("{error}"))?;
        Ok(SealedLink {
            lid: *keys.lid(),
            auth: *keys.auth(),
            v0: proof(keys.auth()),
            commitment: *sealed.commit(),
            iv: *sealed.iv(),
            ct: sealed.ct().to_vec(),
        })
    }

    /// Wraps a link's ciphertext under the key of its day, as the server does.
    pub fn wrap(&self, workspace: &str, link: &str, epoch: i64, ct: &[u8]) -> Result<Vec<u8>> {
        let aad = Aad::new("link").part(workspace).part(link);
        Ok(self.keys.wrap_epoch(epoch, ct, &aad)?)
    }
}

/// What a link of an account or a secret shows. `size` bytes of text decide which of the padded
/// sizes it needs.
pub fn payload(account: bool, size: usize, chance: &mut Chance) -> GuestPayload {
    let text =
        SecretText::new("correct horse battery staple ".repeat(size / 29 + 1)[..size].to_owned());
    let (password, body) = if account {
        (text, SecretText::default())
    } else {
        (SecretText::default(), text)
    };
    GuestPayload {
        name: name(chance),
        app: String::new(),
        website: "https://portal.larkfield.example".to_owned(),
        username: SecretText::new("mira@larkfield.example"),
        password,
        otpauth: SecretText::default(),
        body,
        hue: 40,
    }
}

/// An item's name, as people choose them.
pub fn name(chance: &mut Chance) -> String {
    const WHERE: [&str; 12] = [
        "Staging",
        "Production",
        "Billing",
        "Newsletter",
        "Support",
        "Warehouse",
        "Analytics",
        "Print shop",
        "Payroll",
        "Booking",
        "Design",
        "Archive",
    ];
    const WHAT: [&str; 12] = [
        "database",
        "portal",
        "mailbox",
        "dashboard",
        "API key",
        "Wi-Fi",
        "admin panel",
        "server",
        "certificate",
        "calendar",
        "storage",
        "shop",
    ];
    format!(
        "{} {} {}",
        chance.pick(&WHERE),
        chance.pick(&WHAT),
        1 + chance.below(400)
    )
}

/// The summary and secret of an item.
pub fn item_content(account: bool, chance: &mut Chance) -> (Summary, serde_json::Value) {
    let mut summary = Summary {
        name: name(chance),
        has_secret: true,
        ..Summary::default()
    };
    if account {
        let n = chance.below(100_000);
        summary.username = format!("user{n}@larkfield.example");
        summary.website = format!("https://host{}.larkfield.example/login", n % 997);
        summary.app = "Larkfield".to_owned();
        return (summary, json!({ "password": format!("k7!Qz-{n:06}-vM") }));
    }
    // Most texts are short, a few are long.
    let length = 40.0 + chance.wait(300.0).min(12_000.0);
    let words = "the key is under the third flowerpot ";
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "small and positive"
    )]
    let length = length as usize;
    (
        summary,
        json!({ "body": words.repeat(length / words.len() + 1)[..length] }),
    )
}
