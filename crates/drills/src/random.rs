//! Chance, from the operating system.

use anyhow::{Result, anyhow};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

/// Random bytes.
pub fn bytes<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| anyhow!("no randomness: {error}"))?;
    Ok(bytes)
}

/// A number below `end`.
pub fn below(end: u64) -> Result<u64> {
    Ok(u64::from_le_bytes(bytes()?) % end.max(1))
}

/// 32 random bytes as base64url: a binder, or a password.
pub fn token() -> Result<String> {
    Ok(base64url(&bytes::<32>()?))
}

/// Base64url without padding.
pub fn base64url(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of base64url without padding.
pub fn from_base64url(text: &str) -> Result<Vec<u8>> {
    BASE64_URL_SAFE_NO_PAD.decode(text).map_err(Into::into)
}
