//! Secrets with types that can't be printed, and what is stored in their place.

use std::fmt;

use aws_lc_rs::digest;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

pub use guestpass_api_types::secret::SecretText;

use crate::base::random;

/// The SHA-256 (FIPS 180-4) of `data`.
pub fn sha256(data: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, data).as_ref());
    hash
}

/// Bytes as base64url without padding (RFC 4648, section 5).
pub fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads canonical base64url without padding; `None` for anything else.
pub fn from_base64url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// Reads exactly `N` bytes of canonical base64url; `None` for anything else.
pub fn array_from_base64url<const N: usize>(text: &str) -> Option<[u8; N]> {
    from_base64url(text)?.try_into().ok()
}

/// A one-time token, session or binder: 256 random bits that only their holder knows.
#[derive(Clone)]
pub struct PlainToken(Zeroizing<[u8; 32]>);

impl PlainToken {
    /// A new random token.
    pub fn new() -> Self {
        Self(Zeroizing::new(random::bytes()))
    }

    /// Reads a token from its 43 characters of base64url; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        array_from_base64url(text).map(|bytes| Self(Zeroizing::new(bytes)))
    }

    /// The token's 43 characters of base64url.
    pub fn to_text(&self) -> SecretText {
        SecretText::new(base64url(&*self.0))
    }

    /// What the database keeps instead of the token.
    pub fn hash(&self) -> TokenHash {
        TokenHash(sha256(&*self.0))
    }
}

impl Default for PlainToken {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for PlainToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlainToken(…)")
    }
}

/// The SHA-256 of a token. Enough to recognise it, useless to impersonate it.
#[derive(Clone, Copy)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// The hash as it is stored.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The hash as bytes, for a query.
    pub fn to_vec(self) -> Vec<u8> {
        self.0.to_vec()
    }

    /// Compares in constant time with a stored hash.
    pub fn matches(&self, stored: &[u8]) -> bool {
        self.0.ct_eq(stored).into()
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(…)")
    }
}

/// The hash under which a short code is kept: bound to `scope`, so that equal codes of two flows
/// differ. A code of six digits can be found by trying; the tries are what protects it.
pub fn code_hash(scope: &str, code: &str) -> TokenHash {
    let mut data = Zeroizing::new(Vec::with_capacity(scope.len() + 1 + code.len()));
    data.extend_from_slice(scope.as_bytes());
    data.push(0);
    data.extend_from_slice(code.as_bytes());
    TokenHash(sha256(&data))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_known_by_its_hash_alone() {
        let token = PlainToken::new();
        let again = PlainToken::parse(token.to_text().expose()).unwrap();
        assert!(again.hash().matches(&token.hash().to_vec()));
        assert!(!PlainToken::new().hash().matches(&token.hash().to_vec()));
        assert!(PlainToken::parse("short").is_none());
        assert_eq!(format!("{token:?}"), "PlainToken(…)");
    }
}
