//! The shared vectors: what an independent implementation derived and sealed, and what must be
//! refused. Sealing has to give the very same bytes.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use guestpass_link_crypto::{
    AAD_LEN, Error, Keys, Kind, LinkSecret, Sealed, Terms, derive, derive_with_passphrase, open,
    proof, seal,
};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct Vectors {
    derivations: Vec<Derivation>,
    passphrases: Vec<Derivation>,
    sealed: Vec<SealedVector>,
    odd_ciphertexts: Vec<Odd>,
    other_terms: Vec<OtherTerms>,
    fragments_refused: Vec<Refused>,
}

#[derive(Deserialize)]
struct Derivation {
    name: String,
    s: Hex<32>,
    fragment: Option<String>,
    passphrase: Option<String>,
    ps: Option<Hex<16>>,
    lid: Hex<16>,
    auth: Hex<32>,
    commit: Hex<32>,
    #[serde(alias = "v0", alias = "v1")]
    v: Hex<32>,
}

#[derive(Deserialize)]
struct SealedVector {
    name: String,
    s: Hex<32>,
    passphrase: Option<String>,
    ps: Option<Hex<16>>,
    terms: TermsVector,
    origin: String,
    payload: Payload,
    body_times: usize,
    iv: Hex<12>,
    aad: Hex<AAD_LEN>,
    commit: Hex<32>,
    padded: usize,
    ct_sha256: Hex<32>,
    ct: Option<String>,
}

#[derive(Deserialize)]
struct Odd {
    name: String,
    error: Option<String>,
    iv: String,
    commit: String,
    ct: String,
}

#[derive(Deserialize)]
struct OtherTerms {
    name: String,
    terms: TermsVector,
    origin: String,
}

#[derive(Deserialize)]
struct Refused {
    name: String,
    fragment: String,
}

#[derive(Deserialize)]
struct TermsVector {
    kind: String,
    flags: u8,
    created_at: i64,
    expires_at: i64,
}

/// Fields in the order in which the vectors have them, because sealed bytes are compared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Payload {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    app: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    website: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    password: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    otpauth: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hue: Option<u16>,
}

#[derive(Debug, PartialEq)]
struct Hex<const N: usize>([u8; N]);

impl<'de, const N: usize> Deserialize<'de> for Hex<N> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = hex::decode(text).map_err(serde::de::Error::custom)?;
        let exact = bytes
            .try_into()
            .map_err(|_| serde::de::Error::custom("wrong length"))?;
        Ok(Self(exact))
    }
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("../vectors/v1.json")).unwrap()
}

fn keys(s: &Hex<32>, passphrase: Option<&String>, ps: Option<&Hex<16>>) -> Keys {
    let secret = LinkSecret::from_bytes(s.0);
    match (passphrase, ps) {
        (Some(passphrase), Some(ps)) => derive_with_passphrase(&secret, passphrase, &ps.0).unwrap(),
        _ => derive(&secret).unwrap(),
    }
}

impl TermsVector {
    fn with<'a>(&self, origin: &'a str) -> Terms<'a> {
        let kind = match self.kind.as_str() {
            "account" => Kind::Account,
            "secret" => Kind::Secret,
            other => panic!("unknown kind {other}"),
        };
        Terms::new(kind, self.flags, self.created_at, self.expires_at, origin).unwrap()
    }
}

impl SealedVector {
    fn keys(&self) -> Keys {
        keys(&self.s, self.passphrase.as_ref(), self.ps.as_ref())
    }

    fn terms(&self) -> Terms<'_> {
        self.terms.with(&self.origin)
    }

    fn payload(&self) -> Payload {
        let body = self
            .payload
            .body
            .as_ref()
            .map(|body| body.repeat(self.body_times));
        Payload {
            body,
            ..self.payload.clone()
        }
    }

    fn sealed(&self) -> Sealed {
        let ct = BASE64_URL_SAFE_NO_PAD
            .decode(self.ct.as_ref().unwrap())
            .unwrap();
        Sealed::from_parts(&self.commit.0, &self.iv.0, ct).unwrap()
    }
}

fn account(vectors: &Vectors) -> &SealedVector {
    vectors
        .sealed
        .iter()
        .find(|each| each.name == "account")
        .unwrap()
}

#[test]
fn derivations() {
    let vectors = vectors();
    assert!(vectors.derivations.len() >= 8 && vectors.passphrases.len() >= 8);
    for each in vectors.derivations.iter().chain(&vectors.passphrases) {
        let keys = keys(&each.s, each.passphrase.as_ref(), each.ps.as_ref());
        assert_eq!(keys.lid(), &each.lid.0, "lid of {}", each.name);
        assert_eq!(keys.auth(), &each.auth.0, "auth of {}", each.name);
        assert_eq!(keys.commit(), &each.commit.0, "commit of {}", each.name);
        assert_eq!(proof(keys.auth()), each.v.0, "proof of {}", each.name);
    }
}

#[test]
fn fragments() {
    for each in vectors().derivations {
        let fragment = each.fragment.unwrap();
        assert_eq!(
            *LinkSecret::from_bytes(each.s.0).to_fragment(),
            fragment,
            "{}",
            each.name
        );
        assert_eq!(
            *LinkSecret::parse(&fragment).unwrap().to_fragment(),
            fragment
        );
        let keys = derive(&LinkSecret::parse(&fragment).unwrap()).unwrap();
        assert_eq!(keys.lid(), &each.lid.0, "{}", each.name);
    }
}

#[test]
fn fragments_that_are_refused() {
    let vectors = vectors();
    assert!(vectors.fragments_refused.len() > 70);
    for Refused { name, fragment } in vectors.fragments_refused {
        assert_eq!(
            LinkSecret::parse(&fragment).err(),
            Some(Error::Fragment),
            "{name}"
        );
    }
}

#[test]
fn composed_and_decomposed_passphrases_are_the_same() {
    let vectors = vectors();
    let find = |name| {
        vectors
            .passphrases
            .iter()
            .find(|each| each.name == name)
            .unwrap()
    };
    let (composed, decomposed) = (find("composed"), find("decomposed"));
    assert_ne!(composed.passphrase, decomposed.passphrase);
    assert_eq!(composed.auth, decomposed.auth);
    assert_ne!(composed.auth, find("spaces are kept").auth);
}

#[test]
fn sealing_gives_the_same_bytes_and_opening_the_payload() {
    let vectors = vectors();
    assert!(vectors.sealed.len() >= 13);
    for each in &vectors.sealed {
        let (keys, terms, payload) = (each.keys(), each.terms(), each.payload());
        assert_eq!(terms.aad(&keys), each.aad.0, "{}", each.name);
        let sealed = seal(&keys, &terms, each.iv.0, &payload).unwrap();
        assert_eq!(sealed.ct().len(), each.padded + 16, "{}", each.name);
        assert_eq!(proof(sealed.ct()), each.ct_sha256.0, "{}", each.name);
        assert_eq!(sealed.commit(), &each.commit.0, "{}", each.name);
        assert_eq!(
            open(&keys, &terms, &sealed),
            Ok(payload.clone()),
            "{}",
            each.name
        );
        if each.ct.is_some() {
            assert_eq!(sealed, each.sealed(), "{}", each.name);
        }
    }
}

#[test]
fn odd_ciphertexts() {
    let vectors = vectors();
    let account = account(&vectors);
    let (keys, terms) = (account.keys(), account.terms());
    assert!(vectors.odd_ciphertexts.len() >= 30);
    for each in &vectors.odd_ciphertexts {
        let ct = BASE64_URL_SAFE_NO_PAD.decode(&each.ct).unwrap();
        let (iv, commit) = (
            hex::decode(&each.iv).unwrap(),
            hex::decode(&each.commit).unwrap(),
        );
        let opened = Sealed::from_parts(&commit, &iv, ct)
            .and_then(|sealed| open::<serde_json::Value>(&keys, &terms, &sealed));
        let expected = each.error.as_deref().map(|code| match code {
            "format" => Error::Format,
            "commitment" => Error::Commitment,
            "authentication" => Error::Authentication,
            "padding" => Error::Padding,
            "json" => Error::Json,
            other => panic!("unknown error {other}"),
        });
        assert_eq!(opened.err(), expected, "{}", each.name);
    }
}

#[test]
fn other_terms_are_refused() {
    let vectors = vectors();
    let account = account(&vectors);
    let (keys, sealed) = (account.keys(), account.sealed());
    assert_eq!(
        open(&keys, &account.terms(), &sealed),
        Ok(account.payload())
    );
    assert!(vectors.other_terms.len() >= 15);
    for each in &vectors.other_terms {
        let opened = open::<Payload>(&keys, &each.terms.with(&each.origin), &sealed);
        assert_eq!(opened, Err(Error::Authentication), "{}", each.name);
    }
}
