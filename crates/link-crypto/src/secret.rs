//! The secret that a link carries after its `#`.

use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use zeroize::Zeroizing;

use crate::Error;

const LEN: usize = 32;
const VERSION: char = '1';
const FRAGMENT_LEN: usize = 1 + 43;

/// The 32 bytes that everything else is derived from. They travel in the link's fragment only.
///
/// Wiped from memory when dropped; `Debug` shows nothing of it.
#[derive(Clone)]
pub struct LinkSecret(Zeroizing<[u8; LEN]>);

impl LinkSecret {
    /// Takes 32 bytes that came from a cryptographically secure generator.
    pub fn from_bytes(bytes: [u8; LEN]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Reads the part of a link's address after the `#`: the version `1` and 43 characters of
    /// base64url without padding (RFC 4648, section 5).
    ///
    /// Only the one canonical spelling is taken: the two unused bits of the last character must be
    /// zero (RFC 4648, section 3.5), and nothing may stand before or after.
    ///
    /// # Errors
    /// [`Error::Fragment`] for everything else.
    pub fn parse(fragment: &str) -> Result<Self, Error> {
        let text = fragment.strip_prefix(VERSION).ok_or(Error::Fragment)?;
        // One byte more than a secret has: the decoder wants it, and it shows what is too long.
        let mut decoded = Zeroizing::new([0; LEN + 1]);
        let written = BASE64_URL_SAFE_NO_PAD
            .decode_slice(text, decoded.as_mut_slice())
            .map_err(|_| Error::Fragment)?;
        let mut bytes = Zeroizing::new([0; LEN]);
        bytes.copy_from_slice(
            decoded
                .get(..written)
                .filter(|all| all.len() == LEN)
                .ok_or(Error::Fragment)?,
        );
        Ok(Self(bytes))
    }

    /// The part of the link's address after the `#`.
    pub fn to_fragment(&self) -> Zeroizing<String> {
        let mut fragment = Zeroizing::new(String::with_capacity(FRAGMENT_LEN));
        fragment.push(VERSION);
        BASE64_URL_SAFE_NO_PAD.encode_string(self.expose(), &mut fragment);
        fragment
    }

    /// The bytes themselves, for derivation.
    pub(crate) fn expose(&self) -> &[u8; LEN] {
        &self.0
    }
}

impl fmt::Debug for LinkSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkSecret(…)")
    }
}
