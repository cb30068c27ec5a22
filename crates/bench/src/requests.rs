//! The requests of people, as templates, and sources that send them.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use guestpass::base::secret::sha256;

use crate::{
    load::{Part, Source, Template},
    seed::{AskedFor, Chance, Held, World, derived},
};

/// How many addresses people have together: so many that hardly anybody comes twice.
pub const ADDRESSES: u64 = 1_000_000;

/// The longest of base64url for `N` bytes: 32 bytes take 43 characters.
type Text43 = [u8; 43];

/// An address of its own for each of a million people.
pub fn address(n: u64) -> [u8; 15] {
    let mut text = *b"110.100.100.100";
    let mut rest = n % ADDRESSES;
    for place in [14, 13, 10, 9, 6, 5] {
        text[place] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
    }
    text
}

/// 32 bytes as base64url.
pub fn text43(bytes: &[u8; 32]) -> Text43 {
    let mut text = [b'A'; 43];
    let written = BASE64_URL_SAFE_NO_PAD.encode_slice(bytes, &mut text);
    debug_assert_eq!(written.ok(), Some(43));
    text
}

/// 16 bytes as base64url.
pub fn text22(bytes: &[u8; 16]) -> [u8; 22] {
    let mut text = [b'A'; 22];
    let written = BASE64_URL_SAFE_NO_PAD.encode_slice(bytes, &mut text);
    debug_assert_eq!(written.ok(), Some(22));
    text
}

/// `POST` of a proof to one of the guests' addresses.
pub fn proof(authority: &str, path: &str, binder: bool) -> Template {
    let mut headers: Vec<(&str, &[Part<'_>])> = vec![("x-forwarded-for", &[Part::Hole(15)])];
    if binder {
        headers.push(("x-binder", &[Part::Hole(43)]));
    }
    Template::new(
        "POST",
        &[Part::Text(path)],
        authority,
        &headers,
        &[
            Part::Text("{\"lid\":\""),
            Part::Hole(22),
            Part::Text("\",\"auth\":\""),
            Part::Hole(43),
            Part::Text("\"}"),
        ],
    )
}

/// Peeks at links again and again, in no order.
pub struct Peeks {
    template: Template,
    held: Arc<Vec<Held>>,
}

impl Peeks {
    pub fn new(authority: &str, held: Arc<Vec<Held>>) -> Self {
        Self {
            template: proof(authority, "/api/v1/guest/peek", false),
            held,
        }
    }
}

impl Source for Peeks {
    fn request(&self, n: u64, into: &mut Vec<u8>) -> Option<usize> {
        let held = self.held.get(Chance::new(5, n).below(self.held.len()))?;
        self.template.render(
            &[
                &address(n % ADDRESSES),
                &text22(&held.lid),
                &text43(&held.auth),
            ],
            into,
        );
        Some(0)
    }
}

/// Claims each of many links once, each for a browser of its own.
pub struct Claims {
    template: Template,
    held: Arc<Vec<Held>>,
    /// How many have been claimed.
    used: AtomicUsize,
}

impl Claims {
    pub fn new(authority: &str, held: Arc<Vec<Held>>) -> Self {
        Self {
            template: proof(authority, "/api/v1/guest/claim", true),
            held,
            used: AtomicUsize::new(0),
        }
    }

    /// How many links are left.
    pub fn left(&self) -> usize {
        self.held.len().saturating_sub(self.used.load(Relaxed))
    }

    /// Writes the claim of link number `n`.
    pub fn write(&self, n: usize, into: &mut Vec<u8>) -> Option<()> {
        let held = self.held.get(n)?;
        let n = n as u64;
        let binder: [u8; 32] = Chance::new(6, n).bytes();
        self.template.render(
            &[
                &address(n % ADDRESSES),
                &text43(&binder),
                &text22(&held.lid),
                &text43(&held.auth),
            ],
            into,
        );
        Some(())
    }
}

impl Source for Claims {
    fn request(&self, _: u64, into: &mut Vec<u8>) -> Option<usize> {
        self.write(self.used.fetch_add(1, Relaxed), into)
            .map(|()| 0)
    }
}

/// Makes the links of confirmed intents.
pub struct Puts {
    template: Template,
    intents: Vec<(AskedFor, [u8; 32])>,
    used: AtomicUsize,
    seed: u64,
}

impl Puts {
    /// `size` is that of the padded plaintext: 1, 4, 16 or 64 KiB.
    pub fn new(authority: &str, world: &World, intents: Vec<AskedFor>, size: usize) -> Self {
        // The server can't tell one ciphertext from another; only lengths count.
        let ct = vec![0xa7; size + 16];
        let ct = BASE64_URL_SAFE_NO_PAD.encode(ct);
        let template = Template::new(
            "PUT",
            &[
                Part::Text("/api/v1/share-intents/"),
                Part::Hole(36),
                Part::Text("/link"),
            ],
            authority,
            &[("cookie", &[Part::Text("__Host-session="), Part::Hole(43)])],
            &[
                Part::Text("{\"lid\":\""),
                Part::Hole(22),
                Part::Text("\",\"v0\":\""),
                Part::Hole(43),
                Part::Text("\",\"header\":{\"kind\":"),
                Part::Hole(9),
                Part::Text(",\"flags\":1,\"created_at\":"),
                Part::Hole(10),
                Part::Text(",\"expires_at\":"),
                Part::Hole(10),
                Part::Text("},\"commit\":\""),
                Part::Hole(43),
                Part::Text("\",\"iv\":\"AAAAAAAAAAAAAAAA\",\"ct\":\""),
                Part::Text(&ct),
                Part::Text("\"}"),
            ],
        );
        let intents = intents
            .into_iter()
            .map(|intent| {
                let token = world.token(intent.member);
                (intent, token)
            })
            .collect();
        Self {
            template,
            intents,
            used: AtomicUsize::new(0),
            seed: world.seed,
        }
    }

    /// What proves possession of the link of an intent. Later intents of the same database give others.
    fn held(&self, intent: &AskedFor) -> Held {
        let mut lid = [0; 16];
        lid.copy_from_slice(&derived(self.seed, "made lid", intent.id.number())[..16]);
        Held {
            lid,
            auth: derived(self.seed, "made auth", intent.id.number()),
        }
    }

    /// What proves possession of the links that were made, or tried to be.
    pub fn all_held(&self) -> Vec<Held> {
        let made = self.intents.iter().take(self.used());
        made.map(|(intent, _)| self.held(intent)).collect()
    }

    /// How many links were made, or tried to.
    pub fn used(&self) -> usize {
        self.used.load(Relaxed).min(self.intents.len())
    }
}

impl Source for Puts {
    fn request(&self, _: u64, into: &mut Vec<u8>) -> Option<usize> {
        let n = self.used.fetch_add(1, Relaxed);
        let (intent, token) = self.intents.get(n)?;
        let held = self.held(intent);
        let v0 = sha256(&held.auth);
        // White space fills the shorter word up.
        let kind = if intent.account {
            "\"account\""
        } else {
            "\"secret\" "
        };
        self.template.render(
            &[
                intent.id.text("int").as_bytes(),
                &text43(token),
                &text22(&held.lid),
                &text43(&v0),
                kind.as_bytes(),
                intent.created_at.to_string().as_bytes(),
                intent.expires_at.to_string().as_bytes(),
                &text43(&v0),
            ],
            into,
        );
        Some(0)
    }
}

/// Always the same request.
pub struct Same(pub Vec<u8>);

impl Source for Same {
    fn request(&self, _: u64, into: &mut Vec<u8>) -> Option<usize> {
        into.extend_from_slice(&self.0);
        Some(0)
    }
}

/// A `GET` of a member or, without a token, of anybody.
pub fn get(authority: &str, path: &str, token: Option<&[u8; 32]>) -> Vec<u8> {
    let mut text = format!(
        "GET {path} HTTP/1.1\r\nhost: {authority}\r\naccept-encoding: gzip, deflate, br, zstd\r\n"
    );
    if let Some(token) = token {
        text += &format!(
            "cookie: __Host-session={}\r\n",
            String::from_utf8_lossy(&text43(token))
        );
    }
    (text + "\r\n").into_bytes()
}

/// A `POST` of JSON, by a member or by anybody, from an address.
pub fn post(
    authority: &str,
    path: &str,
    token: Option<&[u8; 32]>,
    from: u64,
    body: &serde_json::Value,
) -> Vec<u8> {
    let body = body.to_string();
    let mut text = format!(
        "POST {path} HTTP/1.1\r\nhost: {authority}\r\norigin: http://{authority}\r\n\
         x-forwarded-for: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n",
        String::from_utf8_lossy(&address(from)),
        body.len()
    );
    if let Some(token) = token {
        text += &format!(
            "cookie: __Host-session={}\r\n",
            String::from_utf8_lossy(&text43(token))
        );
    }
    (text + "\r\n" + &body).into_bytes()
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, net::Ipv4Addr};

    use super::*;

    #[test]
    fn everybody_has_an_address_of_their_own() {
        let all: HashSet<Ipv4Addr> = (0..10_000)
            .map(|n| {
                String::from_utf8(address(n * 97).to_vec())
                    .unwrap()
                    .parse()
                    .unwrap()
            })
            .collect();
        assert_eq!(all.len(), 10_000);
    }

    #[test]
    fn claims_hold_the_proof_and_end() {
        let held = Held {
            lid: [1; 16],
            auth: [2; 32],
        };
        let claims = Claims::new("localhost:1", Arc::new(vec![held]));
        let mut request = Vec::new();
        assert_eq!(claims.request(0, &mut request), Some(0));
        let text = String::from_utf8(request).unwrap();
        let body: serde_json::Value =
            serde_json::from_str(text.split_once("\r\n\r\n").unwrap().1).unwrap();
        assert_eq!(body["lid"], BASE64_URL_SAFE_NO_PAD.encode([1; 16]));
        assert_eq!(body["auth"], BASE64_URL_SAFE_NO_PAD.encode([2; 32]));
        assert!(text.contains("x-binder: "));
        assert_eq!(claims.request(1, &mut Vec::new()), None);
        assert_eq!(claims.left(), 0);
    }
}
